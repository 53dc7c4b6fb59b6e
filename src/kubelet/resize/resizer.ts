import type { Pod } from "../../api/index.ts";
import type { EventRecorder } from "../../client/index.ts";
import type { ContainerRuntime } from "../../runtime/index.ts";
import type { Cause, Clock } from "../../sim/index.ts";
import { isTerminalPhase, type AnyContainer } from "../pod.ts";
import { cgroupOf, podCgroup } from "../resources.ts";
import type { PodWorker } from "../worker.ts";
import { inOrder, memoryRefusal, resizeChanges, type Change } from "./actions.ts";
import { actuatedAs, allocationFromStatus, allocationOf, asAllocated, effective, withAllocation, type Allocation } from "./allocation.ts";
import { byTurn, type ResizeRefusal } from "./decide.ts";
import { resizeMessage } from "./words.ts";

export interface ResizerOptions {
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly runtime: ContainerRuntime;
  /** Takes what the pod asks for now in place of what it has, or says why the node cannot. */
  exchange(pod: Pod): ResizeRefusal | undefined;
  /** Its status is to be written, or its containers to be seen to. */
  wake(worker: PodWorker, causes: readonly Cause[]): void;
  changed(worker: PodWorker): void;
}

/** The pod as its node runs it. */
export const allocatedPod = ({ pod, resize }: PodWorker): Pod => (resize === undefined ? pod : withAllocation(pod, resize.allocated));

/** Resizes of pods in place: what was asked, what was given, what cgroups were told (k8s: kubelet/allocation). */
export class PodResizer {
  readonly #o: ResizerOptions;
  readonly #deferred = new Set<PodWorker>();

  constructor(options: ResizerOptions) {
    this.#o = options;
  }

  /** A pod that ran before this kubelet did. */
  adopt(worker: PodWorker, causes: readonly Cause[]): void {
    const allocated = worker.resize?.allocated ?? allocationFromStatus(worker.pod);
    if (worker.resize?.pending?.reason === "Deferred") this.#deferred.add(worker);
    this.#asked(worker, allocated, causes);
  }

  /** A newer version of a pod has come. */
  updated(worker: PodWorker, old: Pod, causes: readonly Cause[]): void {
    if (old.spec === worker.pod.spec || worker.phase !== "syncing") return;
    this.#asked(worker, worker.resize?.allocated ?? allocationOf(old), causes);
  }

  /** Room has been made: those who wait are looked at in turn. */
  retry(causes: readonly Cause[]): void {
    if (this.#deferred.size === 0) return;
    const waiting = [...this.#deferred].flatMap((worker) => {
      const { pod, resize } = worker;
      return resize === undefined ? [] : [{ worker, pod, allocated: resize.allocated, since: resize.pending?.at }];
    });
    for (const { worker } of waiting.toSorted(byTurn)) this.#decide(worker, causes);
  }

  forget(worker: PodWorker): void {
    this.#deferred.delete(worker);
  }

  #asked(worker: PodWorker, allocated: Allocation, causes: readonly Cause[]): void {
    if (worker.resize === undefined && asAllocated(worker.pod, allocated)) return;
    if (isTerminalPhase(worker.pod.status?.phase)) return;
    worker.resize ??= { allocated, actuated: actuatedAs(allocated) };
    this.#deferred.add(worker);
    this.retry(causes);
  }

  #decide(worker: PodWorker, causes: readonly Cause[]): void {
    const { clock, recorder } = this.#o;
    const { pod, resize } = worker;
    if (resize === undefined) return;
    this.#deferred.delete(worker);
    const { pending, ...rest } = resize;
    if (asAllocated(pod, resize.allocated)) {
      if (pending !== undefined) this.#set(worker, rest, causes);
      return;
    }
    const generation = pod.metadata?.generation;
    const note = generation === undefined ? { at: clock.now() } : { generation, at: clock.now() };
    const refusal = this.#o.exchange(pod);
    if (refusal === undefined) {
      recorder.event(pod, "Normal", "ResizeStarted", resizeMessage("started", pod, generation), causes);
      return this.#set(worker, { ...rest, allocated: allocationOf(pod), progress: note }, causes);
    }
    const { reason, message } = refusal;
    if (reason === "Deferred") this.#deferred.add(worker);
    if (pending?.reason === reason && pending.message === message && pending.generation === generation) return;
    recorder.event(pod, "Warning", `Resize${reason}`, resizeMessage(reason, pod, generation, message), causes);
    const at = pending?.reason === reason ? pending.at : note.at;
    this.#set(worker, { ...resize, pending: { ...note, reason, message, at } }, causes);
  }

  #set(worker: PodWorker, resize: NonNullable<PodWorker["resize"]>, causes: readonly Cause[]): void {
    worker.resize = resize;
    this.#o.changed(worker);
    this.#o.wake(worker, causes);
  }

  /** Before a status is made: whether a resize is over (k8s: kubelet.go SyncPod, IsPodResizeInProgress). */
  check(worker: PodWorker, causes: readonly Cause[]): void {
    const { resize } = worker;
    if (resize === undefined) return;
    const pod = allocatedPod(worker);
    const { progress, ...rest } = resize;
    if (resizeChanges(pod, worker.observed, resize.actuated).length > 0) return;
    if (progress !== undefined) {
      const message = resizeMessage("completed", pod, progress.generation);
      this.#o.recorder.event(worker.pod, "Normal", "ResizeCompleted", message, causes);
    }
    const over = rest.pending === undefined && asAllocated(worker.pod, rest.allocated);
    if (over || progress !== undefined) this.#o.changed(worker);
    worker.resize = over ? undefined : rest;
  }

  /** Running containers that have not what was set aside for them. */
  changes(worker: PodWorker, pod: Pod): readonly Change[] {
    return worker.resize === undefined ? [] : resizeChanges(pod, worker.observed, worker.resize.actuated);
  }

  /** A container is started with what it was given. */
  started(worker: PodWorker, { name, resources }: AnyContainer): void {
    const { resize } = worker;
    if (resize === undefined || !(name in resize.allocated.containers)) return;
    worker.resize = { ...resize, actuated: { ...resize.actuated, [name]: effective(resources, resize.allocated.whole) } };
    this.#o.changed(worker);
  }

  /** Tells cgroups of containers that go on running (k8s: doPodResizeAction): whether it did, or why it may not. */
  apply(worker: PodWorker, causes: readonly Cause[]): "unchanged" | "changed" | "refused" {
    const { resize } = worker;
    if (resize === undefined) return "unchanged";
    const { runtime, recorder, clock } = this.#o;
    const pod = allocatedPod(worker);
    const all = resizeChanges(pod, worker.observed, resize.actuated);
    const changes = all.filter((c) => !c.restart);
    if (changes.length === 0) return "unchanged";
    const used = new Map(
      [...worker.observed.containers.values()].map(({ latest }) => [latest.name, runtime.stats(latest.id)?.memory ?? 0]),
    );
    const refusal = memoryRefusal(pod, all, resize.actuated, used);
    if (refusal !== undefined) {
      const before = resize.progress;
      const generation = before?.generation ?? pod.metadata?.generation;
      if (before?.message !== refusal) {
        recorder.event(pod, "Warning", "ResizeError", resizeMessage("error", pod, generation, refusal), causes);
        const progress = { reason: "Error", message: refusal, at: clock.now(), ...(generation === undefined ? {} : { generation }) };
        this.#set(worker, { ...resize, progress }, causes);
      }
      return "refused";
    }
    const actuated = { ...resize.actuated };
    for (const { container, status } of inOrder(changes)) {
      runtime.updateResources(status.id, cgroupOf(pod, container));
      actuated[container.name] = effective(container.resources, resize.allocated.whole);
    }
    const sandbox = worker.sandboxes.at(-1);
    if (sandbox !== undefined) runtime.updatePodResources(sandbox.id, podCgroup(pod));
    const { progress } = resize;
    const { reason: _, message: __, ...plain } = progress ?? { at: clock.now() };
    worker.resize = { ...resize, actuated, progress: plain };
    this.#o.changed(worker);
    return "changed";
  }
}
