import { field, isDNS1123Subdomain, isValidPathSegmentName } from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { mapList, put } from "../defaulting.ts";
import type { PolicyRule, RbacSubject as Subject, RoleRef } from "../generated/types.ts";

const GROUP = "rbac.authorization.k8s.io";

/** k8s: rbac/validation ValidatePolicyRule. Roles of a namespace say nothing about paths. */
export function checkRules(errors: Errors, rules: readonly PolicyRule[] | undefined, namespaced: boolean): void {
  for (const [i, { verbs, nonResourceURLs, apiGroups, resources, resourceNames }] of (rules ?? []).entries()) {
    const path = `rules[${i}]`;
    const need = (name: string, list: readonly string[] | undefined, detail: string): void => {
      if (!list?.length) errors.push(field.required(`${path}.${name}`, detail));
    };
    need("verbs", verbs, "verbs must contain at least one value");
    if (nonResourceURLs?.length) {
      const refuse = (detail: string): void => void errors.push(field.invalid(`${path}.nonResourceURLs`, nonResourceURLs, detail));
      if (namespaced) refuse("namespaced rules cannot apply to non-resource URLs");
      if (apiGroups?.length || resources?.length || resourceNames?.length)
        refuse("rules cannot apply to both regular resources and non-resource URLs");
      continue;
    }
    need("apiGroups", apiGroups, "resource rules must supply at least one api group");
    need("resources", resources, "resource rules must supply at least one resource");
  }
}

interface Binding {
  readonly subjects?: readonly Subject[];
  readonly roleRef: RoleRef;
}

/** k8s: rbac/v1 SetDefaults_RoleBinding, SetDefaults_Subject. */
export function defaultBinding<T extends Binding>(binding: T): T {
  const { roleRef } = binding;
  const named = roleRef.apiGroup ? binding : put(binding, "roleRef", { ...roleRef, apiGroup: GROUP });
  if (named.subjects === undefined) return named;
  return put(
    named,
    "subjects",
    mapList(named.subjects, (s) => (!s.apiGroup && (s.kind === "User" || s.kind === "Group") ? { ...s, apiGroup: GROUP } : s)),
  );
}

/** k8s: rbac/validation ValidateRoleBinding, ValidateClusterRoleBinding. */
export function checkBinding({ roleRef, subjects }: Binding, kinds: readonly string[], namespaced: boolean): Errors {
  const errors: Errors = [];
  if (roleRef.apiGroup !== GROUP) errors.push(field.notSupported("roleRef.apiGroup", roleRef.apiGroup ?? "", [GROUP]));
  if (!kinds.includes(roleRef.kind)) errors.push(field.notSupported("roleRef.kind", roleRef.kind ?? "", kinds));
  if (!roleRef.name) errors.push(field.required("roleRef.name"));
  else invalidEach(errors, "roleRef.name", roleRef.name, isValidPathSegmentName(roleRef.name));
  for (const [i, subject] of (subjects ?? []).entries()) checkSubject(errors, `subjects[${i}]`, subject, namespaced);
  return errors;
}

function checkSubject(errors: Errors, path: string, { kind, name, namespace, apiGroup = "" }: Subject, namespaced: boolean): void {
  if (!name) errors.push(field.required(`${path}.name`));
  switch (kind) {
    case "ServiceAccount":
      if (name) invalidEach(errors, `${path}.name`, name, isDNS1123Subdomain(name));
      if (apiGroup !== "") errors.push(field.notSupported(`${path}.apiGroup`, apiGroup, [""]));
      if (!namespaced && !namespace) errors.push(field.required(`${path}.namespace`));
      break;
    case "User":
    case "Group":
      if (apiGroup !== GROUP) errors.push(field.notSupported(`${path}.apiGroup`, apiGroup, [GROUP]));
      break;
    default:
      errors.push(field.notSupported(`${path}.kind`, kind ?? "", ["ServiceAccount", "User", "Group"]));
  }
}

/** The reference stands for what was granted: another role needs another binding. */
export function checkSameRole(errors: Errors, { roleRef }: Binding, old: Binding): void {
  const { apiGroup, kind, name } = roleRef;
  if (apiGroup === old.roleRef.apiGroup && kind === old.roleRef.kind && name === old.roleRef.name) return;
  // Go's internal struct, printed.
  errors.push(field.invalid("roleRef", { APIGroup: apiGroup, Kind: kind, Name: name }, "cannot change roleRef"));
}
