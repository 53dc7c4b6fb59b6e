import type { ContainerState, ContainerStatus as ApiContainerStatus, Pod } from "../../api/index.ts";
import { isDeleting } from "../pod.ts";

/** What is known of a container that the runtime has no more of (k8s: convertToAPIContainerStatuses). */
export function lostInstance(
  pod: Pod,
  before: ApiContainerStatus | undefined,
): { readonly ended?: ApiContainerStatus; readonly lastState?: ContainerState; readonly restartCount: number } | undefined {
  if (before === undefined) return undefined;
  const { restartCount, lastState } = before;
  if (before.state?.terminated !== undefined) return { ended: before, restartCount };
  if (before.state?.running === undefined || lastState?.terminated !== undefined)
    return { restartCount, ...(lastState ? { lastState } : {}) };
  const message = "The container could not be located when the pod was deleted.  The container used to be Running";
  const unlocated = { terminated: { exitCode: 137, reason: "ContainerStatusUnknown", message, startedAt: NEVER, finishedAt: NEVER } };
  return { lastState: unlocated, restartCount: restartCount + (isDeleting(pod) ? 0 : 1) };
}

/** metav1.Time's zero, which Kubernetes writes as null. */
const NEVER = null as unknown as string;

/** When a pod is over, what never told of its end counts as failed (k8s: status_manager.go TerminatePod). */
export function accountedFor(
  pod: Pod,
  init: readonly ApiContainerStatus[],
  main: readonly ApiContainerStatus[],
): [init: readonly ApiContainerStatus[], main: readonly ApiContainerStatus[]] {
  const account = (status: ApiContainerStatus): ApiContainerStatus =>
    status.state?.terminated === undefined ? { ...status, state: { terminated: UNLOCATED } } : status;
  // Init containers after the last that was ever begun stay as they are; the first is always taken to have begun.
  const begun = init.findLastIndex(({ state, lastState }) => state?.waiting === undefined || lastState?.terminated !== undefined);
  const initialized = (pod.spec?.initContainers?.length ?? 0) === 0 || main.some(({ containerID }) => containerID !== undefined);
  return [init.map((status, i) => (i <= Math.max(begun, 0) ? account(status) : status)), initialized ? main.map(account) : main];
}

const UNLOCATED = {
  exitCode: 137,
  reason: "ContainerStatusUnknown",
  message: "The container could not be located when the pod was terminated",
  startedAt: NEVER,
  finishedAt: NEVER,
};
