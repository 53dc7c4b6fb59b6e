import { PyByteArray, PyBytes, PyFloat, PyFunc, PyRange, typeOf, type Value } from "../values.ts";
import { equals } from "./compare.ts";
import { keyOf, PyDict, PySet, SLOW } from "./dicts.ts";
import { typeError } from "./errors.ts";
import type { Gen, Maybe } from "./frame.ts";
import { DictView, each } from "./iterate.ts";
import { plain, typeName } from "./names.ts";
import { asInt } from "./numbers.ts";
import type { Thread } from "./thread.ts";
import { truth } from "./truth.ts";

/** v in of */
export function contains(t: Thread, of: Value, v: Value, negated: boolean): Maybe {
  const cls = typeOf(of);
  const method = cls.own || cls.cls.own ? (cls.find("__contains__") ?? undefined) : undefined;
  if (method instanceof PyFunc) return t.pushGen(asked(method, of, v, negated));
  of = plain(of);
  if (typeof of === "string") {
    const part = plain(v);
    if (typeof part !== "string") throw typeError(`'in <string>' requires string as left operand, not ${typeName(v)}`);
    return of.includes(part) !== negated;
  }
  const from = of instanceof DictView && of.what === "keys" ? of.of : of;
  if (from instanceof PyDict || from instanceof PySet) {
    const key = keyOf(v);
    if (key !== SLOW) return from.map.has(key) !== negated;
    return t.pushGen(inHashed(from, v, negated));
  }
  if (of instanceof PyRange) {
    const n = v instanceof PyFloat && Number.isInteger(v.v) ? v.v : asInt(v);
    if (n !== undefined) {
      const offset = (Number(n) - of.start) / of.step;
      return (Number.isInteger(offset) && offset >= 0 && offset < of.length) !== negated;
    }
  }
  if (of instanceof PyBytes || of instanceof PyByteArray) {
    const n = asInt(v);
    const has = n === undefined ? v instanceof PyBytes && latin(of.data).includes(latin(v.data)) : of.data.includes(Number(n));
    return has !== negated;
  }
  return t.pushGen(within(of, v, negated));
}
const latin = (data: Uint8Array): string => Array.from(data, (b) => String.fromCharCode(b)).join("");

function* asked(method: Value, of: Value, v: Value, negated: boolean): Gen {
  const result = (yield (t) => t.call(method, [of, v])) as Value;
  return (yield* truth(result)) !== negated;
}
function* inHashed(of: PyDict | PySet, v: Value, negated: boolean): Gen {
  return of.map.has(yield* of.slowKey(v)) !== negated;
}
function* within(of: Value, v: Value, negated: boolean): Gen {
  let found = false;
  const typed = typeOf(of);
  if (
    typed.find("__iter__") === undefined &&
    typed.find("__getitem__") === undefined &&
    (of === null || typeof of !== "object" || of instanceof PyFloat)
  )
    throw typeError(`argument of type '${typeName(of)}' is not iterable`);
  yield* each(of, function* (item) {
    return (found = yield* equals(item, v));
  });
  return found !== negated;
}
