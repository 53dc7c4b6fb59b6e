/**
 * Values of documents as MongoDB's extended JSON has them: what JSON cannot say is an object with one `$` key
 * ({"$oid": …}, {"$date": ms}, {"$numberLong": "…"}). Documents are never changed in place.
 */
export type Value = null | boolean | number | string | readonly Value[] | Doc;
export interface Doc {
  readonly [field: string]: Value | undefined;
}

/** An error of a server, as clients show it: `MongoServerError[BadValue]: …`. */
export class MongoError extends Error {
  readonly code: number;
  readonly codeName: string;
  readonly more: Doc;
  constructor(code: number, codeName: string, message: string, more: Doc = {}) {
    super(message);
    this.code = code;
    this.codeName = codeName;
    this.more = more;
  }
}
export const bad = (message: string): MongoError => new MongoError(2, "BadValue", message);
export const unparsed = (message: string): MongoError => new MongoError(9, "FailedToParse", message);
export const mismatch = (message: string): MongoError => new MongoError(14, "TypeMismatch", message);

const WRAPPED: Readonly<Record<string, string>> = {
  $oid: "objectId",
  $date: "date",
  $numberLong: "long",
  $numberDecimal: "decimal",
  $numberDouble: "double",
  $binary: "binData",
  $regularExpression: "regex",
  $timestamp: "timestamp",
  $minKey: "minKey",
  $maxKey: "maxKey",
  $uuid: "binData",
};
/** How values of different types sort (https://www.mongodb.com/docs/manual/reference/bson-type-comparison-order/). */
const ORDER: Readonly<Record<string, number>> = {
  minKey: 0,
  missing: 1,
  null: 2,
  int: 3,
  long: 3,
  double: 3,
  decimal: 3,
  string: 4,
  object: 5,
  array: 6,
  binData: 7,
  objectId: 8,
  bool: 9,
  date: 10,
  timestamp: 11,
  regex: 12,
  maxKey: 13,
};
/** $type's numbers. */
export const TYPE_NUMBERS: Readonly<Record<number, string>> = {
  1: "double",
  2: "string",
  3: "object",
  4: "array",
  5: "binData",
  7: "objectId",
  8: "bool",
  9: "date",
  10: "null",
  11: "regex",
  16: "int",
  17: "timestamp",
  18: "long",
  19: "decimal",
};

export const isArray = (v: Value | undefined): v is readonly Value[] => Array.isArray(v);
/** The type by MongoDB's alias. */
export function typeOf(v: Value | undefined): string {
  if (v === undefined) return "missing";
  if (v === null) return "null";
  if (typeof v === "boolean") return "bool";
  if (typeof v === "string") return "string";
  if (typeof v === "number") return Number.isInteger(v) ? (Math.abs(v) < 2 ** 31 ? "int" : "long") : "double";
  if (isArray(v)) return "array";
  for (const key in v) return (key.startsWith("$") ? WRAPPED[key] : undefined) ?? "object";
  return "object";
}
export const isDoc = (v: Value | undefined): v is Doc => typeOf(v) === "object";
/** As a number; undefined: it is none. */
export function numeric(v: Value | undefined): number | undefined {
  if (typeof v === "number") return v;
  if (typeof v !== "object" || v === null || isArray(v)) return undefined;
  const text = v["$numberLong"] ?? v["$numberDecimal"] ?? v["$numberDouble"];
  return typeof text === "string" ? Number(text) : undefined;
}
export const millis = (v: Value | undefined): number | undefined =>
  typeOf(v) === "date" ? Number((v as Doc)["$date"] as number) : undefined;
export const truthy = (v: Value | undefined): boolean => !(v === undefined || v === null || v === false || numeric(v) === 0);

const words = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The total order of all values. */
export function compare(a: Value | undefined, b: Value | undefined): number {
  const [s, t] = [typeOf(a), typeOf(b)];
  const by = (ORDER[s] as number) - (ORDER[t] as number);
  if (by !== 0) return Math.sign(by);
  switch (s) {
    case "int":
    case "long":
    case "double":
    case "decimal": {
      const [x, y] = [numeric(a) as number, numeric(b) as number];
      if (Number.isNaN(x) || Number.isNaN(y)) return Number(Number.isNaN(y)) - Number(Number.isNaN(x));
      return Math.sign(x - y);
    }
    case "string":
      return words(a as string, b as string);
    case "bool":
      return Number(a) - Number(b);
    case "date":
      return Math.sign((millis(a) as number) - (millis(b) as number));
    case "array":
      return compareLists(a as readonly Value[], b as readonly Value[]);
    case "object": {
      const [x, y] = [Object.entries(a as Doc), Object.entries(b as Doc)];
      for (let i = 0; i < Math.min(x.length, y.length); i++) {
        const [[k, v], [l, w]] = [x[i] as [string, Value], y[i] as [string, Value]];
        const order = Math.sign((ORDER[typeOf(v)] as number) - (ORDER[typeOf(w)] as number)) || words(k, l) || compare(v, w);
        if (order !== 0) return order;
      }
      return Math.sign(x.length - y.length);
    }
    case "missing":
    case "null":
    case "minKey":
    case "maxKey":
      return 0;
    default:
      return words(JSON.stringify(a), JSON.stringify(b));
  }
}
function compareLists(a: readonly Value[], b: readonly Value[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) {
    const order = compare(a[i], b[i]);
    if (order !== 0) return order;
  }
  return Math.sign(a.length - b.length);
}
export const equal = (a: Value | undefined, b: Value | undefined): boolean => compare(a, b) === 0;
/** A text that equal values share: a key of maps. */
export function keyOf(v: Value | undefined): string {
  const n = numeric(v);
  if (n !== undefined) return `n${n}`;
  if (isArray(v)) return `[${v.map(keyOf).join()}]`;
  if (isDoc(v)) return `{${Object.entries(v).map(([k, w]) => `${JSON.stringify(k)}:${keyOf(w)}`)}}`;
  return v === undefined ? "u" : JSON.stringify(v);
}

/** What is at a dotted path; through arrays it may be many. */
export function at(v: Value | undefined, path: readonly string[]): readonly (Value | undefined)[] {
  const [first, ...rest] = path;
  if (first === undefined) return [v];
  if (isArray(v)) {
    const direct = /^\d+$/.test(first) ? at(v[Number(first)], rest) : [];
    const through = v.filter(isDoc).flatMap((e) => at(e, path));
    return direct.length > 0 && direct[0] !== undefined
      ? [...direct, ...through.filter((t) => t !== undefined)]
      : through.length > 0
        ? through
        : [undefined];
  }
  return isDoc(v) ? at(v[first], rest) : [undefined];
}
/** A document with another value at a path; undefined takes it away. Throws where a scalar is in the way. */
export function put(v: Value | undefined, path: readonly string[], value: Value | undefined, whole = path): Value {
  const [first, ...rest] = path as [string, ...string[]];
  if (isArray(v)) {
    const i = Number(first);
    if (!/^\d+$/.test(first))
      throw new MongoError(
        28,
        "PathNotViable",
        `Cannot create field '${first}' in element {${whole[whole.length - path.length - 1] ?? ""}: ${shown(v)}}`,
      );
    const list = [...v];
    while (list.length < i) list.push(null);
    list[i] = rest.length === 0 ? (value === undefined ? null : value) : put(list[i], rest, value, whole);
    return list;
  }
  if (v !== undefined && !isDoc(v))
    throw new MongoError(
      28,
      "PathNotViable",
      `Cannot create field '${first}' in element {${whole[whole.length - path.length - 1] ?? ""}: ${shown(v)}}`,
    );
  if (rest.length > 0) {
    const inner = v?.[first];
    if (value === undefined && (inner === undefined || (!isDoc(inner) && !isArray(inner)))) return v ?? {};
    return { ...v, [first]: put(inner, rest, value, whole) };
  }
  if (value !== undefined) return { ...v, [first]: value };
  const { [first]: _gone, ...others } = v ?? {};
  return others;
}

/** As the server's own messages show a value: `{ _id: 1, name: "x" }`. */
export function shown(v: Value | undefined): string {
  switch (typeOf(v)) {
    case "string":
      return JSON.stringify(v);
    case "array":
      return (v as readonly Value[]).length === 0 ? "[]" : `[ ${(v as readonly Value[]).map(shown).join(", ")} ]`;
    case "object": {
      const entries = Object.entries(v as Doc);
      return entries.length === 0 ? "{}" : `{ ${entries.map(([k, w]) => `${k}: ${shown(w)}`).join(", ")} }`;
    }
    case "objectId":
      return `ObjectId('${(v as Doc)["$oid"] as string}')`;
    case "date":
      return `new Date(${millis(v)})`;
    case "missing":
    case "null":
      return "null";
    default:
      return numeric(v) === undefined ? JSON.stringify(v) : String(numeric(v));
  }
}
