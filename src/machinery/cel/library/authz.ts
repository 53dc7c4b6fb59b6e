import { isDNS1123Label, isDNS1123Subdomain } from "../../validation.ts";
import type { FunctionTable } from "../functions.ts";
import { CelError, Opaque } from "../values.ts";

/** What an expression asks: may this user do that? A path, or a resource. */
export interface Access {
  readonly user: { readonly name: string; readonly groups: readonly string[] };
  readonly verb: string;
  readonly path?: string;
  readonly group?: string;
  readonly resource?: string;
  readonly subresource?: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly fieldSelector?: string;
  readonly labelSelector?: string;
}

export type Authorize = (access: Access) => { readonly allowed: boolean; readonly reason: string; readonly error?: string };

const TYPE = "kubernetes.authorization.";

/** An authorizer, or a check that is being put together. */
class Check extends Opaque {
  readonly typeName: string;
  readonly authorize: Authorize;
  readonly access: Access;

  constructor(type: string, authorize: Authorize, access: Access) {
    super();
    this.typeName = TYPE + type;
    this.authorize = authorize;
    this.access = access;
  }

  equals(other: Opaque): boolean {
    return other === this;
  }

  as(type: string, more: Partial<Access>): Check {
    return new Check(type, this.authorize, { ...this.access, ...more });
  }
}

class Decision extends Opaque {
  readonly typeName = `${TYPE}Decision`;
  readonly outcome: ReturnType<Authorize>;

  constructor(outcome: ReturnType<Authorize>) {
    super();
    this.outcome = outcome;
  }

  equals(other: Opaque): boolean {
    return other === this;
  }
}

/** The value of `authorizer`. */
export const authorizerOf = (authorize: Authorize, user: Access["user"]): Opaque => new Check("Authorizer", authorize, { user, verb: "" });

/** The value of `authorizer.requestResource`. */
export const requestResourceOf = (authorize: Authorize, access: Omit<Access, "verb">): Opaque =>
  new Check("ResourceCheck", authorize, { ...access, verb: "" });

function filled(what: string, text: string): string {
  if (text.trim() === "") throw new CelError(`${what} must not be empty`);
  return text;
}

function serviceAccount(check: Check, namespace: string, name: string): Check {
  if (isDNS1123Subdomain(name).length > 0) throw new CelError("Invalid service account name");
  if (isDNS1123Label(namespace).length > 0) throw new CelError("Invalid service account namespace");
  const groups = ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  return check.as("Authorizer", { user: { name: `system:serviceaccount:${namespace}:${name}`, groups } });
}

const part =
  (field: keyof Access) =>
  (check: Check, text: string): Check =>
    check.as("ResourceCheck", { [field]: text });
const decide = (check: Check, verb: string): Decision => new Decision(check.authorize({ ...check.access, verb }));
const resource = (id: string): string => `.(${TYPE}${id}, string) ${TYPE}ResourceCheck`;

/** k8s: cel/library/authz.go. */
export const authz: FunctionTable = {
  path: [
    [
      "authorizer_path",
      `.(${TYPE}Authorizer, string) ${TYPE}PathCheck`,
      (check: Check, path: string) => check.as("PathCheck", { path: filled("path", path) }),
    ],
  ],
  group: [
    [
      "authorizer_group",
      `.(${TYPE}Authorizer, string) ${TYPE}GroupCheck`,
      (check: Check, group: string) => check.as("GroupCheck", { group }),
    ],
  ],
  serviceAccount: [["authorizer_serviceaccount", `.(${TYPE}Authorizer, string, string) ${TYPE}Authorizer`, serviceAccount]],
  resource: [
    ["groupcheck_resource", resource("GroupCheck"), (check: Check, name: string) => part("resource")(check, filled("resource", name))],
  ],
  subresource: [["resourcecheck_subresource", resource("ResourceCheck"), part("subresource")]],
  namespace: [["resourcecheck_namespace", resource("ResourceCheck"), part("namespace")]],
  name: [["resourcecheck_name", resource("ResourceCheck"), part("name")]],
  fieldSelector: [["authorizer_fieldselector", resource("ResourceCheck"), part("fieldSelector")]],
  labelSelector: [["authorizer_labelselector", resource("ResourceCheck"), part("labelSelector")]],
  check: [
    ["pathcheck_check", `.(${TYPE}PathCheck, string) ${TYPE}Decision`, decide],
    ["resourcecheck_check", `.(${TYPE}ResourceCheck, string) ${TYPE}Decision`, decide],
  ],
  errored: [["decision_errored", `.(${TYPE}Decision) bool`, ({ outcome }: Decision) => outcome.error !== undefined]],
  error: [["decision_error", `.(${TYPE}Decision) string`, ({ outcome }: Decision) => outcome.error ?? ""]],
  allowed: [["decision_allowed", `.(${TYPE}Decision) bool`, ({ outcome }: Decision) => outcome.allowed]],
  reason: [["decision_reason", `.(${TYPE}Decision) string`, ({ outcome }: Decision) => outcome.reason]],
};
