import type { PolicyRule } from "../generated/types.ts";

/** Whether a list of verbs, groups or resources has a value, or all of them. */
export function grants(list: readonly string[] | undefined, value: string): boolean {
  for (const item of list ?? []) if (item === "*" || item === value) return true;
  return false;
}

/** Whether a path is one that a rule names, or under one that ends in a star. */
export const grantsPath = (wanted: string, path: string): boolean =>
  wanted === "*" || wanted === path || (wanted.endsWith("*") && path.startsWith(wanted.replace(/\*+$/, "")));

/** What of `wanted` no rule of `owned` covers, one right a rule (k8s: component-helpers/auth/rbac/validation Covers). */
export function missingRights(owned: readonly PolicyRule[], wanted: readonly PolicyRule[]): readonly PolicyRule[] {
  return wanted.flatMap(breakDown).filter((right) => !owned.some((rule) => covers(rule, right)));
}

/** One rule for each verb of each resource, name and path. */
function breakDown(rule: PolicyRule): readonly PolicyRule[] {
  const rights: PolicyRule[] = [];
  const { resourceNames = [] } = rule;
  for (const group of rule.apiGroups ?? [])
    for (const resource of rule.resources ?? [])
      for (const verb of rule.verbs) {
        const right = { apiGroups: [group], resources: [resource], verbs: [verb] };
        if (resourceNames.length === 0) rights.push(right);
        else for (const name of resourceNames) rights.push({ ...right, resourceNames: [name] });
      }
  for (const url of rule.nonResourceURLs ?? []) for (const verb of rule.verbs) rights.push({ nonResourceURLs: [url], verbs: [verb] });
  return rights;
}

/** k8s: ruleCovers, for a right of one of each. */
function covers(rule: PolicyRule, right: PolicyRule): boolean {
  if (!grants(rule.verbs, right.verbs[0] ?? "")) return false;
  const [url] = right.nonResourceURLs ?? [];
  if (url !== undefined) return (rule.nonResourceURLs ?? []).some((owned) => grantsPath(owned, url));
  const [resource = ""] = right.resources ?? [];
  const subresource = resource.includes("/") ? resource.slice(resource.indexOf("/") + 1) : "";
  const { resources = [], resourceNames = [] } = rule;
  return (
    grants(rule.apiGroups, right.apiGroups?.[0] ?? "") &&
    (grants(resources, resource) || (subresource !== "" && resources.includes(`*/${subresource}`))) &&
    (resourceNames.length === 0 || resourceNames.includes(right.resourceNames?.[0] ?? ""))
  );
}

/** Rules about one resource joined into one (k8s: rbac/validation CompactRules). */
export function compactRules(rules: readonly PolicyRule[]): readonly PolicyRule[] {
  const compacted: PolicyRule[] = [];
  const simple = new Map<string, number>();
  for (const rule of rules) {
    const key = simpleKey(rule);
    const at = key === undefined ? undefined : simple.get(key);
    if (at === undefined) {
      if (key !== undefined) simple.set(key, compacted.length);
      compacted.push(rule);
    } else {
      const there = compacted[at] as PolicyRule;
      compacted[at] = { ...there, verbs: [...there.verbs, ...rule.verbs.filter((v) => !there.verbs.includes(v))] };
    }
  }
  return compacted;
}

function simpleKey({ apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): string | undefined {
  if (resourceNames.length > 1 || nonResourceURLs.length > 0 || apiGroups.length !== 1 || resources.length !== 1) return undefined;
  return `${apiGroups[0]}/${resources[0]}/${resourceNames[0] ?? ""}`;
}

/** How Go prints a rule: what kubectl sorts by (k8s: SortableRuleSlice). */
const printed = ({ verbs, apiGroups = [], resources = [], resourceNames = [], nonResourceURLs = [] }: PolicyRule): string =>
  `&PolicyRule{Verbs:[${verbs.join(" ")}],APIGroups:[${apiGroups.join(" ")}],Resources:[${resources.join(" ")}],ResourceNames:[${resourceNames.join(" ")}],NonResourceURLs:[${nonResourceURLs.join(" ")}],}`;

/** One row a resource or path, as `kubectl describe role` and `auth can-i --list` show rules: resource, paths, names, verbs. */
export function ruleRows(rules: readonly PolicyRule[]): readonly (readonly [string, string, string, string])[] {
  const list = (items: readonly string[] | undefined): string => `[${(items ?? []).join(" ")}]`;
  return compactRules(rules.flatMap(breakDown))
    .map((rule) => ({ rule, key: printed(rule) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ rule }) => [resourceText(rule), list(rule.nonResourceURLs), list(rule.resourceNames), list(rule.verbs)] as const);
}

/** `deployments.apps/scale` (k8s: kubectl describe CombineResourceGroup). */
function resourceText({ resources: [resource] = [], apiGroups: [group] = [] }: PolicyRule): string {
  if (resource === undefined) return "";
  const [name = "", subresource] = resource.split(/\/(.*)/);
  return `${name}${group ? `.${group}` : ""}${subresource === undefined ? "" : `/${subresource}`}`;
}
