import { field } from "../../../machinery/index.ts";
import type { Errors } from "../../checks.ts";
import { goRule } from "../definition/go-names.ts";
import { isEmbedded, type Schema } from "../schema/schema.ts";
import type { CelNode, CelRoot } from "../definition/cel.ts";
import { compileNode } from "./compile.ts";

/** k8s: apiextensions/validation StaticEstimatedCostLimit, StaticEstimatedCRDCostLimit. */
const RULE_LIMIT = 10_000_000;
const SCHEMA_LIMIT = 100_000_000;

interface Total {
  cost: number;
  readonly expensive: { readonly path: string; readonly cost: number }[];
}

/** Compiles the rules of a schema and weighs them. `unchanged`: what each costs was accepted before. */
export function celOf(schema: Schema, unchanged: boolean): CelRoot {
  const total: Total = { cost: 0, expensive: [] };
  return {
    node: nodeOf(schema, true, 1, total, unchanged),
    total(errors, path) {
      if (total.cost <= SCHEMA_LIMIT) return;
      for (const rule of total.expensive.toSorted((a, b) => b.cost - a.cost).slice(0, 4))
        errors.push(
          field.forbidden(rule.path, "contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema"),
        );
      const name = "x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema";
      errors.push(field.forbidden(path, overBudget(name, total.cost, SCHEMA_LIMIT)));
    },
  };
}

/** `many`: how often the schema's values may stand in one object; Infinity when nobody says. */
function nodeOf(schema: Schema, root: boolean, many: number, total: Total, unchanged: boolean): CelNode {
  const below = (child: Schema): CelNode => nodeOf(child, false, many * elementsOf(schema), total, unchanged);
  return {
    field: (_, child) => below(child),
    items: below,
    values: below,
    check(errors, path, uncorrelated) {
      const node = compileNode(schema, root || isEmbedded(schema));
      const at = `${path}.x-kubernetes-validations`;
      if (node === undefined) {
        const why =
          "internal error: failed to construct type information for x-kubernetes-validations rules: unable to convert structural schema to CEL declarations";
        errors.push(field.internal(at, why));
        return;
      }
      const times = Number.isFinite(many) ? many : node.cardinality;
      for (const [i, compiled] of node.rules.entries()) {
        const { rule } = compiled;
        weigh(errors, total, `${at}[${i}].rule`, "estimated rule cost", compiled.cost * times, unchanged);
        if (compiled.error !== undefined) errors.push(field.invalid(`${at}[${i}].rule`, goRule(rule), compiled.error));
        if (compiled.messageError !== undefined)
          errors.push(field.invalid(`${at}[${i}].messageExpression`, goRule(rule), compiled.messageError));
        else if (compiled.message)
          weigh(errors, total, `${at}[${i}].messageExpression`, "estimated messageExpression cost", compiled.messageCost, unchanged);
        if (compiled.usesOldSelf && uncorrelated !== undefined)
          errors.push(
            field.invalid(
              `${at}[${i}].rule`,
              rule.rule,
              `oldSelf cannot be used on the uncorrelatable portion of the schema within ${uncorrelated}`,
            ),
          );
        else if (!compiled.usesOldSelf && rule.optionalOldSelf !== undefined)
          errors.push(field.invalid(`${at}[${i}].optionalOldSelf`, rule.optionalOldSelf, "may not be set if oldSelf is not used in rule"));
      }
    },
  };
}

/** How many of its children a value may hold. */
function elementsOf({ type, additionalProperties, maxProperties, maxItems }: Schema): number {
  if (type === "object" && additionalProperties !== undefined) return Math.max(0, maxProperties ?? Infinity);
  return type === "array" ? Math.max(0, maxItems ?? Infinity) : 1;
}

function weigh(errors: Errors, total: Total, path: string, name: string, cost: number, unchanged: boolean): void {
  const whole = Number.isNaN(cost) ? 0 : cost;
  if (!unchanged && whole > RULE_LIMIT) errors.push(field.forbidden(path, overBudget(name, whole, RULE_LIMIT)));
  total.cost += whole;
  if (whole >= SCHEMA_LIMIT / 100) total.expensive.push({ path, cost: whole });
}

function overBudget(name: string, cost: number, limit: number): string {
  const factor = cost / limit;
  const shown = factor > 100 ? "more than 100x" : `${factor.toFixed(factor < 1.5 ? 6 : 1)}x`;
  return `${name} exceeds budget by factor of ${shown} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`;
}
