/**
 * Sorts as Go's sort.Sort does, which keeps no order of what is equal: what kubectl prints of things with one and the same
 * time, say, follows from the very steps (Go: sort/zsortinterface.go; pattern-defeating quicksort, O. Peters).
 */
export function goSorted<T>(items: readonly T[], less: (a: T, b: T) => boolean): readonly T[] {
  const sorting = new Sorting([...items], less);
  sorting.range(0, items.length, bitLength(items.length));
  return sorting.items;
}

const FEW = 12;
const bitLength = (n: number): number => 32 - Math.clz32(n);

type Hint = "rising" | "falling" | "unknown";

class Sorting<T> {
  readonly items: T[];
  readonly #less: (a: T, b: T) => boolean;
  constructor(items: T[], less: (a: T, b: T) => boolean) {
    this.items = items;
    this.#less = less;
  }

  #lower(i: number, j: number): boolean {
    return this.#less(this.items[i] as T, this.items[j] as T);
  }

  #swap(i: number, j: number): void {
    [this.items[i], this.items[j]] = [this.items[j] as T, this.items[i] as T];
  }

  /** Sorts from `a` up to `b`; `patience`: how many bad pivots are borne before a heap does the rest. */
  range(a: number, b: number, patience: number): void {
    let [from, to, left] = [a, b, patience];
    let [balanced, partitioned] = [true, true];
    for (;;) {
      const length = to - from;
      if (length <= FEW) return this.#insert(from, to);
      if (left === 0) return this.#heap(from, to);
      if (!balanced) {
        this.#shuffle(from, to);
        left--;
      }
      let [pivot, hint] = this.#pivot(from, to);
      if (hint === "falling") {
        for (let i = from, j = to - 1; i < j; i++, j--) this.#swap(i, j);
        pivot = to - 1 - (pivot - from);
        hint = "rising";
      }
      if (balanced && partitioned && hint === "rising" && this.#nearly(from, to)) return;
      // What equals the one before the range is done with.
      if (from > 0 && !this.#lower(from - 1, pivot)) {
        from = this.#split(from, to, pivot, (i, at) => !this.#lower(at, i)).at;
        continue;
      }
      const { at: middle, untouched } = this.#split(from, to, pivot, (i, at) => this.#lower(i, at));
      partitioned = untouched;
      this.#swap(from, middle - 1);
      const [before, after] = [middle - 1 - from, to - middle + 1];
      balanced = Math.min(before, after) >= Math.floor(length / 8);
      if (before < after) {
        this.range(from, middle - 1, left);
        from = middle;
      } else {
        this.range(middle, to, left);
        to = middle - 1;
      }
    }
  }

  #insert(from: number, to: number): void {
    for (let i = from + 1; i < to; i++) for (let j = i; j > from && this.#lower(j, j - 1); j--) this.#swap(j, j - 1);
  }

  /** Brings the pivot to `from` and what is `first` beside it before the rest; `at`: where the rest begins. */
  #split(from: number, to: number, pivot: number, first: (i: number, at: number) => boolean): { at: number; untouched: boolean } {
    this.#swap(from, pivot);
    let [i, j] = [from + 1, to - 1];
    for (let rounds = 0; ; rounds++) {
      while (i <= j && first(i, from)) i++;
      while (i <= j && !first(j, from)) j--;
      if (i > j) return { at: i, untouched: rounds === 0 };
      this.#swap(i++, j--);
    }
  }

  /** Whether a few moves made it sorted. */
  #nearly(from: number, to: number): boolean {
    let i = from + 1;
    for (let moves = 0; moves < 5; moves++) {
      while (i < to && !this.#lower(i, i - 1)) i++;
      if (i === to) return true;
      if (to - from < 50) return false;
      this.#swap(i, i - 1);
      if (i - from >= 2) for (let j = i - 1; j >= 1 && this.#lower(j, j - 1); j--) this.#swap(j, j - 1);
      if (to - i >= 2) for (let j = i + 1; j < to && this.#lower(j, j - 1); j++) this.#swap(j, j - 1);
    }
    return false;
  }

  /** Breaks a pattern that makes bad pivots: three of the middle go elsewhere, by a chance that the length decides. */
  #shuffle(from: number, to: number): void {
    const length = to - from;
    if (length < 8) return;
    const mask = (1n << BigInt(bitLength(length))) - 1n;
    const middle = from + Math.floor(length / 4) * 2;
    let chance = BigInt(length);
    for (let i = 0; i < 3; i++) {
      chance ^= BigInt.asUintN(64, chance << 13n);
      chance ^= chance >> 7n;
      chance ^= BigInt.asUintN(64, chance << 17n);
      const other = Number(chance & mask);
      this.#swap(middle - 1 + i, from + (other >= length ? other - length : other));
    }
  }

  #pivot(from: number, to: number): [number, Hint] {
    const length = to - from;
    let swaps = 0;
    const ordered = (i: number, j: number): [number, number] => {
      if (!this.#lower(j, i)) return [i, j];
      swaps++;
      return [j, i];
    };
    const median = (a: number, b: number, c: number): number => {
      let [low, middle, high] = [a, b, c];
      [low, middle] = ordered(low, middle);
      [middle, high] = ordered(middle, high);
      return ordered(low, middle)[1];
    };
    const quarters = [1, 2, 3].map((n) => from + Math.floor(length / 4) * n) as [number, number, number];
    const [i, j, k] = length >= 50 ? (quarters.map((q) => median(q - 1, q, q + 1)) as typeof quarters) : quarters;
    const at = median(i, j, k);
    return [at, swaps === 0 ? "rising" : swaps === 12 ? "falling" : "unknown"];
  }

  #heap(from: number, to: number): void {
    const sift = (root: number, end: number): void => {
      for (let at = root; ;) {
        let child = 2 * at + 1;
        if (child >= end) return;
        if (child + 1 < end && this.#lower(from + child, from + child + 1)) child++;
        if (!this.#lower(from + at, from + child)) return;
        this.#swap(from + at, from + child);
        at = child;
      }
    };
    const length = to - from;
    for (let i = Math.floor((length - 1) / 2); i >= 0; i--) sift(i, length);
    for (let i = length - 1; i >= 0; i--) {
      this.#swap(from, from + i);
      sift(0, i);
    }
  }
}
