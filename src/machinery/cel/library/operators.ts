import { Uint } from "../ast.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, compareNumbers, concatenate, equal, isMap, isNumber, type ListValue, type MapValue, type Value } from "../values.ts";
import { Duration, plus, type Timestamp } from "./time.ts";

type Row = FunctionTable[string][number];

function int(value: bigint): bigint {
  if (BigInt.asIntN(64, value) !== value) throw new CelError("integer overflow");
  return value;
}

function uint(value: bigint): Uint {
  if (BigInt.asUintN(64, value) !== value) throw new CelError("unsigned integer overflow");
  return new Uint(value);
}

/** An operator on two ints, uints or doubles. */
const numeric = (id: string, whole: (a: bigint, b: bigint) => bigint, real?: (a: number, b: number) => number): Row[] => [
  [`${id}_int64`, "(int, int) int", (a: bigint, b: bigint) => int(whole(a, b))],
  [`${id}_uint64`, "(uint, uint) uint", (a: Uint, b: Uint) => uint(whole(a.value, b.value))],
  ...(real ? [[`${id}_double`, "(double, double) double", real] as Row] : []),
];

const nonZero = (b: bigint, what: string): bigint => {
  if (b === 0n) throw new CelError(`${what} by zero`);
  return b;
};

/** Bytes by bytes, texts by code points, false before true. */
export function compare(a: Value, b: Value): number {
  if (isNumber(a) && isNumber(b)) {
    const order = compareNumbers(a, b);
    if (order === undefined) throw new CelError("NaN values cannot be ordered");
    return order;
  }
  if (typeof a === "string" && typeof b === "string") return a < b ? -1 : a > b ? 1 : 0;
  if (a instanceof Uint8Array && b instanceof Uint8Array) return compareBytes(a, b);
  if (typeof a === "boolean" && typeof b === "boolean") return Number(a) - Number(b);
  const [x, y] = [a, b] as [Duration | Timestamp, Duration | Timestamp];
  return x.nanos < y.nanos ? -1 : x.nanos > y.nanos ? 1 : 0;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}

/** Pairs of types that have an order; numbers of different types among them (k8s: CrossTypeNumericComparisons). */
const ORDERED: readonly (readonly [string, string])[] = [
  ["bool", "bool"],
  ["int", "int"],
  ["int", "double"],
  ["int", "uint"],
  ["uint", "uint"],
  ["uint", "double"],
  ["uint", "int"],
  ["double", "double"],
  ["double", "int"],
  ["double", "uint"],
  ["string", "string"],
  ["bytes", "bytes"],
  ["timestamp", "timestamp"],
  ["duration", "duration"],
];
const ordered = (id: string, holds: (order: number) => boolean): Row[] =>
  ORDERED.map(([a, b]) => [
    a === b ? `${id}_${a}` : `${id}_${a}_${b}`,
    `(${a}, ${b}) bool`,
    (x: Value, y: Value) => !(isNaNValue(x) || isNaNValue(y)) && holds(compare(x, y)),
  ]);
const isNaNValue = (value: Value): boolean => typeof value === "number" && Number.isNaN(value);

/** Only named: the evaluator has them itself, for they do not evaluate all their arguments. */
const special = (): never => {
  throw new CelError("no such overload");
};

/** k8s: cel-go common/stdlib. */
export const operators: FunctionTable = {
  "_?_:_": [["conditional", "(bool, A, A) A", special]],
  "_&&_": [["logical_and", "(bool, bool) bool", special]],
  "_||_": [["logical_or", "(bool, bool) bool", special]],
  "@not_strictly_false": [["not_strictly_false", "(bool) bool", special]],
  "_[_]": [
    ["index_list", "(list(A), int) A", special],
    ["index_map", "(map(A, B), A) B", special],
    ["optional_list_index_int", "(optional(list(V)), int) optional(V)", special],
    ["optional_map_index_value", "(optional(map(K, V)), K) optional(V)", special],
  ],
  "_[?_]": [
    ["list_optindex_optional_int", "(list(V), int) optional(V)", special],
    ["optional_list_optindex_optional_int", "(optional(list(V)), int) optional(V)", special],
    ["map_optindex_optional_value", "(map(K, V), K) optional(V)", special],
    ["optional_map_optindex_optional_value", "(optional(map(K, V)), K) optional(V)", special],
  ],
  "cel.@mapInsert": [
    ["@mapInsert_map_map", "(map(K, V), map(K, V)) map(K, V)", special],
    ["@mapInsert_map_key_value", "(map(K, V), K, V) map(K, V)", special],
  ],
  "!_": [["logical_not", "(bool) bool", (a: boolean) => !a]],
  "_==_": [["equals", "(A, A) bool", equal]],
  "_!=_": [["not_equals", "(A, A) bool", (a: Value, b: Value) => !equal(a, b)]],
  "@in": [
    ["in_list", "(A, list(A)) bool", (item: Value, list: ListValue) => list.values().some((other) => equal(item, other))],
    ["in_map", "(A, map(A, B)) bool", (key: Value, map: MapValue) => map.get(key) !== undefined],
  ],
  "_+_": [
    ["add_bytes", "(bytes, bytes) bytes", (a: Uint8Array, b: Uint8Array) => Uint8Array.from([...a, ...b])],
    ...numeric(
      "add",
      (a, b) => a + b,
      (a, b) => a + b,
    ),
    ["add_duration_duration", "(duration, duration) duration", (a: Duration, b: Duration) => new Duration(a.nanos + b.nanos)],
    ["add_duration_timestamp", "(duration, timestamp) timestamp", (a: Duration, b: Timestamp) => plus(b, a.nanos)],
    ["add_timestamp_duration", "(timestamp, duration) timestamp", (a: Timestamp, b: Duration) => plus(a, b.nanos)],
    ["add_list", "(list(A), list(A)) list(A)", concatenate],
    ["add_string", "(string, string) string", (a: string, b: string) => a + b],
  ],
  "_-_": [
    ...numeric(
      "subtract",
      (a, b) => a - b,
      (a, b) => a - b,
    ),
    ["subtract_duration_duration", "(duration, duration) duration", (a: Duration, b: Duration) => new Duration(a.nanos - b.nanos)],
    ["subtract_timestamp_duration", "(timestamp, duration) timestamp", (a: Timestamp, b: Duration) => plus(a, -b.nanos)],
    ["subtract_timestamp_timestamp", "(timestamp, timestamp) duration", (a: Timestamp, b: Timestamp) => new Duration(a.nanos - b.nanos)],
  ],
  "_*_": numeric(
    "multiply",
    (a, b) => a * b,
    (a, b) => a * b,
  ),
  "_/_": numeric(
    "divide",
    (a, b) => a / nonZero(b, "division"),
    (a, b) => a / b,
  ),
  "_%_": numeric("modulo", (a, b) => a % nonZero(b, "modulus")),
  "-_": [
    ["negate_double", "(double) double", (a: number) => -a],
    ["negate_int64", "(int) int", (a: bigint) => int(-a)],
  ],
  "_<_": ordered("less", (order) => order < 0),
  "_<=_": ordered("less_equals", (order) => order <= 0),
  "_>_": ordered("greater", (order) => order > 0),
  "_>=_": ordered("greater_equals", (order) => order >= 0),
  size: ["string", "bytes", "list(A)", "map(A, B)"].flatMap((type): Row[] => [
    [`size_${type}`, `(${type}) int`, size],
    [`${type}_size`, `.(${type}) int`, size],
  ]),
};

/** Of a text, its code points. */
function size(value: Value): bigint {
  if (typeof value === "string") return BigInt([...value].length);
  if (value instanceof Uint8Array) return BigInt(value.length);
  return BigInt(isMap(value) ? value.size : (value as ListValue).size);
}
