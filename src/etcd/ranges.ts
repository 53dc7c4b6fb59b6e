import type { Entry, RangeQuery, RangeResult } from "./types.ts";

/** Which keys are meant: one, all with a prefix, all from one on, or those in [key, rangeEnd). */
export interface KeyRange {
  readonly key: string;
  readonly prefix?: boolean;
  readonly fromKey?: boolean;
  readonly rangeEnd?: string;
}

interface Readable {
  range(query: RangeQuery): RangeResult;
  get(key: string): Entry | undefined;
  readonly revision: number;
}

/** Whether a key is among them. */
export function inRange({ key, prefix, fromKey, rangeEnd }: KeyRange, candidate: string): boolean {
  if (prefix) return candidate.startsWith(key);
  if (fromKey) return candidate >= key;
  if (rangeEnd !== undefined) return candidate >= key && candidate < rangeEnd;
  return candidate === key;
}

/** The longest prefix that all of them have: where a watch or a read has to look. */
export function sharedPrefix({ key, prefix, fromKey, rangeEnd }: KeyRange): string {
  if (prefix || (!fromKey && rangeEnd === undefined)) return key;
  if (fromKey || rangeEnd === undefined) return "";
  let i = 0;
  while (i < key.length && key[i] === rangeEnd[i]) i++;
  return key.slice(0, i);
}

/** In key order, as of a revision. Throws CompactedError and FutureRevisionError. */
export function entriesOf(store: Readable, range: KeyRange, revision?: number): readonly Entry[] {
  const single = !range.prefix && !range.fromKey && range.rangeEnd === undefined;
  if (single && revision === undefined) {
    const entry = store.get(range.key);
    return entry ? [entry] : [];
  }
  const from = range.prefix ? undefined : range.key;
  const { entries } = store.range({
    prefix: sharedPrefix(range),
    ...(from === undefined ? {} : { from }),
    ...(revision === undefined ? {} : { revision }),
  });
  return entries.filter(({ key }) => inRange(range, key));
}
