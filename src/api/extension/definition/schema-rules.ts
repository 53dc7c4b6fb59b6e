import { field } from "../../../machinery/index.ts";
import type { Errors } from "../../checks.ts";
import { isEmbedded, META_FIELDS, own, type Schema, valuesOf } from "../schema/schema.ts";
import { fieldPathProblem } from "./field-path.ts";
import type { CelNode } from "./cel.ts";

const TYPES = ["array", "boolean", "integer", "number", "object", "string"];
const REASONS = ["FieldValueDuplicate", "FieldValueForbidden", "FieldValueInvalid", "FieldValueRequired"];

/** Errors of the schema, and of the rules in it, which are told last. */
export interface Found {
  readonly schema: Errors;
  readonly cel: Errors;
}

/** Where in a schema the check is. */
interface Place {
  readonly root?: true;
  /** Why no default may stand here. */
  readonly noDefault?: string;
  readonly insideMeta?: true;
  /** The first ancestor whose parts cannot be told apart between two revisions: no transition rule below it. */
  readonly uncorrelated?: string;
  /** Absent inside alternatives, where no rule is allowed. */
  readonly cel?: CelNode;
}

/** k8s: apiextensions/validation ValidateCustomResourceDefinitionOpenAPISchema. */
export function checkOpenApiSchema(found: Found, path: string, schema: Schema, place: Place): void {
  const { schema: errors } = found;
  const before = errors.length;
  checkStandard(errors, path, schema, place);
  if (schema.uniqueItems)
    errors.push(field.forbidden(`${path}.uniqueItems`, "uniqueItems cannot be set to true since the runtime complexity becomes quadratic"));
  const values = valuesOf(schema);
  if (schema.additionalProperties !== undefined && Object.keys(schema.properties ?? {}).length > 0 && schema.additionalProperties !== true)
    errors.push(field.forbidden(`${path}.additionalProperties`, "additionalProperties and properties are mutual exclusive"));
  const { root: _, cel, ...below } = place;
  if (values) {
    const inMeta = place.insideMeta ? { noDefault: "inside additionalProperties applying to object metadata" } : {};
    checkOpenApiSchema(found, `${path}.additionalProperties`, values, { ...below, ...inMeta, ...child(cel?.values(values)) });
  }
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const meta = (place.root || isEmbedded(schema)) && META_FIELDS.has(name);
    const at: Place = {
      ...below,
      ...(schema["x-kubernetes-map-type"] === "atomic" && !place.uncorrelated ? { uncorrelated: path } : {}),
      ...(meta ? { insideMeta: true as const } : {}),
      ...(meta && place.root ? { noDefault: `in top-level ${name}` } : {}),
      ...child(cel?.field(name, property)),
    };
    checkOpenApiSchema(found, `${path}.properties[${name}]`, property, at);
  }
  if (schema.not) checkOpenApiSchema(found, `${path}.not`, schema.not, below);
  for (const group of ["allOf", "oneOf", "anyOf"] as const)
    for (const [i, nested] of (schema[group] ?? []).entries()) checkOpenApiSchema(found, `${path}.${group}[${i}]`, nested, below);
  if (schema.items && !Array.isArray(schema.items)) {
    const correlates = schema["x-kubernetes-list-type"] === "map" || place.uncorrelated !== undefined;
    const at = { ...below, ...(correlates ? {} : { uncorrelated: path }), ...child(cel?.items(schema.items)) };
    checkOpenApiSchema(found, `${path}.items`, schema.items, at);
  }
  checkExtensions(errors, path, schema);
  checkRules(errors, path, schema);
  if (errors.length === before && schema["x-kubernetes-validations"]?.length) cel?.check(found.cel, path, place.uncorrelated);
}

const child = (cel: CelNode | undefined): { readonly cel?: CelNode } => (cel === undefined ? {} : { cel });

/** JSON Schema's words that Kubernetes does not take. */
const UNSUPPORTED = ["additionalItems", "patternProperties", "definitions", "dependencies", "$ref"] as const;

function checkStandard(errors: Errors, path: string, schema: Schema, place: Place): void {
  const { type } = schema;
  if (type && !TYPES.includes(type)) errors.push(field.notSupported(`${path}.type`, type, TYPES));
  if (schema.default !== undefined && place.noDefault)
    errors.push(field.forbidden(`${path}.default`, `must not be set ${place.noDefault}`));
  if (schema.id) errors.push(field.forbidden(`${path}.id`, "id is not supported"));
  for (const name of UNSUPPORTED)
    if (schema[name] !== undefined) errors.push(field.forbidden(`${path}.${name}`, `${name} is not supported`));
  if (type === "null") errors.push(field.forbidden(`${path}.type`, "type cannot be set to null, use nullable as an alternative"));
  if (Array.isArray(schema.items)) errors.push(field.forbidden(`${path}.items`, "items must be a schema object and not an array"));
  if (place.insideMeta && isEmbedded(schema))
    errors.push(field.forbidden(`${path}.x-kubernetes-embedded-resource`, "must not be used inside of resource meta"));
}

/** Required where there is no type, invalid where there is another. */
const wrongType = (path: string, type: string | undefined, words: string) =>
  type ? field.invalid(`${path}.type`, type, words) : field.required(`${path}.type`, words);

function checkExtensions(errors: Errors, path: string, schema: Schema): void {
  const { type, items } = schema;
  const mapType = schema["x-kubernetes-map-type"];
  const listType = schema["x-kubernetes-list-type"];
  const keys = schema["x-kubernetes-list-map-keys"] ?? [];
  if (schema["x-kubernetes-preserve-unknown-fields"] === false)
    errors.push(field.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, false, "must be true or undefined"));
  if (mapType !== undefined && type !== "object")
    errors.push(wrongType(path, type, "must be object if x-kubernetes-map-type is specified"));
  if (mapType !== undefined && mapType !== "atomic" && mapType !== "granular")
    errors.push(field.notSupported(`${path}.x-kubernetes-map-type`, mapType, ["atomic", "granular"]));
  if (listType !== undefined && type !== "array")
    errors.push(wrongType(path, type, "must be array if x-kubernetes-list-type is specified"));
  else if (listType === "set" && items) checkSetItems(errors, `${path}.items`, items);
  if (listType !== undefined && !["atomic", "set", "map"].includes(listType))
    errors.push(field.notSupported(`${path}.x-kubernetes-list-type`, listType, ["atomic", "set", "map"]));
  if (keys.length > 0 && listType !== "map") {
    const words = "must be map if x-kubernetes-list-map-keys is non-empty";
    const at = `${path}.x-kubernetes-list-type`;
    errors.push(listType === undefined ? field.required(at, words) : field.invalid(at, listType, words));
  }
  if (listType === "map") checkMapItems(errors, path, items, keys);
  if ((listType === "set" || listType === "map") && items) checkKeys(errors, path, listType, items, keys);
}

function checkSetItems(errors: Errors, path: string, items: Schema): void {
  const words = "must be atomic as item of a list with x-kubernetes-list-type=set";
  const { "x-kubernetes-list-type": listType, "x-kubernetes-map-type": mapType } = items;
  if (items.type === "array" && listType !== undefined && listType !== "atomic")
    errors.push(field.invalid(`${path}.x-kubernetes-list-type`, listType, words));
  if (items.type === "object" && mapType !== "atomic") errors.push(field.invalid(`${path}.x-kubernetes-map-type`, listType ?? null, words));
}

function checkMapItems(errors: Errors, path: string, items: Schema | undefined, keys: readonly string[]): void {
  if (keys.length === 0)
    errors.push(field.required(`${path}.x-kubernetes-list-map-keys`, "must not be empty if x-kubernetes-list-type is map"));
  if (items === undefined) errors.push(field.required(`${path}.items`, "must have a schema if x-kubernetes-list-type is map"));
  else if (items.type !== "object")
    errors.push(field.invalid(`${path}.items.type`, items.type ?? "", "must be object if parent array's x-kubernetes-list-type is map"));
  else
    for (const [i, key] of keys.entries()) {
      const property = own(items.properties, key);
      if (property === undefined)
        errors.push(field.invalid(`${path}.x-kubernetes-list-map-keys`, keys, "entries must all be names of item properties"));
      else if (property.type === "array" || property.type === "object")
        errors.push(
          field.invalid(
            `${path}.items.properties[${key}].type`,
            items.type,
            "must be a scalar type if parent array's x-kubernetes-list-type is map",
          ),
        );
      if (keys.indexOf(key) < i)
        errors.push(field.invalid(`${path}.x-kubernetes-list-map-keys`, keys, "must not contain duplicate entries"));
    }
}

/** k8s: validateMapListKeysMapSet. */
function checkKeys(errors: Errors, path: string, listType: "set" | "map", items: Schema, keys: readonly string[]): void {
  if (items.nullable)
    errors.push(field.forbidden(`${path}.items.nullable`, `cannot be nullable when x-kubernetes-list-type is ${listType}`));
  if (listType === "set") return;
  for (const key of keys) {
    const property = own(items.properties, key);
    if (property === undefined) continue;
    const at = `${path}.items.properties[${key}]`;
    const because = "this property is in x-kubernetes-list-map-keys, so it";
    if (!items.required?.includes(key) && property.default === undefined)
      errors.push(field.required(`${at}.default`, `${because} must have a default or be a required property`));
    if (property.nullable) errors.push(field.forbidden(`${at}.nullable`, `${because} cannot be nullable`));
  }
}

const hasNewline = (text: string): boolean => /[\n\r]/.test(text);

function checkRules(errors: Errors, path: string, schema: Schema): void {
  for (const [i, rule] of (schema["x-kubernetes-validations"] ?? []).entries()) {
    const at = `${path}.x-kubernetes-validations[${i}]`;
    const { message = "", messageExpression = "", fieldPath = "", reason } = rule;
    const text = rule.rule.trim();
    if (text === "") errors.push(field.required(`${at}.rule`, "rule is not specified"));
    else if (message !== "" && message.trim() === "")
      errors.push(field.invalid(`${at}.message`, message, "must be non-empty if specified"));
    else if (hasNewline(message.trim())) errors.push(field.invalid(`${at}.message`, message, "must not contain line breaks"));
    else if (hasNewline(text) && message.trim() === "")
      errors.push(field.required(`${at}.message`, "message must be specified if rule contains line breaks"));
    if (messageExpression !== "" && messageExpression.trim() === "")
      errors.push(field.required(`${at}.messageExpression`, "messageExpression must be non-empty if specified"));
    if (reason !== undefined && !REASONS.includes(reason)) errors.push(field.notSupported(`${at}.reason`, reason, REASONS));
    if (fieldPath === "") continue;
    if (fieldPath.trim() === "") errors.push(field.invalid(`${at}.fieldPath`, fieldPath, "must be non-empty if specified"));
    if (hasNewline(fieldPath)) errors.push(field.invalid(`${at}.fieldPath`, fieldPath, "must not contain line breaks"));
    if (fieldPathProblem(fieldPath, schema) !== undefined) errors.push(field.invalid(`${at}.fieldPath`, fieldPath, "must be a valid path"));
  }
}
