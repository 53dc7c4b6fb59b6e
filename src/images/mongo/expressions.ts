import { isoTime as iso } from "../times.ts";
import { compare, type Doc, equal, isArray, isDoc, keyOf, millis, MongoError, numeric, truthy, typeOf, type Value } from "./values.ts";

/** Where an expression is evaluated. */
export interface Scope {
  readonly doc: Doc;
  /** `$$name`. */
  readonly variables?: Readonly<Record<string, Value | undefined>>;
  readonly now?: number;
}
type Result = Value | undefined;
type Operator = (args: readonly Result[], name: string) => Result;

const fail = (code: number, message: string): MongoError => new MongoError(code, `Location${code}`, message);

function field(v: Result, path: readonly string[]): Result {
  const [first, ...rest] = path;
  if (first === undefined) return v;
  if (isArray(v)) return v.map((e) => field(e, path)).filter((e): e is Value => e !== undefined);
  return isDoc(v) ? field(v[first], rest) : undefined;
}
const nothing = (v: Result): v is null | undefined => v === null || v === undefined;
const numbers = (args: readonly Result[], name: string): readonly number[] | null => {
  if (args.some(nothing)) return null;
  return args.map((a) => {
    const n = numeric(a) ?? millis(a);
    if (n === undefined) throw new MongoError(14, "TypeMismatch", `${name} only supports numeric types, not ${typeOf(a)}`);
    return n;
  });
};
const fold =
  (step: (a: number, b: number) => number): Operator =>
  (args, name) => {
    const all = numbers(args, name);
    if (all === null) return null;
    const n = all.reduce(step);
    return args.some((a) => typeOf(a) === "date") ? { $date: n } : n;
  };
const unary =
  (fn: (n: number) => number): Operator =>
  (args, name) => {
    const all = numbers(args.slice(0, 1), name);
    return all === null ? null : fn(all[0] as number);
  };
const text = (v: Result): string => (nothing(v) ? "" : typeof v === "string" ? v : toText(v));
function toText(v: Value): string {
  if (typeof v === "string") return v;
  const ms = millis(v);
  if (ms !== undefined) return iso(ms);
  if (typeOf(v) === "objectId") return String((v as Doc)["$oid"]);
  const n = numeric(v);
  return n === undefined ? JSON.stringify(v) : String(n);
}
const datePart =
  (from: number, to: number): Operator =>
  ([d]) => {
    const ms = millis(d);
    return ms === undefined ? null : Number(iso(ms).slice(from, to));
  };
const comparing =
  (is: (order: number) => boolean): Operator =>
  ([a, b]) =>
    is(compare(a, b));
const listOf = (v: Result, name: string, code: number): readonly Value[] => {
  if (isArray(v)) return v;
  throw fail(code, `${name} requires an array, found: ${typeOf(v)}`);
};

const OPERATORS: Readonly<Record<string, Operator>> = {
  $add: fold((a, b) => a + b),
  $subtract: (args, name) => {
    const all = numbers(args, name);
    if (all === null) return null;
    const n = (all[0] as number) - (all[1] as number);
    return typeOf(args[0]) === "date" && typeOf(args[1]) !== "date" ? { $date: n } : n;
  },
  $multiply: fold((a, b) => a * b),
  $divide: (args, name) => {
    const all = numbers(args, name);
    if (all === null) return null;
    if (all[1] === 0) throw new MongoError(2, "BadValue", "can't $divide by zero");
    return (all[0] as number) / (all[1] as number);
  },
  $mod: fold((a, b) => a % b),
  $pow: fold((a, b) => a ** b),
  $abs: unary(Math.abs),
  $ceil: unary(Math.ceil),
  $floor: unary(Math.floor),
  $sqrt: unary(Math.sqrt),
  $trunc: unary(Math.trunc),
  $round: ([v, places], name) => {
    const all = numbers([v], name);
    if (all === null) return null;
    const scale = 10 ** (numeric(places) ?? 0);
    const x = (all[0] as number) * scale;
    const near = Math.round(x);
    // Halves go to the even neighbour.
    return (Math.abs(x % 1) === 0.5 && near % 2 !== 0 ? near - 1 : near) / scale;
  },
  $eq: comparing((n) => n === 0),
  $ne: comparing((n) => n !== 0),
  $gt: comparing((n) => n > 0),
  $gte: comparing((n) => n >= 0),
  $lt: comparing((n) => n < 0),
  $lte: comparing((n) => n <= 0),
  $cmp: ([a, b]) => compare(a, b),
  $and: (args) => args.every(truthy),
  $or: (args) => args.some(truthy),
  $not: ([a]) => !truthy(a),
  $concat: (args) => {
    if (args.some(nothing)) return null;
    const odd = args.find((a) => typeof a !== "string");
    if (odd !== undefined) throw fail(16_702, `$concat only supports strings, not ${typeOf(odd)}`);
    return args.join("");
  },
  $toUpper: ([a]) => text(a).toUpperCase(),
  $toLower: ([a]) => text(a).toLowerCase(),
  $strLenCP: ([a]) => [...text(a)].length,
  $substr: ([a, from, n]) => text(a).slice(numeric(from), (numeric(n) ?? 0) < 0 ? undefined : (numeric(from) ?? 0) + (numeric(n) ?? 0)),
  $substrCP: ([a, from, n]) => [...text(a)].slice(numeric(from), (numeric(from) ?? 0) + (numeric(n) ?? 0)).join(""),
  $split: ([a, by]) => (nothing(a) ? null : text(a).split(text(by))),
  $trim: ([a]) => (nothing(a) ? null : text(isDoc(a) ? (a["input"] as Value) : a).trim()),
  $toString: ([a]) => (nothing(a) ? null : toText(a)),
  $toInt: ([a]) => (nothing(a) ? null : Math.trunc(numeric(a) ?? millis(a) ?? Number(text(a)))),
  $toDouble: ([a]) => (nothing(a) ? null : (numeric(a) ?? Number(text(a)))),
  $toBool: ([a]) => (nothing(a) ? null : truthy(a)),
  $type: ([a]) => typeOf(a),
  $ifNull: (args) => args.find((a) => !nothing(a)) ?? args.at(-1) ?? null,
  $size: ([a]) => {
    if (!isArray(a)) throw fail(17_124, `The argument to $size must be an array, but was of type: ${typeOf(a)}`);
    return a.length;
  },
  $arrayElemAt: ([a, i]) => (nothing(a) ? null : listOf(a, "$arrayElemAt", 28_689).at(numeric(i) ?? 0)),
  $first: ([a]) => (isArray(a) ? a[0] : null),
  $last: ([a]) => (isArray(a) ? a.at(-1) : null),
  $in: ([a, all]) => listOf(all, "$in", 40_081).some((v) => equal(v, a)),
  $concatArrays: (args) => (args.some(nothing) ? null : args.flatMap((a) => listOf(a, "$concatArrays", 28_664))),
  $reverseArray: ([a]) => (nothing(a) ? null : [...listOf(a, "$reverseArray", 34_435)].reverse()),
  $slice: ([a, n, more]) =>
    !isArray(a)
      ? null
      : more !== undefined
        ? a.slice(numeric(n), (numeric(n) ?? 0) + (numeric(more) ?? 0))
        : (numeric(n) ?? 0) < 0
          ? a.slice(numeric(n))
          : a.slice(0, numeric(n)),
  $setUnion: (args) => [...new Map(args.flatMap((a) => (isArray(a) ? a : [])).map((v) => [keyOf(v), v])).values()].sort(compare),
  $mergeObjects: (args) => Object.assign({}, ...args.filter(isDoc)) as Doc,
  $objectToArray: ([a]) => (isDoc(a) ? Object.entries(a).map(([k, v]) => ({ k, v: v as Value })) : null),
  $sum: (args) => flat(args).reduce((n: number, v) => n + (numeric(v) ?? 0), 0),
  $avg: (args) => {
    const all = flat(args).flatMap((v) => numeric(v) ?? []);
    return all.length === 0 ? null : all.reduce((a, b) => a + b, 0) / all.length;
  },
  $min: (args) => flat(args).reduce<Result>((m, v) => (nothing(m) || (!nothing(v) && compare(v, m) < 0) ? v : m), null),
  $max: (args) => flat(args).reduce<Result>((m, v) => (nothing(m) || (!nothing(v) && compare(v, m) > 0) ? v : m), null),
  $year: datePart(0, 4),
  $month: datePart(5, 7),
  $dayOfMonth: datePart(8, 10),
  $hour: datePart(11, 13),
  $minute: datePart(14, 16),
  $second: datePart(17, 19),
};
const flat = (args: readonly Result[]): readonly Result[] => (args.length === 1 && isArray(args[0]) ? args[0] : args);

/** Those whose arguments are not all evaluated first. */
const SPECIAL: Readonly<Record<string, (given: Value, scope: Scope) => Result>> = {
  $literal: (given) => given,
  $cond: (given, scope) => {
    const [test, yes, no] = isArray(given) ? given : isDoc(given) ? [given["if"], given["then"], given["else"]] : [];
    return evaluate((truthy(evaluate(test as Value, scope)) ? yes : no) as Value, scope);
  },
  $switch: (given, scope) => {
    const { branches, default: other } = given as Doc;
    for (const branch of isArray(branches) ? branches : [])
      if (truthy(evaluate((branch as Doc)["case"] as Value, scope))) return evaluate((branch as Doc)["then"] as Value, scope);
    if (other === undefined) throw fail(40_066, "$switch could not find a matching branch for an input, and no default was specified.");
    return evaluate(other, scope);
  },
  $map: (given, scope) => {
    const { input, as = "this", in: body } = given as Doc;
    const all = evaluate(input as Value, scope);
    if (nothing(all)) return null;
    return listOf(all, "$map", 16_883).map(
      (v) => evaluate(body as Value, { ...scope, variables: { ...scope.variables, [String(as)]: v } }) ?? null,
    );
  },
  $filter: (given, scope) => {
    const { input, as = "this", cond } = given as Doc;
    const all = evaluate(input as Value, scope);
    if (nothing(all)) return null;
    return listOf(all, "$filter", 28_651).filter((v) =>
      truthy(evaluate(cond as Value, { ...scope, variables: { ...scope.variables, [String(as)]: v } })),
    );
  },
  $dateToString: (given, scope) => {
    const { date, format = "%Y-%m-%dT%H:%M:%S.%LZ" } = given as Doc;
    const ms = millis(evaluate(date as Value, scope));
    if (ms === undefined) return null;
    const t = iso(ms);
    const parts: Readonly<Record<string, string>> = {
      Y: t.slice(0, 4),
      m: t.slice(5, 7),
      d: t.slice(8, 10),
      H: t.slice(11, 13),
      M: t.slice(14, 16),
      S: t.slice(17, 19),
      L: t.slice(20, 23),
      "%": "%",
    };
    return String(format).replace(/%(.)/g, (all, c: string) => {
      const part = parts[c];
      if (part === undefined) throw fail(18_536, `Invalid format character '${all}' in format string`);
      return part;
    });
  },
};

/** An expression's value for a document. Throws MongoError. */
export function evaluate(expression: Value, scope: Scope): Result {
  if (typeof expression === "string") {
    if (!expression.startsWith("$")) return expression;
    if (!expression.startsWith("$$")) return field(scope.doc, expression.slice(1).split("."));
    const [name = "", ...path] = expression.slice(2).split(".");
    if (name === "ROOT" || name === "CURRENT") return field(scope.doc, path);
    if (name === "NOW") return { $date: scope.now ?? 0 };
    if (name === "REMOVE") return undefined;
    if (!scope.variables || !(name in scope.variables)) throw fail(17_276, `Use of undefined variable: ${name}`);
    return field(scope.variables[name], path);
  }
  if (isArray(expression)) return expression.map((e) => evaluate(e, scope) ?? null);
  if (!isDoc(expression)) return expression;
  const [first, ...others] = Object.keys(expression);
  if (first?.startsWith("$")) {
    if (others.length > 0)
      throw fail(15_983, `an object representing an expression must have exactly one field: ${JSON.stringify(expression)}`);
    const given = expression[first] as Value;
    const special = SPECIAL[first];
    if (special) return special(given, scope);
    const operator = OPERATORS[first];
    if (!operator) throw new MongoError(168, "InvalidPipelineOperator", `Unrecognized expression '${first}'`);
    return operator(isArray(given) ? given.map((e) => evaluate(e, scope)) : [evaluate(given, scope)], first);
  }
  const out: Record<string, Value> = {};
  for (const [key, inner] of Object.entries(expression)) {
    const value = evaluate(inner as Value, scope);
    if (value !== undefined) out[key] = value;
  }
  return out;
}
