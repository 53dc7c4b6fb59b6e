import { structureOf, type FieldStructure, type Shape, type TypeStructure } from "../../../api/index.ts";
import { sampleScalar } from "./values.ts";

/** Every field of a type, except where a type comes back within itself. `turn` chooses among values of enums. */
export function fullObject(typeName: string, turn: number, within: readonly string[] = []): object {
  const type = structureOf(typeName);
  const out: Record<string, unknown> = {};
  for (const field of type.fields.values()) {
    const value = fullValue(type, field, field.shape, turn, [...within, typeName]);
    if (value !== undefined) out[field.name] = value;
  }
  return out;
}

function fullValue(type: TypeStructure, field: FieldStructure, shape: Shape, turn: number, within: readonly string[]): unknown {
  switch (shape.kind) {
    case "scalar":
      return sampleScalar({ type: type.name, field }, shape.scalar, turn);
    case "ref":
      return within.includes(shape.name) ? undefined : fullObject(shape.name, turn, within);
    case "list": {
      const item = fullValue(type, field, shape.of, turn, within);
      return item === undefined ? undefined : [item];
    }
    case "map": {
      const item = fullValue(type, field, shape.of, turn, within);
      return item === undefined ? undefined : { "a-key": item };
    }
  }
}

/** How many turns it takes until each value of each enum below the type has been chosen. */
export function turnsOf(typeName: string, seen = new Set<string>()): number {
  if (seen.has(typeName)) return 1;
  seen.add(typeName);
  let turns = 1;
  for (const { enum: values, shape } of structureOf(typeName).fields.values()) {
    const inner = innermost(shape);
    turns = Math.max(turns, values?.length ?? 1, inner.kind === "ref" ? turnsOf(inner.name, seen) : 1);
  }
  return turns;
}

export function innermost(shape: Shape): Shape {
  return shape.kind === "list" || shape.kind === "map" ? innermost(shape.of) : shape;
}

/** Every path of a JSON value with its leaf, `a.b[0].c`. */
export function leaves(value: unknown, path = ""): ReadonlyMap<string, unknown> {
  const out = new Map<string, unknown>();
  const visit = (v: unknown, at: string): void => {
    if (Array.isArray(v) && v.length > 0) for (const [i, item] of v.entries()) visit(item, `${at}[${i}]`);
    else if (typeof v === "object" && v !== null && Object.keys(v).length > 0)
      for (const [key, item] of Object.entries(v)) visit(item, at === "" ? key : `${at}.${key}`);
    else out.set(at, v);
  };
  visit(value, path);
  return out;
}
