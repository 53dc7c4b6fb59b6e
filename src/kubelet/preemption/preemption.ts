import type { Pod } from "../../api/index.ts";
import type { EventRecorder } from "../../client/index.ts";
import type { Cause } from "../../sim/index.ts";
import { isCritical } from "../eviction/admission.ts";
import { isTerminalPhase, uidOf } from "../pod.ts";
import type { NodeRoom } from "../node-room.ts";
import type { Rejection } from "../resources.ts";
import type { PodWorker, Verdict } from "../worker.ts";
import { podsToPreempt } from "./choose.ts";

const WHY = "Preempted in order to admit critical pod";
const VERDICT: Verdict = {
  phase: "Failed",
  reason: "Preempting",
  message: WHY,
  disruption: "TerminationByKubelet",
  disruptionMessage: "Pod was preempted by Kubelet to accommodate a critical pod.",
};

export interface PreemptionOptions {
  readonly recorder: EventRecorder;
  readonly room: Pick<NodeRoom, "lacks" | "take">;
  readonly workers: () => Iterable<PodWorker>;
  readonly end: (worker: PodWorker, causes: readonly Cause[]) => void;
}

/** Room is made for a critical pod that finds none (k8s: pkg/kubelet/preemption). */
export class Preemption {
  readonly #o: PreemptionOptions;
  /** Who waits for a pod's end, by its UID. */
  readonly #waiting = new Map<string, () => void>();

  constructor(options: PreemptionOptions) {
    this.#o = options;
  }

  /** A pod does not count against the node any more. */
  released(uid: string): void {
    this.#waiting.get(uid)?.();
    this.#waiting.delete(uid);
  }

  /**
   * Ends other pods, one after another, until there is room, and takes it; answers the rejection that stays. Undefined: this is not a
   * pod for which any is ended, or not for room that it is turned away.
   */
  makeRoom(pod: Pod, causes: readonly Cause[]): Promise<Rejection | null> | undefined {
    const missing = this.#o.room.lacks(pod);
    if (missing.length === 0 || !isCritical(pod)) return undefined;
    const others = [...this.#o.workers()].filter(
      (w) => uidOf(w.pod) !== uidOf(pod) && w.phase === "syncing" && w.verdict === undefined && !isTerminalPhase(w.pod.status?.phase),
    );
    const chosen = podsToPreempt(
      pod,
      others.map((w) => w.pod),
      missing,
    );
    if (typeof chosen === "string") {
      const message = `Unexpected error while attempting to recover from admission failure: preemption: error finding a set of pods to preempt: ${chosen}`;
      return Promise.resolve({ reason: "UnexpectedAdmissionError", message });
    }
    const victims = chosen.flatMap((p) => others.filter((w) => w.pod === p));
    return this.#end(victims, pod, causes);
  }

  async #end(victims: readonly PodWorker[], pod: Pod, causes: readonly Cause[]): Promise<null> {
    for (const worker of victims) {
      this.#o.recorder.event(worker.pod, "Warning", VERDICT.reason, WHY, causes);
      worker.verdict ??= VERDICT;
      const over = new Promise<void>((resolve) => this.#waiting.set(worker.uid, resolve));
      this.#o.end(worker, causes);
      await over;
    }
    this.#o.room.take(pod);
    return null;
  }
}
