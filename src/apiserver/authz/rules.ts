import { grants, grantsPath, type PolicyRule } from "../../api/index.ts";
import { goQuote } from "../../machinery/index.ts";
import type { Attributes, ResourceAttributes } from "./types.ts";

const ALL = "*";

/** Whether one rule allows a request (k8s: plugin/pkg/auth/authorizer/rbac RuleAllows). */
export function ruleAllows(rule: PolicyRule, { verb, resource, path }: Attributes): boolean {
  if (!grants(rule.verbs, verb)) return false;
  if (resource === undefined) return (rule.nonResourceURLs ?? []).some((url) => grantsPath(url, path));
  return (
    grants(rule.apiGroups, resource.group) &&
    (rule.resources ?? []).some((r) => matchesResource(r, resource)) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(resource.name))
  );
}

function matchesResource(wanted: string, { resource, subresource }: ResourceAttributes): boolean {
  if (wanted === ALL) return true;
  if (subresource === "") return wanted === resource;
  return wanted === `${resource}/${subresource}` || wanted === `*/${subresource}`;
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
