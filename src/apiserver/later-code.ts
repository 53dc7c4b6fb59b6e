import type { Clock } from "../sim/index.ts";
import type { MaybePromise } from "./maybe.ts";

/** Code that is a chunk of its own, as a request waits for it. */
export interface LaterCode {
  /** `then`, at once when the code was loaded before; else when it is there, with the whole clock halted until then. */
  use<C, R>(load: () => Promise<C>, then: (code: C) => MaybePromise<R>): MaybePromise<R>;
}

/** Every server waits once for each chunk, cached or not, so that its history does not depend on others (decision 004). */
export function createLaterCode(clock: Clock): LaterCode {
  const there = new Map<() => Promise<unknown>, unknown>();
  return {
    use<C, R>(load: () => Promise<C>, then: (code: C) => MaybePromise<R>): MaybePromise<R> {
      if (there.has(load)) return then(there.get(load) as C);
      const release = clock.halt();
      return load().then(
        (code) => {
          there.set(load, code);
          try {
            return then(code);
          } finally {
            // What `then` goes on to wait for needs the clock.
            release();
          }
        },
        (error: unknown) => {
          release();
          throw error;
        },
      );
    },
  };
}
