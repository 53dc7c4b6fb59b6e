import type { SelfSubjectRulesReview, SubjectAccessReview, SubjectAccessReviewSpec } from "../../api/index.ts";
import { badRequest, invalid } from "../../machinery/index.ts";
import type { Attributes } from "../authz/types.ts";
import type { Scope } from "../context.ts";
import { decodeBody } from "../decode.ts";
import type { UserInfo } from "../types.ts";
import type { VirtualResource } from "./types.ts";

function reviewed(scope: Scope): SubjectAccessReview {
  const review = decodeBody(scope) as SubjectAccessReview;
  // Go's zero value: a review without a spec asks about nothing, and is told so.
  const whole = { ...review, spec: review.spec ?? {} };
  const { info, requested, server } = scope;
  const errors = requested.validate(whole, { namespace: info.namespace, now: server.clock.now() });
  if (errors.length > 0) throw invalid({ group: requested.group, kind: "" }, "", errors);
  return whole;
}

function answered(scope: Scope, review: SubjectAccessReview, user: UserInfo): SubjectAccessReview {
  const { allowed, reason } = scope.server.authorization.authorize(attributesOf(review.spec, user));
  return { ...review, metadata: review.metadata ?? {}, status: { allowed, ...(reason === "" ? {} : { reason }) } };
}

function attributesOf({ resourceAttributes: r, nonResourceAttributes: path }: SubjectAccessReviewSpec, user: UserInfo): Attributes {
  if (!r) return { user, verb: path?.verb ?? "", resource: undefined, path: path?.path ?? "" };
  const { group = "", resource = "", subresource = "", namespace = "", name = "", fieldSelector } = r;
  return {
    user,
    verb: r.verb ?? "",
    resource: { group, resource, subresource, namespace, name },
    path: "",
    fieldSelector: fieldSelector?.rawSelector ?? fieldSelector?.requirements?.map((q) => `${q.key}=${q.values?.[0] ?? ""}`).join(","),
  };
}

const subject = ({ user = "", groups = [], uid, extra }: SubjectAccessReviewSpec): UserInfo => ({
  name: user,
  groups,
  ...(uid ? { uid } : {}),
  ...(extra ? { extra } : {}),
});

/** subjectaccessreviews and localsubjectaccessreviews: may somebody do something. */
export const accessReview: VirtualResource = {
  create(scope) {
    const review = reviewed(scope);
    return answered(scope, review, subject(review.spec));
  },
};

/** selfsubjectaccessreviews: may I. */
export const selfAccessReview: VirtualResource = { create: (scope) => answered(scope, reviewed(scope), scope.user) };

/** selfsubjectrulesreviews: what may I (k8s: registry/authorization/selfsubjectrulesreview). */
export const selfRulesReview: VirtualResource = {
  create(scope) {
    const { spec, apiVersion, kind } = decodeBody(scope) as SelfSubjectRulesReview;
    if (!spec?.namespace) throw badRequest("no namespace on request");
    const { resourceRules, nonResourceRules, incomplete, errors } = scope.server.authorization.rulesFor(scope.user, spec.namespace);
    return {
      apiVersion,
      kind,
      metadata: {},
      spec: {},
      status: { resourceRules, nonResourceRules, incomplete, ...(errors.length > 0 ? { evaluationError: errors.join("\n") } : {}) },
    } as SelfSubjectRulesReview;
  },
};
