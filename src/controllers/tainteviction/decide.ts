import { type Taint, type Toleration, toleratesTaint } from "../../api/index.ts";

export const noExecute = (taints: readonly Taint[] | undefined): readonly Taint[] => taints?.filter((t) => t.effect === "NoExecute") ?? [];

/** Milliseconds that a pod may stay beside these taints: 0 when one is not tolerated, Infinity when all are for ever (k8s: getMinTolerationTime). */
export function tolerationMs(taints: readonly Taint[], tolerations: readonly Toleration[]): number {
  let least = Infinity;
  for (const taint of taints) {
    const matching = tolerations.filter((t) => toleratesTaint(t, taint));
    if (matching.length === 0) return 0;
    // Upstream uses the first that tolerates a taint, and the shortest over all taints.
    const seconds = matching[0]?.tolerationSeconds;
    if (seconds !== undefined) least = Math.min(least, Math.max(0, seconds) * 1000);
  }
  return least;
}
