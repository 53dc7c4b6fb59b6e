import { rfc3339Micro } from "../sim/index.ts";

/** `E1120 19:15:44.855000   12345`, as klog begins a line. */
export function klogHead(severity: "I" | "W" | "E" | "F", now: number, pid: number): string {
  const [, month, day, time] = /^\d+-(\d\d)-(\d\d)T([\d:.]+)/.exec(rfc3339Micro(now)) ?? [];
  return `${severity}${month}${day} ${time} ${String(pid).padStart(7)}`;
}
