import type { Decision } from "./cycle.ts";
import type { Rejection } from "./types.ts";

/** The message of FailedScheduling (k8s: framework.FitError.Error). */
export function fitError({ nodes, verdicts, rejection, after }: Pick<Decision, "nodes" | "verdicts" | "rejection" | "after">): string {
  // k8s: ErrNoNodesAvailable.
  if (nodes === 0) return "no nodes available to schedule pods";
  const helped = after.some((a) => a.message === undefined);
  const post = helped ? "" : after.map((a) => a.message).join(", ");
  // A verdict about all nodes has no numbers (k8s: PreFilterMsg).
  const why = rejection ? rejection.reasons.join(", ") : histogram(verdicts.values());
  return `0/${nodes} nodes are available:${why === "" ? "" : ` ${why}.`}${post === "" ? "" : ` ${post}`}`;
}

/** `1 Insufficient cpu, 2 Too many pods`: how many nodes each reason was given for. */
export function histogram(rejections: Iterable<Rejection>): string {
  const counts = new Map<string, number>();
  for (const { reasons } of rejections) for (const reason of reasons) counts.set(reason, (counts.get(reason) ?? 0) + 1);
  return [...counts]
    .map(([reason, n]) => `${n} ${reason}`)
    .sort()
    .join(", ");
}
