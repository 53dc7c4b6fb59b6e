import type { JSONSchemaProps, ValidationRule } from "../../generated/types.ts";

type Nested = "items" | "additionalProperties" | "properties" | "allOf" | "anyOf" | "oneOf" | "not" | "x-kubernetes-validations";

/** A structural schema as it is written in a CustomResourceDefinition: read as it stands, never converted. */
export interface Schema extends Omit<JSONSchemaProps, Nested> {
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly "x-kubernetes-validations"?: readonly ValidationRule[];
}

export type Plain = Readonly<Record<string, unknown>>;
export const isPlain = (value: unknown): value is Plain => typeof value === "object" && value !== null && !Array.isArray(value);

/** Fields that every resource has whatever its schema says. */
export const META_FIELDS: ReadonlySet<string> = new Set(["apiVersion", "kind", "metadata"]);

/** Own property: schemas and objects are learners' JSON, in which "constructor" is a name like any other. */
export function own<T>(map: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return map !== undefined && Object.hasOwn(map, key) ? map[key] : undefined;
}

/** The schema of a map's values; undefined where `additionalProperties` is a boolean or absent. */
export const valuesOf = (schema: Schema | undefined): Schema | undefined =>
  typeof schema?.additionalProperties === "object" ? schema.additionalProperties : undefined;

/** The schema of one of an object's fields. */
export const fieldOf = (schema: Schema | undefined, name: string): Schema | undefined => own(schema?.properties, name) ?? valuesOf(schema);

export const preserves = (schema: Schema | undefined): boolean => schema?.["x-kubernetes-preserve-unknown-fields"] === true;
export const isEmbedded = (schema: Schema | undefined): boolean => schema?.["x-kubernetes-embedded-resource"] === true;
export const isIntOrString = (schema: Schema | undefined): boolean => schema?.["x-kubernetes-int-or-string"] === true;

/** Every schema below and with this one, nested validations included. */
export function* walkSchema(schema: Schema): Generator<Schema> {
  yield schema;
  const nested = [schema.items, valuesOf(schema), schema.not, ...(schema.allOf ?? []), ...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  for (const child of [...nested, ...Object.values(schema.properties ?? {})]) if (child) yield* walkSchema(child);
}

/** Whether `test` holds for this schema or one below it. */
export function schemaHas(schema: Schema | undefined, test: (schema: Schema) => boolean): boolean {
  if (schema === undefined) return false;
  for (const node of walkSchema(schema)) if (test(node)) return true;
  return false;
}
