import type { KubeObject, Node, PersistentVolume, PersistentVolumeClaim, Pod, VolumeAttachment } from "../../api/index.ts";
import type { Change, Client, Controller, ReconcileContext } from "../../client/index.ts";
import { deepEqual, isAlreadyExists, isNotFound } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { claimsOf, hasEnded, indexClaims } from "../claims.ts";
import { Attempts } from "./attempts.ts";
import { type Attachment, attachmentName, mayBeShared, multiAttachMessage, plan, uniqueNameOf } from "./decide.ts";

/** Attaches volumes to the nodes whose pods need them, and takes them away again (k8s: pkg/controller/volume/attachdetach). Keys are volumes' names. */
export function createAttachDetachController({ informers, clock, recorder }: ControllerContext): Controller {
  const pods = informers.of("pods");
  const claims = informers.of("persistentvolumeclaims");
  const volumes = informers.of("persistentvolumes");
  const attachments = informers.of("volumeattachments");
  const drivers = informers.of("csidrivers");
  const nodes = informers.of("nodes");
  const events = recorder("attachdetach-controller");
  indexClaims(pods);
  pods.index("nodeName", (p) => [p.spec?.nodeName ?? ""]);
  attachments.index("volume", (a) => [a.spec?.source?.persistentVolumeName ?? ""]);
  attachments.index("node", (a) => [a.spec?.nodeName ?? ""]);
  const attempts = new Attempts(() => clock.now());
  /** What node statuses call volumes that somebody has or wants. */
  const known = new Map<string, string>();
  /** By volume and node: when it was first unwanted there; that its pods have been told who is in the way. */
  const unwanted = new Map<string, number>();
  const told = new Set<string>();
  /** Attachments that are about to end: their nodes' statuses do not tell of them any more. */
  const leaving = new Set<string>();
  /** Writes of one node's status go one after another. */
  const writing = new Map<string, Promise<void>>();

  const volumeOf = (claimKey: string): string => claims.get(claimKey)?.spec?.volumeName ?? "";
  const volumesOf = (pod: Pod): readonly string[] =>
    claimsOf(pod)
      .map((name) => volumeOf(`${pod.metadata?.namespace ?? ""}/${name}`))
      .filter((name) => name !== "");

  const podKeys = ({ object, old }: Change<Pod>): readonly string[] => {
    const pod = object ?? old;
    if (!pod?.spec?.volumes || !pod.spec.nodeName) return [];
    if (object && old && old.spec?.nodeName === object.spec?.nodeName && hasEnded(object) === hasEnded(old)) return [];
    return volumesOf(pod);
  };
  const nodeKeys = ({ key, object, old }: Change<Node>): readonly string[] => {
    if (object && old) {
      const same =
        object.status?.volumesInUse === old.status?.volumesInUse &&
        object.status?.volumesAttached === old.status?.volumesAttached &&
        object.spec?.taints === old.spec?.taints &&
        object.metadata?.annotations === old.metadata?.annotations;
      if (same) return [];
    }
    const there = attachments.by("node", key).map((a) => a.spec?.source?.persistentVolumeName ?? "");
    const wanted = object && !old ? pods.by("nodeName", key).flatMap(volumesOf) : [];
    return [...new Set([...there, ...wanted])].filter((name) => name !== "");
  };

  /** The pods that use a volume, by node (k8s: attachdetach/util ProcessPodVolumes). */
  const wantedNodes = ({ metadata, spec }: PersistentVolume): ReadonlyMap<string, readonly Pod[]> => {
    const wanted = new Map<string, Pod[]>();
    const ref = spec?.claimRef;
    const claim = ref && claims.get(`${ref.namespace ?? ""}/${ref.name ?? ""}`);
    if (!claim || claim.metadata?.uid !== ref.uid || claim.spec?.volumeName !== metadata?.name || claim.status?.phase !== "Bound")
      return wanted;
    for (const pod of pods.by("claim", `${ref.namespace ?? ""}/${ref.name ?? ""}`)) {
      const node = pod.spec?.nodeName ?? "";
      if (node === "" || hasEnded(pod)) continue;
      const list = wanted.get(node);
      if (list) list.push(pod);
      else wanted.set(node, [pod]);
    }
    return wanted;
  };

  /** What a node's status is to say: what is attached to it and stays (k8s: attachdetach/statusupdater). */
  const attachedTo = (node: string): NonNullable<Node["status"]>["volumesAttached"] =>
    attachments
      .by("node", node)
      .filter((a) => a.status?.attached === true && a.metadata?.deletionTimestamp === undefined && !leaving.has(a.metadata?.name ?? ""))
      .map((a) => volumes.get(a.spec?.source?.persistentVolumeName ?? "")?.spec?.csi)
      .filter((csi) => csi !== undefined)
      .map(({ driver, volumeHandle }) => ({ name: uniqueNameOf(driver, volumeHandle), devicePath: "" }))
      .sort((a, b) => (a.name < b.name ? -1 : 1));
  const report = (client: Client, name: string): Promise<void> => {
    const write = async (): Promise<void> => {
      const volumesAttached = attachedTo(name) ?? [];
      try {
        const node = await client.get("nodes", undefined, name);
        if (deepEqual(node.status?.volumesAttached ?? [], volumesAttached)) return;
        const patch = { status: { volumesAttached: volumesAttached.length > 0 ? volumesAttached : null } };
        await client.patch("nodes", undefined, name, "strategic", patch, "status");
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    };
    const next = (writing.get(name) ?? Promise.resolve()).then(write, write);
    writing.set(name, next);
    return next;
  };

  const attach = async (client: Client, { metadata, spec }: PersistentVolume, node: string): Promise<void> => {
    const { driver = "", volumeHandle = "" } = spec?.csi ?? {};
    try {
      await client.create("volumeattachments", {
        apiVersion: "storage.k8s.io/v1",
        kind: "VolumeAttachment",
        metadata: { name: attachmentName(driver, volumeHandle, node) },
        spec: { attacher: driver, nodeName: node, source: { persistentVolumeName: metadata?.name ?? "" } },
      });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
    }
  };

  const detach = async (client: Client, name: string, node: string): Promise<void> => {
    leaving.add(name);
    // It is not safe to mount from here on, and whoever would is told first.
    await report(client, node);
    try {
      await client.delete("volumeattachments", undefined, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };

  /** One that is wanted: what came of it. Ms until it is worth another look. */
  const follow = async (
    context: ReconcileContext,
    volume: string,
    attachment: VolumeAttachment,
    users: readonly Pod[],
  ): Promise<number> => {
    const { status, spec, metadata } = attachment;
    const { nodeName, attacher } = spec;
    const key = `${volume}/${nodeName}`;
    const csi = volumes.get(volume)?.spec?.csi;
    const handle = csi?.volumeHandle ?? "";
    if (status?.attached === true) {
      attempts.forget(key);
      leaving.delete(metadata?.name ?? "");
      const unique = uniqueNameOf(attacher, handle);
      if (nodes.get(nodeName)?.status?.volumesAttached?.some((v) => v.name === unique)) return Infinity;
      for (const pod of users)
        events.event(pod, "Normal", "SuccessfulAttachVolume", `AttachVolume.Attach succeeded for volume "${volume}" `, context.causes);
      await report(context.client, nodeName);
      return Infinity;
    }
    const { failure, wait } = attempts.look(
      key,
      status?.attachError?.message,
      `timed out waiting for external-attacher of ${attacher} driver to attach volume ${handle}`,
    );
    if (failure !== undefined)
      for (const pod of users)
        events.event(
          pod,
          "Warning",
          "FailedAttachVolume",
          `AttachVolume.Attach failed for volume "${volume}" : ${failure}`,
          context.causes,
        );
    return wait;
  };

  return {
    name: "attachdetach",
    watches: [
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>) },
      { resource: "nodes", keys: (change) => nodeKeys(change as Change<Node>) },
      { resource: "persistentvolumeclaims", keys: ({ object }) => claimKeys(object as PersistentVolumeClaim | undefined) },
      { resource: "persistentvolumes", keys: ({ key, object }) => ((object as PersistentVolume | undefined)?.spec?.csi ? [key] : []) },
      { resource: "volumeattachments", keys: ({ object, old }) => attachmentKeys(object ?? old) },
    ],
    async reconcile(name, context) {
      const { client, causes } = context;
      const there = attachments.by("volume", name);
      const volume = volumes.get(name);
      // Somebody's attachment of a volume that never was is theirs alone (k8s: attach_detach_controller.go processVolumeAttachments).
      if (!volume && !known.has(name)) return;
      const csi = volume?.spec?.csi;
      const attachable = csi !== undefined && drivers.get(csi.driver)?.spec?.attachRequired !== false;
      const wanted: ReadonlyMap<string, readonly Pod[]> = volume && attachable ? wantedNodes(volume) : new Map();
      if (there.length === 0 && wanted.size === 0) return void known.delete(name);
      // A volume may be deleted while a node still has it.
      const unique = csi ? uniqueNameOf(csi.driver, csi.volumeHandle) : (known.get(name) ?? "");
      known.set(name, unique);
      let again = Infinity;
      const now = clock.now();
      const steps = plan({
        wanted,
        attachments: there.map(stateOf),
        shared: volume !== undefined && mayBeShared(volume),
        node: (node) => nodes.get(node),
        inUse: (node) => nodes.get(node)?.status?.volumesInUse?.includes(unique) === true,
        unwantedSince(node) {
          const since = unwanted.get(`${name}/${node}`) ?? now;
          unwanted.set(`${name}/${node}`, since);
          return since;
        },
        now,
      });
      for (const attachment of there) {
        const node = attachment.spec?.nodeName ?? "";
        const users = wanted.get(node);
        if (!users || attachment.metadata?.deletionTimestamp !== undefined) continue;
        unwanted.delete(`${name}/${node}`);
        again = Math.min(again, await follow(context, name, attachment, users));
      }
      for (const step of steps) {
        if (step.kind === "look again") again = Math.min(again, step.after);
        else if (step.kind === "detach") {
          attempts.forget(`${name}/${step.node}`);
          unwanted.delete(`${name}/${step.node}`);
          const attachment = there.find((a) => a.spec?.nodeName === step.node);
          await detach(client, attachment?.metadata?.name ?? "", step.node);
        } else if (step.kind === "attach" && volume) {
          told.delete(`${name}/${step.node}`);
          unwanted.delete(`${name}/${step.node}`);
          leaving.delete(attachmentName(csi?.driver ?? "", csi?.volumeHandle ?? "", step.node));
          await attach(client, volume, step.node);
        } else if (step.kind === "blocked" && !told.has(`${name}/${step.node}`)) {
          told.add(`${name}/${step.node}`);
          const others = [...wanted].flatMap(([node, users]) =>
            node !== step.node && there.some((a) => a.spec?.nodeName === node) ? users : [],
          );
          for (const pod of wanted.get(step.node) ?? [])
            events.event(pod, "Warning", "FailedAttachVolume", multiAttachMessage(name, pod, others), causes);
        }
      }
      for (const key of told) if (key.startsWith(`${name}/`) && !wanted.has(key.slice(name.length + 1))) told.delete(key);
      return again === Infinity ? undefined : again;
    },
  };
}

const stateOf = ({ spec, status, metadata }: VolumeAttachment): Attachment => ({
  node: spec?.nodeName ?? "",
  attached: status?.attached === true,
  ending: metadata?.deletionTimestamp !== undefined,
});

function claimKeys(claim: PersistentVolumeClaim | undefined): readonly string[] {
  const name = claim?.spec?.volumeName ?? "";
  return name !== "" && claim?.status?.phase === "Bound" ? [name] : [];
}

function attachmentKeys(attachment: KubeObject | undefined): readonly string[] {
  const name = (attachment as VolumeAttachment | undefined)?.spec?.source?.persistentVolumeName ?? "";
  return name === "" ? [] : [name];
}
