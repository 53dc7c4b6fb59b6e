import { Obj, PyByteArray, PyBytes, PyFloat, PyFunc, PyList, PyMethod, PyRange, PySlice, PyTuple, typeOf, type Value } from "../values.ts";
import { PyDict, PySet, SLOW } from "./dicts.ts";
import { typeError } from "./errors.ts";
import { type Gen, type Maybe } from "./frame.ts";
import { plain, typeName } from "./names.ts";
import type { Thread } from "./thread.ts";
import { truth } from "./truth.ts";
import { NotImplemented } from "../values.ts";

type Fast = boolean | typeof SLOW;

const hasOwn = (v: Value, name: string): boolean => {
  const method = v instanceof Obj ? v.cls.find(name) : undefined;
  return method instanceof PyFunc || method instanceof PyMethod;
};

/** a == b, where no code of a class has to be asked. */
export function same(a: Value, b: Value): Fast {
  if (a === b) return !(a instanceof PyFloat) || !Number.isNaN(a.v);
  if (typeof a === "string" && typeof b === "string") return false;
  if (hasOwn(a, "__eq__") || hasOwn(b, "__eq__")) return SLOW;
  a = plain(a);
  b = plain(b);
  if (a === b) return true;
  if (a === null || b === null) return false;
  const x = number(a);
  if (x !== undefined) {
    const y = number(b);
    // oxlint-disable-next-line eqeqeq
    return y !== undefined && x == y;
  }
  if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
    if (a.items.length !== b.items.length) return false;
    for (const [i, item] of a.items.entries()) {
      const equal = item === b.items[i] || same(item, b.items[i] as Value);
      if (equal !== true) return equal;
    }
    return true;
  }
  if (a instanceof PyDict && b instanceof PyDict) {
    if (a.size !== b.size) return false;
    if (a.buckets || b.buckets) return SLOW;
    for (const [key, value] of a.map) {
      const other = b.map.get(key);
      if (other === undefined) return false;
      const equal = value === other || same(value, other);
      if (equal !== true) return equal;
    }
    return true;
  }
  if (a instanceof PySet && b instanceof PySet) {
    if (a.map.size !== b.map.size) return false;
    for (const key of a.map.keys()) if (!b.map.has(key)) return false;
    return true;
  }
  const left = bytesOf(a);
  const right = bytesOf(b);
  if (left && right) return left.length === right.length && left.every((byte, i) => byte === right[i]);
  if (a instanceof PyRange && b instanceof PyRange)
    return a.length === b.length && (a.length === 0 || (a.start === b.start && (a.length === 1 || a.step === b.step)));
  if (a instanceof PyMethod && b instanceof PyMethod) return a.fn === b.fn && a.self === b.self;
  if (a instanceof PySlice && b instanceof PySlice)
    return [a.start, a.stop, a.step].every((v, i) => same(v, [b.start, b.stop, b.step][i] as Value) === true);
  return false;
}
const bytesOf = (v: Value): Uint8Array | undefined => (v instanceof PyBytes || v instanceof PyByteArray ? v.data : undefined);
function number(v: Value): number | bigint | undefined {
  if (typeof v === "number" || typeof v === "bigint") return v;
  if (typeof v === "boolean") return v ? 1 : 0;
  return v instanceof PyFloat ? v.v : undefined;
}

/** a == b; asks `__eq__`. */
export function* equals(a: Value, b: Value): Gen<boolean> {
  const fast = a === b && !(a instanceof PyFloat) ? true : same(a, b);
  if (fast !== SLOW) return fast;
  if (!hasOwn(a, "__eq__") && !hasOwn(b, "__eq__")) {
    if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
      for (const [i, item] of a.items.entries()) if (!(yield* equals(item, b.items[i] as Value))) return false;
      return true;
    }
    if (a instanceof PyDict && b instanceof PyDict) {
      for (const [key, value] of a.entries()) {
        const other = b.map.get(yield* b.slowKey(key));
        if (other === undefined || !(yield* equals(value, other))) return false;
      }
      return true;
    }
    return false;
  }
  const result = yield* asked("==", a, b);
  return result === NotImplemented ? a === b : yield* truth(result);
}

const METHODS: Readonly<Record<string, readonly [own: string, mirrored: string]>> = {
  "==": ["__eq__", "__eq__"],
  "!=": ["__ne__", "__ne__"],
  "<": ["__lt__", "__gt__"],
  ">": ["__gt__", "__lt__"],
  "<=": ["__le__", "__ge__"],
  ">=": ["__ge__", "__le__"],
};
/** What the classes' own methods say, or NotImplemented. */
function* asked(op: string, a: Value, b: Value): Gen {
  const [own, mirrored] = METHODS[op] as readonly [string, string];
  const tries: (readonly [Value, Value, string])[] = [
    [a, b, own],
    [b, a, mirrored],
  ];
  const [ta, tb] = [typeOf(a), typeOf(b)];
  if (ta !== tb && tb.isSubclass(ta)) tries.reverse();
  for (const [x, y, name] of tries) {
    if (!hasOwn(x, name)) continue;
    const method = (x as Obj).cls.find(name) as Value;
    const result = (yield (t) => t.call(method, [x, y])) as Value;
    if (result !== NotImplemented) return result;
  }
  return NotImplemented;
}

/** a < b and so on, where no code of a class has to be asked. */
export function ordered(op: string, a: Value, b: Value): Fast {
  if (typeof a === "string" && typeof b === "string") return decide(op, compareText(a, b));
  const [own, mirrored] = METHODS[op] as readonly [string, string];
  if (hasOwn(a, own) || hasOwn(b, mirrored)) return SLOW;
  a = plain(a);
  b = plain(b);
  if (typeof a === "string" && typeof b === "string") return decide(op, compareText(a, b));
  const x = number(a);
  const y = number(b);
  if (x !== undefined && y !== undefined) return op === "<" ? x < y : op === ">" ? x > y : op === "<=" ? x <= y : x >= y;
  if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
    const n = Math.min(a.items.length, b.items.length);
    for (let i = 0; i < n; i++) {
      const [p, q] = [a.items[i] as Value, b.items[i] as Value];
      const equal = p === q || same(p, q);
      if (equal === SLOW) return SLOW;
      if (!equal) return ordered(op, p, q);
    }
    return decide(op, a.items.length - b.items.length);
  }
  const [left, right] = [bytesOf(a), bytesOf(b)];
  if (left && right) {
    for (let i = 0; i < Math.min(left.length, right.length); i++)
      if (left[i] !== right[i]) return decide(op, (left[i] as number) - (right[i] as number));
    return decide(op, left.length - right.length);
  }
  if (a instanceof PySet && b instanceof PySet) {
    const within = (p: PySet, q: PySet): boolean => [...p.map.keys()].every((key) => q.map.has(key));
    if (op === "<" || op === "<=") return within(a, b) && (op === "<=" || a.map.size < b.map.size);
    return within(b, a) && (op === ">=" || b.map.size < a.map.size);
  }
  throw typeError(`'${op}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}
const decide = (op: string, n: number): boolean => (op === "<" ? n < 0 : op === ">" ? n > 0 : op === "<=" ? n <= 0 : n >= 0);
/** By code points. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  if (!/[\ud800-\udfff]/.test(a) && !/[\ud800-\udfff]/.test(b)) return a < b ? -1 : 1;
  const [p, q] = [[...a], [...b]];
  for (let i = 0; i < Math.min(p.length, q.length); i++)
    if (p[i] !== q[i]) return (p[i]?.codePointAt(0) ?? 0) - (q[i]?.codePointAt(0) ?? 0);
  return p.length - q.length;
}

/** a < b and so on; asks `__lt__` and the like. */
export function* orders(op: string, a: Value, b: Value): Gen {
  const fast = ordered(op, a, b);
  if (fast !== SLOW) return fast;
  if ((a instanceof PyList && b instanceof PyList) || (a instanceof PyTuple && b instanceof PyTuple)) {
    for (let i = 0; i < Math.min(a.items.length, b.items.length); i++) {
      const [p, q] = [a.items[i] as Value, b.items[i] as Value];
      if (!(yield* equals(p, q))) return yield* orders(op, p, q);
    }
    return decide(op, a.items.length - b.items.length);
  }
  const result = yield* asked(op, a, b);
  if (result === NotImplemented) throw typeError(`'${op}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
  return result;
}

/** Any comparison but `in` and `is`. */
export function compare(t: Thread, op: string, a: Value, b: Value): Maybe {
  if (op === "==" || op === "!=") {
    const fast = same(a, b);
    if (fast !== SLOW) return op === "==" ? fast : !fast;
    return t.pushGen(differs(op, a, b));
  }
  const fast = ordered(op, a, b);
  return fast === SLOW ? t.pushGen(orders(op, a, b)) : fast;
}
function* differs(op: string, a: Value, b: Value): Gen {
  if (hasOwn(a, op === "==" ? "__eq__" : "__ne__")) {
    const result = yield* asked(op, a, b);
    if (result !== NotImplemented) return result;
  } else if (hasOwn(b, "__eq__") && op === "==") {
    const result = yield* asked(op, a, b);
    if (result !== NotImplemented) return result;
    return a === b;
  }
  return op === "==" ? yield* equals(a, b) : !(yield* equals(a, b));
}
