import type { MemoryStore } from "../../etcd/index.ts";
import { accessForbidden } from "../../machinery/index.ts";
import { alwaysAllow, alwaysDeny } from "./always.ts";
import { createNodeAuthorizer } from "./node.ts";
import { NodeGraph } from "./node-graph.ts";
import { RbacPolicy } from "./policy.ts";
import { createRbac } from "./rbac.ts";
import { ALLOWED, type Attributes, type Authorizer, type Decision } from "./types.ts";

/** --authorization-mode of kube-apiserver. ABAC and Webhook are not simulated. */
export const authorizationModes = ["AlwaysAllow", "AlwaysDeny", "Node", "RBAC"] as const;
export type AuthorizationMode = (typeof authorizationModes)[number];

export interface Authorization extends Authorizer {
  /** Throws the 403 of what is not allowed. */
  require(attributes: Attributes): void;
  readonly authorize: (attributes: Attributes) => Decision;
  readonly policy: RbacPolicy;
}

/** The modes in their order; the first that allows decides. Members of system:masters are asked nothing (k8s: authorizer/union). */
export function createAuthorization(store: MemoryStore, modes: readonly AuthorizationMode[]): Authorization {
  const policy = new RbacPolicy(store);
  const make: Readonly<Record<AuthorizationMode, () => Authorizer>> = {
    AlwaysAllow: () => alwaysAllow,
    AlwaysDeny: () => alwaysDeny,
    Node: () => createNodeAuthorizer(new NodeGraph(store)),
    RBAC: () => createRbac(policy),
  };
  const authorizers = modes.map((mode) => make[mode]());

  const authorize = (attributes: Attributes): Decision => {
    if (attributes.user.groups.includes("system:masters")) return ALLOWED;
    let reason = "";
    for (const authorizer of authorizers) {
      const decision = authorizer.authorize(attributes);
      if (decision.allowed) return decision;
      if (decision.reason !== "") reason = reason === "" ? decision.reason : `${reason}\n${decision.reason}`;
    }
    return { allowed: false, reason };
  };

  return {
    policy,
    authorize,
    require(attributes) {
      const { allowed, reason } = authorize(attributes);
      if (allowed) return;
      const { user, verb, resource, path } = attributes;
      throw accessForbidden({ user: user.name, verb, path, ...resource }, reason);
    },
    rulesFor(user, namespace) {
      const parts = authorizers.map((authorizer) => authorizer.rulesFor(user, namespace));
      return {
        resourceRules: parts.flatMap((part) => part.resourceRules),
        nonResourceRules: parts.flatMap((part) => part.nonResourceRules),
        incomplete: parts.some((part) => part.incomplete),
        errors: parts.flatMap((part) => part.errors),
      };
    },
  };
}
