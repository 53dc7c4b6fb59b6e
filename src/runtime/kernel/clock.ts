import type { Clock } from "../../sim/index.ts";
import type { ProcessContext } from "../types.ts";
import type { Journal } from "./journal.ts";

/** The machine's clock as a process's journal knows it. */
export function journalledClock(clock: Clock, journal: Journal): ProcessContext["clock"] {
  return {
    now: () => journal.now(),
    sleep: (ms) => {
      const deadline = journal.now() + Math.max(0, ms);
      return journal.call("sleep", (c) => clock.timer(deadline - clock.now(), () => c.done())) as Promise<void>;
    },
  };
}
