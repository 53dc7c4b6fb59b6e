import { expect, it } from "vitest";
import type { Pod } from "../api/index.ts";
import { testClock } from "../sim/testing.ts";
import type { Change, Informer, Informers } from "./types.ts";
import { createInformersView } from "./view.ts";

const pod = (name: string, app: string): Pod => ({ metadata: { name, namespace: "ns", labels: { app } } });

/** Informers of pods that change when the test says so. */
function shared() {
  const objects = new Map<string, Pod>();
  const handlers = new Set<(change: Change<Pod>) => void>();
  const informer: Informer<Pod> = {
    synced: true,
    get size() {
      return objects.size;
    },
    get: (key) => objects.get(key),
    list: () => objects.values(),
    by: (_, value) => [...objects.values()].filter((o) => `app=${o.metadata?.labels?.["app"]}` === value),
    index: () => {},
    on(handler) {
      handlers.add(handler);
      for (const [key, object] of objects) handler({ key, object, old: undefined, causes: [] });
      return () => handlers.delete(handler);
    },
  };
  const set = (name: string, object: Pod | undefined): void => {
    const key = `ns/${name}`;
    const old = objects.get(key);
    if (object) objects.set(key, object);
    else objects.delete(key);
    for (const handler of handlers) handler({ key, object, old, causes: [] });
  };
  const informers = { of: () => informer } as unknown as Informers;
  return { informers, set, listeners: () => handlers.size };
}

it("shows what was a while ago, by name, by index and in what it tells, and catches up when it may", async () => {
  const clock = testClock(0);
  const { informers, set } = shared();
  const view = createInformersView(informers, clock);
  const pods = view.of("pods") as Informer<Pod>;
  const told: string[] = [];
  set("a", pod("a", "old"));
  pods.on(({ key, object, old }) =>
    told.push(`${key} ${old?.metadata?.labels?.["app"] ?? "-"} to ${object?.metadata?.labels?.["app"] ?? "-"}`),
  );
  const seen = (): object => ({
    a: pods.get("ns/a")?.metadata?.labels?.["app"],
    b: pods.get("ns/b")?.metadata?.labels?.["app"],
    old: pods.by("label", "app=old").length,
    new: pods.by("label", "app=new").length,
    size: pods.size,
  });
  expect(told.splice(0)).toEqual(["ns/a - to old"]);

  view.lag(1000);
  set("a", pod("a", "new"));
  set("b", pod("b", "new"));
  await clock.advance(600);
  set("b", undefined);
  expect(seen()).toEqual({ a: "old", b: undefined, old: 1, new: 0, size: 1 });
  expect(told).toEqual([]);
  await clock.advance(400);
  expect(seen()).toEqual({ a: "new", b: "new", old: 0, new: 2, size: 2 });
  await clock.advance(600);
  expect(seen()).toEqual({ a: "new", b: undefined, old: 0, new: 1, size: 1 });
  expect(told.splice(0)).toEqual(["ns/a old to new", "ns/b - to new", "ns/b new to -"]);

  set("a", pod("a", "newest"));
  view.lag(0);
  await clock.advance(0);
  expect(told.splice(0)).toEqual(["ns/a new to newest"]);
  set("a", undefined);
  expect(told).toEqual(["ns/a newest to -"]);
});

it("leaves the informers to the others when it is closed", async () => {
  const clock = testClock(0);
  const { informers, set, listeners } = shared();
  const [mine, other] = [createInformersView(informers, clock), createInformersView(informers, clock)];
  const told: string[] = [];
  for (const [name, view] of [
    ["mine", mine],
    ["other", other],
  ] as const)
    view.of("pods").on(({ key }) => told.push(`${name} ${key}`));
  mine.close();
  set("a", pod("a", "x"));
  expect(told).toEqual(["other ns/a"]);
  expect(listeners()).toBe(1);
});
