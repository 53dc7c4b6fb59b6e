import { each, evaluate, type Context, type Operators, right } from "./evaluate.ts";
import {
  addAll,
  addItem,
  addPair,
  boolean,
  copy,
  documentOf,
  fileOf,
  pairs,
  pathOf,
  replaced,
  scalar,
  text,
  YqError,
  type YqNode,
} from "./node.ts";
import { leadingText } from "./read-yaml.ts";

const fact = (read: (node: YqNode) => string): Operators[string] =>
  each((n) => Object.assign(replaced(n, "scalar", "!!str", read(n)), { isKey: false }));
const bare = (comment: string): string => comment.replace(/^# /, "").replaceAll("\n# ", "\n");

/** Puts in place of aliases and merge keys what they stand for. */
function explode(node: YqNode, at: Context): void {
  node.anchor = "";
  if (node.kind === "seq") for (const item of node.content) explode(item, at);
  else if (node.kind === "alias") {
    const { target } = node;
    if (!target) return;
    Object.assign(node, { kind: target.kind, style: target.style, tag: target.tag, value: target.value, target: undefined });
    addAll(node, target.content);
    if (node.content.length > 0) explode(node, at);
  } else if (node.kind === "map") {
    if (node.content.some((n, i) => i % 2 === 0 && n.value === "<<")) merged(node, at);
    else for (const child of node.content) explode(child, at);
  }
}

function merged(node: YqNode, at: Context): void {
  const before = [...pairs(node)];
  const out: [YqNode, YqNode][] = [];
  const { mergeToSpec } = at.world;
  /** `later`: whether the map itself has the key from there on, where its place will be. */
  const put = (key: YqNode, value: YqNode, later: number): void => {
    explode(value, at);
    const there = out.find(([k]) => k.value === key.value);
    if (there) there[1] = value;
    else if (!node.content.some((n, i) => i >= later && (i - later) % 2 === 0 && n.value === key.value)) {
      explode(key, at);
      out.push([key, value]);
    }
  };
  before.forEach(([key, value], i) => {
    if (key.value !== "<<") {
      if (!mergeToSpec) return put(key, value, 2 * i + 2);
      explode(value, at);
      return void out.push([key, value]);
    }
    const from = value.kind === "alias" ? value.target : value;
    if (!from) return;
    const sources = (from.kind === "seq" ? from.content : [from]).map((n) => (n.kind === "alias" && n.target ? n.target : n));
    // Without the flag the last of a list wins, and where a list has its map the wrong place is looked at for what follows.
    const order = sources.map((source, j) => ({ source, later: from.kind === "seq" ? j + 2 : 2 * i + 2 }));
    for (const { source, later } of mergeToSpec ? order : order.reverse()) {
      if (source.kind !== "map")
        throw new YqError(
          `can only use merge anchors with maps (!!map) or sequences (!!seq) of maps, but got sequence containing ${source.tag}`,
        );
      const whole = copy(source);
      if (mergeToSpec) explode(whole, at);
      for (const [k, v] of pairs(whole)) {
        if (!mergeToSpec) put(k, v, later);
        else if (!before.some(([own]) => own.value === k.value) && !out.some(([own]) => own.value === k.value)) out.push([k, v]);
      }
    }
  });
  node.content = [];
  for (const [key, value] of out) addPair(node, key, value);
}
export const exploded = (node: YqNode, at: Context): void => explode(node, at);

export const factOperators: Operators = {
  tag: fact((n) => n.tag),
  kind: fact((n) => n.kind),
  style: fact((n) => n.style),
  anchor: fact((n) => n.anchor),
  alias: fact((n) => n.value),
  lineComment: fact((n) => bare(n.line)),
  headComment: fact((n) => bare(n.leading === "" ? n.head : leadingText(n.leading, false).replace(/\n$/, ""))),
  footComment: fact((n) => bare(n.foot)),
  line: each((n) => replaced(n, "scalar", "!!int", String(n.row))),
  column: each((n) => replaced(n, "scalar", "!!int", String(n.column))),
  key: each((n) => n.key),
  is_key: each((n) => boolean(n, n.isKey)),
  path: each((n) => {
    const made = replaced(n, "seq", "!!seq", "");
    for (const part of pathOf(n)) addItem(made, typeof part === "number" ? scalar(n.room, "!!int", String(part)) : text(n.room, part));
    return made;
  }),
  document_index: each((n) => replaced(n, "scalar", "!!int", String(documentOf(n)))),
  filename: each((n) => replaced(n, "scalar", "!!str", fileOf(n).file)),
  file_index: each((n) => replaced(n, "scalar", "!!int", String(fileOf(n).fileIndex))),
  split_doc: (at) => {
    at.nodes.forEach((n, i) => {
      n.document = i;
      n.parent = undefined;
    });
    return at.nodes;
  },
  explode: (at, e) => {
    for (const node of at.nodes) for (const n of evaluate({ ...at, nodes: [node] }, right(e))) explode(n, at);
    return at.nodes;
  },
};
