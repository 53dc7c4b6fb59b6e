import { deepEqual, field, goQuote } from "../../../machinery/index.ts";
import { fieldOf, isIntOrString, isPlain, own, type Plain, type Schema, valuesOf } from "../schema/schema.ts";
import { formatProblem, knownFormat } from "./formats.ts";
import { checkNumber } from "./numbers.ts";
import { patternMatches } from "./pattern.ts";
import { fieldName, NO_FIELD, Result, wrong } from "./result.ts";

/** What a value was before an update: errors of what has not changed are forgiven (k8s: CRDValidationRatcheting). */
export interface Before {
  /** Says how lists and maps correlate. */
  readonly schema: Schema;
  readonly value: unknown;
}

/** Checks `value` against an OpenAPI v3 schema (k8s: kube-openapi/pkg/validation/validate SchemaValidator, ratcheting.go). `path` "" at the root. */
export function validateValue(schema: Schema, value: unknown, path = "", before?: Before): Result {
  const result = check(schema, value, path, before);
  return before !== undefined && !result.valid && deepEqual(before.value, value) ? new Result() : result;
}

function check(schema: Schema, value: unknown, path: string, before: Before | undefined): Result {
  const result = new Result();
  const type = isIntOrString(schema) ? ["integer", "string"] : schema.type ? [schema.type] : [];
  const format = knownFormat(schema, type);
  if (value === null || value === undefined) {
    result.matches++;
    if (type.length > 0 && !schema.nullable) result.add(typeError(path, type.join(","), "null"));
    checkEnum(result, schema, null, path);
    return result;
  }
  if (type.length > 0 || format !== "") {
    checkType(result, type, format, value, path);
    result.matches++;
  }
  groups(result, schema, value, path, before);
  result.matches += 2;
  if (typeof value === "string") {
    checkString(result, schema, value, path);
    result.matches++;
    if (format !== "") {
      const problem = formatProblem(format, value);
      if (problem) result.add(typeError(path, schema.format ?? "", value));
      result.matches++;
    }
  }
  if (typeof value === "number") {
    checkNumber(result, schema, type, value, path);
    result.matches += 2;
  }
  if (Array.isArray(value)) {
    checkList(result, schema, value, path, before);
    result.matches += 2;
  }
  checkEnum(result, schema, value, path);
  result.matches++;
  if (isPlain(value)) {
    checkObject(result, schema, value, path, before);
    result.matches++;
  }
  result.matches++;
  return result;
}

const typeError = (path: string, wanted: string, got: string) =>
  field.typeInvalid(fieldName(path), got, `${path} in body must be of type ${wanted}: ${goQuote(got)}`);

/** The JSON type of a value, and the format that Go's types give it. */
function typeOf(value: unknown): readonly [type: string, format: string] {
  if (typeof value === "number") return Number.isInteger(value) ? ["integer", "int64"] : ["number", "float64"];
  if (Array.isArray(value)) return ["array", ""];
  return [typeof value === "boolean" ? "boolean" : typeof value === "string" ? "string" : "object", ""];
}

function checkType(result: Result, type: readonly string[], format: string, value: unknown, path: string): void {
  const [given, goFormat] = typeOf(value);
  const fits = type.includes(given) || (given === "integer" && type.includes("number"));
  const textual = typeof value === "string" || Array.isArray(value);
  const numeric = type.includes("number") || type.includes("integer");
  // With a format, the format is what the words name; a text or a list is then left to the format's own check.
  if (!textual && format !== "" && !fits && goFormat !== format) result.add(typeError(path, format, goFormat));
  else if (textual && format !== "" && !numeric) result.matches++;
  else if (!fits) result.add(typeError(path, type.join(","), given));
  else result.matches++;
}

function checkString(result: Result, schema: Schema, value: string, path: string): void {
  const { maxLength, minLength, pattern } = schema;
  const length = maxLength === undefined && minLength === undefined ? 0 : [...value].length;
  if (maxLength !== undefined && length > maxLength) result.add(field.tooLong(fieldName(path), "", maxLength));
  else if (minLength !== undefined && length < minLength) result.add(wrong(path, value, `should be at least ${minLength} chars long`));
  else if (pattern !== undefined && pattern !== "" && !patternMatches(pattern, value))
    result.add(wrong(path, value, `should match '${pattern}'`));
}

function checkEnum(result: Result, schema: Schema, value: unknown, path: string): void {
  const { enum: values } = schema;
  if (values === undefined || values.length === 0 || values.some((allowed) => allowed !== null && deepEqual(allowed, value))) return;
  const names = values.map((allowed) => (typeof allowed === "string" ? allowed : JSON.stringify(allowed)));
  result.add(field.notSupported(fieldName(path), value, names));
}

function checkList(result: Result, schema: Schema, list: readonly unknown[], path: string, before: Before | undefined): void {
  const { items, maxItems, minItems } = schema;
  if (items !== undefined) {
    const old = correlateItems(before);
    for (const [i, item] of list.entries()) result.merge(validateValue(items, item, `${path}[${i}]`, old?.(item)));
  }
  if (minItems !== undefined && list.length < minItems) result.add(wrong(path, list.length, `should have at least ${minItems} items`));
  if (maxItems !== undefined && list.length > maxItems) result.add(field.tooMany(fieldName(path), list.length, maxItems));
  if (schema.uniqueItems && list.some((item, i) => list.slice(0, i).some((earlier) => deepEqual(earlier, item))))
    result.add(wrong(path, "", "shouldn't contain duplicates"));
}

function checkObject(result: Result, schema: Schema, object: Plain, path: string, before: Before | undefined): void {
  const { properties, minProperties, maxProperties } = schema;
  const names = Object.keys(object).toSorted();
  if (minProperties !== undefined && names.length < minProperties)
    result.add(wrong(path, names.length, `should have at least ${minProperties} properties`));
  if (maxProperties !== undefined && names.length > maxProperties) result.add(field.tooMany(fieldName(path), names.length, maxProperties));
  const values = valuesOf(schema);
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  const old = (name: string): Before | undefined => correlateField(before, name, path === "");
  for (const name of names) {
    if (own(properties, name) !== undefined) continue;
    if (schema.additionalProperties === false)
      result.add(field.invalid(fieldName(path), name, `${path}.${name} in body is a forbidden property`));
    else if (values !== undefined) result.merge(validateValue(values, object[name], `${path}.${name}`, old(name)));
  }
  for (const name of names) {
    const known = own(properties, name);
    if (known !== undefined) result.merge(validateValue(known, object[name], at(name), old(name)));
  }
  for (const name of schema.required ?? []) if (!Object.hasOwn(object, name)) result.add(field.required(fieldName(`${path}.${name}`)));
}

/** anyOf, oneOf, allOf and not, with what the alternative that came closest says (k8s: schema_props.go). */
function groups(result: Result, schema: Schema, value: unknown, path: string, before: Before | undefined): void {
  const tell = (words: string): void => result.add(field.invalid(NO_FIELD, "", `${goQuote(path)} must ${words}`));
  const each = (schemas: readonly Schema[] | undefined) => schemas?.map((s) => check(s, value, path, before));
  const closest = (failures: readonly Result[]) => failures.reduce((best, r) => (r.matches > best.matches ? r : best));
  const any = each(schema.anyOf);
  if (any !== undefined && any.length > 0) {
    const first = any.find((r) => r.valid);
    if (first === undefined) tell("validate at least one schema (anyOf)");
    result.merge(first ?? closest(any));
  }
  const one = each(schema.oneOf);
  if (one !== undefined && one.length > 0) {
    const valid = one.filter((r) => r.valid);
    if (valid.length === 1) result.merge(valid[0]);
    else {
      tell(`validate one and only one schema (oneOf). Found ${valid.length === 0 ? "none valid" : `${valid.length} valid alternatives`}`);
      if (valid.length === 0) result.merge(closest(one));
    }
  }
  const all = each(schema.allOf);
  if (all !== undefined && all.length > 0) {
    for (const r of all) result.merge(r);
    if (all.some((r) => !r.valid)) tell(`validate all the schemas (allOf)${all.some((r) => r.valid) ? "" : ". None validated"}`);
  }
  if (schema.not !== undefined && check(schema.not, value, path, before).valid) tell("not validate the schema (not)");
}

/** What a field was, if maps of this kind correlate (k8s: cel/common CorrelatedObject.Key). */
export function correlateField(before: Before | undefined, name: string, root: boolean): Before | undefined {
  if (before === undefined || !isPlain(before.value) || before.schema["x-kubernetes-map-type"] === "atomic") return undefined;
  // Old and new are converted to one version: a change of these cannot be seen.
  if (root && (name === "kind" || name === "apiVersion")) return undefined;
  const schema = fieldOf(before.schema, name);
  return schema === undefined || !Object.hasOwn(before.value, name) ? undefined : { schema, value: before.value[name] };
}

/** What an item was: only lists with keys correlate (k8s: CorrelatedObject.Index). */
export function correlateItems(before: Before | undefined): ((item: unknown) => Before | undefined) | undefined {
  if (before === undefined || before.schema["x-kubernetes-list-type"] !== "map" || !Array.isArray(before.value)) return undefined;
  const { items: schema, "x-kubernetes-list-map-keys": keys = [] } = before.schema;
  const old = before.value as readonly unknown[];
  if (schema === undefined) return undefined;
  return (item) => {
    if (!isPlain(item)) return undefined;
    const found = old.find((o) => isPlain(o) && keys.every((key) => deepEqual(o[key], item[key])));
    return found === undefined ? undefined : { schema, value: found };
  };
}
