import { field, formatLabels, formatLabelSelector, semanticEqual, type FieldError } from "../../machinery/index.ts";
import { checkNonNegative, checkSelector, type Errors } from "../checks.ts";
import { ageColumn, templateColumns } from "../columns.ts";
import { defaultTemplate } from "../core/pod/defaults.ts";
import { checkTemplate } from "../core/pod/validation/spec.ts";
import { templateWarnings } from "../core/pod/warnings.ts";
import { fill, put } from "../defaulting.ts";
import type { DaemonSet, DaemonSetSpec, DaemonSetStatus, DaemonSetUpdateStrategy, RollingUpdateDaemonSet } from "../generated/types.ts";
import type { Column, Kind } from "../kind.ts";
import {
  checkAtMost100Percent,
  checkCollisions,
  checkImmutableSelector,
  checkIntOrPercent,
  checkNotEmpty,
  checkRunsAlways,
  isZero,
  matchesTemplate,
  mismatch,
} from "./replicas.ts";

const NEW_STATUS: DaemonSetStatus = Object.freeze({
  currentNumberScheduled: 0,
  desiredNumberScheduled: 0,
  numberMisscheduled: 0,
  numberReady: 0,
});
const NO_STRATEGY: DaemonSetUpdateStrategy = Object.freeze({});

/** k8s: pkg/apis/apps/v1/defaults.go SetDefaults_DaemonSet. */
function defaults(object: DaemonSet): DaemonSet {
  const spec = fill(object.spec ?? ({} as DaemonSetSpec), { revisionHistoryLimit: 10 });
  const strategy = fill(spec.updateStrategy ?? NO_STRATEGY, { type: "RollingUpdate" });
  const updateStrategy =
    strategy.type === "RollingUpdate"
      ? put(strategy, "rollingUpdate", fill(strategy.rollingUpdate ?? {}, { maxUnavailable: 1, maxSurge: 0 }))
      : strategy;
  return put(object, "spec", put(put(spec, "template", defaultTemplate(spec.template)), "updateStrategy", updateStrategy));
}

/** A field of old versions that apps/v1 keeps as an annotation (k8s: apps/v1/conversion.go). */
const TEMPLATE_GENERATION = "deprecated.daemonset.template.generation";

const templateGeneration = ({ metadata }: DaemonSet): number => Number(metadata?.annotations?.[TEMPLATE_GENERATION] ?? 0);

function withTemplateGeneration(object: DaemonSet, generation: number): DaemonSet {
  const annotations = { ...object.metadata?.annotations, [TEMPLATE_GENERATION]: String(generation) };
  return { ...object, metadata: { ...object.metadata, annotations } };
}

/** k8s: apps/validation ValidateDaemonSetSpec. */
function validate(object: DaemonSet): readonly FieldError[] {
  const errors: Errors = [];
  const spec = object.spec as DaemonSetSpec;
  checkSelector(errors, "spec.selector", spec.selector);
  if (matchesTemplate(spec.selector, spec.template) === false) errors.push(mismatch(spec.template));
  checkNotEmpty(errors, spec.selector, "daemonset");
  checkTemplate(errors, "spec.template", spec.template);
  checkRunsAlways(errors, spec.template, "DaemonSet");
  checkNonNegative(errors, "spec.minReadySeconds", spec.minReadySeconds);
  checkNonNegative(errors, "spec.templateGeneration", templateGeneration(object));
  checkStrategy(errors, "spec.updateStrategy", spec.updateStrategy ?? NO_STRATEGY);
  checkNonNegative(errors, "spec.revisionHistoryLimit", spec.revisionHistoryLimit);
  return errors;
}

function checkStrategy(errors: Errors, path: string, { type, rollingUpdate }: DaemonSetUpdateStrategy): void {
  if (type === "OnDelete") return;
  if (type === "RollingUpdate") {
    if (rollingUpdate === undefined) errors.push(field.required(`${path}.rollingUpdate`));
    else checkRolling(errors, `${path}.rollingUpdate`, rollingUpdate);
    return;
  }
  // The real server prints its internal struct here.
  const { maxUnavailable = 0, maxSurge = 0 } = rollingUpdate ?? {};
  const value = {
    Type: type ?? "",
    RollingUpdate: rollingUpdate === undefined ? null : { MaxUnavailable: maxUnavailable, MaxSurge: maxSurge },
  };
  errors.push(field.notSupported(path, value, ["RollingUpdate", "OnDelete"]));
}

/** k8s: ValidateRollingUpdateDaemonSet. */
function checkRolling(errors: Errors, path: string, rolling: RollingUpdateDaemonSet): void {
  for (const check of [checkIntOrPercent, checkAtMost100Percent])
    for (const name of ["maxUnavailable", "maxSurge"] as const) check(errors, `${path}.${name}`, rolling[name]);
  const { maxUnavailable, maxSurge } = rolling;
  if (!isZero(maxUnavailable) && !isZero(maxSurge))
    errors.push(field.invalid(`${path}.maxSurge`, maxSurge, "may not be set when maxUnavailable is non-zero"));
  else if (isZero(maxUnavailable) && isZero(maxSurge))
    errors.push(field.required(`${path}.maxUnavailable`, "cannot be 0 when maxSurge is 0"));
}

const COUNTS = [
  "currentNumberScheduled",
  "numberMisscheduled",
  "desiredNumberScheduled",
  "numberReady",
  "observedGeneration",
  "updatedNumberScheduled",
  "numberAvailable",
  "numberUnavailable",
  "collisionCount",
] as const;

const podSpec = (d: DaemonSet) => d.spec?.template.spec;

/** A column that shows a number of the status. */
const count = (name: string, key: (typeof COUNTS)[number], description: string): Column<DaemonSet> => ({
  name,
  type: "integer",
  description,
  cell: (d) => d.status?.[key] ?? 0,
});

export const daemonSet: Kind<DaemonSet> = {
  group: "apps",
  version: "v1",
  kind: "DaemonSet",
  plural: "daemonsets",
  singular: "daemonset",
  shortNames: ["ds"],
  categories: ["all"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  generation: true,
  defaults,
  validate,
  rulesLast: true,
  validateUpdate(object, old) {
    const errors: Errors = [];
    checkImmutableSelector(errors, object.spec, old.spec);
    return errors;
  },
  /** k8s: ValidateDaemonSetStatusUpdate. */
  validateStatusUpdate({ status }, old) {
    const errors: Errors = [];
    for (const name of COUNTS) checkNonNegative(errors, `status.${name}`, status?.[name]);
    checkCollisions(errors, status, old.status);
    return errors;
  },
  prepareForCreate: (object) => withTemplateGeneration({ ...object, status: NEW_STATUS }, templateGeneration(object) || 1),
  prepareForUpdate(object, old) {
    const changed = !semanticEqual(object.spec?.template, old.spec?.template);
    return withTemplateGeneration(object, templateGeneration(old) + (changed ? 1 : 0));
  },
  columns: [
    count("Desired", "desiredNumberScheduled", "Nodes that should run one."),
    count("Current", "currentNumberScheduled", "Nodes that run one and should."),
    count("Ready", "numberReady", "Nodes whose pod is ready."),
    count("Up-to-date", "updatedNumberScheduled", "Nodes whose pod is of the newest template."),
    count("Available", "numberAvailable", "Nodes whose pod has been ready for minReadySeconds."),
    { name: "Node Selector", description: "Labels of the nodes it is for.", cell: (d) => formatLabels(podSpec(d)?.nodeSelector) },
    ageColumn,
    ...templateColumns(podSpec),
    { name: "Selector", description: "Which pods it manages.", wide: true, cell: (d) => formatLabelSelector(d.spec?.selector) },
  ],
  warnings: (object, old) => templateWarnings("spec.template", object.spec, old?.spec),
};
