import { deepEqual, field, fieldErrorMessage } from "../../../machinery/index.ts";
import type { Errors } from "../../checks.ts";
import { isEmbedded, isIntOrString, own, preserves, type Schema, valuesOf } from "../schema/schema.ts";
import { patternProblem } from "../value/pattern.ts";

type Level = "root" | "item" | "field";

const INT_OR_STRING: readonly Schema[] = [{ type: "integer" }, { type: "string" }];

/** What makes a schema structural (k8s: apiserver/schema/validation.go ValidateStructural). Sorted by their words, as upstream has them. */
export function structuralProblems(schema: Schema, path: string): Errors {
  const errors: Errors = [];
  invariants(errors, schema, "root", path);
  complete(errors, schema, schema, path, path);
  const text = new Map(errors.map((e) => [e, fieldErrorMessage(e)]));
  return errors.toSorted((a, b) => ((text.get(a) ?? "") < (text.get(b) ?? "") ? -1 : 1));
}

const WHERE: Readonly<Record<Level, string>> = {
  root: "at the root",
  item: "for specified array items",
  field: "for specified object fields",
};

function invariants(errors: Errors, schema: Schema, level: Level, path: string): void {
  const { type, items, properties = {} } = schema;
  const embedded = isEmbedded(schema);
  if (type === "array" && items === undefined) errors.push(field.required(`${path}.items`, "must be specified"));
  if (items) invariants(errors, items, "item", `${path}.items`);
  for (const [name, property] of Object.entries(properties)) invariants(errors, property, "field", `${path}.properties[${name}]`);
  const values = valuesOf(schema);
  if (schema.additionalProperties !== undefined && level === "root")
    errors.push(field.forbidden(`${path}.additionalProperties`, "must not be used at the root"));
  if (values) invariants(errors, values, "field", `${path}.additionalProperties`);
  if (isIntOrString(schema) && preserves(schema))
    errors.push(field.invalid(`${path}.x-kubernetes-preserve-unknown-fields`, true, "must be false if x-kubernetes-int-or-string is true"));
  if (isIntOrString(schema) && embedded)
    errors.push(field.invalid(`${path}.x-kubernetes-embedded-resource`, true, "must be false if x-kubernetes-int-or-string is true"));
  // An int-or-string may name its two types once, in anyOf or in the first of allOf.
  const skipAnyOf = deepEqual(schema.anyOf, INT_OR_STRING);
  const skipAllOf = deepEqual(schema.allOf?.[0]?.anyOf, INT_OR_STRING);
  valueRules(errors, schema, skipAnyOf, skipAllOf, path);
  const objectIf = "must be object if x-kubernetes-embedded-resource is true";
  if (embedded && type !== "object")
    errors.push(type ? field.invalid(`${path}.type`, type, objectIf) : field.required(`${path}.type`, objectIf));
  else if (!type && !isIntOrString(schema) && !preserves(schema))
    errors.push(field.required(`${path}.type`, `must not be empty ${WHERE[level]}`));
  if (embedded && schema.additionalProperties !== undefined)
    errors.push(field.forbidden(`${path}.additionalProperties`, "must not be used if x-kubernetes-embedded-resource is set"));
  if (level === "root" && type && type !== "object") errors.push(field.invalid(`${path}.type`, type, "must be object at the root"));
  checkMetaSchemas(errors, schema, level, path);
  if (embedded && !preserves(schema) && Object.keys(properties).length === 0)
    errors.push(
      field.required(
        `${path}.properties`,
        "must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields",
      ),
    );
}

/** Of metadata a root schema may restrict the name and generateName only. */
function checkMetaSchemas(errors: Errors, { properties, ...schema }: Schema, level: Level, path: string): void {
  const isResource = level === "root" || isEmbedded(schema);
  for (const name of ["kind", "apiVersion"]) {
    const property = own(properties, name);
    if (isResource && property !== undefined && property.type !== "string")
      errors.push(field.invalid(`${path}.properties[${name}].type`, property.type ?? "", "must be string"));
  }
  const metadata = own(properties, "metadata");
  if (metadata === undefined) return;
  const at = `${path}.properties[metadata]`;
  if (isResource && metadata.type !== "object") errors.push(field.invalid(`${at}.type`, metadata.type ?? "", "must be object"));
  if (level !== "root") return;
  const { type: _, default: __, properties: names = {}, ...rest } = metadata;
  const onlyNames = Object.keys(names).every((name) => name === "name" || name === "generateName");
  if (!onlyNames || Object.keys(rest).length > 0)
    errors.push(field.forbidden(at, "must not specify anything other than name and generateName, but metadata is implicitly specified"));
}

function valueRules(errors: Errors, schema: Schema, skipAnyOf: boolean, skipFirstAllOf: boolean, path: string): void {
  if (!skipAnyOf) for (const [i, s] of (schema.anyOf ?? []).entries()) nestedRules(errors, s, false, `${path}.anyOf[${i}]`);
  for (const [i, s] of (schema.allOf ?? []).entries()) nestedRules(errors, s, skipFirstAllOf && i === 0, `${path}.allOf[${i}]`);
  for (const [i, s] of (schema.oneOf ?? []).entries()) nestedRules(errors, s, false, `${path}.oneOf[${i}]`);
  if (schema.not) nestedRules(errors, schema.not, false, `${path}.not`);
  const problem = schema.pattern ? patternProblem(schema.pattern) : undefined;
  if (problem) errors.push(field.invalid(`${path}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: ${problem}`));
}

/** What an alternative must leave to the schema around it, and in which words. */
const FORBIDDEN: readonly (readonly [name: keyof Schema, words: string])[] = [
  ["type", "must be empty to be structural"],
  ["additionalProperties", "must be undefined to be structural"],
  ["default", "must be undefined to be structural"],
  ["title", "must be empty to be structural"],
  ["description", "must be empty to be structural"],
  ["nullable", "must be false to be structural"],
  ["x-kubernetes-preserve-unknown-fields", "must be false to be structural"],
  ["x-kubernetes-embedded-resource", "must be false to be structural"],
  ["x-kubernetes-int-or-string", "must be false to be structural"],
  ["x-kubernetes-list-map-keys", "must be empty to be structural"],
  ["x-kubernetes-list-type", "must be undefined to be structural"],
  ["x-kubernetes-map-type", "must be undefined to be structural"],
  ["x-kubernetes-validations", "must be empty to be structural"],
];

function nestedRules(errors: Errors, schema: Schema, skipAnyOf: boolean, path: string): void {
  valueRules(errors, schema, skipAnyOf, false, path);
  if (schema.items) nestedRules(errors, schema.items, false, `${path}.items`);
  for (const [name, property] of Object.entries(schema.properties ?? {}))
    nestedRules(errors, property, false, `${path}.properties[${name}]`);
  for (const [name, words] of FORBIDDEN) {
    const value = schema[name];
    const unset = value === undefined || value === false || value === "" || (Array.isArray(value) && value.length === 0);
    if (!unset || (name === "additionalProperties" && value === false)) errors.push(field.forbidden(`${path}.${name}`, words));
  }
  if (own(schema.properties, "metadata"))
    errors.push(field.forbidden(`${path}.properties[metadata]`, "must not be specified in a nested context"));
}

/** Every field that an alternative speaks of is also specified outside (k8s: validateStructuralCompleteness). */
function complete(errors: Errors, rules: Schema, schema: Schema, at: string, from: string): void {
  const groups = { not: rules.not ? [rules.not] : [], allOf: rules.allOf ?? [], anyOf: rules.anyOf ?? [], oneOf: rules.oneOf ?? [] };
  for (const [name, schemas] of Object.entries(groups))
    for (const [i, nested] of schemas.entries())
      completeNested(errors, nested, schema, at, name === "not" ? `${from}.not` : `${from}.${name}[${i}]`);
}

function completeNested(errors: Errors, rules: Schema, schema: Schema | undefined, at: string, from: string): void {
  if (schema === undefined) {
    errors.push(field.required(at, `because it is defined in ${from}`));
    return;
  }
  complete(errors, rules, schema, at, from);
  if (rules.items) completeNested(errors, rules.items, schema.items, `${at}.items`, `${from}.items`);
  for (const [name, property] of Object.entries(rules.properties ?? {})) {
    const key = `.properties[${name}]`;
    completeNested(errors, property, own(schema.properties, name), at + key, from + key);
  }
}
