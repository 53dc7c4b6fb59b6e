import { goQuote } from "../../machinery/index.ts";

interface Interval {
  readonly first: number;
  readonly last: number;
}

/** What is wrong with a list of indexes, in upstream's words. */
class IndexesError extends Error {
  override readonly name = "IndexesError";
}

/** The problem of `1,3-5,7` as indexes below `completions`, or how many they are (k8s: batch/validation validateIndexesFormat). */
export function readIndexes(text: string, completions: number): { readonly problem: string } | { readonly total: number } {
  if (text === "") return { total: 0 };
  let total = 0;
  let previous = -1;
  try {
    for (const part of text.split(",")) {
      const { first, last } = interval(part, completions);
      if (previous >= first) throw nonIncreasing(previous, first);
      total += last - first + 1;
      previous = last;
    }
  } catch (error) {
    if (error instanceof IndexesError) return { problem: error.message };
    throw error;
  }
  return { total };
}

/** The smallest index that both lists have; what cannot be read is passed over. */
export function sharedIndex(a: string, b: string, completions: number): number | undefined {
  if (a === "" || b === "") return undefined;
  const mine = readable(a, completions);
  const theirs = readable(b, completions);
  for (const x of mine) for (const y of theirs) if (x.first <= y.last && y.first <= x.last) return Math.max(x.first, y.first);
  return undefined;
}

function readable(text: string, completions: number): readonly Interval[] {
  return text.split(",").flatMap((part) => {
    try {
      return [interval(part, completions)];
    } catch {
      return [];
    }
  });
}

function interval(text: string, completions: number): Interval {
  const [low = "", high, ...more] = text.split("-");
  if (more.length > 0) {
    throw new IndexesError(
      `the fragment ${goQuote(text)} violates the requirement that an index interval can have at most two parts separated by '-'`,
    );
  }
  const first = index(low, completions);
  if (high === undefined) return { first, last: first };
  const last = index(high, completions);
  if (first >= last) throw nonIncreasing(first, last);
  return { first, last };
}

function index(text: string, completions: number): number {
  if (!/^[+-]?[0-9]+$/.test(text)) throw new IndexesError(`cannot convert string to integer for index: ${goQuote(text)}`);
  const value = Number(text);
  if (value >= completions) throw new IndexesError(`too large index: ${goQuote(text)}`);
  return value;
}

const nonIncreasing = (previous: number, current: number): IndexesError =>
  new IndexesError(`non-increasing order, previous: ${previous}, current: ${current}`);
