import { T, type Value } from "../values.ts";
import { PySet } from "../vm/dicts.ts";
import { raised } from "../vm/errors.ts";
import type { Gen } from "../vm/frame.ts";
import { listOf } from "../vm/iterate.ts";
import { methods } from "../vm/native.ts";
import { sets } from "../vm/operators.ts";
import { setOf } from "../vm/ops-objects.ts";

const set = (v: Value | undefined): PySet => v as PySet;

function* asSet(v: Value): Gen<PySet> {
  return v instanceof PySet ? v : yield* setOf(yield* listOf(v));
}
function* combined(op: string, all: readonly Value[]): Gen<PySet> {
  let made = set(all[0]);
  for (const other of all.slice(1)) made = sets(op, made, yield* asSet(other));
  return all.length === 1 ? sets("|", made, made) : made;
}
function* replaced(op: string, all: readonly Value[]): Gen {
  const made = yield* combined(op, all);
  const into = set(all[0]);
  const members = [...made.map];
  into.map.clear();
  for (const [key, value] of members) into.add(key, value);
  return null;
}
const within = (a: PySet, b: PySet): boolean => [...a.map.keys()].every((key) => b.map.has(key));

export function installSets(): void {
  const shared = {
    union: ["*", (_: unknown, all: Value[]) => combined("|", all)],
    intersection: ["*", (_: unknown, all: Value[]) => combined("&", all)],
    difference: ["*", (_: unknown, all: Value[]) => combined("-", all)],
    symmetric_difference: ["*", (_: unknown, all: Value[]) => combined("^", all)],
    issubset: [
      "other",
      function* (_: unknown, [a, b]: Value[]): Gen {
        return within(set(a), yield* asSet(b as Value));
      },
    ],
    issuperset: [
      "other",
      function* (_: unknown, [a, b]: Value[]): Gen {
        return within(yield* asSet(b as Value), set(a));
      },
    ],
    isdisjoint: [
      "other",
      function* (_: unknown, [a, b]: Value[]): Gen {
        return sets("&", set(a), yield* asSet(b as Value)).map.size === 0;
      },
    ],
    copy: ["", (_: unknown, [a]: Value[]) => sets("|", set(a), set(a))],
  } as const;
  methods("set", T.set.attrs, {
    ...shared,
    add: [
      "elem",
      function* (t, [s, v]) {
        t.machine.charge(60);
        set(s).add(yield* set(s).slowKey(v as Value), v as Value);
        return null;
      },
    ],
    discard: [
      "elem",
      function* (_, [s, v]) {
        set(s).map.delete(yield* set(s).slowKey(v as Value));
        return null;
      },
    ],
    remove: [
      "elem",
      function* (_, [s, v]) {
        if (!set(s).map.delete(yield* set(s).slowKey(v as Value))) throw raised("KeyError", v as Value);
        return null;
      },
    ],
    pop: [
      "",
      (_, [s]) => {
        const first = set(s).values()[0];
        if (first === undefined) throw raised("KeyError", "pop from an empty set");
        for (const [key, value] of set(s).map) if (value === first) set(s).map.delete(key);
        return first;
      },
    ],
    clear: ["", (_, [s]) => (set(s).map.clear(), null)],
    update: ["*", (_, all) => replaced("|", all)],
    intersection_update: ["*", (_, all) => replaced("&", all)],
    difference_update: ["*", (_, all) => replaced("-", all)],
    symmetric_difference_update: ["*", (_, all) => replaced("^", all)],
  });
  methods("frozenset", T.frozenset.attrs, shared);
}
