import type { SchedulerPlugin } from "../types.ts";
import { NODES_ADDED, PODS_GONE } from "./hints.ts";

/** k8s: plugins/nodeports: a host port is taken once a protocol and address; 0.0.0.0 means every address. */
export const nodePorts: SchedulerPlugin = {
  name: "NodePorts",
  retryOn: [NODES_ADDED, PODS_GONE],
  preFilter: ({ hostPorts }) => (hostPorts.length === 0 ? { skip: true } : {}),
  filter({ hostPorts }, node) {
    for (const wanted of hostPorts) {
      for (const [taken, count] of node.hostPorts) {
        if (count > 0 && conflicts(wanted, taken))
          return { reasons: ["node(s) didn't have free ports for the requested pod ports"], unresolvable: false };
      }
    }
    return null;
  },
};

function conflicts(a: string, b: string): boolean {
  const [protocol, ip, port] = a.split("/");
  const [otherProtocol, otherIp, otherPort] = b.split("/");
  return protocol === otherProtocol && port === otherPort && (ip === otherIp || ip === "0.0.0.0" || otherIp === "0.0.0.0");
}
