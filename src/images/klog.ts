import type { ProcessContext } from "../runtime/index.ts";
import { utcFields } from "../sim/index.ts";

const digits = (n: number, width: number): string => String(n).padStart(width, "0");

/** A component's log lines, as klog writes them: `I0102 15:04:05.000000       1 server.go:10] said`. */
export function klog(proc: ProcessContext): (severity: "I" | "W" | "E", place: string, text: string) => Promise<void> {
  return (severity, place, text) => {
    const t = utcFields(proc.clock.now());
    const day = `${digits(t.month, 2)}${digits(t.day, 2)}`;
    const time = `${digits(t.hour, 2)}:${digits(t.minute, 2)}:${digits(t.second, 2)}.${digits(t.millisecond, 3)}000`;
    return proc.stderr.write(`${severity}${day} ${time} ${String(proc.pid).padStart(7)} ${place}] ${text}\n`);
  };
}
