import type { Node } from "../../api/index.ts";
import type { Controller } from "../../client/index.ts";
import type { Instances } from "../cloud.ts";
import type { ControllerContext } from "../context.ts";
import { messageOf } from "../refusals.ts";
import { isReady, verdictOn } from "./decide.ts";

/** How often the cloud is asked about a node that is not ready (k8s: --node-monitor-period). */
const MONITOR_MS = 5000;

/** Deletes nodes whose machine is gone, and marks those whose machine is off (k8s: cloud-provider controllers/nodelifecycle). */
export function createCloudNodeLifecycleController({ informers, recorder }: ControllerContext, instances: Instances): Controller {
  const nodes = informers.of("nodes");
  const events = recorder("cloud-node-lifecycle-controller");
  return {
    name: "cloud-node-lifecycle",
    watches: [
      {
        resource: "nodes",
        keys: ({ key, object, old }) => (object && (!old || isReady(object as Node) !== isReady(old as Node)) ? [key] : []),
      },
    ],
    async reconcile(name, { client, causes }) {
      const node = nodes.get(name);
      if (!node) return;
      const verdict = verdictOn(node, () => ({ exists: instances.exists(node), shutdown: instances.shutdown(node) }));
      if (verdict === "delete") {
        const about = { apiVersion: "v1", kind: "Node", metadata: { name, uid: node.metadata?.uid ?? "" } };
        const why = `Deleting node ${name} because it does not exist in the cloud provider`;
        events.event(about, "Normal", "DeletingNode", why, causes);
        try {
          await client.delete("nodes", undefined, name);
        } catch (error) {
          events.event(about, "Warning", "DeletingNodeFailed", `Failed deleting node ${name}: ${messageOf(error)}`, causes);
        }
        return MONITOR_MS;
      }
      if (verdict !== "keep") {
        const { resourceVersion } = node.metadata ?? {};
        const taints = verdict.taints.length > 0 ? verdict.taints : null;
        await client.patch("nodes", undefined, name, "merge", { metadata: { resourceVersion }, spec: { taints } });
      }
      return isReady(node) ? undefined : MONITOR_MS;
    },
  };
}
