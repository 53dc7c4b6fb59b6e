/** Lines [from, to) of the old text that became lines [start, end) of the new one. */
export interface Change {
  readonly from: number;
  readonly to: number;
  readonly start: number;
  readonly end: number;
}

/** Beyond this many edits the rest counts as changed altogether, so that hostile input stays bounded. */
const MAX_EDITS = 2000;

/** The shortest edit between two lists (Myers 1986), as changes in order. */
export function diffLines(a: readonly string[], b: readonly string[]): Change[] {
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < a.length - head && tail < b.length - head && a[a.length - 1 - tail] === b[b.length - 1 - tail]) tail++;
  const [n, m] = [a.length - head - tail, b.length - head - tail];
  if (n === 0 && m === 0) return [];
  if (n === 0 || m === 0) return [{ from: head, to: head + n, start: head, end: head + m }];
  const trace = search(a, b, head, n, m);
  if (!trace) return [{ from: head, to: head + n, start: head, end: head + m }];
  return backtrack(trace, head, n, m);
}

function search(a: readonly string[], b: readonly string[], head: number, n: number, m: number): Int32Array[] | undefined {
  const limit = Math.min(n + m, MAX_EDITS);
  const trace: Int32Array[] = [];
  const v = new Int32Array(2 * limit + 3);
  for (let d = 0; d <= limit; d++) {
    trace.push(v.slice(limit - d, limit + d + 3));
    for (let k = -d; k <= d; k += 2) {
      const at = limit + 1 + k;
      let x = k === -d || (k !== d && (v[at - 1] as number) < (v[at + 1] as number)) ? (v[at + 1] as number) : (v[at - 1] as number) + 1;
      let y = x - k;
      while (x < n && y < m && a[head + x] === b[head + y]) {
        x++;
        y++;
      }
      v[at] = x;
      if (x >= n && y >= m) return trace;
    }
  }
  return undefined;
}

function backtrack(trace: readonly Int32Array[], head: number, n: number, m: number): Change[] {
  const out: Change[] = [];
  let [x, y] = [n, m];
  for (let d = trace.length - 1; d > 0; d--) {
    const v = trace[d] as Int32Array;
    // Row d was cut to diagonals -d-1 to d+1.
    const of = (k: number): number => v[k + d + 1] as number;
    const k = x - y;
    const down = k === -d || (k !== d && of(k - 1) < of(k + 1));
    const before = down ? k + 1 : k - 1;
    const px = of(before);
    const py = px - before;
    const [cx, cy] = down ? [px, py + 1] : [px + 1, py];
    const last = out.at(-1);
    if (last && last.from === head + cx && last.start === head + cy) out[out.length - 1] = { ...last, from: head + px, start: head + py };
    else out.push({ from: head + px, to: head + cx, start: head + py, end: head + cy });
    [x, y] = [px, py];
  }
  return out.reverse();
}

/** Changes that are shown together, and the lines of both texts around them. */
export interface Hunk extends Change {
  readonly changes: readonly Change[];
  /** "@@ -1,4 +1,5 @@". */
  readonly title: string;
}

/** The hunks of a unified diff: `around` lines of context, `length` lines in the old text. */
export function hunksOf(changes: readonly Change[], length: number, around: number): readonly Hunk[] {
  const out: Hunk[] = [];
  for (let i = 0; i < changes.length;) {
    let j = i + 1;
    while (j < changes.length && (changes[j] as Change).from - (changes[j - 1] as Change).to <= 2 * around) j++;
    const [first, last] = [changes[i] as Change, changes[j - 1] as Change];
    const from = Math.max(0, first.from - around);
    const to = Math.min(length, last.to + around);
    const start = first.start - (first.from - from);
    const end = last.end + (to - last.to);
    const range = (x: number, y: number): string => (y - x === 1 ? `${y}` : `${y === x ? x : x + 1},${y - x}`);
    out.push({ from, to, start, end, changes: changes.slice(i, j), title: `@@ -${range(from, to)} +${range(start, end)} @@` });
    i = j;
  }
  return out;
}
