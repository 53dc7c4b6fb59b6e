import type { ComponentStatus } from "../../api/index.ts";
import { notFound } from "../../machinery/index.ts";
import type { Scope } from "../context.ts";
import { selectionOf } from "../selection.ts";
import type { VirtualResource } from "./types.ts";

/** Where the real server asks (k8s: registry/core/rest componentStatusStorage). */
const ADDRESSES = { scheduler: "127.0.0.1:10259", "controller-manager": "127.0.0.1:10257" } as const;
export type Component = keyof typeof ADDRESSES;

function statusOf(name: string, problem: string | undefined): ComponentStatus {
  const condition =
    problem === undefined ? { type: "Healthy", status: "True", message: "ok" } : { type: "Healthy", status: "False", message: problem };
  return { apiVersion: "v1", kind: "ComponentStatus", metadata: { name }, conditions: [condition] };
}

/** etcd is in this process, and would not answer if it were ill; the others say whether their loops run. */
function all({ server }: Scope): readonly ComponentStatus[] {
  const others = Object.entries(ADDRESSES).map(([name, address]) => {
    const refused = `Get "https://${address}/healthz": dial tcp ${address}: connect: connection refused`;
    return statusOf(name, server.isRunning(name as Component) ? undefined : refused);
  });
  return [...others, statusOf("etcd-0", undefined)];
}

export const componentStatuses: VirtualResource = {
  get(scope) {
    const found = all(scope).find(({ metadata }) => metadata?.name === scope.info.name);
    if (!found) throw notFound("componentstatuses", scope.info.name);
    return found;
  },
  list(scope) {
    const { matches } = selectionOf(scope);
    return { apiVersion: "v1", kind: "ComponentStatusList", metadata: {}, items: all(scope).filter(matches) };
  },
};
