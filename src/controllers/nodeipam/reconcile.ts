import type { Node } from "../../api/index.ts";
import type { Change, Controller } from "../../client/index.ts";
import type { ControllerContext } from "../context.ts";

/** Gives each node that lacks one a range for its pods (k8s: pkg/controller/nodeipam range allocator). */
export function createNodeIpamController(
  { informers, recorder, releaseNodeCidr }: ControllerContext,
  allocateNodeCidr: (nodeName: string) => string | undefined,
): Controller {
  const nodes = informers.of("nodes");
  const events = recorder("cidrAllocator");
  const keys = ({ key, object, old }: Change<Node>): readonly string[] => {
    if (!object) {
      releaseNodeCidr?.(key);
      return [];
    }
    // What could not be given is asked for again when the node changes, not before.
    return object.spec?.podCIDR || (old && old.spec === object.spec) ? [] : [key];
  };
  return {
    name: "node-ipam",
    watches: [{ resource: "nodes", keys: (change) => keys(change as Change<Node>) }],
    async reconcile(name, { client, causes }) {
      const node = nodes.get(name);
      if (!node || node.spec?.podCIDR || node.metadata?.deletionTimestamp !== undefined) return;
      const podCIDR = allocateNodeCidr(name);
      if (podCIDR === undefined) {
        const about = { apiVersion: "v1", kind: "Node", metadata: node.metadata ?? {} };
        events.event(about, "Normal", "CIDRNotAvailable", `Node ${name} status is now: CIDRNotAvailable`, causes);
        throw new Error("CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range");
      }
      await client.patch("nodes", undefined, name, "strategic", { spec: { podCIDR, podCIDRs: [podCIDR] } });
    },
  };
}
