import { Ellipsis, NotImplemented, Obj, PyFunc, PyList, PyModule, PyTuple, PyType, T, typeOf, type Value } from "../values.ts";
import { compileExpression, compileInteractive, compileModule } from "../compile/compile.ts";
import { namesOf } from "../suggestions.ts";
import { deleteAttribute, findAttribute, getAttribute, missing, setAttribute } from "../vm/attributes.ts";
import { hashOf, type Key, PyDict } from "../vm/dicts.ts";
import { exceptions, isException, osError, PyRaise, raised, typeError, valueError } from "../vm/errors.ts";
import { formatValue } from "../vm/format.ts";
import { END, Frame, type Gen, PENDING } from "../vm/frame.ts";
import { binary } from "../vm/operators.ts";
import { call, each, getIter, listOf, next, StepIter } from "../vm/iterate.ts";
import { functions, PyNative } from "../vm/native.ts";
import { identity, plain, typeName } from "../vm/names.ts";
import { asInt, floats, ints, power, powerModulo, asFloat } from "../vm/numbers.ts";
import { escaped, reprOf, strOf } from "../vm/repr.ts";
import type { Thread } from "../vm/thread.ts";
import { truth } from "../vm/truth.ts";
import { compiled, importModule } from "./importing.ts";
import { enumerate, filter, map, reversed, zip } from "./iterators.ts";
import { lengthOf } from "./length.ts";
import { extreme, round, sum } from "./reductions.ts";
import { openFile } from "./files.ts";
import { readLine } from "./streams.ts";
import { sorted } from "./sorting.ts";
import { installTypes } from "./types.ts";

const PY = [
  ...[
    "object",
    "int",
    "float",
    "bool",
    "str",
    "bytes",
    "bytearray",
    "list",
    "tuple",
    "dict",
    "set",
    "frozenset",
    "slice",
    "range",
    "type",
    "property",
  ],
  ...["staticmethod", "classmethod", "super"],
] as const;

function isInstance(v: Value, cls: Value): boolean {
  if (cls instanceof PyTuple) return cls.items.some((c) => isInstance(v, c));
  if (cls === null) return v === null;
  if (!(cls instanceof PyType)) throw typeError("isinstance() arg 2 must be a type, a tuple of types, or a union");
  return typeOf(v).isSubclass(cls) || abstractly(typeOf(v), cls);
}
/** collections.abc's classes: whoever has their methods. */
function abstractly(type: PyType, cls: PyType): boolean {
  const needs = cls.attrs.get("__needs__");
  return needs instanceof PyTuple && needs.items.every((name) => type.find(String(name)) !== undefined && type.find(String(name)) !== null);
}
function isSubclass(a: Value, b: Value): boolean {
  if (b instanceof PyTuple) return b.items.some((c) => isSubclass(a, c));
  if (!(a instanceof PyType)) throw typeError("issubclass() arg 1 must be a class");
  if (!(b instanceof PyType)) throw typeError("issubclass() arg 2 must be a class, a tuple of classes, or a union");
  return a.isSubclass(b) || abstractly(a, b);
}

function* print(t: Thread, args: readonly Value[], kw: Map<string, Value> | undefined): Gen {
  const sep = kw?.get("sep") ?? " ";
  const end = kw?.get("end") === undefined || kw.get("end") === null ? "\n" : kw.get("end");
  const parts: string[] = [];
  for (const arg of args) parts.push(yield* strOf(arg));
  const text = parts.join(String(sep)) + String(end);
  const file = kw?.get("file") ?? null;
  const flush = kw?.get("flush");
  if (file === null) {
    const sys = t.machine.modules.get("sys");
    const out = sys instanceof PyModule ? (sys.ns.get("stdout") ?? null) : null;
    if (out === t.machine.shelf.get("stdout") || sys === undefined) {
      write(t, text, flush === true);
      return null;
    }
    yield* written(out, text, flush === true);
    return null;
  }
  yield* written(file, text, flush === true);
  return null;
}
function write(t: Thread, text: string, flush: boolean): void {
  const { out } = t.machine;
  if (out.failure) throw osError("EPIPE", "");
  out.write(text);
  if (flush) out.flush();
  if (out.due) t.machine.cut();
}
function* written(file: Value, text: string, flush: boolean): Gen<void> {
  const method = (yield (t) => getAttribute(t, file, "write")) as Value;
  yield* call(method, text);
  if (flush) yield* call((yield (t) => getAttribute(t, file, "flush")) as Value);
}

function runIn(
  t: Thread,
  kind: "exec" | "eval" | "single",
  given: Value,
  globals: Value | undefined,
  locals: Value | undefined,
): typeof PENDING {
  const frame = t.frame();
  const ns = globals instanceof PyDict ? (globals.map as Map<string, Value>) : (frame?.globals ?? new Map<string, Value>());
  const names = locals instanceof PyDict ? (locals.map as Map<string, Value>) : globals === undefined ? frame?.names : undefined;
  let code;
  if (given instanceof CodeObject) ({ code } = given);
  else {
    const text = String(plain(given));
    const source = { file: "<string>", text, hidden: false, optimized: false };
    code = compiled(
      () => (kind === "eval" ? compileExpression({ ...source, text: text.trim() }) : compileModule(source)),
      "<string>",
      text,
    );
  }
  t.push(new Frame(t, code, ns, names));
  return PENDING;
}
/** What compile() gives. */
export class CodeObject extends Obj {
  readonly code: ReturnType<typeof compileModule>;
  constructor(code: ReturnType<typeof compileModule>) {
    super(T.code);
    this.code = code;
  }
}
function* run(kind: "exec" | "eval", args: readonly Value[]): Gen {
  const result = (yield (t) => runIn(t, kind, args[0] as Value, args[1], args[2])) as Value;
  return kind === "exec" ? null : result;
}

/** What every module finds by name. */
export function builtins(): Map<string, Value> {
  const all = functions({
    print: ["*", (t, args, kw) => print(t, args, kw)],
    len: ["obj, /", (t, [v]) => lengthOf(t, v as Value)],
    repr: ["obj, /", (_, [v]) => reprOf(v as Value)],
    ascii: [
      "obj, /",
      function* (_, [v]) {
        return (yield* reprOf(v as Value)).replace(/[^\0-\x7f]/gu, (c) => escaped(c.codePointAt(0) as number));
      },
    ],
    format: ["value, format_spec=, /", (_, [v, spec]) => formatValue(v as Value, String(spec ?? ""))],
    isinstance: ["obj, cls, /", (_, [v, cls]) => isInstance(v as Value, cls as Value)],
    issubclass: ["cls, of, /", (_, [a, b]) => isSubclass(a as Value, b as Value)],
    id: ["obj, /", (_, [v]) => identity(v as Value)],
    hash: [
      "obj, /",
      function* (_, [v]): Gen {
        const key: Key = yield* hashOf(v as Value);
        if (typeof key === "number" && Number.isInteger(key)) return key === -1 ? -2 : key;
        if (key === null) return 0xfca86420;
        if (typeof key === "object") return identity(key) / 16;
        let h = 7n;
        for (const c of String(key)) h = BigInt.asIntN(61, (h * 1000003n) ^ BigInt(c.codePointAt(0) as number));
        return Number(h >> 8n);
      },
    ],
    callable: [
      "obj, /",
      (_, [v]) =>
        v instanceof PyFunc ||
        v instanceof PyNative ||
        v instanceof PyType ||
        typeOf(v as Value).find("__call__") !== undefined ||
        typeName(v as Value) === "method",
    ],
    iter: [
      "obj, sentinel=, /",
      function* (_, [v, sentinel]) {
        if (sentinel === undefined) return (yield (t) => getIter(t, v as Value)) as Value;
        return new StepIter("callable_iterator", function* () {
          const item = yield* call(v as Value);
          return item === sentinel ? END : item;
        });
      },
    ],
    next: [
      "it, default=, /",
      function* (_, [it, fallback]) {
        try {
          const item = (yield (t) => next(t, it as Value)) as Value | typeof END;
          if (item !== END) return item;
        } catch (error) {
          if (fallback === undefined || !(error instanceof PyRaise) || !isException(error.exc, "StopIteration")) throw error;
        }
        if (fallback === undefined) throw raised("StopIteration");
        return fallback;
      },
    ],
    getattr: [
      "obj, name, default=, /",
      function* (_, [v, name, fallback]) {
        if (typeof name !== "string") throw typeError("attribute name must be string, not 'int'");
        try {
          const found = yield (t) => findAttribute(t, v as Value, name) ?? END;
          if (found !== END) return found as Value;
        } catch (error) {
          if (fallback === undefined || !(error instanceof PyRaise) || !isException(error.exc, "AttributeError")) throw error;
        }
        if (fallback === undefined) throw missing(v as Value, name);
        return fallback;
      },
    ],
    hasattr: [
      "obj, name, /",
      function* (_, [v, name]) {
        try {
          return (yield (t) => findAttribute(t, v as Value, String(name)) ?? END) !== END;
        } catch (error) {
          if (error instanceof PyRaise && isException(error.exc, "AttributeError")) return false;
          throw error;
        }
      },
    ],
    setattr: [
      "obj, name, value, /",
      function* (_, [v, name, value]) {
        yield (t) => setAttribute(t, v as Value, String(name), value as Value);
        return null;
      },
    ],
    delattr: [
      "obj, name, /",
      function* (_, [v, name]) {
        yield (t) => deleteAttribute(t, v as Value, String(name));
        return null;
      },
    ],
    abs: [
      "x, /",
      (t, [x]) => {
        const n = asInt(plain(x as Value));
        if (n !== undefined) return n < 0 ? ints["-"](0, n) : n;
        const f = asFloat(plain(x as Value));
        if (f !== undefined) return floats["*"](f, f < 0 || Object.is(f, -0) ? -1 : 1);
        const own = typeOf(x as Value).find("__abs__");
        if (own === undefined) throw typeError(`bad operand type for abs(): '${typeName(x as Value)}'`);
        void t;
        return call(own, x as Value);
      },
    ],
    divmod: [
      "x, y, /",
      function* (_, [x, y]) {
        const [a, b] = [x as Value, y as Value];
        return new PyTuple([
          (yield (t) => binary(t, "//", a, b, "divmod()")) as Value,
          (yield (t) => binary(t, "%", a, b, "divmod()")) as Value,
        ]);
      },
    ],
    pow: [
      "base, exp, mod=",
      function* (_, [base, exp, mod]) {
        const [a, b, m] = [asInt(base as Value), asInt(exp as Value), mod === undefined || mod === null ? undefined : asInt(mod)];
        if (m !== undefined && a !== undefined && b !== undefined) return powerModulo(a, b, m);
        if (a !== undefined && b !== undefined) return power(a, b);
        return (yield (t) => binary(t, "**", base as Value, exp as Value)) as Value;
      },
    ],
    round: ["number, ndigits=", (_, [x, n]) => round(x as Value, n ?? null)],
    min: ["*", (_, args, kw) => extreme("min", args, kw)],
    max: ["*", (_, args, kw) => extreme("max", args, kw)],
    sum: ["iterable, /, start=", (_, [v, start]) => sum(v as Value, start ?? 0)],
    sorted: [
      "iterable, /, *, key=, reverse=",
      function* (_, [v, key, reverse]) {
        return new PyList(yield* sorted(yield* listOf(v as Value), key ?? null, reverse !== undefined && (yield* truth(reverse))));
      },
    ],
    any: [
      "iterable, /",
      function* (_, [v]) {
        let found = false;
        yield* each(v as Value, function* (item) {
          return (found = yield* truth(item));
        });
        return found;
      },
    ],
    all: [
      "iterable, /",
      function* (_, [v]) {
        let good = true;
        yield* each(v as Value, function* (item) {
          return !(good = yield* truth(item));
        });
        return good;
      },
    ],
    zip: ["*", (_, args, kw) => zip(args, kw)],
    map: ["*", (_, [fn, ...rest]) => map(fn as Value, rest)],
    filter: ["fn, iterable, /", (_, [fn, of]) => filter(fn as Value, of as Value)],
    enumerate: ["iterable, start=", (_, [of, start]) => enumerate(of as Value, start ?? 0)],
    reversed: ["of, /", (_, [of]) => reversed(of as Value)],
    chr: [
      "i, /",
      (_, [i]) => {
        const n = asInt(i as Value);
        if (n === undefined) throw typeError(`'${typeName(i as Value)}' object cannot be interpreted as an integer`);
        if (n < 0 || n > 0x10ffff) throw valueError("chr() arg not in range(0x110000)");
        return String.fromCodePoint(Number(n));
      },
    ],
    ord: [
      "c, /",
      (_, [c]) => {
        if (typeof c !== "string") throw typeError(`ord() expected string of length 1, but ${typeName(c as Value)} found`);
        if ([...c].length !== 1) throw typeError(`ord() expected a character, but string of length ${[...c].length} found`);
        return c.codePointAt(0) as number;
      },
    ],
    bin: ["n, /", (_, [n]) => formatValue(n as Value, "#b")],
    oct: ["n, /", (_, [n]) => formatValue(n as Value, "#o")],
    hex: ["n, /", (_, [n]) => formatValue(n as Value, "#x")],
    input: ["prompt=, /", (t, [prompt]) => input(t, prompt)],
    open: [
      "file, mode=, buffering=, encoding=, errors=, newline=",
      (t, [file, mode, , encoding]) => openFile(t, file as Value, String(mode ?? "r"), encoding ?? null),
    ],
    globals: ["", (t) => new PyDict((t.frame()?.globals ?? new Map()) as PyDict["map"])],
    locals: ["", (t) => localsOf(t)],
    vars: ["obj=, /", (t, [v]) => (v === undefined ? localsOf(t) : ((getAttribute(t, v, "__dict__") as Value) ?? null))],
    dir: [
      "obj=, /",
      (t, [v]) =>
        new PyList(
          (v === undefined ? [...(t.frame()?.names ?? t.frame()?.globals ?? new Map<string, Value>()).keys()] : namesOf(v)).toSorted(
            (a, b) => (a < b ? -1 : 1),
          ),
        ),
    ],
    exec: ["source, globals=, locals=, /", (_, args) => run("exec", args)],
    eval: ["source, globals=, locals=, /", (_, args) => run("eval", args)],
    compile: [
      "source, filename, mode",
      (_, [source, file, mode]) => {
        const text = String(source);
        const from = { file: String(file), text, hidden: false, optimized: false };
        const make = mode === "eval" ? compileExpression : mode === "single" ? compileInteractive : compileModule;
        return new CodeObject(compiled(() => make(from), String(file), text));
      },
    ],
    __import__: ["name, globals=, locals=, fromlist=, level=", (_, [name]) => importModule(String(name))],
  });
  for (const name of PY) all.set(name, T[name]);
  for (const [name, cls] of Object.entries(exceptions)) all.set(name, cls);
  const os = exceptions["OSError"] as PyType;
  all
    .set("IOError", os)
    .set("EnvironmentError", os)
    .set("NotImplemented", NotImplemented)
    .set("Ellipsis", Ellipsis)
    .set("__debug__", true)
    .set("__name__", "builtins");
  installTypes();
  return all;
}
function localsOf(t: Thread): Value {
  const frame = t.frame();
  if (!frame) return new PyDict();
  if (frame.code.kind !== "function") return new PyDict((frame.names ?? frame.globals) as PyDict["map"]);
  const made = new PyDict();
  for (const [i, name] of frame.code.locals.entries()) {
    const v = frame.locals[i];
    if (v !== undefined) made.put(name, v);
  }
  return made;
}
function* input(t: Thread, prompt: Value | undefined): Gen {
  if (prompt !== undefined) write(t, yield* strOf(prompt), true);
  const line = yield* readLine();
  if (line === "") throw raised("EOFError", "EOF when reading a line");
  return line.replace(/\n$/, "");
}
