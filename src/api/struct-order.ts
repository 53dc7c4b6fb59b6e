import { typeNameOf } from "./kinds.ts";
import { hasStructure, structureOf, type Shape } from "./structure.ts";

interface Typed {
  readonly apiVersion?: string;
  readonly kind?: string;
}
type Plain = Readonly<Record<string, unknown>>;

/** The name of a built-in kind's structure. */
export function structureNameOf({ apiVersion = "", kind = "" }: Typed): string | undefined {
  const slash = apiVersion.indexOf("/");
  const name = typeNameOf({ group: apiVersion.slice(0, Math.max(0, slash)), version: apiVersion.slice(slash + 1), kind });
  return hasStructure(name) ? name : undefined;
}

/**
 * A built-in kind's object as Go's encoder writes it: what it is, then the fields in the order of their structs, and maps
 * by their keys. Of no such kind, as it is.
 */
export function inStructOrder<T extends Typed>(object: T): T {
  const name = structureNameOf(object);
  return name === undefined ? object : (struct(name, object as Plain) as T);
}

function struct(name: string, value: Plain): Plain {
  const { fields } = structureOf(name);
  const out: Record<string, unknown> = {};
  for (const [field, { shape }] of fields) if (value[field] !== undefined) out[field] = ordered(shape, value[field]);
  for (const field in value) if (!fields.has(field)) out[field] = value[field];
  return out;
}

function ordered(shape: Shape, value: unknown): unknown {
  if (typeof value !== "object" || value === null || shape.kind === "scalar") return value;
  if (Array.isArray(value)) return shape.kind === "list" ? value.map((one) => ordered(shape.of, one)) : value;
  if (shape.kind === "ref") return struct(shape.name, value as Plain);
  if (shape.kind !== "map") return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, ordered(shape.of, (value as Plain)[key])]),
  );
}
