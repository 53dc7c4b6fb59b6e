import type { Obj } from "../values.ts";
import {
  changes,
  MroFault,
  PyExc,
  PyFunc,
  PyList,
  PyObj,
  PyTuple,
  PyType,
  PyWrapped,
  T,
  typeOf,
  type Layout,
  type Value,
} from "../values.ts";
import { bind } from "./calls.ts";
import { PyDict, PySet } from "./dicts.ts";
import { classOfNumber, exceptions, typeError } from "./errors.ts";
import { type Gen, type Maybe, PENDING } from "./frame.ts";
import { PyNative } from "./native.ts";
import type { Thread } from "./thread.ts";

type Keywords = Map<string, Value> | undefined;

/** cls(...) */
export function instantiate(t: Thread, cls: PyType, args: Value[], kw: Keywords): Maybe {
  if (cls === T.type) return args.length === 1 ? typeOf(args[0] as Value) : t.pushGen(madeByType(args, kw));
  const meta = cls.cls;
  if (meta !== T.type) {
    const call = meta.find("__call__");
    if (call instanceof PyFunc) return t.call(call, [cls, ...args], kw);
  }
  return construct(t, cls, args, kw);
}
/** type.__call__ */
export function construct(t: Thread, cls: PyType, args: Value[], kw: Keywords): Maybe {
  const make = cls.find("__new__");
  if (!cls.own) {
    if (cls.layout === "exception") return newException(cls, args, kw);
    if (cls === T.object) return new PyObj(cls);
    if (make instanceof PyNative && make !== T.object.attrs.get("__new__")) return t.settle(make.fn(t, [cls, ...args], kw));
    throw typeError(`cannot create '${cls.name}' instances`);
  }
  if (make !== undefined && !(make instanceof PyNative)) return t.pushGen(newThenInit(cls, make, args, kw));
  if (
    cls.layout === "int" ||
    cls.layout === "float" ||
    cls.layout === "str" ||
    cls.layout === "bytes" ||
    cls.layout === "tuple" ||
    cls.layout === "type"
  )
    return t.pushGen(newThenInit(cls, undefined, args, kw));
  return initialize(t, cls, empty(cls, args), args, kw);
}
function newException(cls: PyType, args: Value[], kw: Keywords): PyExc {
  if (kw?.size && !cls.isSubclass(exceptions["ImportError"] as PyType)) throw typeError(`${cls.name}() takes no keyword arguments`);
  const real = cls === exceptions["OSError"] && args.length > 1 && typeof args[0] === "number" ? classOfNumber(args[0]) : cls;
  const exc = new PyExc(real, args.length > 2 && cls.isSubclass(exceptions["OSError"] as PyType) ? args.slice(0, 2) : args);
  if (exc.args.length < args.length) exc.dict?.set("filename", args[2] as Value);
  for (const [name, value] of kw ?? []) exc.dict?.set(name, value);
  return exc;
}
/** An object of a class that was written in Python, before `__init__`. */
function empty(cls: PyType, args: readonly Value[]): Obj {
  const layout: Layout = cls.layout;
  if (layout === "object") {
    const abstract = cls.find("__abstractmethods__");
    if (abstract instanceof PySet && abstract.map.size > 0) {
      const names = abstract.values().map(String).toSorted();
      throw typeError(
        `Can't instantiate abstract class ${cls.name} without an implementation for abstract method${names.length === 1 ? "" : "s"} ${names.map((n) => `'${n}'`).join(", ")}`,
      );
    }
    return new PyObj(cls);
  }
  if (layout === "exception") return new PyExc(cls, [...args]);
  const made =
    layout === "list"
      ? new PyList([], cls)
      : layout === "dict"
        ? new PyDict(undefined, cls)
        : layout === "set"
          ? new PySet(cls)
          : new PyObj(cls);
  made.dict = new Map();
  return made;
}
function initialize(t: Thread, cls: PyType, obj: Obj, args: Value[], kw: Keywords): Maybe {
  const init = cls.find("__init__");
  if (init instanceof PyFunc) {
    const frame = bind(t, init, [obj, ...args], kw);
    if (frame.code.yields === "no") {
      frame.instance = obj;
      t.push(frame);
      return PENDING;
    }
  }
  if (init instanceof PyNative) return t.pushGen(nativeInit(init, obj, args, kw));
  if (cls.layout === "object" && (args.length > 0 || kw?.size)) throw typeError(`${cls.name}() takes no arguments`);
  return obj;
}
function* nativeInit(init: Value, obj: Obj, args: Value[], kw: Keywords): Gen {
  yield (t) => t.call(init, [obj, ...args], kw);
  return obj;
}
function* newThenInit(cls: PyType, make: Value | undefined, args: Value[], kw: Keywords): Gen {
  let obj: Value;
  if (make === undefined) obj = yield* newImmutable(cls, args, kw);
  else {
    const fn = make instanceof PyWrapped ? make.fn : make;
    obj = (yield (t) => t.call(fn, [cls, ...args], kw)) as Value;
    if (!typeOf(obj).isSubclass(cls)) return obj;
  }
  const init = cls.find("__init__");
  if (init instanceof PyFunc) yield (t) => t.call(init, [obj, ...args], kw);
  return obj;
}
/** An instance of a subclass of int, str, tuple and the like. */
export function* newImmutable(cls: PyType, args: Value[], kw: Keywords): Gen {
  const base = cls.mro.find((c) => !c.own) as PyType;
  if (base === T.type) return yield* madeByType(args, kw, cls);
  const value = (yield (t) => t.call(base, args, kw)) as Value;
  if (value instanceof PyTuple) {
    const made = new PyTuple(value.items, cls);
    made.dict = new Map();
    return made;
  }
  return new PyObj(cls, value);
}
/** object.__new__(cls) and its like: what a `__new__` written in Python asks for. */
export function* newPlainly(cls: Value, args: Value[], kw: Keywords): Gen {
  if (!(cls instanceof PyType)) throw typeError("object.__new__(X): X is not a type object");
  if (cls.own && ["int", "float", "str", "bytes", "tuple", "type"].includes(cls.layout)) return yield* newImmutable(cls, args, kw);
  if (cls.own) return empty(cls, args);
  return (yield (t) => construct(t, cls, args, kw)) as Value;
}

function* madeByType(args: Value[], kw: Keywords, meta: PyType = T.type): Gen {
  const [name, bases, ns] = args;
  if (typeof name !== "string" || !(bases instanceof PyTuple) || !(ns instanceof PyDict)) throw typeError("type() takes 1 or 3 arguments");
  return yield* buildClass(meta, name, bases.items, new Map(ns.map as Map<string, Value>), kw);
}
/** A class from what its body left behind. */
export function* buildClass(meta: PyType, name: string, given: readonly Value[], ns: Map<string, Value>, kw: Keywords): Gen {
  const bases = given.length === 0 ? [T.object] : given;
  for (const base of bases) {
    if (!(base instanceof PyType)) throw typeError(`metaclass conflict: '${String(typeOf(base).name)}' is not a type`);
    if (base.layout === "closed") throw typeError(`type '${base.name}' is not an acceptable base type`);
  }
  const twice = bases.find((base, i) => bases.indexOf(base) < i);
  if (twice instanceof PyType) throw typeError(`duplicate base class ${twice.name}`);
  const attrs = new Map(ns);
  if (attrs.has("__eq__") && !attrs.has("__hash__")) attrs.set("__hash__", null);
  const hidden = attrs.get("__init_subclass__");
  if (hidden instanceof PyFunc) attrs.set("__init_subclass__", new PyWrapped(T.classmethod, hidden));
  const getitem = attrs.get("__class_getitem__");
  if (getitem instanceof PyFunc) attrs.set("__class_getitem__", new PyWrapped(T.classmethod, getitem));
  let cls: PyType;
  try {
    cls = new PyType(name, bases as PyType[], attrs, { own: true, cls: meta, module: String(attrs.get("__module__") ?? "builtins") });
  } catch (error) {
    if (error instanceof MroFault) throw typeError(`Cannot create a consistent method resolution order (MRO) for bases ${error.names}`);
    throw error;
  }
  const qualname = attrs.get("__qualname__");
  if (typeof qualname === "string") cls.qualname = qualname;
  attrs.delete("__qualname__");
  const slots = attrs.get("__slots__");
  if (slots !== undefined) cls.slots = new Set(typeof slots === "string" ? [slots] : ((slots as PyTuple).items ?? []).map(String));
  changes.epoch++;
  for (const [key, value] of ns)
    if (value instanceof PyObj) {
      const hook = value.cls.find("__set_name__");
      if (hook !== undefined) yield (t) => t.call(hook, [value, cls, key]);
    }
  for (const base of cls.mro.slice(1)) {
    const hook = base.attrs.get("__init_subclass__");
    if (hook === undefined) continue;
    const fn = hook instanceof PyWrapped ? hook.fn : hook;
    yield (t) => t.call(fn, [cls], kw);
    return cls;
  }
  if (kw?.size) throw typeError(`${name}.__init_subclass__() takes no keyword arguments`);
  return cls;
}
/** The `class` statement: runs the metaclass if there is one. */
export function* classStatement(name: string, bases: readonly Value[], ns: Map<string, Value>, kw: Map<string, Value>): Gen {
  const wanted = kw.get("metaclass");
  kw.delete("metaclass");
  let meta = wanted instanceof PyType ? wanted : T.type;
  for (const base of bases) if (base instanceof PyType && base.cls.isSubclass(meta)) meta = base.cls;
  const real: Value[] = [];
  for (const base of bases) {
    // typing's Generic[T] and the like stand for their origin.
    const entries = base instanceof PyType || base === null || typeof base !== "object" ? undefined : base.cls.find("__mro_entries__");
    if (entries === undefined) real.push(base);
    else real.push(...((yield (t) => t.call(entries, [base, new PyTuple(bases)])) as PyTuple).items);
  }
  const make = meta === T.type ? undefined : meta.find("__new__");
  if (make instanceof PyFunc || meta.find("__call__") instanceof PyFunc) {
    const dict = new PyDict(ns as PyDict["map"]);
    return (yield (t) => t.call(meta, [name, new PyTuple(real), dict], kw)) as Value;
  }
  const cls = yield* buildClass(meta, name, real, ns, kw);
  const init = meta === T.type ? undefined : meta.find("__init__");
  if (init instanceof PyFunc) yield (t) => t.call(init, [cls, name, new PyTuple(real), new PyDict(ns as PyDict["map"])]);
  return cls;
}
