import { type PersistentVolume, type PersistentVolumeClaim, storageOf } from "../../api/index.ts";
import type { EventRecorder } from "../../client/index.ts";
import { compareQuantities, deepEqual, value } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { DISK_DRIVER, RpcError } from "./cloud.ts";
import { checkParameters } from "./provisioner.ts";
import type { Sidecar, SidecarContext, Turn } from "./sidecar.ts";

type Status = NonNullable<PersistentVolumeClaim["status"]>;
type Condition = NonNullable<Status["conditions"]>[number];

const RESIZING = new Set(["Resizing", "FileSystemResizePending", "ControllerResizeError", "NodeResizeError"]);
const MODIFYING = new Set(["ModifyingVolume", "ModifyVolumeError"]);
const WAITING_FOR_NODE = "Waiting for user to (re-)start a pod to finish file system resize of volume on node.";

/** The conditions with all of these kinds replaced by one, or by none (k8s: MergeResizeConditionOnPVC). */
export function withCondition({ conditions = [] }: Status, kinds: ReadonlySet<string>, next?: Condition): readonly Condition[] {
  return [...conditions.filter((c) => !kinds.has(c.type)), ...(next ? [next] : [])];
}

const wants = (claim: PersistentVolumeClaim): string => claim.spec?.resources?.requests?.["storage"] ?? "0";

/** It asks for more than its volume has, or than it has been told of (k8s-csi: external-resizer pvcNeedResize). */
const needsResize = (claim: PersistentVolumeClaim): boolean =>
  claim.status?.phase === "Bound" && compareQuantities(storageOf(claim.spec?.resources?.requests), storageOf(claim.status.capacity)) > 0;

const needsModify = ({ spec, status }: PersistentVolumeClaim): boolean =>
  status?.phase === "Bound" &&
  (spec?.volumeAttributesClassName ?? "") !== "" &&
  spec?.volumeAttributesClassName !== (status.currentVolumeAttributesClassName ?? "");

/** What the external resizer does with our driver: it enlarges disks, and makes them faster. Keys are claims'. */
export function resizer({ informers, cloud, clock, recorder }: SidecarContext): Sidecar {
  const claims = informers.of("persistentvolumeclaims");
  const volumes = informers.of("persistentvolumes");
  const classes = informers.of("volumeattributesclasses");
  const events = recorder(`external-resizer ${DISK_DRIVER}`);
  const condition = (type: string, message?: string): Condition => ({
    type,
    status: "True",
    lastTransitionTime: rfc3339(clock.now()),
    ...(message === undefined ? {} : { message }),
  });
  const tell = async ({ client }: Turn, claim: PersistentVolumeClaim, status: object): Promise<PersistentVolumeClaim> =>
    client.patch("persistentvolumeclaims", claim.metadata?.namespace, claim.metadata?.name ?? "", "merge", { status }, "status");

  const resize = async (claim: PersistentVolumeClaim, volume: PersistentVolume, turn: Turn): Promise<void> => {
    const size = wants(claim);
    const name = volume.metadata?.name ?? "";
    const grown = compareQuantities(storageOf(volume.spec?.capacity), storageOf(claim.spec?.resources?.requests)) >= 0;
    // The rest is the kubelet's.
    if (grown && claim.status?.allocatedResourceStatuses?.["storage"]?.startsWith("NodeResize")) return;
    const begun = await tell(turn, claim, {
      allocatedResources: { storage: size },
      allocatedResourceStatuses: { storage: "ControllerResizeInProgress" },
      conditions: withCondition(claim.status ?? {}, RESIZING, condition("Resizing")),
    });
    events.event(claim, "Normal", "Resizing", `External resizer is resizing volume ${name}`, turn.causes);
    try {
      await cloud.resize(volume.spec?.csi?.volumeHandle ?? "", value(size));
    } catch (error) {
      const why = `resize volume ${JSON.stringify(name)} by resizer ${JSON.stringify(DISK_DRIVER)} failed: ${(error as Error).message}`;
      events.event(claim, "Warning", "VolumeResizeFailed", why, turn.causes);
      await failed(begun, error, turn);
      throw new Error(why, { cause: error });
    }
    await turn.client.patch("persistentvolumes", undefined, name, "merge", { spec: { capacity: { storage: size } } });
    await tell(turn, begun, {
      allocatedResourceStatuses: { storage: "NodeResizePending" },
      conditions: withCondition(begun.status ?? {}, RESIZING, condition("FileSystemResizePending", WAITING_FOR_NODE)),
    });
    events.event(claim, "Normal", "FileSystemResizeRequired", "Require file system resize of volume on node", turn.causes);
  };

  /** What can never be done is not tried for ever: less may be asked for again (k8s: RecoverVolumeExpansionFailure). */
  const failed = async (claim: PersistentVolumeClaim, error: unknown, turn: Turn): Promise<void> => {
    if (!(error instanceof RpcError) || (error.code !== "OutOfRange" && error.code !== "InvalidArgument")) return;
    await tell(turn, claim, {
      allocatedResourceStatuses: { storage: "ControllerResizeInfeasible" },
      conditions: withCondition(claim.status ?? {}, RESIZING, condition("ControllerResizeError", error.message)),
    });
  };

  const modify = async (claim: PersistentVolumeClaim, volume: PersistentVolume, turn: Turn): Promise<void> => {
    const target = claim.spec?.volumeAttributesClassName ?? "";
    const name = claim.metadata?.name ?? "";
    const attributes = classes.get(target);
    const state = (status: string): object => ({ modifyVolumeStatus: { status, targetVolumeAttributesClassName: target } });
    if (!attributes || attributes.driverName !== DISK_DRIVER) {
      if (claim.status?.modifyVolumeStatus?.status !== "Pending") await tell(turn, claim, state("Pending"));
      return warn(events, claim, `VAC ${target} does not exist.`, turn);
    }
    const begun = await tell(turn, claim, {
      ...state("InProgress"),
      conditions: withCondition(claim.status ?? {}, MODIFYING, condition("ModifyingVolume")),
    });
    events.event(claim, "Normal", "VolumeModify", `external resizer is modifying volume ${name} with vac ${target}`, turn.causes);
    try {
      await cloud.modify(volume.spec?.csi?.volumeHandle ?? "", checkParameters(attributes.parameters));
    } catch (error) {
      const { message } = error as Error;
      warn(events, claim, message, turn);
      const infeasible = error instanceof RpcError && error.code === "InvalidArgument";
      await tell(turn, begun, {
        ...state(infeasible ? "Infeasible" : "InProgress"),
        conditions: withCondition(begun.status ?? {}, MODIFYING, condition("ModifyVolumeError", message)),
      });
      throw error;
    }
    await turn.client.patch("persistentvolumes", undefined, volume.metadata?.name ?? "", "merge", {
      spec: { volumeAttributesClassName: target },
    });
    await tell(turn, begun, {
      currentVolumeAttributesClassName: target,
      modifyVolumeStatus: null,
      conditions: withCondition(begun.status ?? {}, MODIFYING),
    });
    events.event(
      claim,
      "Normal",
      "VolumeModifySuccessful",
      `external resizer modified volume ${name} with vac ${target} successfully `,
      turn.causes,
    );
  };

  return {
    name: "csi-resizer",
    watch(add) {
      claims.on(({ key, object, old, causes }) => {
        if (!object || !(needsResize(object) || needsModify(object))) return;
        // What we tell of it is no reason to begin anew.
        if (!old || old.status?.phase !== object.status?.phase || !deepEqual(old.spec, object.spec)) add(key, causes, object);
      });
      classes.on(({ key, object, causes }) => {
        if (!object) return;
        for (const claim of claims.list())
          if (claim.spec?.volumeAttributesClassName === key && needsModify(claim))
            add(`${claim.metadata?.namespace}/${claim.metadata?.name}`, causes, claim);
      });
    },
    async sync(key, turn) {
      const claim = claims.get(key);
      const volume = claim && volumes.get(claim.spec?.volumeName ?? "");
      if (!claim || volume?.spec?.csi?.driver !== DISK_DRIVER) return;
      if (needsModify(claim)) await modify(claim, volume, turn);
      if (needsResize(claim)) await resize(claim, volume, turn);
    },
  };
}

const warn = (events: EventRecorder, claim: PersistentVolumeClaim, message: string, { causes }: Turn): void =>
  events.event(claim, "Warning", "VolumeModifyFailed", message, causes);
