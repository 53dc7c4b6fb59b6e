import { goSprint } from "./goprint.ts";
import { isMap, PatchError } from "./patch-merge.ts";

/** Lists in strategic merges: identity by merge key (or by value, for primitives) and order. */
export type ListItem = unknown;

export function noMergeKey(map: unknown, mergeKey: string): PatchError {
  return new PatchError(`map: ${goSprint(map)} does not contain declared merge key: ${mergeKey}`);
}

/** What identifies an item. Throws PatchError when a map lacks its merge key. */
export function identity(item: ListItem, mergeKey: string | undefined): unknown {
  if (mergeKey === undefined || !isMap(item)) return item;
  const id = item[mergeKey];
  if (id === undefined) throw noMergeKey(item, mergeKey);
  return id;
}

/** Positions by identity; the first of several counts. */
export function positions(list: readonly ListItem[], mergeKey: string | undefined): Map<unknown, number> {
  const at = new Map<unknown, number>();
  for (let i = list.length - 1; i >= 0; i--) at.set(identity(list[i], mergeKey), i);
  return at;
}

/**
 * Puts merged items in order: those of the patch as `patchOrder` has them, the server's own as `serverOrder` has them,
 * each server item before the first patch item that follows it on the server (k8s: normalizeElementOrder).
 * Worked example: server [a b c], patch order [x c]: x is new and goes first, then a, b, c.
 */
export function normalizeOrder(
  merged: readonly ListItem[],
  patchOrder: readonly ListItem[],
  serverOrder: readonly ListItem[],
  mergeKey: string | undefined,
): readonly ListItem[] {
  const inPatch = positions(patchOrder, mergeKey);
  const onServer = positions(serverOrder, mergeKey);
  const rank = (at: Map<unknown, number>) => (item: ListItem) => at.get(identity(item, mergeKey)) ?? Infinity;
  const byRank = (at: Map<unknown, number>) => {
    const of = rank(at);
    return (a: ListItem, b: ListItem): number => {
      const [x, y] = [of(a), of(b)];
      return x === y ? 0 : x < y ? -1 : 1;
    };
  };
  const isPatch = (item: ListItem): boolean => inPatch.has(identity(item, mergeKey));
  const left = merged.filter(isPatch).sort(byRank(inPatch));
  const right = merged.filter((i) => !isPatch(i)).sort(byRank(onServer));
  const serverRank = rank(onServer);
  const out: ListItem[] = [];
  let i = 0;
  let j = 0;
  while (i < left.length || j < right.length) {
    const takeRight =
      i >= left.length || (j < right.length && serverRank(left[i]) !== Infinity && serverRank(right[j]) <= serverRank(left[i]));
    out.push(takeRight ? right[j++] : left[i++]);
  }
  return out;
}

/** Whether a list can be merged item by item as maps; mixed lists are refused. */
export function holdsMaps(list: readonly ListItem[]): boolean {
  if (list.some((item) => Array.isArray(item))) throw new PatchError("lists of lists are not supported");
  const maps = list.filter(isMap).length;
  if (maps !== 0 && maps !== list.length) throw new PatchError(`list element types are not identical: ${goSprint([list])}`);
  return maps > 0;
}

/** The same list itself when every item is the same object. */
export function shareList(original: readonly ListItem[], next: readonly ListItem[]): readonly ListItem[] {
  return original.length === next.length && original.every((v, i) => v === next[i]) ? original : next;
}
