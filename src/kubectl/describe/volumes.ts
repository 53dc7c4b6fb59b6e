import { eachPairLines, type Page } from "./page.ts";
import type { VolumeSource } from "./types.ts";

type Source = Readonly<Record<string, unknown>>;
type Pairs = Readonly<Record<string, string>>;
type Print = (value: unknown) => string;

const text: Print = (v) => String(v ?? "");
const flag: Print = (v) => String(v ?? false);
const count: Print = (v) => String(v ?? 0);
const orNone: Print = (v) => String(v ?? "<none>");
const goList: Print = (v) => `[${((v ?? []) as readonly string[]).join(" ")}]`;
const commas: Print = (v) => ((v ?? []) as readonly string[]).join(", ");
const pairs: Print = (v) =>
  `map[${Object.entries((v ?? {}) as Pairs)
    .map(([key, value]) => `${key}:${value}`)
    .sort()
    .join(" ")}]`;
/** A reference as Go prints a pointer to one: a pod's has no namespace. */
const secret: Print = (v) => {
  if (!v) return "nil";
  const { name = "", namespace } = v as { name?: string; namespace?: string };
  return namespace === undefined ? `&LocalObjectReference{Name:${name},}` : `&SecretReference{Name:${name},Namespace:${namespace},}`;
};

type Field = readonly [title: string, field: string, print?: Print];
interface Layout {
  readonly type: string;
  readonly fields: readonly Field[];
  /** What the fields do not tell. */
  readonly more?: (page: Page, source: Source) => void;
}
const READ_ONLY: Field = ["ReadOnly:", "readOnly", flag];
const FS_TYPE: Field = ["FSType:", "fsType"];
const SECRET: Field = ["SecretRef:", "secretRef", secret];
const OPTIONAL: Field = ["Optional:", "optional", flag];

/** What follows "Type:" for each source of a volume, a pod's or a PersistentVolume's (k8s: describe.go print…VolumeSource). */
const LAYOUTS: Readonly<Record<string, Layout>> = {
  hostPath: {
    type: "HostPath (bare host directory volume)",
    fields: [
      ["Path:", "path"],
      ["HostPathType:", "type", orNone],
    ],
  },
  emptyDir: {
    type: "EmptyDir (a temporary directory that shares a pod's lifetime)",
    fields: [
      ["Medium:", "medium"],
      ["SizeLimit:", "sizeLimit", (v) => (v === undefined || v === "0" ? "<unset>" : String(v))],
    ],
  },
  gcePersistentDisk: {
    type: "GCEPersistentDisk (a Persistent Disk resource in Google Compute Engine)",
    fields: [["PDName:", "pdName"], FS_TYPE, ["Partition:", "partition", count], READ_ONLY],
  },
  awsElasticBlockStore: {
    type: "AWSElasticBlockStore (a Persistent Disk resource in AWS)",
    fields: [["VolumeID:", "volumeID"], FS_TYPE, ["Partition:", "partition", count], READ_ONLY],
  },
  gitRepo: {
    type: "GitRepo (a volume that is pulled from git when the pod is created)",
    fields: [
      ["Repository:", "repository"],
      ["Revision:", "revision"],
    ],
  },
  secret: { type: "Secret (a volume populated by a Secret)", fields: [["SecretName:", "secretName"], OPTIONAL] },
  configMap: { type: "ConfigMap (a volume populated by a ConfigMap)", fields: [["Name:", "name"], OPTIONAL] },
  nfs: { type: "NFS (an NFS mount that lasts the lifetime of a pod)", fields: [["Server:", "server"], ["Path:", "path"], READ_ONLY] },
  iscsi: {
    type: "ISCSI (an ISCSI Disk resource that is attached to a kubelet's host machine and then exposed to the pod)",
    fields: [
      ["TargetPortal:", "targetPortal"],
      ["IQN:", "iqn"],
      ["Lun:", "lun", count],
      ["ISCSIInterface", "iscsiInterface"],
      FS_TYPE,
      READ_ONLY,
      ["Portals:", "portals", goList],
      ["DiscoveryCHAPAuth:", "chapAuthDiscovery", flag],
      ["SessionCHAPAuth:", "chapAuthSession", flag],
      SECRET,
      ["InitiatorName:", "initiatorName", orNone],
    ],
  },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [["EndpointsName:", "endpoints"], ["Path:", "path"], READ_ONLY],
  },
  persistentVolumeClaim: {
    type: "PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)",
    fields: [["ClaimName:", "claimName"], READ_ONLY],
  },
  ephemeral: {
    type: "EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)",
    fields: [],
    more: (page, { volumeClaimTemplate }) => claimTemplateLines(page, volumeClaimTemplate as ClaimTemplate | undefined),
  },
  rbd: {
    type: "RBD (a Rados Block Device mount on the host that shares a pod's lifetime)",
    fields: [
      ["CephMonitors:", "monitors", goList],
      ["RBDImage:", "image"],
      FS_TYPE,
      ["RBDPool:", "pool"],
      ["RadosUser:", "user"],
      ["Keyring:", "keyring"],
      SECRET,
      READ_ONLY,
    ],
  },
  quobyte: {
    type: "Quobyte (a Quobyte mount on the host that shares a pod's lifetime)",
    fields: [["Registry:", "registry"], ["Volume:", "volume"], READ_ONLY],
  },
  downwardAPI: {
    type: "DownwardAPI (a volume populated by information about the pod)",
    fields: [],
    more(page, { items = [] }) {
      page.line(2, "Items:");
      for (const { path, fieldRef, resourceFieldRef } of items as readonly Mapping[]) {
        if (fieldRef) page.line(3, `${fieldRef.fieldPath} -> ${path}`);
        if (resourceFieldRef) page.line(3, `${resourceFieldRef.resource} -> ${path}`);
      }
    },
  },
  azureDisk: {
    type: "AzureDisk (an Azure Data Disk mount on the host and bind mount to the pod)",
    fields: [["DiskName:", "diskName"], ["DiskURI:", "diskURI"], ["Kind: ", "kind"], FS_TYPE, ["CachingMode:", "cachingMode"], READ_ONLY],
  },
  vsphereVolume: {
    type: "vSphereVolume (a Persistent Disk resource in vSphere)",
    fields: [["VolumePath:", "volumePath"], FS_TYPE, ["StoragePolicyName:", "storagePolicyName"]],
  },
  cinder: { type: "Cinder (a Persistent Disk resource in OpenStack)", fields: [["VolumeID:", "volumeID"], FS_TYPE, READ_ONLY, SECRET] },
  photonPersistentDisk: {
    type: "PhotonPersistentDisk (a Persistent Disk resource in photon platform)",
    fields: [["PdID:", "pdID"], FS_TYPE],
  },
  portworxVolume: { type: "PortworxVolume (a Portworx Volume resource)", fields: [["VolumeID:", "volumeID"]] },
  scaleIO: {
    type: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
    fields: [
      ["Gateway:", "gateway"],
      ["System:", "system"],
      ["Protection Domain:", "protectionDomain"],
      ["Storage Pool:", "storagePool"],
      ["Storage Mode:", "storageMode"],
      ["VolumeName:", "volumeName"],
      FS_TYPE,
      READ_ONLY,
    ],
  },
  cephfs: {
    type: "CephFS (a CephFS mount on the host that shares a pod's lifetime)",
    fields: [["Monitors:", "monitors", goList], ["Path:", "path"], ["User:", "user"], ["SecretFile:", "secretFile"], SECRET, READ_ONLY],
  },
  storageos: {
    type: "StorageOS (a StorageOS Persistent Disk resource)",
    fields: [["VolumeName:", "volumeName"], ["VolumeNamespace:", "volumeNamespace"], FS_TYPE, READ_ONLY],
  },
  fc: {
    type: "FC (a Fibre Channel disk)",
    fields: [["TargetWWNs:", "targetWWNs", commas], ["LUN:", "lun", orNone], FS_TYPE, READ_ONLY],
  },
  azureFile: {
    type: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
    fields: [["SecretName:", "secretName"], ["ShareName:", "shareName"], READ_ONLY],
  },
  flexVolume: {
    type: "FlexVolume (a generic volume resource that is provisioned/attached using an exec based plugin)",
    fields: [["Driver:", "driver"], FS_TYPE, SECRET, READ_ONLY, ["Options:", "options", pairs]],
  },
  flocker: {
    type: "Flocker (a Flocker volume mounted by the Flocker agent)",
    fields: [
      ["DatasetName:", "datasetName"],
      ["DatasetUUID:", "datasetUUID"],
    ],
  },
  projected: {
    type: "Projected (a volume that contains injected data from multiple sources)",
    fields: [],
    more: (page, { sources = [] }) => (sources as readonly Readonly<Record<string, Source>>[]).forEach((s) => projectionLines(page, s)),
  },
  csi: {
    type: "CSI (a Container Storage Interface (CSI) volume source)",
    fields: [["Driver:", "driver"], FS_TYPE, READ_ONLY],
    more: (page, { volumeAttributes }) => attributeLines(page, volumeAttributes as Pairs | undefined),
  },
  image: {
    type: "Image (a container image or OCI artifact)",
    fields: [
      ["Reference:", "reference"],
      ["PullPolicy:", "pullPolicy"],
    ],
  },
};

/** Where a PersistentVolume says more, or in another order, than a pod does. */
const PERSISTENT: typeof LAYOUTS = {
  local: { type: "LocalVolume (a persistent volume backed by local storage on a node)", fields: [["Path:", "path"]] },
  glusterfs: {
    type: "Glusterfs (a Glusterfs mount on the host that shares a pod's lifetime)",
    fields: [
      ["EndpointsName:", "endpoints"],
      ["EndpointsNamespace:", "endpointsNamespace", (v) => String(v ?? "<unset>")],
      ["Path:", "path"],
      READ_ONLY,
    ],
  },
  scaleIO: {
    type: "ScaleIO (a persistent volume backed by a block device in ScaleIO)",
    fields: [
      ...(LAYOUTS["scaleIO"]?.fields.slice(0, 6) ?? []),
      ["SecretName:", "secretRef", (v) => text((v as Source | undefined)?.["name"])],
      ["SecretNamespace:", "secretRef", (v) => text((v as Source | undefined)?.["namespace"])],
      FS_TYPE,
      READ_ONLY,
    ],
  },
  azureFile: {
    type: "AzureFile (an Azure File Service mount on the host and bind mount to the pod)",
    fields: [["SecretName:", "secretName"], ["SecretNamespace:", "secretNamespace"], ["ShareName:", "shareName"], READ_ONLY],
  },
  csi: {
    type: "CSI (a Container Storage Interface (CSI) volume source)",
    fields: [["Driver:", "driver"], FS_TYPE, ["VolumeHandle:", "volumeHandle"], READ_ONLY],
    more: (page, { volumeAttributes }) => attributeLines(page, volumeAttributes as Pairs | undefined),
  },
};
/** Sources that only pods have. */
const OF_PODS = ["emptyDir", "gitRepo", "secret", "configMap", "persistentVolumeClaim", "ephemeral", "downwardAPI", "projected", "image"];

function sourceLines(page: Page, { type, fields, more }: Layout, source: Source): void {
  page.line(2, `Type:\t${type}`);
  for (const [title, field, print = text] of fields) page.line(2, `${title}\t${print(source[field])}`);
  more?.(page, source);
}

export function describeVolumes(page: Page, volumes: readonly VolumeSource[], indent: string): void {
  if (volumes.length === 0) return page.line(0, `${indent}Volumes:\t<none>`);
  page.line(0, `${indent}Volumes:`);
  for (const volume of volumes) {
    page.line(1, `${indent ? " " : ""}${volume.name}:`);
    const kind = Object.keys(volume).find((k) => k in LAYOUTS);
    if (kind === undefined) page.line(1, "<unknown>");
    else sourceLines(page, LAYOUTS[kind] as Layout, (volume[kind] ?? {}) as Source);
  }
}

/** What a PersistentVolume is made of. */
export function describePersistentSource(page: Page, spec: Source): void {
  const kind = Object.keys(spec).find((k) => k in PERSISTENT || (k in LAYOUTS && !OF_PODS.includes(k)));
  if (kind === undefined) return page.line(1, "<unknown>");
  sourceLines(page, (PERSISTENT[kind] ?? LAYOUTS[kind]) as Layout, spec[kind] as Source);
}

interface Mapping {
  readonly path: string;
  readonly fieldRef?: { readonly fieldPath: string };
  readonly resourceFieldRef?: { readonly resource: string };
}

function projectionLines(
  page: Page,
  { secret: of, downwardAPI, configMap, serviceAccountToken: token }: Readonly<Record<string, Source>>,
): void {
  const optional = (source: Source): void => page.line(2, `Optional:\t${flag(source["optional"])}`);
  if (of) {
    page.line(2, `SecretName:\t${text(of["name"])}`);
    optional(of);
  } else if (downwardAPI) page.line(2, "DownwardAPI:\ttrue");
  else if (configMap) {
    page.line(2, `ConfigMapName:\t${text(configMap["name"])}`);
    optional(configMap);
  } else if (token) page.line(2, `TokenExpirationSeconds:\t${text(token["expirationSeconds"])}`);
}

const LONGEST_ATTRIBUTE = 140;
/** At which every piece that upstream writes of a nested page begins, in the middle of a line too. */
const NESTED = "    ";

function attributeLines(page: Page, attributes: Pairs | undefined): void {
  const keys = Object.keys(attributes ?? {}).sort();
  page.raw(`${NESTED}VolumeAttributes:\t`);
  if (keys.length === 0) page.raw("<none>\n");
  keys.forEach((key, i) => {
    const line = `${key}=${attributes?.[key] ?? ""}`;
    page.raw(
      `${i === 0 ? "" : `${NESTED}${NESTED}\t`}${NESTED}${line.length > LONGEST_ATTRIBUTE ? `${line.slice(0, LONGEST_ATTRIBUTE)}...` : line}\n`,
    );
  });
}

interface ClaimTemplate {
  readonly metadata?: { readonly labels?: Pairs; readonly annotations?: Pairs };
  readonly spec?: {
    readonly storageClassName?: string;
    readonly volumeName?: string;
    readonly volumeMode?: string;
    readonly dataSource?: { readonly apiGroup?: string; readonly kind: string; readonly name: string };
  };
}

function claimTemplateLines(page: Page, template: ClaimTemplate | undefined): void {
  if (!template) return;
  const { metadata = {}, spec = {} } = template;
  page.line(2, `StorageClass:\t${metadata.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec.storageClassName ?? ""}`);
  page.line(2, `Volume:\t${spec.volumeName ?? ""}`);
  eachPairLines(page, NESTED, metadata);
  page.line(2, "Capacity:\t");
  page.line(2, "Access Modes:\t");
  if (spec.volumeMode !== undefined) page.line(2, `VolumeMode:\t${spec.volumeMode}`);
  if (spec.dataSource === undefined) return;
  page.line(2, "DataSource:");
  if (spec.dataSource.apiGroup !== undefined) page.line(3, `APIGroup:\t${spec.dataSource.apiGroup}`);
  page.line(3, `Kind:\t${spec.dataSource.kind}`);
  page.line(3, `Name:\t${spec.dataSource.name}`);
}
