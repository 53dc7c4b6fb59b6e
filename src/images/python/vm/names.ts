import { type Obj, PyObj, T, typeOf, type Value } from "../values.ts";

export const typeName = (v: Value): string => typeOf(v).name;

/** What an instance of a subclass of int or str is besides. */
export function plain(v: Value): Value {
  return v instanceof PyObj && v.prim !== undefined ? v.prim : v;
}
let ids = 0;
const numbers = new WeakMap<Obj, number>();
/** id(): an address that looks like one, in the order in which they were asked for. */
export function identity(v: Value): number {
  if (v === null || typeof v !== "object") return 0x55d0_0000_0000 + (typeof v === "number" ? v * 32 : 0) + T.int.name.length;
  let n = numbers.get(v);
  if (n === undefined) numbers.set(v, (n = 0x7f3a_4c00_0000 + ids++ * 48));
  return n;
}
