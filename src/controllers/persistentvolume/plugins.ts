import type { PersistentVolume } from "../../api/index.ts";
import { annotation, PROVISIONED_BY } from "./annotations.ts";

/*
 * The volume plugins that kube-controller-manager has left (k8s: app/plugins.go ProbeProvisionableRecyclableVolumePlugins):
 * host-path, nfs, local-volume and csi. All else has gone to CSI drivers.
 */
const PLUGINS = {
  hostPath: "kubernetes.io/host-path",
  nfs: "kubernetes.io/nfs",
  local: "kubernetes.io/local-volume",
  csi: "kubernetes.io/csi",
};
const NAMES: readonly string[] = Object.values(PLUGINS);
const HOST_PATH = PLUGINS.hostPath;

/** In-tree plugins and the CSI drivers that took over (k8s: csi-translation-lib/plugins). */
const MIGRATED: Readonly<Record<string, string>> = {
  "kubernetes.io/aws-ebs": "ebs.csi.aws.com",
  "kubernetes.io/azure-disk": "disk.csi.azure.com",
  "kubernetes.io/azure-file": "file.csi.azure.com",
  "kubernetes.io/cinder": "cinder.csi.openstack.org",
  "kubernetes.io/gce-pd": "pd.csi.storage.gke.io",
  "kubernetes.io/portworx-volume": "pxd.portworx.com",
  "kubernetes.io/vsphere-volume": "csi.vsphere.vmware.com",
};

export const migratedTo = (plugin: string): string | undefined => (Object.hasOwn(MIGRATED, plugin) ? MIGRATED[plugin] : undefined);
export const isInTree = (provisioner: string): boolean => provisioner.startsWith("kubernetes.io/");

/** Who makes volumes of a class: someone outside, our own host-path (which is switched off), or nobody. */
export type Provisioner = { readonly external: string } | { readonly inTree: string } | { readonly problem: string };

/** k8s: findProvisionablePlugin. Of our own plugins only host-path can make volumes. */
export function provisionerOf(name: string): Provisioner {
  if (!isInTree(name)) return { external: name };
  const driver = migratedTo(name);
  if (driver !== undefined) return { external: driver };
  if (name === HOST_PATH) return { inTree: name };
  return { problem: NAMES.includes(name) ? "no provisionable volume plugin matched" : `no volume plugin matched name: ${name}` };
}

/** What becomes of a volume that is to be deleted: someone outside does it, it is gone, or it cannot be. */
export type Deletion = "external" | "deleted" | { readonly problem: string };

/** k8s: findDeletablePlugin, doDeleteVolume. Only host-path can delete, and what it would delete lies on the control plane's own machine. */
export function deletionOf(volume: PersistentVolume): Deletion {
  const { name = "" } = volume.metadata ?? {};
  const spec = (volume.spec ?? {}) as Readonly<Record<string, unknown>>;
  const provisioner = annotation(volume, PROVISIONED_BY);
  if (provisioner) {
    if (provisioner === HOST_PATH) return hostPathDeletion(volume);
    if (!isInTree(provisioner)) return "external";
    return {
      problem: NAMES.includes(provisioner) ? "no deletable volume plugin matched" : `no volume plugin matched name: ${provisioner}`,
    };
  }
  if (spec["hostPath"] !== undefined) return hostPathDeletion(volume);
  const known = Object.keys(PLUGINS).some((source) => spec[source] !== undefined);
  const problem = known ? "no deletable volume plugin matched" : "no volume plugin matched";
  return { problem: `error getting deleter volume plugin for volume ${JSON.stringify(name)}: ${problem}` };
}

/** k8s: volume/hostpath hostPathDeleter. */
function hostPathDeletion({ spec }: PersistentVolume): Deletion {
  const path = spec?.hostPath?.path ?? "";
  return /\/tmp\/.+/.test(path) ? "deleted" : { problem: `host_path deleter only supports /tmp/.+ but received provided ${path}` };
}
