import { type Node, type PersistentVolume, type PersistentVolumeClaim, type StorageClass, storageClassOf } from "../../api/index.ts";
import { keyOfObject } from "../../client/index.ts";
import { fnv1a32, isAlreadyExists, value } from "../../machinery/index.ts";
import { isOurs, isReady, selectedNode, volumeNameFor } from "../local-path/decide.ts";
import { DISK_DRIVER, PROVISIONER_FINALIZER, RpcError, ZONE } from "./cloud.ts";
import { type Sidecar, type SidecarContext, type Turn, withoutFinalizer } from "./sidecar.ts";

const GIB = 2 ** 30;
/** What a class or a VolumeAttributesClass may say of a disk. */
const PARAMETERS = new Set(["type", "iops", "throughput"]);
const ONE_WRITER = new Set(["ReadWriteOnce", "ReadWriteOncePod"]);

/** Refuses what a disk cannot be told (k8s-csi: ControllerModifyVolume, CreateVolume). */
export function checkParameters(parameters: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const own: Record<string, string> = {};
  for (const [key, given] of Object.entries(parameters)) {
    if (key.startsWith("csi.storage.k8s.io/")) continue;
    if (!PARAMETERS.has(key)) throw new RpcError("InvalidArgument", `Invalid parameter key ${key}`);
    if (key !== "type" && !/^[1-9][0-9]*$/.test(given))
      throw new RpcError("InvalidArgument", `Could not parse invalid ${key}: ${JSON.stringify(given)}`);
    own[key] = given;
  }
  return own;
}

/** In which zone a disk is made: its pod's node's, else one by the claim's name among those that are allowed (k8s-csi: external-provisioner topology.go). */
export function zoneFor(
  claim: PersistentVolumeClaim,
  { allowedTopologies = [] }: StorageClass,
  nodes: Iterable<Node>,
  selected: Node | undefined,
): string {
  if (selected) {
    const zone = selected.metadata?.labels?.[ZONE];
    if (zone === undefined)
      throw new Error(`error generating accessibility requirements: no topology key found on CSINode ${selected.metadata?.name}`);
    return zone;
  }
  const allowed = allowedTopologies.flatMap((t) => (t.matchLabelExpressions ?? []).filter((e) => e.key === ZONE).flatMap((e) => e.values));
  const there = new Set([...nodes].map((n) => n.metadata?.labels?.[ZONE]).filter((zone) => zone !== undefined));
  const zones = [...there].filter((zone) => allowed.length === 0 || allowed.includes(zone)).sort();
  if (zones.length === 0) throw new Error("error generating accessibility requirements: no available topology found");
  return zones[fnv1a32(claim.metadata?.name ?? "") % zones.length] ?? "";
}

/** The volume for a disk that was made. */
export function volumeFor(
  claim: PersistentVolumeClaim,
  storageClass: StorageClass,
  disk: { readonly id: string; readonly zone: string; readonly size: number },
): PersistentVolume {
  const { name = "", namespace = "", uid = "", resourceVersion = "" } = claim.metadata ?? {};
  const attributesClass = claim.spec?.volumeAttributesClassName;
  return {
    apiVersion: "v1",
    kind: "PersistentVolume",
    metadata: {
      name: volumeNameFor(claim),
      annotations: {
        "pv.kubernetes.io/provisioned-by": DISK_DRIVER,
        "volume.kubernetes.io/provisioner-deletion-secret-name": "",
        "volume.kubernetes.io/provisioner-deletion-secret-namespace": "",
      },
      finalizers: [PROVISIONER_FINALIZER],
    },
    spec: {
      accessModes: claim.spec?.accessModes ?? [],
      capacity: { storage: `${disk.size / GIB}Gi` },
      claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", name, namespace, uid, resourceVersion },
      csi: {
        driver: DISK_DRIVER,
        fsType: storageClass.parameters?.["csi.storage.k8s.io/fstype"] ?? "ext4",
        volumeHandle: disk.id,
      },
      nodeAffinity: { required: { nodeSelectorTerms: [{ matchExpressions: [{ key: ZONE, operator: "In", values: [disk.zone] }] }] } },
      persistentVolumeReclaimPolicy: storageClass.reclaimPolicy ?? "Delete",
      storageClassName: storageClass.metadata?.name ?? "",
      volumeMode: "Filesystem",
      ...(storageClass.mountOptions?.length ? { mountOptions: storageClass.mountOptions } : {}),
      ...(attributesClass === undefined || attributesClass === "" ? {} : { volumeAttributesClassName: attributesClass }),
    },
  };
}

/** Only what was made here, is free and is to be deleted goes with its disk (k8s-sigs: sig-storage-lib-external-provisioner shouldDelete). */
const isToDelete = ({ metadata, spec, status }: PersistentVolume): boolean =>
  metadata?.annotations?.["pv.kubernetes.io/provisioned-by"] === DISK_DRIVER &&
  status?.phase === "Released" &&
  spec?.persistentVolumeReclaimPolicy === "Delete" &&
  metadata.finalizers?.includes(PROVISIONER_FINALIZER) === true;

/** What the external provisioner does with our driver. Keys: `claim/<namespace>/<name>`, `volume/<name>`. */
export function provisioner({ informers, cloud, recorder, identity, log }: SidecarContext): Sidecar {
  const claims = informers.of("persistentvolumeclaims");
  const volumes = informers.of("persistentvolumes");
  const classes = informers.of("storageclasses");
  const attributes = informers.of("volumeattributesclasses");
  const nodes = informers.of("nodes");
  const attachments = informers.of("volumeattachments");
  attachments.index("volume", (a) => [a.spec?.source?.persistentVolumeName ?? ""]);
  const events = recorder(`${DISK_DRIVER}_${identity}`);

  const make = async (claim: PersistentVolumeClaim, storageClass: StorageClass): Promise<PersistentVolume> => {
    const {
      accessModes = [],
      resources,
      volumeMode,
      volumeAttributesClassName = "",
      dataSource,
      dataSourceRef,
      selector,
    } = claim.spec ?? {};
    if (selector !== undefined) throw new Error("claim Selector is not supported");
    if ((dataSource ?? dataSourceRef) !== undefined)
      throw new RpcError("InvalidArgument", "snapshots and clones of disks are not simulated");
    if (volumeMode === "Block") throw new RpcError("InvalidArgument", "block volumes are not simulated");
    if (!accessModes.every((mode) => ONE_WRITER.has(mode)))
      throw new RpcError("InvalidArgument", "Volume capabilities not supported. Only AccessModes[ReadWriteOnce] supported.");
    const selected = selectedNode(claim);
    const zone = zoneFor(claim, storageClass, nodes.list(), selected === undefined ? undefined : nodes.get(selected));
    const own = volumeAttributesClassName === "" ? undefined : attributes.get(volumeAttributesClassName);
    if (volumeAttributesClassName !== "" && !own)
      throw new Error(`volumeattributesclass.storage.k8s.io ${JSON.stringify(volumeAttributesClassName)} not found`);
    const size = Math.max(1, Math.ceil(value(resources?.requests?.["storage"] ?? "1Gi") / GIB)) * GIB;
    const wanted = {
      name: volumeNameFor(claim),
      zone,
      size,
      attributes: { ...checkParameters(storageClass.parameters), ...checkParameters(own?.parameters) },
    };
    return volumeFor(claim, storageClass, await cloud.create(wanted));
  };

  const provision = async (claim: PersistentVolumeClaim, { client, causes }: Turn): Promise<void> => {
    const className = storageClassOf(claim);
    const storageClass = classes.get(className);
    if (!storageClass || storageClass.provisioner !== DISK_DRIVER || !isReady(claim, storageClass) || volumes.get(volumeNameFor(claim)))
      return;
    events.event(
      claim,
      "Normal",
      "Provisioning",
      `External provisioner is provisioning volume for claim ${JSON.stringify(keyOfObject(claim))}`,
      causes,
    );
    let volume: PersistentVolume;
    try {
      volume = await make(claim, storageClass);
    } catch (error) {
      const why = `failed to provision volume with StorageClass ${JSON.stringify(className)}: ${(error as Error).message}`;
      events.event(claim, "Warning", "ProvisioningFailed", why, causes);
      await reschedule(claim, error, client);
      throw new Error(why, { cause: error });
    }
    try {
      await client.create("persistentvolumes", volume);
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
    log(`controller.go:955] "Volume provisioned" PV="${volume.metadata?.name}" volumeHandle="${volume.spec?.csi?.volumeHandle}"`);
    events.event(claim, "Normal", "ProvisioningSucceeded", `Successfully provisioned volume ${volume.metadata?.name}`, causes);
  };

  /** Where there is no room the scheduler may look elsewhere (k8s-sigs: ProvisioningReschedule). */
  const reschedule = async (claim: PersistentVolumeClaim, error: unknown, client: Turn["client"]): Promise<void> => {
    if (!(error instanceof RpcError) || error.code !== "ResourceExhausted" || selectedNode(claim) === undefined) return;
    const { namespace, name = "" } = claim.metadata ?? {};
    const metadata = { annotations: { "volume.kubernetes.io/selected-node": null } };
    await client.patch("persistentvolumeclaims", namespace, name, "merge", { metadata });
  };

  const remove = async (volume: PersistentVolume, { client, causes }: Turn): Promise<void> => {
    const { name = "" } = volume.metadata ?? {};
    try {
      const [attached] = attachments.by("volume", name);
      if (attached) throw new Error(`persistentvolume ${name} is still attached to node ${attached.spec.nodeName}`);
      await cloud.delete(volume.spec?.csi?.volumeHandle ?? "");
    } catch (error) {
      events.event(volume, "Warning", "VolumeFailedDelete", (error as Error).message, causes);
      throw error;
    }
    if (volume.metadata?.deletionTimestamp === undefined) await client.delete("persistentvolumes", undefined, name);
    const latest = await client.get("persistentvolumes", undefined, name);
    await client.update("persistentvolumes", withoutFinalizer(latest, PROVISIONER_FINALIZER));
  };

  return {
    name: "csi-provisioner",
    watch(add) {
      claims.on(({ key, object, causes }) => {
        if (object && isOurs(object, DISK_DRIVER)) add(`claim/${key}`, causes, object);
      });
      volumes.on(({ key, object, causes }) => {
        if (object && isToDelete(object)) add(`volume/${key}`, causes, object);
      });
    },
    async sync(key, turn) {
      const name = key.slice(key.indexOf("/") + 1);
      if (key.startsWith("claim/")) {
        const claim = claims.get(name);
        if (claim && isOurs(claim, DISK_DRIVER)) await provision(claim, turn);
        return;
      }
      const volume = volumes.get(name);
      if (volume && isToDelete(volume)) await remove(volume, turn);
    },
  };
}
