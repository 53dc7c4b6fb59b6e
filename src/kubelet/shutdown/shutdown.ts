import type { Node } from "../../api/index.ts";
import type { EventRecorder } from "../../client/index.ts";
import type { Cause, Clock } from "../../sim/index.ts";
import { isCritical } from "../eviction/admission.ts";
import { gracePeriodOf, isTerminalPhase } from "../pod.ts";
import type { Rejection } from "../resources.ts";
import type { KubeletConfig } from "../types.ts";
import type { PodWorker } from "../worker.ts";

/** k8s: nodeshutdown_manager.go nodeShutdownReason, nodeShutdownMessage, nodeShutdownNotAdmittedReason. */
const REASON = "Terminated";
const MESSAGE = "Pod was terminated in response to imminent node shutdown.";
export const TURNED_AWAY: Rejection = { reason: "NodeShutdown", message: "Pod was rejected as the node is shutting down." };

const POLL_MS = 500;

export interface ShutdownOptions {
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly config: KubeletConfig;
  readonly node: () => Node;
  readonly workers: () => Iterable<PodWorker>;
  readonly end: (worker: PodWorker, causes: readonly Cause[]) => void;
  /** The node is not ready any more; resolves when it has said so. */
  readonly report: (causes: readonly Cause[]) => Promise<void>;
}

/** Seconds that pods of each kind get, the critical ones last (k8s: migrateConfig). */
export function phases({ shutdownGracePeriod: whole, shutdownGracePeriodCriticalPods: last }: KubeletConfig) {
  return [
    { critical: false, seconds: Math.max(0, whole - last) / 1000 },
    { critical: true, seconds: Math.min(last, whole) / 1000 },
  ] as const;
}

/** Ends pods in good order while their machine waits (k8s: pkg/kubelet/nodeshutdown). */
export class ShutdownManager {
  readonly #o: ShutdownOptions;
  /** It has begun. */
  begun = false;

  constructor(options: ShutdownOptions) {
    this.#o = options;
  }

  async shutDown(causes: readonly Cause[]): Promise<void> {
    const { clock, recorder, config, node, report } = this.#o;
    if (config.shutdownGracePeriod === 0) return;
    this.begun = true;
    recorder.event(node(), "Normal", "Shutdown", "Shutdown manager detected shutdown event", causes);
    await report(causes);
    for (const { critical, seconds } of phases(config)) {
      const victims = [...this.#o.workers()].filter(
        (w) => isCritical(w.pod) === critical && w.phase !== "terminated" && !isTerminalPhase(w.pod.status?.phase),
      );
      for (const worker of victims) this.#end(worker, seconds, causes);
      const until = clock.now() + seconds * 1000;
      while (clock.now() < until && victims.some((w) => w.phase !== "terminated")) await clock.sleep(POLL_MS);
    }
  }

  #end(worker: PodWorker, seconds: number, causes: readonly Cause[]): void {
    const grace = Math.min(seconds, gracePeriodOf(worker.pod));
    worker.verdict ??= { phase: "Failed", reason: REASON, message: MESSAGE, grace, disruption: "TerminationByKubelet" };
    this.#o.end(worker, causes);
  }
}
