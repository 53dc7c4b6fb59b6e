import { toBytes } from "../../../runtime/index.ts";
import { parseTime, utcFields } from "../../../sim/index.ts";
import { posixRegex } from "../../regex.ts";
import { strftime } from "../../strftime.ts";
import { type Item, pathsOf, type Scope } from "./evaluate.ts";
import { JqError } from "./parse.ts";
import { arithmetic, brief, compareJson, getPath, isObject, type Json, type Path, setPath, truthy, typeOf } from "./values.ts";

type Filter = (item: Item) => Generator<Item>;
type Fn = (input: Item, args: readonly Filter[], scope: Scope) => Iterable<Item>;

const array = (v: Json): readonly Json[] => {
  if (!Array.isArray(v)) throw new JqError(`${brief(v)} cannot be sorted, as it is not an array`);
  return v;
};
const text = (v: Json, what: string): string => {
  if (typeof v !== "string") throw new JqError(`${brief(v)} ${what}`);
  return v;
};
/** One output of the input alone. */
const plain =
  (fn: (v: Json) => Json): Fn =>
  ({ value }) => [{ value: fn(value) }];
/** One output for each combination of the arguments' outputs. */
const withArgs = (fn: (v: Json, ...args: Json[]) => Json): Fn =>
  function* ({ value }, args) {
    let combinations: Json[][] = [[]];
    for (const arg of args) combinations = combinations.flatMap((c) => Array.from(arg({ value }), (i) => [...c, i.value]));
    for (const c of combinations) yield { value: fn(value, ...c) };
  };
/** Elements with the key that an argument gives. */
const keyed = (v: Json, key: Filter): { readonly value: Json; readonly key: Json }[] =>
  array(v)
    .map((value) => ({ value, key: Array.from(key({ value }), (i) => i.value) }))
    .sort((a, b) => compareJson(a.key, b.key));
const groups = (v: Json, key: Filter): Json[][] => {
  const out: { key: Json; values: Json[] }[] = [];
  for (const e of keyed(v, key)) {
    const last = out.at(-1);
    if (last && compareJson(last.key, e.key) === 0) last.values.push(e.value);
    else out.push({ key: e.key, values: [e.value] });
  }
  return out.map((g) => g.values);
};
const self: Filter = function* (item) {
  yield item;
};
const keys = (v: Json): Json[] => {
  if (Array.isArray(v)) return [...v.keys()];
  if (!isObject(v)) throw new JqError(`${brief(v)} has no keys`);
  return Object.keys(v).sort();
};
const values = (v: Json): readonly Json[] => {
  if (Array.isArray(v)) return v;
  if (isObject(v)) return Object.values(v);
  throw new JqError(`Cannot iterate over ${typeOf(v)}`);
};
const contains = (a: Json, b: Json): boolean => {
  if (typeof a === "string" && typeof b === "string") return a.includes(b);
  if (Array.isArray(a) && Array.isArray(b)) return b.every((y) => a.some((x) => contains(x, y)));
  if (isObject(a) && isObject(b)) return Object.keys(b).every((k) => Object.hasOwn(a, k) && contains(a[k], b[k]));
  return compareJson(a, b) === 0;
};
const flatten = (v: Json, depth: number): Json[] => array(v).flatMap((x) => (Array.isArray(x) && depth > 0 ? flatten(x, depth - 1) : [x]));
const regex = (v: Json, flags: Json) =>
  posixRegex(text(v, "cannot be matched, as it is not a string"), {
    extended: true,
    ignoreCase: typeof flags === "string" && flags.includes("i"),
  });
const has = (v: Json, key: Json): boolean =>
  Array.isArray(v) ? typeof key === "number" && key >= 0 && key < v.length : isObject(v) ? Object.hasOwn(v, String(key)) : false;
const replace = (v: Json, pattern: Json, by: Json, flags: Json): string => {
  const matcher = regex(pattern, flags).matcher(text(v, "cannot be matched, as it is not a string"));
  const source = v as string;
  let [out, at] = ["", 0];
  for (let from = 0; from <= source.length && matcher.find(from);) {
    const [a, b] = [matcher.start(), matcher.end()];
    out += source.slice(at, a) + text(by, "cannot be added to a string");
    at = b;
    if (!String(flags).includes("g")) break;
    from = b > a ? b : b + 1;
  }
  return out + source.slice(at);
};
const remove = (v: Json, paths: readonly Path[]): Json =>
  [...paths]
    .sort((a, b) => compareJson(b, a))
    .reduce<Json>(
      (out, path) =>
        getPath(out, path) === null && path.length > 1 && getPath(out, path.slice(0, -1)) === null ? out : setPath(out, path, undefined),
      v,
    );
const length = (v: Json): number => {
  if (v === null) return 0;
  if (typeof v === "string") return Array.from(v).length;
  if (typeof v === "number") return Math.abs(v);
  if (typeof v === "boolean") throw new JqError(`${brief(v)} has no length`);
  return values(v).length;
};
const add = (list: Iterable<Json>): Json => {
  let sum: Json = null;
  for (const v of list) sum = arithmetic("+", sum, v);
  return sum;
};
const extreme = (v: Json, key: Filter, last: boolean): Json => (last ? keyed(v, key).at(-1)?.value : keyed(v, key)[0]?.value) ?? null;
const entries = (v: Json): Json[] => keys(v).map((key) => ({ key, value: (v as Readonly<Record<string, Json>>)[key as string] }));
const fromEntries = (v: Json): Json =>
  Object.fromEntries(
    array(v).map((e) => {
      const o = (isObject(e) ? e : {}) as Readonly<Record<string, Json>>;
      const key = o["key"] ?? o["k"] ?? o["name"] ?? null;
      return [typeof key === "string" ? key : JSON.stringify(key), o["value"] ?? o["v"] ?? null];
    }),
  );
const recurseBy = function* (item: Item, by: Filter): Generator<Item> {
  yield item;
  for (const next of by(item)) yield* recurseBy(next, by);
};
const unique = (v: Json, key: Filter): Json[] => groups(v, key).map((g) => g[0]);
const rounding = (fn: (n: number) => number): Fn =>
  plain((v) => {
    if (typeof v !== "number") throw new JqError(`${brief(v)} number required`);
    return fn(v);
  });

/** Milliseconds of a broken-down time. */
function fromParts([year = 1970, month = 0, day = 1, hour = 0, minute = 0, second = 0]: readonly number[]): number {
  const first = parseTime(`${String(year).padStart(4, "0")}-${String(month + 1).padStart(2, "0")}-01T00:00:00Z`);
  return first + (((day - 1) * 24 + hour) * 60 + minute) * 60_000 + second * 1000;
}

/** What `match` tells of each match; names come from (?<name>…). */
function* matchesOf(value: Json, pattern: Json, flags: Json): Generator<Json> {
  const source = text(value, "cannot be matched, as it is not a string");
  const names = [...String(pattern).matchAll(/\((?!\?)|\(\?P?<(\w+)>/g)].map((m) => m[1] ?? null);
  const matcher = regex(String(pattern).replace(/\(\?P?<\w+>/g, "("), flags).matcher(source);
  for (let from = 0; from <= source.length && matcher.find(from);) {
    const captures = names.map((name, i) => {
      const string = matcher.group(i + 1);
      return { offset: string === null ? -1 : matcher.start(i + 1), length: string?.length ?? 0, string, name };
    });
    yield { offset: matcher.start(), length: matcher.end() - matcher.start(), string: matcher.group(), captures };
    if (!String(flags ?? "").includes("g")) return;
    from = matcher.end() > matcher.start() ? matcher.end() : matcher.end() + 1;
  }
}

/** Built-in functions by name and number of arguments. */
export const functions: Readonly<Record<string, Fn>> = {
  "empty/0": () => [],
  "not/0": plain((v) => !truthy(v)),
  "true/0": () => [{ value: true }],
  "false/0": () => [{ value: false }],
  "null/0": () => [{ value: null }],
  "length/0": plain(length),
  "keys/0": plain(keys),
  "keys_unsorted/0": plain((v) => (isObject(v) ? Object.keys(v) : keys(v))),
  "values/0": (item) => (item.value === null ? [] : [item]),
  "type/0": plain(typeOf),
  "add/0": plain((v) => add(values(v))),
  "add/1": (item, [f]) => [{ value: add(Array.from((f as Filter)(item), (i) => i.value)) }],
  "any/0": plain((v) => array(v).some(truthy)),
  "all/0": plain((v) => array(v).every(truthy)),
  "any/1": ({ value }, [f]) => [{ value: values(value).some((v) => Array.from((f as Filter)({ value: v })).some((i) => truthy(i.value))) }],
  "all/1": ({ value }, [f]) => [
    { value: values(value).every((v) => Array.from((f as Filter)({ value: v })).every((i) => truthy(i.value))) },
  ],
  "select/1": function* (item, [f]) {
    for (const { value } of (f as Filter)({ value: item.value })) if (truthy(value)) yield item;
  },
  "map/1": ({ value }, [f]) => [{ value: values(value).flatMap((v) => Array.from((f as Filter)({ value: v }), (i) => i.value)) }],
  "map_values/1": ({ value }, [f]) => {
    const one = (v: Json): Json[] => Array.from((f as Filter)({ value: v }), (i) => i.value).slice(0, 1);
    return [
      {
        value: isObject(value)
          ? Object.fromEntries(Object.entries(value).flatMap(([k, v]) => one(v).map((x) => [k, x])))
          : values(value).flatMap(one),
      },
    ];
  },
  "recurse/0": (item) =>
    recurseBy(item, function* (i) {
      if (Array.isArray(i.value) || isObject(i.value)) for (const value of values(i.value)) yield { value };
    }),
  "recurse/1": (item, [f]) => recurseBy(item, f as Filter),
  "error/0": ({ value }) => {
    throw new JqError(typeof value === "string" ? value : `${JSON.stringify(value)} (not a string)`);
  },
  "error/1": (item, [f]) => {
    const [first] = (f as Filter)(item);
    const value = first?.value ?? null;
    throw new JqError(typeof value === "string" ? value : `${JSON.stringify(value)} (not a string)`);
  },
  "first/0": plain((v) => (v as readonly Json[] | null)?.[0] ?? null),
  "last/0": plain((v) => (v as readonly Json[] | null)?.at(-1) ?? null),
  "first/1": function* (item, [f]) {
    for (const out of (f as Filter)(item)) return yield out;
  },
  "last/1": (item, [f]) => Array.from((f as Filter)(item)).slice(-1),
  "limit/2": function* (item, [n, f]) {
    for (const { value } of (n as Filter)(item)) {
      let left = Number(value);
      if (left <= 0) continue;
      for (const out of (f as Filter)(item)) {
        yield out;
        if (--left <= 0) break;
      }
    }
  },
  "range/1": function* (item, [n]) {
    for (const { value } of (n as Filter)(item)) for (let i = 0; i < Number(value); i++) yield { value: i };
  },
  "range/2": function* (item, [a, b]) {
    for (const from of (a as Filter)(item))
      for (const to of (b as Filter)(item)) for (let i = Number(from.value); i < Number(to.value); i++) yield { value: i };
  },
  "path/1": ({ value }, [f]) => pathsOf((f as Filter)({ value, path: [] })).map((path) => ({ value: path })),
  "getpath/1": withArgs((v, path) => getPath(v, path as Path)),
  "del/1": ({ value }, [f]) => [{ value: remove(value, pathsOf((f as Filter)({ value, path: [] }))) }],
  "to_entries/0": plain(entries),
  "from_entries/0": plain(fromEntries),
  "with_entries/1": ({ value }, [f]) => [
    { value: fromEntries(entries(value).flatMap((e) => Array.from((f as Filter)({ value: e }), (i) => i.value))) },
  ],
  "sort/0": plain((v) => [...array(v)].sort(compareJson)),
  "sort_by/1": ({ value }, [f]) => [{ value: keyed(value, f as Filter).map((e) => e.value) }],
  "group_by/1": ({ value }, [f]) => [{ value: groups(value, f as Filter) }],
  "unique/0": plain((v) => unique(v, self)),
  "unique_by/1": ({ value }, [f]) => [{ value: unique(value, f as Filter) }],
  "min/0": plain((v) => extreme(v, self, false)),
  "max/0": plain((v) => extreme(v, self, true)),
  "min_by/1": ({ value }, [f]) => [{ value: extreme(value, f as Filter, false) }],
  "max_by/1": ({ value }, [f]) => [{ value: extreme(value, f as Filter, true) }],
  "reverse/0": plain((v) => (v === null ? [] : [...array(v)].reverse())),
  "flatten/0": plain((v) => flatten(v, Infinity)),
  "flatten/1": withArgs((v, n) => flatten(v, Number(n))),
  "has/1": withArgs(has),
  "in/1": withArgs((key, v) => has(v, key)),
  "contains/1": withArgs(contains),
  "inside/1": withArgs((a, b) => contains(b, a)),
  "index/1": withArgs((v, x) => {
    const at = typeof v === "string" ? v.indexOf(String(x)) : array(v).findIndex((y) => compareJson(x, y) === 0);
    return at < 0 ? null : at;
  }),
  "startswith/1": withArgs((v, x) =>
    text(v, "startswith() requires string inputs").startsWith(text(x, "startswith() requires string inputs")),
  ),
  "endswith/1": withArgs((v, x) => text(v, "endswith() requires string inputs").endsWith(text(x, "endswith() requires string inputs"))),
  "ltrimstr/1": withArgs((v, x) => (typeof v === "string" && typeof x === "string" && v.startsWith(x) ? v.slice(x.length) : v)),
  "rtrimstr/1": withArgs((v, x) =>
    typeof v === "string" && typeof x === "string" && x !== "" && v.endsWith(x) ? v.slice(0, -x.length) : v,
  ),
  "split/1": withArgs((v, x) => (v === "" ? [] : text(v, "cannot be split").split(text(x, "cannot split")))),
  "join/1": withArgs((v, x) =>
    array(v)
      .map((y) => (y === null ? "" : typeof y === "string" ? y : JSON.stringify(y)))
      .join(text(x, "cannot join")),
  ),
  "ascii_downcase/0": plain((v) => text(v, "cannot be lower-cased").replace(/[A-Z]/g, (c) => c.toLowerCase())),
  "ascii_upcase/0": plain((v) => text(v, "cannot be upper-cased").replace(/[a-z]/g, (c) => c.toUpperCase())),
  "trim/0": plain((v) => text(v, "cannot be trimmed").trim()),
  "test/1": withArgs((v, x) => regex(x, "").test(text(v, "cannot be matched, as it is not a string"))),
  "test/2": withArgs((v, x, flags) => regex(x, flags).test(text(v, "cannot be matched, as it is not a string"))),
  "sub/2": withArgs((v, x, by) => replace(v, x, by, "")),
  "gsub/2": withArgs((v, x, by) => replace(v, x, by, "g")),
  "explode/0": plain((v) => Array.from(text(v, "cannot be exploded"), (c) => c.codePointAt(0) as number)),
  "implode/0": plain((v) => String.fromCodePoint(...(array(v) as readonly number[]))),
  "setpath/2": withArgs((v, path, value) => setPath(v, path as Path, value)),
  "indices/1": withArgs((v, x) => {
    if (typeof v === "string") {
      const out: number[] = [];
      for (let i = v.indexOf(String(x)); i >= 0 && x !== ""; i = v.indexOf(String(x), i + 1)) out.push(i);
      return out;
    }
    return array(v).flatMap((y, i) => (compareJson(x, y) === 0 ? [i] : []));
  }),
  "split/2": withArgs((v, x, flags) => {
    const source = text(v, "cannot be matched, as it is not a string");
    const matcher = regex(x, flags).matcher(source);
    const out: string[] = [];
    let at = 0;
    for (let from = 0; from <= source.length && matcher.find(from);) {
      out.push(source.slice(at, matcher.start()));
      at = matcher.end();
      from = at > matcher.start() ? at : at + 1;
    }
    return [...out, source.slice(at)];
  }),
  "match/2": function* ({ value }, [re, flags]) {
    for (const { value: given } of (re as Filter)({ value }))
      for (const { value: how } of (flags as Filter)({ value })) {
        const [pattern, letters] = Array.isArray(given) ? [given[0] as Json, given[1] as Json] : [given, how];
        for (const m of matchesOf(value, pattern, letters)) yield { value: m };
      }
  },
  "log/0": rounding(Math.log),
  "exp/0": rounding(Math.exp),
  "log2/0": rounding(Math.log2),
  "log10/0": rounding(Math.log10),
  "exp10/0": rounding((n) => 10 ** n),
  "trunc/0": rounding(Math.trunc),
  "pow/2": withArgs((_, a, b) => Number(a) ** Number(b)),
  "infinite/0": () => [{ value: Infinity }],
  "nan/0": () => [{ value: Number.NaN }],
  "isnan/0": plain((v) => Number.isNaN(v)),
  "isinfinite/0": plain((v) => v === Infinity || v === -Infinity),
  "isnormal/0": plain((v) => typeof v === "number" && Number.isFinite(v) && v !== 0),
  "utf8bytelength/0": plain((v) => toBytes(text(v, "only strings have UTF-8 byte length")).length),
  "strftime/1": withArgs((v, format) => {
    const at = Array.isArray(v) ? fromParts(v as readonly number[]) : Number(v) * 1000;
    return strftime(text(format, "strftime/1 requires a string format"), at);
  }),
  "mktime/0": plain((v) => Math.floor(fromParts(array(v) as readonly number[]) / 1000)),
  "gmtime/0": plain((v) => {
    const f = utcFields(Number(v) * 1000);
    const start = parseTime(`${String(f.year).padStart(4, "0")}-01-01T00:00:00Z`);
    const day = Math.floor((Math.floor(Number(v)) * 1000 - start) / 86_400_000);
    return [f.year, f.month - 1, f.day, f.hour, f.minute, f.second + (Number(v) % 1), f.weekday, day];
  }),
  "fromdateiso8601/0": plain((v) => {
    const at = parseTime(text(v, "cannot be parsed as a date"));
    if (Number.isNaN(at)) throw new JqError(`date "${String(v)}" does not match format "%Y-%m-%dT%H:%M:%SZ"`);
    return Math.floor(at / 1000);
  }),
  "tostring/0": plain((v) => (typeof v === "string" ? v : JSON.stringify(v))),
  "tonumber/0": plain((v) => {
    const n = typeof v === "number" ? v : typeof v === "string" && v.trim() !== "" ? Number(v) : Number.NaN;
    if (Number.isNaN(n)) throw new JqError(`${brief(v)} cannot be parsed as a number`);
    return n;
  }),
  "tojson/0": plain((v) => JSON.stringify(v)),
  "fromjson/0": plain((v) => {
    try {
      return JSON.parse(text(v, "cannot be parsed")) as Json;
    } catch {
      throw new JqError(`${String(v)} (while parsing '${String(v)}')`);
    }
  }),
  "floor/0": rounding(Math.floor),
  "ceil/0": rounding(Math.ceil),
  "round/0": rounding(Math.round),
  "sqrt/0": rounding(Math.sqrt),
  "fabs/0": rounding(Math.abs),
  "env/0": (_, __, scope) => [{ value: scope.variables["ENV"] }],
};
