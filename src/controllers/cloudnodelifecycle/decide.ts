import type { Node, Taint } from "../../api/index.ts";

const SHUTDOWN: Taint = { key: "node.cloudprovider.kubernetes.io/shutdown", effect: "NoSchedule" };
const isShutdown = (t: Taint): boolean => t.key === SHUTDOWN.key && t.effect === SHUTDOWN.effect;

export type Verdict = "keep" | "delete" | { readonly taints: readonly Taint[] };

/** What the cloud says of a node's machine; asked only of nodes that are not ready. */
export interface Found {
  readonly exists: boolean;
  readonly shutdown: boolean;
}

export const isReady = ({ status }: Node): boolean => status?.conditions?.find((c) => c.type === "Ready")?.status === "True";

/** A ready node is left alone, but for a taint that is no longer true; one that is not goes with its machine (k8s: MonitorNodes). */
export function verdictOn(node: Node, ask: () => Found): Verdict {
  const taints = node.spec?.taints ?? [];
  const tainted = taints.some(isShutdown);
  if (isReady(node)) return tainted ? { taints: taints.filter((t) => !isShutdown(t)) } : "keep";
  const { exists, shutdown } = ask();
  if (!exists) return "delete";
  return shutdown && !tainted ? { taints: [...taints, SHUTDOWN] } : "keep";
}
