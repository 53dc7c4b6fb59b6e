import type { ObjectMeta } from "../../meta.ts";
import type { Pod, PodStatus } from "../../generated/types.ts";
import { withMatchKeys } from "./match-keys.ts";
import { qosClass } from "./qos.ts";

/** A creator has no say in the status (k8s: registry/core/pod strategy.go PrepareForCreate). */
export function prepareForCreate(pod: Pod): Pod {
  let status: PodStatus = { phase: "Pending", qosClass: qosClass(pod) };
  if (pod.spec?.schedulingGates?.length) {
    status = {
      conditions: [
        {
          type: "PodScheduled",
          status: "False",
          reason: "SchedulingGated",
          message: "Scheduling is blocked due to non-empty scheduling gates",
        },
      ],
      ...status,
    };
  }
  return { ...withMatchKeys(pod), status };
}

/** The status subresource changes the status alone, and never whose pod it is or what class it has. */
export function prepareForStatusUpdate(pod: Pod, old: Pod): Pod {
  const { spec } = old;
  const { deletionTimestamp, ownerReferences } = old.metadata ?? {};
  const kept: { -readonly [K in keyof ObjectMeta]: ObjectMeta[K] } = { ...pod.metadata };
  if ("deletionTimestamp" in kept) delete kept.deletionTimestamp;
  if (deletionTimestamp) kept.deletionTimestamp = deletionTimestamp;
  if (ownerReferences) kept.ownerReferences = ownerReferences;
  const qos = old.status?.qosClass;
  const status = qos !== undefined && pod.status?.qosClass === undefined ? { ...pod.status, qosClass: qos } : pod.status;
  return { ...pod, metadata: kept, ...(spec ? { spec } : {}), ...(status ? { status } : {}) };
}

/** k8s: podStrategy.CheckGracefulDelete. */
export function gracefulDeletion(pod: Pod, requested: number | undefined): number | undefined {
  const phase = pod.status?.phase;
  if (!pod.spec?.nodeName || phase === "Failed" || phase === "Succeeded") return undefined;
  const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0;
  return seconds < 0 ? 1 : seconds === 0 ? undefined : seconds;
}

/** k8s: registry/core/pod strategy.go ToSelectableFields. */
export function podFields(pod: Pod): Readonly<Record<string, string>> {
  const { spec, status } = pod;
  return {
    "spec.nodeName": spec?.nodeName ?? "",
    "spec.restartPolicy": spec?.restartPolicy ?? "",
    "spec.schedulerName": spec?.schedulerName ?? "",
    "spec.serviceAccountName": spec?.serviceAccountName ?? "",
    "spec.hostNetwork": String(spec?.hostNetwork ?? false),
    "status.phase": status?.phase ?? "",
    "status.podIP": status?.podIPs?.[0]?.ip ?? status?.podIP ?? "",
    "status.podIPs": status?.podIP ?? "",
    "status.nominatedNodeName": status?.nominatedNodeName ?? "",
  };
}
