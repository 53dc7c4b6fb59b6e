import { Uint } from "./ast.ts";
import { DYN, type Type } from "./types.ts";

/** What went wrong while an expression ran, in cel-go's words. */
export class CelError extends Error {}

/**
 * Values while an expression runs: null, booleans, strings; int as bigint, uint as Uint, double as number; bytes;
 * and the classes below. JSON is not copied: lists and maps are views that convert what is taken out of them.
 */
export type Value = null | boolean | bigint | Uint | number | string | Uint8Array | ListValue | MapValue | Opaque;

/** Timestamps, durations, options, types, and what Kubernetes adds. */
export abstract class Opaque {
  /** Of its type: "kubernetes.Quantity". */
  abstract readonly typeName: string;
  abstract equals(other: Opaque): boolean;
}

/** The value of an expression that is a type's name. */
export class TypeName extends Opaque {
  readonly typeName = "type";
  readonly name: string;

  constructor(name: string) {
    super();
    this.name = name;
  }

  equals(other: Opaque): boolean {
    return other instanceof TypeName && other.name === this.name;
  }
}

/** `items` are JSON of this type when `json` says so, values otherwise. */
export class ListValue {
  readonly items: readonly unknown[];
  readonly json: Type | undefined;

  constructor(items: readonly unknown[], json?: Type) {
    this.items = items;
    this.json = json;
  }

  get size(): number {
    return this.items.length;
  }

  get(i: number): Value {
    return this.json ? fromJson(this.items[i], this.json.params[0] ?? DYN) : (this.items[i] as Value);
  }

  values(): readonly Value[] {
    return this.json ? this.items.map((_, i) => this.get(i)) : (this.items as readonly Value[]);
  }
}

/** A map, or an object whose fields are its keys. */
export interface MapValue {
  readonly isMap: true;
  readonly size: number;
  /** The object's type when it has one. */
  readonly typeName: string;
  get(key: Value): Value | undefined;
  keys(): readonly Value[];
}

export const isMap = (value: unknown): value is MapValue => typeof value === "object" && value !== null && "isMap" in value;

class JsonMap implements MapValue {
  readonly isMap = true;
  readonly #json: Readonly<Record<string, unknown>>;
  readonly #type: Type;

  constructor(json: Readonly<Record<string, unknown>>, type: Type) {
    this.#json = json;
    this.#type = type;
  }

  get typeName(): string {
    return this.#type.kind === "object" ? this.#type.name : "map";
  }

  get size(): number {
    return Object.keys(this.#json).length;
  }

  get(key: Value): Value | undefined {
    if (typeof key !== "string") return undefined;
    const type = this.#type;
    if (type.kind === "object") {
      const name = type.keyOf?.(key) ?? key;
      return present(this.#json, name) ? fromJson(this.#json[name], type.field?.(key) ?? DYN) : undefined;
    }
    return present(this.#json, key) ? fromJson(this.#json[key], type.params[1] ?? DYN) : undefined;
  }

  keys(): readonly Value[] {
    return Object.keys(this.#json).filter((key) => this.#json[key] !== undefined);
  }
}

const present = (json: Readonly<Record<string, unknown>>, key: string): boolean => Object.hasOwn(json, key) && json[key] !== undefined;

/** A map made by an expression; 1, 1u and 1.0 are one key. */
export class MadeMap implements MapValue {
  readonly isMap = true;
  readonly typeName: string;
  readonly #entries = new Map<string, readonly [Value, Value]>();

  constructor(typeName = "map") {
    this.typeName = typeName;
  }

  /** While it is being made. */
  insert(key: Value, value: Value): void {
    const text = keyText(key);
    if (this.#entries.has(text)) throw new CelError(`insert failed: key ${String(key)} already exists`);
    this.#entries.set(text, [key, value]);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value | undefined {
    return this.#entries.get(keyText(key))?.[1];
  }

  keys(): readonly Value[] {
    return [...this.#entries.values()].map(([key]) => key);
  }
}

function keyText(key: Value): string {
  if (typeof key === "string") return `s${key}`;
  if (typeof key === "boolean") return `b${key}`;
  if (typeof key === "bigint" || (typeof key === "number" && Number.isInteger(key))) return `n${key}`;
  return key instanceof Uint ? `n${key.value}` : `?${String(key)}`;
}

/** A value of a declared type; what does not fit the type is taken as it is. */
export function fromJson(json: unknown, type: Type): Value {
  switch (typeof json) {
    case "string":
      return type.kind === "string" || type.kind === "dyn" ? json : textAs(json, type);
    case "number":
      return type.kind === "double" || !Number.isInteger(json) ? json : BigInt(json);
    case "boolean":
      return json;
    case "bigint":
      return json;
    case "object":
      if (json === null) return null;
      if (Array.isArray(json)) return new ListValue(json, type.kind === "list" ? type : DYN);
      if (json instanceof Opaque || json instanceof ListValue || json instanceof Uint || json instanceof Uint8Array || isMap(json))
        return json;
      return new JsonMap(json as Readonly<Record<string, unknown>>, type);
    default:
      return null;
  }
}

/** How texts of a format become values; the time library adds its own. */
export const textFormats = new Map<string, (text: string, type: Type) => Value>();
const textAs = (text: string, type: Type): Value => textFormats.get(type.kind)?.(text, type) ?? text;

/** Back to JSON: what an expression made becomes plain data. */
export function toJson(value: Value): unknown {
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Uint) return Number(value.value);
  if (value instanceof ListValue) return value.json ? value.items : value.values().map(toJson);
  if (isMap(value)) return Object.fromEntries(value.keys().map((key) => [String(toJson(key)), toJson(value.get(key) ?? null)]));
  return value instanceof Opaque || value instanceof Uint8Array ? String(value) : value;
}

/** The name that `type()` gives and that errors show. */
export function typeNameOf(value: Value): string {
  if (value === null) return "null_type";
  if (typeof value === "boolean") return "bool";
  if (typeof value === "bigint") return "int";
  if (typeof value === "number") return "double";
  if (typeof value === "string") return "string";
  if (value instanceof Uint) return "uint";
  if (value instanceof Uint8Array) return "bytes";
  return value instanceof ListValue ? "list" : value.typeName;
}

export const isNumber = (value: Value): value is bigint | number | Uint =>
  typeof value === "bigint" || typeof value === "number" || value instanceof Uint;
const plain = (value: bigint | number | Uint): bigint | number => (value instanceof Uint ? value.value : value);

/** -1, 0, 1; undefined for a NaN. JavaScript compares bigint and number exactly. */
export function compareNumbers(a: bigint | number | Uint, b: bigint | number | Uint): number | undefined {
  const [x, y] = [plain(a), plain(b)];
  return x < y ? -1 : x > y ? 1 : x <= y ? 0 : undefined;
}

/** Values of different types are not equal, but numbers are by what they are worth. */
export function equal(a: Value, b: Value): boolean {
  if (a === b) return true;
  if (a === null || b === null) return false;
  if (isNumber(a)) return isNumber(b) && compareNumbers(a, b) === 0;
  if (a instanceof Uint8Array) return b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i]);
  if (a instanceof ListValue) return b instanceof ListValue && equalLists(a, b);
  if (isMap(a)) return isMap(b) && a.size === b.size && a.keys().every((key) => equalEntries(a.get(key), b.get(key)));
  return a instanceof Opaque && b instanceof Opaque && a.typeName === b.typeName && a.equals(b);
}

const equalEntries = (a: Value | undefined, b: Value | undefined): boolean => a !== undefined && b !== undefined && equal(a, b);

function equalLists(a: ListValue, b: ListValue): boolean {
  if (a.size !== b.size) return false;
  const [left, right] = [a.values(), b.values()];
  if ((a.json?.listType ?? b.json?.listType) === undefined) return left.every((item, i) => equal(item, right[i] as Value));
  return left.every((item) => right.some((other) => equal(item, other)));
}

/** Two lists as one; sets and maps by key keep the order of the first and take the second's items (k8s: cel/common values). */
export function concatenate(a: ListValue, b: ListValue): ListValue {
  const type = a.json;
  if (type?.listType === undefined) return new ListValue([...a.values(), ...b.values()]);
  const keys = type.listMapKeys;
  const same = (x: Value, y: Value): boolean =>
    keys === undefined || !isMap(x) || !isMap(y) ? equal(x, y) : keys.every((key) => equal(x.get(key) ?? null, y.get(key) ?? null));
  const right = [...b.values()];
  const merged = a.values().map((item) => {
    const i = right.findIndex((other) => same(item, other));
    return i === -1 ? item : (right.splice(i, 1)[0] as Value);
  });
  return new ListValue([...merged, ...right]);
}
