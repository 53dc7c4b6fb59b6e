import { goJson } from "../../../machinery/index.ts";
import type { PersistentVolumeSpec } from "../../generated/types.ts";
import { goForm } from "../go-form.ts";

/** Sources of a PersistentVolume, in the order in which they are validated. */
export const SOURCES = [
  "hostPath",
  "gcePersistentDisk",
  "awsElasticBlockStore",
  "glusterfs",
  "flocker",
  "nfs",
  "rbd",
  "quobyte",
  "cephfs",
  "iscsi",
  "cinder",
  "fc",
  "flexVolume",
  "azureFile",
  "vsphereVolume",
  "photonPersistentDisk",
  "portworxVolume",
  "azureDisk",
  "scaleIO",
  "local",
  "storageos",
  "csi",
] as const satisfies readonly (keyof PersistentVolumeSpec)[];

const STRUCT = new Set(SOURCES.map((key) => key.toLowerCase()));

type Sources = Pick<PersistentVolumeSpec, (typeof SOURCES)[number]>;

export const sourcesOf = (spec: PersistentVolumeSpec): Sources =>
  Object.fromEntries(SOURCES.flatMap((key) => (spec[key] === undefined ? [] : [[key, spec[key]]]))) as Sources;

/** As Go prints its struct as JSON, with an indent of one: what refusals show the difference of. */
export function goSources(sources: Sources): string {
  const form = Object.entries(goForm("PersistentVolumeSpec", sources));
  return goJson(Object.fromEntries(form.filter(([name]) => STRUCT.has(name.toLowerCase()))), 1);
}
