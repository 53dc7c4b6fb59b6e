import { field, isDNS1123Label, labelSelector, semanticEqual, type FieldError } from "../../machinery/index.ts";
import { checkNonNegative, checkOneOf, invalidEach, type Errors } from "../checks.ts";
import { ageColumn, templateColumns } from "../columns.ts";
import { defaultClaim } from "../core/persistent-volume-claim.ts";
import { defaultTemplate } from "../core/pod/defaults.ts";
import { checkTemplate } from "../core/pod/validation/spec.ts";
import { templateWarnings } from "../core/pod/warnings.ts";
import { at, fill, mapList, put } from "../defaulting.ts";
import type {
  PersistentVolumeClaim,
  PodTemplateSpec,
  RollingUpdateStatefulSetStrategy,
  StatefulSet,
  StatefulSetSpec,
  StatefulSetStatus,
  StatefulSetUpdateStrategy,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import {
  checkAtMost100Percent,
  checkAvailable,
  checkCollisions,
  checkCounts,
  checkIntOrPercent,
  checkRunsAlways,
  checkSelects,
  isZero,
  replicaScale,
} from "./replicas.ts";

const NEW_STATUS: StatefulSetStatus = Object.freeze({ availableReplicas: 0, replicas: 0 });
const NO_STRATEGY: StatefulSetUpdateStrategy = Object.freeze({});

/** k8s: pkg/apis/apps/v1/defaults.go SetDefaults_StatefulSet. */
function defaults(object: StatefulSet): StatefulSet {
  const given = fill(object.spec ?? ({} as StatefulSetSpec), {
    podManagementPolicy: "OrderedReady",
    replicas: 1,
    revisionHistoryLimit: 10,
    persistentVolumeClaimRetentionPolicy: {},
  });
  let spec = put(given, "template", defaultTemplate(given.template));
  spec = put(spec, "updateStrategy", defaultStrategy(spec.updateStrategy ?? NO_STRATEGY));
  spec = at(spec, "persistentVolumeClaimRetentionPolicy", (policy) => fill(policy, { whenDeleted: "Retain", whenScaled: "Retain" }));
  // Go writes these whether they were said or not.
  if (spec.serviceName === undefined) spec = { ...spec, serviceName: "" };
  spec = at(spec, "ordinals", (ordinals) => (ordinals.start === undefined ? { ...ordinals, start: 0 } : ordinals));
  return put(
    object,
    "spec",
    at(spec, "volumeClaimTemplates", (claims) => mapList(claims, embeddedClaim)),
  );
}

function defaultStrategy(strategy: StatefulSetUpdateStrategy): StatefulSetUpdateStrategy {
  const next = strategy.type ? strategy : { ...strategy, type: "RollingUpdate" };
  if (next.type !== "RollingUpdate") return next;
  const rolling = next.rollingUpdate ?? {};
  return put(next, "rollingUpdate", rolling.partition === undefined ? { ...rolling, partition: 0 } : rolling);
}

/** Claims are objects within the object: they say what they are, and begin pending (k8s: apps/v1/conversion.go). */
const embeddedClaim = (claim: PersistentVolumeClaim): PersistentVolumeClaim =>
  defaultClaim(fill(claim, { apiVersion: "v1", kind: "PersistentVolumeClaim", metadata: {} }));

/** maxUnavailable is behind a gate that is off in 1.36: the field is dropped (k8s: dropStatefulSetDisabledFields). */
function withoutGated(object: StatefulSet): StatefulSet {
  const drop = (rolling: RollingUpdateStatefulSetStrategy): RollingUpdateStatefulSetStrategy => put(rolling, "maxUnavailable", undefined);
  return at(object, "spec", (spec) => at(spec, "updateStrategy", (strategy) => at(strategy, "rollingUpdate", drop)));
}

/** k8s: apps/validation ValidateStatefulSetSpec. */
function validate({ spec }: StatefulSet): readonly FieldError[] {
  const errors: Errors = [];
  if (spec === undefined) return errors;
  const policy = spec.podManagementPolicy;
  if (!policy) errors.push(field.required("spec.podManagementPolicy"));
  else if (policy !== "OrderedReady" && policy !== "Parallel")
    errors.push(field.invalid("spec.podManagementPolicy", policy, "must be 'OrderedReady' or 'Parallel'"));
  checkStrategy(errors, "spec.updateStrategy", spec.updateStrategy ?? NO_STRATEGY);
  for (const when of ["whenDeleted", "whenScaled"] as const)
    checkOneOf(errors, `spec.persistentVolumeClaimRetentionPolicy.${when}`, spec.persistentVolumeClaimRetentionPolicy?.[when], [
      "Retain",
      "Delete",
    ]);
  checkNonNegative(errors, "spec.replicas", spec.replicas);
  checkNonNegative(errors, "spec.minReadySeconds", spec.minReadySeconds);
  checkNonNegative(errors, "spec.ordinals.start", spec.ordinals?.start);
  if (spec.serviceName) invalidEach(errors, "spec.serviceName", spec.serviceName, isDNS1123Label(spec.serviceName));
  if (checkSelects(errors, spec, "statefulset", "")) checkTemplate(errors, "spec.template", withClaims(spec));
  checkRunsAlways(errors, spec.template, "StatefulSet");
  return errors;
}

/** The template as its pods will have it: each claim is a volume, in place of one of that name. */
function withClaims({ template, volumeClaimTemplates = [] }: StatefulSetSpec): PodTemplateSpec {
  if (volumeClaimTemplates.length === 0) return template;
  const names = volumeClaimTemplates.map((claim) => claim.metadata?.name ?? "");
  return at(template, "spec", (spec) => ({
    ...spec,
    volumes: [
      ...(spec.volumes ?? []).filter((volume) => !names.includes(volume.name)),
      ...names.map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
    ],
  }));
}

function checkStrategy(errors: Errors, path: string, { type, rollingUpdate }: StatefulSetUpdateStrategy): void {
  if (!type) errors.push(field.required(path));
  else if (type === "OnDelete") {
    if (rollingUpdate === undefined) return;
    errors.push(field.invalid(`${path}.rollingUpdate`, internalRolling(rollingUpdate), "only allowed for updateStrategy 'RollingUpdate'"));
  } else if (type !== "RollingUpdate") {
    const value = { Type: type, RollingUpdate: rollingUpdate === undefined ? null : internalRolling(rollingUpdate) };
    errors.push(field.invalid(path, value, "must be 'RollingUpdate' or 'OnDelete'"));
  } else if (rollingUpdate !== undefined) {
    checkNonNegative(errors, `${path}.rollingUpdate.partition`, rollingUpdate.partition);
    const most = rollingUpdate.maxUnavailable;
    if (most === undefined) return;
    const at = `${path}.rollingUpdate.maxUnavailable`;
    checkIntOrPercent(errors, at, most);
    if (isZero(most)) errors.push(field.invalid(at, most, "cannot be 0"));
    checkAtMost100Percent(errors, at, most);
  }
}

/** The real server prints its internal struct. */
const internalRolling = ({ partition = 0, maxUnavailable }: RollingUpdateStatefulSetStrategy): object => ({
  Partition: partition,
  MaxUnavailable: maxUnavailable ?? null,
});

const MUTABLE = [
  "replicas",
  "ordinals",
  "template",
  "updateStrategy",
  "revisionHistoryLimit",
  "persistentVolumeClaimRetentionPolicy",
  "minReadySeconds",
] as const satisfies readonly (keyof StatefulSetSpec)[];

const REST_OF = (spec: StatefulSetSpec | undefined): object =>
  Object.fromEntries(Object.entries(spec ?? {}).filter(([key]) => !(MUTABLE as readonly string[]).includes(key)));

/** k8s: ValidateStatefulSetUpdate. */
function validateUpdate(object: StatefulSet, old: StatefulSet): readonly FieldError[] {
  if (semanticEqual(REST_OF(object.spec), REST_OF(old.spec))) return [];
  const quoted = MUTABLE.map((name) => `'${name}'`);
  const listed = `${quoted.slice(0, -1).join(", ")} and ${quoted.at(-1)}`;
  return [field.forbidden("spec", `updates to statefulset spec for fields other than ${listed} are forbidden`)];
}

/** k8s: ValidateStatefulSetStatus. */
function validateStatusUpdate({ status = NEW_STATUS }: StatefulSet, old: StatefulSet): readonly FieldError[] {
  const errors: Errors = [];
  const parts = ["readyReplicas", "currentReplicas", "updatedReplicas", "availableReplicas"];
  checkCounts(errors, status, ["replicas", ...parts, "observedGeneration", "collisionCount"], parts);
  checkAvailable(errors, status, "status.readyReplicas");
  checkCollisions(errors, status, old.status);
  return errors;
}

const podSpec = (s: StatefulSet) => s.spec?.template.spec;

export const statefulSet: Kind<StatefulSet> = {
  group: "apps",
  version: "v1",
  kind: "StatefulSet",
  plural: "statefulsets",
  singular: "statefulset",
  shortNames: ["sts"],
  categories: ["all"],
  namespaced: true,
  subresources: ["scale", "status"],
  statusKeepsMetadata: true,
  generation: true,
  nameFormat: "label",
  defaults,
  validate,
  rulesLast: true,
  validateUpdate,
  validateStatusUpdate,
  prepareForCreate: (object) => withoutGated({ ...object, status: NEW_STATUS }),
  prepareForUpdate: (object, old) =>
    old.spec?.updateStrategy?.rollingUpdate?.maxUnavailable === undefined ? withoutGated(object) : object,
  prepareForStatusUpdate: (object) => at(object, "status", (status) => fill(status, { availableReplicas: 0 })),
  columns: [
    {
      name: "Ready",
      description: "Pods that are ready, of those wanted.",
      cell: (s) => `${s.status?.readyReplicas ?? 0}/${s.spec?.replicas ?? 0}`,
    },
    ageColumn,
    ...templateColumns(podSpec),
  ],
  scale: replicaScale((s) => labelSelector(s.spec?.selector).toString()),
  warnings: (object, old) => [
    ...templateWarnings("spec.template", object.spec, old?.spec),
    ...((object.spec?.revisionHistoryLimit ?? 0) < 0
      ? ["spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended"]
      : []),
  ],
};
