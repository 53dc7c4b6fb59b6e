import type { Client } from "../../client/index.ts";
import type { Revision, Store } from "../../etcd/index.ts";
import { StatusError } from "../../machinery/index.ts";
import { type Cause, createRandom, type Random } from "../../sim/index.ts";
import { calm } from "./calm.ts";
import { NAMESPACES, objects, OPERATIONS } from "./operations.ts";
import { isHeartbeat } from "./rest.ts";

/** A step of a history: it waits, and then does something. It draws from a stream of its own, so leaving one out changes no other's. */
export interface Step {
  readonly index: number;
  readonly wait: number;
  readonly operation: number;
}

/** The part of a cluster that a history happens to. */
export interface Stage {
  readonly store: Store & { readonly pin: Store["pin"] };
  client(user: { readonly name: string; readonly groups: readonly string[] }, agent: string, causes: readonly Cause[]): Client;
  readonly clock: { now(): number };
  /** Virtual seconds. */
  advance(seconds: number): Promise<void>;
}

export interface Told {
  readonly history: readonly Revision[];
  /** What was done, and when. */
  readonly log: readonly string[];
  /** The first revision after which nothing but heartbeats should be written; undefined: it never came to rest. */
  readonly quietFrom: number | undefined;
}

const MOST_OF_A_KIND = 3;
/** Operations that make something, which stand first. */
const FIRST_KINDS = 10;
const WEIGHT = OPERATIONS.reduce((sum, [weight]) => sum + weight, 0);

/** The steps of a seed. */
export function stepsOf(seed: number, length: number): readonly Step[] {
  const random = createRandom(seed, "history");
  return Array.from({ length }, (_, index) => {
    // The first ones make something to work on.
    const wait = index < 8 ? random.int(3) : pickWait(random);
    return { index, wait, operation: weighted(random, index < 8 ? FIRST_KINDS : OPERATIONS.length) };
  });
}

/** Mostly at once or soon, so that one thing happens while another is under way. */
const pickWait = (random: Random): number => [0, 0, 0.002, 0.3, 1, 2, 4, 8, 15, 45][random.int(10)] ?? 0;

function weighted(random: Random, among: number): number {
  const whole = among === OPERATIONS.length ? WEIGHT : OPERATIONS.slice(0, among).reduce((sum, [weight]) => sum + weight, 0);
  let left = random.int(whole);
  return OPERATIONS.findIndex(([weight]) => (left -= weight) < 0);
}

/** How long nothing must happen until a cluster counts as settled: longer than any controller waits between tries (1,000 s). */
const STILL_S = 1_020;
/** For so long nothing may happen then. */
const QUIET_S = 900;
const PATIENCE_S = 7_200;

/** Plays a history on a cluster, lets it come to rest and watches it rest. */
export async function play(stage: Stage, seed: number, steps: readonly Step[]): Promise<Told> {
  const { store, clock } = stage;
  store.pin(1);
  const admin = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
  const began = clock.now();
  const log: string[] = [];
  const clientFor = (sequence: number, what: string): Client =>
    stage.client(admin, "history", [{ kind: "input", at: clock.now(), sequence, what }]);
  let made = 0;
  const fresh = (resource: string): string | undefined => {
    if (objects(store, resource).length >= MOST_OF_A_KIND) return undefined;
    return `w${made++}`;
  };
  await clientFor(-1, "begin").create("namespaces", { apiVersion: "v1", kind: "Namespace", metadata: { name: NAMESPACES[1] } });
  await stage.advance(1);
  for (const { index, wait, operation } of steps) {
    await stage.advance(wait);
    const [, name, run] = OPERATIONS[operation] as (typeof OPERATIONS)[number];
    const random = createRandom(seed, `step ${index}`);
    let outcome: string | undefined;
    try {
      outcome = await run({ random, store, fresh, client: clientFor(index, name) });
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      outcome = `${name}: ${error.message}`;
    }
    if (outcome !== undefined) log.push(`${((clock.now() - began) / 1000).toFixed(3)} s  #${index} at ${store.revision}: ${outcome}`);
  }
  await calm({ stage, client: (what) => clientFor(steps.length, what) });
  log.push(`${((clock.now() - began) / 1000).toFixed(3)} s  calm at ${store.revision}`);
  const quietFrom = await rest(stage);
  return { history: store.history(0), log, quietFrom };
}

/** Waits until nothing happens; answers from which revision on that is so, having watched. */
async function rest(stage: Stage): Promise<number | undefined> {
  const { store } = stage;
  let still = 0;
  let seen = store.revision;
  for (let waited = 0; waited < PATIENCE_S && still < STILL_S; waited += 60) {
    await stage.advance(60);
    still = store.history(seen + 1).some((r) => !isHeartbeat(r)) ? 0 : still + 60;
    seen = store.revision;
  }
  if (still < STILL_S) return undefined;
  await stage.advance(QUIET_S);
  return seen + 1;
}
