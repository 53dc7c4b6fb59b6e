import {
  changes,
  Obj,
  PyExc,
  PyFunc,
  PyGen,
  PyMethod,
  PyModule,
  PyObj,
  PyProperty,
  PySuper,
  PyTuple,
  PyType,
  PyWrapped,
  T,
  typeOf,
  type Value,
} from "../values.ts";
import { attributeError, typeError } from "./errors.ts";
import type { Maybe } from "./frame.ts";
import { PyDict } from "./dicts.ts";
import { PyNative } from "./native.ts";
import { typeName } from "./names.ts";
import { facts } from "./reflection.ts";
import type { Thread } from "./thread.ts";

/** What a class's attribute is when it is asked for through an instance. */
function bound(t: Thread, found: Value, self: Value, cls: PyType): Maybe {
  if (found instanceof PyFunc) return new PyMethod(found, self);
  if (found instanceof PyNative) return found.owner === undefined ? found : new PyMethod(found, self);
  if (found instanceof PyProperty) {
    if (found.get === null) throw attributeError(`property of '${cls.name}' object has no getter`, self, "");
    return t.call(found.get, [self]);
  }
  if (found instanceof PyWrapped) return found.cls === T.classmethod ? new PyMethod(found.fn, cls) : found.fn;
  if (found instanceof PyObj) {
    const get = found.cls.find("__get__");
    if (get !== undefined) return t.call(get, [found, self, cls]);
  }
  return found;
}
const isData = (found: Value | undefined): boolean =>
  found instanceof PyProperty || (found instanceof PyObj && found.cls.find("__set__") !== undefined);

/** obj.name; undefined: there is none. */
export function findAttribute(t: Thread, obj: Value, name: string): Maybe | undefined {
  if (obj instanceof PyModule) {
    const value = obj.ns.get(name);
    if (value !== undefined) return value;
    if (name === "__dict__") return new PyDict(obj.ns);
  } else if (obj instanceof PyType) {
    const value = ofType(t, obj, name);
    if (value !== undefined) return value;
  } else if (obj instanceof PySuper) {
    const value = ofSuper(t, obj, name);
    if (value !== undefined) return value;
  }
  const cls = typeOf(obj);
  const custom = cls.own ? cls.find("__getattribute__") : undefined;
  if (custom instanceof PyFunc) return t.call(custom, [obj, name]);
  const found = cls.find(name);
  if (found !== undefined && isData(found)) return bound(t, found, obj, cls);
  if (obj instanceof Obj) {
    const own = obj.dict?.get(name);
    if (own !== undefined) return own;
  }
  if (found !== undefined) return bound(t, found, obj, cls);
  const fact = facts(obj, name);
  if (fact !== undefined) return fact;
  const fallback = cls.own ? cls.find("__getattr__") : undefined;
  if (fallback !== undefined) return t.call(fallback, [obj, name]);
  return undefined;
}
export function getAttribute(t: Thread, obj: Value, name: string): Maybe {
  const value = findAttribute(t, obj, name);
  if (value === undefined) throw missing(obj, name);
  return value;
}
export function missing(obj: Value, name: string): unknown {
  if (obj instanceof PyType) return attributeError(`type object '${obj.name}' has no attribute '${name}'`, obj, name);
  if (obj instanceof PyModule) return attributeError(`module '${obj.name}' has no attribute '${name}'`, obj, name);
  if (obj instanceof PySuper) return attributeError(`'super' object has no attribute '${name}'`, obj, name);
  return attributeError(`'${typeName(obj)}' object has no attribute '${name}'`, obj, name);
}
function ofType(t: Thread, cls: PyType, name: string): Maybe | undefined {
  const found = cls.find(name);
  if (found === undefined) {
    const meta = cls.cls.find(name);
    if (meta !== undefined) return bound(t, meta, cls, cls.cls);
    return undefined;
  }
  const overruled = cls.cls === T.type ? undefined : cls.cls.find(name);
  if (overruled !== undefined && isData(overruled)) return bound(t, overruled, cls, cls.cls);
  if (found instanceof PyWrapped) return found.cls === T.classmethod ? new PyMethod(found.fn, cls) : found.fn;
  if (found instanceof PyObj) {
    const get = found.cls.find("__get__");
    if (get !== undefined) return t.call(get, [found, null, cls]);
  }
  return found;
}
function ofSuper(t: Thread, { after, self }: PySuper, name: string): Maybe | undefined {
  const cls = self instanceof PyType && self.isSubclass(after) ? self : typeOf(self);
  for (const type of cls.mro.slice(cls.mro.indexOf(after) + 1)) {
    const found = type.attrs.get(name);
    if (found === undefined) continue;
    if (cls === self)
      return found instanceof PyWrapped && found.cls === T.classmethod
        ? new PyMethod(found.fn, cls)
        : found instanceof PyWrapped
          ? found.fn
          : found;
    return bound(t, found, self, cls);
  }
  return undefined;
}

/** obj.name = value; Pending: a setter runs. */
export function setAttribute(t: Thread, obj: Value, name: string, value: Value): Maybe {
  if (obj instanceof PyModule) return (obj.ns.set(name, value), null);
  if (obj instanceof PyType) {
    if (!obj.own) throw typeError(`cannot set '${name}' attribute of immutable type '${obj.name}'`);
    const setter = obj.cls === T.type ? undefined : obj.cls.find("__setattr__");
    if (setter instanceof PyFunc) return t.call(setter, [obj, name, value]);
    if (name === "__module__" && typeof value === "string") obj.module = value;
    if (name === "__qualname__" && typeof value === "string") obj.qualname = value;
    obj.attrs.set(name, value);
    changes.epoch++;
    return null;
  }
  const cls = typeOf(obj);
  const custom = cls.own ? cls.find("__setattr__") : undefined;
  if (custom instanceof PyFunc) return t.call(custom, [obj, name, value]);
  return setPlainly(t, obj, name, value);
}
/** object.__setattr__ */
export function setPlainly(t: Thread, obj: Value, name: string, value: Value): Maybe {
  const cls = typeOf(obj);
  const found = cls.find(name);
  if (found instanceof PyProperty) {
    if (found.set === null) throw attributeError(`property '${name}' of '${cls.name}' object has no setter`, obj, "");
    return t.call(found.set, [obj, value]);
  }
  if (found instanceof PyObj) {
    const set = found.cls.find("__set__");
    if (set !== undefined) return t.call(set, [found, obj, value]);
  }
  if (obj instanceof PyExc && special(obj, name, value)) return null;
  if (name === "__class__" && value instanceof PyType && obj instanceof PyObj) return ((obj.cls = value), null);
  if (obj instanceof PyFunc) {
    if (name === "__name__" && typeof value === "string") obj.name = value;
    else if (name === "__qualname__" && typeof value === "string") obj.qualname = value;
    else if (name === "__defaults__" && (value === null || value instanceof PyTuple)) obj.defaults = value?.items ?? [];
    else (obj.dict ??= new Map()).set(name, value);
    return null;
  }
  const settable = obj instanceof Obj && (obj.dict !== undefined || cls.own) && !(obj instanceof PyGen);
  if (!settable || !allowed(cls, name)) {
    if (found !== undefined && (!(found instanceof PyNative) || cls.own))
      throw attributeError(`'${cls.name}' object attribute '${name}' is read-only`, obj, name);
    throw attributeError(`'${cls.name}' object has no attribute '${name}'`, obj, "");
  }
  (obj.dict ??= new Map()).set(name, value);
  return null;
}
/** Whether `__slots__` lets an instance have it. */
function allowed(cls: PyType, name: string): boolean {
  const own = cls.mro.filter((c) => c.own);
  if (own.length === 0 || own.some((c) => c.slots === undefined)) return true;
  return own.some((c) => c.slots?.has(name) === true || c.slots?.has("__dict__") === true);
}
function special(exc: PyExc, name: string, value: Value): boolean {
  if (name === "args" && value instanceof PyTuple) exc.args = value.items;
  else if (name === "__cause__") {
    exc.cause = value;
    exc.suppress = true;
  } else if (name === "__context__") exc.context = value as PyExc | null;
  else if (name === "__suppress_context__") exc.suppress = value === true;
  else if (name === "__traceback__" && value === null) exc.traceback = [];
  else return false;
  return true;
}

export function deleteAttribute(t: Thread, obj: Value, name: string): Maybe {
  const cls = typeOf(obj);
  const custom = cls.own ? cls.find("__delattr__") : undefined;
  if (custom instanceof PyFunc) return t.call(custom, [obj, name]);
  const found = cls.find(name);
  if (found instanceof PyProperty) {
    if (found.del === null) throw attributeError(`property '${name}' of '${cls.name}' object has no deleter`, obj, "");
    return t.call(found.del, [obj]);
  }
  if (obj instanceof PyType && obj.own) {
    if (!obj.attrs.delete(name)) throw missing(obj, name);
    changes.epoch++;
    return null;
  }
  const from = obj instanceof PyModule ? obj.ns : obj instanceof Obj ? obj.dict : undefined;
  if (!from?.delete(name)) throw missing(obj, name);
  return null;
}
