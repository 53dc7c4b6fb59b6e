import type { Obj } from "../values.ts";
import {
  Ellipsis,
  NotImplemented,
  PyByteArray,
  PyBytes,
  PyExc,
  PyFloat,
  PyFunc,
  PyGen,
  PyList,
  PyMethod,
  PyModule,
  PyObj,
  PyProperty,
  PyRange,
  PySlice,
  PySuper,
  PyTuple,
  PyType,
  PyWrapped,
  T,
  type Value,
} from "../values.ts";
import { PyDict, PySet } from "./dicts.ts";
import { typeError } from "./errors.ts";
import type { Gen } from "./frame.ts";
import { DictView, PyIter } from "./iterate.ts";
import { PyNative } from "./native.ts";
import { identity, typeName } from "./names.ts";
import { floatRepr, intText } from "./numbers.ts";
import { recordRepr } from "../library/records.ts";

const ESCAPES: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\" };
/** Of characters that are not shown as they are. */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/gu;

export function textRepr(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = text.replace(/[\n\r\t\\]/g, (c) => ESCAPES[c] as string);
  if (quote === "'") out = out.replaceAll("'", "\\'");
  if (/[^ -~]/.test(out)) out = out.replace(HIDDEN, (c) => escaped(c.codePointAt(0) as number));
  return quote + out + quote;
}
export function escaped(point: number): string {
  if (point < 0x100) return `\\x${point.toString(16).padStart(2, "0")}`;
  return point < 0x10000 ? `\\u${point.toString(16).padStart(4, "0")}` : `\\U${point.toString(16).padStart(8, "0")}`;
}
export function bytesRepr(data: Uint8Array): string {
  let out = "";
  for (const b of data) {
    const c = String.fromCharCode(b);
    out += ESCAPES[c] ?? (b < 32 || b > 126 ? `\\x${b.toString(16).padStart(2, "0")}` : c);
  }
  return out.includes("'") && !out.includes('"') ? `b"${out}"` : `b'${out.replaceAll("'", "\\'")}'`;
}
const hex = (v: Value): string => `0x${identity(v).toString(16)}`;

/** What is being shown further out: a list within itself is `[...]`. */
const active = new Set<Obj>();

/** repr(v) of what holds nothing; undefined: ask further. */
function simple(v: Value): string | undefined {
  switch (typeof v) {
    case "string":
      return textRepr(v);
    case "number":
      return String(v);
    case "bigint":
      return intText(v);
    case "boolean":
      return v ? "True" : "False";
    default:
  }
  if (v === null) return "None";
  if (v instanceof PyFloat) return floatRepr(v.v);
  return undefined;
}

export function* reprOf(v: Value): Gen<string> {
  const fast = simple(v);
  if (fast !== undefined) return fast;
  const obj = v as Obj;
  const method = obj.cls.own || (obj instanceof PyType && obj.cls.own) ? obj.cls.find("__repr__") : undefined;
  if (method !== undefined && method instanceof PyFunc) {
    const text = (yield (t) => t.call(method, [v])) as Value;
    if (typeof text !== "string") throw typeError(`__repr__ returned non-string (type ${typeName(text)})`);
    return text;
  }
  return yield* builtinRepr(obj);
}
export function* builtinRepr(v: Obj): Gen<string> {
  if (v instanceof PyObj) {
    if (v.prim !== undefined) return yield* reprOf(v.prim);
    return `<${shownName(v.cls)} object at ${hex(v)}>`;
  }
  if (v instanceof PyList || v instanceof PyTuple || v instanceof PyDict || v instanceof PySet) return yield* container(v);
  if (v instanceof DictView) {
    const items: Value[] =
      v.what === "keys" ? v.of.keys() : [...v.of.entries()].map(([k, x]) => (v.what === "values" ? x : new PyTuple([k, x])));
    return `dict_${v.what}([${yield* list(items)}])`;
  }
  if (v instanceof PyBytes) return bytesRepr(v.data);
  if (v instanceof PyByteArray) return `bytearray(${bytesRepr(v.data)})`;
  if (v instanceof PyType) return `<class '${shownName(v)}'>`;
  if (v instanceof PyFunc) return `<function ${v.qualname} at ${hex(v)}>`;
  if (v instanceof PyNative)
    return v.owner === undefined ? `<built-in function ${v.name}>` : `<method '${v.name}' of '${v.owner}' objects>`;
  if (v instanceof PyMethod) {
    if (v.fn instanceof PyNative) return `<built-in method ${v.fn.name} of ${typeName(v.self)} object at ${hex(v.self)}>`;
    const name = v.fn instanceof PyFunc ? v.fn.qualname : "?";
    return `<bound method ${name} of ${yield* reprOf(v.self)}>`;
  }
  if (v instanceof PyModule) {
    const file = v.ns.get("__file__");
    return typeof file === "string" ? `<module '${v.name}' from '${file}'>` : `<module '${v.name}' (built-in)>`;
  }
  if (v instanceof PyExc) {
    const parts: string[] = [];
    for (const arg of v.args) parts.push(yield* reprOf(arg));
    return `${v.cls.name}(${parts.join(", ")})`;
  }
  if (v instanceof PyRange) return `range(${v.start}, ${v.stop}${v.step === 1 ? "" : `, ${v.step}`})`;
  if (v instanceof PySlice) return `slice(${yield* list([v.start, v.stop, v.step])})`;
  if (v instanceof PyGen) return `<${v.cls.name} object ${v.frame.code.qualname} at ${hex(v)}>`;
  if (v === Ellipsis) return "Ellipsis";
  if (v === NotImplemented) return "NotImplemented";
  if (v instanceof PyIter) return `<${v.kind} object at ${hex(v)}>`;
  if (v instanceof PySuper) return `<super: <class '${v.after.name}'>, <${typeName(v.self)} object>>`;
  if (v instanceof PyProperty || v instanceof PyWrapped) return `<${v.cls.name} object at ${hex(v)}>`;
  return `<${shownName(v.cls)} object at ${hex(v)}>`;
}
export const shownName = (cls: PyType): string => (cls.module === "builtins" ? cls.qualname : `${cls.module}.${cls.qualname}`);

function* list(items: readonly Value[]): Gen<string> {
  const parts: string[] = [];
  for (const item of items) parts.push(simple(item) ?? (yield* reprOf(item)));
  return parts.join(", ");
}
function* container(v: PyList | PyTuple | PyDict | PySet): Gen<string> {
  if (active.has(v)) return v instanceof PyList ? "[...]" : v instanceof PyDict ? "{...}" : "(...)";
  active.add(v);
  try {
    if (v instanceof PyList) return `[${yield* list(v.items)}]`;
    if (v instanceof PyTuple) {
      const named = yield* recordRepr(v);
      if (named !== undefined) return named;
    }
    if (v instanceof PyTuple) return `(${yield* list(v.items)}${v.items.length === 1 ? "," : ""})`;
    if (v instanceof PySet) {
      const inner = yield* list(v.values());
      const name = typeName(v);
      if (v.cls === T.set) return inner === "" ? "set()" : `{${inner}}`;
      return inner === "" ? `${name}()` : `${name}({${inner}})`;
    }
    const parts: string[] = [];
    for (const [key, value] of v.entries())
      parts.push(`${simple(key) ?? (yield* reprOf(key))}: ${simple(value) ?? (yield* reprOf(value))}`);
    return `{${parts.join(", ")}}`;
  } finally {
    active.delete(v);
  }
}

export function* strOf(v: Value): Gen<string> {
  if (typeof v === "string") return v;
  const fast = simple(v);
  if (fast !== undefined) return fast;
  const obj = v as Obj;
  if (obj.cls.own || obj.cls.find("__str__") instanceof PyFunc) {
    const method = obj.cls.find("__str__");
    if (method instanceof PyFunc) {
      const text = (yield (t) => t.call(method, [v])) as Value;
      if (typeof text === "string") return text;
      if (text instanceof PyObj && typeof text.prim === "string") return text.prim;
      throw typeError(`__str__ returned non-string (type ${typeName(text)})`);
    }
    if (obj instanceof PyObj && typeof obj.prim === "string") return obj.prim;
    if (obj instanceof PyExc) return yield* exceptionText(obj);
    return yield* reprOf(v);
  }
  if (v instanceof PyExc) return yield* exceptionText(v);
  return yield* reprOf(v);
}
export function* exceptionText(exc: PyExc): Gen<string> {
  const is = (name: string): boolean => exc.cls.mro.some((c) => c.name === name && !c.own);
  const [first, second] = exc.args;
  if (first === undefined) return "";
  if (is("OSError") && second !== undefined) {
    const filename = exc.dict?.get("filename");
    const words = `[Errno ${yield* strOf(first)}] ${yield* strOf(second)}`;
    return filename === undefined || filename === null ? words : `${words}: ${yield* reprOf(filename)}`;
  }
  if (is("SyntaxError") && typeof first === "string") {
    const [file, line] = [exc.dict?.get("filename"), exc.dict?.get("lineno")];
    return typeof file === "string" ? `${first} (${file.split("/").at(-1)}, line ${String(line)})` : first;
  }
  if (exc.args.length === 1) return is("KeyError") ? yield* reprOf(first) : yield* strOf(first);
  return yield* reprOf(new PyTuple(exc.args));
}
