import { PyByteArray, PyBytes, PyFloat, PyList, PyObj, PyRange, PyTuple, type Value } from "../values.ts";
import { PyDict, PySet, SLOW } from "./dicts.ts";
import { typeError } from "./errors.ts";
import type { Gen } from "./frame.ts";
import { typeName } from "./names.ts";

/** Whether it counts as true, where no code of a class has to be asked. */
export function isTrue(v: Value): boolean | typeof SLOW {
  switch (typeof v) {
    case "boolean":
      return v;
    case "number":
      return v !== 0;
    case "string":
      return v !== "";
    case "bigint":
      return true;
    default:
  }
  if (v === null) return false;
  if (v.cls.own && (v.cls.find("__bool__") !== undefined || v.cls.find("__len__")?.valueOf() !== undefined)) {
    if (v instanceof PyObj && v.prim !== undefined && !v.cls.mro.some((c) => c.own && (c.attrs.has("__bool__") || c.attrs.has("__len__"))))
      return isTrue(v.prim);
    return SLOW;
  }
  if (v instanceof PyList || v instanceof PyTuple) return v.items.length > 0;
  if (v instanceof PyDict) return v.size > 0;
  if (v instanceof PySet) return v.map.size > 0;
  if (v instanceof PyFloat) return v.v !== 0;
  if (v instanceof PyBytes || v instanceof PyByteArray) return v.data.length > 0;
  if (v instanceof PyRange) return v.length > 0;
  if (v instanceof PyObj && v.prim !== undefined) return isTrue(v.prim);
  return true;
}
/** Whether it counts as true; asks `__bool__` and `__len__`. */
export function* truth(v: Value): Gen<boolean> {
  const fast = isTrue(v);
  if (fast !== SLOW) return fast;
  const { cls } = v as PyObj;
  const bool = cls.find("__bool__");
  if (bool !== undefined) {
    const result = yield (t) => t.call(bool, [v]);
    if (typeof result !== "boolean") throw typeError(`__bool__ should return bool, returned ${typeName(result as Value)}`);
    return result;
  }
  const length = cls.find("__len__") as Value;
  return (yield (t) => t.call(length, [v])) !== 0;
}
