import { toBytes } from "../../../runtime/index.ts";
import { parseTime, utcFields } from "../../../sim/index.ts";
import { posixRegex, RegexError } from "../../regex.ts";
import { strftime } from "../../strftime.ts";
import { type Item, JqHalt, pathsOf, type Scope } from "./evaluate.ts";
import { show } from "./print.ts";
import { readJson } from "./read.ts";
import { JqError } from "./parse.ts";
import { definedNames } from "./prelude.ts";
import { strptime } from "./strptime.ts";
import { brief, compareJson, getPath, isObject, type Json, type Path, setPath, truthy, typeOf } from "./values.ts";

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
const keyed = (v: Json, key: Filter): { readonly value: Json; readonly key: Json }[] => {
  const found = values(v).map((value) => ({ value, key: Array.from(key({ value }), (i) => i.value) }));
  if (!Array.isArray(v))
    throw new JqError(`${brief(v)} and ${brief(found.map((e) => e.key))} cannot be sorted, as they are not both arrays`);
  return found.sort((a, b) => compareJson(a.key, b.key));
};
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
  throw new JqError(`Cannot iterate over ${brief(v)}`);
};
const contains = (a: Json, b: Json): boolean => {
  if (typeof a === "string" && typeof b === "string") return a.includes(b);
  if (Array.isArray(a) && Array.isArray(b)) return b.every((y) => a.some((x) => typeOf(x) === typeOf(y) && contains(x, y)));
  if (isObject(a) && isObject(b))
    return Object.keys(b).every((k) => Object.hasOwn(a, k) && typeOf(a[k]) === typeOf(b[k]) && contains(a[k], b[k]));
  if (typeOf(a) !== typeOf(b)) throw new JqError(`${brief(a)} and ${brief(b)} cannot have their containment checked`);
  return compareJson(a, b) === 0;
};
const flatten = (v: Json, depth: number): Json[] => values(v).flatMap((x) => (Array.isArray(x) && depth > 0 ? flatten(x, depth - 1) : [x]));
const regex = (v: Json, flags: Json) =>
  posixRegex(text(v, "cannot be matched, as it is not a string"), {
    extended: true,
    ignoreCase: typeof flags === "string" && flags.includes("i"),
  });
const has = (v: Json, key: Json): boolean => {
  if (v === null) return false;
  if (Array.isArray(v) && typeof key === "number") return key >= 0 && key < v.length;
  if (isObject(v) && typeof key === "string") return Object.hasOwn(v, key);
  throw new JqError(`Cannot check whether ${typeOf(v)} has a ${typeOf(key)} key`);
};
const remove = (v: Json, paths: readonly Path[]): Json =>
  [...paths]
    .sort((a, b) => compareJson(b, a))
    .reduce<Json>(
      (out, path) =>
        out === null && path.length > 0
          ? null
          : getPath(out, path) === null && path.length > 1 && getPath(out, path.slice(0, -1)) === null
            ? out
            : setPath(out, path, undefined),
      v,
    );
const length = (v: Json): number => {
  if (v === null) return 0;
  if (typeof v === "string") return Array.from(v).length;
  if (typeof v === "number") return Math.abs(v);
  if (typeof v === "boolean") throw new JqError(`${brief(v)} has no length`);
  return values(v).length;
};
const numeric = (v: Json, what: string): number => {
  if (typeof v !== "number") throw new JqError(what);
  return v;
};
const range = (from: Json, to: Json): readonly [number, number] => [numeric(from, RANGE), numeric(to, RANGE)];
const RANGE = "Range bounds must be numeric";
const datetime = (v: Json, name: string, kind: string): readonly number[] => {
  if (!Array.isArray(v)) throw new JqError(`${name} requires ${kind} inputs`);
  if (v.length < 6 || v.some((x) => typeof x !== "number")) throw new JqError(`${name} requires parsed datetime inputs`);
  return v as readonly number[];
};
const extreme = (v: Json, key: Filter, last: boolean): Json => (last ? keyed(v, key).at(-1)?.value : keyed(v, key)[0]?.value) ?? null;
const entries = (v: Json): Json[] =>
  (isObject(v) ? Object.keys(v) : keys(v)).map((key) => ({ key, value: (v as Readonly<Record<string, Json>>)[key as string] }));
const recurseBy = function* (item: Item, by: Filter): Generator<Item> {
  yield item;
  for (const next of by(item)) yield* recurseBy(next, by);
};
const strings = (v: Json, x: Json, what: string): readonly [string, string] => {
  if (typeof v !== "string" || typeof x !== "string") throw new JqError(what);
  return [v, x];
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

const exploded = (v: Json): string => {
  if (typeof v !== "string") throw new JqError("explode input must be a string");
  return v;
};

/** What `match` tells of each match; names come from (?<name>…). */
function* matchesOf(value: Json, pattern: Json, flags: Json): Generator<Json> {
  const source = text(value, "cannot be matched, as it is not a string");
  const names = [...String(pattern).matchAll(/\((?!\?)|\(\?P?<(\w+)>/g)].map((m) => m[1] ?? null);
  const matcher = regex(String(pattern).replace(/\(\?P?<\w+>/g, "("), flags).matcher(source);
  for (let from = 0; from <= source.length && matcher.find(from);) {
    const captures = names.map((name, i) => {
      const string = matcher.group(i + 1);
      return string === null
        ? { offset: -1, string, length: 0, name }
        : { offset: matcher.start(i + 1), length: string.length, string, name };
    });
    yield { offset: matcher.start(), length: matcher.end() - matcher.start(), string: matcher.group(), captures };
    if (!String(flags ?? "").includes("g")) return;
    from = matcher.end() > matcher.start() ? matcher.end() : matcher.end() + 1;
  }
}

/** Matches by a pattern and its flags, as an array of both or one after the other. */
function matching(value: Json, given: Json, how: Json, all: boolean): Json[] {
  text(value, "cannot be matched, as it is not a string");
  const [pattern, flags] = Array.isArray(given) ? [given[0] as Json, (given[1] as Json) ?? null] : [given, how];
  if (typeof pattern !== "string" || (flags !== null && typeof flags !== "string"))
    throw new JqError(`${brief(typeof pattern === "string" ? flags : pattern)} cannot be matched, as it is not a string`);
  const letters = `${all ? "g" : ""}${flags ?? ""}`;
  if (/[^gimnpslx]/.test(letters)) throw new JqError(`${letters} is not a valid modifier string`);
  try {
    return [...matchesOf(value, pattern, letters)];
  } catch (error) {
    if (!(error instanceof RegexError)) throw error;
    throw new JqError(`Regex failure: ${/\(/.test(error.message) ? "end pattern with unmatched parenthesis" : error.message}`);
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
  "any/0": plain((v) => values(v).some(truthy)),
  "all/0": plain((v) => values(v).every(truthy)),
  "any/1": ({ value }, [f]) => [{ value: values(value).some((v) => Array.from((f as Filter)({ value: v })).some((i) => truthy(i.value))) }],
  "all/1": ({ value }, [f]) => [
    { value: values(value).every((v) => Array.from((f as Filter)({ value: v })).every((i) => truthy(i.value))) },
  ],
  "select/1": function* (item, [f]) {
    for (const { value } of (f as Filter)({ value: item.value })) if (truthy(value)) yield item;
  },
  "recurse/0": (item) =>
    recurseBy(item, function* (i) {
      const { value, path } = i;
      if (Array.isArray(value)) for (const [k, v] of value.entries()) yield { value: v, path: path && [...path, k] };
      else if (isObject(value)) for (const k of Object.keys(value)) yield { value: value[k], path: path && [...path, k] };
    }),
  "recurse/1": (item, [f]) => recurseBy(item, f as Filter),
  "error/0": ({ value }) => {
    throw new JqError(value);
  },
  "error/1": (item, [f]) => {
    const [first] = (f as Filter)(item);
    throw new JqError(first?.value ?? null);
  },
  "first/1": function* (item, [f]) {
    for (const out of (f as Filter)(item)) return yield out;
  },
  "last/1": (item, [f]) => Array.from((f as Filter)(item)).slice(-1),
  "limit/2": function* (item, [n, f]) {
    for (const { value } of (n as Filter)(item)) {
      let left = Number(value);
      if (left === 0) continue;
      for (const out of (f as Filter)(item)) {
        yield out;
        if (--left === 0) break;
      }
    }
  },
  "range/1": function* (item, [n]) {
    for (const { value } of (n as Filter)(item)) {
      const [, to] = range(0, value);
      for (let i = 0; i < to; i++) yield { value: i };
    }
  },
  "range/2": function* (item, [a, b]) {
    for (const from of (a as Filter)(item))
      for (const to of (b as Filter)(item)) {
        const [start, end] = range(from.value, to.value);
        for (let i = start; i < end; i++) yield { value: i };
      }
  },
  "path/1": ({ value }, [f]) => pathsOf((f as Filter)({ value, path: [] })).map((path) => ({ value: path })),
  "getpath/1": function* (item, [f]) {
    for (const { value: path } of (f as Filter)({ value: item.value })) {
      if (!Array.isArray(path)) throw new JqError("Path must be specified as an array");
      yield { value: getPath(item.value, path as Path), path: item.path && [...item.path, ...(path as Path)] };
    }
  },
  "del/1": ({ value }, [f]) => [{ value: remove(value, pathsOf((f as Filter)({ value, path: [] }))) }],
  "to_entries/0": plain(entries),
  "sort/0": plain((v) => [...array(v)].sort(compareJson)),
  "sort_by/1": ({ value }, [f]) => [{ value: keyed(value, f as Filter).map((e) => e.value) }],
  "group_by/1": ({ value }, [f]) => [{ value: groups(value, f as Filter) }],
  "unique/0": plain((v) => unique(v, self)),
  "unique_by/1": ({ value }, [f]) => [{ value: unique(value, f as Filter) }],
  "min/0": plain((v) => extreme(v, self, false)),
  "max/0": plain((v) => extreme(v, self, true)),
  "min_by/1": ({ value }, [f]) => [{ value: extreme(value, f as Filter, false) }],
  "max_by/1": ({ value }, [f]) => [{ value: extreme(value, f as Filter, true) }],
  "flatten/0": plain((v) => flatten(v, Infinity)),
  "flatten/1": withArgs((v, n) => {
    if (Number(n) < 0) throw new JqError("flatten depth must not be negative");
    return flatten(v, Number(n));
  }),
  "has/1": withArgs(has),
  "in/1": withArgs((key, v) => has(v, key)),
  "contains/1": withArgs(contains),
  "inside/1": withArgs((a, b) => contains(b, a)),
  "startswith/1": withArgs((v, x) => {
    const [a, b] = strings(v, x, "startswith() requires string inputs");
    return a.startsWith(b);
  }),
  "endswith/1": withArgs((v, x) => {
    const [a, b] = strings(v, x, "endswith() requires string inputs");
    return a.endsWith(b);
  }),
  "ltrimstr/1": withArgs((v, x) => (typeof v === "string" && typeof x === "string" && v.startsWith(x) ? v.slice(x.length) : v)),
  "rtrimstr/1": withArgs((v, x) =>
    typeof v === "string" && typeof x === "string" && x !== "" && v.endsWith(x) ? v.slice(0, -x.length) : v,
  ),
  "split/1": withArgs((v, x) => {
    const [a, b] = strings(v, x, "split input and separator must be strings");
    return a === "" ? [] : b === "" ? Array.from(a) : a.split(b);
  }),
  "ascii_downcase/0": plain((v) => exploded(v).replace(/[A-Z]/g, (c) => c.toLowerCase())),
  "ascii_upcase/0": plain((v) => exploded(v).replace(/[a-z]/g, (c) => c.toUpperCase())),
  "explode/0": plain((v) => Array.from(exploded(v), (c) => c.codePointAt(0) as number)),
  "implode/0": plain((v) => {
    if (!Array.isArray(v)) throw new JqError("implode input must be an array");
    if (v.some((c) => typeof c !== "number")) throw new JqError("Unicode codepoint must be numeric");
    return (v as readonly number[]).map((c) => (c < 0 || c > 0x10ffff ? "\ufffd" : String.fromCodePoint(Math.trunc(c)))).join("");
  }),
  "setpath/2": withArgs((v, path, value) => setPath(v, path as Path, value)),
  "_match/3": withArgs((v, re, flags, all) => matching(v, re, flags, all === true)),
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
    if (typeof v !== "number" && !Array.isArray(v)) throw new JqError("strftime/1 requires parsed datetime inputs");
    const at = typeof v === "number" ? Math.floor(v) * 1000 : fromParts(datetime(v, "strftime/1", "array"));
    return strftime(text(format, "strftime/1 requires a string format"), at);
  }),
  "mktime/0": plain((v) => Math.floor(fromParts(datetime(v, "mktime", "array")) / 1000)),
  "gmtime/0": plain((v) => {
    numeric(v, "gmtime() requires numeric inputs");
    const f = utcFields(Number(v) * 1000);
    const start = parseTime(`${String(f.year).padStart(4, "0")}-01-01T00:00:00Z`);
    const day = Math.floor((Math.floor(Number(v)) * 1000 - start) / 86_400_000);
    return [f.year, f.month - 1, f.day, f.hour, f.minute, f.second + (Number(v) % 1), f.weekday, day];
  }),
  "tostring/0": plain((v) => (typeof v === "string" ? v : show(v))),
  "tonumber/0": plain((v) => {
    if (typeof v === "number") return v;
    const n = typeof v === "string" && v.trim() !== "" ? Number(v) : Number.NaN;
    if (typeof v === "string" && Number.isNaN(n))
      throw new JqError(`Invalid numeric literal at EOF at line 1, column ${v.length} (while parsing '${v}')`);
    if (Number.isNaN(n)) throw new JqError(`${brief(v)} cannot be parsed as a number`);
    return n;
  }),
  "tojson/0": plain((v) => show(v)),
  "fromjson/0": plain((v) => {
    const source = text(v, "only strings can be parsed");
    const [first] = readJson(source);
    if (first && "problem" in first) throw new JqError(`${first.problem} (while parsing '${source}')`);
    return first?.value ?? null;
  }),
  "floor/0": rounding(Math.floor),
  "ceil/0": rounding(Math.ceil),
  "round/0": rounding((n) => Math.sign(n) * Math.round(Math.abs(n))),
  "sqrt/0": rounding(Math.sqrt),
  "fabs/0": rounding(Math.abs),
  "strptime/1": withArgs((v, format) => {
    const [source, layout] = strings(v, format, "strptime/1 requires string inputs and arguments");
    const parts = strptime(source, layout);
    if (!parts) throw new JqError(`date ${show(source)} does not match format ${show(layout)}`);
    return parts;
  }),
  "input/0": (_, __, { world }) => {
    const next = world.next();
    if (!next) throw new JqError("break");
    return [next];
  },
  "inputs/0": function* (_, __, { world }) {
    for (let next = world.next(); next; next = world.next()) yield next;
  },
  "input_line_number/0": (_, __, { world }) => [{ value: world.line() }],
  "input_filename/0": (_, __, { world }) => [{ value: world.file() }],
  "debug/0": function* (item, _, { world }) {
    world.say(`${show(["DEBUG:", item.value])}\n`);
    yield item;
  },
  "debug/1": function* (item, [f], { world }) {
    for (const { value } of (f as Filter)({ value: item.value })) world.say(`${show(["DEBUG:", value])}\n`);
    yield item;
  },
  "stderr/0": function* (item, _, { world }) {
    world.say(typeof item.value === "string" ? item.value : show(item.value));
    yield item;
  },
  "halt/0": () => {
    throw new JqHalt(0, "");
  },
  "halt_error/0": ({ value }) => {
    throw new JqHalt(5, typeof value === "string" ? value : `${show(value)}\n`);
  },
  "halt_error/1": ({ value }, [f]) => {
    const [status] = (f as Filter)({ value });
    throw new JqHalt(Number(status?.value ?? 5), typeof value === "string" ? value : `${show(value)}\n`);
  },
  "builtins/0": () => [{ value: [...Object.keys(functions), ...definedNames()] }],
  "get_search_list/0": () => [{ value: ["~/.jq", "$ORIGIN/../lib/jq", "$ORIGIN/../lib"] }],
  "significand/0": rounding((n) => (n === 0 ? 0 : n / 2 ** Math.floor(Math.log2(Math.abs(n))))),
  "logb/0": rounding((n) => Math.floor(Math.log2(Math.abs(n)))),
  "cbrt/0": rounding(Math.cbrt),
  "exp2/0": rounding((n) => 2 ** n),
  "sin/0": rounding(Math.sin),
  "cos/0": rounding(Math.cos),
  "tan/0": rounding(Math.tan),
  "asin/0": rounding(Math.asin),
  "acos/0": rounding(Math.acos),
  "atan/0": rounding(Math.atan),
  "ldexp/2": withArgs((_, a, b) => Number(a) * 2 ** Number(b)),
  "scalb/2": withArgs((_, a, b) => Number(a) * 2 ** Number(b)),
  "fma/3": withArgs((_, a, b, c) => Number(a) * Number(b) + Number(c)),
  "fmin/2": withArgs((_, a, b) => Math.min(Number(a), Number(b))),
  "fmax/2": withArgs((_, a, b) => Math.max(Number(a), Number(b))),
  "fmod/2": withArgs((_, a, b) => Number(a) % Number(b)),
  "atan2/2": withArgs((_, a, b) => Math.atan2(Number(a), Number(b))),
  "drem/2": withArgs((_, a, b) => {
    const [x, y] = [Number(a), Number(b)];
    const q = x / y;
    const near = Math.abs(q % 1) === 0.5 ? 2 * Math.round(q / 2) : Math.round(q);
    return x - y * near;
  }),
  "_strindices/1": withArgs((v, x) => {
    const [source, wanted] = strings(v, x, `${brief(v)} and ${brief(x)} cannot be searched`);
    const out: number[] = [];
    for (let i = source.indexOf(wanted); i >= 0 && wanted !== ""; i = source.indexOf(wanted, i + 1))
      out.push(Array.from(source.slice(0, i)).length);
    return out;
  }),
  "env/0": (_, __, scope) => [{ value: scope.variables["ENV"] }],
};
