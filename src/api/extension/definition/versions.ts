import { deepEqual, field } from "../../../machinery/index.ts";
import type { Errors } from "../../checks.ts";
import type { CustomResourceColumnDefinition, CustomResourceDefinitionVersion, CustomResourceSubresources } from "../../generated/types.ts";
import type { Schema } from "../schema/schema.ts";
import type { CelRoot } from "./cel.ts";
import { checkDefaults, type RuleRunner } from "./default-rules.ts";
import { resolveFieldPath } from "./field-path.ts";
import { goFieldsSet, goSchema } from "./go-names.ts";
import { checkOpenApiSchema, type Found } from "./schema-rules.ts";
import { structuralProblems } from "./structural.ts";

const MAX_SELECTABLE_FIELDS = 8;

/** How CEL takes part in checking schemas. */
export interface SchemaCel {
  readonly compile: (schema: Schema, unchanged: boolean) => CelRoot;
  readonly run: RuleRunner;
}

export interface SchemaRules {
  readonly cel: SchemaCel | undefined;
  /** The version as it was before an update. */
  unchanged(version: string): CustomResourceDefinitionVersion | undefined;
}

export const schemaOf = (version: CustomResourceDefinitionVersion): Schema | undefined =>
  version.schema?.openAPIV3Schema as Schema | undefined;

/** k8s: validateCustomResourceDefinitionVersion. */
export function checkVersion(errors: Errors, path: string, version: CustomResourceDefinitionVersion, rules: SchemaRules): void {
  checkDeprecation(errors, `${path}.deprecationWarning`, version);
  const schema = schemaOf(version);
  const old = rules.unchanged(version.name);
  if (schema !== undefined)
    checkSchema(errors, `${path}.schema.openAPIV3Schema`, schema, version.subresources?.status !== undefined, rules, old);
  checkSubresources(errors, `${path}.subresources`, version.subresources);
  for (const [i, column] of (version.additionalPrinterColumns ?? []).entries())
    checkColumn(errors, `${path}.additionalPrinterColumns[${i}]`, column);
  const { selectableFields = [] } = version;
  if (selectableFields.length === 0) return;
  const at = `${path}.selectableFields`;
  if (schema === undefined) errors.push(field.invalid(at, "", "may only be set when `version.schema.openAPIV3Schema` is not included"));
  else {
    const grandfathered =
      (old?.selectableFields?.length ?? 0) > MAX_SELECTABLE_FIELDS && deepEqual(old?.selectableFields, selectableFields);
    checkSelectable(errors, at, selectableFields, schema, grandfathered);
  }
}

function checkDeprecation(errors: Errors, path: string, { deprecated, deprecationWarning: text }: CustomResourceDefinitionVersion): void {
  if (text === undefined) return;
  const tell = (words: string): void => void errors.push(field.invalid(path, text, words));
  if (!deprecated) return tell("can only be set for deprecated versions");
  if (text.length > 256) tell("must be <= 256 characters long");
  if (text === "") tell("must not be an empty string");
  const odd = [...text].findIndex((c) => /[\p{C}\p{Zl}\p{Zp}]/u.test(c) || (c !== " " && /\p{Zs}/u.test(c)));
  if (odd >= 0) tell(`must only contain printable UTF-8 characters; non-printable character found at index ${odd}`);
}

const AT_ROOT =
  "Description Type Format Title Maximum ExclusiveMaximum Minimum ExclusiveMinimum MaxLength MinLength Pattern MaxItems MinItems UniqueItems MultipleOf Required Items Properties ExternalDocs Example XPreserveUnknownFields XValidations".split(
    " ",
  );

/** k8s: validateCustomResourceDefinitionValidation. */
function checkSchema(
  errors: Errors,
  path: string,
  schema: Schema,
  hasStatus: boolean,
  rules: SchemaRules,
  old: CustomResourceDefinitionVersion | undefined,
): void {
  const mine: Errors = [];
  // The schema of the status is taken out at properties["status"]: nothing beside it may speak of it.
  if (hasStatus)
    for (const name of goFieldsSet(schema)) {
      if (name === "Type" && schema.type !== "object") {
        const words = 'only "object" is allowed as the type at the root of the schema if the status subresource is enabled';
        mine.push(field.invalid(`${path}.type`, schema.type, words));
        break;
      }
      if (AT_ROOT.includes(name)) continue;
      const words = `only [${AT_ROOT.join(" ")}] fields are allowed at the root of the schema if the status subresource is enabled`;
      mine.push(field.invalid(path, goSchema(schema), words));
      break;
    }
  if (schema.nullable) mine.push(field.forbidden(`${path}.nullable`, "nullable cannot be true at the root"));
  let problems = structuralProblems(schema, path);
  if (problems.length === 0) problems = checkDefaults(path, schema, rules.cel?.run);
  mine.push(...problems);
  const cel = problems.length === 0 ? rules.cel?.compile(schema, old !== undefined && deepEqual(schemaOf(old), schema)) : undefined;
  const found: Found = { schema: [], cel: [] };
  checkOpenApiSchema(found, path, schema, { root: true, ...(cel ? { cel: cel.node } : {}) });
  mine.push(...found.schema, ...found.cel);
  cel?.total(mine, path);
  errors.push(...mine);
}

/** k8s: ValidateCustomResourceDefinitionSubresources. */
function checkSubresources(errors: Errors, path: string, subresources: CustomResourceSubresources | undefined): void {
  const scale = subresources?.scale;
  if (scale === undefined) return;
  for (const [name, root] of [
    ["specReplicasPath", ".spec."],
    ["statusReplicasPath", ".status."],
  ] as const) {
    const at = `${path}.scale.${name}`;
    if (!scale[name]) errors.push(field.required(at));
    else if (!checkSimplePath(errors, at, scale[name])) continue;
    else if (!scale[name].startsWith(root)) errors.push(field.invalid(at, scale[name], `should be a json path under ${root.slice(0, -1)}`));
  }
  const { labelSelectorPath: selector } = scale;
  const at = `${path}.scale.labelSelectorPath`;
  if (selector && checkSimplePath(errors, at, selector) && !/^\.(spec|status)\./.test(selector))
    errors.push(field.invalid(at, selector, "should be a json path under either .spec or .status"));
}

function checkSimplePath(errors: Errors, path: string, jsonPath: string): boolean {
  if (jsonPath.startsWith(".")) return true;
  errors.push(field.invalid(path, jsonPath, "must be a simple json path starting with ."));
  return false;
}

const COLUMN_TYPES = ["boolean", "date", "integer", "number", "string"];
const COLUMN_FORMATS = ["byte", "date", "date-time", "double", "float", "int32", "int64", "password"];

/** k8s: ValidateCustomResourceColumnDefinition; the path is spelled as upstream's. */
function checkColumn(errors: Errors, path: string, { name, type, format, jsonPath }: CustomResourceColumnDefinition): void {
  const oneOf = (values: readonly string[]): string => `must be one of ${values.join(",")}`;
  if (!name) errors.push(field.required(`${path}.name`));
  if (!type) errors.push(field.required(`${path}.type`, oneOf(COLUMN_TYPES)));
  else if (!COLUMN_TYPES.includes(type)) errors.push(field.invalid(`${path}.type`, type, oneOf(COLUMN_TYPES)));
  if (format && !COLUMN_FORMATS.includes(format)) errors.push(field.invalid(`${path}.format`, format, oneOf(COLUMN_FORMATS)));
  if (!jsonPath) errors.push(field.required(`${path}.JSONPath`));
  else checkSimplePath(errors, `${path}.JSONPath`, jsonPath);
}

/** k8s: ValidateCustomResourceSelectableFields. */
function checkSelectable(
  errors: Errors,
  path: string,
  fields: readonly { readonly jsonPath: string }[],
  schema: Schema,
  grandfathered: boolean,
): void {
  const seen = new Set<string>();
  for (const [i, { jsonPath }] of fields.entries()) {
    const at = `${path}[${i}].jsonPath`;
    if (!jsonPath) {
      errors.push(field.required(at));
      continue;
    }
    const target = resolveFieldPath(jsonPath, schema, false);
    if (typeof target === "string") {
      errors.push(field.invalid(at, jsonPath, `is an invalid path: ${target}`));
      continue;
    }
    if (target.steps[0] === "metadata") errors.push(field.invalid(at, jsonPath, "must not point to fields in metadata"));
    if (!["string", "boolean", "integer"].includes(target.schema.type ?? ""))
      errors.push(
        field.invalid(
          at,
          jsonPath,
          "must point to a field of type string, boolean or integer. Enum string fields and strings with formats are allowed.",
        ),
      );
    if (seen.has(target.text)) errors.push(field.duplicate(at, jsonPath));
    seen.add(target.text);
  }
  if (seen.size > MAX_SELECTABLE_FIELDS && !grandfathered) errors.push(field.tooMany(path, seen.size, MAX_SELECTABLE_FIELDS));
}
