import { field, isQualifiedName, type FieldError } from "../../machinery/index.ts";
import type { Pod } from "../generated/types.ts";
import { invalidEach } from "../checks.ts";
import type { Kind } from "../kind.ts";
import { podColumns } from "./pod/columns.ts";
import { defaultPod } from "./pod/defaults.ts";
import { ephemeralContainersDoor, resizeDoor } from "./pod/doors.ts";
import { gracefulDeletion, podFields, prepareForCreate, prepareForStatusUpdate } from "./pod/strategy.ts";
import { checkPodSpec } from "./pod/validation/spec.ts";
import { checkPodStatusUpdate, checkPodUpdate } from "./pod/validation/update.ts";
import { podSpecWarnings } from "./pod/warnings.ts";

export const pod: Kind<Pod> = {
  group: "",
  version: "v1",
  kind: "Pod",
  plural: "pods",
  singular: "pod",
  shortNames: ["po"],
  categories: ["all"],
  namespaced: true,
  returnsDeleted: true,
  subresources: ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "proxy", "resize", "status"],
  generation: true,
  statusKeepsMetadata: true,
  doors: { ephemeralcontainers: ephemeralContainersDoor, resize: resizeDoor },
  defaults: defaultPod,
  validate(object) {
    const errors: FieldError[] = [];
    checkPodSpec(errors, "spec", object.spec ?? { containers: [] });
    return errors;
  },
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    checkPodUpdate(errors, object, old);
    return errors;
  },
  validateStatusUpdate(object, old) {
    const errors: FieldError[] = [];
    checkPodStatusUpdate(errors, object, old);
    for (const [i, condition] of (object.status?.conditions ?? []).entries()) {
      if (!condition.type) errors.push(field.required(`status.conditions[${i}].type`));
      else invalidEach(errors, `status.conditions[${i}].type`, condition.type, isQualifiedName(condition.type));
    }
    return errors;
  },
  prepareForCreate,
  prepareForStatusUpdate,
  fields: podFields,
  selectableFields: [
    "spec.nodeName",
    "spec.restartPolicy",
    "spec.schedulerName",
    "spec.serviceAccountName",
    "spec.hostNetwork",
    "status.phase",
    "status.podIP",
    "status.podIPs",
    "status.nominatedNodeName",
  ],
  gracefulDeletion,
  columns: podColumns,
  warnings: (object, old) => podSpecWarnings("spec", object.spec, old?.spec),
};
