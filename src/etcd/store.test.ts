import { describe, expect, it } from "vitest";
import type { Origin } from "../sim/index.ts";
import { CompactedError, FutureRevisionError, MemoryStore, type Revision } from "./index.ts";

const origin: Origin = { user: "test", agent: "test", causes: [{ kind: "input", at: 0, sequence: 0, what: "test" }] };

/** A store whose watch deliveries the test runs by hand. */
function fixture() {
  const turns: (() => void)[] = [];
  const store = new MemoryStore({ now: () => 0, turn: (fn) => turns.push(fn), strictCauses: true });
  const put = (key: string, value: unknown): number => store.txn({ success: [{ put: key, value }] }, origin).revision;
  const remove = (key: string): number => store.txn({ success: [{ delete: key }] }, origin).revision;
  const deliver = (): void => {
    while (turns.length > 0) turns.shift()?.();
  };
  return { store, put, remove, deliver };
}
const keys = (store: MemoryStore, query: Parameters<MemoryStore["range"]>[0]): string[] =>
  store.range(query).entries.map((e) => `${e.key}=${String(e.value)}`);
const show = (revisions: readonly Revision[]): string[] =>
  revisions.map((r) => `${r.revision} ${r.key}=${String(r.value)} was ${String(r.previous?.value)}`);

describe("MemoryStore", () => {
  it("counts one revision a transaction, and versions a key from its creation", () => {
    const { store, put, remove } = fixture();
    expect([put("/r/pods/a", 1), put("/r/pods/a", 2), remove("/r/pods/a"), put("/r/pods/a", 3)]).toEqual([2, 3, 4, 5]);
    expect(store.get("/r/pods/a")).toEqual({ key: "/r/pods/a", value: 3, createRevision: 5, modRevision: 5, version: 1 });
  });

  it("writes nothing when a comparison fails, or when there is nothing to delete", () => {
    const { store, put, remove } = fixture();
    put("/r/pods/a", 1);
    expect(store.txn({ compare: [{ key: "/r/pods/a", modRevision: 9 }], success: [{ put: "/r/pods/a", value: 2 }] }, origin)).toEqual({
      succeeded: false,
      revision: 2,
    });
    expect(store.txn({ compare: [{ key: "/r/pods/b", modRevision: 0 }], success: [{ put: "/r/pods/b", value: 2 }] }, origin)).toEqual({
      succeeded: true,
      revision: 3,
    });
    expect(remove("/r/pods/nothing")).toBe(3);
  });

  it("refuses a write without a cause", () => {
    const { store } = fixture();
    expect(() => store.txn({ success: [{ put: "/r/pods/a", value: 1 }] }, { ...origin, causes: [] })).toThrow("without a cause");
  });

  it("pages in key order, and every page shows the revision of the first", () => {
    const { store, put, remove } = fixture();
    for (const name of ["c", "a", "d", "b"]) put(`/r/pods/${name}`, name);
    put("/r/podsets/x", "x");
    const first = store.range({ prefix: "/r/pods/", limit: 2 });
    expect(first.entries.map((e) => e.value)).toEqual(["a", "b"]);
    expect([first.more, first.remaining]).toEqual([true, 2]);
    remove("/r/pods/c");
    put("/r/pods/d", "changed");
    put("/r/pods/e", "new");
    expect(keys(store, { prefix: "/r/pods/", from: "/r/pods/b\0", revision: first.revision })).toEqual(["/r/pods/c=c", "/r/pods/d=d"]);
    expect(keys(store, { prefix: "/r/pods/" })).toEqual(["/r/pods/a=a", "/r/pods/b=b", "/r/pods/d=changed", "/r/pods/e=new"]);
  });

  it("tells watchers every write once, in order, from the revision they ask for", () => {
    const { store, put, remove, deliver } = fixture();
    put("/r/pods/a", 1);
    const live: string[] = [];
    const past: string[] = [];
    store.watch({ prefix: "/r/pods/", from: 0 }, (r) => live.push(...show(r)));
    store.watch({ prefix: "/r/pods/", from: 2 }, (r) => past.push(...show(r)));
    put("/r/pods/a", 2);
    put("/r/services/s", 1);
    remove("/r/pods/a");
    deliver();
    expect(live).toEqual(["3 /r/pods/a=2 was 1", "5 /r/pods/a=undefined was 2"]);
    expect(past).toEqual(["2 /r/pods/a=1 was undefined", ...live]);
  });

  it("answers compacted below the floor and future above the present", () => {
    const { store, put } = fixture();
    for (let i = 0; i < 5; i++) put("/r/pods/a", i);
    store.compact(4);
    expect(() => store.range({ prefix: "/r/pods/", revision: 3 })).toThrow(CompactedError);
    expect(() => store.watch({ prefix: "/r/pods/", from: 4 }, () => {})).toThrow(CompactedError);
    expect(() => store.range({ prefix: "/r/pods/", revision: 99 })).toThrow(FutureRevisionError);
    expect(keys(store, { prefix: "/r/pods/", revision: 4 })).toEqual(["/r/pods/a=2"]);
  });

  it("keeps the newest 5,000 revisions and everything since a pin; the floor follows what is kept", () => {
    const { store, put } = fixture();
    for (let i = 0; i < 3000; i++) put("/r/pods/a", i);
    const release = store.pin(2000);
    for (let i = 0; i < 9000; i++) put("/r/pods/a", i);
    expect(store.history(2000)[0]?.revision).toBe(2000);
    release();
    for (let i = 0; i < 2000; i++) put("/r/pods/a", i);
    expect(store.compactRevision).toBeGreaterThan(7000);
    expect(store.history(0).length).toBeGreaterThanOrEqual(5000);
    expect(store.history(0).length).toBeLessThanOrEqual(6001);
  });

  it("is the same again after a restore, history included", () => {
    const { store, put, remove } = fixture();
    put("/r/pods/a", 1);
    put("/r/pods/b", 1);
    const base = { revision: store.revision, entries: [...store.entries()] };
    put("/r/pods/a", 2);
    remove("/r/pods/b");
    const again = fixture().store;
    again.restore({ ...base, compactRevision: 0, writes: store.history(base.revision + 1) });
    expect(again.revision).toBe(store.revision);
    expect(keys(again, { prefix: "/r/" })).toEqual(["/r/pods/a=2"]);
    expect(keys(again, { prefix: "/r/pods/", revision: 4 })).toEqual(["/r/pods/a=2", "/r/pods/b=1"]);
  });
});
