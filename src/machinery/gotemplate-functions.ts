import { base64Decode } from "./base64.ts";
import { goSprint, goSprintf, goType, isInt64 } from "./goprint.ts";
import { TemplateError } from "./gotemplate-parser.ts";
import { isMap } from "./patch-merge.ts";

/** Go's built-in template functions and kubectl's own two. Ints are bigints, or JSON numbers that are whole; others are floats. */
export interface TemplateFunction {
  readonly args: number;
  readonly variadic?: true;
  call(args: readonly unknown[]): unknown;
}

export function isTrue(v: unknown): boolean {
  if (v === undefined || v === null) return false;
  if (Array.isArray(v)) return v.length > 0;
  return isMap(v) ? Object.keys(v).length > 0 : Boolean(v);
}

const fail = (message: string): never => {
  throw new TemplateError(message);
};

/** fmt.Sprint: a space only between two operands that are no strings. */
function sprint(args: readonly unknown[]): string {
  let out = "";
  for (const [i, a] of args.entries()) {
    if (i > 0 && typeof a !== "string" && typeof args[i - 1] !== "string") out += " ";
    out += goSprint(a);
  }
  return out;
}

function length(v: unknown): bigint {
  if (v === undefined || v === null) return fail("reflect: call of reflect.Value.Type on zero Value");
  if (typeof v === "string") return BigInt(utf8Length(v));
  if (Array.isArray(v)) return BigInt(v.length);
  return isMap(v) ? BigInt(Object.keys(v).length) : fail(`len of type ${goType(v)}`);
}

const wellFormed = (s: string): string => s.replace(/\p{Surrogate}/gu, "\uFFFD");
const utf8Length = (s: string): number => encodeURIComponent(wellFormed(s)).replace(/%../g, "x").length;

function at(item: unknown, key: unknown): unknown {
  if (item === undefined || item === null) return fail("index of untyped nil");
  if (isMap(item)) {
    if (typeof key !== "string") return fail(`value has type ${goType(key)}; should be string`);
    return Object.hasOwn(item, key) ? item[key] : undefined;
  }
  if (typeof item !== "string" && !Array.isArray(item)) return fail(`can't index item of type ${goType(item)}`);
  const i = integer(key, "index");
  if (i < 0 || i >= item.length) return fail(`index out of range: ${i}`);
  return Array.isArray(item) ? item[i] : BigInt(item.charCodeAt(i));
}

function integer(key: unknown, what: string): number {
  if (typeof key === "bigint" || (typeof key === "number" && isInt64(key))) return Number(key);
  if (key === undefined || key === null) return fail(`cannot ${what} slice/array with nil`);
  return fail(`cannot ${what} slice/array with type ${goType(key)}`);
}

function slice([item, ...bounds]: readonly unknown[]): unknown {
  if (item === undefined || item === null) return fail("slice of untyped nil");
  if (typeof item !== "string" && !Array.isArray(item)) return fail(`can't slice item of type ${goType(item)}`);
  if (bounds.length > 3) return fail(`too many slice indexes: ${bounds.length}`);
  if (typeof item === "string" && bounds.length === 3) return fail("cannot 3-index slice a string");
  const [from = 0, to = item.length] = bounds.map((b) => integer(b, "index"));
  for (const b of [from, to]) if (b < 0 || b > item.length) return fail(`index out of range: ${b}`);
  return from > to ? fail(`invalid slice index: ${from} > ${to}`) : item.slice(from, to);
}

function basic(v: unknown): string {
  if (v === undefined || v === null) return "nil";
  if (typeof v === "object") return fail(`non-comparable type ${goSprint(v)}: ${goType(v)}`);
  return typeof v;
}
/** A whole number of the data is an int64 beside an int, and beside a float what a template's `2.0` is. */
const integers = (a: unknown, b: unknown): boolean =>
  (typeof a === "bigint" && typeof b === "number" && isInt64(b)) || (typeof b === "bigint" && typeof a === "number" && isInt64(a));
const incompatible = (a: unknown, b: unknown): never => fail(`incompatible types for comparison: ${goType(a)} and ${goType(b)}`);
const plain = (v: unknown): unknown => (typeof v === "bigint" ? Number(v) : v);

function equals(a: unknown, b: unknown): boolean {
  const [x, y] = [basic(a), basic(b)];
  if (x === "nil" || y === "nil") return x === y;
  return x === y || integers(a, b) ? plain(a) === plain(b) : incompatible(a, b);
}

function less(a: unknown, b: unknown): boolean {
  const [x, y] = [basic(a), basic(b)];
  if (x !== y && !integers(a, b)) return incompatible(a, b);
  if (x === "boolean" || x === "nil") return fail("invalid type for comparison");
  return (a as string | number | bigint) < (b as string | number | bigint);
}

const HTML: Readonly<Record<string, string>> = { "\0": "\uFFFD", '"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const JS: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "'": "\\'",
  '"': '\\"',
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "=": "\\u003D",
};
const jsCode = (c: string): string => JS[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;

function urlQuery(text: string): string {
  const code = (c: string): string => `%${c.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(wellFormed(text))
    .replace(/[!'()*]/g, code)
    .replaceAll("%20", "+");
}

/** Bytes are taken as UTF-8. */
function decode(v: unknown): string {
  if (typeof v !== "string") return fail(`wrong type for value; expected string; got ${goType(v)}`);
  const bytes = base64Decode(v);
  if (typeof bytes === "number") return fail(`base64 decode failed: illegal base64 data at input byte ${bytes}`);
  return new TextDecoder().decode(bytes);
}

function exists([item, ...keys]: readonly unknown[]): boolean {
  let v = item;
  for (const key of keys) {
    if (isMap(v) && typeof key === "string" && Object.hasOwn(v, key)) v = v[key];
    else if (Array.isArray(v) && typeof key === "bigint" && key >= 0n && key < BigInt(v.length)) v = v[Number(key)];
    else return false;
  }
  return v !== undefined && v !== null;
}

export const templateFunctions: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  [
    "eq",
    {
      args: 1,
      variadic: true,
      call: ([a, ...b]) => (b.length === 0 ? fail("missing argument for comparison") : b.some((x) => equals(a, x))),
    },
  ],
  ["ne", { args: 2, call: ([a, b]) => !equals(a, b) }],
  ["lt", { args: 2, call: ([a, b]) => less(a, b) }],
  ["le", { args: 2, call: ([a, b]) => less(a, b) || equals(a, b) }],
  ["gt", { args: 2, call: ([a, b]) => !less(a, b) && !equals(a, b) }],
  ["ge", { args: 2, call: ([a, b]) => !less(a, b) }],
  // There is nothing in JSON that could be called: gotemplate.ts says so.
  ["call", { args: 1, variadic: true, call: () => undefined }],
  ["not", { args: 1, call: ([a]) => !isTrue(a) }],
  ["len", { args: 1, call: ([a]) => length(a) }],
  ["index", { args: 1, variadic: true, call: ([item, ...keys]) => keys.reduce(at, item) }],
  ["slice", { args: 1, variadic: true, call: slice }],
  ["print", { args: 0, variadic: true, call: sprint }],
  ["println", { args: 0, variadic: true, call: (args) => args.map(goSprint).join(" ") + "\n" }],
  [
    "printf",
    {
      args: 1,
      variadic: true,
      call: ([f, ...args]) =>
        typeof f === "string" ? goSprintf(f, args) : fail(`wrong type for value; expected string; got ${goType(f)}`),
    },
  ],
  ["html", { args: 0, variadic: true, call: (args) => sprint(args).replace(/[\0"'&<>]/g, (c) => HTML[c] ?? c) }],
  ["js", { args: 0, variadic: true, call: (args) => sprint(args).replace(/[\\'"<>&=]|\p{Cc}/gu, jsCode) }],
  ["urlquery", { args: 0, variadic: true, call: (args) => urlQuery(sprint(args)) }],
  ["exists", { args: 1, variadic: true, call: exists }],
  ["base64decode", { args: 1, call: ([v]) => decode(v) }],
]);
