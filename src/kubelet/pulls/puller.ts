import type { Clock } from "../../sim/index.ts";

export interface PullerOptions {
  readonly clock: Clock;
  /** One after the other (serializeImagePulls), else as many as `parallel` at a time; undefined: no bound. */
  readonly serial: boolean;
  readonly parallel?: number;
  /** Pulls a second, and in a burst; 0: no bound (registryPullQPS, registryBurst). */
  readonly qps: number;
  readonly burst: number;
}

/** Lets pulls of one machine begin (k8s: images/puller.go, images/helpers.go throttledImageService). */
export class Puller {
  readonly #options: PullerOptions;
  readonly #places: number;
  #running = 0;
  readonly #waiting: (() => void)[] = [];
  #tokens: number;
  #filled: number;

  constructor(options: PullerOptions) {
    this.#options = options;
    this.#places = options.serial ? 1 : (options.parallel ?? Infinity);
    this.#tokens = options.burst;
    this.#filled = options.clock.now();
  }

  /** Runs it when it is its turn; rejects when too many have begun just now. */
  async run<T>(pull: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#places) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#running++;
    try {
      if (!this.#accept()) throw new Error("pull QPS exceeded");
      return await pull();
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  #accept(): boolean {
    const { clock, qps, burst } = this.#options;
    if (qps === 0) return true;
    const now = clock.now();
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#filled) / 1000) * qps);
    this.#filled = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
