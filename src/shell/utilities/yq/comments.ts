import type { YqNode } from "./node.ts";

/** A comment as it stands in the text; `alone` on its line. */
export interface Comment {
  readonly at: number;
  readonly line: number;
  readonly column: number;
  readonly text: string;
  readonly alone: boolean;
}

/** Where the texts of nodes begin and end. */
export type Spans = Map<YqNode, readonly [number, number]>;

/** A key or an item: what own-line comments belong to. */
interface Entry {
  readonly node: YqNode;
  readonly start: number;
  readonly column: number;
}

interface Place {
  readonly source: string;
  readonly entries: Entry[];
  /** Nodes that a comment can stand behind, by where the lines begin on which they begin and end. */
  readonly lines: Map<number, YqNode[]>;
  readonly span: (node: YqNode) => readonly [number, number];
}

/** Gives each comment to a node as go-yaml does: behind a value, above what follows, or at the foot of what came before. */
export function placeComments(root: YqNode, comments: readonly Comment[], source: string, spans: Spans): void {
  if (comments.length === 0) return;
  const at: Place = { source, entries: [], lines: new Map(), span: (node) => spans.get(node) ?? [0, 0] };
  collect(root, at);
  for (const comment of comments) if (!comment.alone) besides(root, comment, at);
  const blocks = grouped(comments.filter((c) => c.alone));
  for (let from = 0; from < blocks.length;) {
    const after = following(at.entries, blocks[from]?.[0]?.at ?? 0);
    const next = at.entries[after];
    let to = from + 1;
    while (to < blocks.length && (next === undefined || (blocks[to]?.[0]?.at ?? 0) < next.start)) to++;
    between(root, blocks.slice(from, to), after, at);
    from = to;
  }
}
/** The first entry behind a place; they are in the text's order. */
function following(entries: readonly Entry[], at: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((entries[middle] as Entry).start > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
const lineStart = (source: string, at: number): number => source.lastIndexOf("\n", at - 1) + 1;

function collect(node: YqNode, at: Place): void {
  const { source, entries, span } = at;
  const behind = (n: YqNode): void => {
    for (const line of new Set(span(n).map((offset) => lineStart(source, offset)))) at.lines.set(line, [...(at.lines.get(line) ?? []), n]);
  };
  const flow = node.style === "flow";
  if (node.kind === "map" && !flow) {
    node.content.forEach((child, i) => {
      if (i % 2 === 1) return collect(child, at);
      entries.push({ node: child, start: span(child)[0], column: columnOf(span(child)[0], source) });
      behind(child);
    });
  } else if (node.kind === "seq" && !flow) {
    for (const item of node.content) {
      const dash = source.lastIndexOf("-", span(item)[0] - 1);
      entries.push({ node: item, start: dash, column: columnOf(dash, source) });
      collect(item, at);
    }
  } else {
    if (flow) for (const child of node.content) collect(child, at);
    behind(node);
  }
}
const columnOf = (at: number, source: string): number => at - source.lastIndexOf("\n", at - 1) - 1;

/** Behind something on its line: of the value that ends there, else of the key that begins there. */
function besides(root: YqNode, comment: Comment, at: Place): void {
  const here = at.lines.get(lineStart(at.source, comment.at)) ?? [];
  const begun = here.findLast(
    (n) => (n.style === "literal" || n.style === "folded") && at.span(n)[0] < comment.at && at.span(n)[1] > comment.at,
  );
  const ended = here.filter((n) => at.span(n)[1] <= comment.at && n.value + n.tag !== "!!null");
  const last = begun ?? ended.reduce<YqNode | undefined>((a, n) => (a && at.span(a)[1] > at.span(n)[1] ? a : n), undefined);
  if (last) last.line = comment.text;
  else root.head = root.head ? `${root.head}\n${comment.text}` : comment.text;
}

/** Runs of comments without a blank line, all in one column. */
function grouped(comments: readonly Comment[]): Comment[][] {
  const groups: Comment[][] = [];
  for (const comment of comments) {
    const group = groups.at(-1);
    const last = group?.at(-1);
    if (group && last && last.line === comment.line - 1 && last.column === comment.column) group.push(comment);
    else groups.push([comment]);
  }
  return groups;
}

/** Comments on lines of their own, between one entry and the next. */
function between(root: YqNode, groups: readonly Comment[][], after: number, { source, entries }: Place): void {
  const [before, next] = [entries[after - 1], entries[after]];
  let head = "";
  groups.forEach((group, i) => {
    const [first, last] = [group[0] as Comment, group.at(-1) as Comment];
    const text = group.map((c) => c.text).join("\n");
    const begin = source.lastIndexOf("\n", first.at) + 1;
    const end = source.indexOf("\n", last.at) + 1 || source.length;
    const lineAfter = source.slice(end, source.indexOf("\n", end) < 0 ? undefined : source.indexOf("\n", end));
    const atEnd = end >= source.length;
    const blankBefore = source.slice(source.lastIndexOf("\n", begin - 2) + 1, begin - 1).trim() === "";
    const blankAfter = lineAfter.trim() === "";
    const close = i === 0 && !blankBefore && before !== undefined;
    const pending = before !== undefined && next !== undefined && next.node.parent?.key === before.node;
    const dedented = before !== undefined && first.column < before.column;
    const changes = groups[i + 1]?.[0]?.line === last.line + 1;
    const footed =
      before !== undefined &&
      ((close && (blankAfter || atEnd) && (!pending || dedented)) || (dedented && (changes || (close && blankAfter))));
    if (footed) {
      const owner = entries.slice(Math.max(0, after - 5000), after).findLast((e) => e.column <= first.column) ?? before;
      if (owner) owner.node.foot = owner.node.foot ? `${owner.node.foot}\n\n${text}` : text;
      return;
    }
    head += `${head === "" || head.endsWith("\n") ? "" : "\n"}${head.endsWith("\n") ? "\n" : ""}${text}${blankAfter && end < source.length ? "\n" : ""}`;
  });
  if (head === "") return;
  if (!next) root.foot = root.foot ? `${root.foot}\n\n${head.replace(/\n$/, "")}` : head.replace(/\n$/, "");
  else if (before === undefined && head.endsWith("\n")) root.head = head;
  else next.node.head = head;
}
