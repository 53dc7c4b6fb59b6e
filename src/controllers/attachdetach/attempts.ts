import { ATTACH_TIMEOUT_MS, retryAfter } from "./decide.ts";

interface Attempt {
  since: number;
  failures: number;
  /** Nothing is tried before. */
  retryAt: number;
}

/** The attachments that were asked for and not seen yet: how long each has taken, how often it failed. */
export class Attempts {
  readonly #now: () => number;
  readonly #attempts = new Map<string, Attempt>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /**
   * What is to be said of one whose VolumeAttachment is there and not attached: `failure` is news for its pods, and
   * after `wait` ms it is worth another look.
   */
  look(key: string, error: string | undefined, timedOut: string): { readonly failure?: string; readonly wait: number } {
    const now = this.#now();
    let attempt = this.#attempts.get(key);
    if (attempt === undefined) this.#attempts.set(key, (attempt = { since: now, failures: 0, retryAt: now }));
    if (now < attempt.retryAt) return { wait: attempt.retryAt - now };
    const left = attempt.since + ATTACH_TIMEOUT_MS - now;
    if (error === undefined && left > 0) return { wait: left };
    attempt.failures++;
    const wait = retryAfter(attempt.failures);
    attempt.retryAt = attempt.since = now + wait;
    return { failure: error ?? timedOut, wait };
  }

  forget(key: string): void {
    this.#attempts.delete(key);
  }
}
