import { type PersistentVolume, type PersistentVolumeClaim, storageOf } from "../../api/index.ts";
import { compareQuantities } from "../../machinery/index.ts";
import { migratedTo } from "../persistentvolume/index.ts";

export const RESIZER = "volume.kubernetes.io/storage-resizer";
const PRE_RESIZE_CAPACITY = "volume.alpha.kubernetes.io/pre-resize-capacity";

const wantedOf = ({ spec }: PersistentVolumeClaim) => storageOf(spec?.resources?.requests);
const heldOf = ({ status }: PersistentVolumeClaim) => storageOf(status?.capacity);

/** A bound claim that asks for more than before, or has got more (k8s: expand_controller.go NewExpandController, enqueuePVC). */
export function concerns(claim: PersistentVolumeClaim, old: PersistentVolumeClaim | undefined): boolean {
  if (claim.status?.phase !== "Bound") return false;
  return !old || compareQuantities(wantedOf(claim), wantedOf(old)) > 0 || compareQuantities(heldOf(claim), heldOf(old)) > 0;
}

export const isBoundToIt = ({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean =>
  spec?.claimRef?.namespace === metadata?.namespace && spec?.claimRef?.uid === metadata?.uid;

export const mayGrow = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  compareQuantities(wantedOf(claim), heldOf(claim)) > 0 || volume.metadata?.annotations?.[PRE_RESIZE_CAPACITY] !== undefined;

/** Sources whose in-tree plugin a CSI driver took over (k8s: csi-translation-lib GetInTreePluginNameFromSpec). */
const MIGRATED_SOURCES: Readonly<Record<string, string>> = {
  awsElasticBlockStore: "kubernetes.io/aws-ebs",
  azureDisk: "kubernetes.io/azure-disk",
  azureFile: "kubernetes.io/azure-file",
  cinder: "kubernetes.io/cinder",
  gcePersistentDisk: "kubernetes.io/gce-pd",
  portworxVolume: "kubernetes.io/portworx-volume",
  vsphereVolume: "kubernetes.io/vsphere-volume",
};

/** The in-tree plugin of a volume and the driver that does its work now; undefined for a volume of any other source. */
export function migrationOf({ spec = {} }: PersistentVolume): { readonly plugin: string; readonly driver: string } | undefined {
  const source = Object.keys(MIGRATED_SOURCES).find((name) => (spec as Readonly<Record<string, unknown>>)[name] !== undefined);
  const plugin = source && MIGRATED_SOURCES[source];
  const driver = plugin && migratedTo(plugin);
  return plugin && driver ? { plugin, driver } : undefined;
}
