import { RE2JS } from "re2js";
import {
  at,
  bad,
  compare,
  type Doc,
  equal,
  isArray,
  isDoc,
  MongoError,
  numeric,
  truthy,
  TYPE_NUMBERS,
  typeOf,
  type Value,
} from "./values.ts";
import { evaluate } from "./expressions.ts";

type Test = (values: readonly (Value | undefined)[]) => boolean;

/** A value, and, where it is an array, its elements. */
const each = (values: readonly (Value | undefined)[]): readonly (Value | undefined)[] =>
  values.flatMap((v) => (isArray(v) ? [...v, v] : [v]));
const same = (v: Value | undefined, wanted: Value): boolean => (wanted === null ? v === undefined || v === null : equal(v, wanted));
/** Only values of one kind are compared ($lt 5 finds no text). */
const ordered = (v: Value | undefined, with_: Value): number | undefined => {
  if (numeric(v) !== undefined && numeric(with_) !== undefined) return compare(v, with_);
  return typeOf(v) === typeOf(with_) ? compare(v, with_) : undefined;
};

function pattern(source: string, options: string): RE2JS {
  let flags = 0;
  if (options.includes("i")) flags |= RE2JS.CASE_INSENSITIVE;
  if (options.includes("m")) flags |= RE2JS.MULTILINE;
  if (options.includes("s")) flags |= RE2JS.DOTALL;
  try {
    return RE2JS.compile(source, flags);
  } catch (error) {
    throw new MongoError(51091, "Location51091", `Regular expression is invalid: ${(error as Error).message}`);
  }
}
const isRegex = (v: Value | undefined): v is Doc => typeOf(v) === "regex";
function regexOf(v: Value, options?: string): RE2JS {
  if (typeof v === "string") return pattern(v, options ?? "");
  const inner = isRegex(v) ? (v["$regularExpression"] as Doc) : undefined;
  if (!inner) throw bad("$regex has to be a string");
  return pattern(String(inner["pattern"]), options ?? String(inner["options"] ?? ""));
}
const found = (re: RE2JS, v: Value | undefined): boolean => typeof v === "string" && re.matcher(v).find();

function list(name: string, v: Value | undefined): readonly Value[] {
  if (isArray(v)) return v;
  throw bad(`${name} needs an array`);
}
function number(name: string, v: Value | undefined): number {
  const n = numeric(v);
  if (n === undefined) throw bad(`${name} needs a number`);
  return n;
}

const OPERATORS: Readonly<Record<string, (wanted: Value, all: Doc) => Test>> = {
  $eq: (w) => (values) => (isRegex(w) ? values : each(values)).some((v) => same(v, w)),
  $ne: (w) => (values) => !each(values).some((v) => same(v, w)),
  $gt: (w) => (values) => each(values).some((v) => (ordered(v, w) ?? 0) > 0),
  $lt: (w) => (values) => each(values).some((v) => (ordered(v, w) ?? 0) < 0),
  $gte: (w) => (values) => each(values).some((v) => (ordered(v, w) ?? -1) >= 0 || (w === null && same(v, w))),
  $lte: (w) => (values) => each(values).some((v) => (ordered(v, w) ?? 1) <= 0 || (w === null && same(v, w))),
  $in: (w) => {
    const wanted = list("$in", w);
    const patterns = wanted.filter(isRegex).map((r) => regexOf(r));
    return (values) => each(values).some((v) => wanted.some((x) => same(v, x)) || patterns.some((re) => found(re, v)));
  },
  $nin: (w) => {
    const is = (OPERATORS["$in"] as (w: Value, all: Doc) => Test)(list("$nin", w), {});
    return (values) => !is(values);
  },
  $exists: (w) => (values) => values.some((v) => v !== undefined) === truthy(w),
  $type: (w) => {
    const names = (isArray(w) ? w : [w]).map((t) => {
      const name = typeof t === "number" ? TYPE_NUMBERS[t] : t;
      if (typeof name !== "string") throw bad(`Invalid numerical type code: ${String(t)}`);
      if (name !== "number" && !Object.values(TYPE_NUMBERS).includes(name)) throw bad(`Unknown type name alias: ${name}`);
      return name;
    });
    return (values) => each(values).some((v) => names.some((n) => (n === "number" ? numeric(v) !== undefined : typeOf(v) === n)));
  },
  $regex: (w, all) => {
    const re = regexOf(w, typeof all["$options"] === "string" ? all["$options"] : undefined);
    return (values) => each(values).some((v) => found(re, v));
  },
  $options: (_, all) => {
    if (all["$regex"] === undefined) throw bad("$options needs a $regex");
    return () => true;
  },
  $all: (w) => {
    const wanted = list("$all", w);
    return (values) => wanted.length > 0 && wanted.every((x) => each(values).some((v) => same(v, x)));
  },
  $size: (w) => {
    const n = number("$size", w);
    return (values) => values.some((v) => isArray(v) && v.length === n);
  },
  $mod: (w) => {
    const [divisor, rest] = list("$mod", w).map((v) => number("$mod", v));
    if (divisor === undefined || rest === undefined) throw bad("malformed mod, not enough elements");
    if (divisor === 0) throw bad("divisor cannot be 0");
    return (values) => each(values).some((v) => numeric(v) !== undefined && Math.trunc(numeric(v) as number) % divisor === rest);
  },
  $elemMatch: (w) => {
    if (!isDoc(w)) throw bad("$elemMatch needs an Object");
    const plain = isOperators(w) ? conditions(w) : undefined;
    const whole = plain ? undefined : matcher(w);
    return (values) =>
      values.some((v) => isArray(v) && v.some((e) => (plain ? plain([e]) : (isDoc(e) || isArray(e)) && (whole as Matcher)(e as Doc))));
  },
  $not: (w) => {
    const is = isRegex(w) ? (OPERATORS["$regex"] as (w: Value, all: Doc) => Test)(w, {}) : isDoc(w) ? conditions(w) : undefined;
    if (!is) throw bad("$not needs a regex or a document");
    return (values) => !is(values);
  },
};

const isOperators = (v: Value | undefined): v is Doc => isDoc(v) && Object.keys(v).some((k) => k.startsWith("$")) && typeOf(v) === "object";
function conditions(all: Doc): Test {
  const tests = Object.entries(all).map(([name, wanted]) => {
    const make = OPERATORS[name];
    if (!make) throw bad(`unknown operator: ${name}`);
    return make(wanted as Value, all);
  });
  return (values) => tests.every((t) => t(values));
}

export type Matcher = (doc: Doc) => boolean;

/** A filter, read once. Throws MongoError for what the server does not know. */
export function matcher(filter: Doc): Matcher {
  const tests = Object.entries(filter).map(([name, wanted]): Matcher => {
    if (name === "$and" || name === "$or" || name === "$nor") {
      const parts = list(name, wanted);
      if (parts.length === 0) throw bad("$and/$or/$nor must be a nonempty array");
      const each = parts.map((p) => {
        if (!isDoc(p)) throw bad("$or/$and/$nor entries need to be full objects");
        return matcher(p);
      });
      if (name === "$and") return (d) => each.every((m) => m(d));
      return name === "$or" ? (d) => each.some((m) => m(d)) : (d) => !each.some((m) => m(d));
    }
    if (name === "$expr") return (d) => truthy(evaluate(wanted as Value, { doc: d }));
    if (name === "$comment") return () => true;
    if (name.startsWith("$"))
      throw bad(
        `unknown top level operator: ${name}. If you have a field name that starts with a '$' symbol, consider using $getField or $setField.`,
      );
    const path = name.split(".");
    const test = isRegex(wanted)
      ? (OPERATORS["$regex"] as (w: Value, all: Doc) => Test)(wanted, {})
      : isOperators(wanted)
        ? conditions(wanted)
        : (OPERATORS["$eq"] as (w: Value, all: Doc) => Test)(wanted as Value, {});
    return (d) => test(at(d, path));
  });
  return (doc) => tests.every((t) => t(doc));
}

/** `{ a: 1, "b.c": -1 }` as an order of documents. */
export function sorter(sort: Doc): (a: Doc, b: Doc) => number {
  const keys = Object.entries(sort).map(([name, way]) => {
    const direction = numeric(way);
    if (direction !== 1 && direction !== -1) throw bad(`Illegal key in $sort specification: ${name}: ${JSON.stringify(way)}`);
    return { path: name.split("."), direction };
  });
  const key = (d: Doc, path: readonly string[], direction: number): Value | undefined => {
    const values = at(d, path).flatMap<Value | undefined>((v) => (isArray(v) ? (v.length === 0 ? [undefined] : v) : [v]));
    return values.reduce((best, v) => (compare(v, best) * direction < 0 ? v : best), values[0]);
  };
  return (a, b) => {
    for (const { path, direction } of keys) {
      const [x, y] = [key(a, path, direction) ?? null, key(b, path, direction) ?? null];
      const order = compare(x, y) * direction;
      if (order !== 0) return order;
    }
    return 0;
  };
}
