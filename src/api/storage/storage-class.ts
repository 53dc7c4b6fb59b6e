import { deepEqual, field, isValidLabelValue, isQualifiedName } from "../../machinery/index.ts";
import { checkImmutable, checkOneOf, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { deprecatedNodeLabel } from "../core/pod/warnings.ts";
import { fill } from "../defaulting.ts";
import type { StorageClass, TopologySelectorTerm } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { checkParameters, checkProvisioner } from "./parameters.ts";

const DEFAULTS: Partial<StorageClass> = { reclaimPolicy: "Delete", volumeBindingMode: "Immediate" };
const POLICIES = ["Delete", "Retain"];
const DEFAULT_CLASS = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/** k8s: apis/storage/validation ValidateStorageClass. */
function validate(storageClass: StorageClass): Errors {
  const errors: Errors = [];
  const { provisioner, parameters, reclaimPolicy, volumeBindingMode, allowedTopologies } = storageClass;
  checkProvisioner(errors, "provisioner", provisioner);
  checkParameters(errors, parameters);
  if (reclaimPolicy && !POLICIES.includes(reclaimPolicy)) errors.push(field.notSupported("reclaimPolicy", reclaimPolicy, POLICIES));
  checkOneOf(errors, "volumeBindingMode", volumeBindingMode, ["Immediate", "WaitForFirstConsumer"]);
  checkTopologies(errors, allowedTopologies ?? []);
  return errors;
}

/** k8s: validateAllowedTopologies, ValidateTopologySelectorTerm. */
function checkTopologies(errors: Errors, terms: readonly TopologySelectorTerm[]): void {
  const seen: Readonly<Record<string, readonly string[]>>[] = [];
  for (const [i, { matchLabelExpressions = [] }] of terms.entries()) {
    const path = `allowedTopologies[${i}].matchLabelExpressions`;
    const found: Record<string, readonly string[]> = {};
    for (const [j, { key, values }] of matchLabelExpressions.entries()) {
      const given = (values as readonly string[] | undefined) ?? [];
      if (given.length === 0) errors.push(field.required(`${path}[${j}].values`));
      const taken = new Set<string>();
      for (const [k, value] of given.entries()) {
        if (taken.has(value)) errors.push(field.duplicate(`${path}[${j}].values[${k}]`, value));
        taken.add(value);
        invalidEach(errors, `${path}[${j}].values`, value, isValidLabelValue(value));
      }
      invalidEach(errors, `${path}[${j}].key`, key, isQualifiedName(key));
      if (key in found) errors.push(field.duplicate(`${path}[${j}].key`, key));
      found[key] = [...taken].sort();
    }
    if (seen.some((other) => deepEqual(other, found))) errors.push(field.duplicate(path, ""));
    seen.push(found);
  }
}

/** k8s: pkg/api/storage/util.go GetWarningsForStorageClass. */
const warnings = ({ allowedTopologies = [] }: StorageClass): readonly string[] =>
  allowedTopologies.flatMap(({ matchLabelExpressions = [] }, i) =>
    matchLabelExpressions.flatMap(({ key }, j) => {
      const text = deprecatedNodeLabel(key);
      return text === undefined ? [] : [`allowedTopologies[${i}].matchLabelExpressions[${j}].key: ${key} is ${text}`];
    }),
  );

export const storageClass: Kind<StorageClass> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "StorageClass",
  plural: "storageclasses",
  returnsDeleted: true,
  singular: "storageclass",
  shortNames: ["sc"],
  namespaced: false,
  defaults: (given) => fill(given, DEFAULTS),
  validate,
  validateUpdate(object, old) {
    const errors: Errors = [];
    for (const key of ["parameters", "provisioner", "reclaimPolicy", "volumeBindingMode"] as const)
      checkImmutable(errors, key, object[key], old[key]);
    return errors;
  },
  warnings,
  displayName: ({ metadata }) =>
    `${metadata?.name}${DEFAULT_CLASS.some((key) => metadata?.annotations?.[key] === "true") ? " (default)" : ""}`,
  columns: [
    { name: "Provisioner", description: "Who makes its volumes.", cell: (c) => c.provisioner },
    {
      name: "ReclaimPolicy",
      description: "What becomes of its volumes when their claims are gone.",
      cell: (c) => c.reclaimPolicy ?? "Delete",
    },
    { name: "VolumeBindingMode", description: "When a claim is bound.", cell: (c) => c.volumeBindingMode ?? "Immediate" },
    { name: "AllowVolumeExpansion", description: "Whether its volumes can grow.", cell: (c) => c.allowVolumeExpansion ?? false },
    ageColumn,
  ],
};
