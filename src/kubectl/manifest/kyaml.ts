import { inStructOrder } from "../../api/index.ts";
import { byCodePoint } from "./write.ts";

/** KYAML: YAML in flow style that cannot be misread, one key or item a line (k8s: sigs.k8s.io/yaml/kyaml). */
export const toKyaml = (value: unknown): string => `---\n${node(value, "", byCodePoint)}\n`;

/** The same of a typed object: in the order of its Go structs. */
export const toStructKyaml = (value: object): string => `---\n${node(inStructOrder(value), "", undefined)}\n`;

type Order = ((a: string, b: string) => number) | undefined;

function node(value: unknown, indent: string, order: Order): string {
  if (Array.isArray(value)) return list(value, indent, order);
  if (typeof value === "object" && value !== null) return map(value as Record<string, unknown>, indent, order);
  return typeof value === "string" ? text(value, indent) : JSON.stringify(value ?? null);
}

function map(object: Record<string, unknown>, indent: string, order: Order): string {
  const keys = Object.keys(object).filter((k) => object[k] !== undefined);
  if (order) keys.sort(order);
  if (keys.length === 0) return "{}";
  return `{\n${keys.map((k) => `${indent}  ${key(k)}: ${node(object[k], `${indent}  `, order)},\n`).join("")}${indent}}`;
}

/** Maps and lists in a list hug its brackets; scalars stand on lines of their own. */
function list(items: readonly unknown[], indent: string, order: Order): string {
  if (items.length === 0) return "[]";
  if (items.every((item) => typeof item === "object" && item !== null))
    return `[${items.map((item) => node(item, indent, order)).join(", ")}]`;
  return `[\n${items.map((item) => `${indent}  ${node(item, `${indent}  `, order)},\n`).join("")}${indent}]`;
}

/** Always in double quotes; several lines are folded, each break written out. */
function text(value: string, indent: string): string {
  const lines = value.split("\n");
  if (lines.length === 1) return JSON.stringify(value);
  const quoted = lines.map((line) => JSON.stringify(line).slice(1, -1).replace(/^ /, "\\ "));
  const last = quoted.at(-1) === "" ? "" : `${indent}   ${quoted.at(-1)}\\\n`;
  const broken = quoted.slice(0, -1).map((line) => `${indent}   ${line}\\n\\\n`);
  return `"\\\n${broken.join("")}${last}${indent}  "`;
}

/** What another reader might take for a number, a truth or nothing is quoted. */
function key(name: string): string {
  return /^[A-Za-z_][-A-Za-z0-9_./]*$/.test(name) && !/^(?:true|false|yes|no|on|off|y|n|null)$/i.test(name) ? name : JSON.stringify(name);
}
