import type { FlowSchema, FlowSchemaStatus, KubeObject } from "../../api/index.ts";

const AUTOUPDATE = { "apf.kubernetes.io/autoupdate-spec": "true" };

/** Whether a schema's level is there, as a condition; undefined when its status says so already (k8s: apf_controller.go syncFlowSchemaStatus). */
export function danglingStatus({ spec, status }: FlowSchema, exists: boolean, lastTransitionTime: string): FlowSchemaStatus | undefined {
  const name = JSON.stringify(spec?.priorityLevelConfiguration.name ?? "");
  const message = `This FlowSchema references the PriorityLevelConfiguration object named ${name} ${exists ? "and it exists" : "but there is no such object"}`;
  const wanted = { type: "Dangling", status: exists ? "False" : "True", reason: exists ? "Found" : "NotFound", message };
  const conditions = status?.conditions ?? [];
  const old = conditions.find(({ type }) => type === wanted.type);
  if (old?.status === wanted.status && old.reason === wanted.reason && old.message === message) return undefined;
  const since = old?.status === wanted.status && old.lastTransitionTime ? old.lastTransitionTime : lastTransitionTime;
  return { conditions: [...conditions.filter((c) => c !== old), { ...wanted, lastTransitionTime: since }] };
}

/** What must always be, made again (k8s: registry/flowcontrol/ensurer). */
export const mandatoryObject = <S extends object>(name: string, spec: S): KubeObject & { readonly spec: S } => ({
  metadata: { name, annotations: AUTOUPDATE },
  spec,
});
