import type { Clock } from "../sim/index.ts";
import { errno } from "./errno.ts";
import type { Later } from "./types.ts";

/** A program, or a part of one, that is fetched when it is first needed. */
export const loadLater = <T>(load: () => Promise<T>): Later<T> => ({ load, program: undefined });

/** Fetches a part of a program that runs already; everything stands still meanwhile. */
export async function fetchCode<T>(clock: Clock, later: Later<T>): Promise<T> {
  const release = clock.halt();
  try {
    return (later.program = await later.load());
  } catch {
    throw errno("ELIBACC");
  } finally {
    release();
  }
}
