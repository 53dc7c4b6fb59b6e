import { canonicalQuantity, field, parseQuantity } from "../../machinery/index.ts";
import { checkImmutable, checkSelector, checkSubdomain, type Errors } from "../checks.ts";
import type { CSIStorageCapacity } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

/** k8s: apis/storage/validation ValidateCSIStorageCapacity. */
function validate({ nodeTopology, storageClassName, capacity }: CSIStorageCapacity): Errors {
  const errors: Errors = [];
  checkSelector(errors, "nodeTopology", nodeTopology);
  checkSubdomain(errors, "storageClassName", storageClassName);
  if (capacity !== undefined && parseQuantity(capacity).nano < 0n)
    errors.push(field.invalid("capacity", canonicalQuantity(capacity), "must be greater than or equal to 0"));
  return errors;
}

export const csiStorageCapacity: Kind<CSIStorageCapacity> = {
  group: "storage.k8s.io",
  version: "v1",
  kind: "CSIStorageCapacity",
  plural: "csistoragecapacities",
  singular: "csistoragecapacity",
  namespaced: true,
  // An update is only asked whether what it is about stayed (k8s: ValidateCSIStorageCapacityUpdate).
  validate: (object, { old }) => (old === undefined ? validate(object) : []),
  validateUpdate(object, old) {
    const errors: Errors = [];
    checkImmutable(errors, "nodeTopology", object.nodeTopology, old.nodeTopology);
    checkImmutable(errors, "storageClassName", object.storageClassName, old.storageClassName);
    return errors;
  },
  columns: [
    { name: "StorageClassName", description: "The class that it is about.", cell: (c) => c.storageClassName },
    { name: "Capacity", description: "What room is left.", cell: (c) => c.capacity ?? "<unset>" },
  ],
};
