import type { CustomResourceDefinition, CustomResourceDefinitionCondition } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";

export type Condition = Omit<CustomResourceDefinitionCondition, "lastTransitionTime">;

export const conditionOf = ({ status }: CustomResourceDefinition, type: string): CustomResourceDefinitionCondition | undefined =>
  status?.conditions?.find((c) => c.type === type);

export const isTrue = (crd: CustomResourceDefinition, type: string): boolean => conditionOf(crd, type)?.status === "True";

/** With this condition in the place of the one of its type; the time moves when the status does (k8s: apihelpers SetCRDCondition). */
export function withCondition(crd: CustomResourceDefinition, condition: Condition, now: number): CustomResourceDefinition {
  const conditions = crd.status?.conditions ?? [];
  const old = conditions.find((c) => c.type === condition.type);
  if (old && old.status === condition.status && old.reason === condition.reason && old.message === condition.message) return crd;
  const lastTransitionTime = old?.status === condition.status ? old.lastTransitionTime : undefined;
  const { type, status, reason, message } = condition;
  const next = {
    type,
    status,
    lastTransitionTime: lastTransitionTime ?? rfc3339(now),
    reason,
    message,
  } as CustomResourceDefinitionCondition;
  const rest = old ? conditions.map((c) => (c === old ? next : c)) : [...conditions, next];
  return { ...crd, status: { ...crd.status, conditions: rest } };
}
