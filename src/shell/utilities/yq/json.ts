import { enclosed } from "../json-layout.ts";
import { followed, pairs, resolvedTag, YqError, type YqNode } from "./node.ts";
import { integer } from "./numbers.ts";
import { goFloat } from "../../../machinery/index.ts";

/** A node as JSON; `indent` of 0 is one line. */
export function writeJson(node: YqNode, indent: number): string {
  return encoded(node, indent > 0 ? " ".repeat(indent) : "", "\n");
}

function encoded(at: YqNode, indent: string, line: string): string {
  const node = followed(at);
  const deeper = line + indent;
  if (node.kind === "map") {
    const items = [...pairs(node)].map(
      ([key, value]) => `${quoted(key.value)}:${indent === "" ? "" : " "}${encoded(value, indent, deeper)}`,
    );
    return enclosed(["{", "}"], items, indent, line);
  }
  if (node.kind === "seq") {
    const items = node.content.map((item) => encoded(item, indent, deeper));
    return enclosed(["[", "]"], items, indent, line);
  }
  const tag = node.tag.startsWith("!!") ? node.tag : resolvedTag(node.value);
  if (tag === "!!null") return "null";
  if (tag === "!!bool") return String(/^true$/i.test(node.value));
  if (tag === "!!int") return String(integer(node.value.replace(/^0(?=\d+$)/, "0o")));
  if (tag === "!!float") {
    const number = Number(node.value.replaceAll("_", ""));
    if (Number.isNaN(number)) throw new YqError(`json: unsupported value: ${node.value}`);
    return /^-?\d+\.\d+$/.test(node.value) ? node.value : goFloat(number);
  }
  return quoted(node.value);
}
const quoted = (text: string): string =>
  JSON.stringify(text)
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029")
    .replaceAll("\\b", "\\u0008")
    .replaceAll("\\f", "\\u000c");

/** JSON texts one after the other, with the styles that YAML would have for them taken off. */
export function plainStyles(nodes: readonly YqNode[]): void {
  for (const node of nodes) {
    if (node.style !== "literal" && node.style !== "folded") node.style = "";
    plainStyles(node.content);
  }
}
