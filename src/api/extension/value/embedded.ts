import { field, isDNS1035Label, isValidPathSegmentName, type FieldError } from "../../../machinery/index.ts";
import { isEmbedded, isPlain, own, type Plain, type Schema, valuesOf } from "../schema/schema.ts";

/** What every resource inside a resource must have (k8s: schema/objectmeta Validate). `root`: `value` is itself checked as one. */
export function checkEmbedded(errors: FieldError[], path: string, schema: Schema | undefined, value: unknown, root = false): void {
  if (schema === undefined) return;
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) checkEmbedded(errors, `${path}[${i}]`, schema.items, item);
    return;
  }
  if (!isPlain(value)) return;
  const at = (name: string): string => (path === "" ? name : `${path}.${name}`);
  if (root || isEmbedded(schema)) checkResource(errors, at, value);
  const values = valuesOf(schema);
  for (const name in value) {
    const known = own(schema.properties, name);
    if (known !== undefined) checkEmbedded(errors, at(name), known, value[name]);
    else if (values !== undefined) checkEmbedded(errors, `${path}[${name}]`, values, value[name]);
  }
}

function checkResource(errors: FieldError[], at: (name: string) => string, { apiVersion, kind, metadata }: Plain): void {
  if (apiVersion === undefined) errors.push(field.required(at("apiVersion")));
  if (kind === undefined) errors.push(field.required(at("kind")));
  if (apiVersion === "") errors.push(field.invalid(at("apiVersion"), apiVersion, "must not be empty"));
  else if (typeof apiVersion === "string" && apiVersion.split("/").length > 2)
    errors.push(field.invalid(at("apiVersion"), apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else if (apiVersion !== undefined && typeof apiVersion !== "string")
    errors.push(field.invalid(at("apiVersion"), apiVersion, "must be a string"));
  if (kind === "") errors.push(field.invalid(at("kind"), kind, "must not be empty"));
  else if (kind !== undefined && typeof kind !== "string") errors.push(field.invalid(at("kind"), kind, "must be a string"));
  else if (typeof kind === "string") {
    const problems = isDNS1035Label(kind.toLowerCase());
    if (problems.length > 0)
      errors.push(field.invalid(at("kind"), kind, `may have mixed case, but should otherwise match: ${problems.join(",")}`));
  }
  const name = isPlain(metadata) ? metadata["name"] : undefined;
  if (typeof name === "string")
    for (const problem of isValidPathSegmentName(name)) errors.push(field.invalid(`${at("metadata")}.name`, name, problem));
}
