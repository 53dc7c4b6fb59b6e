import { describe, expect, it } from "vitest";
import type { KubeObject } from "../../api/index.ts";
import type { Entry } from "../../etcd/index.ts";
import { testServer } from "../testing/server.ts";
import type { ApiRequest } from "../types.ts";
import { kept, managersOf, ownersOf } from "./owners.ts";

const CM = "/api/v1/namespaces/default/configmaps";
type Server = Awaited<ReturnType<typeof testServer>>;
const write = (s: Server, n: number, extra: Partial<ApiRequest> = {}) =>
  s.ask("PATCH", `${CM}/a`, {
    body: { data: { [`k${n}`]: "1" } },
    contentType: "application/merge-patch+json",
    agent: `m${n % 3}`,
    trusted: true,
    ...extra,
  });
const stored = (s: Server): KubeObject => (s.store.get("/registry/configmaps/default/a") as Entry<KubeObject>).value;
const lines = (object: KubeObject) =>
  managersOf(object).map(
    (e) => `${e.manager} ${e.time?.slice(14, 19)} ${Object.keys((e.fieldsV1 as { "f:data": object })["f:data"]).join()}`,
  );

describe("who owns what", () => {
  it("is found out when somebody outside asks, as of every revision, by steps of which few wait", async () => {
    const s = await testServer();
    await s.ask("POST", CM, { body: { metadata: { name: "a" }, data: { x: "1" } }, agent: "c", trusted: true });
    const states: KubeObject[] = [];
    for (let n = 0; n < 20; n++) {
      await s.clock.advance(1000);
      await write(s, n);
      states.push(stored(s));
    }
    expect(stored(s).metadata).not.toHaveProperty("managedFields");
    expect(states.filter((state) => !ownersOf(state)?.settled).length).toBeLessThanOrEqual(12);
    expect(lines(states[4] as KubeObject)).toEqual(["c 00:00 .,f:x", "m2 00:03 f:k2", "m0 00:04 f:k0,f:k3", "m1 00:05 f:k1,f:k4"]);
    const { body } = await s.ask("GET", `${CM}/a`);
    expect((body as KubeObject).metadata?.managedFields).toEqual(managersOf(stored(s)));
  });

  it("goes to the storage in the object, and goes on from there", async () => {
    const s = await testServer();
    await s.ask("POST", CM, { body: { metadata: { name: "a" }, data: { x: "1" } }, agent: "m0" });
    await write(s, 1);
    const t = await testServer();
    const entries = [...s.store.entries()].map((entry) => ({
      ...entry,
      value: JSON.parse(JSON.stringify(kept(entry.value as KubeObject))) as unknown,
    }));
    const store = t.store.constructor as new (options: object) => typeof t.store;
    const restored = new store({ now: () => t.clock.now(), turn: (fn: () => void) => t.clock.turn(fn) });
    restored.restore({ revision: s.store.revision, compactRevision: 0, entries, writes: [] });
    const u = await testServer({ store: restored });
    const before = (await u.ask("GET", `${CM}/a`)).body as KubeObject;
    expect(before.metadata?.managedFields).toEqual(managersOf(stored(s)));
    const after = (await write({ ...u, store: restored }, 4, { trusted: false })).body as KubeObject;
    expect(lines(after)).toEqual(["m0 00:00 .,f:x", "m1 00:00 f:k1,f:k4"]);
  });
});

it("finds out nothing for a list inside the process until an item's owners are read", async () => {
  const s = await testServer();
  for (const name of ["a", "b"]) await s.ask("POST", CM, { body: { metadata: { name }, data: { x: "1" } }, agent: "m0", trusted: true });
  const { items } = (await s.ask("GET", CM)).body as { items: readonly KubeObject[] };
  expect(ownersOf(stored(s))?.settled).toBe(false);
  expect(JSON.parse(JSON.stringify(items[0]))).toMatchObject({ metadata: { managedFields: [{ manager: "m0" }] } });
  expect(ownersOf(stored(s))?.settled).toBe(true);
});
