import { expect, it } from "vitest";
import { testCluster } from "./testing.ts";

declare const setImmediate: (fn: () => void) => unknown;
declare const clearImmediate: (handle: unknown) => void;

/** What learners type, and what holds it back. */
const WILD: Readonly<Record<string, string>> = {
  "fork-bomb": "b() { b | b & }; b; wait",
  flood: "yes",
  zeros: "cat /dev/zero",
  loop: "while :; do :; done",
  pipes: `while :; do yes | head -n 1000 ${"| cat ".repeat(40)}> /dev/null; done`,
  recursion: "f() { f; }; while :; do (f); done",
  suicide: "while :; do kill -9 1; sleep 0.1; done",
  memory: "while :; do tail /dev/zero; done",
};

const pod = (name: string, script: string): string => `apiVersion: v1
kind: Pod
metadata: {name: ${name}}
spec:
  containers:
  - name: c
    image: debian:12
    command: ["bash", "-c", ${JSON.stringify(script)}]
    resources: {limits: {memory: 64Mi}}
`;

it("answers kubectl within as many turns beside what never ends as beside nothing", async () => {
  let turns = 0;
  const c = await testCluster({
    addons: false,
    nodes: 1,
    platform: {
      wall: () => 0,
      timer(ms, fn) {
        if (ms > 0) return () => {};
        turns++;
        const handle = setImmediate(fn);
        return () => clearImmediate(handle);
      },
    },
  });
  const cost = async (): Promise<number> => {
    const before = turns;
    expect(await c.sh("kubectl get pods")).toContain("quiet");
    return turns - before;
  };
  await c.sh(`kubectl apply -f - <<'E'\n${pod("quiet", "sleep 100000")}E`);
  await c.advance(10);
  await cost();
  const quiet = await cost();
  for (const [name, script] of Object.entries(WILD)) await c.sh(`kubectl apply -f - <<'E'\n${pod(name, script)}E`);
  await c.advance(0.9);
  const costs: number[] = [];
  for (let i = 0; i < 2; i++) {
    await c.advance(0.02);
    costs.push(await cost());
  }
  // A few turns may have been begun; work of the machines waits for the learner's.
  for (const n of costs) expect(n).toBeLessThan(quiet * 1.5 + 50);
  expect(await c.sh("kubectl get pods --no-headers | grep -vc -e Pending -e ContainerCreating")).toBe("9");
});
