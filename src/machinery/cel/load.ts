import type * as cel from "./index.ts";

/** The Common Expression Language: what `loadCel` gives. */
export type Cel = typeof cel;

/** A chunk of its own; whoever waits for it halts the clock meanwhile (decision 004). */
export const loadCel = (): Promise<Cel> => import("./index.ts");
