import {
  PyExc,
  PyFunc,
  PyGen,
  PyMethod,
  PyObj,
  PyProperty,
  PyRange,
  PySlice,
  PyTuple,
  PyType,
  PyWrapped,
  Obj,
  typeOf,
  type Value,
} from "../values.ts";
import { PyDict } from "./dicts.ts";
import type { Maybe } from "./frame.ts";
import { PyNative } from "./native.ts";
import { PyTraceback } from "./traceback-objects.ts";
import { fileFact, PyFile } from "../library/files.ts";

/** Attributes that are no one's in particular: `__class__`, `__dict__`, `__name__` and the like. */
export function facts(obj: Value, name: string): Maybe | undefined {
  if (name === "__class__") return typeOf(obj);
  if (name === "__doc__") return obj instanceof PyFunc ? obj.code.doc : null;
  if (obj instanceof PyType) return ofType(obj, name);
  if (obj instanceof PyFunc) return ofFunction(obj, name);
  if (obj instanceof PyNative) {
    if (name === "__name__") return obj.name;
    if (name === "__qualname__") return obj.shown;
    if (name === "__module__") return "builtins";
    if (name === "__self__") return null;
  }
  if (obj instanceof PyMethod) {
    if (name === "__self__") return obj.self;
    if (name === "__func__") return obj.fn;
    return facts(obj.fn, name) ?? (obj.fn instanceof Obj ? obj.fn.dict?.get(name) : undefined);
  }
  if (obj instanceof PyExc) {
    switch (name) {
      case "args":
        return new PyTuple(obj.args);
      case "__cause__":
        return obj.cause;
      case "__context__":
        return obj.context;
      case "__suppress_context__":
        return obj.suppress;
      case "__traceback__":
        return obj.traceback.length === 0 ? null : new PyTraceback(obj.traceback);
      default:
    }
    const value = ofException(obj, name);
    if (value !== undefined) return value;
  }
  if (obj instanceof PyGen) {
    if (name === "__name__" || name === "__qualname__") return obj.frame.code.name;
    if (name === "gi_running") return obj.state === "running";
  }
  if (obj instanceof PyProperty) {
    if (name === "fget") return obj.get;
    if (name === "fset") return obj.set;
  }
  if (obj instanceof PyWrapped && name === "__func__") return obj.fn;
  if (obj instanceof PyFile) return fileFact(obj, name);
  if (obj instanceof PyRange || obj instanceof PySlice) {
    if (name === "start" || name === "stop" || name === "step") return obj[name];
  }
  if (name === "__dict__" && obj instanceof Obj && obj.dict) return new PyDict(obj.dict as PyDict["map"]);
  if (name === "__module__") return typeOf(obj).module;
  if (obj instanceof PyObj && name === "__annotations__") return undefined;
  return undefined;
}
function ofType(cls: PyType, name: string): Value | undefined {
  switch (name) {
    case "__name__":
      return cls.name;
    case "__qualname__":
      return cls.qualname;
    case "__module__":
      return cls.module;
    case "__bases__":
      return new PyTuple(cls.bases);
    case "__base__":
      return cls.bases[0] ?? null;
    case "__mro__":
      return new PyTuple(cls.mro);
    case "__dict__":
      return new PyDict(cls.attrs as PyDict["map"]);
    default:
      return undefined;
  }
}
function ofFunction(fn: PyFunc, name: string): Value | undefined {
  switch (name) {
    case "__name__":
      return fn.name;
    case "__qualname__":
      return fn.qualname;
    case "__module__":
      return fn.globals.get("__name__") ?? null;
    case "__defaults__":
      return fn.defaults.length === 0 ? null : new PyTuple(fn.defaults);
    case "__annotations__":
      return fn.annotations ?? new PyDict();
    case "__dict__":
      return new PyDict((fn.dict ??= new Map()) as PyDict["map"]);
    case "__globals__":
      return new PyDict(fn.globals as PyDict["map"]);
    case "__argcount__":
      return fn.code.positional;
    case "__argnames__":
      return new PyTuple(fn.code.locals.slice(0, fn.code.positional + fn.code.keywordOnly));
    default:
      return undefined;
  }
}
/** What some exceptions tell besides `args`. */
function ofException(exc: PyExc, name: string): Value | undefined {
  const [first = null, second = null] = exc.args;
  if (exc.cls.layout !== "exception") return undefined;
  const is = (base: string): boolean => exc.cls.mro.some((c) => c.name === base);
  if (name === "value" && is("StopIteration")) return first;
  if (name === "code" && is("SystemExit")) return exc.args.length > 1 ? new PyTuple(exc.args) : first;
  if (is("OSError")) {
    if (name === "errno") return exc.args.length > 1 ? first : null;
    if (name === "strerror") return exc.args.length > 1 ? second : null;
    if (name === "filename") return null;
  }
  if (name === "name" && (is("ImportError") || is("AttributeError") || is("NameError"))) return null;
  if (name === "msg" && (is("ImportError") || is("SyntaxError"))) return first;
  if (name === "__notes__") return undefined;
  return undefined;
}
