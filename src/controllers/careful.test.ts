import { expect, it } from "vitest";
import { createWorkQueue } from "../client/index.ts";
import { testClock } from "../sim/testing.ts";
import { Expiries } from "./eventttl/decide.ts";
import { createExpectations } from "./expectations.ts";
import { createPacer } from "./pace.ts";
import { excessTerminated } from "./podgc/decide.ts";
import { estimateSeconds, retryMs, unexpected } from "./namespace/decide.ts";

it("expectations hold until all is seen, or five minutes have passed", async () => {
  const clock = testClock();
  const e = createExpectations(clock);
  e.expectCreations("a", 2);
  e.creationObserved("a");
  expect(e.satisfied("a")).toBe(false);
  e.creationObserved("a");
  expect(e.satisfied("a")).toBe(true);
  e.expectDeletions("a", ["x"]);
  e.deletionObserved("a", "y");
  expect(e.satisfied("a")).toBe(false);
  await clock.advance(301_000);
  expect(e.satisfied("a")).toBe(true);
});

it("a pacer lets a burst through, then so many a second, heavy turns less often", async () => {
  const clock = testClock();
  const pacer = createPacer(clock, { burst: 2, perSecond: 10 });
  expect([pacer.take("a", 1), pacer.take("a", 1), pacer.take("a", 1), pacer.take("b", 1)]).toEqual([0, 0, 100, 0]);
  await clock.advance(100);
  expect([pacer.take("a", 5), pacer.take("a", 1)]).toEqual([0, 500]);
});

it("what fails is tried again later and later, and so many times only", async () => {
  const clock = testClock();
  const tries: number[] = [];
  const causes = [{ kind: "revision" as const, revision: 1 }];
  const queue = createWorkQueue({
    clock,
    name: "test",
    retry: { firstMs: 100, mostMs: 250, times: 4 },
    async process(key) {
      tries.push(clock.now() - begun);
      queue.addRateLimited(key, causes);
    },
  });
  const begun = clock.now();
  queue.add("a", causes);
  await clock.advance(60_000);
  expect(tries).toEqual([0, 100, 300, 550, 800]);
  queue.add("a", causes);
  await clock.advance(150);
  expect(tries.slice(5)).toEqual([60_000, 60_100]);
});

it("events expire in the order of their last update", () => {
  const e = new Expiries();
  for (const [key, at] of [
    ["b", 20],
    ["a", 10],
    ["c", 30],
  ] as const)
    e.set(key, at);
  e.set("a", 40);
  expect(e.take(25)).toEqual({ expired: ["b"], next: 30 });
  expect(e.take(100)).toEqual({ expired: ["c", "a"], next: undefined });
});

it("finished pods above the threshold go, evicted ones first, then the oldest", () => {
  const pod = (name: string, creationTimestamp: string, reason?: string) => ({
    metadata: { name, creationTimestamp },
    status: { phase: "Failed", ...(reason ? { reason } : {}) },
  });
  const pods = [pod("new", "3"), pod("old", "1"), pod("evicted", "2", "Evicted")];
  expect(excessTerminated(pods, 1).map((p) => p.metadata?.name)).toEqual(["evicted", "old"]);
});

it("a namespace is looked at again after half of what is left may take", () => {
  const pods = [{ plural: "pods", group: "", objects: [{ spec: { terminationGracePeriodSeconds: 30 } } as object] }];
  expect([estimateSeconds([]), estimateSeconds(pods), retryMs(30), retryMs(1)]).toEqual([0, 30, 16_000, 1000]);
});

it.each<[string, string, object[], string | undefined]>([
  ["a pod that takes its time", "pods", [{ spec: { terminationGracePeriodSeconds: 30 } }], undefined],
  ["a finalizer", "configmaps", [{ metadata: { finalizers: ["a/b"] } }], undefined],
  ["nothing that anybody knows of", "configmaps", [{}], "unexpected items still remain in namespace: ns for gvr: /v1, Resource=configmaps"],
  [
    "nothing, of a pod that has ended",
    "pods",
    [{ status: { phase: "Failed" }, spec: { terminationGracePeriodSeconds: 30 } }],
    "unexpected items still remain in namespace: ns for gvr: /v1, Resource=pods",
  ],
])("what stays in a terminating namespace is held by %s", (_, plural, objects, problem) =>
  expect(unexpected("ns", "v1", { plural, group: "", objects })).toBe(problem),
);
