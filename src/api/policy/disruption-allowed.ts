import type { Condition, PodDisruptionBudgetStatus } from "../generated/types.ts";

const TYPE = "DisruptionAllowed";

/** The budget's conditions, with the one that says whether anything may go now (k8s: component-helpers/apps/poddisruptionbudget). */
export function withDisruptionAllowed(status: PodDisruptionBudgetStatus, time: string): readonly Condition[] {
  const allowed = (status.disruptionsAllowed ?? 0) > 0;
  const reason = allowed ? "SufficientPods" : "InsufficientPods";
  return withCondition(status, { status: allowed ? "True" : "False", reason, message: "" }, time);
}

/** The same when the count itself failed. */
export function withSyncFailed(status: PodDisruptionBudgetStatus, message: string, time: string): readonly Condition[] {
  return withCondition(status, { status: "False", reason: "SyncFailed", message }, time);
}

function withCondition(
  { conditions = [], observedGeneration }: PodDisruptionBudgetStatus,
  said: Pick<Condition, "status" | "reason" | "message">,
  time: string,
): readonly Condition[] {
  const at = conditions.findIndex((c) => c.type === TYPE);
  const old = conditions[at];
  const lastTransitionTime = old?.status === said.status ? old.lastTransitionTime : time;
  const next: Condition = { type: TYPE, ...said, lastTransitionTime, ...(observedGeneration === undefined ? {} : { observedGeneration }) };
  return old === undefined ? [...conditions, next] : conditions.with(at, next);
}
