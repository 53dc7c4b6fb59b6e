import type { Signal } from "./types.ts";

/** By number, from 1 on (signal(7), x86-64). */
const NAMES =
  "HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS".split(
    " ",
  );
const [RTMIN, RTMAX] = [34, 64];

/** Signal to number, in their order. The real-time ones count from both ends, as bash names them. */
export const SIGNALS: Readonly<Record<string, number>> = Object.fromEntries([
  ...NAMES.map((name, i) => [name, i + 1] as const),
  ...Array.from({ length: RTMAX - RTMIN + 1 }, (_, i) => {
    const name = i === 0 ? "RTMIN" : i <= 15 ? `RTMIN+${i}` : i === RTMAX - RTMIN ? "RTMAX" : `RTMAX-${RTMAX - RTMIN - i}`;
    return [name, RTMIN + i] as const;
  }),
]);

/** What happens without a handler. */
export function actionOf(signal: Signal): "terminate" | "ignore" | "stop" | "continue" {
  switch (signal) {
    case "CHLD":
    case "URG":
    case "WINCH":
      return "ignore";
    case "STOP":
    case "TSTP":
    case "TTIN":
    case "TTOU":
      return "stop";
    case "CONT":
      return "continue";
    default:
      return "terminate";
  }
}
export function signalNumber(signal: Signal): number {
  return SIGNALS[signal] ?? 0;
}
