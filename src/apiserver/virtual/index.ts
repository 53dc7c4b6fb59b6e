import { accessReview, selfAccessReview, selfRulesReview } from "./access-reviews.ts";
import { bindings } from "./bindings.ts";
import { componentStatuses } from "./component-statuses.ts";
import { selfSubjectReview, tokenReview } from "./identity-reviews.ts";
import { observed } from "./observed.ts";
import type { VirtualResource } from "./types.ts";

/** `group/plural` of kinds with `virtual: true` to what computes them. */
export const virtualResources: Readonly<Record<string, VirtualResource>> = {
  "/bindings": bindings,
  "/componentstatuses": componentStatuses,
  "authentication.k8s.io/selfsubjectreviews": selfSubjectReview,
  "authentication.k8s.io/tokenreviews": tokenReview,
  "authorization.k8s.io/localsubjectaccessreviews": accessReview,
  "authorization.k8s.io/selfsubjectaccessreviews": selfAccessReview,
  "authorization.k8s.io/selfsubjectrulesreviews": selfRulesReview,
  "authorization.k8s.io/subjectaccessreviews": accessReview,
  "sim.timonel.dev/components": observed,
  "sim.timonel.dev/packettraces": observed,
  "sim.timonel.dev/schedulingdecisions": observed,
};
