import { field, isQualifiedName } from "../../machinery/index.ts";
import { checkImmutable, checkNonNegative, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { checkDriverName } from "../core/volume/sources.ts";
import { put } from "../defaulting.ts";
import type { CSINode } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const LONGEST_ID = 256;

/** k8s: apis/storage/validation validateCSINodeDrivers. */
function validate({ spec }: CSINode): Errors {
  const errors: Errors = [];
  const names = new Set<string>();
  for (const [i, { name, nodeID, allocatable, topologyKeys = [] }] of (spec?.drivers ?? []).entries()) {
    const path = `spec.drivers[${i}]`;
    checkDriverName(errors, `${path}.name`, name);
    if (!nodeID) errors.push(field.required(`${path}.nodeID`));
    if (nodeID.length > LONGEST_ID) errors.push(field.invalid(`${path}.nodeID`, nodeID, `must be ${LONGEST_ID} characters or less`));
    checkNonNegative(errors, `${path}.allocatable.count`, allocatable?.count);
    if (names.has(name)) errors.push(field.duplicate(`${path}.name`, name));
    names.add(name);
    const keys = new Set<string>();
    for (const key of topologyKeys) {
      if (key === "") errors.push(field.required(path));
      if (keys.has(key)) errors.push(field.duplicate(path, key));
      keys.add(key);
      invalidEach(errors, path, key, isQualifiedName(key));
    }
  }
  return errors;
}

export const csiNode: Kind<CSINode> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSINode",
  plural: "csinodes",
  returnsDeleted: true,
  singular: "csinode",
  namespaced: false,
  // Go writes the list even when nobody gave one.
  defaults: (given) => put(given, "spec", given.spec?.drivers ? given.spec : ({ drivers: null } as unknown as CSINode["spec"])),
  validate,
  validateUpdate({ spec }, { spec: before }) {
    const errors: Errors = [];
    const fixed = (driver: object): object => ({ ...driver, allocatable: undefined });
    for (const old of before?.drivers ?? [])
      for (const driver of spec?.drivers ?? [])
        if (driver.name === old.name) checkImmutable(errors, "spec.drivers", fixed(driver), fixed(old));
    return errors;
  },
  rulesLast: true,
  columns: [
    { name: "Drivers", type: "integer", description: "How many drivers run on the node.", cell: (n) => n.spec?.drivers?.length ?? 0 },
    ageColumn,
  ],
};
