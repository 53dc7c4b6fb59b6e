/** A wrong expression or value: yq prints `Error: message` and exits with 1. */
export class YqError extends Error {}

export type Style = "" | "tagged" | "double" | "single" | "literal" | "folded" | "flow";
export type Kind = "map" | "seq" | "scalar" | "alias";

/** How many nodes an evaluation may still make; what a learner writes can double itself. */
export interface Room {
  left: number;
}

/** A node of a document. Expressions write into nodes where they are, so these are no constants. */
export interface YqNode {
  kind: Kind;
  style: Style;
  /** The short one: `!!str`. A node that was made to be filled has none. */
  tag: string;
  value: string;
  anchor: string;
  target: YqNode | undefined;
  /** A map's keys and values by turns, a sequence's items. */
  content: YqNode[];
  head: string;
  line: string;
  foot: string;
  /** What stood before the document, as it was written. */
  leading: string;
  parent: YqNode | undefined;
  key: YqNode | undefined;
  isKey: boolean;
  document: number;
  file: string;
  fileIndex: number;
  row: number;
  column: number;
  /** All documents are one input (`eval-all`). */
  together: boolean;
  readonly room: Room;
}

function spend(room: Room): void {
  if (--room.left < 0) throw new YqError("the expression makes more nodes than this computer has room for");
}
export function make(room: Room, parts: Partial<YqNode>): YqNode {
  spend(room);
  // Field by field: all nodes have one shape, and there are many.
  return {
    kind: parts.kind ?? "scalar",
    style: parts.style ?? "",
    tag: parts.tag ?? "",
    value: parts.value ?? "",
    anchor: parts.anchor ?? "",
    target: parts.target,
    content: parts.content ?? [],
    head: parts.head ?? "",
    line: parts.line ?? "",
    foot: parts.foot ?? "",
    leading: parts.leading ?? "",
    parent: parts.parent,
    key: parts.key,
    isKey: parts.isKey ?? false,
    document: parts.document ?? 0,
    file: parts.file ?? "",
    fileIndex: parts.fileIndex ?? 0,
    row: parts.row ?? 0,
    column: parts.column ?? 0,
    together: parts.together ?? false,
    room,
  };
}
/** The same again, with nothing below it. */
function shallow(node: YqNode): YqNode {
  const made = make(node.room, node);
  made.content = [];
  return made;
}
export const scalar = (room: Room, tag: string, value: string): YqNode => make(room, { tag, value });
export const text = (room: Room, value: string): YqNode => scalar(room, "!!str", value);

/** A copy with all below it; who holds it stays the same, until it is added elsewhere. */
export function copy(node: YqNode, whole = true): YqNode {
  const made = shallow(node);
  if (node.key) made.key = shallow(node.key);
  if (whole) addAll(made, node.content);
  return made;
}

export function addPair(map: YqNode, key: YqNode, value: YqNode): readonly [YqNode, YqNode] {
  const [k, v] = [copy(key), copy(value)];
  k.parent = map;
  k.isKey = true;
  v.parent = map;
  v.isKey = false;
  v.key = k;
  map.content.push(k, v);
  return [k, v];
}
export function addItem(list: YqNode, item: YqNode): YqNode {
  const v = copy(item);
  v.parent = list;
  v.isKey = false;
  v.key = make(list.room, { tag: "!!int", value: String(list.content.length), parent: list });
  list.content.push(v);
  return v;
}
export function addAll(to: YqNode, content: readonly YqNode[]): void {
  if (to.kind === "map") for (let i = 0; i + 1 < content.length; i += 2) addPair(to, content[i] as YqNode, content[i + 1] as YqNode);
  else for (const item of content) addItem(to, item);
}

/** Something new in a node's place: path and document are that node's. */
export function inPlaceOf(node: YqNode, replacement: YqNode): YqNode {
  const made = copy(replacement);
  made.parent = node.parent;
  made.key = node.isKey ? node : node.key;
  return made;
}
export const replaced = (node: YqNode, kind: Kind, tag: string, value: string): YqNode =>
  inPlaceOf(node, make(node.room, { kind, tag, value }));
export function replacedWithComments(node: YqNode, kind: Kind, tag: string, style: Style = ""): YqNode {
  const made = replaced(node, kind, tag, "");
  return Object.assign(made, { leading: node.leading, head: node.head, line: node.line, foot: node.foot, style });
}
export function boolean(node: YqNode, value: boolean): YqNode {
  const made = replaced(node, "scalar", "!!bool", String(value));
  made.isKey = false;
  return made;
}

export interface Assigning {
  readonly onlyNull?: boolean;
  readonly clobberTags?: boolean;
  readonly keepAnchor?: boolean;
}
/** Makes a node what another is: style and comments stay where the other has none. */
export function update(node: YqNode, other: YqNode, how: Assigning = {}): void {
  if (node === other) return;
  if ((node.kind !== "scalar" && node.content.length === 0) || guessedTag(node) !== guessedTag(other)) node.style = other.style;
  // What is copied may lie within what is emptied.
  const content = [...other.content];
  node.kind = other.kind;
  node.content = [];
  addAll(node, content);
  node.value = other.value;
  updateAttributes(node, other, how);
}
export function updateAttributes(node: YqNode, other: YqNode, how: Assigning = {}): void {
  if (node.kind !== other.kind) {
    node.content = [];
    node.value = "";
    node.kind = other.kind;
  }
  if (how.clobberTags || node.tag.startsWith("!!") || node.tag === "") node.tag = other.tag;
  node.target = other.target;
  if (!how.keepAnchor) node.anchor = other.anchor;
  if (node.style === "") node.style = other.style;
  if (other.foot) node.foot = other.foot;
  if (other.head) node.head = other.head;
  if (other.line) node.line = other.line;
}

/** A tag of one's own says nothing of the kind of value: what it looks like does. */
export const guessedTag = (node: YqNode): string => (node.tag.startsWith("!!") || node.value === "" ? node.tag : resolvedTag(node.value));

const INT = /^(?:[-+]?[0-9][0-9_]*|[-+]?0x[0-9a-fA-F_]+|[-+]?0o[0-7_]+|[-+]?0b[01_]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const TIME =
  /^\d{4}-\d\d-\d\d$|^\d{4}-\d{1,2}-\d{1,2}(?:[Tt]|\s)\d{1,2}:\d\d:\d\d(?:\.\d*)?(?:Z|[-+]\d\d:\d\d)?$|^\d{4}-\d{1,2}-\d{1,2}\s\d{1,2}:\d\d:\d\d(?:\.\d*)?$/;
/** What go-yaml makes of a plain scalar. */
export function resolvedTag(value: string): string {
  if (/^(?:~|null|Null|NULL|)$/.test(value)) return "!!null";
  if (/^(?:true|True|TRUE|false|False|FALSE)$/.test(value)) return "!!bool";
  if (value === "<<") return "!!merge";
  if (INT.test(value)) return "!!int";
  if (FLOAT.test(value) || /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/.test(value)) return "!!float";
  return TIME.test(value) ? "!!timestamp" : "!!str";
}

export const documentOf = (node: YqNode): number => (node.parent ? documentOf(node.parent) : node.document);
export const fileOf = (node: YqNode): YqNode => (node.parent ? fileOf(node.parent) : node);
export const rootOf = (node: YqNode): YqNode => (node.parent ? rootOf(node.parent) : node);

/** Where a node is: names of maps, numbers of sequences. */
export function pathOf(node: YqNode): (string | number)[] {
  const own = node.isKey ? node.value : node.key && (node.key.tag === "!!int" && !node.key.isKey ? Number(node.key.value) : node.key.value);
  const above = node.parent ? pathOf(node.parent) : [];
  return own === undefined ? above : [...above, own];
}
export const nicePath = (node: YqNode): string =>
  pathOf(node)
    .map((p, i) => (typeof p === "number" ? `[${p}]` : i === 0 ? p : p.includes(".") ? `[${p}]` : `.${p}`))
    .join("");

/** What an alias stands for; anything else is itself. */
export function followed(node: YqNode): YqNode {
  const seen = new Set<YqNode>();
  let at = node;
  while (at.kind === "alias" && at.target) {
    if (seen.has(at)) throw new YqError("alias cycle detected");
    seen.add(at);
    at = at.target;
  }
  return at;
}
export function* pairs(map: YqNode): Generator<readonly [YqNode, YqNode]> {
  for (let i = 0; i + 1 < map.content.length; i += 2) yield [map.content[i] as YqNode, map.content[i + 1] as YqNode];
}
export const isTruthy = (node: YqNode): boolean => node.tag !== "!!null" && !(node.tag === "!!bool" && /^false$/i.test(node.value));
