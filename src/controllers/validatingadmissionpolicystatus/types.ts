import { type CustomResourceDefinition, hasStructure, type Kind, type Shape, structureOf, typeNameOf } from "../../api/index.ts";
import { cel, type CelSchema, type CelType } from "../../machinery/index.ts";

/** What the type checker must know of a kind. */
export interface Typed extends Pick<Kind, "group" | "version" | "kind" | "plural"> {
  /** Its type with this name; CEL must be loaded. */
  type(name: string): CelType | undefined;
}

/** A kind whose structure is generated. */
export const builtIn = (kind: Kind): Typed => ({
  ...pick(kind),
  type: (name) => (hasStructure(typeNameOf(kind)) ? structType(typeNameOf(kind), name) : undefined),
});

const pick = ({ group, version, kind, plural }: Kind): Omit<Typed, "type"> => ({ group, version, kind, plural });

const META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta";

/** The kinds of a definition, a version each; metadata are those of every object. */
export function custom({ spec, status }: CustomResourceDefinition): readonly Typed[] {
  const { kind, plural } = status?.acceptedNames ?? spec.names;
  return spec.versions
    .filter(({ served }) => served)
    .map(({ name: version, schema }) => ({
      group: spec.group,
      version,
      kind,
      plural,
      type(name) {
        const type = cel().schemaType((schema?.openAPIV3Schema ?? { type: "object" }) as CelSchema, true, name);
        const meta = structType(META, `${name}.metadata`);
        return type && { ...type, field: (field) => (field === "metadata" ? meta : type.field?.(field)) };
      },
    }));
}

/** Fields get their types when they are asked for: types may be recursive. */
function structType(struct: string, name: string): CelType {
  const { escapeName, objectOf } = cel();
  const fields = new Map<string, { readonly key: string; readonly shape: Shape }>();
  for (const { name: key, shape } of structureOf(struct).fields.values()) fields.set(escapeName(key) ?? key, { key, shape });
  return {
    ...objectOf(name, {}),
    field(field) {
      const found = fields.get(field);
      return found && shapeType(found.shape, `${name}.${found.key}`);
    },
    keyOf: (field) => fields.get(field)?.key ?? field,
  };
}

/** k8s: cel/common SchemaDeclType over the generated OpenAPI. */
function shapeType(shape: Shape, name: string): CelType {
  const { BOOL, BYTES, DOUBLE, DYN, INT, listOf, mapOf, objectOf, STRING, TIMESTAMP } = cel();
  switch (shape.kind) {
    case "ref":
      return structType(shape.name, name);
    case "list":
      return listOf(shapeType(shape.of, `${name}.@idx`));
    case "map":
      return mapOf(STRING, shapeType(shape.of, `${name}.@elem`));
    case "scalar":
      switch (shape.scalar) {
        case "string":
          return STRING;
        case "boolean":
          return BOOL;
        case "int32":
        case "int64":
          return INT;
        case "double":
          return DOUBLE;
        case "bytes":
          return BYTES;
        case "time":
        case "microtime":
          return TIMESTAMP;
        case "object":
          return objectOf(name, {});
        default:
          return DYN;
      }
  }
}
