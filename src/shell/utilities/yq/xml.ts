import { addItem, addPair, make, pairs, type Room, text, YqError, type YqNode } from "./node.ts";

export interface XmlOptions {
  readonly attribute: string;
  readonly content: string;
  readonly procInst: string;
  readonly directive: string;
}
export const xmlDefaults: XmlOptions = { attribute: "+@", content: "+content", procInst: "+p_", directive: "+directive" };

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };
const decoded = (s: string): string =>
  s.replace(/&(?:#x([\da-fA-F]+)|#(\d+)|(\w+));/g, (whole, hex?: string, dec?: string, name?: string) =>
    hex || dec ? String.fromCodePoint(Math.min(0x10ffff, hex ? Number.parseInt(hex, 16) : Number(dec))) : (ENTITIES[name ?? ""] ?? whole),
  );

interface Element {
  readonly name: string;
  readonly map: YqNode;
  content: string;
}

/** Elements become maps: attributes and content by their prefixes, what repeats a list. */
export function readXml(source: string, room: Room, options: XmlOptions): YqNode {
  const root = make(room, { kind: "map", tag: "!!map" });
  const open: Element[] = [{ name: "", map: root, content: "" }];
  const token =
    /<!--([\s\S]*?)-->|<!\[CDATA\[([\s\S]*?)\]\]>|<\?(\S+)\s*([\s\S]*?)\?>|<!((?:[^[>]|\[[\s\S]*?\])*)>|<\/([^\s>]+)\s*>|<([^\s/>]+)((?:\s+[^\s=>]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/gy;
  let comment = "";
  let at = 0;
  for (let m = token.exec(source); m; m = token.exec(source)) {
    at = token.lastIndex;
    const top = open.at(-1) as Element;
    const [, said, cdata, target, instruction, directive, closed, name, attributes = "", selfClosed, chars] = m;
    if (said !== undefined) comment = comment ? `${comment}\n${said.trim()}` : said.trim();
    else if (cdata !== undefined) top.content += cdata;
    else if (target !== undefined) put(top.map, `${options.procInst}${target}`, text(room, (instruction ?? "").trimEnd()), "");
    else if (directive !== undefined) put(top.map, options.directive, text(room, directive), "");
    else if (chars !== undefined) top.content += decoded(chars);
    else if (name !== undefined) {
      const map = make(room, { kind: "map", tag: "!!map" });
      for (const [, key = "", double, single] of attributes.matchAll(/([^\s=]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g))
        put(map, `${options.attribute}${key}`, text(room, decoded(double ?? single ?? "")), "");
      if (comment) map.head = comment;
      comment = "";
      open.push({ name, map, content: "" });
      if (selfClosed) close(open, room, options);
    } else if (closed !== undefined) {
      if (top.name !== closed)
        throw new YqError(
          `bad file '-': XML syntax error on line ${source.slice(0, at).split("\n").length}: element <${top.name}> closed by </${closed}>`,
        );
      if (comment) top.map.foot = comment;
      comment = "";
      close(open, room, options);
    }
  }
  if (at < source.trimEnd().length)
    throw new YqError(`bad file '-': XML syntax error on line ${source.slice(0, at).split("\n").length}: expected element name after <`);
  if (comment) root.foot = comment;
  return root;
}

function close(open: Element[], room: Room, options: XmlOptions): void {
  const element = open.pop() as Element;
  const into = (open.at(-1) as Element).map;
  const content = element.content.trim();
  const { head, foot } = element.map;
  element.map.head = "";
  element.map.foot = "";
  let value = element.map;
  if (value.content.length === 0) value = make(room, { tag: content === "" ? "!!null" : "!!str", value: content });
  else if (content !== "") {
    const first = make(room, { kind: "map", tag: "!!map" });
    addPair(first, text(room, options.content), make(room, { tag: "!!str", value: content }));
    for (const [k, v] of pairs(value)) addPair(first, k, v);
    value = first;
  }
  put(into, element.name, value, head, foot);
}

function put(map: YqNode, name: string, value: YqNode, head: string, foot = ""): void {
  const at = map.content.findIndex((n, i) => i % 2 === 0 && n.value === name);
  if (at < 0) {
    const [key] = addPair(map, text(map.room, name), value);
    key.head = head;
    key.foot = foot;
    return;
  }
  const there = map.content[at + 1] as YqNode;
  if (there.kind === "seq") Object.assign(addItem(there, value), { head });
  else {
    const list = make(map.room, { kind: "seq", tag: "!!seq", parent: map });
    list.key = map.content[at];
    addItem(list, there);
    Object.assign(addItem(list, value), { head });
    map.content[at + 1] = list;
  }
}

const escaped = (s: string): string =>
  s.replace(
    /[&<>"'\t\n\r]/g,
    (c) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&#34;", "'": "&#39;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;" })[c] ?? c,
  );

export function writeXml(node: YqNode, indent: number, options: XmlOptions): string {
  const step = " ".repeat(indent);
  const line = indent > 0 ? "\n" : "";
  const said = (comment: string, depth: number): string =>
    comment === ""
      ? ""
      : `${step.repeat(depth)}<!-- ${comment
          .replace(/^# ?/gm, "")
          .trim()
          .replaceAll("\n", `\n${step.repeat(depth)}`)} -->${line}`;
  const element = (name: string, value: YqNode, depth: number): string => {
    const pad = step.repeat(depth);
    if (value.kind === "alias" && value.target) return element(name, value.target, depth);
    if (value.kind === "seq") return value.content.map((item) => said(item.head, depth) + element(name, item, depth)).join("");
    if (value.kind === "scalar") return `${pad}<${name}>${value.tag === "!!null" ? "" : escaped(value.value)}</${name}>${line}`;
    let [attributes, inner, content] = ["", "", ""];
    for (const [key, child] of pairs(value)) {
      if (key.value === options.content) content = escaped(child.value);
      else if (key.value.startsWith(options.attribute) && child.kind === "scalar")
        attributes += ` ${key.value.slice(options.attribute.length)}="${escaped(child.value)}"`;
      else if (key.value.startsWith(options.attribute)) throw new YqError("cannot use map or sequence as attribute value");
      else inner += said(key.head, depth + 1) + element(key.value, child, depth + 1) + said(key.foot, depth + 1);
    }
    return `${pad}<${name}${attributes}>${content}${inner === "" ? "" : `${line}${inner}${pad}`}</${name}>${line}`;
  };
  if (node.kind === "scalar") return `${escaped(node.value)}\n`;
  if (node.kind === "seq") throw new YqError("cannot encode !!seq to XML - only maps can be encoded");
  let out = "";
  for (const [key, value] of pairs(node)) {
    if (key.value.startsWith(options.procInst)) out += `<?${key.value.slice(options.procInst.length)} ${value.value}?>\n`;
    else if (key.value === options.directive) out += `<!${value.value}>\n`;
    else out += said(key.head, 0) + element(key.value, value, 0) + said(key.foot, 0);
  }
  return out === "" || out.endsWith("\n") ? out : `${out}\n`;
}
