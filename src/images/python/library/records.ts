import { PyProperty, PyTuple, PyType, T, type Value } from "../values.ts";
import type { Gen } from "../vm/frame.ts";
import { PyNative } from "../vm/native.ts";
import { reprOf } from "../vm/repr.ts";

const made = new Map<string, PyType>();

/** A tuple whose parts have names: sys.version_info, time.struct_time, os.stat_result. */
export function record(name: string, fields: readonly string[], values: readonly Value[]): PyTuple {
  let cls = made.get(name);
  if (!cls) {
    const attrs = new Map<string, Value>(
      fields.map((field, i) => [
        field,
        new PyProperty(new PyNative(field, "self", (_, [self]) => (self as PyTuple).items[i] ?? null), null, null),
      ]),
    );
    cls = new PyType(name.split(".").at(-1) as string, [T.tuple], attrs, { cls: T.type, module: name.split(".").slice(0, -1).join(".") });
    made.set(name, cls);
    records.set(cls, { name, fields });
  }
  return new PyTuple(values, cls);
}
const records = new Map<PyType, { readonly name: string; readonly fields: readonly string[] }>();

/** repr() of one; undefined: it is none. */
export function* recordRepr(v: PyTuple): Gen<string | undefined> {
  const shape = records.get(v.cls);
  if (!shape) return undefined;
  const parts: string[] = [];
  for (const [i, field] of shape.fields.entries()) parts.push(`${field}=${yield* reprOf(v.items[i] ?? null)}`);
  return `${shape.name}(${parts.join(", ")})`;
}
