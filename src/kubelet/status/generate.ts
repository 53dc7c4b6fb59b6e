import {
  isSidecar,
  type ContainerStatus as ApiContainerStatus,
  type ContainerState,
  type Pod,
  type PodStatus,
  type ResourceRequirements,
  type VolumeMountStatus,
} from "../../api/index.ts";
import type { ContainerStatus } from "../../runtime/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { shouldRestart } from "../kuberuntime/actions.ts";
import { type Behind, ruleFor } from "../kuberuntime/restart-all.ts";
import type { Observed } from "../kuberuntime/observed.ts";
import { specOf } from "../pod.ts";
import type { AnyContainer, ContainerKind } from "../pod.ts";
import { lostInstance } from "./lost.ts";

/** Why a container is not running yet, from the last attempt (k8s: reason_cache.go). */
export interface WaitReason {
  readonly reason: string;
  readonly message: string;
}

export interface StatusFacts {
  /** As its node runs it: with the resources that it was given. */
  readonly pod: Pod;
  /** What the API has. */
  readonly old: PodStatus | undefined;
  readonly observed: Observed;
  /** Instances that all are to start anew after. */
  readonly behind?: Behind | undefined;
  /** What cgroups of running containers were told, where it may be something else. */
  readonly actuated?: Readonly<Record<string, ResourceRequirements>>;
  readonly reasons: ReadonlyMap<string, WaitReason>;
  /** Startup probe passed (or none). */
  started(container: string): boolean;
  /** Readiness probe passed (or none). */
  ready(container: string): boolean;
  /** What a terminated container left, by container id. */
  terminationMessage(status: ContainerStatus, container: AnyContainer): string | undefined;
  /** The image's name as the runtime resolved it. */
  imageName(status: ContainerStatus): string;
  /** Who a container runs as, for `user.linux`. */
  user(
    container: AnyContainer,
    status: ContainerStatus,
  ): { readonly uid: number; readonly gid: number; readonly groups: readonly number[] } | undefined;
}

const NO_STATE: ContainerState = {};

/** The container statuses of one of a pod's three lists (k8s: kubelet convertToAPIContainerStatuses). */
export function containerStatuses(kind: ContainerKind, facts: StatusFacts): readonly ApiContainerStatus[] {
  const spec = specOf(facts.pod);
  const list = kind === "init" ? spec.initContainers : kind === "main" ? spec.containers : spec.ephemeralContainers;
  if (list === undefined || list.length === 0) return [];
  const waitingFor = (spec.initContainers?.length ?? 0) > 0 && kind !== "ephemeral" ? "PodInitializing" : "ContainerCreating";
  const before =
    kind === "init"
      ? facts.old?.initContainerStatuses
      : kind === "main"
        ? facts.old?.containerStatuses
        : facts.old?.ephemeralContainerStatuses;
  const out = list.map((container: AnyContainer) => containerStatus(kind, container, waitingFor, facts, before));
  // Upstream sorts all but init containers by name.
  return kind === "init" || out.length < 2 ? out : out.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

function containerStatus(
  kind: ContainerKind,
  container: AnyContainer,
  waitingFor: string,
  facts: StatusFacts,
  before: readonly ApiContainerStatus[] | undefined,
): ApiContainerStatus {
  const instances = facts.observed.containers.get(container.name);
  const newest = instances?.latest;
  const behind = newest !== undefined && newest.attempt <= (facts.behind?.get(container.name) ?? -1) ? newest : undefined;
  const latest = behind === undefined ? newest : undefined;
  let state: ContainerState;
  let lastState = NO_STATE;
  const lost =
    newest === undefined
      ? lostInstance(
          facts.pod,
          before?.find(({ name }) => name === container.name),
        )
      : undefined;
  if (latest === undefined) {
    if (lost?.ended !== undefined && !facts.reasons.has(container.name)) return lost.ended;
    state = lost?.ended?.state ?? { waiting: { reason: waitingFor } };
    lastState = behind === undefined ? (lost?.lastState ?? NO_STATE) : stateOf(behind, container, facts);
  } else {
    state = stateOf(latest, container, facts);
    if (instances?.previous !== undefined) lastState = stateOf(instances.previous, container, facts);
  }
  const wait = latest?.state === "running" ? undefined : facts.reasons.get(container.name);
  const done = kind === "init" && !isSidecar(container) && latest?.state === "exited" && latest.exitCode === 0;
  if (wait !== undefined && !done && shouldRestart(facts.pod, container, latest)) {
    if (state.terminated !== undefined) lastState = state;
    state = { waiting: wait.message === "" ? { reason: wait.reason } : { message: wait.message, reason: wait.reason } };
  }
  const running = state.running !== undefined;
  const plainInit = kind === "init" && !isSidecar(container);
  const started = running && (plainInit || kind === "ephemeral" || facts.started(container.name));
  const ready = plainInit ? state.terminated?.exitCode === 0 : kind !== "ephemeral" && started && facts.ready(container.name);
  const user = running && latest !== undefined ? facts.user(container, latest) : undefined;
  const requests = container.resources?.requests;
  const mounts = mountStatuses(container);
  const status: { -readonly [K in keyof ApiContainerStatus]: ApiContainerStatus[K] } = {
    name: container.name,
    state,
    lastState,
    ready,
    restartCount: newest?.attempt ?? lost?.restartCount ?? 0,
    image: latest === undefined ? (container.image ?? "") : facts.imageName(latest),
    imageID: latest?.imageRef ?? "",
  };
  if (latest !== undefined) status.containerID = `containerd://${latest.id}`;
  status.started = started;
  if (requests !== undefined && latest !== undefined) status.allocatedResources = requests;
  if (latest !== undefined && kind !== "ephemeral")
    status.resources = applied(container.resources ?? NO_RESOURCES, running ? facts.actuated?.[container.name] : undefined);
  if (mounts.length > 0) status.volumeMounts = mounts;
  if (user !== undefined) status.user = { linux: { uid: user.uid, gid: user.gid, supplementalGroups: user.groups } };
  return status;
}

const NO_RESOURCES: ResourceRequirements = {};

/** What was set aside, with the CPU and memory that a running container's cgroup really has (k8s: convertContainerStatusResources). */
function applied(given: ResourceRequirements, actuated: ResourceRequirements | undefined): ResourceRequirements {
  if (actuated === undefined || actuated === given) return given;
  const real = (which: "limits" | "requests"): ResourceRequirements["limits"] => {
    if (given[which] === undefined) return undefined;
    const own = Object.entries(given[which]);
    // What was not told is not there yet.
    return Object.fromEntries(
      own.flatMap(([name, amount]) => {
        const told = name === "cpu" || name === "memory" ? actuated[which]?.[name] : amount;
        return told === undefined ? [] : [[name, told]];
      }),
    );
  };
  const [limits, requests] = [real("limits"), real("requests")];
  return { ...given, ...(limits ? { limits } : {}), ...(requests ? { requests } : {}) };
}

function mountStatuses(container: AnyContainer): readonly VolumeMountStatus[] {
  return (container.volumeMounts ?? []).map((mount) => ({
    name: mount.name,
    mountPath: mount.mountPath,
    ...(mount.readOnly === true ? { readOnly: true, recursiveReadOnly: "Disabled" } : {}),
  }));
}

function stateOf(status: ContainerStatus, container: AnyContainer, facts: StatusFacts): ContainerState {
  if (status.state === "running") return { running: { startedAt: rfc3339(status.startedAt ?? status.createdAt) } };
  // One that was created and never started counts as ended (upstream: a sync starts all it creates).
  const message = facts.terminationMessage(status, container);
  const exitCode = status.exitCode ?? 0;
  const startedAt = status.startedAt ?? (status.state === "exited" ? 0 : status.createdAt);
  return {
    terminated: {
      exitCode,
      reason: status.reason ?? (exitCode === 0 ? "Completed" : "Error"),
      ...(message === undefined || message === "" ? {} : { message }),
      startedAt: rfc3339(startedAt),
      finishedAt: rfc3339(status.finishedAt ?? status.createdAt),
      containerID: `containerd://${status.id}`,
    },
  };
}

/** The pod's phase from its containers' states (k8s: kubelet getPhase). `ended`: its containers will not start again. */
export function podPhase(
  pod: Pod,
  status: Pick<PodStatus, "initContainerStatuses" | "containerStatuses">,
  ended: boolean,
  restarting = false,
): string {
  const spec = specOf(pod);
  const policy = spec.restartPolicy ?? "Always";
  const byName = (name: string): ApiContainerStatus | undefined => status.containerStatuses?.find((s) => s.name === name);

  let pendingInit = 0;
  let failedInit = 0;
  for (const container of spec.initContainers ?? []) {
    const s = status.initContainerStatuses?.find((i) => i.name === container.name);
    if (isSidecar(container)) {
      if (s?.started !== true && s?.state?.terminated === undefined && s?.lastState?.terminated === undefined) pendingInit++;
    } else if (s?.state?.terminated !== undefined) {
      if (s.state.terminated.exitCode !== 0) failedInit++;
    } else if (s?.lastState?.terminated !== undefined && s.state?.waiting !== undefined) {
      if (s.lastState.terminated.exitCode !== 0) failedInit++;
      else pendingInit++;
    } else pendingInit++;
  }

  let waiting = 0;
  let running = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const container of spec.containers) {
    const s = byName(container.name);
    if (s?.state?.running !== undefined) running++;
    else if (s?.state?.terminated !== undefined) {
      stopped++;
      if (s.state.terminated.exitCode === 0) succeeded++;
    } else if (s?.lastState?.terminated !== undefined) stopped++;
    else waiting++;
  }

  if (failedInit > 0 && policy === "Never" && !restarting) return "Failed";
  const begun = running + stopped > 0;
  if ((pendingInit > 0 || failedInit > 0) && !begun) return "Pending";
  if (waiting > 0) return "Pending";
  if (running > 0) return "Running";
  if (stopped === 0) return "Pending";
  if (ended) return stopped === succeeded ? "Succeeded" : "Failed";
  if (spec.containers.some((c) => shouldComeBack(c, policy, byName(c.name)))) return "Running";
  return stopped === succeeded ? "Succeeded" : "Failed";
}

/** Whether a stopped app container is to run again under its policy. */
function shouldComeBack(container: AnyContainer, policy: string, status: ApiContainerStatus | undefined): boolean {
  const ended = status?.state?.terminated;
  if (ended === undefined) return true;
  const rule = ruleFor(container, ended.exitCode);
  if (rule !== undefined) return rule.action === "Restart" || rule.action === "RestartAllContainers";
  const own = container.restartPolicy ?? policy;
  return own === "Always" || (own === "OnFailure" && ended.exitCode !== 0);
}
