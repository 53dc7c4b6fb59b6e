import { describe, expect, it } from "vitest";
import type { KubeObject } from "../api/index.ts";
import { MemoryStore } from "../etcd/index.ts";
import { parseLabelSelector } from "../machinery/index.ts";
import { createRandom } from "../sim/index.ts";
import { ObjectIndexes } from "./indexes.ts";
import { termsOf } from "./terms.ts";
import { testServer } from "./testing/server.ts";

const PODS = "/registry/pods/";
const origin = { user: "test", agent: "test", causes: [] };
const about = {} as Parameters<typeof termsOf>[0];
const byLabels = (text: string) => termsOf(about, parseLabelSelector(text), []);

describe("an index", () => {
  it("finds what a scan would find, however the objects change between two questions", () => {
    const store = new MemoryStore({ now: () => 0, turn: () => undefined });
    const indexes = new ObjectIndexes(store);
    const random = createRandom(3);
    const write = (): void => {
      const key = `${PODS}ns-${random.int(3)}/pod-${random.int(400)}`;
      const labels = random.int(5) === 0 ? {} : { app: `app-${random.int(20)}`, tier: `tier-${random.int(2)}` };
      const op = random.int(4) === 0 ? { delete: key } : { put: key, value: { metadata: { name: key, labels } } };
      store.txn({ success: [op] }, origin);
    };
    for (let i = 0; i < 2000; i++) write();
    let found = 0;
    for (let round = 0; round < 200; round++) {
      for (let i = 0; i < random.int(30); i++) write();
      const prefix = round % 2 === 0 ? PODS : `${PODS}ns-${random.int(3)}/`;
      const wanted = [`app-${random.int(20)}`, `app-${random.int(20)}`];
      const keys = indexes.candidates(PODS, prefix, byLabels(`app in (${wanted.join(",")}),tier`));
      const scanned = store
        .range({ prefix })
        .entries.filter(({ value }) => wanted.includes((value as KubeObject).metadata?.labels?.["app"] ?? ""))
        .map(({ key }) => key);
      expect(keys).toEqual(scanned);
      found += scanned.length;
    }
    expect(found).toBeGreaterThan(1000);
  });

  it("is made anew when history no longer tells what happened", () => {
    const store = new MemoryStore({ now: () => 0, turn: () => undefined });
    const indexes = new ObjectIndexes(store);
    const label = (i: number, app: string): void =>
      void store.txn({ success: [{ put: `${PODS}default/pod-${i}`, value: { metadata: { labels: { app } } } }] }, origin);
    for (let i = 0; i < 200; i++) label(i, i === 7 ? "seven" : "other");
    const seven = (): readonly string[] | undefined => indexes.candidates(PODS, PODS, byLabels("app=seven"));
    expect(seven()).toEqual([`${PODS}default/pod-7`]);
    for (let i = 0; i < 15_000; i++) label(i % 200, i % 200 === 8 ? "seven" : "other");
    expect(seven()).toEqual([`${PODS}default/pod-8`]);
  });

  it("leaves to a scan what is small, what most objects have, and what insists on nothing", () => {
    const store = new MemoryStore({ now: () => 0, turn: () => undefined });
    const indexes = new ObjectIndexes(store);
    const ask = (text: string) => indexes.candidates(PODS, PODS, byLabels(text));
    const fill = (from: number, to: number): void => {
      for (let i = from; i < to; i++)
        store.txn({ success: [{ put: `${PODS}default/pod-${i}`, value: { metadata: { labels: { app: "web" } } } }] }, origin);
    };
    fill(0, 50);
    expect(ask("app=db")).toBeUndefined();
    fill(50, 200);
    expect(ask("app=web")).toBeUndefined();
    expect(ask("app!=web,!old")).toBeUndefined();
    expect(ask("app=db")).toEqual([]);
  });
});

describe("a list by selector", () => {
  it("is the same with an index as without, page by page", async () => {
    const { ask } = await testServer();
    const path = "/api/v1/namespaces/default/configmaps";
    const names = async (query: Record<string, string>): Promise<readonly (string | undefined)[]> => {
      const all: (string | undefined)[] = [];
      let token: string | undefined;
      do {
        const { body } = await ask("GET", path, { query: { ...query, ...(token ? { continue: token } : {}) } });
        const list = body as { readonly metadata: { readonly continue?: string }; readonly items: readonly KubeObject[] };
        all.push(...list.items.map((o) => o.metadata?.name));
        token = list.metadata.continue;
      } while (token);
      return all;
    };
    const make = (i: number) =>
      ask("POST", path, { body: { metadata: { name: `c-${String(i).padStart(3, "0")}`, labels: { app: `app-${i % 20}` } } } });
    for (let i = 0; i < 200; i++) await make(i);
    const wanted = Array.from({ length: 10 }, (_, i) => `c-${String(3 + 20 * i).padStart(3, "0")}`);
    expect(await names({ labelSelector: "app=app-3" })).toEqual(wanted);
    expect(await names({ labelSelector: "app=app-3", limit: "3" })).toEqual(wanted);
    expect(await names({ labelSelector: "app=app-3", fieldSelector: "metadata.name!=c-003" })).toEqual(wanted.slice(1));
    expect(await names({ labelSelector: "app=nothing" })).toEqual([]);
  });
});

describe("a watch by selector", () => {
  it("is told when an object begins to match, changes, stops, and goes, and of nothing else", async () => {
    const { ask, clock } = await testServer();
    const path = "/api/v1/namespaces/default/configmaps";
    const watchOf = async (query: Record<string, string>): Promise<string[]> => {
      const seen: string[] = [];
      const { watch } = await ask("GET", path, { query: { watch: "true", ...query } });
      watch?.start((events) => seen.push(...events.map((e) => `${e.type} ${e.object.metadata?.name}`)));
      return seen;
    };
    const seen = {
      web: await watchOf({ labelSelector: "app=web" }),
      either: await watchOf({ labelSelector: "app in (web,db)" }),
      named: await watchOf({ fieldSelector: "metadata.name=a" }),
      all: await watchOf({}),
    };
    const put = async (name: string, app: string, method: "POST" | "PUT" = "PUT") => {
      await ask(method, method === "POST" ? path : `${path}/${name}`, { body: { metadata: { name, labels: { app } } } });
      await clock.settle();
    };
    await put("a", "db", "POST");
    await put("b", "other", "POST");
    await put("a", "web");
    await put("a", "other");
    await put("a", "web");
    await ask("DELETE", `${path}/a`);
    await clock.settle();
    expect(seen).toEqual({
      web: ["ADDED a", "DELETED a", "ADDED a", "DELETED a"],
      either: ["ADDED a", "MODIFIED a", "DELETED a", "ADDED a", "DELETED a"],
      named: ["ADDED a", "MODIFIED a", "MODIFIED a", "MODIFIED a", "DELETED a"],
      all: ["ADDED a", "ADDED b", "MODIFIED a", "MODIFIED a", "MODIFIED a", "DELETED a"],
    });
  });
});
