import { PyByteArray, PyBytes, PyFunc, PyList, PyRange, PyTuple, typeOf, type Value } from "../values.ts";
import { PyDict, PySet } from "../vm/dicts.ts";
import { typeError, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import { DictView } from "../vm/iterate.ts";
import { plain, typeName } from "../vm/names.ts";
import type { Thread } from "../vm/thread.ts";

/** How much is in what the host knows. */
function known(v: Value): number | undefined {
  if (typeof v === "string") return /[\ud800-\udfff]/.test(v) ? [...v].length : v.length;
  if (v instanceof PyList || v instanceof PyTuple) return v.items.length;
  if (v instanceof PyDict) return v.size;
  if (v instanceof PySet) return v.map.size;
  if (v instanceof PyBytes || v instanceof PyByteArray) return v.data.length;
  if (v instanceof PyRange) return v.length;
  return v instanceof DictView ? v.of.size : undefined;
}
/** len(v) */
export function lengthOf(_t: Thread, v: Value): Value | Gen {
  const cls = typeOf(v);
  const own = cls.own || cls.cls.own ? cls.find("__len__") : undefined;
  if (!(own instanceof PyFunc)) {
    const n = known(plain(v));
    if (n !== undefined) return n;
  }
  const method = own ?? cls.find("__len__");
  if (method === undefined) throw typeError(`object of type '${typeName(v)}' has no len()`);
  return asked(method, v);
}
function* asked(method: Value, v: Value): Gen {
  const n = (yield (t) => t.call(method, [v])) as Value;
  if (typeof n !== "number") throw typeError(`'${typeName(n)}' object cannot be interpreted as an integer`);
  if (n < 0) throw valueError("__len__() should return >= 0");
  return n;
}
