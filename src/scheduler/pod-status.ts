import type { Pod } from "../api/index.ts";
import { rfc3339 } from "../sim/index.ts";

/** Where a pod is to fit soon: a node, "" for nowhere any more, undefined to leave it as it is. */
export type Nomination = string | undefined;

/** The status patch that tells why a pod has no node; undefined when it says so already (k8s: schedule_one.go updatePod). */
export function podScheduled(pod: Pod, reason: string, message: string, nomination: Nomination, now: number): object | undefined {
  const before = pod.status?.conditions?.find((c) => c.type === "PodScheduled");
  const nominated = pod.status?.nominatedNodeName ?? "";
  const renominated = nomination !== undefined && nomination !== nominated;
  const told = before?.status === "False" && before.reason === reason && before.message === message;
  if (told && !renominated) return undefined;
  const { generation } = pod.metadata ?? {};
  const condition = {
    type: "PodScheduled",
    status: "False",
    reason,
    message,
    lastProbeTime: null,
    lastTransitionTime: before?.status === "False" ? before.lastTransitionTime : rfc3339(now),
    ...(generation === undefined ? {} : { observedGeneration: generation }),
  };
  return {
    status: {
      ...(told ? {} : { conditions: [condition] }),
      ...(renominated ? { nominatedNodeName: nomination === "" ? null : nomination } : {}),
    },
  };
}
