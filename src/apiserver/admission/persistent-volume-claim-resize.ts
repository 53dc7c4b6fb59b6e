import type { PersistentVolumeClaim, StorageClass } from "../../api/index.ts";
import { compareQuantities, parseQuantity } from "../../machinery/index.ts";
import { CLASS_ANNOTATION, STORAGE_CLASSES } from "./default-storage-class.ts";
import { refuse } from "./refuse.ts";
import { getStored } from "./stored.ts";
import type { AdmissionPlugin } from "./types.ts";

const size = (claim: PersistentVolumeClaim) => parseQuantity(claim.spec?.resources?.requests?.["storage"] ?? "0");
const classOf = ({ metadata, spec }: PersistentVolumeClaim): string =>
  metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "";

/** Only what is bound grows, and only where its class says so (k8s: plugin/pkg/admission/storage/persistentvolume/resize). */
export const persistentVolumeClaimResize: AdmissionPlugin = {
  name: "PersistentVolumeClaimResize",
  resources: ["/persistentvolumeclaims"],
  validate(attributes) {
    const { object, old, operation, scope } = attributes;
    if (operation !== "UPDATE") return;
    const claim = object as PersistentVolumeClaim;
    const before = old as PersistentVolumeClaim;
    if (compareQuantities(size(claim), size(before)) <= 0) return;
    if (before.status?.phase !== "Bound") throw refuse(attributes, "Only bound persistent volume claims can be expanded");
    const name = classOf(claim);
    const found = name === "" || name !== classOf(before) ? undefined : getStored<StorageClass>(scope.server, STORAGE_CLASSES, "", name);
    if (found?.allowVolumeExpansion) return;
    const why = "only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize";
    throw refuse(attributes, why);
  },
};
