import { ALLOWED, type Authorizer, NO_RULES } from "./types.ts";

/** Everybody may do everything (k8s: authorizerfactory alwaysAllowAuthorizer). */
export const alwaysAllow: Authorizer = {
  authorize: () => ALLOWED,
  rulesFor: () => ({
    ...NO_RULES,
    resourceRules: [{ verbs: ["*"], apiGroups: ["*"], resources: ["*"] }],
    nonResourceRules: [{ verbs: ["*"], nonResourceURLs: ["*"] }],
  }),
};

const DENIED = { allowed: false, reason: "Everything is forbidden." };

/** Nobody may do anything (k8s: authorizerfactory alwaysDenyAuthorizer). */
export const alwaysDeny: Authorizer = { authorize: () => DENIED, rulesFor: () => NO_RULES };
