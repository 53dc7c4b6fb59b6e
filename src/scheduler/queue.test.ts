import { describe, expect, it } from "vitest";
import { testClock } from "../sim/testing.ts";
import { podInfo } from "./pod-info.ts";
import { SchedulingQueue } from "./queue.ts";
import { pod } from "./testing/objects.ts";

function setUp(gated: (name: string) => boolean = () => false) {
  const clock = testClock(0);
  const queue = new SchedulingQueue({
    clock,
    onReady: () => {},
    gate: ({ pod: { metadata } }) => (gated(metadata?.name ?? "") ? "Gate" : undefined),
  });
  return {
    clock,
    queue,
    add: (name: string, priority = 0) => queue.add(podInfo(pod(name, { priority })), []),
    pop: () => queue.pop(),
    name: () => queue.pop()?.info.pod.metadata?.name,
  };
}
const FIT = new Set(["NodeResourcesFit"]);

describe("the scheduling queue", () => {
  it("gives the most important first, then who waited longest", () => {
    const { add, name } = setUp();
    add("first");
    add("second");
    add("vip", 10);
    add("third");
    expect([name(), name(), name(), name(), name()]).toEqual(["vip", "first", "second", "third", undefined]);
  });

  it("leaves a parked pod alone until something helps it, at the latest for five minutes", async () => {
    const { clock, queue, add, pop } = setUp();
    add("p");
    queue.park(pop()!, FIT);
    queue.moved(({ rejectedBy }) => rejectedBy.has("NodeAffinity"), []);
    expect(queue.sizes).toEqual({ active: 0, backoff: 0, unschedulable: 1, gated: 0 });
    await clock.advance(299_000);
    expect(queue.ready).toBe(false);
    await clock.advance(2_000);
    expect(pop()?.attempts).toBe(2);
  });

  it("tries a pod that backs off early when there is nothing else to do, but not one that failed", () => {
    const { queue, add, pop, name } = setUp();
    add("waits");
    const waits = pop()!;
    queue.park(waits, FIT);
    queue.moved(() => true, []);
    expect(queue.sizes.backoff).toBe(1);
    add("active");
    expect([name(), name()]).toEqual(["active", "waits"]);
    add("failed");
    queue.retry(pop()!);
    expect(queue.ready).toBe(false);
    expect(pop()).toBeUndefined();
  });

  it("doubles the back-off of one that fails, up to ten seconds", async () => {
    const { clock, queue, add, pop } = setUp();
    add("p");
    const waits: number[] = [];
    for (let i = 0; i < 6; i++) {
      queue.retry(pop()!);
      let seconds = 0;
      while (!queue.ready) {
        await clock.advance(1000);
        seconds++;
      }
      waits.push(seconds);
    }
    expect(waits).toEqual([1, 2, 4, 8, 10, 10]);
  });

  it("holds a gated pod back without an attempt, and gives it at once when the gate is gone", () => {
    let closed = true;
    const { queue, add, pop } = setUp(() => closed);
    add("p");
    expect(queue.sizes.gated).toBe(1);
    queue.moved(() => true, []);
    expect(queue.sizes.gated).toBe(1);
    closed = false;
    queue.moved(() => true, []);
    expect(queue.sizes.active).toBe(1);
    expect(pop()?.attempts).toBe(1);
  });

  it("forgets a pod that is gone, wherever it waited", async () => {
    const { clock, queue, add, pop } = setUp();
    add("active");
    add("parked");
    const [first, second] = [pop()!, pop()!];
    queue.park(second, FIT);
    queue.retry(first);
    queue.delete(first.info.uid);
    queue.delete(second.info.uid);
    await clock.advance(400_000);
    expect(queue.sizes).toEqual({ active: 0, backoff: 0, unschedulable: 0, gated: 0 });
  });
});
