import { field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import type { MutatingAdmissionPolicyBinding, ValidatingAdmissionPolicyBinding } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { bindingColumns, checkBindingSpec, defaultBinding } from "./policies.ts";
import { WARNS_OF_STATIC_NAMES } from "./static-suffix.ts";

const ACTIONS = ["Audit", "Deny", "Warn"];

/** k8s: validateValidationActions. */
function checkActions(errors: Errors, path: string, actions: readonly string[] = []): void {
  const seen = new Set<string>();
  for (const [i, action] of actions.entries()) {
    if (!ACTIONS.includes(action)) errors.push(field.notSupported(`${path}[${i}]`, action, ACTIONS));
    if (seen.has(action)) errors.push(field.duplicate(`${path}[${i}]`, action));
    seen.add(action);
  }
  const twice =
    "must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)";
  if (seen.has("Deny") && seen.has("Warn")) errors.push(field.invalid(path, actions, twice));
  if (seen.size === 0) errors.push(field.required(path, "at least one validation action is required"));
}

export const validatingAdmissionPolicyBinding: Kind<ValidatingAdmissionPolicyBinding> = {
  ...WARNS_OF_STATIC_NAMES,
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "ValidatingAdmissionPolicyBinding",
  plural: "validatingadmissionpolicybindings",
  singular: "validatingadmissionpolicybinding",
  categories: ["api-extensions"],
  namespaced: false,
  generation: true,
  defaults: defaultBinding,
  validate({ spec }) {
    const errors: Errors = [];
    checkBindingSpec(errors, spec);
    checkActions(errors, "spec.validationActions", spec.validationActions);
    return errors;
  },
  columns: bindingColumns,
};

export const mutatingAdmissionPolicyBinding: Kind<MutatingAdmissionPolicyBinding> = {
  ...WARNS_OF_STATIC_NAMES,
  group: "admissionregistration.k8s.io",
  version: "v1",
  kind: "MutatingAdmissionPolicyBinding",
  plural: "mutatingadmissionpolicybindings",
  singular: "mutatingadmissionpolicybinding",
  categories: ["api-extensions"],
  namespaced: false,
  generation: true,
  defaults: defaultBinding,
  validate({ spec = {} }) {
    const errors: Errors = [];
    checkBindingSpec(errors, spec);
    return errors;
  },
  columns: bindingColumns,
};
