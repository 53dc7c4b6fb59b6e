import {
  type CSIDriverSpec,
  matchesNodeTerm,
  type NodeSelectorTerm,
  type PersistentVolume,
  type Pod,
  type Volume as VolumeSpec,
} from "../../api/index.ts";
import type { Client } from "../../client/index.ts";
import { isNotFound, isStatusError, value } from "../../machinery/index.ts";
import type { ContainerRuntime } from "../../runtime/index.ts";
import { nameOf, namespaceOf, specOf, uidOf } from "../pod.ts";
import type { FileServer } from "../types.ts";
import type { ClaimedVolume } from "./claims.ts";
import type { CsiPlugins } from "./csi-plugins.ts";
import { checkHostPath } from "./host-path.ts";
import type { VolumesInUse } from "./in-use.ts";
import { HOST, MountFailure, type Source, Waiting } from "./mounting.ts";
import { mountNfs } from "./nfs.ts";
import { giveToGroup } from "./ownership.ts";

export interface SourceDeps {
  readonly nodeName: string;
  readonly client: Client;
  readonly runtime: ContainerRuntime;
  readonly csi: CsiPlugins;
  readonly inUse: VolumesInUse;
  readonly fileServer: FileServer | undefined;
}

/** Volume plugins that do not pass mount options on (k8s: each plugin's SupportsMountOption). */
const WITHOUT_OPTIONS: readonly (keyof NonNullable<PersistentVolume["spec"]>)[] = ["hostPath", "fc"];

/** Where an attachable CSI volume is told apart: `kubernetes.io/csi/<driver>^<handle>` (k8s: csi_plugin.go GetVolumeName). */
export const csiVolumeName = (driver: string, handle: string): string => `kubernetes.io/csi/${driver}^${handle}`;

/**
 * Mounts what is behind a claim (k8s: operation_generator.go GenerateMountVolumeFunc). `elsewhere`: another pod of this
 * node has it. Rejects MountFailure, MissingObject, Errno and Waiting.
 */
export async function mountPersistent(d: SourceDeps, pod: Pod, claimed: ClaimedVolume, elsewhere: boolean): Promise<Source> {
  const { volume, readOnly } = claimed;
  const spec = volume.spec ?? {};
  if (spec.nodeAffinity?.required !== undefined) await checkNodeAffinity(d, spec.nodeAffinity.required.nodeSelectorTerms);
  if (spec.mountOptions?.length && WITHOUT_OPTIONS.some((type) => spec[type] !== undefined))
    throw new MountFailure("MountVolume.MountOptionSupport check", "Mount options are not supported for this volume type");
  if (spec.accessModes?.length === 1 && spec.accessModes[0] === "ReadWriteOncePod" && elsewhere)
    throw new MountFailure("MountVolume.SetUp", "volume uses the ReadWriteOncePod access mode and is already in use by another pod");
  if (spec.hostPath !== undefined) {
    const host = d.runtime.volume(HOST);
    checkHostPath(host.fs, spec.hostPath.path, spec.hostPath.type ?? "");
    return { volume: host, root: inside(spec.hostPath.path), readOnly };
  }
  if (spec.local !== undefined) {
    const host = d.runtime.volume(HOST);
    const { path } = spec.local;
    if (!host.fs.exists(path))
      throw new MountFailure("MountVolume.NewMounter initialization", `path ${JSON.stringify(path)} does not exist`);
    return owned(pod, { volume: host, root: inside(path), readOnly });
  }
  if (spec.nfs !== undefined) {
    const nfs = { ...spec.nfs, readOnly: readOnly || spec.nfs.readOnly === true };
    return mountNfs(d.runtime, d.fileServer, pod, volume.metadata?.name ?? "", nfs);
  }
  if (spec.csi !== undefined) return mountCsi(d, pod, volume, readOnly);
  const type = Object.keys(spec).find((key) => typeof spec[key as keyof typeof spec] === "object" && !ABOUT.has(key)) ?? "unknown";
  throw new MountFailure("MountVolume.SetUp", `volume type "${type}" is not simulated`);
}

/** What of a volume's spec is not its source. */
const ABOUT: ReadonlySet<string> = new Set(["accessModes", "capacity", "claimRef", "mountOptions", "nodeAffinity"]);

async function mountCsi(d: SourceDeps, pod: Pod, volume: PersistentVolume, readOnly: boolean): Promise<Source> {
  const source = volume.spec?.csi;
  if (source === undefined) throw new MountFailure("MountVolume.SetUp", "no CSI source");
  const { driver, volumeHandle, volumeAttributes = {}, fsType } = source;
  const { attachRequired = true, fsGroupPolicy = "ReadWriteOnceWithFSType" } = await driverSpec(d.client, driver);
  if (attachRequired) await attached(d, csiVolumeName(driver, volumeHandle), uidOf(pod));
  const plugin = d.csi.get(driver);
  if (plugin === undefined)
    throw new MountFailure(
      "MountVolume.MountDevice",
      `kubernetes.io/csi: attacher.MountDevice failed to create newCsiDriverClient: driver name ${driver} not found in the list of registered CSI drivers`,
    );
  const answer = plugin.publish({ volumeHandle, attributes: volumeAttributes, capacity: value(volume.spec?.capacity?.["storage"] ?? "0") });
  if ("refused" in answer) throw new MountFailure("MountVolume.MountDevice", answer.refused);
  const mounted = { volume: d.runtime.volume(answer.volume), root: "", readOnly: readOnly || source.readOnly === true };
  // k8s: csi_mounter.go supportsFSGroup.
  const once = volume.spec?.accessModes?.some((mode) => mode === "ReadWriteOnce" || mode === "ReadWriteOncePod") === true;
  const groups = fsGroupPolicy === "File" || (fsGroupPolicy === "ReadWriteOnceWithFSType" && once && (fsType ?? "") !== "");
  return groups ? owned(pod, mounted) : mounted;
}

/** A volume of a pod's own that a CSI driver makes for it. */
export async function mountInlineCsi(d: SourceDeps, pod: Pod, volume: VolumeSpec): Promise<Source> {
  const source = volume.csi;
  if (source === undefined) throw new MountFailure("MountVolume.SetUp", "no CSI source");
  const plugin = d.csi.get(source.driver);
  if (plugin === undefined)
    throw new MountFailure(
      "MountVolume.SetUp",
      `kubernetes.io/csi: mounter.SetUpAt failed to get CSI client: driver name ${source.driver} not found in the list of registered CSI drivers`,
    );
  throw new MountFailure(
    "MountVolume.SetUp",
    `rpc error: code = Unimplemented desc = ${source.driver} makes no ephemeral volumes for pod ${namespaceOf(pod)}/${nameOf(pod)}`,
  );
}

/** What a driver says of itself; one that says nothing is taken as the defaults are (k8s: csi_plugin.go skipAttach). */
async function driverSpec(client: Client, driver: string): Promise<CSIDriverSpec> {
  try {
    return (await client.get("csidrivers", undefined, driver)).spec;
  } catch (error) {
    if (isStatusError(error) && isNotFound(error)) return {};
    throw error;
  }
}

/** k8s: operation_generator.go GenerateVerifyControllerAttachedVolumeFunc. */
async function attached(d: SourceDeps, name: string, uid: string): Promise<void> {
  if (!d.inUse.need(name, uid)) throw new Waiting(true);
  const node = await d.client.get("nodes", undefined, d.nodeName);
  if (!(node.status?.volumesAttached ?? []).some((a) => a.name === name)) throw new Waiting(false);
}

async function checkNodeAffinity(d: SourceDeps, terms: readonly NodeSelectorTerm[]): Promise<void> {
  const node = await d.client.get("nodes", undefined, d.nodeName);
  if (!terms.some((term) => matchesNodeTerm(term, node)))
    throw new MountFailure("MountVolume.NodeAffinity check", "no matching NodeSelectorTerms");
}

function owned(pod: Pod, source: Source): Source {
  const { fsGroup, fsGroupChangePolicy } = specOf(pod).securityContext ?? {};
  if (fsGroup !== undefined)
    giveToGroup(source.volume.fs, source.root, fsGroup, {
      readOnly: source.readOnly,
      onRootMismatch: fsGroupChangePolicy === "OnRootMismatch",
    });
  return source;
}

const inside = (path: string): string => path.replace(/^\/+|\/+$/g, "");
