import { typeOf, type Value } from "../values.ts";
import { orders } from "../vm/compare.ts";
import { raised, typeError, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import { call, each } from "../vm/iterate.ts";
import { typeName } from "../vm/names.ts";
import { asFloat, asInt, fixedText, floats, ints, power } from "../vm/numbers.ts";
import { binary } from "../vm/operators.ts";
import { truth } from "../vm/truth.ts";

export function* extreme(name: "min" | "max", args: readonly Value[], kw: Map<string, Value> | undefined): Gen {
  const key = kw?.get("key") ?? null;
  const [first] = args;
  if (first === undefined) throw typeError(`${name} expected at least 1 argument, got 0`);
  let best: Value | undefined;
  let bestKey: Value = null;
  const look = function* (item: Value): Gen<void> {
    const k = key === null ? item : yield* call(key, item);
    if (best === undefined || (yield* truth(yield* orders(name === "min" ? "<" : ">", k, bestKey)))) {
      best = item;
      bestKey = k;
    }
  };
  if (args.length > 1) for (const arg of args) yield* look(arg);
  else yield* each(first, look);
  if (best !== undefined) return best;
  const fallback = kw?.get("default");
  if (fallback !== undefined) return fallback;
  throw valueError(`${name}() iterable argument is empty`);
}
export function* sum(v: Value, start: Value): Gen {
  if (typeof start === "string") throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
  let total: Value = start as Value;
  yield* each(v, (item) => {
    if (typeof item === "number" && typeof total === "number") {
      const fast = total + item;
      if (Number.isSafeInteger(fast)) return void (total = fast);
    }
    return (function* (): Gen<void> {
      total = (yield (t) => binary(t, "+", total, item)) as Value;
    })();
  });
  return total;
}
export function* round(x: Value, digits: Value): Gen {
  const own = typeOf(x).find("__round__");
  if (own !== undefined) return yield* call(own, x, digits);
  const n = asInt(x);
  const d = digits === null ? 0 : Number(asInt(digits));
  if (n !== undefined) {
    if (d >= 0) return n;
    const unit = ints["*"](1, power(10, -d) as number);
    const [low, half] = [ints["*"](ints["//"](n, unit), unit), ints["//"](unit, 2)];
    const rest = ints["-"](n, low);
    const up = rest > half || (rest === half && ints["%"](ints["//"](low, unit), 2) !== 0);
    return up ? ints["+"](low, unit) : low;
  }
  const f = asFloat(x);
  if (f === undefined) throw typeError(`type ${typeName(x)} doesn't define __round__ method`);
  if (digits === null) {
    if (!Number.isFinite(f))
      throw Number.isNaN(f)
        ? valueError("cannot convert float NaN to integer")
        : raised("OverflowError", "cannot convert float infinity to integer");
    const low = Math.floor(f);
    const rest = f - low;
    const whole = rest > 0.5 || (rest === 0.5 && low % 2 !== 0) ? low + 1 : low;
    return Number.isSafeInteger(whole) ? whole + 0 : BigInt(whole);
  }
  if (d > 22 || !Number.isFinite(f)) return x;
  if (d < 0) {
    const unit = 10 ** -d;
    return floats["*"](Math.round(f / unit), unit);
  }
  return floats["+"](Number(fixedText(f, d)), 0);
}
