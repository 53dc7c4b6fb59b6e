import { byCodePoint } from "./write.ts";

/** KYAML: YAML in flow style that cannot be misread, one key or item a line (k8s: sigs.k8s.io/yaml/kyaml). */
export function toKyaml(value: unknown): string {
  return `---\n${node(value, "")}\n`;
}

function node(value: unknown, indent: string): string {
  if (Array.isArray(value)) return list(value, indent);
  if (typeof value === "object" && value !== null) return map(value as Record<string, unknown>, indent);
  return typeof value === "string" ? text(value, indent) : JSON.stringify(value ?? null);
}

function map(object: Record<string, unknown>, indent: string): string {
  const keys = Object.keys(object)
    .filter((k) => object[k] !== undefined)
    .sort(byCodePoint);
  if (keys.length === 0) return "{}";
  return `{\n${keys.map((k) => `${indent}  ${key(k)}: ${node(object[k], `${indent}  `)},\n`).join("")}${indent}}`;
}

/** Maps and lists in a list hug its brackets; scalars stand on lines of their own. */
function list(items: readonly unknown[], indent: string): string {
  if (items.length === 0) return "[]";
  if (items.every((item) => typeof item === "object" && item !== null)) return `[${items.map((item) => node(item, indent)).join(", ")}]`;
  return `[\n${items.map((item) => `${indent}  ${node(item, `${indent}  `)},\n`).join("")}${indent}]`;
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
