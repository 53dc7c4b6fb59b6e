import "fake-indexeddb/auto";
import { describe, expect, it } from "vitest";
import { MemoryStorage, type SandboxStorage, type Segment, StorageError } from "../cluster/index.ts";
import { DexieStorage } from "./storage.ts";

const origin = { user: "u", agent: "a", causes: [] };
const meta = (revision: number): Segment["meta"] => ({
  format: 1,
  now: revision * 10,
  revision,
  compactRevision: 0,
  preset: "default",
  seed: 1,
  nodes: 3,
});
const write = (revision: number, value: unknown): Segment["writes"][number] => ({
  revision,
  key: `/registry/pods/p${revision}`,
  value,
  createRevision: revision,
  version: 1,
  at: 0,
  origin,
});
const segment = (sequence: number, revision: number, records: [string, unknown][] = []): Segment => ({
  sequence,
  meta: meta(revision),
  writes: [write(revision, { n: revision })],
  records: new Map(records),
});

const FRESH = { preset: "default", seed: 1 };
let sandboxes = 0;
/** The contract of `SandboxStorage`: `reopen` gives the same sandbox to whoever comes next. */
const implementations: [name: string, open: () => Promise<{ storage: SandboxStorage; reopen: () => Promise<SandboxStorage> }>][] = [
  [
    "memory",
    async () => {
      const storage = new MemoryStorage();
      return { storage, reopen: async () => storage };
    },
  ],
  [
    "Dexie",
    async () => {
      const name = `contract-${sandboxes++}`;
      return { storage: await DexieStorage.open(name, FRESH), reopen: () => DexieStorage.open(name, FRESH) };
    },
  ],
];

describe.each(implementations)("a sandbox in %s", (_name, open) => {
  it("is undefined before its first commit", async () => {
    const { storage } = await open();
    expect(await storage.load()).toBeUndefined();
  });

  it("gives back what was committed, in order, with the newest record of each key", async () => {
    const { storage, reopen } = await open();
    await storage.commit(
      segment(1, 2, [
        ["runtime/a", { bytes: new Uint8Array([1, 2]) }],
        ["runtime/b", 1],
      ]),
    );
    await storage.commit(
      segment(2, 3, [
        ["runtime/b", undefined],
        ["runtime/c", "x"],
      ]),
    );
    const loaded = await (await reopen()).load();
    expect(loaded).toMatchObject({ sequence: 2, revision: 1, entries: [], meta: { revision: 3, now: 30 } });
    expect(loaded?.writes.map((w) => [w.revision, w.value])).toEqual([
      [2, { n: 2 }],
      [3, { n: 3 }],
    ]);
    expect([...(loaded?.records ?? [])]).toEqual([
      ["runtime/a", { bytes: new Uint8Array([1, 2]) }],
      ["runtime/c", "x"],
    ]);
  });

  it("starts from a base once there is one, and goes on with segments after it", async () => {
    const { storage, reopen } = await open();
    await storage.commit(segment(1, 2, [["old", 1]]));
    const entry = { key: "/registry/pods/p2", value: { n: 2 }, createRevision: 2, modRevision: 2, version: 1 };
    await storage.commit({
      ...segment(2, 3),
      base: { revision: 2, entries: [entry], writes: [write(3, { n: 3 })], records: new Map([["new", 2]]) },
    });
    await storage.commit(segment(3, 4, [["newer", 3]]));
    const loaded = await (await reopen()).load();
    expect(loaded).toMatchObject({ sequence: 3, revision: 2, entries: [entry] });
    expect(loaded?.writes.map((w) => w.revision)).toEqual([3, 4]);
    expect([...(loaded?.records.keys() ?? [])]).toEqual(["new", "newer"]);
  });

  it("keeps what it was given, whatever happens to the object afterwards", async () => {
    const { storage, reopen } = await open();
    const value = { list: [1] };
    await storage.commit(segment(1, 2, [["k", value]]));
    value.list.push(2);
    expect((await (await reopen()).load())?.records.get("k")).toEqual({ list: [1] });
  });
});

describe("a takeover", () => {
  it("shuts out whoever held the sandbox before, and loses nothing of theirs", async () => {
    const old = await DexieStorage.open("takeover", FRESH);
    await old.commit(segment(1, 2));
    const heir = await DexieStorage.open("takeover", FRESH);
    await expect(old.commit(segment(2, 3))).rejects.toMatchObject({ name: "StorageError", reason: "taken" });
    await expect(old.commit(segment(2, 3))).rejects.toBeInstanceOf(StorageError);
    await heir.commit(segment(2, 4));
    expect((await heir.load())?.writes.map((w) => w.revision)).toEqual([2, 4]);
  });
});

it("keeps what a sandbox was made with, whatever the next page would make it with", async () => {
  expect((await DexieStorage.open("kept", { preset: "cloud", seed: 7 })).identity).toEqual({ preset: "cloud", seed: 7 });
  expect((await DexieStorage.open("kept", FRESH)).identity).toEqual({ preset: "cloud", seed: 7 });
  await DexieStorage.destroy("kept");
  expect((await DexieStorage.open("kept", FRESH)).identity).toEqual(FRESH);
});
