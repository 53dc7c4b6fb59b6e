import type { AdmissionPlugin } from "./types.ts";

/** What is used may not vanish: the finalizer goes when its controller says so. */
const FINALIZERS: Readonly<Record<string, string>> = {
  persistentvolumes: "kubernetes.io/pv-protection",
  persistentvolumeclaims: "kubernetes.io/pvc-protection",
  volumeattributesclasses: "kubernetes.io/vac-protection",
};

/** k8s: plugin/pkg/admission/storage/storageobjectinuseprotection. */
export const storageObjectInUseProtection: AdmissionPlugin = {
  name: "StorageObjectInUseProtection",
  resources: ["/persistentvolumes", "/persistentvolumeclaims", "storage.k8s.io/volumeattributesclasses"],
  mutate({ object, operation, scope }) {
    const finalizer = FINALIZERS[scope.kind.plural] as string;
    const { metadata = {} } = object ?? {};
    if (operation !== "CREATE" || metadata.finalizers?.includes(finalizer)) return object ?? {};
    return { ...object, metadata: { ...metadata, finalizers: [...(metadata.finalizers ?? []), finalizer] } };
  },
};
