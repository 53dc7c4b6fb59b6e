import { field, formatLabelSelector, labelSelector, type FieldError } from "../../machinery/index.ts";
import { checkNonNegative, type Errors } from "../checks.ts";
import { ageColumn, templateColumns } from "../columns.ts";
import { defaultTemplate } from "../core/pod/defaults.ts";
import { templateWarnings } from "../core/pod/warnings.ts";
import { fill, put } from "../defaulting.ts";
import type { Deployment, DeploymentSpec, DeploymentStrategy, RollingUpdateDeployment } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import {
  checkAtMost100Percent,
  checkAvailable,
  checkCollisions,
  checkCounts,
  checkImmutableSelector,
  checkIntOrPercent,
  checkSelectorAndTemplate,
  isZero,
  replicaScale,
} from "./replicas.ts";

const EMPTY_STATUS = Object.freeze({});
const SPEC: Partial<DeploymentSpec> = { replicas: 1, revisionHistoryLimit: 10, progressDeadlineSeconds: 600 };
const ROLLING: RollingUpdateDeployment = { maxUnavailable: "25%", maxSurge: "25%" };

/** k8s: pkg/apis/apps/v1/defaults.go SetDefaults_Deployment. */
function defaults(deployment: Deployment): Deployment {
  const spec = fill(deployment.spec ?? ({} as DeploymentSpec), SPEC);
  const next = put(spec, "template", defaultTemplate(spec.template));
  return put(deployment, "spec", put(next, "strategy", defaultStrategy(next.strategy ?? {})));
}

function defaultStrategy(strategy: DeploymentStrategy): DeploymentStrategy {
  const next = strategy.type ? strategy : { ...strategy, type: "RollingUpdate" };
  return next.type === "RollingUpdate" ? put(next, "rollingUpdate", fill(next.rollingUpdate ?? {}, ROLLING)) : next;
}

/** k8s: apps/validation ValidateDeploymentSpec. */
function validate({ spec }: Deployment): readonly FieldError[] {
  const errors: Errors = [];
  checkNonNegative(errors, "spec.replicas", spec?.replicas);
  checkSelectorAndTemplate(errors, spec ?? {}, "deployment");
  checkStrategy(errors, "spec.strategy", spec?.strategy ?? {});
  const minReady = spec?.minReadySeconds ?? 0;
  checkNonNegative(errors, "spec.minReadySeconds", minReady);
  checkNonNegative(errors, "spec.revisionHistoryLimit", spec?.revisionHistoryLimit);
  const deadline = spec?.progressDeadlineSeconds;
  checkNonNegative(errors, "spec.progressDeadlineSeconds", deadline);
  if (deadline !== undefined && deadline <= minReady)
    errors.push(field.invalid("spec.progressDeadlineSeconds", deadline, "must be greater than minReadySeconds"));
  return errors;
}

function checkStrategy(errors: Errors, path: string, strategy: DeploymentStrategy): void {
  const rolling = strategy.rollingUpdate;
  switch (strategy.type) {
    case "Recreate":
      if (rolling !== undefined)
        errors.push(field.forbidden(`${path}.rollingUpdate`, "may not be specified when strategy `type` is 'Recreate'"));
      break;
    case "RollingUpdate":
      if (rolling === undefined) errors.push(field.required(`${path}.rollingUpdate`, "this should be defaulted and never be nil"));
      else checkRollingUpdate(errors, `${path}.rollingUpdate`, rolling);
      break;
    default:
      // The real server prints its internal struct here.
      errors.push(
        field.notSupported(
          path,
          {
            Type: strategy.type ?? "",
            RollingUpdate: rolling === undefined ? null : { MaxUnavailable: rolling.maxUnavailable ?? 0, MaxSurge: rolling.maxSurge ?? 0 },
          },
          ["Recreate", "RollingUpdate"],
        ),
      );
  }
}

function checkRollingUpdate(errors: Errors, path: string, rolling: RollingUpdateDeployment): void {
  checkIntOrPercent(errors, `${path}.maxUnavailable`, rolling.maxUnavailable);
  checkIntOrPercent(errors, `${path}.maxSurge`, rolling.maxSurge);
  if (isZero(rolling.maxUnavailable) && isZero(rolling.maxSurge)) {
    errors.push(field.invalid(`${path}.maxUnavailable`, rolling.maxUnavailable ?? 0, "may not be 0 when `maxSurge` is 0"));
  }
  checkAtMost100Percent(errors, `${path}.maxUnavailable`, rolling.maxUnavailable);
}

/** k8s: ValidateDeploymentStatus. */
function validateStatusUpdate({ status = {} }: Deployment, old: Deployment): readonly FieldError[] {
  const errors: Errors = [];
  const parts = ["updatedReplicas", "readyReplicas", "availableReplicas"] as const;
  checkCounts(errors, status, ["observedGeneration", "replicas", ...parts, "unavailableReplicas", "collisionCount"], parts);
  checkAvailable(errors, status);
  checkCollisions(errors, status, old.status);
  return errors;
}

const podSpec = (d: Deployment) => d.spec?.template.spec;

export const deployment: Kind<Deployment> = {
  group: "apps",
  version: "v1",
  kind: "Deployment",
  plural: "deployments",
  singular: "deployment",
  shortNames: ["deploy"],
  categories: ["all"],
  namespaced: true,
  subresources: ["scale", "status"],
  generation: true,
  defaults,
  validate,
  rulesLast: true,
  validateUpdate(object, old) {
    const errors: Errors = [];
    checkImmutableSelector(errors, object.spec, old.spec);
    return errors;
  },
  validateStatusUpdate,
  statusKeepsMetadata: true,
  prepareForStatusUpdate: (object, old) => put(object, "metadata", put(object.metadata ?? {}, "labels", old.metadata?.labels)),
  prepareForCreate: (object) => ({ ...object, status: EMPTY_STATUS }),
  columns: [
    {
      name: "Ready",
      description: "Pods that are ready, of those wanted.",
      cell: (d) => `${d.status?.readyReplicas ?? 0}/${d.spec?.replicas ?? 0}`,
    },
    { name: "Up-to-date", type: "integer", description: "Pods of the newest template.", cell: (d) => d.status?.updatedReplicas ?? 0 },
    {
      name: "Available",
      type: "integer",
      description: "Pods that have been ready for minReadySeconds.",
      cell: (d) => d.status?.availableReplicas ?? 0,
    },
    ageColumn,
    ...templateColumns(podSpec),
    { name: "Selector", description: "Which pods it manages.", wide: true, cell: (d) => formatLabelSelector(d.spec?.selector) },
  ],
  scale: replicaScale((d) => labelSelector(d.spec?.selector).toString()),
  warnings: (object, old) => templateWarnings("spec.template", object.spec, old?.spec),
};
