import { isSidecar, type Pod } from "../../api/index.ts";
import { RuntimeError, type ContainerStatus } from "../../runtime/index.ts";
import { runHook, type HookDeps } from "../lifecycle.ts";
import { isDeleting, specOf } from "../pod.ts";
import type { AnyContainer, ContainerKind } from "../pod.ts";
import { within } from "../prober/deadline.ts";
import type { KillReason } from "./actions.ts";

export interface Victim {
  readonly kind: ContainerKind;
  readonly container: AnyContainer;
  readonly status: ContainerStatus;
}

export interface KillOptions {
  /** The Killing event's words; `Stopping container x` when empty. */
  readonly message: string;
  readonly reason: KillReason;
  /** Seconds; undefined: the pod's own. */
  readonly grace?: number;
  /** After a reload: announced already, and its hook has run. */
  readonly resumed?: boolean;
  readonly podIP: string;
  event(victim: Victim, type: "Normal" | "Warning", reason: string, message: string): void;
  podEvent(type: "Normal" | "Warning", reason: string, message: string): void;
}

/** Upstream gives every container at least this long after TERM. */
const MINIMUM_GRACE = 2;

/** Seconds a container gets, by why it is killed (k8s: setTerminationGracePeriod). */
function graceFor(pod: Pod, container: AnyContainer, reason: KillReason): number {
  const deletion = isDeleting(pod) ? pod.metadata?.deletionGracePeriodSeconds : undefined;
  if (deletion !== undefined) return deletion;
  const probe = reason === "startupProbe" ? container.startupProbe : reason === "livenessProbe" ? container.livenessProbe : undefined;
  return probe?.terminationGracePeriodSeconds ?? specOf(pod).terminationGracePeriodSeconds ?? MINIMUM_GRACE;
}

/** preStop, then its turn, then TERM, then KILL (k8s: kuberuntime_container.go killContainer). Resolves when it has exited. */
export async function killContainer(
  deps: HookDeps,
  pod: Pod,
  victim: Victim,
  options: KillOptions,
  turn?: Promise<unknown>,
): Promise<void> {
  const { container, status } = victim;
  if (options.resumed !== true)
    options.event(victim, "Normal", "Killing", options.message === "" ? `Stopping container ${container.name}` : options.message);
  const grace = options.grace ?? graceFor(pod, container, options.reason);
  const deadline = deps.clock.now() + grace * 1000;
  const left = (): number => Math.max(0, deadline - deps.clock.now());
  const hook = container.lifecycle?.preStop;
  if (hook !== undefined && options.resumed !== true && left() > 0) {
    const target = {
      pod,
      container,
      id: status.id,
      podIP: options.podIP,
      event: (...told: Parameters<KillOptions["podEvent"]>) => options.podEvent(...told),
    };
    // A hook that outlives the grace period is left behind, as upstream leaves it; a container that exits ends it.
    const outcome = await within(deps.clock, left(), runHook(deps, hook, target, left()), () => {});
    if (outcome !== undefined && outcome !== "timeout") options.event(victim, "Warning", "FailedPreStopHook", "PreStopHook failed");
  }
  if (turn !== undefined && left() > 0) await within(deps.clock, left(), turn, () => {});
  try {
    await deps.runtime.stopContainer(status.id, Math.max(MINIMUM_GRACE * 1000, left()));
  } catch (error) {
    // It is gone already.
    if (!(error instanceof RuntimeError) || error.reason !== "NotFound") throw error;
  }
}

/** Kills all of a pod's running containers: app containers together, then sidecars one by one from the last (k8s: termination_order.go). */
export async function killAll(deps: HookDeps, pod: Pod, victims: readonly Victim[], options: KillOptions): Promise<void> {
  const order = specOf(pod).initContainers?.map((c) => c.name) ?? [];
  const outlives = (v: Victim): boolean => v.kind === "init" && isSidecar(v.container);
  const first = victims.filter((v) => !outlives(v)).map((v) => killContainer(deps, pod, v, options));
  const sidecars = victims.filter(outlives).sort((a, b) => order.indexOf(b.container.name) - order.indexOf(a.container.name));
  let before: Promise<unknown> = Promise.all(first);
  const all: Promise<unknown>[] = [...first];
  for (const sidecar of sidecars) {
    const killed = killContainer(deps, pod, sidecar, options, before);
    all.push(killed);
    before = Promise.all([before, killed]);
  }
  await Promise.all(all);
}
