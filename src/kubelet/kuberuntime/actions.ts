import { fnv1a32 } from "../../machinery/index.ts";
import { isSidecar, type Pod } from "../../api/index.ts";
import type { ContainerStatus } from "../../runtime/index.ts";
import { isDeleting, restartPolicyOf, specOf } from "../pod.ts";
import type { AnyContainer, ContainerKind } from "../pod.ts";
import { ruleFor } from "./restart-all.ts";
import { anyMainContainerStarted, type Observed } from "./observed.ts";

export type ProbeVerdict = "success" | "failure" | "unknown";
export type KillReason = "startupProbe" | "livenessProbe" | "other";

export interface ToStart {
  readonly kind: ContainerKind;
  readonly container: AnyContainer;
}

interface ToKill {
  readonly status: ContainerStatus;
  readonly kind: ContainerKind;
  readonly container: AnyContainer;
  /** The Killing event's words. */
  readonly message: string;
  readonly reason: KillReason;
}

export interface PodActions {
  /** Everything of the pod ends, its sandbox too. */
  readonly killPod: boolean;
  readonly createSandbox: boolean;
  /** Of the sandbox to create. */
  readonly attempt: number;
  readonly start: readonly ToStart[];
  readonly kill: readonly ToKill[];
}

/** What probes say about a running container. A container without that probe: "success". */
export type Verdicts = (container: string, probe: "liveness" | "startup") => ProbeVerdict;

export const HASH_ANNOTATION = "io.kubernetes.container.hash";

/** Only a new name or image makes a running container stale (k8s: container.HashContainer). */
export const hashContainer = (container: AnyContainer): string => fnv1a32(`${container.name}\n${container.image ?? ""}`).toString(16);

/** Whether a container that is not running should be (k8s: container.ShouldContainerBeRestarted). */
export function shouldRestart(pod: Pod, container: AnyContainer, status: ContainerStatus | undefined): boolean {
  if (isDeleting(pod)) return false;
  if (status === undefined || status.state === "created") return true;
  if (status.state === "running") return false;
  const exitCode = status.exitCode ?? 0;
  const rule = ruleFor(container, exitCode);
  if (rule !== undefined) return rule.action === "Restart" || rule.action === "RestartAllContainers";
  const policy = container.restartPolicy ?? restartPolicyOf(pod);
  return policy === "Always" || (policy === "OnFailure" && exitCode !== 0);
}

const NOTHING: PodActions = { killPod: false, createSandbox: false, attempt: 0, start: [], kill: [] };

/** From what is and what should be to what to do: the kubelet's core decision (k8s: kuberuntime computePodActions). */
export function computePodActions(pod: Pod, observed: Observed, verdicts: Verdicts): PodActions {
  const spec = specOf(pod);
  const { sandbox } = observed;
  if (sandbox === undefined || !sandbox.ready) return withNewSandbox(pod, observed);

  const start: ToStart[] = [];
  const kill: ToKill[] = [];
  for (const container of spec.ephemeralContainers ?? [])
    if (!observed.containers.has(container.name)) start.push({ kind: "ephemeral", container });

  const init = initActions(pod, observed, verdicts, start, kill);
  if (init === "failed") return { killPod: true, createSandbox: false, attempt: 0, start: [], kill: [] };
  if (init === "pending") return { killPod: false, createSandbox: false, attempt: 0, start, kill };

  let kept = 0;
  for (const container of spec.containers) {
    const status = observed.containers.get(container.name)?.latest;
    if (status === undefined || status.state !== "running") {
      if (shouldRestart(pod, container, status)) start.push({ kind: "main", container });
      continue;
    }
    const doomed = why(container, status, verdicts);
    if (doomed === undefined) {
      kept++;
      continue;
    }
    const restart = doomed.reason === "other" || (container.restartPolicy ?? restartPolicyOf(pod)) !== "Never";
    if (restart) start.push({ kind: "main", container });
    const message = restart ? `${doomed.message}, will be restarted` : doomed.message;
    kill.push({ status, kind: "main", container, message, reason: doomed.reason });
  }
  const starting = start.some((s) => s.kind === "main");
  if (kept === 0 && !starting && kill.length === 0) return { killPod: true, createSandbox: false, attempt: 0, start: [], kill: [] };
  return { killPod: false, createSandbox: false, attempt: 0, start, kill };
}

function withNewSandbox(pod: Pod, observed: Observed): PodActions {
  const spec = specOf(pod);
  const attempt = observed.sandbox === undefined ? 0 : observed.sandbox.attempt + 1;
  // A pod that never restarts and has run keeps what it had.
  if (restartPolicyOf(pod) === "Never" && attempt !== 0 && observed.containers.size > 0) return { ...NOTHING, killPod: true };
  const start: ToStart[] = [];
  for (const container of spec.containers) {
    const status = observed.containers.get(container.name)?.latest;
    if (status?.state !== "exited" || shouldRestart(pod, container, status)) start.push({ kind: "main", container });
  }
  if (start.length === 0 && anyMainContainerStarted(pod, observed)) return { ...NOTHING, killPod: true };
  const first = spec.initContainers?.[0];
  const begin: readonly ToStart[] = first === undefined ? start : [{ kind: "init", container: first }];
  return { killPod: attempt !== 0, createSandbox: true, attempt, start: begin, kill: [] };
}

function why(
  container: AnyContainer,
  status: ContainerStatus,
  verdicts: Verdicts,
): { readonly message: string; readonly reason: KillReason } | undefined {
  const hash = status.annotations[HASH_ANNOTATION];
  if (hash !== undefined && hash !== hashContainer(container))
    return { message: `Container ${container.name} definition changed`, reason: "other" };
  if (verdicts(container.name, "liveness") === "failure")
    return { message: `Container ${container.name} failed liveness probe`, reason: "livenessProbe" };
  if (verdicts(container.name, "startup") === "failure")
    return { message: `Container ${container.name} failed startup probe`, reason: "startupProbe" };
  return undefined;
}

/**
 * Init containers run one after another; a sidecar counts as done once started. Sidecars are kept running for ever.
 * "done": app containers may run. "failed": the pod will never get there.
 */
function initActions(pod: Pod, observed: Observed, verdicts: Verdicts, start: ToStart[], kill: ToKill[]): "done" | "pending" | "failed" {
  const list = specOf(pod).initContainers ?? [];
  if (list.length === 0) return "done";
  const initialized = anyMainContainerStarted(pod, observed) && sameSandbox(pod, observed);
  for (let i = 0; i < list.length; i++) {
    const container = list[i];
    if (container === undefined) continue;
    const status = inSandbox(observed, container.name);
    const sidecar = isSidecar(container);
    const passed = initialized || list.slice(i + 1).some((later) => inSandbox(observed, later.name) !== undefined);
    if (!sidecar) {
      if (passed && (status === undefined || status.state === "exited")) continue;
      if (status === undefined || status.state === "created") {
        start.push({ kind: "init", container });
        return "pending";
      }
      if (status.state === "running") {
        if (initialized) continue;
        const doomed = why(container, status, verdicts);
        if (doomed !== undefined) {
          kill.push({ status, kind: "init", container, message: `${doomed.message}, will be restarted`, reason: doomed.reason });
          start.push({ kind: "init", container });
        }
        return "pending";
      }
      if (status.exitCode === 0) continue;
      if (!shouldRestart(pod, container, status)) return "failed";
      start.push({ kind: "init", container });
      return "pending";
    }
    if (status?.state !== "running") {
      if (!isDeleting(pod)) start.push({ kind: "init", container });
      if (passed) continue;
      return "pending";
    }
    const doomed = why(container, status, verdicts);
    if (doomed !== undefined) {
      kill.push({ status, kind: "init", container, message: `${doomed.message}, will be restarted`, reason: doomed.reason });
      start.push({ kind: "init", container });
    }
    if (!passed && (doomed !== undefined || verdicts(container.name, "startup") !== "success")) return "pending";
  }
  return "done";
}

/** An init container's newest instance, if it ran in the present sandbox: a new sandbox runs them all again. */
function inSandbox(observed: Observed, name: string): ContainerStatus | undefined {
  const status = observed.containers.get(name)?.latest;
  return status?.sandbox === observed.sandbox?.id ? status : undefined;
}

function sameSandbox(pod: Pod, observed: Observed): boolean {
  return specOf(pod).containers.some((container) => inSandbox(observed, container.name) !== undefined);
}
