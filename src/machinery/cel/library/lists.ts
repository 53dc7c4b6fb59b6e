import { Uint } from "../ast.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, equal, ListValue, type Value } from "../values.ts";
import { compare, operators } from "./operators.ts";
import { Duration } from "./time.ts";

type Row = FunctionTable[string][number];

const COMPARABLE = ["int", "uint", "double", "bool", "duration", "timestamp", "string", "bytes"];
const SUMMABLE: Readonly<Record<string, Value>> = { int: 0n, uint: new Uint(0n), double: 0, duration: new Duration(0n) };

const each = (types: readonly string[], row: (type: string) => Row): Row[] => types.map(row);
const list = (items: readonly Value[]): ListValue => new ListValue(items);

const isSorted = (items: ListValue): boolean => {
  const values = items.values();
  return values.every((value, i) => i === 0 || compare(values[i - 1] as Value, value) <= 0);
};

function extreme(items: ListValue, name: string, better: (order: number) => boolean): Value {
  const values = items.values();
  if (values.length === 0) throw new CelError(`${name} called on empty list`);
  return values.reduce((best, value) => (better(compare(value, best)) ? value : best));
}

/** By the operator: overflows are told as it tells them. */
function sum(items: ListValue, zero: Value): Value {
  const rows = operators["_+_"] ?? [];
  const id =
    zero instanceof Duration
      ? "add_duration_duration"
      : zero instanceof Uint
        ? "add_uint64"
        : typeof zero === "bigint"
          ? "add_int64"
          : "add_double";
  const add = rows.find((row) => row[0] === id)?.[2] as (a: Value, b: Value) => Value;
  return items.values().reduce((total, value) => add(total, value), zero);
}

function slice(items: ListValue, start: bigint, end: bigint): ListValue {
  const at = `cannot slice(${start}, ${end}), `;
  if (start < 0n || end < 0n) throw new CelError(`${at}negative indexes not supported`);
  if (start > end) throw new CelError(`${at}start index must be less than or equal to end index`);
  if (BigInt(items.size) < end) throw new CelError(`${at}list is length ${items.size}`);
  return list(items.values().slice(Number(start), Number(end)));
}

function flatten(items: ListValue, depth = 1n): ListValue {
  if (depth < 0n) throw new CelError("level must be non-negative");
  return list(items.values().flatMap((item) => (item instanceof ListValue && depth > 0n ? flatten(item, depth - 1n).values() : [item])));
}

function sortBy(items: ListValue, keys: ListValue): ListValue {
  const [values, by] = [items.values(), keys.values()];
  const order = values.map((_, i) => i).toSorted((a, b) => compare(by[a] as Value, by[b] as Value));
  return list(order.map((i) => values[i] as Value));
}

function range(count: bigint): ListValue {
  if (count > 1_000_000n) throw new CelError("operation cancelled: actual cost limit exceeded");
  return list(Array.from({ length: Math.max(0, Number(count)) }, (_, i) => BigInt(i)));
}

const distinct = (items: ListValue): ListValue => {
  const out: Value[] = [];
  for (const item of items.values()) if (!out.some((other) => equal(item, other))) out.push(item);
  return list(out);
};

const includes = (items: ListValue, item: Value): boolean => items.values().some((other) => equal(item, other));
const all = (a: ListValue, b: ListValue): boolean => b.values().every((item) => includes(a, item));

/** k8s: cel/library/lists.go, cel-go ext.Lists version 3 and ext.Sets. */
export const lists: FunctionTable = {
  isSorted: each(COMPARABLE, (type) => [`list_${type}_is_sorted_bool`, `.(list(${type})) bool`, isSorted]),
  sum: each(Object.keys(SUMMABLE), (type) => [
    `list_${type}_sum_${type}`,
    `.(list(${type})) ${type}`,
    (items: ListValue) => sum(items, SUMMABLE[type] as Value),
  ]),
  max: each(COMPARABLE, (type) => [
    `list_${type}_max_${type}`,
    `.(list(${type})) ${type}`,
    (items: ListValue) => extreme(items, "max", (order) => order > 0),
  ]),
  min: each(COMPARABLE, (type) => [
    `list_${type}_min_${type}`,
    `.(list(${type})) ${type}`,
    (items: ListValue) => extreme(items, "min", (order) => order < 0),
  ]),
  indexOf: [
    [
      "list_a_index_of_int",
      ".(list(A), A) int",
      (items: ListValue, item: Value) => BigInt(items.values().findIndex((v) => equal(v, item))),
    ],
  ],
  lastIndexOf: [
    [
      "list_a_last_index_of_int",
      ".(list(A), A) int",
      (items: ListValue, item: Value) => BigInt(items.values().findLastIndex((v) => equal(v, item))),
    ],
  ],
  slice: [["list_slice", ".(list(A), int, int) list(A)", slice]],
  flatten: [
    ["list_flatten", ".(list(list(A))) list(A)", flatten],
    ["list_flatten_int", ".(list(dyn), int) list(dyn)", flatten],
  ],
  sort: each(COMPARABLE, (type) => [`list_${type}_sort`, `.(list(${type})) list(${type})`, (items: ListValue) => sortBy(items, items)]),
  "@sortByAssociatedKeys": each(COMPARABLE, (type) => [`list_${type}_sortByAssociatedKeys`, `.(list(A), list(${type})) list(A)`, sortBy]),
  "lists.range": [["lists_range", "(int) list(int)", range]],
  reverse: [["list_reverse", ".(list(A)) list(A)", (items: ListValue) => list(items.values().toReversed())]],
  distinct: [["list_distinct", ".(list(A)) list(A)", distinct]],
  "sets.contains": [["list_sets_contains_list", "(list(A), list(A)) bool", all]],
  "sets.equivalent": [["list_sets_equivalent_list", "(list(A), list(A)) bool", (a: ListValue, b: ListValue) => all(a, b) && all(b, a)]],
  "sets.intersects": [
    ["list_sets_intersects_list", "(list(A), list(A)) bool", (a: ListValue, b: ListValue) => a.values().some((item) => includes(b, item))],
  ],
};
