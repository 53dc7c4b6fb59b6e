import { Obj, PyGen, PyList, PyRange, PyTuple, typeOf, type Value } from "../values.ts";
import { PyDict } from "../vm/dicts.ts";
import { typeError, valueError } from "../vm/errors.ts";
import { END, type Gen } from "../vm/frame.ts";
import { call, getIter, ListIter, listOf, step, StepIter } from "../vm/iterate.ts";
import { typeName } from "../vm/names.ts";
import { asInt, ints } from "../vm/numbers.ts";
import { truth } from "../vm/truth.ts";

/** One step of zip, map and the like: the next of each, or the end. */
function* together(its: readonly Value[]): Gen<Value[] | typeof END> {
  const items: Value[] = [];
  for (const it of its) {
    const item = yield* step(it);
    if (item === END) return END;
    items.push(item);
  }
  return items;
}
function* iterators(args: readonly Value[]): Gen<Value[]> {
  const its: Value[] = [];
  for (const arg of args) its.push((yield (t) => getIter(t, arg)) as Value);
  return its;
}
export function* zip(args: readonly Value[], kw: Map<string, Value> | undefined): Gen {
  const its = yield* iterators(args);
  const strict = kw?.get("strict") === true;
  return new StepIter("zip", function* () {
    const items = its.length === 0 ? END : yield* together(its);
    if (items !== END) return new PyTuple(items);
    if (strict)
      for (const [i, it] of its.entries())
        if (i > 0 && (yield* step(it)) !== END)
          throw valueError(`zip() argument ${i + 1} is longer than argument ${i === 1 ? "1" : `s 1-${i}`}`);
    return END;
  });
}
export function* map(fn: Value, args: readonly Value[]): Gen {
  const its = yield* iterators(args);
  return new StepIter("map", function* () {
    const items = yield* together(its);
    return items === END ? END : yield* call(fn, ...items);
  });
}
export function* filter(fn: Value, of: Value): Gen {
  const it = (yield (t) => getIter(t, of)) as Value;
  return new StepIter("filter", function* () {
    for (;;) {
      const item = yield* step(it);
      if (item === END || (yield* truth(fn === null ? item : yield* call(fn, item)))) return item;
    }
  });
}
export function* enumerate(of: Value, start: Value): Gen {
  const it = (yield (t) => getIter(t, of)) as Value;
  let n = asInt(start) ?? 0;
  return new StepIter("enumerate", function* () {
    const item = it instanceof ListIter ? (it.step() as Value | typeof END) : yield* step(it);
    if (item === END) return END;
    const i = n;
    n = ints["+"](n, 1);
    return new PyTuple([i, item]);
  });
}
export function* reversed(of: Value): Gen {
  const own = typeOf(of).find("__reversed__");
  if (own !== undefined) return yield* call(own, of);
  if (of instanceof PyRange)
    return new ListIter({ items: Array.from({ length: of.length }, (_, i) => of.start + (of.length - 1 - i) * of.step) });
  if (
    of instanceof PyGen ||
    (of instanceof Obj &&
      typeOf(of).find("__len__") === undefined &&
      !(of instanceof PyList || of instanceof PyTuple || of instanceof PyDict))
  )
    throw typeError(`'${typeName(of)}' object is not reversible`);
  return new ListIter({ items: (yield* listOf(of)).toReversed() }, "list_reverseiterator");
}
