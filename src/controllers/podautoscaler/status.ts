import type { HorizontalPodAutoscalerCondition, HorizontalPodAutoscalerStatus, MetricStatus } from "../../api/index.ts";
import type { Word } from "./behavior.ts";

type Conditions = readonly HorizontalPodAutoscalerCondition[];

/** The conditions with this one; themselves when nothing changes. Only another status moves its time (k8s: setConditionInList). */
export function withCondition(conditions: Conditions, type: string, status: string, { reason, message }: Word, time: string): Conditions {
  const at = conditions.findIndex((c) => c.type === type);
  const old = conditions[at];
  if (old?.status === status && old.reason === reason && old.message === message) return conditions;
  const since = old?.status === status ? old.lastTransitionTime : time;
  const next = { type, status, ...(since === undefined ? {} : { lastTransitionTime: since }), reason, message };
  return old === undefined ? [...conditions, next] : conditions.with(at, next);
}

/** What was counted, made anew: what is not said of it here is forgotten (k8s: setStatus). */
export function countedStatus(
  old: HorizontalPodAutoscalerStatus | undefined,
  conditions: Conditions,
  counted: { readonly current: number; readonly desired: number; readonly metrics: readonly MetricStatus[]; readonly scaledAt?: string },
): HorizontalPodAutoscalerStatus {
  const lastScaleTime = counted.scaledAt ?? old?.lastScaleTime;
  return {
    ...(lastScaleTime === undefined ? {} : { lastScaleTime }),
    ...(counted.current === 0 ? {} : { currentReplicas: counted.current }),
    desiredReplicas: counted.desired,
    // Go writes a list that is none as null, here where it never leaves it out.
    currentMetrics: counted.metrics.length === 0 ? (null as never) : counted.metrics,
    ...(conditions.length === 0 ? {} : { conditions }),
  };
}
