import type { CpuGroup, Throttling } from "../kernel/cpu.ts";

/** cpu.cfs_period_us, as the kubelet sets it. */
const PERIOD = 100;

/** Counts the periods between two times in which a group ran at one rate, and those in which it used up its quota (cpu.stat). */
export function countThrottling(group: CpuGroup, cores: number, since: number, now: number): void {
  const { limit, rate, tasks } = group;
  if (limit === undefined || !tasks?.size) return;
  const t: Throttling = (group.throttling ??= { periods: 0, throttled: 0, ms: 0, ran: 0, began: since - (since % PERIOD) });
  const quota = (limit / 1000) * PERIOD;
  const wanted = Math.min(tasks.size, cores) * PERIOD;
  const end = (periods: number, ran: number): void => {
    t.periods += periods;
    if (ran < quota - 1e-6 || wanted <= quota) return;
    t.throttled += periods;
    t.ms += periods * (wanted - quota);
  };
  if (since >= t.began + PERIOD) {
    if (t.ran > 0) end(1, t.ran);
    t.ran = 0;
    t.began = since - (since % PERIOD);
  }
  const first = Math.min(now, t.began + PERIOD);
  t.ran += rate * (first - since);
  if (now < t.began + PERIOD) return;
  end(1, t.ran);
  const whole = Math.floor((now - first) / PERIOD);
  if (whole > 0) end(whole, rate * PERIOD);
  t.began = first + whole * PERIOD;
  t.ran = rate * (now - t.began);
}
