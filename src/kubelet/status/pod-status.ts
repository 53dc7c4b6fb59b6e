import { formatAmounts, podAmounts, type PodCondition, type PodStatus, qosClass } from "../../api/index.ts";
import type { ContainerRuntime } from "../../runtime/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { isTerminalPhase, specOf } from "../pod.ts";
import type { ProbeManager } from "../prober/prober.ts";
import { mayRestartAll, since } from "../kuberuntime/restart-all.ts";
import { linuxUser } from "../security.ts";
import { allocatedPod } from "../resize/resizer.ts";
import { resizeConditions } from "../resize/words.ts";
import type { PodWorker } from "../worker.ts";
import { accountedFor } from "./lost.ts";
import { holdBackPhase, isOwned, podConditions } from "./conditions.ts";
import { terminationMessage } from "./termination-message.ts";
import { containerStatuses, podPhase, type StatusFacts } from "./generate.ts";

export interface StatusContext {
  /** What the API has. */
  readonly old: PodStatus | undefined;
  readonly runtime: ContainerRuntime;
  readonly probes: ProbeManager;
  readonly hostIPs: readonly string[];
  readonly podIP: string;
  readonly now: number;
  /** Everything has been stopped for good. */
  readonly ended: boolean;
}

/**
 * A pod's status from what is known about it, in the order of fields that Kubernetes writes (k8s: kubelet_pods.go
 * generateAPIPodStatus). `wanted` is its phase before a terminal one is held back for containers that still run.
 */
export function generateStatus(worker: PodWorker, context: StatusContext): { readonly status: PodStatus; readonly wanted: string } {
  const { pod, observed } = worker;
  const { old, runtime, probes, hostIPs, ended } = context;
  const idOf = (name: string): string => observed.containers.get(name)?.latest.id ?? "";
  const { verdict } = worker;
  if (verdict?.rejected === true && observed.sandbox === undefined) return { status: rejected(worker, old), wanted: verdict.phase };
  const given = allocatedPod(worker);
  const facts: StatusFacts = {
    pod: given,
    old,
    observed,
    behind: worker.behind,
    ...(worker.resize === undefined ? {} : { actuated: worker.resize.actuated }),
    reasons: (ended ? undefined : worker.reasons) ?? NONE,
    started: (name) => probes.result(worker.uid, name, "startup", idOf(name)) === "success",
    ready: (name) => probes.result(worker.uid, name, "readiness", idOf(name)) === "success",
    terminationMessage: (status, container) => terminationMessage(runtime, pod, status, container),
    imageName: ({ image }) => runtime.imageStatus(image)?.names.find((name) => !name.includes("@")) ?? image,
    user: (container, status) => linuxUser(pod, container, runtime.imageStatus(status.image)?.config),
  };
  let initContainerStatuses = containerStatuses("init", facts);
  let main = containerStatuses("main", facts);
  const anew = worker.restarting || since(observed, worker.behind).containers.size < observed.containers.size;
  const phaseNow = podPhase(pod, { initContainerStatuses, containerStatuses: main }, ended, anew);
  if (ended) [initContainerStatuses, main] = accountedFor(pod, initContainerStatuses, main);
  const ephemeral = containerStatuses("ephemeral", facts);
  let running = false;
  for (const { latest } of observed.containers.values()) if (latest.state === "running") running = true;
  let wanted = verdict?.phase ?? (isTerminalPhase(old?.phase) ? (old?.phase ?? "") : phaseNow);
  // A pod that has ended is never left in between (k8s: status_manager TerminatePod).
  if (ended && !isTerminalPhase(wanted)) wanted = "Failed";
  const held = holdBackPhase(old?.phase, wanted, running);
  const phase = held ? (old?.phase ?? "Pending") : wanted;
  const shown = held ? undefined : verdict;
  const podIP = context.podIP === "" ? old?.podIP : context.podIP;
  const networked = observed.sandbox?.ready === true && (context.podIP !== "" || specOf(pod).hostNetwork === true);
  const generation = pod.metadata?.generation;
  // Made for every sync of every pod, so field by field: a spread for each that may be absent costs more than all else here.
  const status: { -readonly [K in keyof PodStatus]: PodStatus[K] } = {};
  if (generation !== undefined) status.observedGeneration = generation;
  status.phase = phase;
  status.conditions = NO_CONDITIONS;
  if (shown !== undefined) {
    status.message = shown.message;
    status.reason = shown.reason;
  } else if (phase === old?.phase) {
    // What was said of the phase stays with it: a kubelet that starts anew has not decided it (k8s: generateAPIPodStatus).
    if (old.message !== undefined) status.message = old.message;
    if (old.reason !== undefined) status.reason = old.reason;
  }
  if (old?.nominatedNodeName !== undefined) status.nominatedNodeName = old.nominatedNodeName;
  if (old?.resourceClaimStatuses !== undefined) status.resourceClaimStatuses = old.resourceClaimStatuses;
  if (hostIPs.length > 0) {
    status.hostIP = hostIPs[0] as string;
    status.hostIPs = hostIPs.map((ip) => ({ ip }));
  }
  if (podIP !== undefined && podIP !== "") {
    status.podIP = podIP;
    status.podIPs = [{ ip: podIP }];
  }
  if (worker.startTime !== undefined) status.startTime = worker.startTime;
  if (initContainerStatuses.length > 0) status.initContainerStatuses = initContainerStatuses;
  status.containerStatuses = main;
  status.qosClass = pod.status?.qosClass ?? qosClass(pod);
  if (ephemeral.length > 0) status.ephemeralContainerStatuses = ephemeral;
  const requests = formatAmounts(podAmounts(specOf(given), "requests"));
  if (Object.keys(requests).length > 0 && observed.sandbox !== undefined) status.allocatedResources = requests;
  status.resources = specOf(given).resources ?? {};
  status.conditions = podConditions(pod, old, status, networked, rfc3339(context.now), {
    ...(worker.resize === undefined || isTerminalPhase(phase) ? {} : { resize: resizeConditions(worker.resize) }),
    ...(mayRestartAll(pod) ? { restarting: worker.restarting } : {}),
    ...(shown?.disruption === undefined
      ? {}
      : { disruption: { reason: shown.disruption, message: shown.disruptionMessage ?? shown.message } }),
  });
  return { status, wanted };
}

/** One that was turned away says why, and nothing of containers or conditions (k8s: kubelet.go rejectPod). */
function rejected({ pod, verdict, startTime }: PodWorker, old: PodStatus | undefined): PodStatus {
  const generation = pod.metadata?.generation;
  const foreign = old?.conditions?.filter(({ type }) => !isOwned(type)) ?? [];
  return {
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    phase: verdict?.phase ?? "Failed",
    ...(foreign.length > 0 ? { conditions: foreign } : {}),
    ...(verdict === undefined ? {} : { message: verdict.message, reason: verdict.reason }),
    ...(startTime === undefined ? {} : { startTime }),
    qosClass: pod.status?.qosClass ?? qosClass(pod),
  };
}

const NO_CONDITIONS: readonly PodCondition[] = [];
const NONE: ReadonlyMap<string, never> = new Map<string, never>();
