import type { PolicyRule } from "../../api/index.ts";
import { goQuote } from "../../machinery/index.ts";
import type { Attributes, ResourceAttributes } from "./types.ts";

const ALL = "*";

/** Whether one rule allows a request (k8s: plugin/pkg/auth/authorizer/rbac RuleAllows). */
export function ruleAllows(rule: PolicyRule, { verb, resource, path }: Attributes): boolean {
  if (!has(rule.verbs, verb)) return false;
  if (resource === undefined) return (rule.nonResourceURLs ?? []).some((url) => coversUrl(url, path));
  return (
    has(rule.apiGroups, resource.group) &&
    (rule.resources ?? []).some((r) => matchesResource(r, resource)) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(resource.name))
  );
}

function has(list: readonly string[] | undefined, value: string): boolean {
  for (const item of list ?? []) if (item === ALL || item === value) return true;
  return false;
}

function matchesResource(wanted: string, { resource, subresource }: ResourceAttributes): boolean {
  if (wanted === ALL) return true;
  if (subresource === "") return wanted === resource;
  return wanted === `${resource}/${subresource}` || wanted === `*/${subresource}`;
}

function coversUrl(wanted: string, path: string): boolean {
  return wanted === ALL || wanted === path || (wanted.endsWith("*") && path.startsWith(wanted.replace(/\*+$/, "")));
}

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
  if (!has(rule.verbs, right.verbs[0] ?? "")) return false;
  const [url] = right.nonResourceURLs ?? [];
  if (url !== undefined) return (rule.nonResourceURLs ?? []).some((owned) => coversUrl(owned, url));
  const [resource = ""] = right.resources ?? [];
  const subresource = resource.includes("/") ? resource.slice(resource.indexOf("/") + 1) : "";
  const { resources = [], resourceNames = [] } = rule;
  return (
    has(rule.apiGroups, right.apiGroups?.[0] ?? "") &&
    (has(resources, resource) || (subresource !== "" && resources.includes(`*/${subresource}`))) &&
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

/** `{APIGroups:["apps"], Resources:["deployments"], Verbs:["get" "list"]}` (k8s: rbac/v1 CompactString). */
export function ruleText(rule: PolicyRule): string {
  const parts: string[] = [];
  const add = (name: string, list: readonly string[] | undefined): void => {
    if (list?.length) parts.push(`${name}:${goList(list)}`);
  };
  add("APIGroups", rule.apiGroups);
  add("Resources", rule.resources);
  add("NonResourceURLs", rule.nonResourceURLs);
  add("ResourceNames", rule.resourceNames);
  add("Verbs", rule.verbs);
  return `{${parts.join(", ")}}`;
}

/** A list of strings as Go's `%q` prints it. */
export const goList = (list: readonly string[]): string => `[${list.map(goQuote).join(" ")}]`;
