import type { Code } from "../compile/code.ts";
import { type Cell, Obj, PyFloat, PyFunc, PyList, PyMethod, PySlice, PyTuple, PyType, T, type Value } from "../values.ts";
import { deleteAttribute, findAttribute, getAttribute, setAttribute } from "./attributes.ts";
import { setCells } from "./calls.ts";
import { compare } from "./compare.ts";
import { PyDict, PySet } from "./dicts.ts";
import { contains } from "./contains.ts";
import { typeError, valueError } from "./errors.ts";
import { formatValue } from "./format.ts";
import { Frame, type Gen, type Maybe, PENDING } from "./frame.ts";
import { classStatement } from "./instances.ts";
import { deleteItem, getItem, setItem } from "./items.ts";
import { listOf } from "./iterate.ts";
import { typeName } from "./names.ts";
import { binary, inplace, unary } from "./operators.ts";
import { escaped, reprOf, strOf } from "./repr.ts";

/** Leaves one value, also what is stored or deleted: the compiler drops it. */
const put = (f: Frame, v: Maybe): boolean | void => {
  if (v === PENDING) return true;
  f.stack.push(v);
};
export const ATTRIBUTE = (f: Frame, name: string): boolean | void => put(f, getAttribute(f.t, f.pop(), name));
export const SET_ATTRIBUTE = (f: Frame, name: string): boolean | void => {
  const of = f.pop();
  return put(f, setAttribute(f.t, of, name, f.pop()));
};
export const DELETE_ATTRIBUTE = (f: Frame, name: string): boolean | void => put(f, deleteAttribute(f.t, f.pop(), name));
export const ITEM = (f: Frame): boolean | void => {
  const index = f.pop();
  const of = f.pop();
  if (of instanceof PyList && typeof index === "number" && index >= 0 && !of.cls.own) {
    const v = of.items[index];
    if (v !== undefined) return void f.stack.push(v);
  }
  return put(f, getItem(f.t, of, index));
};
export const SET_ITEM = (f: Frame): boolean | void => {
  const index = f.pop();
  const of = f.pop();
  return put(f, setItem(f.t, of, index, f.pop()));
};
export const DELETE_ITEM = (f: Frame): boolean | void => {
  const index = f.pop();
  return put(f, deleteItem(f.t, f.pop(), index));
};
export const SLICE = (f: Frame): void => {
  const step = f.pop();
  const stop = f.pop();
  f.stack.push(new PySlice(f.pop(), stop, step));
};

export const ADD = (f: Frame): boolean | void => {
  const b = f.pop();
  const a = f.pop();
  if (typeof a === "number" && typeof b === "number") {
    const sum = a + b;
    if (Number.isSafeInteger(sum)) return void f.stack.push(sum);
  }
  if (a instanceof PyFloat && b instanceof PyFloat) return void f.stack.push(new PyFloat(a.v + b.v));
  return put(f, binary(f.t, "+", a, b));
};
export const BINARY = (f: Frame, op: string): boolean | void => {
  const b = f.pop();
  return put(f, binary(f.t, op, f.pop(), b));
};
export const INPLACE = (f: Frame, op: string): boolean | void => {
  const b = f.pop();
  return put(f, inplace(f.t, op, f.pop(), b));
};
export const UNARY = (f: Frame, op: "-" | "+" | "~"): boolean | void => put(f, unary(f.t, op, f.pop()));
export const COMPARE = (f: Frame, op: string): boolean | void => {
  const b = f.pop();
  const a = f.pop();
  if (typeof a === "number" && typeof b === "number") {
    f.stack.push(op === "<" ? a < b : op === ">" ? a > b : op === "==" ? a === b : op === "!=" ? a !== b : op === "<=" ? a <= b : a >= b);
    return;
  }
  return put(f, compare(f.t, op, a, b));
};
export const IS = (f: Frame): void => {
  const b = f.pop();
  f.stack.push(f.pop() === b);
};
export const CONTAINS = (f: Frame, negated: boolean): boolean | void => {
  const of = f.pop();
  return put(f, contains(f.t, of, f.pop(), negated));
};

export const BUILD_LIST = (f: Frame, n: number): void => {
  f.t.machine.charge(56 + n * 8);
  f.stack.push(new PyList(f.stack.splice(f.stack.length - n, n)));
};
export const BUILD_TUPLE = (f: Frame, n: number): void => {
  f.stack.push(new PyTuple(f.stack.splice(f.stack.length - n, n)));
};
export const LIST_APPEND = (f: Frame, depth: number): void => {
  const v = f.pop();
  (f.stack[f.stack.length - depth] as PyList).items.push(v);
  f.t.machine.charge(8);
};
export const LIST_EXTEND = (f: Frame): boolean => {
  const more = f.pop();
  f.t.pushGen(extended(f.pop() as PyList, more));
  return true;
};
function* extended(list: PyList, more: Value): Gen {
  for (const item of yield* listOf(more)) list.items.push(item);
  return list;
}
export const LIST_TO_TUPLE = (f: Frame): void => void f.stack.push(new PyTuple((f.pop() as PyList).items));
export const BUILD_SET = (f: Frame): boolean => {
  f.t.pushGen(setOf((f.pop() as PyList).items));
  return true;
};
export function* setOf(items: readonly Value[], cls = T.set): Gen<PySet> {
  const set = new PySet(cls);
  for (const item of items) set.add(yield* set.slowKey(item), item);
  return set;
}
/** list of keys and values in turn → dict */
export const BUILD_DICT = (f: Frame, n: number): boolean | void => {
  if (n === 0) {
    f.t.machine.charge(64);
    f.stack.push(new PyDict());
    return;
  }
  f.t.pushGen(dictOf(f.stack.splice(f.stack.length - n * 2, n * 2)));
  return true;
};
function* dictOf(parts: readonly Value[]): Gen {
  const dict = new PyDict();
  for (let i = 0; i < parts.length; i += 2) dict.set(yield* dict.slowKey(parts[i] as Value), parts[i] as Value, parts[i + 1] as Value);
  return dict;
}
/** dict mapping → dict; for a call, names must be new. */
export const DICT_UPDATE = (f: Frame, call: boolean): boolean => {
  const more = f.pop();
  f.t.pushGen(updated(f.pop() as PyDict, more, call));
  return true;
};
function* updated(dict: PyDict, more: Value, call: boolean): Gen {
  const from = yield* mapping(more, call);
  for (const [key, value] of from.entries()) {
    if (call && typeof key !== "string") throw typeError("keywords must be strings");
    if (call && dict.map.has(key as string)) throw typeError(`got multiple values for keyword argument '${String(key)}'`);
    dict.set(yield* dict.slowKey(key), key, value);
  }
  return dict;
}
function* mapping(v: Value, call: boolean): Gen<PyDict> {
  if (v instanceof PyDict) return v;
  const keys = (yield (t) => findAttribute(t, v, "keys") ?? null) as Value;
  if (keys === null)
    throw typeError(call ? `argument after ** must be a mapping, not ${typeName(v)}` : `'${typeName(v)}' object is not a mapping`);
  const made = new PyDict();
  for (const key of yield* listOf((yield (t) => t.call(keys, [])) as Value))
    made.set(yield* made.slowKey(key), key, (yield (t) => getItem(t, v, key)) as Value);
  return made;
}
/** For comprehensions: … key value → … */
export const MAP_ADD = (f: Frame, depth: number): boolean | void => {
  const value = f.pop();
  const key = f.pop();
  f.t.machine.charge(40);
  return put(f, setItem(f.t, f.stack[f.stack.length - depth] as Value, key, value));
};
export const SET_ADD = (f: Frame, depth: number): boolean => {
  const value = f.pop();
  f.t.machine.charge(40);
  f.t.pushGen(addedTo(f.stack[f.stack.length - depth] as PySet, value));
  return true;
};
function* addedTo(set: PySet, value: Value): Gen {
  set.add(yield* set.slowKey(value), value);
  return null;
}

export const UNPACK = (f: Frame, n: number): boolean | void => {
  const v = f.pop();
  if ((v instanceof PyTuple || v instanceof PyList) && v.items.length === n && !v.cls.own) {
    for (let i = n - 1; i >= 0; i--) f.stack.push(v.items[i] as Value);
    return;
  }
  f.pc--;
  f.t.pushGen(unpacked(v, n, -1));
  return true;
};
/** before * 65536 + after */
export const UNPACK_STARRED = (f: Frame, counts: number): boolean | void => {
  const [before, after] = [counts >> 16, counts & 65535];
  const v = f.pop();
  if (v instanceof PyTuple && v.cls === T.tuple && v.items.length === before + after + 1 && v.items[before] instanceof Starred) {
    for (let i = v.items.length - 1; i >= 0; i--) {
      const item = v.items[i] as Value;
      f.stack.push(item instanceof Starred ? item.list : item);
    }
    return;
  }
  f.pc--;
  f.t.pushGen(unpacked(v, before + after, before));
  return true;
};
/** What a starred target gets, among those that are handed over. */
class Starred extends Obj {
  readonly list: PyList;
  constructor(list: PyList) {
    super(T.list);
    this.list = list;
  }
}
function* unpacked(v: Value, n: number, star: number): Gen {
  let items: Value[];
  try {
    items = yield* listOf(v);
  } catch (error) {
    if (typeName(v) === "NoneType" || typeof v === "number" || v instanceof PyFloat || typeof v === "boolean")
      throw typeError(`cannot unpack non-iterable ${typeName(v)} object`);
    throw error;
  }
  if (star < 0) {
    if (items.length < n) throw valueError(`not enough values to unpack (expected ${n}, got ${items.length})`);
    if (items.length > n) throw valueError(`too many values to unpack (expected ${n})`);
    return new PyTuple(items);
  }
  if (items.length < n) throw valueError(`not enough values to unpack (expected at least ${n}, got ${items.length})`);
  const middle = items.splice(star, items.length - n);
  items.splice(star, 0, new Starred(new PyList(middle)));
  return new PyTuple(items);
}

export const CALL = (f: Frame, n: number): boolean | void => {
  const args = f.stack.splice(f.stack.length - n, n);
  const fn = f.pop();
  if (fn instanceof PyMethod) {
    args.unshift(fn.self);
    return put(f, f.t.call(fn.fn, args));
  }
  return put(f, f.t.call(fn, args));
};
export const CALL_NAMED = (f: Frame, { n, names }: { readonly n: number; readonly names: readonly string[] }): boolean | void => {
  const values = f.stack.splice(f.stack.length - names.length, names.length);
  const args = f.stack.splice(f.stack.length - n, n);
  return put(f, f.t.call(f.pop(), args, new Map(names.map((name, i) => [name, values[i] as Value]))));
};
/** fn list dict → … */
export const CALL_SPREAD = (f: Frame): boolean | void => {
  const named = f.pop() as PyDict;
  const args = f.pop() as PyList;
  return put(f, f.t.call(f.pop(), [...args.items], new Map(named.map as Map<string, Value>)));
};

export interface FunctionParts {
  readonly code: Code;
  readonly defaults: number;
  readonly keywordDefaults: readonly string[];
  readonly annotated: boolean;
}
/** defaults… keyword defaults… annotations? cells… → function */
export const FUNCTION = (f: Frame, { code, defaults, keywordDefaults, annotated }: FunctionParts): void => {
  const { stack } = f;
  const closure = stack.splice(stack.length - code.free.length, code.free.length) as Cell[];
  const annotations = annotated ? f.pop() : undefined;
  const named = stack.splice(stack.length - keywordDefaults.length, keywordDefaults.length);
  const given = stack.splice(stack.length - defaults, defaults);
  f.t.machine.charge(160);
  const fn = new PyFunc(
    code,
    f.globals,
    given,
    named.length > 0 ? new Map(keywordDefaults.map((name, i) => [name, named[i] as Value])) : undefined,
    closure,
  );
  fn.annotations = annotations;
  stack.push(fn);
};
/** bases (list) keywords (dict) cells… → class */
export const CLASS = (f: Frame, code: Code): boolean => {
  const { stack } = f;
  const closure = stack.splice(stack.length - code.free.length, code.free.length) as Cell[];
  const keywords = f.pop() as PyDict;
  const bases = (f.pop() as PyList).items;
  f.t.pushGen(made(f, code, bases, new Map(keywords.map as Map<string, Value>), closure));
  return true;
};
function* made(f: Frame, code: Code, bases: readonly Value[], keywords: Map<string, Value>, closure: readonly Cell[]): Gen {
  const module = f.globals.get("__name__") ?? null;
  const ns = new Map<string, Value>([
    ["__module__", module],
    ["__qualname__", code.qualname],
  ]);
  if (code.doc !== null) ns.set("__doc__", code.doc);
  const body = new Frame(f.t, code, f.globals, ns);
  setCells(body, code, closure);
  yield (t) => (t.push(body), PENDING);
  const cls = yield* classStatement(code.name, bases, ns, keywords);
  const own = body.cells[code.cells.findIndex(([name]) => name === "__class__")];
  if (own && cls instanceof PyType) own.v = cls;
  return cls;
}

export const FORMAT = (f: Frame, conversion: string): boolean | void => {
  const spec = f.pop() as string;
  const v = f.pop();
  if (spec === "" && conversion === "" && (typeof v === "string" || typeof v === "number")) return void f.stack.push(String(v));
  f.t.pushGen(formatted(v, conversion, spec));
  return true;
};
function* formatted(v: Value, conversion: string, spec: string): Gen {
  if (conversion === "") return yield* formatValue(v, spec);
  let text = conversion === "s" ? yield* strOf(v) : yield* reprOf(v);
  if (conversion === "a") text = text.replace(/[^\0-\x7f]/gu, (c) => escaped(c.codePointAt(0) as number));
  return yield* formatValue(text, spec);
}
export const JOIN = (f: Frame, n: number): void => {
  f.stack.push((f.stack.splice(f.stack.length - n, n) as string[]).join(""));
};
