import { describe, expect, it } from "vitest";
import { testCluster } from "../testing.ts";
import { checkHistory } from "./checker.ts";
import { checkers } from "./checkers/index.ts";
import { causalChain, described } from "./explain.ts";
import { forge } from "./forged.ts";
import { spinning, unrest } from "./rest.ts";
import { play, type Step, stepsOf } from "./run.ts";
import { shrink } from "./shrink.ts";

/** How many histories: few at every check, more before a push, all of them in `npm run prove`. */
const COUNTS: Readonly<Record<string, number>> = { full: 500, part: 20 };
const HISTORIES = Number(process.env["TIMONEL_HISTORIES"] ?? COUNTS[process.env["TIMONEL_PROOFS"] ?? ""] ?? 5);
const FIRST = Number(process.env["TIMONEL_HISTORY_SEED"] ?? 1);
const STEPS = 40;
/** Tries that a failing history is shrunk in. */
const PATIENCE = process.env["TIMONEL_DUMP"] ? 0 : 40;

interface Outcome {
  readonly problems: readonly string[];
  readonly log: readonly string[];
  readonly why: readonly string[];
}

async function outcomeOf(seed: number, steps: readonly Step[]): Promise<Outcome> {
  const cluster = await testCluster({ seed, addons: false, nodes: 4, podsPerNode: 16 });
  try {
    const { history, log, quietFrom } = await play(cluster, seed, steps);
    const found = [
      ...checkHistory({ history, checkers, settled: quietFrom !== undefined }),
      ...[...spinning(history), ...unrest(history, quietFrom ?? history[history.length - 60]?.revision ?? 0)].map((u) => ({
        ...u,
        checker: "a settled cluster is still",
      })),
    ];
    const dump = process.env["TIMONEL_DUMP"];
    if (dump)
      console.log(
        history
          .filter((r) => new RegExp(dump).test(r.key))
          .map((r) => `${r.revision} @${(r.at - 1767225600000) / 1000} ${described(r)}`)
          .join("\n"),
      );
    const problems = found.map(({ checker, problem }) => `${checker}: ${problem}`);
    const revision = found.find((v) => v.revision !== undefined)?.revision;
    return { problems, log, why: revision === undefined ? [] : causalChain(history, revision) };
  } finally {
    cluster.stop();
  }
}

/** All there is to know of a history that fails; its steps as few as patience allows. */
async function reported(seed: number): Promise<string> {
  let outcome = await outcomeOf(seed, stepsOf(seed, STEPS));
  const [kind] = outcome.problems[0]?.split(":") ?? [];
  if (kind === undefined) return "";
  await shrink(
    stepsOf(seed, STEPS),
    async (steps) => {
      const smaller = await outcomeOf(seed, steps).catch(() => undefined);
      const same = smaller?.problems.some((p) => p.startsWith(`${kind}:`)) ?? false;
      if (smaller && same) outcome = smaller;
      return same;
    },
    PATIENCE,
  );
  return [`seed ${seed}`, ...outcome.problems, "what was done:", ...outcome.log, "how it came about:", ...outcome.why].join("\n");
}

describe(`histories at random, ${HISTORIES} of them`, () => {
  for (let seed = FIRST; seed < FIRST + HISTORIES; seed++)
    it(`keep every invariant: seed ${seed}`, async () => {
      expect(await reported(seed)).toBe("");
    }, 600_000);
});

describe("a settled cluster", () => {
  it("is not still when anything but heartbeats is written", () => {
    const f = forge();
    const node = f.put({
      apiVersion: "v1",
      kind: "Node",
      metadata: { name: "node-1" },
      status: { conditions: [{ type: "Ready", status: "True", lastHeartbeatTime: "1" }] },
    });
    f.as("system:node:node-1");
    const alive = f.change(node, { status: { conditions: [{ type: "Ready", status: "True", lastHeartbeatTime: "2" }] } });
    f.change(alive, { status: { conditions: [{ type: "Ready", status: "False", lastHeartbeatTime: "3" }] } });
    f.as("deployment-controller");
    for (const n of ["1", "2"])
      f.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "default", labels: { n } } });
    expect(unrest(f.history, 3)).toEqual([
      { problem: "/registry/nodes/node-1 is written by system:node:node-1, 1 times", revision: 4 },
      {
        problem: "/registry/configmaps/default/c is written by system:serviceaccount:kube-system:deployment-controller, 2 times",
        revision: 5,
      },
    ]);
  });

  it("spins when one object is written again and again at one moment", () => {
    const f = forge();
    for (let n = 0; n < 40; n++)
      f.put({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "default", labels: { n: `${n}` } } });
    expect(spinning(f.history)).toEqual([
      { problem: "/registry/configmaps/default/c by kubernetes-admin: 40 writes at one moment", revision: 41 },
    ]);
  });
});

it("a failing history shrinks to the steps that matter, and waits as long", async () => {
  const steps = stepsOf(1, 32);
  const left = await shrink(steps, async (some) => [5, 20].every((index) => some.some((s) => s.index === index)), 100);
  expect(left.map((s) => s.index)).toEqual([5, 20]);
  const until = (index: number): number => steps.slice(0, index + 1).reduce((sum, s) => sum + s.wait, 0);
  expect(left.reduce((sum, s) => sum + s.wait, 0)).toBeCloseTo(until(20));
});
