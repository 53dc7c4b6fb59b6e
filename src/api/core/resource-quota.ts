import { deepEqual, field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { put } from "../defaulting.ts";
import type { ResourceQuota, ResourceQuotaSpec, ScopedResourceSelectorRequirement } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkAmount, checkQuotaResourceName, isQuotaResource } from "./resource-names.ts";

type Amounts = Readonly<Record<string, string>>;

const COMPUTE: ReadonlySet<string> = new Set([
  "pods",
  ...["cpu", "memory"].flatMap((name) => [name, `limits.${name}`, `requests.${name}`]),
]);
const CLAIMS: ReadonlySet<string> = new Set(["persistentvolumeclaims", "requests.storage"]);

/** Which resources a quota of this scope may count (k8s: IsResourceQuotaScopeValidForResource). */
const SCOPES: Readonly<Record<string, ReadonlySet<string>>> = {
  Terminating: COMPUTE,
  NotTerminating: COMPUTE,
  BestEffort: new Set(["pods"]),
  NotBestEffort: COMPUTE,
  PriorityClass: COMPUTE,
  CrossNamespacePodAffinity: COMPUTE,
  VolumeAttributesClass: CLAIMS,
};
const CONFLICTS = [
  ["BestEffort", "NotBestEffort"],
  ["Terminating", "NotTerminating"],
] as const;
/** Scopes that are there or not, and have no values. */
const VALUELESS: ReadonlySet<string> = new Set([...CONFLICTS.flat(), "CrossNamespacePodAffinity"]);
const EXISTS_ONLY =
  "must be 'Exist' when scope is any of ResourceQuotaScopeTerminating, ResourceQuotaScopeNotTerminating, ResourceQuotaScopeBestEffort, ResourceQuotaScopeNotBestEffort or ResourceQuotaScopeCrossNamespacePodAffinity";

function checkAmounts(errors: Errors, path: string, amounts: Amounts | undefined): void {
  for (const name in amounts) {
    checkQuotaResourceName(errors, `${path}[${name}]`, name);
    checkAmount(errors, `${path}[${name}]`, name, amounts[name] ?? "");
  }
}

/** What a list of scopes or a selector has to say of each of its scopes; `value` is what upstream prints. */
function checkScope(errors: Errors, path: string, spec: ResourceQuotaSpec, scope: string, value: unknown): void {
  const fitting = SCOPES[scope];
  if (fitting === undefined) return;
  for (const name of Object.keys(spec.hard ?? {}).sort()) {
    if (isQuotaResource(name) && !fitting.has(name)) errors.push(field.invalid(path, value, "unsupported scope applied to resource"));
  }
}

function checkConflicts(errors: Errors, path: string, spec: ResourceQuotaSpec, scopes: readonly string[]): void {
  for (const pair of CONFLICTS) {
    if (pair.every((scope) => scopes.includes(scope))) errors.push(field.invalid(path, spec.scopes ?? null, "conflicting scopes"));
  }
}

/** k8s: validateScopedResourceSelectorRequirement. Upstream names no index here. */
function checkRequirement(errors: Errors, path: string, requirement: ScopedResourceSelectorRequirement): void {
  const { scopeName, operator, values = [] } = requirement;
  if (VALUELESS.has(scopeName) && operator !== "Exists") errors.push(field.invalid(`${path}.operator`, operator, EXISTS_ONLY));
  if (operator === "In" || operator === "NotIn") {
    if (values.length === 0)
      errors.push(field.required(`${path}.values`, "must be at least one value when `operator` is 'In' or 'NotIn' for scope selector"));
  } else if (operator === "Exists" || operator === "DoesNotExist") {
    if (values.length > 0)
      errors.push(
        field.invalid(`${path}.values`, values, "must be no value when `operator` is 'Exist' or 'DoesNotExist' for scope selector"),
      );
  } else errors.push(field.invalid(`${path}.operator`, operator, "not a valid selector operator"));
}

/** k8s: ValidateResourceQuota. */
function validate({ spec = {} }: ResourceQuota): Errors {
  const errors: Errors = [];
  checkAmounts(errors, "spec.hard", spec.hard);
  const { scopes = [], scopeSelector } = spec;
  for (const scope of scopes) {
    if (SCOPES[scope] === undefined) errors.push(field.invalid("spec.scopes", scopes, "unsupported scope"));
    checkScope(errors, "spec.scopes", spec, scope, scopes);
  }
  checkConflicts(errors, "spec.scopes", spec, scopes);
  if (scopeSelector === undefined) return errors;
  const path = "spec.scopeSelector.matchExpressions";
  const requirements = scopeSelector.matchExpressions ?? [];
  for (const requirement of requirements) {
    const { scopeName } = requirement;
    if (SCOPES[scopeName] === undefined) errors.push(field.invalid(`${path}.scopeName`, scopeName, "unsupported scope"));
    checkScope(errors, path, spec, scopeName, { MatchExpressions: requirements });
    checkRequirement(errors, path, requirement);
  }
  checkConflicts(
    errors,
    path,
    spec,
    requirements.map((r) => r.scopeName),
  );
  return errors;
}

/** `pods: 1/2, requests.cpu: 200m/300m`; limits have a column of their own (k8s: printers printResourceQuota). */
function usageCell({ status }: ResourceQuota, limits: boolean): string {
  return Object.keys(status?.hard ?? {})
    .filter((name) => name.startsWith("limits.") === limits)
    .sort()
    .map((name) => `${name}: ${status?.used?.[name] ?? "0"}/${status?.hard?.[name]}`)
    .join(", ");
}

export const resourceQuota: Kind<ResourceQuota> = {
  group: "",
  version: "v1",
  kind: "ResourceQuota",
  plural: "resourcequotas",
  returnsDeleted: true,
  singular: "resourcequota",
  shortNames: ["quota"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  validate,
  /** k8s: ValidateResourceQuotaUpdate. */
  validateUpdate({ spec }, old) {
    const scopes = spec?.scopes ?? [];
    const same = deepEqual([...new Set(scopes)].sort(), [...new Set(old.spec?.scopes)].sort());
    return same ? [] : [field.invalid("spec.scopes", scopes, "field is immutable")];
  },
  rulesLast: true,
  validateStatusUpdate({ status }) {
    const errors: Errors = [];
    checkAmounts(errors, "status.hard", status?.hard);
    checkAmounts(errors, "status.used", status?.used);
    return errors;
  },
  prepareForCreate: (object) => put(object, "status", {}),
  columns: [
    {
      name: "Request",
      description: "What is used of the objects and requests that it allows.",
      cell: (object) => usageCell(object, false),
    },
    { name: "Limit", description: "What is used of the limits that it allows.", cell: (object) => usageCell(object, true) },
    ageColumn,
  ],
};
