import { field, labelSelector } from "../../machinery/index.ts";
import { checkSelector, type Errors } from "../checks.ts";
import { createdAtColumn } from "../columns.ts";
import type { ClusterRole } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkRules } from "./rules.ts";

const SELECTORS = "aggregationRule.clusterRoleSelectors";

/** k8s: rbac/validation ValidateClusterRole. */
function validate({ rules, aggregationRule }: ClusterRole): Errors {
  const errors: Errors = [];
  checkRules(errors, rules, false);
  if (aggregationRule === undefined) return errors;
  const selectors = aggregationRule.clusterRoleSelectors ?? [];
  if (selectors.length === 0)
    errors.push(field.required(SELECTORS, "at least one clusterRoleSelector required if aggregationRule is non-nil"));
  for (const [i, selector] of selectors.entries()) {
    checkSelector(errors, `${SELECTORS}[${i}]`, selector);
    try {
      labelSelector(selector);
    } catch {
      errors.push(field.invalid(`${SELECTORS}[${i}]`, selector, "invalid label selector."));
    }
  }
  return errors;
}

export const clusterRole: Kind<ClusterRole> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "ClusterRole",
  plural: "clusterroles",
  singular: "clusterrole",
  namespaced: false,
  nameFormat: "path-segment",
  validate,
  rulesLast: true,
  columns: [createdAtColumn],
};
