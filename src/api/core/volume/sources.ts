import { field, isDNS1123Label, isDNS1123Subdomain, rangeMessage } from "../../../machinery/index.ts";
import { checkLabel, checkSubdomain, invalidEach, type Errors } from "../../checks.ts";
import { fill } from "../../defaulting.ts";
import { checkNoBacksteps } from "../pod/validation/paths.ts";

/** A volume's source as JSON: pods and PersistentVolumes have them under the same names, with nearly the same fields. */
type Source = Readonly<Record<string, unknown>>;
type Check = (errors: Errors, path: string, source: Source) => void;

const HOST_PATH_TYPES = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];
const RESERVED = "kubernetes.io and k8s.io namespaces are reserved";

/** What each must have, in the order in which it is asked for (k8s: core/validation validate<Type>VolumeSource). */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  awsElasticBlockStore: ["volumeID"],
  azureDisk: ["diskName", "diskURI"],
  azureFile: ["secretName", "shareName"],
  cephfs: ["monitors"],
  cinder: ["volumeID"],
  flexVolume: ["driver"],
  gcePersistentDisk: ["pdName"],
  glusterfs: ["endpoints", "path"],
  hostPath: ["path"],
  iscsi: ["targetPortal", "iqn"],
  local: ["path"],
  nfs: ["server", "path"],
  photonPersistentDisk: ["pdID"],
  portworxVolume: ["volumeID"],
  quobyte: ["volume"],
  rbd: ["monitors", "image"],
  scaleIO: ["gateway", "system", "volumeName"],
  storageos: ["volumeName"],
  vsphereVolume: ["volumePath"],
};

const text = (value: unknown): string => (typeof value === "string" ? value : "");
const isEmpty = (value: unknown): boolean => value === undefined || value === "" || (Array.isArray(value) && value.length === 0);

function checkOptional(errors: Errors, path: string, value: unknown, supported: readonly string[]): void {
  if (typeof value === "string" && !supported.includes(value)) errors.push(field.notSupported(path, value, supported));
}

function checkPartition(errors: Errors, path: string, { partition }: Source): void {
  if (typeof partition === "number" && (partition < 0 || partition > 255))
    errors.push(field.invalid(`${path}.partition`, partition, rangeMessage(0, 255)));
}

/** What is asked besides. */
const CHECKS: Readonly<Record<string, Check>> = {
  hostPath(errors, path, { path: target, type }) {
    if (text(target) === "") return;
    checkNoBacksteps(errors, `${path}.path`, text(target));
    checkOptional(errors, `${path}.type`, type, HOST_PATH_TYPES);
  },
  local(errors, path, { path: target }) {
    if (text(target) !== "") checkNoBacksteps(errors, `${path}.path`, text(target));
  },
  nfs(errors, path, { path: target }) {
    if (!text(target).startsWith("/")) errors.push(field.invalid(`${path}.path`, text(target), "must be an absolute path"));
  },
  awsElasticBlockStore: checkPartition,
  gcePersistentDisk: checkPartition,
  flexVolume(errors, path, { options }) {
    for (const key in options as Source | undefined) {
      const space = `.${(key.split("/", 1)[0] ?? "").toLowerCase()}`;
      if (space.endsWith(".kubernetes.io") || space.endsWith(".k8s.io"))
        errors.push(field.invalid(`${path}.options[${key}]`, key, RESERVED));
    }
  },
  flocker(errors, path, { datasetName, datasetUUID }) {
    if (isEmpty(datasetName) && isEmpty(datasetUUID)) errors.push(field.required(path, "one of datasetName and datasetUUID is required"));
    if (!isEmpty(datasetName) && !isEmpty(datasetUUID))
      errors.push(field.invalid(path, "resource", "datasetName and datasetUUID can not be specified simultaneously"));
    if (text(datasetName).includes("/")) errors.push(field.invalid(`${path}.datasetName`, datasetName, "must not contain '/'"));
  },
  fc(errors, path, { targetWWNs, wwids, lun }) {
    const [names, ids] = [!isEmpty(targetWWNs), !isEmpty(wwids)];
    if (!names && !ids) errors.push(field.required(`${path}.targetWWNs`, "must specify either targetWWNs or wwids, but not both"));
    if (names && ids)
      errors.push(field.invalid(`${path}.targetWWNs`, targetWWNs, "targetWWNs and wwids can not be specified simultaneously"));
    if (!names) return;
    if (typeof lun !== "number") errors.push(field.required(`${path}.lun`, "lun is required if targetWWNs is specified"));
    else if (lun < 0 || lun > 255) errors.push(field.invalid(`${path}.lun`, lun, rangeMessage(0, 255)));
  },
  quobyte(errors, path, { registry, tenant }) {
    const form = "must be a host:port pair or multiple pairs separated by commas";
    if (isEmpty(registry)) errors.push(field.required(`${path}.registry`, form));
    else if (text(tenant).length >= 65)
      errors.push(field.required(`${path}.tenant`, "must be a UUID and may not exceed a length of 64 characters"));
    else
      for (const pair of text(registry).split(","))
        if (!/^([^:[\]]*|\[[^[\]]*\]):[^:]*$/.test(pair)) errors.push(field.invalid(`${path}.registry`, registry, form));
  },
  iscsi(errors, path, { iqn, lun, initiatorName, secretRef, chapAuthDiscovery, chapAuthSession }) {
    if (!isEmpty(iqn)) checkInitiator(errors, `${path}.iqn`, text(iqn));
    if (typeof lun === "number" && (lun < 0 || lun > 255)) errors.push(field.invalid(`${path}.lun`, lun, rangeMessage(0, 255)));
    if ((chapAuthDiscovery === true || chapAuthSession === true) && secretRef === undefined)
      errors.push(field.required(`${path}.secretRef`));
    if (typeof initiatorName === "string") checkInitiator(errors, `${path}.initiatorname`, initiatorName);
  },
  azureDisk(errors, path, { cachingMode, kind, diskURI }) {
    checkOptional(errors, `${path}.cachingMode`, cachingMode, ["None", "ReadOnly", "ReadWrite"]);
    checkOptional(errors, `${path}.kind`, kind, ["Dedicated", "Managed", "Shared"]);
    if (kind === undefined) return;
    const [start, form] =
      kind === "Managed"
        ? ["/subscriptions/", "/subscriptions/{sub-id}/resourcegroups/{group-name}/providers/microsoft.compute/disks/{disk-id}"]
        : ["https://", "https://{account-name}.blob.core.windows.net/{container-name}/{disk-name}.vhd"];
    if (!text(diskURI).startsWith(start)) errors.push(field.notSupported(`${path}.diskURI`, text(diskURI), [form]));
  },
  storageos(errors, path, { volumeName, volumeNamespace }) {
    if (!isEmpty(volumeName)) checkLabel(errors, `${path}.volumeName`, text(volumeName));
    if (!isEmpty(volumeNamespace)) checkLabel(errors, `${path}.volumeNamespace`, text(volumeNamespace));
  },
  csi(errors, path, { driver }) {
    checkDriverName(errors, `${path}.driver`, text(driver));
  },
};

/** k8s: validateISCSIVolumeSource. */
function checkInitiator(errors: Errors, path: string, name: string): void {
  const forms = [/^iqn\.\d{4}-\d{2}\.[A-Za-z0-9.-]+:[^,;*&$|\s]+$/, /^eui\.[A-Za-z0-9]{16}$/, /^naa\.[A-Za-z0-9]{32}$/];
  const form = ["iqn", "eui", "naa"].findIndex((start) => name.startsWith(start));
  if (form < 0) errors.push(field.invalid(path, name, "must be valid format starting with iqn, eui, or naa"));
  else if (forms[form]?.test(name) !== true) errors.push(field.invalid(path, name, "must be valid format"));
}

/** k8s: ValidateCSIDriverName. */
export function checkDriverName(errors: Errors, path: string, name: string): void {
  if (name === "") errors.push(field.required(path));
  if (name.length > 63) errors.push(field.tooLong(path, name, 63));
  invalidEach(errors, path, name, isDNS1123Subdomain(name.toLowerCase()));
}

/** What pods' volumes and PersistentVolumes have in common. Sources of pods only are not looked at. */
export function checkVolumeSource(errors: Errors, path: string, key: string, source: object): void {
  const given = source as Source;
  for (const name of REQUIRED[key] ?? []) if (isEmpty(given[name])) errors.push(field.required(`${path}.${name}`));
  CHECKS[key]?.(errors, path, given);
}

/** References to secrets of a PersistentVolume name their namespace (k8s: validatePVSecretReference and its like). */
export function checkVolumeSecrets(errors: Errors, path: string, key: string, source: object): void {
  const given = source as Source;
  const refs =
    key === "csi" ? ["controllerPublishSecretRef", "controllerExpandSecretRef", "nodePublishSecretRef", "nodeExpandSecretRef"] : [];
  for (const name of refs) {
    const ref = given[name] as { readonly name?: string; readonly namespace?: string } | undefined;
    if (ref === undefined) continue;
    if (!ref.name) errors.push(field.required(`${path}.${name}.name`));
    else checkSubdomain(errors, `${path}.${name}.name`, ref.name);
    if (!ref.namespace) errors.push(field.required(`${path}.${name}.namespace`));
    else invalidEach(errors, `${path}.${name}.namespace`, ref.namespace, isDNS1123Label(ref.namespace));
  }
  if (key === "csi" && isEmpty(given["volumeHandle"])) errors.push(field.required(`${path}.volumeHandle`));
  const secret = given["secretRef"] as Source | undefined;
  if ((key === "cinder" || key === "storageos" || key === "iscsi") && secret !== undefined)
    for (const name of ["name", "namespace"]) if (isEmpty(secret[name])) errors.push(field.required(`${path}.secretRef.${name}`));
  if (key === "azureFile" && given["secretNamespace"] === "") errors.push(field.required(`${path}.secretNamespace`));
}

const DEFAULTS: Readonly<Record<string, Source>> = {
  iscsi: { iscsiInterface: "default" },
  rbd: { pool: "rbd", user: "admin", keyring: "/etc/ceph/keyring" },
  scaleIO: { storageMode: "ThinProvisioned", fsType: "xfs" },
  azureDisk: { cachingMode: "ReadWrite", kind: "Shared", fsType: "ext4", readOnly: false },
};

/** Fills in what a source of this type lacks (k8s: core/v1/defaults.go SetDefaults_<Type>VolumeSource). */
export function defaultVolumeSources<T extends object>(volume: T): T {
  let copy: Record<string, unknown> | undefined;
  for (const key in volume) {
    const before = volume[key] as Source | undefined;
    if (before === undefined) continue;
    const after =
      key === "hostPath" ? (before["type"] === undefined ? { ...before, type: "" } : before) : fill(before, DEFAULTS[key] ?? {});
    if (after === before) continue;
    copy ??= { ...(volume as Source) };
    copy[key] = after;
  }
  return (copy as T | undefined) ?? volume;
}
