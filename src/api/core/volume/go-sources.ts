import { goJson } from "../../../machinery/index.ts";
import type { PersistentVolumeSpec } from "../../generated/types.ts";

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

type Sources = Pick<PersistentVolumeSpec, (typeof SOURCES)[number]>;

export const sourcesOf = (spec: PersistentVolumeSpec): Sources =>
  Object.fromEntries(SOURCES.flatMap((key) => (spec[key] === undefined ? [] : [[key, spec[key]]]))) as Sources;

/** Go's names, in the order of its struct (k8s: pkg/apis/core/types.go PersistentVolumeSource). */
const STRUCT =
  "GCEPersistentDisk AWSElasticBlockStore HostPath Glusterfs NFS RBD Quobyte ISCSI FlexVolume Cinder CephFS FC Flocker AzureFile VsphereVolume AzureDisk PhotonPersistentDisk PortworxVolume ScaleIO Local StorageOS CSI".split(
    " ",
  );

/** Fields of the sources that are in use, with what Go prints for one that is absent. Others show what they have. */
const FIELDS: Readonly<Record<string, readonly (readonly [string, unknown])[]>> = {
  HostPath: [
    ["Path", ""],
    ["Type", null],
  ],
  NFS: [
    ["Server", ""],
    ["Path", ""],
    ["ReadOnly", false],
  ],
  Local: [
    ["Path", ""],
    ["FSType", null],
  ],
  CSI: [
    ["Driver", ""],
    ["VolumeHandle", ""],
    ["ReadOnly", false],
    ["FSType", ""],
    ["VolumeAttributes", null],
    ["ControllerPublishSecretRef", null],
    ["NodeStageSecretRef", null],
    ["NodePublishSecretRef", null],
    ["ControllerExpandSecretRef", null],
    ["NodeExpandSecretRef", null],
  ],
};

type Plain = Readonly<Record<string, unknown>>;
const byLowerCase = (object: Plain): ReadonlyMap<string, unknown> => new Map(Object.entries(object).map(([k, v]) => [k.toLowerCase(), v]));
const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1);

function goFields(name: string, source: Plain): Plain {
  const found = byLowerCase(source);
  const fields = FIELDS[name] ?? Object.keys(source).map((key) => [capital(key), null] as const);
  return Object.fromEntries(
    fields.map(([key, absent]) => {
      const value = found.get(key.toLowerCase()) ?? absent;
      const isRef = key.endsWith("SecretRef") && value !== null;
      return [key, isRef ? Object.fromEntries(Object.entries(value as Plain).map(([k, v]) => [capital(k), v])) : value];
    }),
  );
}

/** The sources as Go prints its struct as JSON, with an indent of one: what refusals show the difference of. */
export function goSources(sources: Sources): string {
  const given = byLowerCase(sources);
  const struct = STRUCT.map((name) => {
    const source = given.get(name.toLowerCase()) as Plain | undefined;
    return [name, source === undefined ? null : goFields(name, source)];
  });
  return goJson(Object.fromEntries(struct), 1);
}
