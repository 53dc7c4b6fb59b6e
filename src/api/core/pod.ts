import type { FieldError } from "../../machinery/index.ts";
import type { Pod } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { podColumns } from "./pod/columns.ts";
import { defaultPod } from "./pod/defaults.ts";
import { ephemeralContainersDoor, resizeDoor } from "./pod/doors.ts";
import { gracefulDeletion, podFields, prepareForCreate, prepareForStatusUpdate } from "./pod/strategy.ts";
import { checkPod } from "./pod/validation/pod.ts";
import { checkPodStatusUpdate, checkPodUpdate } from "./pod/validation/update.ts";
import { podWarnings } from "./pod/warnings.ts";

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
  subresources: ["attach", "binding", "ephemeralcontainers", "eviction", "exec", "log", "portforward", "proxy", "resize", "status"],
  generation: true,
  statusKeepsMetadata: true,
  doors: { ephemeralcontainers: ephemeralContainersDoor, resize: resizeDoor },
  defaults: defaultPod,
  validate(object, { old }) {
    const errors: FieldError[] = [];
    checkPod(errors, object, old as Pod | undefined);
    return errors;
  },
  rulesLast: true,
  validateUpdate(object, old) {
    const errors: FieldError[] = [];
    checkPodUpdate(errors, object, old);
    return errors;
  },
  validateStatusUpdate(object, old) {
    const errors: FieldError[] = [];
    checkPodStatusUpdate(errors, object, old);
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
  // Whoever updates a pod is a program.
  warnings: (object, old) => (old === undefined ? podWarnings("", object) : []),
};
