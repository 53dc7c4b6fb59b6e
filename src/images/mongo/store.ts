import { type Doc, at, keyOf, MongoError, shown, type Value } from "./values.ts";

export interface Index {
  readonly name: string;
  readonly key: Doc;
  readonly unique?: boolean;
  readonly more?: Doc;
}
export interface Collection {
  /** Of its files. */
  readonly number: number;
  readonly docs: Map<string, Doc>;
  indexes: readonly Index[];
  /** Values of unique indexes, by the index's name. */
  readonly unique: Map<string, Map<string, string>>;
  /** Of its documents, about. */
  bytes: number;
  /** What its files took when they were last written. */
  disk: number;
}

/** What changes data, as the journal and a checkpoint keep it. */
export type Change =
  | readonly ["create", database: string, collection: string, number: number]
  | readonly ["drop", database: string, collection: string]
  | readonly ["put", database: string, collection: string, doc: Doc]
  | readonly ["remove", database: string, collection: string, key: string]
  | readonly ["indexes", database: string, collection: string, indexes: readonly Index[]];

const ID: Index = { name: "_id_", key: { _id: 1 } };

/** Databases of collections of documents, in memory. */
export class Store {
  readonly databases = new Map<string, Map<string, Collection>>();
  #next = 0;
  /** Told of each command's changes. */
  committed: (changes: readonly Change[]) => void = () => {};
  #pending: Change[] = [];

  collection(database: string, name: string): Collection | undefined {
    return this.databases.get(database)?.get(name);
  }
  docs(database: string, name: string): readonly Doc[] {
    return [...(this.collection(database, name)?.docs.values() ?? [])];
  }
  /** Makes it if it is not there. */
  ensure(database: string, name: string): Collection {
    const there = this.collection(database, name);
    if (there) return there;
    if (name === "" || name.includes("$") || name.includes("\0"))
      throw new MongoError(
        73,
        "InvalidNamespace",
        name === "" ? `Invalid namespace specified '${database}.'` : `Invalid collection name: ${name}`,
      );
    const clash = [...this.databases.keys()].find((d) => d !== database && d.toLowerCase() === database.toLowerCase());
    if (clash !== undefined && !this.databases.has(database))
      throw new MongoError(
        13_297,
        "DatabaseDifferCase",
        `db already exists with different case already have: [${clash}] trying to create [${database}]`,
      );
    this.#do(["create", database, name, this.#next]);
    return this.collection(database, name) as Collection;
  }
  insert(database: string, name: string, doc: Doc): void {
    const into = this.ensure(database, name);
    const key = keyOf(doc["_id"]);
    if (into.docs.has(key)) throw duplicate(database, name, ID, doc);
    this.#unique(database, name, into, key, doc);
    this.#do(["put", database, name, doc]);
  }
  replace(database: string, name: string, doc: Doc): void {
    const into = this.collection(database, name) as Collection;
    this.#unique(database, name, into, keyOf(doc["_id"]), doc);
    this.#do(["put", database, name, doc]);
  }
  remove(database: string, name: string, doc: Doc): void {
    this.#do(["remove", database, name, keyOf(doc["_id"])]);
  }
  drop(database: string, name: string): void {
    this.#do(["drop", database, name]);
  }
  index(database: string, name: string, indexes: readonly Index[]): void {
    const into = this.ensure(database, name);
    for (const index of indexes.filter((i) => i.unique && !into.indexes.some((o) => o.name === i.name))) {
      const seen = new Set<string>();
      for (const doc of into.docs.values()) {
        const key = indexKey(index, doc);
        if (seen.has(key)) throw duplicate(database, name, index, doc);
        seen.add(key);
      }
    }
    this.#do(["indexes", database, name, indexes]);
  }
  /** Ends a command: what it did is told as one. */
  commit(): void {
    const changes = this.#pending;
    if (changes.length === 0) return;
    this.#pending = [];
    this.committed(changes);
  }
  #do(change: Change): void {
    this.apply(change);
    this.#pending.push(change);
  }

  #unique(database: string, name: string, into: Collection, key: string, doc: Doc): void {
    for (const index of into.indexes) {
      const holder = index.unique ? into.unique.get(index.name)?.get(indexKey(index, doc)) : undefined;
      if (holder !== undefined && holder !== key) throw duplicate(database, name, index, doc);
    }
  }
  apply(change: Change): void {
    const [kind, database, name] = change;
    if (kind === "create") {
      let all = this.databases.get(database);
      if (!all) this.databases.set(database, (all = new Map()));
      const number = change[3];
      this.#next = Math.max(this.#next, number + 2);
      all.set(name, { number, docs: new Map(), indexes: [ID], unique: new Map(), bytes: 0, disk: 4096 });
      return;
    }
    if (kind === "drop") {
      const all = this.databases.get(database);
      all?.delete(name);
      if (all?.size === 0) this.databases.delete(database);
      return;
    }
    const into = this.collection(database, name);
    if (!into) return;
    if (kind === "indexes") {
      into.indexes = change[3];
      into.unique.clear();
      for (const index of into.indexes.filter((i) => i.unique))
        into.unique.set(index.name, new Map([...into.docs].map(([key, doc]) => [indexKey(index, doc), key])));
      return;
    }
    const key = kind === "put" ? keyOf(change[3]["_id"]) : change[3];
    const old = into.docs.get(key);
    if (old) {
      into.bytes -= size(old);
      for (const index of into.indexes) if (index.unique) into.unique.get(index.name)?.delete(indexKey(index, old));
    }
    if (kind === "remove") {
      into.docs.delete(key);
      return;
    }
    into.docs.set(key, change[3]);
    into.bytes += size(change[3]);
    for (const index of into.indexes) if (index.unique) into.unique.get(index.name)?.set(indexKey(index, change[3]), key);
  }
  /** Everything, as changes that make it. */
  dump(): Change[] {
    return [...this.databases].flatMap(([database, all]) => [...all].flatMap(([name, c]) => dumpCollection(database, name, c)));
  }
  get bytes(): number {
    let n = 0;
    for (const all of this.databases.values()) for (const c of all.values()) n += c.bytes;
    return n;
  }
}

export function dumpCollection(database: string, name: string, c: Collection): Change[] {
  const out: Change[] = [["create", database, name, c.number]];
  if (c.indexes.length > 1) out.push(["indexes", database, name, c.indexes]);
  for (const doc of c.docs.values()) out.push(["put", database, name, doc]);
  return out;
}
/** About what a document takes as BSON. */
export const size = (doc: Doc): number => JSON.stringify(doc).length + 5;

const indexed = (index: Index, doc: Doc): readonly (readonly [string, Value])[] =>
  Object.keys(index.key).map((path) => [path, at(doc, path.split("."))[0] ?? null] as const);
const indexKey = (index: Index, doc: Doc): string =>
  indexed(index, doc)
    .map(([, v]) => keyOf(v))
    .join();
function duplicate(database: string, name: string, index: Index, doc: Doc): MongoError {
  const keyValue = Object.fromEntries(indexed(index, doc));
  return new MongoError(
    11_000,
    "DuplicateKey",
    `E11000 duplicate key error collection: ${database}.${name} index: ${index.name} dup key: ${shown(keyValue)}`,
    { keyPattern: index.key, keyValue },
  );
}
