import type { PolicyRule } from "../../api/index.ts";
import { aggregate } from "../../machinery/index.ts";
import type { UserInfo } from "../types.ts";
import type { Granted, RbacPolicy } from "./policy.ts";
import { ruleAllows } from "./rules.ts";
import { type Attributes, type Authorizer, type Decision, NO_OPINION, type NonResourceRule, type ResourceRule } from "./types.ts";

/** Most decisions kept of one user. */
const KEPT = 1000;

interface Known {
  readonly generation: number;
  readonly decisions: Map<string, Decision>;
  readonly everywhere: Granted;
  readonly within: Map<string, Granted>;
}

/**
 * Roles and bindings (k8s: plugin/pkg/auth/authorizer/rbac). Components ask the same questions over and over, as the
 * same user object: each is answered once until a role or binding changes.
 */
export function createRbac(policy: RbacPolicy): Authorizer {
  const users = new WeakMap<UserInfo, Known>();

  const knownOf = (user: UserInfo): Known => {
    const { generation } = policy;
    let known = users.get(user);
    if (known?.generation !== generation) {
      known = { generation, decisions: new Map(), everywhere: policy.everywhere(user), within: new Map() };
      users.set(user, known);
    }
    return known;
  };
  const within = (known: Known, user: UserInfo, namespace: string): Granted => {
    let granted = known.within.get(namespace);
    if (!granted) known.within.set(namespace, (granted = policy.within(user, namespace)));
    return granted;
  };

  const decide = (known: Known, attributes: Attributes): Decision => {
    const namespace = attributes.resource?.namespace ?? "";
    const errors: string[] = [];
    for (const { grants, errors: missing } of [
      known.everywhere,
      ...(namespace === "" ? [] : [within(known, attributes.user, namespace)]),
    ]) {
      for (const { rules, source } of grants)
        if (rules.some((rule) => ruleAllows(rule, attributes))) return { allowed: true, reason: `RBAC: allowed by ${source}` };
      errors.push(...missing);
    }
    return errors.length === 0 ? NO_OPINION : { allowed: false, reason: `RBAC: ${aggregate(errors)}` };
  };

  return {
    authorize(attributes) {
      const known = knownOf(attributes.user);
      const { resource: r, verb, path } = attributes;
      const key = r ? `${verb} ${r.group}/${r.resource}/${r.subresource} ${r.namespace}` : `${verb} ${path}`;
      const before = known.decisions.get(key);
      if (before) return before;
      // What is allowed without a name is allowed with any: such answers are for all names.
      const nameless = decide(known, r && r.name !== "" ? { ...attributes, resource: { ...r, name: "" } } : attributes);
      if (!nameless.allowed && r && r.name !== "") return decide(known, attributes);
      if (!nameless.allowed) return nameless;
      if (known.decisions.size >= KEPT) known.decisions.clear();
      known.decisions.set(key, nameless);
      return nameless;
    },

    rulesFor(user, namespace) {
      const known = knownOf(user);
      const parts = [known.everywhere, ...(namespace === "" ? [] : [within(known, user, namespace)])];
      const rules = parts.flatMap((part) => part.grants.flatMap((grant) => grant.rules));
      const resourceRules: ResourceRule[] = [];
      const nonResourceRules: NonResourceRule[] = [];
      for (const rule of rules) {
        if (rule.resources?.length) resourceRules.push(resourceRule(rule));
        if (rule.nonResourceURLs?.length) nonResourceRules.push({ verbs: rule.verbs, nonResourceURLs: rule.nonResourceURLs });
      }
      const errors = parts.flatMap((part) => part.errors);
      return { resourceRules, nonResourceRules, incomplete: false, errors: errors.length > 0 ? [aggregate(errors)] : [] };
    },
  };
}

function resourceRule({ verbs, apiGroups, resources, resourceNames }: PolicyRule): ResourceRule {
  return {
    verbs,
    ...(apiGroups ? { apiGroups } : {}),
    ...(resources ? { resources } : {}),
    ...(resourceNames ? { resourceNames } : {}),
  };
}
