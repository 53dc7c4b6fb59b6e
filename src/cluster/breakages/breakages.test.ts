import { describe, expect, it } from "vitest";
import { containers } from "./containers.ts";
import { type Account, breakPods } from "./run.ts";
import type { Breakage, Turn } from "./types.ts";
import { lifecycle } from "./lifecycle.ts";
import { machine } from "./machine.ts";
import { memory } from "./memory.ts";
import { profiles } from "./profiles.ts";
import { node } from "./node.ts";
import { images } from "./images.ts";
import { servers } from "./servers.ts";
import { volumes } from "./volumes.ts";

const rows: readonly Breakage[] = [
  ...containers,
  ...images,
  ...lifecycle,
  ...volumes,
  ...node,
  ...servers,
  ...memory,
  ...profiles,
  ...machine,
];

/** Rows of one preset share a cluster, but for those that disturb others. */
const groups = Object.entries(
  rows.reduce<Record<string, Breakage[]>>((all, row) => {
    (all[row.alone ? `alone: ${row.name}` : `on ${row.preset ?? "reference-node"}`] ??= []).push(row);
    return all;
  }, {}),
);

describe.each(groups)("pods that are broken, %s", (_, group) => {
  let accounts: Promise<ReadonlyMap<Breakage, Account>> | undefined;

  it.each(group.map((row) => [row.name, row] as const))(
    "%s",
    async (_name, row) => {
      const account = (await (accounts ??= breakPods(group))).get(row);
      if (account === undefined) throw new Error("the row was not run");
      const { turns, repaired, ...stands } = account;
      expect({
        turns: turns.map(([status, at], i) => inTime(status, at, row.turns[i])),
        ...Object.fromEntries(Object.entries(stands).filter(([key]) => row[key as keyof Breakage] !== undefined)),
        ...(repaired && { repaired: repaired.status === row.repair?.status ? row.repair.status : repaired }),
      }).toEqual(expected(row));
    },
    60_000,
  );
});

const expected = ({ turns, phase, containers: lines, conditions, events, repair }: Breakage): object =>
  Object.fromEntries(
    Object.entries({ turns, phase, containers: lines, conditions, events, repaired: repair?.status }).filter(([, v]) => v !== undefined),
  );

/** The expected turn itself when the one seen is it and in time, else what was seen. */
function inTime(status: string, at: number, turn: Turn | undefined): Turn {
  const [name, earliest = 0, latest = Infinity] = turn ?? [];
  return turn !== undefined && name === status && at >= earliest && at <= latest ? turn : [status, at];
}
