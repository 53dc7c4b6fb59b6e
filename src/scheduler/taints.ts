import { type Node, type Pod, type Taint, toleratesTaint } from "../api/index.ts";

type TaintLike = Pick<Taint, "key" | "value" | "effect">;

export function tolerates(pod: Pod, taint: TaintLike): boolean {
  return pod.spec?.tolerations?.some((t) => toleratesTaint(t, taint)) ?? false;
}

/** A taint that keeps the pod off the node (k8s: helper.DoNotScheduleTaintsFilterFunc). */
export function untolerated(pod: Pod, { spec }: Node): Taint | undefined {
  return spec?.taints?.find((t) => (t.effect === "NoSchedule" || t.effect === "NoExecute") && !tolerates(pod, t));
}
