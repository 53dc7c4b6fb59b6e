import { deepEqual, field, type FieldError } from "../../../machinery/index.ts";
import type { Errors } from "../../checks.ts";
import { isEmbedded, META_FIELDS, type Schema } from "../schema/schema.ts";
import { checkEmbedded } from "../value/embedded.ts";
import { prune } from "../value/prune.ts";
import { validateValue } from "../value/validate.ts";

/** Evaluates the rules of a schema and those below it on a value. */
export type RuleRunner = (schema: Schema, path: string, value: unknown, old: unknown) => readonly FieldError[];

/** A default must itself be valid and pruned (k8s: schema/defaulting ValidateDefaults). */
export function checkDefaults(path: string, schema: Schema, run: RuleRunner | undefined): Errors {
  const errors: Errors = [];
  visit(errors, path, schema, true, false, run);
  return errors;
}

function visit(errors: Errors, path: string, schema: Schema, root: boolean, insideMeta: boolean, run: RuleRunner | undefined): void {
  const resource = root || isEmbedded(schema);
  if (schema.default !== undefined) checkDefault(errors, `${path}.default`, schema, insideMeta && !resource, run);
  if (schema.items) visit(errors, `${path}.items`, schema.items, false, insideMeta && !resource, run);
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    const inside = (insideMeta && !resource) || (resource && META_FIELDS.has(name));
    visit(errors, `${path}.properties[${name}]`, property, false, inside, run);
  }
}

function checkDefault(errors: Errors, path: string, schema: Schema, insideMeta: boolean, run: RuleRunner | undefined): void {
  const { default: value } = schema;
  if (!insideMeta) {
    if (!deepEqual(prune(value, schema, isEmbedded(schema)).value, value))
      errors.push(field.invalid(path, value, "must not have unknown fields"));
    const embedded: Errors = [];
    checkEmbedded(embedded, path, schema, value);
    if (embedded.length > 0) {
      errors.push(...embedded);
      return;
    }
  }
  const wrong = validateValue(schema, value).errors.map((e) => ({
    ...e,
    field: e.field === "<nil>" ? path : `${path}.${e.field}`,
  }));
  errors.push(...wrong);
  if (wrong.length > 0 || run === undefined) return;
  const broken = run(schema, path, value, value);
  errors.push(...(broken.length > 0 ? broken : run(schema, path, value, undefined)));
}
