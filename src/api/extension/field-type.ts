import { type FieldDef, type FieldType, untyped } from "../../machinery/index.ts";
import { metaFieldType } from "../field-types.ts";
import { isEmbedded, isIntOrString, own, preserves, type Schema, valuesOf } from "./schema/schema.ts";

/** What ownership of fields must know of a custom resource (k8s: apiextensions-apiserver openapi builder, schemaconv). */
export const fieldTypeOfSchema = (schema: Schema): FieldType => objectType(schema, true, true);

const text: FieldType = { kind: "scalar", scalar: "string" };

function typeOf(schema: Schema): FieldType {
  if (isIntOrString(schema)) return { kind: "scalar", scalar: "any" };
  switch (schema.type) {
    case "object":
      return objectType(schema, isEmbedded(schema));
    case "array": {
      const relation = schema["x-kubernetes-list-type"] ?? "atomic";
      const keys = schema["x-kubernetes-list-map-keys"] ?? [];
      const of = schema.items ? typeOf(schema.items) : untyped;
      return { kind: "list", relation: relation === "map" || relation === "set" ? relation : "atomic", keys, of };
    }
    case "integer":
    case "number":
      return { kind: "scalar", scalar: "numeric" };
    case "boolean":
      return { kind: "scalar", scalar: "boolean" };
    case "string":
      return text;
    default:
      return untyped;
  }
}

/** `resource`: it has a type and metadata whatever its schema says; of a whole object (`root`) the metadata is never absent. */
function objectType(schema: Schema, resource: boolean, root = false): FieldType {
  const fields = new Map<string, FieldDef | undefined>();
  const made = (name: string): FieldDef | undefined => {
    const type = resource ? RESOURCE[name]?.() : undefined;
    const property = own(schema.properties, name);
    if (type === undefined && property === undefined) return undefined;
    const fallback = property?.default;
    return {
      name,
      element: `f:${name}`,
      type: type ?? typeOf(property as Schema),
      always: root && name === "metadata",
      ...(fallback === undefined ? {} : { default: fallback }),
    };
  };
  const values = valuesOf(schema);
  const of = values ? typeOf(values) : preserves(schema) || schema.additionalProperties === true ? untyped : undefined;
  return {
    kind: "map",
    atomic: schema["x-kubernetes-map-type"] === "atomic",
    field(name) {
      if (!fields.has(name)) fields.set(name, made(name));
      return fields.get(name);
    },
    always: [],
    of,
  };
}

const RESOURCE: Readonly<Record<string, () => FieldType>> = { apiVersion: () => text, kind: () => text, metadata: metaFieldType };
