import type { ProcessContext } from "../runtime/index.ts";
import { utcFields } from "../sim/index.ts";

const digits = (n: number, width: number): string => String(n).padStart(width, "0");

type Severity = "I" | "W" | "E" | "F";

/** How klog begins its lines: `I0102 15:04:05.000000       1`. */
export function klogHead({ clock, pid }: ProcessContext, severity: Severity): string {
  const t = utcFields(clock.now());
  const day = `${digits(t.month, 2)}${digits(t.day, 2)}`;
  const time = `${digits(t.hour, 2)}:${digits(t.minute, 2)}:${digits(t.second, 2)}.${digits(t.millisecond, 3)}000`;
  return `${severity}${day} ${time} ${String(pid).padStart(7)}`;
}

/** A component's log lines, as klog writes them: `I0102 15:04:05.000000       1 server.go:10] said`. */
export function klog(proc: ProcessContext): (severity: Severity, place: string, text: string) => Promise<void> {
  return (severity, place, text) => proc.stderr.write(`${klogHead(proc, severity)} ${place}] ${text}\n`);
}
