import { deepEqual, field, type FieldError } from "../../../machinery/index.ts";
import { isEmbedded, isPlain, own, type Schema, schemaHas, valuesOf } from "../schema/schema.ts";
import { type Before, correlateField, correlateItems } from "../value/validate.ts";
import { cel } from "./cel.ts";
import { type CompiledNode, compileNode, type CompiledRule, type Rule } from "./compile.ts";

/** What all rules of one object may cost together (k8s: apis/cel RuntimeCELCostBudget). */
const BUDGET = 10_000_000;
const MAX_MESSAGE = 5 * 1024;

export interface Rules {
  evaluate(object: unknown, old: unknown): readonly FieldError[];
}

/** Rules of a schema and of all below it; undefined when there are none (k8s: schema/cel NewValidator). */
export function compileRules(schema: Schema): Rules | undefined {
  const node = walker(schema, true);
  if (node === undefined) return undefined;
  return {
    evaluate(object, old) {
      const evaluation: Evaluation = { errors: [], budget: BUDGET };
      visit(node, evaluation, "", object, old === undefined || old === null ? undefined : { schema, value: old }, () => false);
      return evaluation.errors;
    },
  };
}

/** Of a part of an object: a default. */
export const runRules = (schema: Schema, path: string, value: unknown, old: unknown): readonly FieldError[] => {
  const node = walker(schema, false);
  const evaluation: Evaluation = { errors: [], budget: BUDGET };
  if (node) visit(node, evaluation, path, value, old === undefined ? undefined : { schema, value: old }, () => false);
  return evaluation.errors;
};

interface Evaluation {
  readonly errors: FieldError[];
  /** Below 0: nothing more is evaluated. */
  budget: number;
}

/** Only what leads to a rule. */
interface Walker {
  readonly schema: Schema;
  readonly compiled: CompiledNode | undefined;
  readonly items?: Walker;
  readonly values?: Walker;
  readonly properties: ReadonlyMap<string, Walker>;
}

const hasRules = (schema: Schema): boolean => (schema["x-kubernetes-validations"]?.length ?? 0) > 0;

function walker(schema: Schema | undefined, root: boolean): Walker | undefined {
  if (schema === undefined || !schemaHas(schema, hasRules)) return undefined;
  const items = walker(schema.items, false);
  const values = walker(valuesOf(schema), false);
  const properties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const below = walker(property, false);
    return below ? [[name, below] as const] : [];
  });
  return {
    schema,
    compiled: hasRules(schema) ? compileNode(schema, root || isEmbedded(schema)) : undefined,
    ...(items ? { items } : {}),
    ...(values ? { values } : {}),
    properties: new Map(properties),
  };
}

/** `forgiven`: whether the nearest part with a past is as it was. */
function visit(
  node: Walker,
  evaluation: Evaluation,
  path: string,
  value: unknown,
  before: Before | undefined,
  forgiven: () => boolean,
): void {
  if (value === null || value === undefined || evaluation.budget < 0) return;
  const unchanged = before === undefined ? forgiven : () => deepEqual(before.value, value);
  if (node.compiled) runAll(node.compiled, node.schema, evaluation, path, value, before, unchanged);
  if (Array.isArray(value)) {
    if (node.items === undefined) return;
    const old = correlateItems(before);
    for (const [i, item] of value.entries()) visit(node.items, evaluation, `${path}[${i}]`, item, old?.(item), unchanged);
    return;
  }
  if (!isPlain(value)) return;
  for (const name of Object.keys(value).toSorted()) {
    const known = node.properties.get(name);
    const below = known ?? (own(node.schema.properties, name) === undefined ? node.values : undefined);
    if (below === undefined) continue;
    const at = known === undefined ? `${path}[${name}]` : path === "" ? name : `${path}.${name}`;
    visit(below, evaluation, at, value[name], correlateField(before, name, path === ""), unchanged);
  }
}

const NOT_RUN = "no further validation rules will be run";

/** k8s: schema/cel Validator.validateExpressions. */
function runAll(
  { rules, type }: CompiledNode,
  schema: Schema,
  evaluation: Evaluation,
  path: string,
  value: unknown,
  before: Before | undefined,
  unchanged: () => boolean,
): void {
  const { evaluate: run, fromJson, NONE, Optional, PER_CALL_LIMIT } = cel();
  const self = fromJson(value, type);
  const old = before === undefined || before.value === null || before.value === undefined ? undefined : fromJson(before.value, type);
  const stop = (error: FieldError): void => {
    evaluation.errors.push(error);
    evaluation.budget = -1;
  };
  const about = path === "" ? "<nil>" : path;
  const wrong = (detail: string): FieldError => field.invalid(about, schema.type ?? "", detail);
  for (const compiled of rules) {
    const { rule, program, usesOldSelf } = compiled;
    if (compiled.error !== undefined) evaluation.errors.push(wrong(`rule compile error: ${compiled.error}`));
    if (program === undefined || (usesOldSelf && old === undefined && !rule.optionalOldSelf)) continue;
    const oldSelf = rule.optionalOldSelf ? (old === undefined ? NONE : new Optional(old)) : old;
    const activation = (name: string): unknown => (name === "self" ? self : name === "oldSelf" ? oldSelf : undefined);
    const outcome = run(program, activation, PER_CALL_LIMIT);
    if (outcome.cost > evaluation.budget) return stop(wrong(`validation failed due to running out of cost budget, ${NOT_RUN}`));
    evaluation.budget -= outcome.cost;
    if ("error" in outcome) {
      if (outcome.exceeded) return stop(wrong(`'${outcome.error}': ${NOT_RUN} due to call cost exceeds limit for rule: ${named(rule)}`));
      const said = outcome.error.startsWith("no such overload")
        ? `'${outcome.error}': call arguments did not match a supported operator, function or macro signature for rule: ${named(rule)}`
        : `${outcome.error} evaluating rule: ${named(rule)}`;
      evaluation.errors.push(wrong(said));
      continue;
    }
    if (outcome.value === true) continue;
    const detail = messageOf(compiled, activation, evaluation) ?? (rule.message ? rule.message.trim() : `failed rule: ${named(rule)}`);
    const at = compiled.fieldPath === "" ? about : path === "" ? compiled.fieldPath : `${path}.${compiled.fieldPath}`;
    // What was wrong before and has not changed since is let be.
    if (!usesOldSelf && unchanged()) continue;
    const shown = schema.type === "object" || schema.type === "array" ? field.omitValue : value;
    evaluation.errors.push(refusal(rule, at, shown, detail));
    if (evaluation.budget < 0) return;
  }
}

/** A rule in an error about it. */
const named = (rule: Rule): string => (rule.message ? rule.message.trim() : rule.rule.trim());

function refusal({ reason }: Rule, path: string, value: unknown, detail: string): FieldError {
  switch (reason) {
    case "FieldValueForbidden":
      return field.forbidden(path, detail);
    case "FieldValueRequired":
      return field.required(path, detail);
    case "FieldValueDuplicate":
      return field.duplicate(path, value);
    default:
      return field.invalid(path, value, detail);
  }
}

/** What the message's own expression says; undefined when it says nothing fit to be shown (k8s: evalMessageExpression). */
function messageOf({ message, rule }: CompiledRule, activation: (name: string) => unknown, evaluation: Evaluation): string | undefined {
  if (message === undefined) return undefined;
  const { evaluate: run, PER_CALL_LIMIT, toJson } = cel();
  const outcome = run(message, activation, PER_CALL_LIMIT);
  if (outcome.cost > evaluation.budget) {
    evaluation.budget = -1;
    return `messageExpression evaluation failed due to running out of cost budget, ${NOT_RUN}`;
  }
  evaluation.budget -= outcome.cost;
  if ("error" in outcome) {
    if (!outcome.exceeded) return undefined;
    evaluation.budget = -1;
    return `${NOT_RUN} due to call cost exceeds limit for messageExpression: ${JSON.stringify(rule.messageExpression)}`;
  }
  const text = String(toJson(outcome.value)).trim();
  return text === "" || text.length > MAX_MESSAGE || text.includes("\n") ? undefined : text;
}
