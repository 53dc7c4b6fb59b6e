import { field, semanticEqual } from "../../machinery/index.ts";
import { checkNonNegative, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import type { ControllerRevision } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

/** `daemonset.apps/agent` (k8s: printers printControllerRevision). */
function controller({ metadata }: ControllerRevision): string {
  const owner = metadata?.ownerReferences?.find((o) => o.controller);
  if (!owner) return orNone("");
  const [group, version] = owner.apiVersion.split("/");
  return `${[owner.kind, ...(version === undefined ? [] : [group])].join(".").toLowerCase()}/${owner.name}`;
}

export const controllerRevision: Kind<ControllerRevision> = {
  group: "apps",
  version: "v1",
  kind: "ControllerRevision",
  plural: "controllerrevisions",
  singular: "controllerrevision",
  namespaced: true,
  /** k8s: apps/validation ValidateControllerRevision. */
  validate({ data, revision }) {
    const errors: Errors = [];
    if (data === undefined) errors.push(field.required("data", "data is mandatory"));
    checkNonNegative(errors, "revision", revision);
    return errors;
  },
  rulesLast: true,
  validateUpdate: (object, old) =>
    semanticEqual(object.data, old.data) ? [] : [field.invalid("data", object.data ?? null, "field is immutable")],
  columns: [
    { name: "Controller", description: "Whose history it is of.", cell: controller },
    { name: "Revision", type: "integer", description: "Which one it is.", cell: (r) => r.revision },
    ageColumn,
  ],
};
