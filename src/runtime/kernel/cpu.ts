import type { Cancel, Clock } from "../../sim/index.ts";

/** Work of one process, at most one core wide. */
export interface CpuTask {
  readonly group: CpuGroup;
  remaining: number;
  /** `over`: milliseconds run beyond what was asked, because clocks tick in whole milliseconds. */
  readonly done: (over: number) => void;
}

/** How often a quota held a group back. */
export interface Throttling {
  periods: number;
  throttled: number;
  ms: number;
  /** What it has run since the period began, and when that was. */
  ran: number;
  began: number;
}

/** A quota around several groups: millicores. */
export interface CpuLimit {
  readonly limit: number;
}

/** A cgroup's cpu controller. */
export interface CpuGroup {
  /** Millicores; undefined: no limit. */
  limit: number | undefined;
  /** cpu.shares: what it gets against others when the machine is busy. */
  shares: number;
  /** Milliseconds used, ever. */
  usage: number;
  /** Milliseconds that processes which have ended had run and not paid for. */
  owed: number;
  /** Made when there are any. */
  tasks: Set<CpuTask> | undefined;
  /** Cores it runs at now. */
  rate: number;
  /** Told when `usage` has grown between two times. */
  onUse: ((since: number, now: number) => void) | undefined;
  /** What holds it back together with others. */
  within?: () => CpuLimit | undefined;
  /** Counted where there is a limit, and only there. */
  throttling?: Throttling;
}

export function createCpuGroup(limit: number | undefined, shares: number): CpuGroup {
  return { limit, shares: Math.max(2, shares), usage: 0, owed: 0, tasks: undefined, rate: 0, onUse: undefined };
}

/**
 * Cores for each group: no more than its limit or its number of tasks, and in proportion to shares while the machine's
 * cores do not suffice for all (CFS with quota, as a fluid).
 */
export function shareOut(groups: readonly CpuGroup[], cores: number): void {
  const alone = (g: CpuGroup): number => Math.min(g.tasks?.size ?? 0, g.limit === undefined ? Infinity : g.limit / 1000);
  const bound = within(groups, alone);
  const want = (g: CpuGroup): number => bound?.get(g) ?? alone(g);
  let total = 0;
  for (const g of groups) total += g.rate = want(g);
  if (total <= cores) return;
  let open = groups.slice();
  let left = cores;
  while (open.length > 0) {
    let shares = 0;
    for (const g of open) shares += g.shares;
    const satisfied = open.filter((g) => want(g) <= (left * g.shares) / shares);
    if (satisfied.length === 0) {
      for (const g of open) g.rate = (left * g.shares) / shares;
      return;
    }
    for (const g of satisfied) {
      g.rate = want(g);
      left -= g.rate;
    }
    open = open.filter((g) => !satisfied.includes(g));
  }
}

/** What groups get at most that share a quota: in proportion to what each would have. */
function within(groups: readonly CpuGroup[], alone: (g: CpuGroup) => number): ReadonlyMap<CpuGroup, number> | undefined {
  let together: Map<CpuLimit, CpuGroup[]> | undefined;
  for (const g of groups) {
    const limit = g.within?.();
    if (limit === undefined) continue;
    const list = (together ??= new Map()).get(limit);
    if (list === undefined) together.set(limit, [g]);
    else list.push(g);
  }
  if (together === undefined) return undefined;
  const out = new Map<CpuGroup, number>();
  for (const [{ limit }, list] of together) {
    const wanted = list.reduce((sum, g) => sum + alone(g), 0);
    const part = Math.min(1, limit / 1000 / wanted);
    for (const g of list) out.set(g, alone(g) * part);
  }
  return out;
}

/**
 * A machine's processors: one timer at a time, for the next task to finish. Example: a container limited to 500m that
 * burns 100 ms alone finishes 200 ms later.
 */
export class Cpu {
  readonly #clock: Clock;
  readonly #cores: number;
  readonly #active = new Set<CpuGroup>();
  #groups: readonly CpuGroup[] = [];
  #since = 0;
  /** Milliseconds that all groups have used, since the machine started. */
  total = 0;
  #timer: Cancel | undefined;
  #armed = false;

  readonly #whilePaused: ((fn: () => void) => void) | undefined;

  /** `whilePaused`: how work is done at once while time is paused, on the learner's own computer. */
  constructor(clock: Clock, cores: number, whilePaused?: (fn: () => void) => void) {
    this.#whilePaused = whilePaused;
    this.#clock = clock;
    this.#cores = cores;
  }

  run(task: CpuTask): void {
    if (this.#whilePaused && this.#clock.paused) {
      task.group.usage += task.remaining;
      return this.#whilePaused(() => task.done(0));
    }
    this.#elapse();
    (task.group.tasks ??= new Set()).add(task);
    this.#active.add(task.group);
    this.#arm();
  }
  cancel(task: CpuTask): void {
    if (!task.group.tasks?.has(task)) return;
    this.#elapse();
    this.#drop(task);
    this.#arm();
  }
  /** After a group's limit or shares changed. */
  changed(): void {
    this.#elapse();
    this.#arm();
  }
  usage(group: CpuGroup): number {
    this.#elapse();
    return group.usage;
  }
  /** Brings `remaining` of every task up to date, before it is stored. */
  settle(): void {
    this.#elapse();
  }
  get load(): number {
    let tasks = 0;
    for (const g of this.#active) tasks += g.tasks?.size ?? 0;
    return tasks;
  }

  #drop(task: CpuTask): void {
    task.group.tasks?.delete(task);
    if (!task.group.tasks?.size) {
      this.#active.delete(task.group);
      task.group.rate = 0;
    }
  }
  /** Charges the time since the last look to whoever ran. */
  #elapse(): void {
    const now = this.#clock.now();
    const passed = now - this.#since;
    this.#since = now;
    if (passed <= 0) return;
    for (const group of this.#active) {
      const each = (group.rate * passed) / (group.tasks?.size ?? 0);
      for (const task of group.tasks ?? []) task.remaining -= each;
      group.usage += group.rate * passed;
      this.total += group.rate * passed;
      group.onUse?.(now - passed, now);
    }
  }
  /** Arms once a turn's changes are in: a thousand tasks that start together cost one pass. */
  #arm(): void {
    if (this.#armed) return;
    this.#armed = true;
    this.#timer?.();
    this.#timer = undefined;
    this.#clock.timer(0, () => {
      this.#armed = false;
      this.#groups = [...this.#active];
      shareOut(this.#groups, this.#cores);
      let next = Infinity;
      for (const group of this.#groups) {
        const speed = group.rate / (group.tasks?.size ?? 0);
        for (const task of group.tasks ?? []) next = Math.min(next, task.remaining / speed);
      }
      if (next < Infinity) this.#timer = this.#clock.timer(Math.max(0, Math.ceil(next - 1e-9)), () => this.#finish());
    });
  }
  #finish(): void {
    this.#timer = undefined;
    this.#elapse();
    for (const group of this.#groups) {
      for (const task of [...(group.tasks ?? [])]) {
        if (task.remaining > 1e-9) continue;
        this.#drop(task);
        task.done(-task.remaining);
      }
    }
    this.#arm();
  }
}
