import { EtcdClient, type KeyRange, type KeyValue, type MemoryStore } from "../../etcd/index.ts";
import { type EtcdBackend, EtcdStore, etcdDatabase, etcdMember, type EtcdPair, RevisionError, RpcError } from "../../images/index.ts";
import type { Origin } from "../../sim/index.ts";

/** The simulator's own objects lie beside what an etcd would hold: no snapshot has them, and none brings them back. */
export const isSimulators = (key: string): boolean => /^\/registry\/[a-z]+\.sim\.timonel\.dev\//.test(key);

const encoder = new TextEncoder();
const decoder = new TextDecoder();
/** Bytes as characters, as the gateway's calls have them. */
const binary = (text: string): string => {
  let out = "";
  for (const byte of encoder.encode(text)) out += String.fromCharCode(byte);
  return out;
};
export const textOfBinary = (bytes: string): string => decoder.decode(Uint8Array.from(bytes, (c) => c.charCodeAt(0)));

const pairOf = ({ key, value, createRevision, modRevision, version }: KeyValue): EtcdPair => ({
  key: binary(key),
  value: binary(value),
  create: createRevision,
  mod: modRevision,
  version,
  lease: 0,
});
const rangeOf = (key: string, end: string): KeyRange => {
  if (end === "") return { key: textOfBinary(key) };
  if (end === "\0") return key === "" || key === "\0" ? { key: "", prefix: true } : { key: textOfBinary(key), fromKey: true };
  return { key: textOfBinary(key), rangeEnd: textOfBinary(end) };
};
const noLeases = (): never => {
  throw new RpcError(12, 501, "leases of a cluster's own etcd are not simulated by Timonel");
};

/** The API server's store as the gateway's calls see it. Every write is the client's whose request it was, and says so. */
export function createEtcdBackend(options: {
  readonly store: MemoryStore;
  readonly origin: () => Origin;
  readonly now: () => number;
  readonly about: {
    readonly name: string;
    readonly peers: readonly string[];
    readonly clients: readonly string[];
    readonly token: string;
    readonly version: string;
  };
  readonly term: number;
}): EtcdBackend {
  const { store, origin, now, about, term } = options;
  const client = (): EtcdClient => new EtcdClient(store, origin());
  const refusing = <T>(fn: () => T): T => {
    try {
      return fn();
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      if (/required revision/.test(error.message)) throw new RevisionError(error.message);
      throw new RpcError(3, 400, error.message);
    }
  };
  const range = (key: string, end: string, revision = 0): readonly EtcdPair[] =>
    refusing(() => client().get(rangeOf(key, end), revision > 0 ? { rev: revision } : {}).kvs)
      .filter((kv) => !isSimulators(kv.key))
      .map(pairOf);
  const member = etcdMember(about);
  const copy = (): EtcdStore => {
    const all = new EtcdStore();
    all.apply(["revision", store.revision]);
    for (const pair of range("", "\0")) {
      const { key, ...version } = pair;
      all.apply(["kept", key, [version]]);
    }
    return all;
  };
  const head = { member, term, index: 0 };
  const database = (): string => etcdDatabase(copy(), { ...head, index: store.revision });
  return {
    version: about.version,
    member,
    term,
    get index() {
      return store.revision;
    },
    get dbSize() {
      return database().length;
    },
    store: {
      get revision() {
        return store.revision;
      },
      get compacted() {
        return store.compactRevision;
      },
      leases: new Map(),
      range,
      get: (key) => range(key, "")[0],
      since: (key, end, revision) => {
        const { key: first, rangeEnd, prefix, fromKey } = rangeOf(key, end);
        const among = (k: string): boolean =>
          prefix ? true : fromKey ? k >= first : rangeEnd === undefined ? k === first : k >= first && k < rangeEnd;
        return store
          .history(revision)
          .filter((write) => among(write.key) && !isSimulators(write.key))
          .map((write) => {
            const before = write.previous && range(binary(write.key), "", write.revision - 1)[0];
            const now = write.value === undefined ? undefined : pairAt(write.key, write.revision);
            return {
              type: write.value === undefined ? ("DELETE" as const) : ("PUT" as const),
              pair: now ?? { key: binary(write.key), value: undefined, create: 0, mod: write.revision, version: 0, lease: 0 },
              before,
            };
          });
      },
      attached: () => [],
    },
    now,
    together: (fn) => fn(),
    put: (key, value) => void refusing(() => client().put(textOfBinary(key), textOfBinary(value))),
    remove(keys) {
      for (const key of keys) refusing(() => client().del({ key: textOfBinary(key) }));
    },
    compact: (revision) => refusing(() => client().compact(revision)),
    grant: noLeases,
    revoke: noLeases,
    keepAlive: noLeases,
    hash: () => Number.parseInt(database().slice(18, 26), 16),
    snapshot: database,
    defragment: () => {},
  };

  function pairAt(key: string, revision: number): EtcdPair | undefined {
    return range(binary(key), "", revision)[0];
  }
}
