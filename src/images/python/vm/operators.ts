import { concatBytes } from "../../../machinery/index.ts";
import { Obj, NotImplemented, PyByteArray, PyBytes, PyFloat, PyFunc, PyList, PyTuple, PyType, T, typeOf, type Value } from "../values.ts";
import { PyDict, PySet } from "./dicts.ts";
import { raised, typeError } from "./errors.ts";
import { percentFormat } from "./format-percent.ts";
import { type Gen, type Maybe } from "./frame.ts";
import { DictView, listOf } from "./iterate.ts";
import { reserve } from "./memory.ts";
import { plain, typeName } from "./names.ts";
import { asFloat, asInt, floats, type Int, ints, power, trueDivide } from "./numbers.ts";
import type { Thread } from "./thread.ts";

const NAMES: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "sub",
  "*": "mul",
  "/": "truediv",
  "//": "floordiv",
  "%": "mod",
  "**": "pow",
  "@": "matmul",
  "&": "and",
  "|": "or",
  "^": "xor",
  "<<": "lshift",
  ">>": "rshift",
};
/** What the host makes at once of a repetition; more it asks memory for. */
const SMALL = 1 << 16;

/** a op b */
export function binary(t: Thread, op: string, a: Value, b: Value, shown = op): Maybe {
  if (typeof a === "number" && typeof b === "number") {
    if (op === "+") {
      const sum = a + b;
      if (Number.isSafeInteger(sum)) return sum;
    } else if (op === "-") {
      const rest = a - b;
      if (Number.isSafeInteger(rest)) return rest;
    }
  }
  if (owned(a) || owned(b)) {
    const name = NAMES[op] as string;
    const [own, mirrored] = [`__${name}__`, `__r${name}__`];
    if (has(a, own) || has(b, mirrored)) return t.pushGen(dunder(op, a, b, shown));
    a = plain(a);
    b = plain(b);
  }
  const made = builtin(t, op, a, b);
  if (made !== undefined) return made;
  throw unsupported(op, a, b, shown);
}
const owned = (v: Value): boolean => v instanceof Obj && (v.cls.own || v.cls.cls.own);
const has = (v: Value, name: string): boolean => {
  return v instanceof Obj && v.cls.find(name) instanceof PyFunc;
};

function unsupported(op: string, a: Value, b: Value, shown: string): unknown {
  if (op === "+") {
    if (typeof a === "string") return typeError(`can only concatenate str (not "${typeName(b)}") to str`);
    if (a instanceof PyList) return typeError(`can only concatenate list (not "${typeName(b)}") to list`);
    if (a instanceof PyTuple) return typeError(`can only concatenate tuple (not "${typeName(b)}") to tuple`);
    if (a instanceof PyBytes) return typeError(`can't concat ${typeName(b)} to bytes`);
  }
  if (op === "*" && (isSequence(a) || isSequence(b)))
    return typeError(`can't multiply sequence by non-int of type '${typeName(isSequence(a) ? b : a)}'`);
  const sign = op === "**" && shown === op ? "** or pow()" : shown;
  return typeError(`unsupported operand type(s) for ${sign}: '${typeName(a)}' and '${typeName(b)}'`);
}
const isSequence = (v: Value): boolean => typeof v === "string" || v instanceof PyList || v instanceof PyTuple || v instanceof PyBytes;

/** What a class's own methods make of it. */
function* dunder(op: string, a: Value, b: Value, shown: string): Gen {
  const name = NAMES[op] as string;
  const tries: (readonly [Value, Value, string])[] = [
    [a, b, `__${name}__`],
    [b, a, `__r${name}__`],
  ];
  const [ta, tb] = [typeOf(a), typeOf(b)];
  if (ta !== tb && tb.isSubclass(ta) && tb.find(`__r${name}__`) !== undefined) tries.reverse();
  for (const [x, y, method] of tries) {
    const found = typeOf(x).find(method);
    if (found === undefined || !has(x, method)) continue;
    const result = (yield (t) => t.call(found, [x, y])) as Value;
    if (result !== NotImplemented) return result;
  }
  const made = (yield (t) => builtin(t, op, plain(a), plain(b)) ?? NotImplemented) as Value;
  if (made !== NotImplemented) return made;
  throw unsupported(op, a, b, shown);
}

/** a op= b */
export function inplace(t: Thread, op: string, a: Value, b: Value): Maybe {
  if (a instanceof Obj) {
    if (a.cls.own) {
      const method = a.cls.find(`__i${NAMES[op]}__`);
      if (method instanceof PyFunc) return t.pushGen(inplaceOwn(op, a, b, method));
    }
    if (a instanceof PyList && op === "+") return t.pushGen(extend(a, b));
    if (a instanceof PyList && op === "*" && typeof b === "number" && a.items.length * b < SMALL) {
      a.items = repeated(a.items, b);
      return a;
    }
    if (a instanceof PySet && b instanceof PySet && !a.frozen && "|&-^".includes(op)) {
      const made = sets(op, a, b);
      a.map.clear();
      for (const [key, value] of made.map) a.add(key, value);
      return a;
    }
    if (a instanceof PyDict && b instanceof PyDict && op === "|") {
      for (const [key, value] of b.map) a.set(key, b.original(key), value);
      return a;
    }
    if (a instanceof PyByteArray && op === "+" && (b instanceof PyBytes || b instanceof PyByteArray)) {
      a.data = concatBytes([a.data, b.data]);
      return a;
    }
  }
  return binary(t, op, a, b, `${op}=`);
}
function* inplaceOwn(op: string, a: Value, b: Value, method: Value): Gen {
  const result = (yield (t) => t.call(method, [a, b])) as Value;
  return result === NotImplemented ? ((yield (t) => binary(t, op, a, b, `${op}=`)) as Value) : result;
}
function* extend(list: PyList, more: Value): Gen {
  const items = yield* listOf(more);
  for (const item of items) list.items.push(item);
  return list;
}
function builtin(t: Thread, op: string, a: Value, b: Value): Maybe | undefined {
  const x = asInt(a);
  const y = asInt(b);
  if (x !== undefined && y !== undefined) return integers(op, x, y, typeof a === "boolean" && typeof b === "boolean");
  if (a instanceof PyFloat || b instanceof PyFloat) {
    if (op in floats) {
      const p = asFloat(a);
      const q = asFloat(b);
      if (p !== undefined && q !== undefined) return floats[op as keyof typeof floats](p, q);
    }
  }
  if (op === "%" && typeof a === "string") return t.pushGen(percentFormat(a, b));
  if (op === "+") {
    if (typeof a === "string" && typeof b === "string") {
      if (a.length + b.length > 1024) t.machine.charge(a.length + b.length);
      return a + b;
    }
    if (a instanceof PyList && b instanceof PyList)
      return (t.machine.charge((a.items.length + b.items.length) * 8), new PyList([...a.items, ...b.items]));
    if (a instanceof PyTuple && b instanceof PyTuple) return new PyTuple([...a.items, ...b.items]);
    if (a instanceof PyBytes && (b instanceof PyBytes || b instanceof PyByteArray)) return new PyBytes(concatBytes([a.data, b.data]));
    if (a instanceof PyByteArray && (b instanceof PyBytes || b instanceof PyByteArray))
      return new PyByteArray(concatBytes([a.data, b.data]));
  }
  if (op === "*") {
    if (y !== undefined && isSequence(a)) return repeat(t, a, y);
    if (x !== undefined && isSequence(b)) return repeat(t, b, x);
  }
  if ("|&-^".includes(op)) {
    const [p, q] = [asSet(a), asSet(b)];
    if (p && q) return sets(op, p, q);
    if (op === "|" && a instanceof PyDict && b instanceof PyDict) {
      const made = a.copy();
      for (const [key, value] of b.map) made.set(key, b.original(key), value);
      return made;
    }
    if (op === "|" && isTypeLike(a) && isTypeLike(b)) return new PyTuple([a, b].flatMap((v) => (v instanceof PyTuple ? v.items : [v])));
  }
  return undefined;
}
const isTypeLike = (v: Value): boolean =>
  v instanceof PyType || v === null || (v instanceof PyTuple && v.items.every((i) => i instanceof PyType));

function integers(op: string, x: Int, y: Int, bools: boolean): Value | undefined {
  if (op === "/") return trueDivide(x, y);
  if (op === "**") return power(x, y);
  const fn = ints[op as keyof typeof ints] as ((a: Int, b: Int) => Int) | undefined;
  if (!fn) return undefined;
  const made = fn(x, y);
  return bools && "&|^".includes(op) ? made === 1 : made;
}
function asSet(v: Value): PySet | undefined {
  if (v instanceof PySet) return v;
  if (!(v instanceof DictView) || v.what === "values") return undefined;
  return PySet.of(
    [...v.of.entries()].map(
      ([k, value]) => [v.what === "keys" ? (k as string) : `\0i${String(k)}`, v.what === "keys" ? k : new PyTuple([k, value])] as const,
    ),
  );
}
export function sets(op: string, a: PySet, b: PySet): PySet {
  const made = new PySet(a.cls.own ? T.set : a.cls);
  made.buckets = a.buckets;
  for (const [key, value] of a.map) if (op === "|" || (op === "&") === b.map.has(key)) made.add(key, value);
  if (op === "|" || op === "^") for (const [key, value] of b.map) if (op === "|" || !a.map.has(key)) made.add(key, value);
  return made;
}
function repeated(items: readonly Value[], n: number): Value[] {
  const all: Value[] = [];
  for (let i = 0; i < n; i++) for (const item of items) all.push(item);
  return all;
}
function repeat(t: Thread, v: Value, times: Int): Maybe {
  const n = Math.max(0, Number(times));
  const length = typeof v === "string" ? v.length : v instanceof PyBytes ? v.data.length : (v as PyList).items.length;
  if (length * n <= SMALL) return repeatNow(v, n);
  return t.pushGen(repeatLater(v, n, length * n));
}
function* repeatLater(v: Value, n: number, length: number): Gen {
  const flat = typeof v === "string" || v instanceof PyBytes;
  if (length > 2 ** 62) throw raised("OverflowError", "cannot fit 'int' into an index-sized integer");
  yield* reserve(flat ? length : length * 8, flat ? 2 ** 28 : 2 ** 27);
  return repeatNow(v, n);
}
function repeatNow(v: Value, n: number): Value {
  if (typeof v === "string") return v.repeat(n);
  if (v instanceof PyBytes) {
    const all = new Uint8Array(v.data.length * n);
    if (v.data.some((b) => b !== 0)) for (let i = 0; i < n; i++) all.set(v.data, i * v.data.length);
    return new PyBytes(all);
  }
  return v instanceof PyTuple ? new PyTuple(repeated(v.items, n)) : new PyList(repeated((v as PyList).items, n));
}

/** -v, +v, ~v */
export function unary(t: Thread, op: "-" | "+" | "~", v: Value): Maybe {
  if (v instanceof Obj && v.cls.own) {
    const method = v.cls.find(op === "-" ? "__neg__" : op === "+" ? "__pos__" : "__invert__");
    if (method instanceof PyFunc) return t.call(method, [v]);
    v = plain(v);
  }
  if (v instanceof PyFloat && op !== "~") return op === "-" ? new PyFloat(-v.v) : v;
  const n = asInt(v);
  if (n === undefined) throw typeError(`bad operand type for unary ${op}: '${typeName(v)}'`);
  if (op === "+") return n;
  return op === "-" ? ints["-"](0, n) : ints["-"](-1, n);
}
