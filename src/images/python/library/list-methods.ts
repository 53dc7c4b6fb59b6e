import { PyList, PyTuple, T, type Value } from "../values.ts";
import { equals } from "../vm/compare.ts";
import { raised, valueError } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import { listOf } from "../vm/iterate.ts";
import { methods } from "../vm/native.ts";
import { typeName } from "../vm/names.ts";
import { asInt } from "../vm/numbers.ts";
import { reprOf } from "../vm/repr.ts";
import { truth } from "../vm/truth.ts";
import { sorted } from "./sorting.ts";
import { typeError } from "../vm/errors.ts";

const list = (v: Value | undefined): PyList => v as PyList;
const number = (v: Value | undefined): number => {
  const n = asInt(v as Value);
  if (n === undefined) throw typeError(`'${typeName(v as Value)}' object cannot be interpreted as an integer`);
  return Number(n);
};

function* find(items: readonly Value[], wanted: Value, start = 0, end = items.length): Gen<number> {
  for (let i = start; i < Math.min(end, items.length); i++) if (yield* equals(items[i] as Value, wanted)) return i;
  return -1;
}
function* index(of: PyList | PyTuple, wanted: Value, start: Value | undefined, end: Value | undefined): Gen {
  const n = of.items.length;
  const fix = (v: Value | undefined, otherwise: number): number =>
    v === undefined ? otherwise : Math.max(0, number(v) < 0 ? number(v) + n : number(v));
  const at = yield* find(of.items, wanted, fix(start, 0), fix(end, n));
  if (at < 0) throw valueError(of instanceof PyTuple ? "tuple.index(x): x not in tuple" : `${yield* reprOf(wanted)} is not in list`);
  return at;
}
function* count(of: PyList | PyTuple, wanted: Value): Gen {
  let n = 0;
  for (const item of of.items) if (yield* equals(item, wanted)) n++;
  return n;
}

export function installLists(): void {
  methods("list", T.list.attrs, {
    append: ["object", (t, [l, v]) => (t.machine.charge(10), list(l).items.push(v as Value), null)],
    extend: [
      "iterable",
      function* (_, [l, from]) {
        for (const item of yield* listOf(from as Value)) list(l).items.push(item);
        return null;
      },
    ],
    insert: [
      "index, object",
      (t, [l, i, v]) => {
        const { items } = list(l);
        const n = number(i);
        t.machine.charge(8);
        items.splice(n < 0 ? Math.max(0, n + items.length) : n, 0, v as Value);
        return null;
      },
    ],
    pop: [
      "index=",
      (_, [l, i]) => {
        const { items } = list(l);
        if (items.length === 0) throw raised("IndexError", "pop from empty list");
        if (i === undefined) return items.pop() as Value;
        const n = number(i) < 0 ? number(i) + items.length : number(i);
        if (n < 0 || n >= items.length) throw raised("IndexError", "pop index out of range");
        return items.splice(n, 1)[0] as Value;
      },
    ],
    remove: [
      "value",
      function* (_, [l, v]) {
        const at = yield* find(list(l).items, v as Value);
        if (at < 0) throw valueError("list.remove(x): x not in list");
        list(l).items.splice(at, 1);
        return null;
      },
    ],
    clear: ["", (_, [l]) => ((list(l).items.length = 0), null)],
    copy: ["", (_, [l]) => new PyList([...list(l).items])],
    reverse: ["", (_, [l]) => (list(l).items.reverse(), null)],
    sort: [
      "/, *, key=, reverse=",
      function* (_, [l, key, reverse]) {
        list(l).items = yield* sorted(list(l).items, key ?? null, reverse !== undefined && (yield* truth(reverse)));
        return null;
      },
    ],
    index: ["value, start=, stop=", (_, [l, v, a, b]) => index(list(l), v as Value, a, b)],
    count: ["value", (_, [l, v]) => count(list(l), v as Value)],
  });
  methods("tuple", T.tuple.attrs, {
    index: ["value, start=, stop=", (_, [l, v, a, b]) => index(l as PyTuple, v as Value, a, b)],
    count: ["value", (_, [l, v]) => count(l as PyTuple, v as Value)],
  });
}
