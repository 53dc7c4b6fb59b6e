import type { Clock } from "../../sim/index.ts";
import type { ProcessContext } from "../types.ts";
import type { Journal } from "./journal.ts";
import { sleepKey } from "./sleeps.ts";

/** The machine's clock as a process's journal knows it. */
export function journalledClock(clock: Clock, journal: Journal): ProcessContext["clock"] {
  return {
    now: () => journal.now(),
    sleep: (ms) => {
      const deadline = journal.now() + ms;
      return journal.call(sleepKey(deadline), (c) => clock.timer(Math.max(0, deadline - clock.now()), () => c.done())) as Promise<void>;
    },
  };
}
