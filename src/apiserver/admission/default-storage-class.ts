import { DEFAULT_STORAGE_CLASS, defaultClassOf, type PersistentVolumeClaim, type StorageClass } from "../../api/index.ts";
import { listStored } from "./stored.ts";
import type { AdmissionPlugin } from "./types.ts";

export const STORAGE_CLASSES = { group: "storage.k8s.io", plural: "storageclasses", namespaced: false };
export const CLASS_ANNOTATION = "volume.beta.kubernetes.io/storage-class";

/** A claim that names no class gets the default one (k8s: plugin/pkg/admission/storage/storageclass/setdefault). */
export const defaultStorageClass: AdmissionPlugin = {
  name: "DefaultStorageClass",
  resources: ["/persistentvolumeclaims"],
  mutate({ object, operation, scope }) {
    const claim = object as PersistentVolumeClaim;
    if (operation !== "CREATE" || claim.spec?.storageClassName !== undefined) return claim;
    if (claim.metadata?.annotations?.[CLASS_ANNOTATION] !== undefined) return claim;
    const name = defaultClassOf(listStored<StorageClass>(scope.server, STORAGE_CLASSES), DEFAULT_STORAGE_CLASS)?.metadata?.name;
    return name === undefined ? claim : { ...claim, spec: { ...claim.spec, storageClassName: name } };
  },
};
