import type { ProcessContext } from "../../runtime/index.ts";

/** A program's alarms. A sleep cannot be taken back, so one that is pending serves all that is due when it ends. */
export class Timers {
  readonly #proc: ProcessContext;
  #armed: number[] = [];
  #alarms: { readonly at: number; readonly fn: () => void }[] = [];

  constructor(proc: ProcessContext, armed: readonly number[] = []) {
    this.#proc = proc;
    for (const at of armed) this.#arm(at);
  }
  /** For a checkpoint. */
  save(): readonly number[] {
    return [...this.#armed];
  }
  /** Answers what takes the alarm back. */
  at(at: number, fn: () => void): () => void {
    const alarm = { at, fn };
    this.#alarms.push(alarm);
    if (!this.#armed.some((a) => a <= at)) this.#arm(at);
    return () => {
      this.#alarms = this.#alarms.filter((a) => a !== alarm);
    };
  }
  until(at: number): Promise<void> {
    return new Promise((resolve) => this.at(at, resolve));
  }
  #arm(at: number): void {
    this.#armed.push(at);
    void this.#proc.clock.sleep(at - this.#proc.clock.now()).then(() => this.#tick(at));
  }
  #tick(ended: number): void {
    const now = this.#proc.clock.now();
    this.#armed.splice(this.#armed.indexOf(ended), 1);
    const due = this.#alarms.filter((a) => a.at <= now).sort((a, b) => a.at - b.at);
    this.#alarms = this.#alarms.filter((a) => a.at > now);
    for (const { fn } of due) fn();
    const next = this.#alarms.reduce((n, a) => Math.min(n, a.at), Infinity);
    if (next !== Infinity && !this.#armed.some((a) => a <= next)) this.#arm(next);
  }
}
