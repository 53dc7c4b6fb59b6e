import { deepEqual, field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import type {
  LocalSubjectAccessReview,
  SelfSubjectAccessReview,
  SelfSubjectRulesReview,
  SubjectAccessReview,
  SubjectAccessReviewSpec,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import type { KubeObject } from "../meta.ts";

/** k8s: authorization/validation ValidateSubjectAccessReviewSpec, ValidateSelfSubjectAccessReviewSpec. */
function checkSpec(spec: SubjectAccessReviewSpec, self: boolean): Errors {
  const errors: Errors = [];
  const { resourceAttributes, nonResourceAttributes, user, groups } = spec;
  if (resourceAttributes && nonResourceAttributes)
    errors.push(
      field.invalid("spec.nonResourceAttributes", nonResourceAttributes, "cannot be specified in combination with resourceAttributes"),
    );
  if (!resourceAttributes && !nonResourceAttributes)
    errors.push(
      field.invalid("spec.resourceAttributes", null, "exactly one of nonResourceAttributes or resourceAttributes must be specified"),
    );
  if (!self && !user && !groups?.length)
    errors.push(field.invalid("spec.user", user ?? "", "at least one of user or group must be specified"));
  return errors;
}

function checkMetadata(errors: Errors, { metadata = {} }: KubeObject, but?: "namespace"): Errors {
  const { managedFields: _, ...rest } = metadata;
  const { namespace: __, ...others } = rest;
  if (!deepEqual(but ? others : rest, {}))
    errors.push(field.invalid("metadata", metadata, but ? "must be empty except for namespace" : "must be empty"));
  return errors;
}

const review = {
  group: "authorization.k8s.io",
  version: "v1",
  virtual: true,
  verbs: ["create"],
  columns: [],
} as const;

export const subjectAccessReview: Kind<SubjectAccessReview> = {
  ...review,
  kind: "SubjectAccessReview",
  plural: "subjectaccessreviews",
  singular: "subjectaccessreview",
  namespaced: false,
  validate: (object) => checkMetadata(checkSpec(object.spec, false), object),
};

export const selfSubjectAccessReview: Kind<SelfSubjectAccessReview> = {
  ...review,
  kind: "SelfSubjectAccessReview",
  plural: "selfsubjectaccessreviews",
  singular: "selfsubjectaccessreview",
  namespaced: false,
  validate: (object) => checkMetadata(checkSpec(object.spec, true), object),
};

export const localSubjectAccessReview: Kind<LocalSubjectAccessReview> = {
  ...review,
  kind: "LocalSubjectAccessReview",
  plural: "localsubjectaccessreviews",
  singular: "localsubjectaccessreview",
  namespaced: true,
  validate(object) {
    const errors = checkMetadata(checkSpec(object.spec, false), object, "namespace");
    const { resourceAttributes, nonResourceAttributes } = object.spec;
    const namespace = resourceAttributes?.namespace ?? "";
    if (resourceAttributes && namespace !== (object.metadata?.namespace ?? ""))
      errors.push(field.invalid("spec.resourceAttributes.namespace", namespace, "must match metadata.namespace"));
    if (nonResourceAttributes)
      errors.push(field.invalid("spec.nonResourceAttributes", nonResourceAttributes, "disallowed on this kind of request"));
    return errors;
  },
};

export const selfSubjectRulesReview: Kind<SelfSubjectRulesReview> = {
  ...review,
  kind: "SelfSubjectRulesReview",
  plural: "selfsubjectrulesreviews",
  singular: "selfsubjectrulesreview",
  namespaced: false,
  validate: () => [],
};
