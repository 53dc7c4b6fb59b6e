/** A place where `size` lines from `a` on equal those from `b` on. */
interface Match {
  readonly a: number;
  readonly b: number;
  readonly size: number;
}

/**
 * What changed between two texts, as Python's difflib finds it: the longest common block, then what is left and right
 * of it (k8s: apimachinery/pkg/util/diff Diff, which refusals of immutable fields print). Empty for equal texts.
 */
export function unifiedDiff(before: string, after: string, context = 3): string {
  const a = before.split("\n");
  const b = after.split("\n");
  const matches: Match[] = [];
  collectMatches(a, 0, a.length, b, 0, b.length, matches);
  return hunksOf([...matches, { a: a.length, b: b.length, size: 0 }], a, b, context);
}

function collectMatches(
  a: readonly string[],
  aLow: number,
  aHigh: number,
  b: readonly string[],
  bLow: number,
  bHigh: number,
  into: Match[],
) {
  const found = longestMatch(a, aLow, aHigh, b, bLow, bHigh);
  if (found.size === 0) return;
  collectMatches(a, aLow, found.a, b, bLow, found.b, into);
  const last = into.at(-1);
  // Blocks that touch are one.
  if (last && last.a + last.size === found.a && last.b + last.size === found.b)
    into[into.length - 1] = { ...last, size: last.size + found.size };
  else into.push(found);
  collectMatches(a, found.a + found.size, aHigh, b, found.b + found.size, bHigh, into);
}

/** The longest block; of several the one that starts first in `a`, then in `b`. */
function longestMatch(a: readonly string[], aLow: number, aHigh: number, b: readonly string[], bLow: number, bHigh: number): Match {
  let best: Match = { a: aLow, b: bLow, size: 0 };
  let above: number[] = [];
  for (let i = aLow; i < aHigh; i++) {
    const row: number[] = [];
    for (let j = bLow; j < bHigh; j++) {
      if (a[i] !== b[j]) continue;
      const size = (row[j] = (above[j - 1] ?? 0) + 1);
      if (size > best.size) best = { a: i - size + 1, b: j - size + 1, size };
    }
    above = row;
  }
  return best;
}

interface Change {
  readonly aFrom: number;
  readonly aTo: number;
  readonly bFrom: number;
  readonly bTo: number;
}

function hunksOf(matches: readonly Match[], a: readonly string[], b: readonly string[], context: number): string {
  const changes: Change[] = [];
  let [i, j] = [0, 0];
  for (const match of matches) {
    if (i < match.a || j < match.b) changes.push({ aFrom: i, aTo: match.a, bFrom: j, bTo: match.b });
    [i, j] = [match.a + match.size, match.b + match.size];
  }
  const groups: Change[][] = [];
  for (const change of changes) {
    const last = groups.at(-1)?.at(-1);
    if (last && change.aFrom - last.aTo <= 2 * context) groups.at(-1)?.push(change);
    else groups.push([change]);
  }
  return groups.map((group) => hunk(group, a, b, context)).join("");
}

function hunk(group: readonly Change[], a: readonly string[], b: readonly string[], context: number): string {
  const first = group[0] as Change;
  const last = group.at(-1) as Change;
  const lead = Math.min(context, first.aFrom);
  const tail = Math.min(context, a.length - last.aTo);
  const [aFrom, bFrom] = [first.aFrom - lead, first.bFrom - lead];
  const lines = [`@@ -${rangeText(aFrom, last.aTo + tail)} +${rangeText(bFrom, last.bTo + tail)} @@`];
  let at = aFrom;
  const keep = (to: number): void => void lines.push(...a.slice(at, to).map((line) => ` ${line}`));
  for (const change of group) {
    keep(change.aFrom);
    lines.push(...a.slice(change.aFrom, change.aTo).map((line) => `-${line}`));
    lines.push(...b.slice(change.bFrom, change.bTo).map((line) => `+${line}`));
    at = change.aTo;
  }
  keep(last.aTo + tail);
  return `${lines.join("\n")}\n`;
}

/** Lines are counted from 1; of none, the line before them is named. */
function rangeText(from: number, to: number): string {
  const length = to - from;
  return length === 1 ? `${from + 1}` : `${length === 0 ? from : from + 1},${length}`;
}
