import { type FieldStructure, type Shape, structureOf } from "../../api/index.ts";
import type { Random } from "../../sim/index.ts";

export const pick = <T>(random: Random, from: readonly T[]): T => from[random.int(from.length)] as T;
const chance = (random: Random, of: number): boolean => random.next() < of;

/** What nobody sane sends, as JSON values. */
const NASTY: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  1.5,
  1e308,
  2 ** 53,
  -(2 ** 63),
  "",
  " ",
  "\u0000",
  "\ud83d\ude00",
  "\ud800",
  "a/b/c",
  "../..",
  "%",
  "$(A)",
  "9223372036854775808",
  "-0",
  "1e9999",
  "99999999999999999999Ei",
  "x".repeat(300),
  [],
  {},
  [[]],
  [null],
  [{}],
  ["a", "a"],
  { a: null },
  { "": "" },
  { constructor: "x", toString: 1, hasOwnProperty: [] },
  JSON.parse('{"__proto__":{"polluted":true}}'),
];

const WORDS = ["web", "a", "example.com/x", "x-1", "10", "http", "10.0.0.1", "Always", "node-1", "v1", "default", "*", "true", "Exists"];
const QUANTITIES = ["1", "100m", "1Gi", "0", "-1", "1.5", "1e3", "12E"];
const TIMES = ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.000000Z", "", "0001-01-01T00:00:00Z", "yesterday", "+275760-09-13T00:00:00Z"];

export const nasty = (random: Random): unknown => pick(random, NASTY);

/** A value of a type, mostly one that Go would decode; `whole`: how likely it has what it must have. */
export function valueOf(random: Random, typeName: string, whole = 0.95, depth = 0): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const field of structureOf(typeName).fields.values()) {
    const wanted = field.required ? whole : depth === 0 ? 0.6 : depth > 5 ? 0.03 : 0.25;
    if (chance(random, wanted)) out[field.name] = fieldValue(random, field, whole, depth);
  }
  return out;
}

function fieldValue(random: Random, field: FieldStructure, whole: number, depth: number): unknown {
  const values = field.enum;
  if (values && field.shape.kind === "scalar" && chance(random, 0.8)) return pick(random, values);
  return shaped(random, field.shape, whole, depth);
}

function shaped(random: Random, shape: Shape, whole: number, depth: number): unknown {
  switch (shape.kind) {
    case "ref":
      return depth > 8 ? {} : valueOf(random, shape.name, whole, depth + 1);
    case "list":
      return Array.from({ length: random.int(3) }, () => shaped(random, shape.of, whole, depth + 1));
    case "map":
      return Object.fromEntries(
        Array.from({ length: random.int(3) }, () => [pick(random, WORDS), shaped(random, shape.of, whole, depth + 1)]),
      );
    case "scalar":
      return scalar(random, shape.scalar);
  }
}

function scalar(random: Random, type: Extract<Shape, { kind: "scalar" }>["scalar"]): unknown {
  switch (type) {
    case "int32":
    case "int64":
    case "double":
      return pick(random, [0, 1, 2, 80, 30000, -1, 65536, 2147483647]);
    case "boolean":
      return chance(random, 0.5);
    case "bytes":
      return pick(random, ["", "YQ==", "a", "!!!!"]);
    case "time":
    case "microtime":
      return pick(random, TIMES);
    case "quantity":
      return pick(random, QUANTITIES);
    case "intOrString":
    case "numberOrString":
      return pick(random, [1, 80, "http", "50%", "x%", -1]);
    case "any":
    case "object":
      return nasty(random);
    case "string":
      return pick(random, WORDS);
  }
}

/** A copy in which something, anywhere, is something nasty, gone, or twice there. */
export function mutated(random: Random, value: unknown): unknown {
  if (typeof value !== "object" || value === null || chance(random, 0.12)) return nasty(random);
  if (Array.isArray(value)) {
    if (value.length === 0 || chance(random, 0.2))
      return [...(value as unknown[]), ...(chance(random, 0.5) ? (value as unknown[]) : [nasty(random)])];
    const at = random.int(value.length);
    return value.map((item, i) => (i === at ? mutated(random, item) : (item as unknown)));
  }
  const keys = Object.keys(value);
  if (keys.length === 0 || chance(random, 0.1))
    return { ...value, [pick(random, ["extra", "__proto__x", "kind", "metadata", ""])]: nasty(random) };
  const key = pick(random, keys);
  if (chance(random, 0.1)) {
    const { [key]: _, ...rest } = value as Record<string, unknown>;
    return rest;
  }
  return { ...value, [key]: mutated(random, (value as Record<string, unknown>)[key]) };
}

/** A body as text, sometimes damaged as text. */
export function bodyText(random: Random, value: unknown): string {
  const text = JSON.stringify(value);
  switch (random.int(24)) {
    case 0:
      return text.slice(0, random.int(text.length + 1));
    case 1:
      return text.replace("{", '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},');
    case 2:
      return text.replace(/:(\d)/, ":123456789012345678901234567890$1");
    case 3:
      return text.replace(/"[^"]*":/, (key) => `${key}null,${key}`);
    case 4:
      return `${"[".repeat(random.int(3000))}${text}`;
    case 5: {
      const at = random.int(text.length);
      return text.slice(0, at) + pick(random, ['"', "{", "]", ",", "\\", "\u0007", "é", "NaN"]) + text.slice(at + 1);
    }
    case 6:
      return text.replace(/^\{/, `{"metadata":${'{"a":'.repeat(400)}1${"}".repeat(400)},`);
    default:
      return text;
  }
}
