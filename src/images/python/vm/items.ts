import { PyByteArray, PyBytes, PyList, PyRange, PySlice, PyTuple, PyType, T, typeOf, type Value } from "../values.ts";
import { findAttribute } from "./attributes.ts";
import { keyOf, PyDict, SLOW } from "./dicts.ts";
import { raised, typeError, valueError } from "./errors.ts";
import { type Gen, type Maybe } from "./frame.ts";
import { listOf } from "./iterate.ts";
import { plain, typeName } from "./names.ts";
import { asInt } from "./numbers.ts";
import type { Thread } from "./thread.ts";
import { PyFunc } from "../values.ts";

/** Something counted from either end; undefined: beyond them. */
function place(index: Value, length: number): number | undefined {
  const n = Number(asInt(index));
  const i = n < 0 ? n + length : n;
  return i >= 0 && i < length ? i : undefined;
}
const isIndex = (v: Value): boolean => asInt(v) !== undefined;

export interface Span {
  readonly start: number;
  readonly stop: number;
  readonly step: number;
  readonly length: number;
}
/** What a slice means for a length. */
export function span(slice: PySlice, length: number): Span {
  const read = (v: Value): number | undefined => {
    if (v === null) return undefined;
    const n = asInt(plain(v));
    if (n === undefined) throw typeError("slice indices must be integers or None or have an __index__ method");
    return Number(n);
  };
  const step = read(slice.step) ?? 1;
  if (step === 0) throw valueError("slice step cannot be zero");
  const [low, high] = step > 0 ? [0, length] : [-1, length - 1];
  const clamp = (n: number | undefined, otherwise: number): number => {
    if (n === undefined) return otherwise;
    return Math.min(high, Math.max(low, n < 0 ? n + length : n));
  };
  const start = clamp(read(slice.start), step > 0 ? low : high);
  const stop = clamp(read(slice.stop), step > 0 ? high : low);
  return { start, stop, step, length: Math.max(0, Math.ceil((stop - start) / step)) };
}
function picked<T>(items: ArrayLike<T>, { start, step, length }: Span): T[] {
  const out: T[] = [];
  for (let i = 0; i < length; i++) out.push(items[start + i * step] as T);
  return out;
}

/** of[index] */
export function getItem(t: Thread, of: Value, index: Value): Maybe {
  const cls = typeOf(of);
  if (cls.own) {
    const method = cls.find("__getitem__");
    if (method instanceof PyFunc) return t.call(method, [of, index]);
    of = plain(of);
  }
  if (of instanceof PyDict) return fromDict(t, of, index);
  index = plain(index);
  if (typeof of === "string") return fromText(t, of, index);
  if (of instanceof PyList || of instanceof PyTuple) {
    const { items } = of;
    const kind = of instanceof PyList ? "list" : "tuple";
    if (index instanceof PySlice) {
      const part = picked(items, span(index, items.length));
      t.machine.charge(part.length * 8);
      return of instanceof PyList ? new PyList(part) : new PyTuple(part);
    }
    if (!isIndex(index)) throw typeError(`${kind} indices must be integers or slices, not ${typeName(index)}`);
    const i = place(index, items.length);
    if (i === undefined) throw raised("IndexError", `${kind} index out of range`);
    return items[i] as Value;
  }
  if (of instanceof PyBytes || of instanceof PyByteArray) {
    if (index instanceof PySlice) {
      const data = Uint8Array.from(picked(of.data, span(index, of.data.length)));
      return of instanceof PyBytes ? new PyBytes(data) : new PyByteArray(data);
    }
    const kind = of instanceof PyBytes ? "byte" : "bytearray";
    if (!isIndex(index)) throw typeError(`${kind} indices must be integers or slices, not ${typeName(index)}`);
    const i = place(index, of.data.length);
    if (i === undefined) throw raised("IndexError", of instanceof PyBytes ? "index out of range" : "bytearray index out of range");
    return of.data[i] as number;
  }
  if (of instanceof PyRange) {
    if (index instanceof PySlice) {
      const s = span(index, of.length);
      return new PyRange(of.start + s.start * of.step, of.start + s.stop * of.step, of.step * s.step);
    }
    const i = isIndex(index) ? place(index, of.length) : undefined;
    if (i === undefined)
      throw isIndex(index)
        ? raised("IndexError", "range object index out of range")
        : typeError(`range indices must be integers or slices, not ${typeName(index)}`);
    return of.start + i * of.step;
  }
  const method = cls.find("__getitem__");
  if (method !== undefined) return t.call(method, [of, index]);
  if (of instanceof PyType) {
    const generic = findAttribute(t, of, "__class_getitem__");
    if (generic !== undefined && typeof generic !== "symbol") return t.call(generic, [index]);
    // list[int] and the like: what annotations are made of.
    if (!of.own) return of;
    throw typeError(`type '${of.name}' is not subscriptable`);
  }
  throw typeError(`'${typeName(of)}' object is not subscriptable`);
}
function fromText(t: Thread, text: string, index: Value): Value {
  const wide = /[\ud800-\udfff]/.test(text);
  if (index instanceof PySlice) {
    if (wide) return picked([...text], span(index, [...text].length)).join("");
    const s = span(index, text.length);
    if (s.length > 1024) t.machine.charge(s.length);
    return s.step === 1 ? text.slice(s.start, Math.max(s.start, s.stop)) : picked(text, s).join("");
  }
  if (!isIndex(index)) throw typeError(`string indices must be integers, not '${typeName(index)}'`);
  const points = wide ? [...text] : text;
  const i = place(index, points.length);
  if (i === undefined) throw raised("IndexError", "string index out of range");
  return points[i] as string;
}
function fromDict(t: Thread, dict: PyDict, index: Value): Maybe {
  const key = keyOf(index);
  if (key === SLOW) return t.pushGen(fromDictSlowly(dict, index));
  const value = dict.map.get(key);
  if (value !== undefined) return value;
  return dict.cls === T.dict ? lacking(index) : t.pushGen(missingKey(dict, index));
}
function lacking(index: Value): never {
  throw raised("KeyError", index);
}
function* fromDictSlowly(dict: PyDict, index: Value): Gen {
  const value = dict.map.get(yield* dict.slowKey(index));
  return value === undefined ? yield* missingKey(dict, index) : value;
}
function* missingKey(dict: PyDict, index: Value): Gen {
  const method = dict.cls.find("__missing__");
  if (method === undefined) return lacking(index);
  return (yield (t) => t.call(method, [dict, index])) as Value;
}

/** of[index] = value */
export function setItem(t: Thread, of: Value, index: Value, value: Value): Maybe {
  const cls = typeOf(of);
  const method = cls.find("__setitem__");
  if (method instanceof PyFunc) return t.call(method, [of, index, value]);
  if (of instanceof PyDict) {
    const key = keyOf(index);
    if (key === SLOW) return t.pushGen(intoDict(of, index, value));
    if (!of.map.has(key)) t.machine.charge(100);
    of.set(key, index, value);
    return null;
  }
  if (of instanceof PyList) {
    if (index instanceof PySlice) return t.pushGen(intoSlice(of, index, value));
    if (!isIndex(index)) throw typeError(`list indices must be integers or slices, not ${typeName(index)}`);
    const i = place(index, of.items.length);
    if (i === undefined) throw raised("IndexError", "list assignment index out of range");
    of.items[i] = value;
    return null;
  }
  if (of instanceof PyByteArray) {
    const i = place(index, of.data.length);
    const byte = asInt(value);
    if (i === undefined) throw raised("IndexError", "bytearray index out of range");
    if (byte === undefined) throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
    if (byte < 0 || byte > 255) throw valueError("byte must be in range(0, 256)");
    of.data[i] = Number(byte);
    return null;
  }
  if (method !== undefined) return t.call(method, [of, index, value]);
  throw typeError(`'${typeName(of)}' object does not support item assignment`);
}
function* intoDict(dict: PyDict, index: Value, value: Value): Gen {
  dict.set(yield* dict.slowKey(index), index, value);
  return null;
}
function* intoSlice(list: PyList, slice: PySlice, value: Value): Gen {
  let items: Value[];
  try {
    items = yield* listOf(value);
  } catch {
    throw typeError("can only assign an iterable");
  }
  const s = span(slice, list.items.length);
  if (s.step === 1) list.items.splice(s.start, Math.max(0, s.stop - s.start), ...items);
  else {
    if (items.length !== s.length)
      throw valueError(`attempt to assign sequence of size ${items.length} to extended slice of size ${s.length}`);
    for (const [i, item] of items.entries()) list.items[s.start + i * s.step] = item;
  }
  return null;
}

/** del of[index] */
export function deleteItem(t: Thread, of: Value, index: Value): Maybe {
  const method = typeOf(of).find("__delitem__");
  if (method instanceof PyFunc) return t.call(method, [of, index]);
  if (of instanceof PyDict) {
    const key = keyOf(index);
    if (key === SLOW) return t.pushGen(outOfDict(of, index));
    if (!of.delete(key)) lacking(index);
    return null;
  }
  if (of instanceof PyList) {
    if (index instanceof PySlice) {
      const s = span(index, of.items.length);
      const gone = new Set(Array.from({ length: s.length }, (_, i) => s.start + i * s.step));
      of.items = of.items.filter((_, i) => !gone.has(i));
      return null;
    }
    if (!isIndex(index)) throw typeError(`list indices must be integers or slices, not ${typeName(index)}`);
    const i = place(index, of.items.length);
    if (i === undefined) throw raised("IndexError", "list assignment index out of range");
    of.items.splice(i, 1);
    return null;
  }
  if (method !== undefined) return t.call(method, [of, index]);
  throw typeError(`'${typeName(of)}' object doesn't support item deletion`);
}
function* outOfDict(dict: PyDict, index: Value): Gen {
  if (!dict.delete(yield* dict.slowKey(index))) lacking(index);
  return null;
}
