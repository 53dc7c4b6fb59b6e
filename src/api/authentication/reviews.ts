import { field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { fill } from "../defaulting.ts";
import type { AuthenticationTokenRequest, SelfSubjectReview, TokenReview } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const review = {
  group: "authentication.k8s.io",
  version: "v1",
  namespaced: false,
  virtual: true,
  verbs: ["create"],
  columns: [],
  validate: () => [],
} as const;

export const tokenReview: Kind<TokenReview> = { ...review, kind: "TokenReview", plural: "tokenreviews", singular: "tokenreview" };

export const selfSubjectReview: Kind<SelfSubjectReview> = {
  ...review,
  kind: "SelfSubjectReview",
  plural: "selfsubjectreviews",
  singular: "selfsubjectreview",
};

const SPEC = { expirationSeconds: 3600 };

/** What serviceaccounts/token takes: no resource of its own. */
export const tokenRequest: Kind<AuthenticationTokenRequest> = {
  ...review,
  kind: "TokenRequest",
  plural: "tokenrequests",
  singular: "tokenrequest",
  namespaced: true,
  defaults: (object) => ({ ...object, spec: fill(object.spec ?? {}, SPEC) }),
  /** k8s: authentication/validation ValidateTokenRequest. */
  validate({ spec }) {
    const errors: Errors = [];
    const seconds = spec?.expirationSeconds ?? 0;
    const refuse = (why: string): void => void errors.push(field.invalid("spec.expirationSeconds", seconds, why));
    if (seconds < 600) refuse("may not specify a duration less than 10 minutes");
    if (seconds > 2 ** 32) refuse("may not specify a duration larger than 2^32 seconds");
    return errors;
  },
};
