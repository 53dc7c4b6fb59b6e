import { concatBytes } from "../../../machinery/index.ts";
import type { PyByteArray } from "../values.ts";
import { PyBytes, PyList, PyTuple, PyWrapped, T, type Value } from "../values.ts";
import { typeError, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import { listOf } from "../vm/iterate.ts";
import { reserve } from "../vm/memory.ts";
import { methods, PyNative } from "../vm/native.ts";
import { plain, typeName } from "../vm/names.ts";
import { asInt } from "../vm/numbers.ts";
import type { Thread } from "../vm/thread.ts";
import { bytesOf, decoded, encoded } from "./encodings.ts";

/** What bytes() and bytearray() are given. */
export function* toBytes(args: readonly Value[], kw: Map<string, Value> | undefined): Gen<Uint8Array<ArrayBuffer>> {
  const [v, encoding = kw?.get("encoding")] = args;
  if (v === undefined) return new Uint8Array(0);
  const value = plain(v);
  if (typeof value === "string") {
    if (encoding === undefined) throw typeError("string argument without an encoding");
    return Uint8Array.from(encoded(value, String(encoding)));
  }
  const known = bytesOf(value);
  if (known) return Uint8Array.from(known);
  const n = asInt(value);
  if (n !== undefined) {
    if (n < 0) throw valueError("negative count");
    if (n > 65_536) yield* reserve(Number(n), 2 ** 29);
    return new Uint8Array(Number(n));
  }
  const items = yield* listOf(v);
  return Uint8Array.from(items, (item) => {
    const byte = asInt(item);
    if (byte === undefined) throw typeError(`'${typeName(item)}' object cannot be interpreted as an integer`);
    if (byte < 0 || byte > 255) throw valueError("bytes must be in range(0, 256)");
    return Number(byte);
  });
}
const latin = (v: Value | undefined): string => {
  const data = bytesOf(v as Value);
  if (!data) throw typeError(`a bytes-like object is required, not '${typeName(v as Value)}'`);
  return decoded(data, "latin-1");
};
const bytes = (text: string): PyBytes => new PyBytes(encoded(text, "latin-1"));
/** A method of text, for bytes. */
function borrowed(name: string): readonly [string, (t: Thread, args: Value[]) => Value] {
  const native = T.str.attrs.get(name) as PyNative;
  return [
    "a=, b=, c=",
    (t, args) => {
      const result = native.fn(
        t,
        args.map((a) => (bytesOf(a) ? latin(a) : a)),
        undefined,
      ) as Value;
      if (typeof result === "string") return bytes(result);
      if (result instanceof PyList) return new PyList(result.items.map((s) => bytes(s as string)));
      return result instanceof PyTuple ? new PyTuple(result.items.map((s) => bytes(s as string))) : result;
    },
  ];
}

export function installBytes(): void {
  for (const cls of [T.bytes, T.bytearray]) {
    methods(cls.name, cls.attrs, {
      decode: [
        "/, encoding=, errors=",
        (_, [b, encoding, errors]) => decoded(bytesOf(b as Value) as Uint8Array, String(encoding ?? "utf-8"), String(errors ?? "strict")),
      ],
      hex: ["", (_, [b]) => Array.from(bytesOf(b as Value) as Uint8Array, (x) => x.toString(16).padStart(2, "0")).join("")],
      join: [
        "iterable",
        function* (_, [sep, items]) {
          const parts = yield* listOf(items as Value);
          for (const [i, part] of parts.entries())
            if (!bytesOf(part)) throw typeError(`sequence item ${i}: expected a bytes-like object, ${typeName(part)} found`);
          return bytes(parts.map((p) => latin(p)).join(latin(sep)));
        },
      ],
    });
    const names = [
      "upper",
      "lower",
      "strip",
      "lstrip",
      "rstrip",
      "split",
      "rsplit",
      "splitlines",
      "replace",
      "startswith",
      "endswith",
      "find",
      "rfind",
      "index",
      "count",
      "partition",
      "rpartition",
      "isdigit",
      "isalpha",
    ];
    methods(cls.name, cls.attrs, Object.fromEntries(names.map((name) => [name, borrowed(name)])));
    const fromhex = new PyNative("fromhex", "string, /", (_, [text]) => {
      const digits = String(text).replaceAll(" ", "");
      if (!/^(?:[0-9a-f]{2})*$/i.test(digits)) throw valueError("non-hexadecimal number found in fromhex() arg at position 0");
      return new PyBytes(Uint8Array.from(digits.match(/../g) ?? [], (d) => parseInt(d, 16)));
    });
    cls.attrs.set("fromhex", new PyWrapped(T.staticmethod, fromhex));
  }
  methods("bytearray", T.bytearray.attrs, {
    append: [
      "item",
      (_, [b, item]) => {
        const array = b as PyByteArray;
        const all = new Uint8Array(array.data.length + 1);
        all.set(array.data);
        all[array.data.length] = Number(asInt(item as Value));
        array.data = all;
        return null;
      },
    ],
    extend: [
      "items",
      function* (_, [b, items]) {
        const array = b as PyByteArray;
        const more = yield* toBytes([items as Value], undefined);
        array.data = concatBytes([array.data, more]);
        return null;
      },
    ],
  });
}
