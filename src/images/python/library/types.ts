import {
  changes,
  NotImplemented,
  PyByteArray,
  PyBytes,
  PyExc,
  PyFloat,
  PyFunc,
  PyList,
  PyMethod,
  PyObj,
  PyProperty,
  PyRange,
  PySlice,
  PySuper,
  PyTuple,
  PyType,
  PyWrapped,
  T,
  Obj,
  typeOf,
  type Value,
} from "../values.ts";
import type { findAttribute } from "../vm/attributes.ts";
import { deleteAttribute, setPlainly, missing } from "../vm/attributes.ts";
import { compare } from "../vm/compare.ts";
import { PyDict, PySet } from "../vm/dicts.ts";
import { raised, typeError, valueError } from "../vm/errors.ts";
import { END, type Gen } from "../vm/frame.ts";
import { construct, newPlainly } from "../vm/instances.ts";
import { listOf } from "../vm/iterate.ts";
import { methods, PyNative } from "../vm/native.ts";
import { identity, plain, typeName } from "../vm/names.ts";
import { asInt, bitLength, parseFloatText, parseInteger } from "../vm/numbers.ts";
import { setOf } from "../vm/ops-objects.ts";
import { builtinRepr, exceptionText, reprOf, strOf } from "../vm/repr.ts";
import type { Thread } from "../vm/thread.ts";
import { PyTraceback } from "../vm/traceback-objects.ts";
import { truth } from "../vm/truth.ts";
import { formatValue } from "../vm/format.ts";
import { bytesOf, decoded } from "./encodings.ts";
import { installBytes, toBytes } from "./bytes-methods.ts";
import { installGenerators } from "./generator-methods.ts";
import { installDicts, intoDict } from "./dict-methods.ts";
import { installLists } from "./list-methods.ts";
import { installSets } from "./set-methods.ts";
import { installText } from "./text-methods.ts";

type Keywords = Map<string, Value> | undefined;
type Make = (t: Thread, args: Value[], kw: Keywords) => Value | Gen;

function maker(cls: PyType, make: Make): void {
  const create = (t: Thread, [given, ...args]: Value[], kw: Keywords): Value | Gen => {
    // An own subclass asks for its base's part: int.__new__(cls, 5).
    if (given instanceof PyType && given !== cls && given.own) return newPlainly(given, args, kw);
    return make(t, args, kw);
  };
  cls.attrs.set("__new__", new PyNative("__new__", "*", create));
}
const atMost = (cls: string, args: readonly Value[], n: number): void => {
  if (args.length > n) throw typeError(`${cls} expected at most ${n} argument${n === 1 ? "" : "s"}, got ${args.length}`);
};

function* int(args: Value[], kw: Keywords): Gen {
  const [v, given = kw?.get("base")] = args;
  if (v === undefined) return 0;
  const value = plain(v);
  if (given !== undefined) {
    const base = Number(asInt(given));
    const text = typeof value === "string" ? value : undefined;
    if (text === undefined) throw typeError("int() can't convert non-string with explicit base");
    if (base !== 0 && (base < 2 || base > 36)) throw valueError("int() base must be >= 2 and <= 36, or 0");
    const n = parseInteger(text, base);
    if (n === undefined) throw valueError(`invalid literal for int() with base ${base}: ${yield* reprOf(text)}`);
    return n;
  }
  const n = asInt(value);
  if (n !== undefined) return n;
  if (value instanceof PyFloat) {
    if (Number.isNaN(value.v)) throw valueError("cannot convert float NaN to integer");
    if (!Number.isFinite(value.v)) throw raised("OverflowError", "cannot convert float infinity to integer");
    const whole = Math.trunc(value.v);
    return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
  }
  if (typeof value === "string" || value instanceof PyBytes) {
    const parsed = parseInteger(typeof value === "string" ? value : decoded(value.data, "latin-1"), 10);
    if (parsed === undefined) throw valueError(`invalid literal for int() with base 10: ${yield* reprOf(value)}`);
    return parsed;
  }
  for (const name of ["__int__", "__index__", "__trunc__"]) {
    const method = typeOf(v).find(name);
    if (method !== undefined) return (yield (t) => t.call(method, [v])) as Value;
  }
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${typeName(v)}'`);
}
function* float(args: Value[]): Gen {
  const [v] = args;
  if (v === undefined) return new PyFloat(0);
  const value = plain(v);
  if (value instanceof PyFloat) return value;
  const n = asInt(value);
  if (n !== undefined) {
    const x = Number(n);
    if (!Number.isFinite(x)) throw raised("OverflowError", "int too large to convert to float");
    return new PyFloat(x);
  }
  if (typeof value === "string" || value instanceof PyBytes) {
    const x = parseFloatText(typeof value === "string" ? value : decoded(value.data, "latin-1"));
    if (x === undefined) throw valueError(`could not convert string to float: ${yield* reprOf(value)}`);
    return new PyFloat(x);
  }
  const method = typeOf(v).find("__float__");
  if (method !== undefined) return (yield (t) => t.call(method, [v])) as Value;
  throw typeError(`float() argument must be a string or a real number, not '${typeName(v)}'`);
}
function* str(args: Value[], kw: Keywords): Gen {
  const [v, encoding = kw?.get("encoding"), errors = kw?.get("errors")] = args;
  if (v === undefined) return "";
  const data = encoding === undefined && errors === undefined ? undefined : bytesOf(v);
  if (data) return decoded(data, String(encoding ?? "utf-8"), String(errors ?? "strict"));
  return yield* strOf(v);
}
function range(args: readonly Value[]): Value {
  const numbers = args.map((v) => {
    const n = asInt(plain(v));
    if (n === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
    return Number(n);
  });
  if (numbers.length === 0) throw typeError("range expected at least 1 argument, got 0");
  if (numbers.length > 3) throw typeError(`range expected at most 3 arguments, got ${numbers.length}`);
  const [a, b, step = 1] = numbers as [number, number?, number?];
  if (step === 0) throw valueError("range() arg 3 must not be zero");
  return b === undefined ? new PyRange(0, a, 1) : new PyRange(a, b, step);
}

function superOf(args: readonly Value[]): Value {
  if (args.length < 2 || !(args[0] instanceof PyType)) throw raised("RuntimeError", "super(): no arguments");
  const self = args[1] as Value;
  const cls = self instanceof PyType && self.isSubclass(args[0]) ? self : typeOf(self);
  if (!cls.isSubclass(args[0])) throw typeError("super(type, obj): obj must be an instance or subtype of type");
  return new PySuper(args[0], self);
}

let installed = false;

/** Gives the types their methods, once. */
export function installTypes(): void {
  if (installed) return;
  installed = true;
  maker(T.int, (_, args, kw) => {
    atMost("int()", args, 2);
    return int(args, kw);
  });
  maker(T.bool, (_, [v]) => (v === undefined ? false : truth(v)));
  maker(T.float, (_, args) => {
    atMost("float", args, 1);
    return float(args);
  });
  maker(T.str, (_, args, kw) => str(args, kw));
  maker(T.bytes, function* (_, args, kw) {
    return new PyBytes(yield* toBytes(args, kw));
  });
  maker(T.bytearray, function* (_, args, kw) {
    return new PyByteArray(yield* toBytes(args, kw));
  });
  maker(T.list, function* (_, args) {
    atMost("list", args, 1);
    return new PyList(args[0] === undefined ? [] : yield* listOf(args[0]));
  });
  maker(T.tuple, function* (_, args) {
    atMost("tuple", args, 1);
    return args[0] instanceof PyTuple && args[0].cls === T.tuple
      ? args[0]
      : new PyTuple(args[0] === undefined ? [] : yield* listOf(args[0]));
  });
  maker(T.dict, (_, args, kw) => intoDict(new PyDict(), args, kw));
  for (const cls of [T.set, T.frozenset])
    maker(cls, function* (_, args) {
      atMost(cls.name, args, 1);
      return yield* setOf(args[0] === undefined ? [] : yield* listOf(args[0]), cls);
    });
  maker(T.range, (_, args) => range(args));
  maker(T.slice, (_, args) =>
    args.length === 1 ? new PySlice(null, args[0] as Value, null) : new PySlice(args[0] ?? null, args[1] ?? null, args[2] ?? null),
  );
  maker(T.super, (_, args) => superOf(args));
  maker(T.staticmethod, (_, [fn]) => new PyWrapped(T.staticmethod, fn as Value));
  maker(T.classmethod, (_, [fn]) => new PyWrapped(T.classmethod, fn as Value));
  maker(
    T.property,
    (_, args, kw) => new PyProperty(args[0] ?? kw?.get("fget") ?? null, args[1] ?? kw?.get("fset") ?? null, args[2] ?? null),
  );
  for (const cls of [T.list, T.dict, T.set, T.bytearray, T.slice]) cls.attrs.set("__hash__", null);
  installObject();
  installText();
  installLists();
  installDicts();
  installSets();
  installBytes();
  methods("property", T.property.attrs, {
    getter: ["fn", (_, [p, fn]) => new PyProperty(fn as Value, (p as PyProperty).set, (p as PyProperty).del)],
    setter: ["fn", (_, [p, fn]) => new PyProperty((p as PyProperty).get, fn as Value, (p as PyProperty).del)],
    deleter: ["fn", (_, [p, fn]) => new PyProperty((p as PyProperty).get, (p as PyProperty).set, fn as Value)],
  });
  methods("int", T.int.attrs, {
    bit_length: ["", (_, [n]) => bitLength(asInt(plain(n as Value)) as number)],
    to_bytes: [
      "length=, byteorder=, *, signed=",
      (_, [n, length, order]) => {
        let rest = BigInt(asInt(plain(n as Value)) as number);
        const size = Number(length ?? 1);
        if (rest < 0n) throw raised("OverflowError", "can't convert negative int to unsigned");
        const data = new Uint8Array(size);
        for (let i = 0; i < size; i++, rest >>= 8n) data[order === "little" ? i : size - 1 - i] = Number(rest & 255n);
        if (rest > 0n) throw raised("OverflowError", "int too big to convert");
        return new PyBytes(data);
      },
    ],
    __index__: ["", (_, [n]) => plain(n as Value)],
    __int__: ["", (_, [n]) => plain(n as Value)],
    conjugate: ["", (_, [n]) => plain(n as Value)],
  });
  T.int.attrs.set(
    "from_bytes",
    new PyWrapped(
      T.staticmethod,
      new PyNative("from_bytes", "bytes, byteorder=", (_, [data, order]) => {
        let n = 0n;
        const bytes = [...(bytesOf(data as Value) ?? [])];
        for (const b of order === "little" ? bytes.toReversed() : bytes) n = (n << 8n) | BigInt(b);
        return n <= 9007199254740991n ? Number(n) : n;
      }),
    ),
  );
  methods("float", T.float.attrs, {
    is_integer: ["", (_, [x]) => Number.isInteger((plain(x as Value) as PyFloat).v)],
    as_integer_ratio: [
      "",
      (_, [x]) => {
        let { v } = plain(x as Value) as PyFloat;
        let below = 1n;
        while (!Number.isInteger(v)) {
          v *= 2;
          below *= 2n;
        }
        return new PyTuple([BigInt(v) <= 9007199254740991n ? Number(v) : BigInt(v), below <= 9007199254740991n ? Number(below) : below]);
      },
    ],
  });
  installGenerators();
  changes.epoch++;
}

function installObject(): void {
  T.object.attrs.set("__new__", new PyNative("__new__", "*", (_, [cls, ...args], kw) => newPlainly(cls as Value, args, kw)));
  methods("object", T.object.attrs, {
    __repr__: ["", (_, [v]) => (v instanceof Obj ? builtinRepr(v) : reprOf(v as Value))],
    __str__: [
      "",
      (_, [v]) => (v instanceof PyExc || v instanceof PyObj ? (v instanceof PyExc ? exceptionText(v) : reprOf(v)) : strOf(v as Value)),
    ],
    __setattr__: [
      "name, value",
      function* (_, [v, name, value]) {
        yield (t) => setPlainly(t, v as Value, String(name), value as Value);
        return null;
      },
    ],
    __delattr__: [
      "name",
      function* (_, [v, name]) {
        yield (t) => deleteAttribute(t, v as Value, String(name));
        return null;
      },
    ],
    __getattribute__: [
      "name",
      function* (_, [v, name]) {
        const found = yield (t) => plainAttribute(t, v as Value, String(name)) ?? END;
        if (found === END) throw missing(v as Value, String(name));
        return found as Value;
      },
    ],
    __eq__: [
      "other",
      (t, [a, b]) =>
        a instanceof PyObj && a.prim === undefined
          ? a === b || NotImplemented
          : (compare(t, "==", plain(a as Value), plain(b as Value)) as Value),
    ],
    __ne__: [
      "other",
      (t, [a, b]) =>
        a instanceof PyObj && a.prim === undefined ? a !== b : (compare(t, "!=", plain(a as Value), plain(b as Value)) as Value),
    ],
    __hash__: ["", (_, [v]) => identity(v as Value) / 16],
    __format__: ["spec", (_, [v, spec]) => formatValue(v as Value, String(spec))],
  });
  T.object.attrs.set(
    "__init_subclass__",
    new PyWrapped(
      T.classmethod,
      new PyNative("__init_subclass__", "*", (_, _args, kw) => {
        if (kw?.size) throw typeError("__init_subclass__() takes no keyword arguments");
        return null;
      }),
    ),
  );
  T.object.attrs.set(
    "__init__",
    new PyNative(
      "__init__",
      "*",
      (_, [self, ...args], kw) => {
        if (self instanceof PyExc) {
          self.args = args;
          for (const [name, value] of kw ?? []) self.dict?.set(name, value);
        } else if (self instanceof PyList || self instanceof PyDict || self instanceof PySet) return refill(self, args, kw);
        else if (args.length > 0 && self instanceof PyObj && self.prim === undefined && self.cls.find("__new__") === undefined)
          throw typeError(`${self.cls.name}() takes no arguments`);
        return null;
      },
      "object",
    ),
  );
  methods("type", T.type.attrs, {
    mro: ["", (_, [cls]) => new PyList([...(cls as PyType).mro])],
  });
  T.type.attrs.set("__call__", new PyNative("__call__", "*", (_, [cls, ...args], kw) => made(cls as PyType, args, kw), "type"));
  T.type.attrs.set("__init__", new PyNative("__init__", "*", () => null, "type"));
  T.type.attrs.set("__new__", new PyNative("__new__", "*", (_, [meta, ...args], kw) => newPlainly(meta as Value, args, kw)));
  methods("BaseException", T.BaseException.attrs, {
    with_traceback: ["tb", (_, [exc, tb]) => (tb instanceof PyTraceback && ((exc as PyExc).traceback = tb.entries), exc as Value)],
    add_note: [
      "note",
      (_, [exc, note]) => {
        const { dict } = exc as PyExc;
        const notes = (dict?.get("__notes__") as PyList | undefined) ?? new PyList([]);
        notes.items.push(note as Value);
        dict?.set("__notes__", notes);
        return null;
      },
    ],
  });
}
function* made(cls: PyType, args: Value[], kw: Keywords): Gen {
  return (yield (t) => construct(t, cls, args, kw)) as Value;
}
function plainAttribute(t: Thread, v: Value, name: string): ReturnType<typeof findAttribute> {
  const own = v instanceof Obj ? v.dict?.get(name) : undefined;
  const found = typeOf(v).find(name);
  if (own !== undefined && !(found instanceof PyProperty)) return own;
  if (found instanceof PyFunc || found instanceof PyNative || found instanceof PyProperty || found instanceof PyWrapped) {
    if (found instanceof PyProperty) return t.call(found.get, [v]);
    return found instanceof PyWrapped ? found.fn : new PyMethod(found, v);
  }
  return found;
}
function* refill(self: PyList | PyDict | PySet, args: Value[], kw: Keywords): Gen {
  const [from] = args;
  if (self instanceof PyDict) yield* intoDict(self, args, kw);
  else if (from !== undefined)
    for (const item of yield* listOf(from)) {
      if (self instanceof PyList) self.items.push(item);
      else self.add(yield* self.slowKey(item), item);
    }
  return null;
}
