import { formatLabelSelector, labelSelector } from "../../machinery/index.ts";
import { checkNonNegative, type Errors } from "../checks.ts";
import { ageColumn, templateColumns } from "../columns.ts";
import { defaultTemplate } from "../core/pod/defaults.ts";
import { templateWarnings } from "../core/pod/warnings.ts";
import { fill, put } from "../defaulting.ts";
import type { ReplicaSet, ReplicaSetSpec } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkAvailable, checkCounts, checkImmutableSelector, checkSelectorAndTemplate, replicaScale } from "./replicas.ts";

const podSpec = (rs: ReplicaSet) => rs.spec?.template?.spec;

export const replicaSet: Kind<ReplicaSet> = {
  group: "apps",
  version: "v1",
  kind: "ReplicaSet",
  plural: "replicasets",
  singular: "replicaset",
  shortNames: ["rs"],
  categories: ["all"],
  namespaced: true,
  subresources: ["scale", "status"],
  statusKeepsMetadata: true,
  generation: true,
  defaults(object) {
    const spec = fill(object.spec ?? ({} as ReplicaSetSpec), { replicas: 1 });
    return put(object, "spec", put(spec, "template", defaultTemplate(spec.template)));
  },
  /** k8s: apps/validation ValidateReplicaSetSpec. */
  validate({ spec }) {
    const errors: Errors = [];
    checkNonNegative(errors, "spec.replicas", spec?.replicas);
    checkNonNegative(errors, "spec.minReadySeconds", spec?.minReadySeconds);
    checkSelectorAndTemplate(errors, spec ?? {}, "replicaset");
    return errors;
  },
  rulesLast: true,
  validateUpdate(object, old) {
    const errors: Errors = [];
    checkImmutableSelector(errors, object.spec, old.spec);
    return errors;
  },
  /** k8s: ValidateReplicaSetStatus. */
  validateStatusUpdate({ status }) {
    const errors: Errors = [];
    const parts = ["fullyLabeledReplicas", "readyReplicas", "availableReplicas"] as const;
    checkCounts(errors, status ?? {}, ["replicas", ...parts, "observedGeneration"], parts);
    checkAvailable(errors, status ?? {});
    return errors;
  },
  prepareForCreate: (object) => ({ ...object, status: { replicas: 0 } }),
  columns: [
    { name: "Desired", type: "integer", description: "Pods that are wanted.", cell: (rs) => rs.spec?.replicas ?? 0 },
    { name: "Current", type: "integer", description: "Pods that there are.", cell: (rs) => rs.status?.replicas ?? 0 },
    { name: "Ready", type: "integer", description: "Pods that are ready.", cell: (rs) => rs.status?.readyReplicas ?? 0 },
    ageColumn,
    ...templateColumns(podSpec),
    { name: "Selector", description: "Which pods it manages.", wide: true, cell: (rs) => formatLabelSelector(rs.spec?.selector) },
  ],
  scale: replicaScale((rs) => labelSelector(rs.spec?.selector).toString()),
  warnings: (object, old) => templateWarnings("spec.template", object.spec, old?.spec),
};
