import { field, isDNS1035Label, isDNS1123Subdomain, isQualifiedName, isValidPathSegmentName } from "../../machinery/index.ts";
import { checkSelector, invalidEach, type Errors } from "../checks.ts";
import { fill, put } from "../defaulting.ts";
import type { LabelSelector, MatchCondition, MatchResources, NamedRuleWithOperations, ParamKind, ParamRef } from "../generated/types.ts";
import { BOOL, ExpressionCompiler } from "./expressions.ts";

export const FAILURE_POLICIES = ["Fail", "Ignore"];
const MATCH_POLICIES = ["Equivalent", "Exact"];
const OPERATIONS = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];
const SCOPES = ["*", "Cluster", "Namespaced"];
/** One for all objects that select everything. */
const EVERYTHING: LabelSelector = Object.freeze({});

/** Selectors and policy of what is matched (k8s: SetDefaults_MatchResources). */
export function defaultMatchResources(given: MatchResources): MatchResources {
  const filled = fill(given, { matchPolicy: "Equivalent", namespaceSelector: EVERYTHING, objectSelector: EVERYTHING });
  const rules = (name: "resourceRules" | "excludeResourceRules", from: MatchResources) => put(from, name, defaultRules(from[name]));
  return rules("excludeResourceRules", rules("resourceRules", filled));
}

export const defaultRules = <T extends { readonly scope?: string }>(given: readonly T[] | undefined): readonly T[] | undefined =>
  given?.every((rule) => rule.scope) ? given : given?.map((rule) => (rule.scope ? rule : { ...rule, scope: "*" }));

/** A required text of a list of texts. */
export function checkChoice(errors: Errors, path: string, value: string | undefined, supported: readonly string[]): void {
  if (value === undefined) errors.push(field.required(path));
  else if (!supported.includes(value)) errors.push(field.notSupported(path, value, supported));
}

/** k8s: apis/admissionregistration/validation validateMatchResources. */
export function checkMatchResources(errors: Errors, path: string, given: MatchResources | undefined): void {
  if (given === undefined) return;
  checkChoice(errors, `${path}.matchPolicy`, given.matchPolicy, MATCH_POLICIES);
  for (const name of ["namespaceSelector", "objectSelector"] as const) {
    if (given[name] === undefined) errors.push(field.required(`${path}.${name}`));
    else checkSelector(errors, `${path}.${name}`, given[name]);
  }
  for (const name of ["resourceRules", "excludeResourceRules"] as const)
    for (const [i, rule] of (given[name] ?? []).entries()) checkNamedRule(errors, `${path}.${name}[${i}]`, rule);
}

export function checkMatchPolicy(errors: Errors, path: string, value: string | undefined): void {
  if (value !== undefined && !MATCH_POLICIES.includes(value)) errors.push(field.notSupported(path, value, MATCH_POLICIES));
}

function checkNamedRule(errors: Errors, path: string, rule: NamedRuleWithOperations): void {
  const seen = new Set<string>();
  for (const [i, name] of (rule.resourceNames ?? []).entries()) {
    invalidEach(errors, `${path}.resourceNames[${i}]`, name, isValidPathSegmentName(name));
    if (seen.has(name)) errors.push(field.duplicate(`${path}.resourceNames[${i}]`, name));
    seen.add(name);
  }
  checkRule(errors, path, rule);
}

/** k8s: validateRuleWithOperations. */
export function checkRule(errors: Errors, path: string, rule: NamedRuleWithOperations): void {
  const { operations = [], apiGroups = [], apiVersions = [], resources = [], scope } = rule;
  if (operations.length === 0) errors.push(field.required(`${path}.operations`));
  if (operations.length > 1 && operations.includes("*"))
    errors.push(field.invalid(`${path}.operations`, operations, "if '*' is present, must not specify other operations"));
  for (const [i, operation] of operations.entries())
    if (!OPERATIONS.includes(operation)) errors.push(field.notSupported(`${path}.operations[${i}]`, operation, OPERATIONS));
  if (apiGroups.length === 0) errors.push(field.required(`${path}.apiGroups`));
  if (apiGroups.length > 1 && apiGroups.includes("*"))
    errors.push(field.invalid(`${path}.apiGroups`, apiGroups, "if '*' is present, must not specify other API groups"));
  if (apiVersions.length === 0) errors.push(field.required(`${path}.apiVersions`));
  if (apiVersions.length > 1 && apiVersions.includes("*"))
    errors.push(field.invalid(`${path}.apiVersions`, apiVersions, "if '*' is present, must not specify other API versions"));
  for (const [i, version] of apiVersions.entries()) if (version === "") errors.push(field.required(`${path}.apiVersions[${i}]`));
  checkResources(errors, `${path}.resources`, resources);
  if (scope !== undefined && !SCOPES.includes(scope)) errors.push(field.notSupported(`${path}.scope`, scope, SCOPES));
}

/** k8s: validateResources. */
function checkResources(errors: Errors, path: string, resources: readonly string[]): void {
  if (resources.length === 0) errors.push(field.required(path));
  const wholes = new Set<string>();
  const subresources = new Set<string>();
  let plain = false;
  for (const [i, given] of resources.entries()) {
    const at = `${path}[${i}]`;
    if (given === "") {
      errors.push(field.required(at));
      continue;
    }
    const slash = given.indexOf("/");
    if (slash < 0) {
      plain = given !== "*";
      continue;
    }
    const [resource, subresource] = [given.slice(0, slash), given.slice(slash + 1)];
    if (wholes.has(resource)) errors.push(field.invalid(at, given, `if '${resource}/*' is present, must not specify ${given}`));
    if (subresources.has(subresource)) errors.push(field.invalid(at, given, `if '*/${subresource}' is present, must not specify ${given}`));
    if (subresource === "*") wholes.add(resource);
    if (resource === "*") subresources.add(subresource);
  }
  if (resources.length > 1 && resources.includes("*/*"))
    errors.push(field.invalid(path, resources, "if '*/*' is present, must not specify other resources"));
  if (resources.includes("*") && plain)
    errors.push(field.invalid(path, resources, "if '*' is present, must not specify other resources without subresources"));
}

const MAX_CONDITIONS = 64;

/** k8s: validateMatchConditions. */
export function checkMatchConditions(errors: Errors, path: string, conditions: readonly MatchCondition[] = [], params: boolean): void {
  if (conditions.length > MAX_CONDITIONS) errors.push(field.tooMany(path, conditions.length, MAX_CONDITIONS));
  const names = new Set<string>();
  for (const [i, { name, expression }] of conditions.entries()) {
    const at = `${path}[${i}]`;
    const trimmed = expression.trim();
    if (trimmed === "") errors.push(field.required(`${at}.expression`));
    else {
      const compiled = new ExpressionCompiler().compile(trimmed, BOOL, { params, authorizer: true });
      if ("error" in compiled) errors.push(field.invalid(`${at}.expression`, trimmed, compiled.error));
    }
    if (name === "") errors.push(field.required(`${at}.name`));
    else invalidEach(errors, `${at}.name`, name, isQualifiedName(name));
    if (names.has(name)) errors.push(field.duplicate(`${at}.name`, name));
    if (name !== "") names.add(name);
  }
}

/** k8s: validateParamKind. */
export function checkParamKind(errors: Errors, path: string, { apiVersion = "", kind = "" }: ParamKind): void {
  const at = `${path}.apiVersion`;
  const parts = apiVersion.split("/");
  const [group, version] = parts.length === 1 ? ["", apiVersion] : [parts[0] ?? "", parts[1] ?? ""];
  if (apiVersion === "") errors.push(field.required(at));
  else if (parts.length > 2) errors.push(field.invalid(at, apiVersion, `unexpected GroupVersion string: ${apiVersion}`));
  else {
    const problems = group === "" ? [] : isDNS1123Subdomain(group);
    if (problems.length > 0) errors.push(field.invalid(at, group, problems.join(",")));
    const bad = isDNS1035Label(version);
    if (version === "") errors.push(field.invalid(at, apiVersion, "version must be specified"));
    else if (bad.length > 0) errors.push(field.invalid(at, version, bad.join(",")));
  }
  const wrong = isDNS1035Label(kind.toLowerCase());
  if (kind === "") errors.push(field.required(`${path}.kind`));
  else if (wrong.length > 0)
    errors.push(field.invalid(`${path}.kind`, kind, `may have mixed case, but should otherwise match: ${wrong.join(",")}`));
}

/** k8s: validateParamRef. */
export function checkParamRef(errors: Errors, path: string, given: ParamRef | undefined): void {
  if (given === undefined) return;
  const { name = "", selector, parameterNotFoundAction: action } = given;
  const exclusive = "name and selector are mutually exclusive";
  invalidEach(errors, `${path}.name`, name, name === "" ? [] : isValidPathSegmentName(name));
  if (name !== "" && selector) errors.push(field.forbidden(`${path}.name`, exclusive));
  if (selector) checkSelector(errors, `${path}.selector`, selector);
  if (name !== "" && selector) errors.push(field.forbidden(`${path}.selector`, exclusive));
  if (name === "" && !selector) errors.push(field.required(path, "one of name or selector must be specified"));
  if (!action) errors.push(field.required(`${path}.parameterNotFoundAction`));
  else if (action !== "Deny" && action !== "Allow")
    errors.push(field.notSupported(`${path}.parameterNotFoundAction`, action, ["Deny", "Allow"]));
}
