import { Dexie, type Table } from "dexie";
import { applySegments, type SandboxStorage, type Segment, StorageError, type StoredBase, type StoredSandbox } from "../cluster/index.ts";

interface MetaRow {
  readonly id: "sandbox";
  /** Whoever opened the sandbox last holds it: the others' commits fail (law 11). */
  readonly epoch: number;
  readonly identity?: SandboxIdentity;
}
/** What a sandbox was made with, and is made with again: its keys and its chance come from the seed. */
export type SandboxIdentity = Pick<Segment["meta"], "seed" | "preset">;
interface BaseRow extends StoredBase {
  readonly id: 1;
  readonly sequence: number;
  readonly meta: Segment["meta"];
}

/**
 * A sandbox in IndexedDB: one row a flush, and now and then everything anew in one row. Rows are few and big, because
 * IndexedDB reads ten thousand objects ten times faster so than one by one.
 */
export class DexieStorage implements SandboxStorage {
  readonly #db: Dexie;
  readonly #meta: Table<MetaRow, string>;
  readonly #base: Table<BaseRow, number>;
  readonly #segments: Table<Segment, number>;
  #epoch = 0;
  #identity: SandboxIdentity | undefined;
  /** The browser found its own files damaged and emptied the database before it opened it, in its words. */
  readonly emptied: string | undefined;

  private constructor(sandbox: string, emptied: string | undefined) {
    this.emptied = emptied;
    // Strict: a commit that was acknowledged survives a power cut.
    this.#db = new Dexie(databaseName(sandbox), { chromeTransactionDurability: "strict" });
    this.#db.version(1).stores({ meta: "id", base: "id", segments: "sequence" });
    this.#meta = this.#db.table("meta");
    this.#base = this.#db.table("base");
    this.#segments = this.#db.table("segments");
  }

  /** Opens and takes over: whoever held it before can't commit any more. `fresh`: what it is made with if there is none. Rejects StorageError when IndexedDB is refused. */
  static async open(sandbox: string, fresh: SandboxIdentity): Promise<DexieStorage> {
    const storage = new DexieStorage(sandbox, await emptiedByBrowser(databaseName(sandbox)));
    try {
      await storage.#db.open();
      await storage.#db.transaction("rw", storage.#meta, storage.#base, storage.#segments, async () => {
        const row = await storage.#meta.get("sandbox");
        const stored = row?.identity ?? (await storage.#segments.orderBy("sequence").last())?.meta ?? (await storage.#base.get(1))?.meta;
        const { seed, preset } = stored ?? fresh;
        storage.#epoch = (row?.epoch ?? 0) + 1;
        storage.#identity = { seed, preset };
        await storage.#meta.put({ id: "sandbox", epoch: storage.#epoch, identity: storage.#identity });
      });
    } catch (error) {
      throw asStorageError(error);
    }
    return storage;
  }

  /** Of the sandbox that is there, or of the fresh one. */
  get identity(): SandboxIdentity {
    return this.#identity as SandboxIdentity;
  }

  static async destroy(sandbox: string): Promise<void> {
    await Dexie.delete(databaseName(sandbox));
  }

  async load(): Promise<StoredSandbox | undefined> {
    try {
      const [base, segments] = await this.#db.transaction("r", this.#base, this.#segments, () =>
        Promise.all([this.#base.get(1), this.#segments.orderBy("sequence").toArray()]),
      );
      return applySegments(base, segments);
    } catch (error) {
      throw asStorageError(error);
    }
  }

  async commit(segment: Segment): Promise<void> {
    try {
      await this.#db.transaction("rw", this.#meta, this.#base, this.#segments, async () => {
        if ((await this.#meta.get("sandbox"))?.epoch !== this.#epoch)
          throw new StorageError("taken", "another tab has taken this sandbox over");
        const { base, ...row } = segment;
        if (!base) return void (await this.#segments.add(row));
        await this.#base.put({ id: 1, sequence: segment.sequence, meta: segment.meta, ...base });
        return void (await this.#segments.where("sequence").belowOrEqual(segment.sequence).delete());
      });
    } catch (error) {
      throw asStorageError(error);
    }
  }

  close(): void {
    this.#db.close();
  }
}

/**
 * Chromium's LevelDB goes on writing behind a record that a kill has torn, and a later start takes that for damage: then
 * it deletes the origin's databases and says so, once, to whoever opens one next. Other browsers say nothing.
 */
function emptiedByBrowser(name: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const request = indexedDB.open(name);
    let words: string | undefined;
    request.addEventListener("upgradeneeded", (event) => {
      const { dataLoss, dataLossMessage } = event as IDBVersionChangeEvent & {
        readonly dataLoss?: string;
        readonly dataLossMessage?: string;
      };
      if (dataLoss === "total") words = dataLossMessage ?? "";
      // Only a look: nothing is made.
      request.transaction?.abort();
    });
    request.addEventListener("success", () => {
      request.result.close();
      resolve(undefined);
    });
    request.addEventListener("error", (event) => {
      event.preventDefault();
      resolve(words);
    });
  });
}

function databaseName(sandbox: string): string {
  return `timonel-${sandbox}`;
}

function asStorageError(error: unknown): StorageError {
  if (error instanceof StorageError) return error;
  // Dexie wraps what was thrown inside a transaction.
  const inner = (error as { inner?: unknown }).inner;
  if (inner instanceof StorageError) return inner;
  const names = [(error as Error).name, (inner as Error | undefined)?.name];
  if (names.includes("QuotaExceededError")) return new StorageError("full", "the browser's storage is full");
  return new StorageError("failed", error instanceof Error ? error.message : String(error));
}
