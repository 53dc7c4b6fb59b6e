import { isSidecar, type ContainerStatus, type Pod, type PodCondition, type PodStatus } from "../../api/index.ts";
import { isTerminalPhase, specOf } from "../pod.ts";

/** Conditions the kubelet owns; others are kept as they are (k8s: types.PodConditionByKubelet). */
const OWNED: ReadonlySet<string> = new Set([
  "PodScheduled",
  "Ready",
  "Initialized",
  "ContainersReady",
  "PodReadyToStartContainers",
  "PodResizePending",
  "PodResizeInProgress",
  "AllContainersRestarting",
]);
export const isOwned = (type: string): boolean => OWNED.has(type);

/** Which its node may say, too, as others may. */
export const DISRUPTION = "DisruptionTarget";

interface Verdict {
  readonly status: "True" | "False";
  readonly reason?: string;
  readonly message?: string;
}

const TRUE: Verdict = { status: "True" };
const list = (names: readonly string[]): string => `[${names.join(" ")}]`;

/**
 * All conditions of a pod in the order that upstream writes them: foreign ones first, then its own.
 * `statuses` are the init and app container statuses together; `networked`: the sandbox runs and has an address;
 * `said`: of a resize, and of why its node ended the pod.
 */
export function podConditions(
  pod: Pod,
  old: PodStatus | undefined,
  next: PodStatus,
  networked: boolean,
  now: string,
  said: {
    readonly resize?: readonly PodCondition[];
    readonly disruption?: { readonly reason: string; readonly message: string };
    /** All its containers are being ended to start anew; undefined: no rule of its would have them. */
    readonly restarting?: boolean;
  } = {},
): readonly PodCondition[] {
  const before = old?.conditions;
  const out: PodCondition[] = [];
  for (const c of before ?? []) if (!isOwned(c.type) && (c.type !== DISRUPTION || said.disruption === undefined)) out.push(c);
  const foreign = out.length === 0 ? undefined : new Map(out.map((c) => [c.type, c]));
  const statuses = new Map<string, ContainerStatus>();
  for (const s of next.initContainerStatuses ?? []) statuses.set(s.name, s);
  for (const s of next.containerStatuses ?? []) statuses.set(s.name, s);
  const containers = containersReady(pod, statuses, next.phase);
  const generation = pod.metadata?.generation;
  const put = (type: string, verdict: Verdict): void => {
    const was = before?.find((c) => c.type === type);
    const lastTransitionTime = was?.status === verdict.status ? (was.lastTransitionTime ?? now) : now;
    const condition: { -readonly [K in keyof PodCondition]: PodCondition[K] } =
      generation === undefined
        ? { type, status: verdict.status, lastProbeTime: NEVER, lastTransitionTime }
        : { type, observedGeneration: generation, status: verdict.status, lastProbeTime: NEVER, lastTransitionTime };
    if (verdict.reason !== undefined) condition.reason = verdict.reason;
    if (verdict.message !== undefined) condition.message = verdict.message;
    // What stays as it was is the same object: then nothing has to be compared to see that.
    out.push(was !== undefined && sameCondition(was, condition) ? was : condition);
  };
  if (said.disruption !== undefined) put(DISRUPTION, { status: "True", ...said.disruption });
  out.push(...(said.resize ?? []));
  put("PodReadyToStartContainers", networked ? TRUE : { status: "False" });
  put("Initialized", initialized(pod, statuses, next.phase));
  put("Ready", ready(pod, containers, foreign));
  put("ContainersReady", containers);
  put("PodScheduled", TRUE);
  if (said.restarting !== undefined) put("AllContainersRestarting", restartingAll(next.phase, said.restarting));
  return out;
}

function sameCondition(a: PodCondition, b: PodCondition): boolean {
  return (
    a.status === b.status &&
    a.reason === b.reason &&
    a.message === b.message &&
    a.observedGeneration === b.observedGeneration &&
    a.lastTransitionTime === b.lastTransitionTime &&
    a.lastProbeTime === b.lastProbeTime
  );
}

/** metav1.Time's zero, which Kubernetes writes as null. */
const NEVER = null as unknown as string;

function containersReady(pod: Pod, statuses: ReadonlyMap<string, ContainerStatus>, phase: string | undefined): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  const unknown: string[] = [];
  const unready: string[] = [];
  const spec = specOf(pod);
  const look = (name: string): void => {
    const status = statuses.get(name);
    if (status === undefined) unknown.push(name);
    else if (!status.ready) unready.push(name);
  };
  for (const c of spec.initContainers ?? []) if (isSidecar(c)) look(c.name);
  for (const c of spec.containers) look(c.name);
  const messages: string[] = [];
  if (unknown.length > 0) messages.push(`containers with unknown status: ${list(unknown)}`);
  if (unready.length > 0) messages.push(`containers with unready status: ${list(unready)}`);
  return messages.length === 0 ? TRUE : { status: "False", reason: "ContainersNotReady", message: messages.join(", ") };
}

/** k8s: status/generate.go GenerateAllContainersRestartingCondition. */
function restartingAll(phase: string | undefined, restarting: boolean): Verdict {
  if (phase === "Succeeded") return { status: "False", reason: "PodCompleted" };
  if (phase === "Failed") return { status: "False", reason: "PodFailed" };
  return restarting
    ? { status: "True", reason: "RestartAllContainersStarted", message: "container exited with restart policy rule" }
    : { status: "False" };
}

function ready(pod: Pod, containers: Verdict, foreign: ReadonlyMap<string, PodCondition> | undefined): Verdict {
  if (containers.status !== "True") return containers;
  const messages: string[] = [];
  for (const gate of specOf(pod).readinessGates ?? []) {
    const condition = foreign?.get(gate.conditionType);
    if (condition === undefined) messages.push(`corresponding condition of pod readiness gate "${gate.conditionType}" does not exist.`);
    else if (condition.status !== "True")
      messages.push(`the status of pod readiness gate "${gate.conditionType}" is not "True", but ${condition.status}`);
  }
  return messages.length === 0 ? TRUE : { status: "False", reason: "ReadinessGatesNotReady", message: messages.join(", ") };
}

function initialized(pod: Pod, statuses: ReadonlyMap<string, ContainerStatus>, phase: string | undefined): Verdict {
  if (phase === "Succeeded") return { status: "True", reason: "PodCompleted" };
  const spec = specOf(pod);
  const unknown: string[] = [];
  const incomplete: string[] = [];
  for (const c of spec.initContainers ?? []) {
    const status = statuses.get(c.name);
    if (status === undefined) unknown.push(c.name);
    else if (isSidecar(c) ? status.started !== true : !status.ready) incomplete.push(c.name);
  }
  if (unknown.length + incomplete.length === 0) return TRUE;
  // Once an app container has started, initialization is history.
  for (const c of spec.containers) {
    const status = statuses.get(c.name);
    if (
      status?.containerID !== undefined &&
      (status.state?.running ?? status.state?.terminated ?? status.lastState?.terminated) !== undefined
    )
      return TRUE;
  }
  const messages: string[] = [];
  if (unknown.length > 0) messages.push(`containers with unknown status: ${list(unknown)}`);
  if (incomplete.length > 0) messages.push(`containers with incomplete status: ${list(incomplete)}`);
  return { status: "False", reason: "ContainersNotInitialized", message: messages.join(", ") };
}

/** A terminal phase waits until nothing runs any more (k8s: status_manager mergePodStatus). */
export function holdBackPhase(old: string | undefined, next: string | undefined, running: boolean): boolean {
  return running && isTerminalPhase(next) && !isTerminalPhase(old);
}
