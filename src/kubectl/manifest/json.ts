import { inStructOrder } from "../../api/index.ts";

/** JSON with sorted keys, indented by four spaces, escaped as Go's encoder does: what `-o json` prints. */
export function toJson(value: unknown): string {
  return `${escapeHtml(JSON.stringify(sorted(value), null, 4) ?? "null").replace(/: (\[\]|\{\})/g, ": $1")}\n`;
}

/** Compact, sorted: what the last-applied annotation holds. */
export const compactJson = (value: unknown): string => escapeHtml(JSON.stringify(sorted(value)) ?? "null");

/** As `toJson`, of a typed object, whose fields have their order from the Go structs that it is encoded from. */
export const toStructJson = (value: object): string => `${escapeHtml(JSON.stringify(inStructOrder(value), null, 4))}\n`;

/** The same on one line: what the last-applied annotation of such an object holds. */
export const compactStructJson = (value: object): string => escapeHtml(JSON.stringify(inStructOrder(value)));

export function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const map = value as Record<string, unknown>;
  const out: Record<string, unknown> = {};
  // Keys that look like numbers would be moved first by the engine; there is no such key to sort around in practice
  // except in ConfigMap data, whose order then follows the numbers.
  for (const key of Object.keys(map).sort()) if (map[key] !== undefined) out[key] = sorted(map[key]);
  return out;
}

const escapeHtml = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, "0")}`);
