import {
  type ClusterRole,
  compactRules,
  type KubeObject,
  missingRights,
  type PolicyRule,
  type RoleBinding,
  type RoleRef,
} from "../../api/index.ts";
import { deepEqual, forbidden, goQuote } from "../../machinery/index.ts";
import type { AdmissionPlugin } from "../admission/types.ts";
import type { Scope } from "../context.ts";
import { goList, ruleText } from "./rules.ts";

const GROUP = "rbac.authorization.k8s.io";
const EVERYTHING: readonly PolicyRule[] = [
  { verbs: ["*"], apiGroups: ["*"], resources: ["*"] },
  { verbs: ["*"], nonResourceURLs: ["*"] },
];

/**
 * Nobody grants what he does not hold (k8s: registry/rbac/<kind>/policybased). It is no plugin that can be switched
 * off, but stands where the last of them do: after all that changes the object, before it is validated.
 */
export const noEscalation: AdmissionPlugin = {
  name: "RBACEscalation",
  resources: ["roles", "clusterroles", "rolebindings", "clusterrolebindings"].map((plural) => `${GROUP}/${plural}`),
  mutate({ scope, operation, object, old }) {
    const next = object as KubeObject;
    if (operation === "DELETE" || scope.user.groups.includes("system:masters") || (old && onlyForCollector(next, old))) return next;
    const name = next.metadata?.name ?? "";
    const refusal = "roleRef" in next ? bindingRefusal(scope, next as RoleBinding) : roleRefusal(scope, next, old);
    if (refusal !== undefined) throw forbidden(scope.kind.plural, name, refusal, GROUP);
    return next;
  },
};

/** The collector may write to what it may not grant: owners and finalizers (k8s: IsOnlyMutatingGCFields). */
function onlyForCollector(object: KubeObject, old: KubeObject): boolean {
  const plain = ({ metadata = {}, ...rest }: KubeObject): object => {
    const { ownerReferences: _, finalizers: __, managedFields: ___, resourceVersion: ____, ...meta } = metadata;
    return { ...rest, metadata: meta };
  };
  return deepEqual(plain(object), plain(old));
}

function roleRefusal(scope: Scope, role: ClusterRole, old: ClusterRole | undefined): string | undefined {
  const { server, info, user } = scope;
  const resource = { ...info, subresource: "" };
  if (server.authorization.authorize({ user, verb: "escalate", resource, path: scope.request.path }).allowed) return undefined;
  const refusal = escalation(scope, role.rules ?? []);
  if (refusal !== undefined) return refusal;
  // What it will gather nobody can tell.
  if ((role.aggregationRule || old?.aggregationRule) && escalation(scope, EVERYTHING) !== undefined)
    return "must have cluster-admin privileges to use the aggregationRule";
  return undefined;
}

function bindingRefusal(scope: Scope, { roleRef }: RoleBinding): string | undefined {
  if (mayBind(scope, roleRef)) return undefined;
  const rules = scope.server.authorization.policy.rulesOf(roleRef, scope.info.namespace);
  if (rules instanceof Error) throw rules;
  return escalation(scope, rules);
}

function mayBind({ server, user, info, request }: Scope, { apiGroup, kind, name }: RoleRef): boolean {
  const plural = kind === "Role" ? "roles" : kind === "ClusterRole" ? "clusterroles" : undefined;
  if (plural === undefined) return false;
  const resource = { group: apiGroup ?? GROUP, resource: plural, subresource: "", namespace: info.namespace, name };
  return server.authorization.authorize({ user, verb: "bind", resource, path: request.path }).allowed;
}

/** k8s: rbac/validation ConfirmNoEscalation. */
function escalation({ server, user, info }: Scope, wanted: readonly PolicyRule[]): string | undefined {
  const { policy } = server.authorization;
  const parts = [policy.everywhere(user), ...(info.namespace === "" ? [] : [policy.within(user, info.namespace)])];
  const owned = parts.flatMap((part) => part.grants.flatMap((grant) => grant.rules));
  const missing = missingRights(owned, wanted);
  if (missing.length === 0) return undefined;
  const texts = [...new Set(compactRules(missing).map(ruleText))].sort();
  const errors = parts.flatMap((part) => part.errors);
  const unresolved = errors.length > 0 ? `; resolution errors: [${errors.join(", ")}]` : "";
  return `user ${goQuote(user.name)} (groups=${goList(user.groups)}) is attempting to grant RBAC permissions not currently held:\n${texts.join("\n")}${unresolved}`;
}
