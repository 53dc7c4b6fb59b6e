import type { CustomResourceDefinitionVersion } from "../../generated/types.ts";
import { isPlain, type Schema } from "../schema/schema.ts";

/**
 * Some refusals print the value as kube-apiserver holds it: internal types have no JSON names, so Go's field names
 * show, in order and with their zero values (k8s: apis/apiextensions types.go, types_jsonschema.go).
 */
type Go = Readonly<Record<string, unknown>>;

export const goVersions = (versions: readonly CustomResourceDefinitionVersion[]): readonly Go[] | null =>
  versions.length === 0 ? null : versions.map(goVersion);

const orNull = (list: readonly unknown[] | undefined): readonly unknown[] | null => (list?.length ? list : null);

function goVersion(version: CustomResourceDefinitionVersion): Go {
  const { schema, subresources } = version;
  return {
    Name: version.name,
    Served: version.served,
    Storage: version.storage,
    Deprecated: version.deprecated ?? false,
    DeprecationWarning: version.deprecationWarning ?? null,
    Schema: schema === undefined ? null : { OpenAPIV3Schema: goSchema(schema.openAPIV3Schema as Schema | undefined) },
    Subresources:
      subresources === undefined
        ? null
        : {
            Status: subresources.status === undefined ? null : {},
            Scale:
              subresources.scale === undefined
                ? null
                : {
                    SpecReplicasPath: subresources.scale.specReplicasPath,
                    StatusReplicasPath: subresources.scale.statusReplicasPath,
                    LabelSelectorPath: subresources.scale.labelSelectorPath ?? null,
                  },
          },
    AdditionalPrinterColumns: orNull(
      version.additionalPrinterColumns?.map((c) => ({
        Name: c.name,
        Type: c.type,
        Format: c.format ?? "",
        Description: c.description ?? "",
        Priority: c.priority ?? 0,
        JSONPath: c.jsonPath,
      })),
    ),
    SelectableFields: orNull(version.selectableFields?.map((f) => ({ JSONPath: f.jsonPath }))),
  };
}

/** Go's name and zero value of each field; "schema", "list" and "map" say that schemas are inside. */
const FIELDS: readonly (readonly [name: keyof Schema, go: string, zero: unknown, inside?: "schema" | "list" | "map"])[] = [
  ["id", "ID", ""],
  ["$schema", "Schema", ""],
  ["$ref", "Ref", null],
  ["description", "Description", ""],
  ["type", "Type", ""],
  ["nullable", "Nullable", false],
  ["format", "Format", ""],
  ["title", "Title", ""],
  ["default", "Default", null],
  ["maximum", "Maximum", null],
  ["exclusiveMaximum", "ExclusiveMaximum", false],
  ["minimum", "Minimum", null],
  ["exclusiveMinimum", "ExclusiveMinimum", false],
  ["maxLength", "MaxLength", null],
  ["minLength", "MinLength", null],
  ["pattern", "Pattern", ""],
  ["maxItems", "MaxItems", null],
  ["minItems", "MinItems", null],
  ["uniqueItems", "UniqueItems", false],
  ["multipleOf", "MultipleOf", null],
  ["enum", "Enum", null],
  ["maxProperties", "MaxProperties", null],
  ["minProperties", "MinProperties", null],
  ["required", "Required", null],
  ["items", "Items", null],
  ["allOf", "AllOf", null, "list"],
  ["oneOf", "OneOf", null, "list"],
  ["anyOf", "AnyOf", null, "list"],
  ["not", "Not", null, "schema"],
  ["properties", "Properties", null, "map"],
  ["additionalProperties", "AdditionalProperties", null],
  ["patternProperties", "PatternProperties", null, "map"],
  ["dependencies", "Dependencies", null],
  ["additionalItems", "AdditionalItems", null],
  ["definitions", "Definitions", null, "map"],
  ["externalDocs", "ExternalDocs", null],
  ["example", "Example", null],
  ["x-kubernetes-preserve-unknown-fields", "XPreserveUnknownFields", null],
  ["x-kubernetes-embedded-resource", "XEmbeddedResource", false],
  ["x-kubernetes-int-or-string", "XIntOrString", false],
  ["x-kubernetes-list-map-keys", "XListMapKeys", null],
  ["x-kubernetes-list-type", "XListType", null],
  ["x-kubernetes-map-type", "XMapType", null],
  ["x-kubernetes-validations", "XValidations", null],
];

/** Go's names of the fields that are set. */
export const goFieldsSet = (schema: Schema): readonly string[] =>
  FIELDS.filter(([name, , zero]) => (schema[name] ?? zero) !== zero && !isEmpty(schema[name])).map(([, go]) => go);

const isEmpty = (value: unknown): boolean => Array.isArray(value) && value.length === 0;

export function goSchema(schema: Schema | undefined): Go | null {
  if (schema === undefined) return null;
  return Object.fromEntries(FIELDS.map(([name, go, zero, inside]) => [go, goField(name, schema[name] ?? zero, inside)]));
}

function goField(name: keyof Schema, value: unknown, inside: "schema" | "list" | "map" | undefined): unknown {
  if (value === null) return null;
  if (inside === "schema") return goSchema(value as Schema);
  if (inside === "list") return (value as readonly Schema[]).map(goSchema);
  if (inside === "map")
    return Object.fromEntries(
      Object.entries(value as Readonly<Record<string, Schema>>)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, schema]) => [key, goSchema(schema)]),
    );
  if (name === "items") return { Schema: goSchema(value as Schema), JSONSchemas: null };
  if (name === "additionalProperties")
    return isPlain(value) ? { Allows: true, Schema: goSchema(value as Schema) } : { Allows: value, Schema: null };
  if (name === "x-kubernetes-validations") return (value as readonly NonNullable<Schema["x-kubernetes-validations"]>[number][]).map(goRule);
  return value;
}

/** A rule as a refusal of it prints it. */
export function goRule(rule: NonNullable<Schema["x-kubernetes-validations"]>[number]): Go {
  return {
    Rule: rule.rule,
    Message: rule.message ?? "",
    MessageExpression: rule.messageExpression ?? "",
    Reason: rule.reason ?? null,
    FieldPath: rule.fieldPath ?? "",
    OptionalOldSelf: rule.optionalOldSelf ?? null,
  };
}
