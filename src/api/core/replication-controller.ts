import { field, formatLabels, mapSelector, type FieldError } from "../../machinery/index.ts";
import { checkAvailable, checkCounts, checkRunsAlways, mismatch, replicaScale } from "../apps/replicas.ts";
import { checkNonNegative, type Errors } from "../checks.ts";
import { ageColumn, templateColumns } from "../columns.ts";
import { at, fill, put } from "../defaulting.ts";
import type { ReplicationController, ReplicationControllerSpec, ReplicationControllerStatus } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { defaultTemplate } from "./pod/defaults.ts";
import { checkTemplate } from "./pod/validation/spec.ts";
import { templateWarnings } from "./pod/warnings.ts";

const NEW_STATUS: ReplicationControllerStatus = Object.freeze({ replicas: 0 });
const isEmpty = (labels: object | undefined): boolean => labels === undefined || Object.keys(labels).length === 0;

/** k8s: core/v1/defaults.go SetDefaults_ReplicationController: it is labelled as its pods are, and selects them. */
function defaults(object: ReplicationController): ReplicationController {
  const given = fill(object.spec ?? ({} as ReplicationControllerSpec), { replicas: 1 });
  const labels = given.template?.metadata?.labels;
  let spec = at(given, "template", (template) => defaultTemplate(template));
  if (labels !== undefined && isEmpty(spec.selector)) spec = put(spec, "selector", labels);
  const next = put(object, "spec", spec);
  return labels !== undefined && isEmpty(next.metadata?.labels) ? put(next, "metadata", { ...next.metadata, labels }) : next;
}

/** k8s: core/validation ValidateReplicationControllerSpec. */
function validate({ spec = {} }: ReplicationController): readonly FieldError[] {
  const errors: Errors = [];
  const { template } = spec;
  checkNonNegative(errors, "spec.minReadySeconds", spec.minReadySeconds);
  if (isEmpty(spec.selector)) errors.push(field.required("spec.selector"));
  checkNonNegative(errors, "spec.replicas", spec.replicas);
  if (template === undefined) errors.push(field.required("spec.template"));
  else {
    if (!isEmpty(spec.selector) && !mapSelector(spec.selector).matches(template.metadata?.labels ?? {})) errors.push(mismatch(template));
    checkTemplate(errors, "spec.template", template);
    checkRunsAlways(errors, template, "ReplicationController");
  }
  return errors;
}

const podSpec = (rc: ReplicationController) => rc.spec?.template?.spec;

export const replicationController: Kind<ReplicationController> = {
  group: "",
  version: "v1",
  kind: "ReplicationController",
  plural: "replicationcontrollers",
  singular: "replicationcontroller",
  shortNames: ["rc"],
  categories: ["all"],
  namespaced: true,
  subresources: ["scale", "status"],
  statusKeepsMetadata: true,
  generation: true,
  defaults,
  validate,
  /** k8s: ValidateReplicationControllerStatus. */
  validateStatusUpdate({ status = NEW_STATUS }) {
    const errors: Errors = [];
    const parts = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"];
    checkCounts(errors, status, ["replicas", ...parts, "observedGeneration"], parts);
    checkAvailable(errors, status);
    return errors;
  },
  prepareForCreate: (object) => ({ ...object, status: NEW_STATUS }),
  fields: (object) => ({ "status.replicas": String(object.status?.replicas ?? 0) }),
  selectableFields: ["status.replicas"],
  defaultPropagation: "orphan",
  columns: [
    { name: "Desired", type: "integer", description: "Pods that are wanted.", cell: (rc) => rc.spec?.replicas ?? 0 },
    { name: "Current", type: "integer", description: "Pods that there are.", cell: (rc) => rc.status?.replicas ?? 0 },
    { name: "Ready", type: "integer", description: "Pods that are ready.", cell: (rc) => rc.status?.readyReplicas ?? 0 },
    ageColumn,
    ...templateColumns(podSpec),
    { name: "Selector", description: "Which pods it manages.", wide: true, cell: (rc) => formatLabels(rc.spec?.selector) },
  ],
  scale: replicaScale((rc) => mapSelector(rc.spec?.selector).toString()),
  warnings: (object, old) => templateWarnings("spec.template", object.spec, old?.spec),
};
