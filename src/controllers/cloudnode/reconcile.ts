import type { Node } from "../../api/index.ts";
import type { Client, Controller } from "../../client/index.ts";
import type { InstanceMetadata, Instances } from "../cloud.ts";
import type { ControllerContext } from "../context.ts";
import { messageOf } from "../refusals.ts";
import { addressesOf, initialized, isUninitialized, labelsToMend } from "./decide.ts";

/** How often addresses are compared with the cloud's (k8s: --node-status-update-frequency of the cloud controller manager). */
const UPDATE_MS = 300_000;

/** Says of new nodes what only their cloud knows, and lets pods on them then (k8s: cloud-provider controllers/node). */
export function createCloudNodeController({ informers, recorder }: ControllerContext, instances: Instances): Controller {
  const nodes = informers.of("nodes");
  const events = recorder("cloud-node-controller");

  const withAddresses = async (client: Client, node: Node, metadata: InstanceMetadata): Promise<void> => {
    const addresses = addressesOf(node, metadata);
    if (addresses === node.status?.addresses) return;
    await client.update("nodes", { ...node, status: { ...node.status, addresses } }, "status");
  };

  return {
    name: "cloud-node",
    watches: [
      {
        resource: "nodes",
        keys: ({ key, object, old }) =>
          object && (!old || (object as Node).spec !== (old as Node).spec || object.metadata?.labels !== old.metadata?.labels) ? [key] : [],
      },
    ],
    async reconcile(name, { client, causes }) {
      const node = nodes.get(name);
      if (!node) return;
      if (isUninitialized(node)) {
        const metadata = metadataOf(instances, node);
        const stored = await client.update("nodes", initialized(node, metadata));
        await withAddresses(client, stored, metadata);
        events.event(node, "Normal", "Synced", "Node synced successfully", causes);
        return UPDATE_MS;
      }
      const labels = labelsToMend(node);
      if (Object.keys(labels).length > 0) await client.patch("nodes", undefined, name, "strategic", { metadata: { labels } });
      // A machine that is gone is not this controller's concern.
      if (instances.exists(node)) await withAddresses(client, node, metadataOf(instances, node));
      return UPDATE_MS;
    },
  };
}

function metadataOf(instances: Instances, node: Node): InstanceMetadata {
  try {
    return instances.metadata(node);
  } catch (error) {
    throw new Error(`failed to get instance metadata for node ${node.metadata?.name}: ${messageOf(error)}`, { cause: error });
  }
}
