import type { Errors } from "../checks.ts";
import { createdAtColumn } from "../columns.ts";
import type { Role } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkRules } from "./rules.ts";

export const role: Kind<Role> = {
  group: "rbac.authorization.k8s.io",
  version: "v1",
  kind: "Role",
  plural: "roles",
  singular: "role",
  namespaced: true,
  nameFormat: "path-segment",
  validate(object) {
    const errors: Errors = [];
    checkRules(errors, object.rules, true);
    return errors;
  },
  rulesLast: true,
  columns: [createdAtColumn],
};
