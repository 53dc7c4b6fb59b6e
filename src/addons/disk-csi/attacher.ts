import type { VolumeAttachment } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { ATTACHER_FINALIZER, DISK_DRIVER } from "./cloud.ts";
import { type Sidecar, type SidecarContext, type Turn, withFinalizer, withoutFinalizer } from "./sidecar.ts";

/** What the external attacher does with our driver (k8s-csi: external-attacher csi_handler.go). Keys are attachments' names. */
export function attacher({ informers, cloud, clock }: SidecarContext): Sidecar {
  const attachments = informers.of("volumeattachments");
  const volumes = informers.of("persistentvolumes");
  attachments.index("volume", (a) => [a.spec?.source?.persistentVolumeName ?? ""]);

  const attach = async (attachment: VolumeAttachment, { client }: Turn): Promise<void> => {
    const volumeName = attachment.spec.source.persistentVolumeName ?? "";
    const volume = await client.get("persistentvolumes", undefined, volumeName);
    if (volume.metadata?.deletionTimestamp !== undefined) throw new Error(`PersistentVolume "${volumeName}" is marked for deletion`);
    const kept = withFinalizer(volume, ATTACHER_FINALIZER);
    if (kept !== volume) await client.update("persistentvolumes", kept);
    const held = withFinalizer(attachment, ATTACHER_FINALIZER);
    const current = held === attachment ? attachment : await client.update("volumeattachments", held);
    try {
      const devicePath = await cloud.attach(volume.spec?.csi?.volumeHandle ?? "", attachment.spec.nodeName);
      await client.patch(
        "volumeattachments",
        undefined,
        current.metadata?.name ?? "",
        "merge",
        { status: { attached: true, attachmentMetadata: { devicePath }, attachError: null } },
        "status",
      );
    } catch (error) {
      const message = (error as Error).message;
      const attachError = { message, time: rfc3339(clock.now()) };
      if (current.status?.attachError?.message !== message)
        await client.patch(
          "volumeattachments",
          undefined,
          current.metadata?.name ?? "",
          "merge",
          { status: { attached: false, attachError } },
          "status",
        );
      throw error;
    }
  };

  const detach = async (attachment: VolumeAttachment, { client }: Turn): Promise<void> => {
    if (!attachment.metadata?.finalizers?.includes(ATTACHER_FINALIZER)) return;
    const { name = "" } = attachment.metadata;
    const volume = volumes.get(attachment.spec.source.persistentVolumeName ?? "");
    try {
      if (volume?.spec?.csi) await cloud.detach(volume.spec.csi.volumeHandle, attachment.spec.nodeName);
    } catch (error) {
      const detachError = { message: (error as Error).message, time: rfc3339(clock.now()) };
      await client.patch("volumeattachments", undefined, name, "merge", { status: { detachError } }, "status");
      throw error;
    }
    const status = { attached: false, attachmentMetadata: null, detachError: null };
    const told = await client.patch("volumeattachments", undefined, name, "merge", { status }, "status");
    await client.update("volumeattachments", withoutFinalizer(told, ATTACHER_FINALIZER));
  };

  /** A volume that is to go may, once nobody has it attached. */
  const letGo = async (name: string, { client }: Turn): Promise<void> => {
    const volume = volumes.get(name);
    if (!volume || volume.metadata?.deletionTimestamp === undefined || attachments.by("volume", name).length > 0) return;
    const free = withoutFinalizer(volume, ATTACHER_FINALIZER);
    if (free !== volume) await client.update("persistentvolumes", free);
  };

  return {
    name: "csi-attacher",
    watch(add) {
      attachments.on(({ key, object, old, causes }) => {
        const about = object ?? old;
        if (about?.spec?.attacher !== DISK_DRIVER) return;
        if (object) add(key, causes, object);
        else add(`volume/${about.spec.source.persistentVolumeName ?? ""}`, causes, about);
      });
      volumes.on(({ key, object, causes }) => {
        if (object?.metadata?.deletionTimestamp !== undefined && object.metadata.finalizers?.includes(ATTACHER_FINALIZER))
          add(`volume/${key}`, causes, object);
      });
    },
    async sync(key, turn) {
      if (key.startsWith("volume/")) return letGo(key.slice("volume/".length), turn);
      const attachment = attachments.get(key);
      if (!attachment) return;
      if (attachment.metadata?.deletionTimestamp !== undefined) return detach(attachment, turn);
      if (attachment.status?.attached !== true) await attach(attachment, turn);
    },
  };
}
