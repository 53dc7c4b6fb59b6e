import type { Origin } from "../sim/index.ts";
import type { MemoryStore } from "./store.ts";
import type { Op } from "./types.ts";
import { textOf, valueOf } from "./values.ts";

/**
 * Makes a store hold just these keys, but for what `keep` says stays as it is. What differs is written at one revision
 * that goes on from the newest, as after `etcdutl snapshot restore --bump-revision`: who watches is told of all of it.
 */
export function replaceContents(
  store: MemoryStore,
  pairs: Iterable<readonly [key: string, text: string]>,
  keep: (key: string) => boolean,
  origin: Origin,
): number {
  const wanted = new Map(pairs);
  const success: Op[] = [];
  for (const entry of store.entries()) {
    if (keep(entry.key)) continue;
    const text = wanted.get(entry.key);
    if (text === undefined) success.push({ delete: entry.key });
    else if (text === textOf(store.whole(entry).value)) wanted.delete(entry.key);
  }
  for (const [key, text] of wanted) if (!keep(key)) success.push({ put: key, value: valueOf(key, text, store.revision + 1) });
  return success.length === 0 ? store.revision : store.txn({ success }, origin).revision;
}
