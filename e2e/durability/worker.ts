import { Outbox } from "../../src/browser/outbox.ts";
import { createBrowserPlatform } from "../../src/browser/platform.ts";
import type { FromWorker, ToWorker } from "../../src/browser/protocol.ts";
import { Session } from "../../src/browser/session.ts";
import { DexieStorage } from "../../src/browser/storage.ts";
import { createCluster, type Cluster, type SandboxStorage, type Segment, type StoredSandbox } from "../../src/cluster/index.ts";

/** Set by the build that the test must catch: there, answers leave before what they show is on the disk. */
declare const ACKNOWLEDGES_EARLY: boolean;

/** What this worker says on top of the real one's words. */
export type Said =
  | FromWorker
  | { readonly type: "found"; readonly found: Found | undefined; readonly emptied: string | undefined }
  | { readonly type: "flush"; readonly sequence: number; readonly done: boolean };

/** What the disk held when the worker opened it. */
export interface Found {
  readonly sequence: number;
  readonly revision: number;
  /** Revisions of the history, each of which should be the one before plus 1, that are not. */
  readonly gaps: readonly number[];
}

const post = (message: Said): void => self.postMessage(message);

/** The real storage, which tells when a flush begins and when it is done. */
class WatchedStorage implements SandboxStorage {
  readonly #inner: DexieStorage;
  constructor(inner: DexieStorage) {
    this.#inner = inner;
  }
  load(): Promise<StoredSandbox | undefined> {
    return this.#inner.load();
  }
  async commit(segment: Segment): Promise<void> {
    post({ type: "flush", sequence: segment.sequence, done: false });
    await this.#inner.commit(segment);
    post({ type: "flush", sequence: segment.sequence, done: true });
  }
}

function foundIn(stored: StoredSandbox | undefined): Found | undefined {
  if (!stored) return undefined;
  const gaps = stored.writes.map((w) => w.revision).filter((revision, i, all) => revision !== (all[i - 1] ?? stored.revision) + 1);
  const last = stored.writes.at(-1)?.revision ?? stored.revision;
  return { sequence: stored.sequence, revision: stored.meta.revision, gaps: last === stored.meta.revision ? gaps : [...gaps, last] };
}

function neverWaiting(store: Cluster["store"]): Cluster["store"] {
  return new Proxy(store, {
    get: (target, key): unknown => (key === "durable" ? () => Promise.resolve() : Reflect.get(target, key, target)),
  });
}

async function open(): Promise<Session> {
  const inner = await DexieStorage.open("durability", { preset: "default", seed: 1 });
  const storage = new WatchedStorage(inner);
  post({ type: "found", found: foundIn(await storage.load()), emptied: inner.emptied });
  const cluster = createCluster({ platform: createBrowserPlatform(), preset: "default", seed: 1, epoch: Date.now(), speed: 1, storage });
  const { resumed } = await cluster.start();
  const outbox = new Outbox(ACKNOWLEDGES_EARLY ? neverWaiting(cluster.store) : cluster.store, post);
  outbox.send({
    type: "ready",
    status: { sandbox: "durability", storage: "durable", persisted: false, resumed },
    home: cluster.workstation.home,
  });
  return new Session(cluster, outbox);
}

const session = open();
session.catch((error: unknown) => post({ type: "fatal", message: String(error) }));

self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
  if (data.type === "request") void session.then((s) => s.receive(data));
};
