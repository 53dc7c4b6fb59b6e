import type { UserInfo } from "../types.ts";

/** What a decision about a resource looks at; a request's ResourceInfo is one. */
export interface ResourceAttributes {
  readonly group: string;
  /** Lower-case plural. */
  readonly resource: string;
  readonly subresource: string;
  /** Empty: cluster-scoped, or all namespaces. */
  readonly namespace: string;
  readonly name: string;
}

export interface Attributes {
  readonly user: UserInfo;
  readonly verb: string;
  /** Undefined: the request is about `path`. */
  readonly resource: ResourceAttributes | undefined;
  readonly path: string;
  /** As the request has it; what a kubelet may list depends on it. */
  readonly fieldSelector?: string | undefined;
}

export interface Decision {
  readonly allowed: boolean;
  /** Who allowed it, or what stood in the way; often nothing. */
  readonly reason: string;
}

export interface ResourceRule {
  readonly verbs: readonly string[];
  readonly apiGroups?: readonly string[];
  readonly resources?: readonly string[];
  readonly resourceNames?: readonly string[];
}

export interface NonResourceRule {
  readonly verbs: readonly string[];
  readonly nonResourceURLs?: readonly string[];
}

/** What somebody may do in a namespace, as far as it can be told. */
export interface RulesOf {
  readonly resourceRules: readonly ResourceRule[];
  readonly nonResourceRules: readonly NonResourceRule[];
  readonly incomplete: boolean;
  readonly errors: readonly string[];
}

/** One mode. Not allowing leaves the question to the next. */
export interface Authorizer {
  authorize(attributes: Attributes): Decision;
  rulesFor(user: UserInfo, namespace: string): RulesOf;
}

export const ALLOWED: Decision = { allowed: true, reason: "" };
export const NO_OPINION: Decision = { allowed: false, reason: "" };
export const NO_RULES: RulesOf = { resourceRules: [], nonResourceRules: [], incomplete: false, errors: [] };
