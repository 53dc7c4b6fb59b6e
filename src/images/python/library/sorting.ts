import type { Value } from "../values.ts";
import { ordered, orders } from "../vm/compare.ts";
import { SLOW } from "../vm/dicts.ts";
import { type Gen, PAUSE } from "../vm/frame.ts";
import { call } from "../vm/iterate.ts";
import { truth } from "../vm/truth.ts";

interface Keyed {
  readonly key: Value;
  readonly item: Value;
}

/** A stable merge sort, which asks only `<`, and lets others run meanwhile. */
export function* sorted(items: readonly Value[], key: Value, reverse: boolean): Gen<Value[]> {
  let run: Keyed[] = [];
  for (const item of items) run.push({ key: key === null ? item : yield* call(key, item), item });
  if (reverse) run.reverse();
  let work = 0;
  for (let width = 1; width < run.length; width *= 2) {
    const next: Keyed[] = [];
    for (let at = 0; at < run.length; at += width * 2) {
      let [i, j] = [at, Math.min(at + width, run.length)];
      const [middle, end] = [j, Math.min(at + width * 2, run.length)];
      while (i < middle && j < end) {
        const [a, b] = [run[i] as Keyed, run[j] as Keyed];
        const fast = ordered("<", b.key, a.key);
        const less = fast === SLOW ? yield* truth(yield* orders("<", b.key, a.key)) : fast;
        next.push(less ? b : a);
        if (less) j++;
        else i++;
        if (++work % 1024 === 0) {
          yield (t) => (t.machine.spend(1024), null);
          yield PAUSE;
        }
      }
      while (i < middle) next.push(run[i++] as Keyed);
      while (j < end) next.push(run[j++] as Keyed);
    }
    run = next;
  }
  if (reverse) run.reverse();
  return run.map(({ item }) => item);
}
