import { Obj, PyBytes, PyExc, PyFloat, PyFunc, PyObj, PyRange, PyTuple, type PyType, T, type Value } from "../values.ts";
import { equals } from "./compare.ts";
import { typeError } from "./errors.ts";
import type { Gen } from "./frame.ts";
import { identity, plain, typeName } from "./names.ts";

/** What stands for a key among the keys of a Map: equal keys have the same. */
export type Key = string | number | bigint | null | Obj;
/** Only Python code can tell. */
export const SLOW = Symbol("slow");

export function unhashable(v: Value): unknown {
  return typeError(`unhashable type: '${typeName(v)}'`);
}

export function keyOf(v: Value): Key | typeof SLOW {
  switch (typeof v) {
    case "string":
      return v.charCodeAt(0) === 0 ? `\0s${v}` : v;
    case "number":
    case "bigint":
      return v;
    case "boolean":
      return v ? 1 : 0;
    default:
  }
  if (v === null) return null;
  if (v instanceof PyFloat) return Number.isInteger(v.v) && !Number.isSafeInteger(v.v) ? BigInt(v.v) : v.v + 0;
  if (v instanceof PyTuple) return tupleKey(v);
  if (v instanceof PyBytes) return `\0b${String.fromCharCode(...v.data)}`;
  if (v instanceof PySet && v.frozen)
    return [...v.map.keys()]
      .map((k) => partKey(k))
      .toSorted()
      .join("")
      .replace(/^/, "\0f");
  if (v instanceof PyRange) return `\0r${v.start},${v.stop},${v.step}`;
  if (v instanceof PyObj || v instanceof PyExc) {
    const hash = v.cls.find("__hash__");
    if (hash === null) throw unhashable(v);
    if (hash instanceof PyFunc) return SLOW;
    return v instanceof PyObj && v.prim !== undefined ? keyOf(v.prim) : v;
  }
  if (v.cls.find("__hash__") === null) throw unhashable(v);
  return v;
}
function partKey(k: Key): string {
  if (typeof k === "string") return `s${k.length}:${k}`;
  return typeof k === "object" && k !== null ? `o${identity(k)};` : `n${k};`;
}
function tupleKey(v: PyTuple): Key | typeof SLOW {
  let text = "\0t(";
  for (const item of v.items) {
    const key = keyOf(item);
    if (key === SLOW) return SLOW;
    text += partKey(key);
  }
  return `${text})`;
}

/** Keys that only Python code can compare, by their hash. */
type Buckets = Map<Key, Value[]>;

/** What dict and set share: finding a key. */
abstract class Hashed extends Obj {
  buckets: Buckets | undefined;
  protected abstract has(key: Key): boolean;
  /** The key under which something is, or would be. */
  *slowKey(v: Value): Gen<Key> {
    const fast = keyOf(v);
    if (fast !== SLOW) return fast;
    const hash = yield* hashOf(v);
    this.buckets ??= new Map();
    const bucket = this.buckets.get(hash) ?? [];
    for (const other of bucket) if (other === v || (this.has(other as Obj) && (yield* equals(other, v)))) return other as Obj;
    bucket.push(v);
    this.buckets.set(hash, bucket);
    return v as Obj;
  }
}
export function* hashOf(v: Value): Gen<Key> {
  const fast = keyOf(v);
  if (fast !== SLOW) return fast;
  if (v instanceof PyTuple) {
    let text = "\0h(";
    for (const item of v.items) text += partKey(yield* hashOf(item));
    return text;
  }
  const hash = (v as Obj).cls.find("__hash__") as Value;
  const result = plain((yield (t) => t.call(hash, [v])) as Value);
  if (typeof result !== "number" && typeof result !== "bigint") throw typeError("__hash__ method should return an integer");
  return result;
}

export class PyDict extends Hashed {
  readonly map: Map<Key, Value>;
  /** Keys that are not what stands for them. */
  #keys: Map<Key, Value> | undefined;
  /** defaultdict's: what makes a missing value. */
  factory: Value = null;
  /** Grows when keys come and go: iterators look. */
  changes = 0;

  constructor(map = new Map<Key, Value>(), cls: PyType = T.dict) {
    super(cls);
    this.map = map;
  }
  protected has(key: Key): boolean {
    return this.map.has(key);
  }
  get size(): number {
    return this.map.size;
  }
  set(key: Key, original: Value, value: Value): void {
    if (!this.map.has(key)) {
      this.changes++;
      if (key !== original) (this.#keys ??= new Map()).set(key, original);
    }
    this.map.set(key, value);
  }
  /** With a key that is hashed without Python code: text, numbers, tuples of such. */
  put(original: Value, value: Value): void {
    this.set(keyOf(original) as Key, original, value);
  }
  text(name: string): Value | undefined {
    return this.map.get(name.charCodeAt(0) === 0 ? `\0s${name}` : name);
  }
  delete(key: Key): boolean {
    this.#keys?.delete(key);
    if (!this.map.delete(key)) return false;
    this.changes++;
    return true;
  }
  clear(): void {
    this.map.clear();
    this.#keys?.clear();
    this.changes++;
  }
  original(key: Key): Value {
    return this.#keys?.get(key) ?? (this.#keys?.has(key) ? null : key);
  }
  *entries(): Generator<readonly [Value, Value]> {
    for (const [key, value] of this.map) yield [this.original(key), value];
  }
  keys(): Value[] {
    return [...this.map.keys()].map((key) => this.original(key));
  }
  copy(): PyDict {
    const made = new PyDict();
    for (const [key, value] of this.map) made.set(key, this.original(key), value);
    made.buckets = this.buckets && new Map([...this.buckets].map(([k, v]) => [k, [...v]]));
    return made;
  }
}

/** set or frozenset. */
export class PySet extends Hashed {
  readonly map = new Map<Key, Value>();
  constructor(cls: PyType = T.set) {
    super(cls);
  }
  get frozen(): boolean {
    return this.cls.isSubclass(T.frozenset);
  }
  protected has(key: Key): boolean {
    return this.map.has(key);
  }
  add(key: Key, value: Value): void {
    if (!this.map.has(key)) this.map.set(key, value);
  }
  /** Members; integers in the order in which CPython's table has them. */
  values(): Value[] {
    const all = [...this.map.values()];
    return all.length > 1 && all.length < 50_000 && all.every((v) => typeof v === "number") ? tableOrder(all) : all;
  }
  static of(keys: Iterable<readonly [Key, Value]>, cls: PyType = T.set): PySet {
    const made = new PySet(cls);
    for (const [key, value] of keys) made.add(key, value);
    return made;
  }
}

/** The order of an open table of hashes, where an integer's hash is itself (cpython: Objects/setobject.c). */
function tableOrder(all: readonly number[]): Value[] {
  let mask = 7;
  let table: (number | undefined)[] = new Array<undefined>(8).fill(undefined);
  const put = (n: number): void => {
    let perturb = BigInt.asUintN(64, BigInt(n === -1 ? -2 : n));
    let i = Number(perturb & BigInt(mask));
    for (;;) {
      const last = i + 9 <= mask ? i + 9 : i;
      for (let j = i; j <= last; j++)
        if (table[j] === undefined) {
          table[j] = n;
          return;
        }
      perturb >>= 5n;
      i = Number((BigInt(i) * 5n + 1n + perturb) & BigInt(mask));
    }
  };
  let fill = 0;
  for (const n of all) {
    put(n);
    fill++;
    if (fill * 5 < mask * 3) continue;
    const old = table;
    let size = 8;
    const wanted = fill > 50_000 ? fill * 2 : fill * 4;
    while (size <= wanted) size *= 2;
    mask = size - 1;
    table = new Array<undefined>(size).fill(undefined);
    for (const m of old) if (m !== undefined) put(m);
  }
  return table.filter((n) => n !== undefined);
}
