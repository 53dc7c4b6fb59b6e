import { field, isDNS1123Subdomain } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { checkImmutable, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { checkNodeSelector } from "../core/pod/validation/scheduling.ts";
import { checkDriverName } from "../core/volume/sources.ts";
import { at, mapList } from "../defaulting.ts";
import type { ResourceSlice, ResourceSliceSpec } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkDevice } from "./device.ts";
import { checkCounters, checkPoolName, checkRequiredName, checkSet } from "./names.ts";

const MAX_DEVICES = 128;
const MAX_TAINTED = 64;
const MAX_COUNTER_SETS = 8;
const WHERE = ["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"] as const;
const ONE = `exactly one of ${WHERE.map((key) => `\`${key}\``).join(", ")} is required`;

/** k8s: apis/resource/validation validateResourceSliceSpec. */
function validate({ spec }: ResourceSlice): Errors {
  const errors: Errors = [];
  const { driver, pool, devices, sharedCounters } = spec;
  checkDriverName(errors, "spec.driver", driver);
  checkPoolName(errors, "spec.pool.name", pool.name);
  if (pool.resourceSliceCount <= 0)
    errors.push(field.invalid("spec.pool.resourceSliceCount", pool.resourceSliceCount, "must be greater than zero"));
  if (pool.generation < 0) errors.push(field.invalid("spec.pool.generation", pool.generation, "must be greater than or equal to zero"));
  checkWhere(errors, spec);
  if (sharedCounters !== undefined && devices !== undefined)
    errors.push(field.invalid("spec", "", "only one of `sharedCounters` or `devices` is allowed"));
  const most = devices?.some((d) => d.taints?.length || d.consumesCounters?.length) ? MAX_TAINTED : MAX_DEVICES;
  const each = spec.perDeviceNodeSelection === true;
  checkSet(
    errors,
    "spec.devices",
    devices,
    most,
    (d) => d.name,
    (d, path) => checkDevice(errors, path, d, each),
  );
  checkSet(
    errors,
    "spec.sharedCounters",
    sharedCounters,
    MAX_COUNTER_SETS,
    (s) => s.name,
    (s, path) => {
      checkRequiredName(errors, `${path}.name`, s.name, "label");
      checkCounters(errors, `${path}.counters`, s.counters);
    },
  );
  return errors;
}

function checkWhere(errors: Errors, spec: ResourceSliceSpec): void {
  const { nodeName, nodeSelector } = spec;
  const given = WHERE.filter((key) => spec[key] !== undefined && spec[key] !== "" && spec[key] !== false);
  if (nodeName === "") errors.push(field.invalid("spec.nodeName", "", "must be either unset or set to a non-empty string"));
  else if (nodeName !== undefined) invalidEach(errors, "spec.nodeName", nodeName, isDNS1123Subdomain(nodeName));
  if (nodeSelector !== undefined) {
    const terms = nodeSelector.nodeSelectorTerms ?? [];
    checkNodeSelector(errors, "spec.nodeSelector", terms);
    if (terms.length !== 1)
      errors.push(field.invalid("spec.nodeSelector.nodeSelectorTerms", terms, "must have exactly one node selector term"));
  }
  for (const key of ["allNodes", "perDeviceNodeSelection"] as const)
    if (spec[key] === false) errors.push(field.invalid(`spec.${key}`, false, "must be either unset or set to true"));
  if (given.length === 0) errors.push(field.required("spec", ONE));
  if (given.length > 1)
    errors.push(field.invalid("spec", `{${given.map((key) => `\`${key}\``).join(", ")}}`, `${ONE}, but multiple fields are set`));
}

/** A taint knows since when it is there (k8s: SetDefaults_DeviceTaint). */
const datedTaints = (slice: ResourceSlice, now: number): ResourceSlice =>
  at(slice, "spec", (spec) =>
    at(spec, "devices", (devices) =>
      mapList(devices, (device) =>
        at(device, "taints", (taints) => mapList(taints, (taint) => (taint.timeAdded ? taint : { ...taint, timeAdded: rfc3339(now) }))),
      ),
    ),
  );

export const resourceSlice: Kind<ResourceSlice> = {
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceSlice",
  plural: "resourceslices",
  returnsDeleted: true,
  singular: "resourceslice",
  namespaced: false,
  generation: true,
  validate,
  validateUpdate({ spec }, { spec: before }) {
    const errors: Errors = [];
    checkImmutable(errors, "spec.pool.name", spec.pool.name, before.pool.name);
    checkImmutable(errors, "spec.driver", spec.driver, before.driver);
    checkImmutable(errors, "spec.nodeName", spec.nodeName, before.nodeName);
    return errors;
  },
  prepareForCreate: datedTaints,
  fields: ({ spec }) => ({
    "spec.driver": (spec as ResourceSliceSpec | undefined)?.driver ?? "",
    "spec.nodeName": (spec as ResourceSliceSpec | undefined)?.nodeName ?? "",
  }),
  selectableFields: ["spec.driver", "spec.nodeName"],
  columns: [
    { name: "Node", description: "The node that has its devices.", cell: (s) => s.spec.nodeName ?? "<unset>" },
    { name: "Driver", description: "The driver of its devices.", cell: (s) => s.spec.driver },
    { name: "Pool", description: "The pool that it is part of.", cell: (s) => s.spec.pool.name },
    ageColumn,
  ],
};
