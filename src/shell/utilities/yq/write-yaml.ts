import { resolvedTag, type YqNode } from "./node.ts";

export interface WriteOptions {
  readonly indent: number;
  /** `- ` counts as part of the indentation (`-c`). */
  readonly compact?: boolean;
}

/** A document as go-yaml's emitter lays it out: sequences indented, comments where they belong, no line ever folded. */
export function writeYaml(root: YqNode, options: WriteOptions): string {
  const writer = new Writer(options);
  writer.value(root, -1, false);
  return writer.done();
}

class Writer {
  readonly #step: number;
  readonly #compact: boolean;
  #text = "";
  /** A foot comment was the last thing written, this far in: a blank line sets it off from what follows there. */
  #foot = -1;

  constructor(options: WriteOptions) {
    this.#step = Math.min(9, Math.max(2, options.indent));
    this.#compact = options.compact ?? false;
  }
  done(): string {
    return this.#text === "" || this.#text.endsWith("\n") ? this.#text : `${this.#text}\n`;
  }
  #indent(by: number): void {
    if (this.#text !== "" && !this.#text.endsWith("\n")) this.#text += "\n";
    if (this.#foot === by) this.#text += "\n";
    this.#foot = -1;
    this.#text += " ".repeat(by);
  }
  #comment(text: string, by: number): void {
    if (text === "") return;
    this.#indent(by);
    this.#text += hashed(text)
      .split("\n")
      .map((l, i) => (i === 0 || l === "" ? l : " ".repeat(by) + l))
      .join("\n");
    this.#text += "\n";
  }
  #tail(text: string, by: number): void {
    if (text === "") return;
    this.#comment(text, by);
    this.#foot = by;
  }
  #aside(text: string): void {
    if (text !== "") this.#text += ` ${hashed(text).replace(/\n+/g, " ")}`;
  }
  #next(indent: number, inItem: boolean): number {
    if (indent < 0) return 0;
    return inItem ? indent + 2 : this.#step * Math.floor((indent + this.#step) / this.#step);
  }

  /** `begun`: a dash was written, the first line goes on behind it. `note` is the line comment of a key that stands alone. */
  value(node: YqNode, indent: number, begun: boolean, note = "", afterKey = false): void {
    const space = (): string => (begun || afterKey ? " " : "");
    const prefix = properties(node);
    const block = (node.kind === "map" || node.kind === "seq") && node.style !== "flow" && node.content.length > 0;
    if (!block) {
      if (!begun && !afterKey) {
        this.#comment(node.head, Math.max(0, indent));
        this.#indent(Math.max(0, indent));
      }
      const text = [
        ...prefix,
        node.kind === "map" || node.kind === "seq" ? flow(node) : scalarText(node, Math.max(indent, 0), this.#step, indent < 0),
      ]
        .filter((p) => p !== "")
        .join(" ");
      const [first = "", ...rest] = /^[|>]/.test(text.split(" ").at(-1)?.split("\n")[0] ?? "") ? text.split("\n") : [text];
      if (first !== "") this.#text += space() + first;
      this.#aside(node.line || note);
      for (const line of rest) this.#text += `\n${line}`;
      if (node.foot) this.#tail(node.foot, Math.max(0, indent));
      return;
    }
    if (prefix.length > 0) {
      this.#text += space() + prefix.join(" ");
      begun = false;
    }
    if (note) this.#aside(note);
    if (node.kind === "map") this.#map(node, indent, begun && prefix.length === 0);
    else this.#seq(node, indent, begun && prefix.length === 0, afterKey);
  }

  #map(node: YqNode, outer: number, begun: boolean): void {
    const indent = this.#next(outer, begun);
    let tail = "";
    if (node.head && !begun) this.#comment(node.head, indent);
    for (let i = 0; i + 1 < node.content.length; i += 2) {
      const [key, value] = [node.content[i] as YqNode, node.content[i + 1] as YqNode];
      this.#tail(tail, indent);
      const first = i === 0 && begun;
      if (key.head && !first) this.#comment(key.head, indent);
      if (value.head && value.kind !== "seq" && value.kind !== "map") this.#comment(value.head, indent);
      if (first) this.#text += " ";
      else this.#indent(indent);
      const name = [...properties(key), key.kind === "scalar" ? scalarText(key, indent, this.#step, false, true) : flow(key)].join(" ");
      this.#text += `${key.kind === "alias" ? `${name} ` : name}:`;
      this.value(value, indent, false, key.line, true);
      tail = key.foot;
    }
    this.#tail(tail, indent);
    if (node.foot) this.#tail(node.foot, indent);
  }

  #seq(node: YqNode, outer: number, begun: boolean, afterKey: boolean): void {
    const indent = this.#compact && afterKey ? outer : this.#next(outer, begun);
    if (node.head && !begun) this.#comment(node.head, indent);
    node.content.forEach((item, i) => {
      const first = i === 0 && begun;
      const head = item.head || (item.kind === "map" && item.style !== "flow" ? (item.content[0]?.head ?? "") : "");
      if (!first) {
        this.#comment(head, indent);
        this.#indent(indent);
      } else this.#text += " ";
      this.#text += "-";
      const { foot } = item;
      this.value(foot ? { ...item, foot: "" } : item, indent, true);
      this.#tail(foot, indent);
    });
    if (node.foot) this.#tail(node.foot, indent);
  }
}

const hashed = (text: string): string =>
  text
    .split("\n")
    .map((l) => (l === "" || l.startsWith("#") ? l : `# ${l}`))
    .join("\n");

/** Anchor and tag, where they have to be told. */
function properties(node: YqNode): string[] {
  const out: string[] = [];
  if (node.kind === "alias") return out;
  if (node.anchor) out.push(`&${node.anchor}`);
  if (node.style === "tagged" ? node.tag !== "" : !CORE.has(node.tag)) out.push(node.tag);
  return out;
}
/** Tags that are told by what a value looks like. */
const CORE = new Set(["", ..."str int float bool null timestamp merge map seq".split(" ").map((t) => `!!${t}`)]);

/** A collection on one line. */
export function flow(node: YqNode): string {
  const inner = (n: YqNode): string => {
    const before = properties(n);
    const body =
      n.kind === "map" || n.kind === "seq" ? flow(n) : n.kind === "alias" ? `*${n.value}` : scalarText(n, 0, 2, false, false, true);
    return [...before, body].filter((p) => p !== "").join(" ");
  };
  if (node.kind === "alias") return `*${node.value}`;
  if (node.kind === "seq") return `[${node.content.map(inner).join(", ")}]`;
  const parts: string[] = [];
  for (let i = 0; i + 1 < node.content.length; i += 2) {
    const [key, value] = [node.content[i] as YqNode, node.content[i + 1] as YqNode];
    const shown = inner(value);
    parts.push(`${inner(key)}${key.kind === "alias" ? " " : ""}:${shown === "" ? "" : ` ${shown}`}`);
  }
  return `{${parts.join(", ")}}`;
}

function scalarText(node: YqNode, indent: number, step: number, root: boolean, simpleKey = false, inFlow = false): string {
  if (node.kind === "alias") return `*${node.value}`;
  const { value } = node;
  const looks = look(value);
  let style = node.style === "tagged" || node.style === "flow" ? "" : node.style;
  const mustQuote = node.tag === "!!str" && style === "" && resolvedTag(value) !== "!!str";
  if (style === "") style = value.includes("\n") ? "literal" : mustQuote ? "double" : "";
  if ((style === "literal" || style === "folded") && (simpleKey || inFlow || !looks.block)) style = "double";
  if (style === "" && (!(inFlow || simpleKey ? looks.plainFlow && looks.plain : looks.plain) || (value === "" && (inFlow || simpleKey))))
    style = "single";
  if (style === "single" && (!looks.single || (value.includes("\n") && simpleKey))) style = "double";
  if (style === "single") return `'${value.replaceAll("'", "''").replace(/\n/g, "\n\n")}'`;
  if (style === "double") return doubled(value);
  if (style === "") return value;
  const deeper = root ? step : step * Math.floor((indent + step) / step);
  return blockScalar(value, style === "literal" ? "|" : ">", deeper, step);
}

function blockScalar(value: string, mark: string, indent: number, step: number): string {
  const hint = /^[ \n]/.test(value) ? String(step) : "";
  const chomp = !value.endsWith("\n") ? "-" : value.endsWith("\n\n") || value === "\n" ? "+" : "";
  const body = value.endsWith("\n") ? value.slice(0, -1) : value;
  const lines = body.split("\n");
  const shown = (l: string): string => (l === "" ? "" : " ".repeat(indent) + l);
  if (mark === "|") return `${mark}${hint}${chomp}\n${lines.map(shown).join("\n")}`;
  // In a folded scalar one break is a space: a break that is meant is written twice, unless the next line is indented.
  let out = shown(lines[0] ?? "");
  for (let i = 1; i < lines.length; i++) {
    const [before, line] = [lines[i - 1] as string, lines[i] as string];
    out += /^[ \t]/.test(line) || /^[ \t]/.test(before) || line === "" ? "\n" : before === "" ? "\n" : "\n\n";
    out += shown(line);
  }
  return `${mark}${hint}${chomp}\n${out}`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  "\\": "\\\\",
  "\n": "\\n",
  "\t": "\\t",
  "\r": "\\r",
  "\0": "\\0",
  "\x07": "\\a",
  "\b": "\\b",
  "\v": "\\v",
  "\f": "\\f",
  "\x1b": "\\e",
  "\x85": "\\N",
  "\xa0": "\\_",
  "\u2028": "\\L",
  "\u2029": "\\P",
};
const doubled = (value: string): string =>
  // eslint-disable-next-line no-control-regex
  `"${value.replace(/["\\\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff]/g, (c) => ESCAPES[c] ?? (c > "\xff" ? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}` : `\\x${c.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`))}"`;

/** Which styles can hold a text (libyaml: yaml_emitter_analyze_scalar). */
function look(v: string): { readonly plain: boolean; readonly plainFlow: boolean; readonly single: boolean; readonly block: boolean } {
  const special = /[\u0000-\u0008\u000b-\u001f\u007f-\u0084\u0086-\u009f\ufeff\ufffe\uffff]/.test(v);
  const spaceBreak = / \n/.test(v);
  const breakSpace = /\n /.test(v);
  const edges = /^[ \n]|[ \n]$/.test(v);
  const lines = v.includes("\n");
  const tab = v.includes("\t");
  const indicator = /^(?:---|\.\.\.)|^[#,[\]{}&*!|>'"%@`]|^[?:](?:[\s]|$)|^-(?:\s|$)|:(?:\s|$)|\s#/.test(v);
  const flowIndicator = indicator || /^[?:]|[,?[\]{}]/.test(v) || /:/.test(v.slice(1));
  const never = special || spaceBreak;
  return {
    plain: !edges && !lines && !breakSpace && !never && !tab && !indicator,
    plainFlow: !edges && !lines && !breakSpace && !never && !tab && !flowIndicator,
    single: !breakSpace && !never && !tab,
    block: !special && !spaceBreak && !v.endsWith(" "),
  };
}
