import { type FieldDef, type FieldType, untyped } from "../machinery/index.ts";
import type { Kind } from "./kind.ts";
import { typeNameOf } from "./kinds.ts";
import { structureOf, type FieldStructure, type Scalar, type Shape } from "./structure.ts";

const known = new Map<string, FieldType>();

/** Of metadata, which custom resources have too. */
export const metaFieldType = (): FieldType => structType("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta");

const ofKinds = new WeakMap<object, FieldType>();

/** What ownership of fields must know of a kind: its own word, or its generated structure. */
export function fieldTypeOf(kind: Pick<Kind, "group" | "version" | "kind" | "fieldType">): FieldType {
  let type = ofKinds.get(kind);
  if (type === undefined) ofKinds.set(kind, (type = kind.fieldType ?? structType(typeNameOf(kind))));
  return type;
}

function structType(name: string, atomic = false): FieldType {
  const key = atomic ? `${name}%` : name;
  let type = known.get(key);
  if (type === undefined) known.set(key, (type = madeType(name, atomic)));
  return type;
}

/** Fields get their types when first asked: types may be recursive. */
function madeType(name: string, atomic: boolean): FieldType {
  const structure = structureOf(name);
  const fields = new Map<string, FieldDef>();
  const field = (fieldName: string): FieldDef | undefined => {
    const made = fields.get(fieldName);
    if (made !== undefined) return made;
    const found = structure.fields.get(fieldName);
    if (found === undefined) return undefined;
    const def = fieldDef(found);
    fields.set(fieldName, def);
    return def;
  };
  let always: readonly FieldDef[] | undefined;
  return {
    kind: "map",
    atomic: atomic || structure.mapType === "atomic",
    field,
    get always() {
      return (always ??= [...structure.fields.values()].filter(isAlways).map((f) => field(f.name) as FieldDef));
    },
    of: undefined,
  };
}

/** Lists and scalars that are required have no omitempty; other references may be pointers, and are when nothing says otherwise. */
const isAlways = ({ shape, required, alwaysThere }: FieldStructure): boolean =>
  alwaysThere === true || (required && (shape.kind === "scalar" ? shape.scalar in SCALARS : shape.kind === "list"));

function fieldDef(structure: FieldStructure): FieldDef {
  return {
    name: structure.name,
    element: `f:${structure.name}`,
    type: shapeType(structure.shape, structure),
    always: isAlways(structure),
    ...(structure.default === undefined ? {} : { default: structure.default }),
  };
}

const SCALARS: Readonly<Partial<Record<Scalar, "string" | "numeric" | "boolean">>> = {
  string: "string",
  bytes: "string",
  int32: "numeric",
  int64: "numeric",
  double: "numeric",
  boolean: "boolean",
};
const TEXTS: readonly Scalar[] = ["time", "microtime"];

function shapeType(shape: Shape, { listType, listMapKeys, mapType }: Partial<FieldStructure>): FieldType {
  switch (shape.kind) {
    case "ref":
      return structType(shape.name, mapType === "atomic");
    case "list":
      return { kind: "list", relation: listType ?? "atomic", keys: listMapKeys ?? [], of: shapeType(shape.of, {}) };
    case "map":
      return { kind: "map", atomic: mapType === "atomic", field: () => undefined, always: [], of: shapeType(shape.of, {}) };
    case "scalar": {
      const { scalar } = shape;
      if (scalar === "any" || scalar === "object") return untyped;
      return { kind: "scalar", scalar: SCALARS[scalar] ?? (TEXTS.includes(scalar) ? "string" : "any") };
    }
  }
}
