import type { Node } from "../../api/index.ts";
import type { EventRecorder } from "../../client/index.ts";
import type { ContainerRuntime } from "../../runtime/index.ts";
import { timerCause, type Cancel, type Cause, type Clock } from "../../sim/index.ts";
import type { KubeletConfig } from "../types.ts";
import { isCritical } from "./admission.ts";
import { storageExcess } from "./local-storage.ts";
import { evictionWords, ranked, type Candidate, type EvictionWords } from "./rank.ts";
import { metBy, observe, pressureOf, resourceOf, thresholdsOf, thresholdWords, type Pressure, type Threshold } from "./thresholds.ts";

/** k8s: eviction_manager.go immediateEvictionGracePeriodSeconds, podCleanupTimeout, podCleanupPollFreq. */
const IMMEDIATE_S = 1;
const CLEANUP_MS = 30_000;
const POLL_MS = 1000;

export interface EvictionOptions<T extends Candidate> {
  readonly clock: Clock;
  readonly recorder: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly config: KubeletConfig;
  readonly node: () => Node;
  /** Pods that have not ended, with what they use. */
  active(): readonly T[];
  /** Those of them that say how much of the disk they may have; none while nothing on it has changed. */
  limited(): readonly T[];
  /** Ends a pod; it says itself why. `disrupts`: its condition tells of it, too. */
  evict(candidate: T, words: EvictionWords, graceSeconds: number, disrupts: boolean, causes: readonly Cause[]): void;
  /** Nothing of it runs any more. */
  gone(candidate: T): boolean;
  /** Removes what images nobody needs. */
  reclaimImages(): void;
  changed(): void;
}

/** When pressures were seen last, and soft thresholds first: what outlives a reload. */
export interface EvictionState {
  readonly seen: readonly (readonly [Pressure, number])[];
  readonly since: readonly (readonly [string, number])[];
}

const keyOf = ({ signal, grace, amount }: Threshold): string => `${signal} ${grace} ${amount}`;

/** Frees what a node runs short of, in the end by ending pods (k8s: pkg/kubelet/eviction). Looks when told to, every ten seconds. */
export class EvictionManager<T extends Candidate> {
  readonly #o: EvictionOptions<T>;
  readonly #thresholds: readonly Threshold[];
  readonly #since = new Map<string, number>();
  readonly #seen = new Map<Pressure, number>();
  #met: readonly Threshold[] = [];
  #conditions: readonly Pressure[] = [];
  #waiting: Cancel | undefined;

  constructor(options: EvictionOptions<T>) {
    this.#o = options;
    this.#thresholds = thresholdsOf(options.config);
  }

  /** How often for what, since it started. */
  readonly counts = new Map<string, number>();

  /** What the node reports that it is short of. */
  get conditions(): readonly Pressure[] {
    return this.#conditions;
  }

  save(): EvictionState {
    return { seen: [...this.#seen], since: [...this.#since] };
  }
  restore({ seen, since }: EvictionState): void {
    for (const [pressure, at] of seen) this.#seen.set(pressure, at);
    for (const [key, at] of since) this.#since.set(key, at);
    this.#conditions = [...this.#seen.keys()];
  }

  stop(): void {
    this.#waiting?.();
  }

  synchronize(): void {
    if (this.#waiting !== undefined) return;
    const { clock, runtime, config, recorder } = this.#o;
    const now = clock.now();
    const seen = observe(runtime.use());
    const met = new Map(metBy(this.#thresholds, seen).map((t) => [keyOf(t), t]));
    for (const threshold of metBy(this.#met, seen, true)) met.set(keyOf(threshold), threshold);
    if (met.size > 0 || this.#seen.size > 0) this.#note([...met.values()], now, config.evictionPressureTransitionPeriod);
    this.#met = [...met.values()].filter((t) => now - (this.#since.get(keyOf(t)) ?? now) >= t.grace);
    const causes = [timerCause("kubelet eviction manager", [])];
    if (this.#overfull(causes)) return;
    const [threshold] = this.#met;
    if (threshold === undefined) return;
    const what = resourceOf(threshold.signal);
    recorder.event(this.#o.node(), "Warning", "EvictionThresholdMet", `Attempting to reclaim ${what}`, causes);
    if (pressureOf(threshold.signal) === "DiskPressure") {
      this.#o.reclaimImages();
      if (metBy(this.#thresholds, observe(runtime.use()), true).length === 0) return;
    }
    const grace = threshold.grace === 0 ? IMMEDIATE_S : config.evictionMaxPodGracePeriod;
    const victim = ranked(this.#o.active(), what).find(({ pod }) => !isCritical(pod));
    if (victim === undefined) return;
    this.#count(threshold.signal);
    this.#o.evict(victim, evictionWords(victim, what, thresholdWords(threshold, seen)), grace, true, causes);
    this.#awaitCleanup([victim]);
  }

  /** Since when thresholds are met, and what is reported of it: a pressure stays for a while (k8s: evictionPressureTransitionPeriod). */
  #note(met: readonly Threshold[], now: number, transition: number): void {
    const keys = new Set(met.map(keyOf));
    for (const key of this.#since.keys()) if (!keys.has(key)) this.#since.delete(key);
    for (const key of keys) if (!this.#since.has(key)) this.#since.set(key, now);
    for (const { signal } of met) this.#seen.set(pressureOf(signal), now);
    for (const [pressure, at] of this.#seen) if (now - at >= transition) this.#seen.delete(pressure);
    this.#conditions = [...this.#seen.keys()];
    this.#o.changed();
  }

  /** Pods that keep more on the disk than they said they would. */
  #overfull(causes: readonly Cause[]): boolean {
    const victims: T[] = [];
    for (const candidate of this.#o.limited()) {
      if (isCritical(candidate.pod)) continue;
      const excess = storageExcess(candidate.pod, candidate.use);
      if (excess === undefined) continue;
      const { message, signal } = excess;
      this.#count(signal);
      this.#o.evict(candidate, { message, annotations: {} }, IMMEDIATE_S, false, causes);
      victims.push(candidate);
    }
    if (victims.length > 0) this.#awaitCleanup(victims);
    return victims.length > 0;
  }

  #count(signal: string): void {
    this.counts.set(signal, (this.counts.get(signal) ?? 0) + 1);
  }

  #awaitCleanup(victims: readonly T[]): void {
    const { clock } = this.#o;
    const until = clock.now() + CLEANUP_MS;
    const poll = (): void => {
      this.#waiting = clock.timer(POLL_MS, () => {
        this.#waiting = undefined;
        if (clock.now() < until && !victims.every((v) => this.#o.gone(v))) return poll();
        this.synchronize();
      });
    };
    poll();
  }
}
