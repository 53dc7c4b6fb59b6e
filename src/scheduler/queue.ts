import { type Cancel, type Cause, type Clock, mergeCauses, timerCause } from "../sim/index.ts";
import type { PodInfo } from "./types.ts";

export interface QueueOptions {
  readonly clock: Clock;
  /** There is a pod to schedule. */
  readonly onReady: () => void;
  /** The plugin that keeps a pod from being looked at at all (k8s: PreEnqueue). */
  readonly gate: (info: PodInfo) => string | undefined;
  readonly initialBackoffMs?: number;
  readonly maxBackoffMs?: number;
}

/** Pods that nothing woke are tried again after this long (k8s: podMaxInUnschedulablePodsDuration). */
const MAX_UNSCHEDULABLE_MS = 300_000;

export interface QueuedPod {
  info: PodInfo;
  /** When it was first queued, for ties of priority. */
  readonly added: number;
  readonly sequence: number;
  attempts: number;
  causes: readonly Cause[];
  /** Plugins that stood in its way last time; none: any event is worth a try. */
  rejectedBy: ReadonlySet<string>;
}

type Place = "active" | "backoff" | "unschedulable" | "gated";

interface Waiting {
  readonly pod: QueuedPod;
  readonly place: Place;
  readonly timer: Cancel | undefined;
  /** Backing off from a fault rather than from a lack of room: never tried early. */
  readonly failed: boolean;
}

/** How many pods wait where. */
export interface QueueSizes {
  readonly active: number;
  readonly backoff: number;
  readonly unschedulable: number;
  readonly gated: number;
}

const NOBODY: ReadonlySet<string> = new Set();

/**
 * Pods that wait for a node: active by priority, backing off, unschedulable until something changes, and gated
 * (k8s: backend/queue).
 */
export class SchedulingQueue {
  readonly #options: QueueOptions;
  readonly #initial: number;
  readonly #max: number;
  readonly #pods = new Map<string, Waiting>();
  /** Those of #pods that an event may wake. */
  readonly #parked = new Map<string, Waiting>();
  /** Those of #pods that back off from a lack of room, in the order they began. */
  readonly #early = new Map<string, Waiting>();
  #active: QueuedPod[] = [];
  #sorted = true;
  #head = 0;
  #sequence = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
    this.#initial = options.initialBackoffMs ?? 1000;
    this.#max = options.maxBackoffMs ?? 10_000;
  }

  /** Whether `pop` has something to give. */
  get ready(): boolean {
    for (; this.#head < this.#active.length; this.#head++) {
      const pod = this.#active[this.#head] as QueuedPod;
      const entry = this.#pods.get(pod.info.uid);
      if (entry?.pod === pod && entry.place === "active") return true;
    }
    return this.#early.size > 0;
  }

  get sizes(): QueueSizes {
    const sizes = { active: 0, backoff: 0, unschedulable: 0, gated: 0 };
    for (const { place } of this.#pods.values()) sizes[place]++;
    return sizes;
  }

  has(uid: string): boolean {
    return this.#pods.has(uid);
  }

  add(info: PodInfo, causes: readonly Cause[]): void {
    const pod: QueuedPod = {
      info,
      added: this.#options.clock.now(),
      sequence: this.#sequence++,
      attempts: 0,
      causes,
      rejectedBy: NOBODY,
    };
    this.#activate(pod);
  }

  /** What is known of a waiting pod changed, nothing that matters to its being tried. */
  refresh(uid: string, change: (info: PodInfo) => PodInfo): void {
    const waiting = this.#pods.get(uid);
    if (waiting) waiting.pod.info = change(waiting.pod.info);
  }

  delete(uid: string): void {
    this.#pods.get(uid)?.timer?.();
    this.#remove(uid);
  }

  /** The pod to schedule next: highest priority, then longest waiting; with none, one that backs off (k8s: SchedulerPopFromBackoffQ). */
  pop(): QueuedPod | undefined {
    if (!this.#sorted) {
      this.#active = this.#active.slice(this.#head).sort(before);
      this.#head = 0;
      this.#sorted = true;
    }
    if (this.ready && this.#head < this.#active.length) return this.#taken(this.#active[this.#head++] as QueuedPod);
    this.#active = [];
    this.#head = 0;
    let early: QueuedPod | undefined;
    for (const { pod } of this.#early.values()) if (!early || before(pod, early) < 0) early = pod;
    return early && this.#taken(early);
  }

  #taken(pod: QueuedPod): QueuedPod {
    this.delete(pod.info.uid);
    pod.attempts++;
    return pod;
  }

  /** Puts a pod that fits nowhere aside until one of the plugins that rejected it has reason for hope. */
  park(pod: QueuedPod, rejectedBy: ReadonlySet<string>): void {
    pod.rejectedBy = rejectedBy;
    const timer = this.#options.clock.timer(MAX_UNSCHEDULABLE_MS, () => {
      pod.causes = [timerCause("unschedulable pods flush", pod.causes)];
      this.#wake(pod);
    });
    this.#set({ pod, place: "unschedulable", timer, failed: false });
  }

  /** Tries a pod again after its back-off: something went wrong with it. */
  retry(pod: QueuedPod): void {
    pod.rejectedBy = NOBODY;
    this.#backOff(pod, true);
  }

  /** Something changed in the cluster: pods that `helps` names back off, then try again. */
  moved(helps: (pod: QueuedPod) => boolean, causes: readonly Cause[]): void {
    if (this.#parked.size === 0) return;
    for (const { pod } of [...this.#parked.values()]) {
      if (!helps(pod)) continue;
      pod.causes = mergeCauses(pod.causes, causes);
      this.#wake(pod);
    }
  }

  #wake(pod: QueuedPod): void {
    const waiting = this.#pods.get(pod.info.uid);
    waiting?.timer?.();
    // One that had no attempt yet has nothing to back off from.
    if (waiting?.place === "gated" && pod.attempts === 0) this.#activate(pod);
    else this.#backOff(pod, false);
  }

  #backOff(pod: QueuedPod, failed: boolean): void {
    if (this.#gated(pod)) return;
    const ms = Math.min(this.#initial * 2 ** Math.max(0, pod.attempts - 1), this.#max);
    const timer = this.#options.clock.timer(ms, () => {
      if (this.#pods.get(pod.info.uid)?.pod === pod) this.#activate(pod);
    });
    this.#set({ pod, place: "backoff", timer, failed });
    if (!failed) this.#options.onReady();
  }

  #activate(pod: QueuedPod): void {
    if (this.#gated(pod)) return;
    this.#set({ pod, place: "active", timer: undefined, failed: false });
    const last = this.#active[this.#active.length - 1];
    if (last && this.#head < this.#active.length && before(last, pod) > 0) this.#sorted = false;
    this.#active.push(pod);
    this.#options.onReady();
  }

  #gated(pod: QueuedPod): boolean {
    const plugin = this.#options.gate(pod.info);
    if (plugin === undefined) return false;
    pod.rejectedBy = new Set([plugin]);
    this.#set({ pod, place: "gated", timer: undefined, failed: false });
    return true;
  }

  #set(waiting: Waiting): void {
    const { uid } = waiting.pod.info;
    this.#remove(uid);
    this.#pods.set(uid, waiting);
    if (waiting.place === "unschedulable" || waiting.place === "gated") this.#parked.set(uid, waiting);
    if (waiting.place === "backoff" && !waiting.failed) this.#early.set(uid, waiting);
  }

  #remove(uid: string): void {
    this.#pods.delete(uid);
    this.#parked.delete(uid);
    this.#early.delete(uid);
  }
}

/** k8s: queuesort.PrioritySort. */
function before(a: QueuedPod, b: QueuedPod): number {
  return b.info.priority - a.info.priority || a.added - b.added || a.sequence - b.sequence;
}
