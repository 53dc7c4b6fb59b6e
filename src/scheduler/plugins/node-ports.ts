import type { Pod } from "../../api/index.ts";
import { podInfo } from "../pod-info.ts";
import type { PluginFactory, Rejection } from "../types.ts";
import { NODES_ADDED } from "./hints.ts";

const TAKEN: Rejection = { reasons: ["node(s) didn't have free ports for the requested pod ports"], unresolvable: false };

/** k8s: plugins/nodeports: a host port is taken once a protocol and address; 0.0.0.0 means every address. */
export const nodePorts: PluginFactory = () => ({
  name: "NodePorts",
  retryOn: [
    { resource: "pods", actions: ["Delete"], hint: ({ hostPorts }, { old }) => anyConflict(hostPorts, podInfo(old as Pod).hostPorts) },
    NODES_ADDED,
  ],
  preFilter: ({ hostPorts }) => (hostPorts.length === 0 ? { skip: true } : {}),
  filter: ({ hostPorts }, node) => (node.hostPorts.size > 0 && anyConflict(hostPorts, node.hostPorts.keys()) ? TAKEN : null),
});

function anyConflict(wanted: readonly string[], taken: Iterable<string>): boolean {
  for (const port of taken) if (wanted.some((w) => conflicts(w, port))) return true;
  return false;
}

function conflicts(a: string, b: string): boolean {
  const [protocol, ip, port] = a.split("/");
  const [otherProtocol, otherIp, otherPort] = b.split("/");
  return protocol === otherProtocol && port === otherPort && (ip === otherIp || ip === "0.0.0.0" || otherIp === "0.0.0.0");
}
