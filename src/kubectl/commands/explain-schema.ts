/** A schema of OpenAPI v3, as far as `explain` looks into it. */
export interface Schema {
  readonly type?: string;
  readonly description?: string;
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly "x-kubernetes-group-version-kind"?: readonly { readonly group: string; readonly version: string; readonly kind: string }[];
}
export type Schemas = Readonly<Record<string, Schema>>;

/** Through references and wrappers to the schema that has fields. */
export function resolve(schema: Schema | undefined, schemas: Schemas): Schema {
  const ref = schema?.$ref ?? (schema?.allOf?.length === 1 ? schema.allOf[0]?.$ref : undefined);
  return ref ? { ...resolve(schemas[ref.replace("#/components/schemas/", "")], schemas) } : (schema ?? {});
}

export const nameOf = (schema: Schema | undefined): string => (schema?.$ref ?? schema?.allOf?.[0]?.$ref ?? "").split(".").at(-1) ?? "";

/** Where fields are: of a list its items, of a map its values. */
export function inner(schema: Schema, schemas: Schemas): Schema {
  const s = resolve(schema, schemas);
  if (s.type === "array") return inner(s.items ?? {}, schemas);
  return typeof s.additionalProperties === "object" ? inner(s.additionalProperties, schemas) : s;
}
