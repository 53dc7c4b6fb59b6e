import { beforeEach, describe, expect, it } from "vitest";
import type { Origin } from "../sim/index.ts";
import {
  endpointHealth,
  endpointStatus,
  EtcdClient,
  memberList,
  MemoryStore,
  restoreSnapshot,
  saveSnapshot,
  snapshotStatus,
} from "./index.ts";

const origin: Origin = { user: "root", agent: "etcdctl", causes: [{ kind: "input", at: 0, sequence: 0, what: "etcdctl" }] };
const turns: (() => void)[] = [];
const emptyStore = (): MemoryStore => new MemoryStore({ now: () => 0, turn: (fn) => turns.push(fn), strictCauses: true });
const deliver = (): void => {
  while (turns.length > 0) turns.shift()?.();
};

let store: MemoryStore;
let etcd: EtcdClient;
beforeEach(() => {
  turns.length = 0;
  store = emptyStore();
  etcd = new EtcdClient(store, origin);
  for (const key of ["a", "b", "b1", "c"]) etcd.put(key, key.toUpperCase());
});
const keys = (...args: Parameters<EtcdClient["get"]>): string =>
  etcd
    .get(...args)
    .kvs.map((kv) => kv.key)
    .join(" ");

describe("get", () => {
  it.each([
    ["one key", { key: "b" }, {}, "b"],
    ["a prefix", { key: "b", prefix: true }, {}, "b b1"],
    ["everything", { key: "", prefix: true }, {}, "a b b1 c"],
    ["from a key on", { key: "b1", fromKey: true }, {}, "b1 c"],
    ["a range, without its end", { key: "a", rangeEnd: "b1" }, {}, "a b"],
    ["a page", { key: "", prefix: true }, { limit: 2 }, "a b"],
    ["backwards", { key: "", prefix: true }, { order: "DESCEND" }, "c b1 b a"],
    ["by creation, newest first", { key: "", prefix: true }, { sortBy: "CREATE", order: "DESCEND", limit: 1 }, "c"],
    ["as it was", { key: "", prefix: true }, { rev: 3 }, "a b"],
    ["what is not there", { key: "x" }, {}, ""],
  ] as const)("answers %s", (_, range, options, expected) => expect(keys(range, options)).toBe(expected));

  it("counts what it does not show, and leaves values out when told to", () => {
    expect(etcd.get({ key: "b", prefix: true }, { countOnly: true })).toEqual({ revision: 5, kvs: [], more: false, count: 2 });
    expect(etcd.get({ key: "b", prefix: true }, { limit: 1, keysOnly: true })).toEqual({
      revision: 5,
      kvs: [{ key: "b", value: "", createRevision: 3, modRevision: 3, version: 1, lease: 0 }],
      more: true,
      count: 2,
    });
  });

  it("shows an object as JSON, without the version that it has only in memory", () => {
    const key = "/registry/configmaps/default/x";
    etcd.put(key, '{"kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":"b"}}');
    expect(store.get(key)?.value).toEqual({ kind: "ConfigMap", metadata: { name: "x", resourceVersion: "6" }, data: { a: "b" } });
    expect(etcd.get({ key }).kvs[0]?.value).toBe('{"kind":"ConfigMap","metadata":{"name":"x"},"data":{"a":"b"}}');
    expect(() => etcd.put("/registry/pods/default/y", "not JSON")).toThrow("must be an object's JSON in Timonel");
  });
});

describe("refusals", () => {
  it.each<readonly [string, () => unknown]>([
    ["etcdserver: key is not provided", () => etcd.get({ key: "" })],
    ["etcdserver: key is not provided", () => etcd.put("", "x")],
    ["etcdserver: request is too large", () => etcd.put("k", "x".repeat(1_600_000))],
    ["etcdserver: mvcc: required revision is a future revision", () => etcd.get({ key: "a" }, { rev: 99 })],
    ["etcdserver: mvcc: required revision is a future revision", () => etcd.compact(99)],
    [
      "etcdserver: duplicate key given in txn request",
      () => etcd.txn([], [{ put: { key: "a", value: "1" } }, { put: { key: "a", value: "2" } }], []),
    ],
    [
      "etcdserver: duplicate key given in txn request",
      () => etcd.txn([], [{ put: { key: "a", value: "1" } }, { del: { key: "", prefix: true } }], []),
    ],
    [
      "etcdserver: too many operations in txn request",
      () =>
        etcd.txn(
          [],
          Array.from({ length: 129 }, (_, i) => ({ del: { key: `k${i}` } })),
          [],
        ),
    ],
  ])("%s", (message, run) => expect(run).toThrow(message));

  it("etcdserver: mvcc: required revision has been compacted", () => {
    etcd.compact(4);
    const words = "etcdserver: mvcc: required revision has been compacted";
    expect(() => etcd.get({ key: "a" }, { rev: 3 })).toThrow(words);
    expect(() => etcd.compact(4)).toThrow(words);
    expect(keys({ key: "", prefix: true }, { rev: 4 })).toBe("a b b1");
  });
});

describe("writes", () => {
  it("answer what was there before", () => {
    expect(etcd.put("a", "2")).toEqual({
      revision: 6,
      prevKv: { key: "a", value: "A", createRevision: 2, modRevision: 2, version: 1, lease: 0 },
    });
    const { deleted, revision, prevKvs } = etcd.del({ key: "b", prefix: true });
    expect([deleted, revision, prevKvs.map((kv) => kv.value)]).toEqual([2, 7, ["B", "B1"]]);
    expect(etcd.del({ key: "nothing" })).toEqual({ deleted: 0, revision: 7, prevKvs: [] });
  });

  it("in a transaction share a revision, and happen only if all that is compared holds", () => {
    const done = etcd.txn(
      [
        { key: "a", target: "mod", result: "=", with: 2 },
        { key: "b", target: "value", result: "!=", with: "x" },
        { key: "new", target: "version", result: "=", with: 0 },
      ],
      [{ put: { key: "new", value: "1" } }, { del: { key: "c" } }, { get: { key: "a" } }],
      [],
    );
    expect(done).toMatchObject({ succeeded: true, revision: 6, answers: [{ put: true }, { deleted: 1 }, { get: { count: 1 } }] });
    expect(keys({ key: "", prefix: true })).toBe("a b b1 new");
    const other = etcd.txn([{ key: "a", target: "create", result: ">", with: 2 }], [{ del: { key: "a" } }], [{ get: { key: "b" } }]);
    expect(other).toMatchObject({ succeeded: false, revision: 6, answers: [{ get: { count: 1 } }] });
    expect(etcd.txn([{ key: "gone", target: "value", result: "!=", with: "" }], [], []).succeeded).toBe(false);
  });
});

describe("watch", () => {
  const follow = (range: Parameters<EtcdClient["watch"]>[0]): string[] => {
    const seen: string[] = [];
    etcd.watch(
      range,
      (events) =>
        seen.push(
          ...events.map(({ type, kv, prevKv }) => `${type} ${kv.key}=${kv.value}@${kv.modRevision}${prevKv ? ` was ${prevKv.value}` : ""}`),
        ),
      (error, compacted) => seen.push(`${error.message} at ${compacted}`),
    );
    return seen;
  };

  it("tells what is written in its range, from a revision on, with what was there before", () => {
    const past = follow({ key: "b", prefix: true, rev: 4 });
    const live = follow({ key: "b", rangeEnd: "c", prevKv: true });
    const other = follow({ key: "c" });
    etcd.put("b", "2");
    etcd.del({ key: "b1" });
    etcd.put("a", "2");
    deliver();
    expect([past, live, other]).toEqual([["PUT b1=B1@4", "PUT b=2@6", "DELETE b1=@7"], ["PUT b=2@6 was B", "DELETE b1=@7 was B1"], []]);
  });

  it("is cancelled when what it asks for has been compacted", () => {
    etcd.compact(4);
    expect(follow({ key: "a", rev: 3 })).toEqual(["etcdserver: mvcc: required revision has been compacted at 4"]);
  });
});

describe("snapshots", () => {
  it("restore what was there, at its revisions", () => {
    const bytes = saveSnapshot(store);
    expect(snapshotStatus(bytes)).toEqual({
      hash: expect.stringMatching(/^[0-9a-f]{8}$/) as string,
      revision: 5,
      totalKey: 4,
      totalSize: bytes.length,
    });
    etcd.del({ key: "", prefix: true });
    const again = emptyStore();
    again.restore(restoreSnapshot(bytes));
    const restored = new EtcdClient(again, origin);
    expect(restored.get({ key: "b" })).toMatchObject({ revision: 5, kvs: [{ value: "B", modRevision: 3 }] });
    expect(restored.put("b", "2").revision).toBe(6);
    expect(() => restored.get({ key: "b" }, { rev: 4 })).toThrow("has been compacted");
  });

  it("that are damaged are refused", () => {
    const bytes = saveSnapshot(store);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    expect(() => snapshotStatus(bytes)).toThrow(/^expected sha256 [0-9a-f]{64}, got [0-9a-f]{64}$/);
  });
});

describe("members and endpoints", () => {
  it("are one, with the store's own figures", () => {
    const [member] = memberList("control-plane");
    expect(member).toMatchObject({ name: "control-plane", status: "started", isLearner: false, clientUrls: ["https://127.0.0.1:2379"] });
    expect(endpointStatus(store, "control-plane")).toMatchObject({
      id: member?.id,
      dbSize: 10,
      revision: 5,
      raftIndex: 5,
      raftTerm: 1,
      isLeader: true,
    });
    expect(endpointHealth(store)).toEqual({ endpoint: "https://127.0.0.1:2379", health: true });
  });
});

it("shows and saves values in full, where whoever keeps them knows more", () => {
  const note = { metadata: { name: "n" } };
  const whole = (value: unknown): unknown => (value === note ? { metadata: { name: "n", owner: "me" } } : value);
  const full = new MemoryStore({ now: () => 0, turn: (fn) => turns.push(fn), whole });
  const seen: string[] = [];
  new EtcdClient(full, origin).watch(
    { key: "n" },
    (events) => seen.push(...events.map((e) => e.kv.value)),
    () => {},
  );
  full.txn({ success: [{ put: "n", value: note }] }, origin);
  deliver();
  const text = '{"metadata":{"name":"n","owner":"me"}}';
  expect([new EtcdClient(full, origin).get({ key: "n" }).kvs[0]?.value, ...seen]).toEqual([text, text]);
  expect(new TextDecoder().decode(saveSnapshot(full))).toContain(`"value":${text}`);
});
