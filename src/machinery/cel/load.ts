import type * as celModule from "./index.ts";

/** The Common Expression Language: what `loadCel` gives. */
export type Cel = typeof celModule;

/** Code, not state: the same for every sandbox. */
let loaded: Cel | undefined;

/** A chunk of its own; whoever waits for it halts the clock meanwhile (decision 004). */
export const loadCel = async (): Promise<Cel> => (loaded ??= await import("./index.ts"));

/** For whoever knows that it is there: pure functions that are called after `loadCel` has resolved. */
export function cel(): Cel {
  if (loaded === undefined) throw new Error("CEL is used before it is loaded");
  return loaded;
}
