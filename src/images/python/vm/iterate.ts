import { Host, Obj, PyByteArray, PyBytes, PyGen, PyList, PyObj, PyRange, PyTuple, T, typeOf, type Value } from "../values.ts";
import { PyDict, PySet } from "./dicts.ts";
import { isException, PyRaise, raised, typeError } from "./errors.ts";
import { END, type Gen, type Maybe, PAUSE, PENDING } from "./frame.ts";
import { PyNative } from "./native.ts";
import { plain, typeName } from "./names.ts";
import type { Thread } from "./thread.ts";

export type Step = Value | typeof END | Gen<Value | typeof END>;
/** An iterator of the host's. */
export abstract class PyIter extends Host {
  readonly kind: string;
  constructor(kind: string) {
    super(T.iterator);
    this.kind = kind;
  }
  abstract step(t: Thread): Step;
}
export class ListIter extends PyIter {
  readonly list: { readonly items: readonly Value[] };
  i = 0;
  constructor(list: { readonly items: readonly Value[] }, kind = "list_iterator") {
    super(kind);
    this.list = list;
  }
  step(): Step {
    const { items } = this.list;
    return this.i < items.length ? (items[this.i++] as Value) : END;
  }
}
export class RangeIter extends PyIter {
  #next: number;
  #left: number;
  readonly #step: number;
  constructor({ start, step, length }: PyRange) {
    super("range_iterator");
    this.#next = start;
    this.#step = step;
    this.#left = length;
  }
  step(): Step {
    if (this.#left <= 0) return END;
    this.#left--;
    const n = this.#next;
    this.#next += this.#step;
    return n;
  }
}
class DictIter extends PyIter {
  readonly #dict: PyDict | PySet;
  readonly #pick: (key: Value, value: Value) => Value;
  readonly #from: Iterator<readonly [Value, Value]>;
  readonly #size: number;
  constructor(dict: PyDict | PySet, pick: (key: Value, value: Value) => Value) {
    super(dict instanceof PyDict ? "dict_keyiterator" : "set_iterator");
    this.#dict = dict;
    this.#pick = pick;
    this.#from =
      dict instanceof PyDict
        ? dict.entries()
        : dict
            .values()
            .map((v) => [v, v] as const)
            [Symbol.iterator]();
    this.#size = dict.map.size;
  }
  step(): Step {
    if (this.#dict.map.size !== this.#size)
      throw raised("RuntimeError", `${this.#dict instanceof PyDict ? "dictionary" : "Set"} changed size during iteration`);
    const next = this.#from.next();
    return next.done ? END : this.#pick(next.value[0], next.value[1]);
  }
}
/** Of what has only `__getitem__`. */
class IndexIter extends PyIter {
  readonly #of: Value;
  #i = 0;
  constructor(of: Value) {
    super("iterator");
    this.#of = of;
  }
  *step(): Gen<Value | typeof END> {
    const get = typeOf(this.#of).find("__getitem__") as Value;
    try {
      return (yield (t) => t.call(get, [this.#of, this.#i++])) as Value;
    } catch (error) {
      if (error instanceof PyRaise && isException(error.exc, "IndexError")) return END;
      throw error;
    }
  }
}
/** An iterator written as a generator of the host's. */
export class StepIter extends PyIter {
  readonly #step: (t: Thread) => Step;
  constructor(kind: string, step: (t: Thread) => Step) {
    super(kind);
    this.#step = step;
  }
  step(t: Thread): Step {
    return this.#step(t);
  }
}

/** dict.keys(), values() and items(): what they show is the dictionary's now. */
export class DictView extends Host {
  readonly of: PyDict;
  readonly what: "keys" | "values" | "items";
  constructor(dict: PyDict, what: "keys" | "values" | "items") {
    super(T[what]);
    this.of = dict;
    this.what = what;
  }
  iterator(): PyIter {
    const { what } = this;
    return new DictIter(this.of, what === "keys" ? (k) => k : what === "values" ? (_, v) => v : (k, v) => new PyTuple([k, v]));
  }
}

/** iter(v) of what the host knows; undefined: ask the class. */
function known(v: Value): Value | undefined {
  if (v instanceof PyList) return new ListIter(v);
  if (v instanceof PyTuple) return new ListIter(v, "tuple_iterator");
  if (typeof v === "string") return new ListIter({ items: /[\ud800-\udfff]/.test(v) ? [...v] : v.split("") }, "str_iterator");
  if (v instanceof PyRange) return new RangeIter(v);
  if (v instanceof PyDict || v instanceof PySet) return new DictIter(v, (key) => key);
  if (v instanceof DictView) return v.iterator();
  if (v instanceof PyIter || v instanceof PyGen) return v;
  if (v instanceof PyBytes || v instanceof PyByteArray) return new ListIter({ items: [...v.data] }, "bytes_iterator");
  return undefined;
}
export function getIter(t: Thread, v: Value): Maybe {
  const cls = typeOf(v);
  const found = cls.own || cls.cls.own ? cls.find("__iter__") : undefined;
  const own = found instanceof PyNative ? undefined : found;
  if (own === undefined) {
    const made = known(plain(v));
    if (made !== undefined) return made;
  }
  const method = own ?? cls.find("__iter__");
  if (method === null) throw typeError(`'${typeName(v)}' object is not iterable`);
  if (method !== undefined) return t.call(method, [v]);
  if (v instanceof PyObj && cls.find("__getitem__") !== undefined) return new IndexIter(v);
  throw typeError(`'${typeName(v)}' object is not iterable`);
}
/** next(it); throws StopIteration, or answers END. */
export function next(t: Thread, it: Value): Maybe | typeof END {
  if (it instanceof PyIter) {
    const step = it.step(t);
    if (typeof step === "object" && step !== null && !(step instanceof Obj)) return t.pushGen(step);
    return step;
  }
  if (it instanceof PyGen) return resume(t, it, null);
  const method = typeOf(it).find("__next__");
  if (method === undefined) throw typeError(`'${typeName(it)}' object is not an iterator`);
  return t.call(method, [it]);
}
/** Lets a generator go on with a value, or with an exception. */
export function resume(t: Thread, gen: PyGen, sent: Value, failure?: PyRaise): Maybe {
  const { frame } = gen;
  if (gen.state === "running") throw raised("ValueError", `${gen.cls.name} already executing`);
  if (gen.state === "done") {
    if (failure) throw failure;
    if (gen.cls === T.coroutine) throw raised("RuntimeError", "cannot reuse already awaited coroutine");
    throw raised("StopIteration");
  }
  if (gen.state === "new" && sent !== null) throw typeError(`can't send non-None value to a just-started ${gen.cls.name}`);
  if (gen.state === "suspended" && !failure) frame.push(sent);
  if (failure && gen.state === "new") {
    gen.state = "done";
    throw failure;
  }
  gen.state = "running";
  frame.t = t;
  t.push(frame);
  if (failure) t.unwind(failure);
  return PENDING;
}

/** next(it) for the host's code: END where there is no more. */
export function* step(it: Value): Gen<Value | typeof END> {
  try {
    return (yield (t) => next(t, it)) as Value | typeof END;
  } catch (error) {
    if (error instanceof PyRaise && isException(error.exc, "StopIteration")) return END;
    throw error;
  }
}
/** How many steps the host does before it looks whether others want to run. */
const STRIDE = 1024;

/** Calls `fn` with each item; true ends it. */
export function* each(v: Value, fn: (item: Value) => boolean | void | Gen<boolean | void>): Gen<void> {
  const it = (yield (t) => getIter(t, v)) as Value;
  let n = 0;
  for (;;) {
    let item: Value | typeof END;
    if (it instanceof ListIter) item = it.i < it.list.items.length ? (it.list.items[it.i++] as Value) : END;
    else if (it instanceof RangeIter || it instanceof DictIter) item = it.step() as Value | typeof END;
    else item = yield* step(it);
    if (item === END) return;
    const more = fn(item);
    if (more === true || (typeof more === "object" && (yield* more) === true)) return;
    if (++n % STRIDE === 0) {
      yield (t) => (t.machine.spend(STRIDE), t.machine.charge(STRIDE * 8), null);
      yield PAUSE;
    }
  }
}
/** All items. */
export function* listOf(v: Value): Gen<Value[]> {
  if (v instanceof PyList && !v.cls.own) return [...v.items];
  if (v instanceof PyTuple && !v.cls.own) return [...v.items];
  const items: Value[] = [];
  yield* each(v, (item) => void items.push(item));
  return items;
}
/** Calls something. */
export function* call(fn: Value, ...args: Value[]): Gen {
  return (yield (t) => t.call(fn, args)) as Value;
}
