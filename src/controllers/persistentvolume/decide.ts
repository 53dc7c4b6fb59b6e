import {
  BOUND_BY_CONTROLLER,
  haveSameMode,
  isBoundTo,
  mismatch,
  type PersistentVolume,
  type PersistentVolumeClaim,
  SELECTED_NODE,
  type StorageClass,
  storageClassOf,
} from "../../api/index.ts";
import { annotation, BIND_COMPLETED, MIGRATED_TO, PROVISIONED_BY } from "./annotations.ts";

interface Note {
  readonly type: "Normal" | "Warning";
  readonly reason: string;
  readonly message: string;
}
const normal = (reason: string, message: string): Note => ({ type: "Normal", reason, message });
const warning = (reason: string, message: string): Note => ({ type: "Warning", reason, message });

/** What a decision about a claim may ask for. */
export interface ClaimView {
  /** The volume of this name. */
  readonly volume: (name: string) => PersistentVolume | undefined;
  /** The free volume that suits best; only one that is reserved for the claim while its pod's node is open. */
  readonly match: (reservedOnly: boolean) => PersistentVolume | undefined;
  readonly storageClass: StorageClass | undefined;
  readonly defaultClass: () => string | undefined;
  /** Names of pods that want the claim and are on no node yet. */
  readonly unscheduledPods: () => readonly string[];
}

export type ClaimPlan =
  | { readonly act: "bind"; readonly volume: PersistentVolume }
  /** It stays, or is again, without a volume. */
  | { readonly act: "pend"; readonly note?: Note }
  | { readonly act: "class"; readonly name: string }
  | { readonly act: "provision" }
  /** Its phase is the end; the note is told once. */
  | { readonly act: "lose"; readonly note: Note }
  | { readonly act: "refuse"; readonly note: Note };

/** k8s: pv_controller.go syncClaim. */
export const planClaim = (claim: PersistentVolumeClaim, view: ClaimView): ClaimPlan =>
  annotation(claim, BIND_COMPLETED) === undefined ? planUnbound(claim, view) : planBound(claim, view);

/** k8s: syncUnboundClaim. */
function planUnbound(claim: PersistentVolumeClaim, view: ClaimView): ClaimPlan {
  const name = claim.spec?.volumeName;
  if (!name) return planAnyVolume(claim, view);
  const volume = view.volume(name);
  if (!volume) return { act: "pend" };
  if (!volume.spec?.claimRef) {
    const why = mismatch(volume, claim);
    if (why === undefined) return { act: "bind", volume };
    return { act: "pend", note: warning("VolumeMismatch", `Cannot bind to requested volume ${JSON.stringify(name)}: ${why}`) };
  }
  if (isBoundTo(volume, claim)) return { act: "bind", volume };
  const note = warning("FailedBinding", `volume ${JSON.stringify(name)} already bound to a different claim.`);
  return { act: annotation(claim, BOUND_BY_CONTROLLER) === undefined ? "pend" : "refuse", note };
}

function planAnyVolume(claim: PersistentVolumeClaim, view: ClaimView): ClaimPlan {
  const waits = view.storageClass?.volumeBindingMode === "WaitForFirstConsumer";
  const volume = view.match(waits);
  if (volume) return { act: "bind", volume };
  const className = storageClassOf(claim);
  if (
    className === "" &&
    claim.spec?.storageClassName === undefined &&
    annotation(claim, "volume.beta.kubernetes.io/storage-class") === undefined
  ) {
    // A default class may have come after the claim (k8s: assignDefaultStorageClass).
    const given = view.defaultClass();
    if (given !== undefined) return { act: "class", name: given };
  }
  if (waits && annotation(claim, SELECTED_NODE) === undefined) return { act: "pend", note: waiting(view.unscheduledPods()) };
  if (className !== "") return { act: "provision" };
  return { act: "pend", note: normal("FailedBinding", "no persistent volumes available for this claim and no storage class is set") };
}

/** k8s: emitEventForUnboundDelayBindingClaim. */
function waiting(pods: readonly string[]): Note {
  if (pods.length === 0) return normal("WaitForFirstConsumer", "waiting for first consumer to be created before binding");
  return normal("WaitForPodScheduled", `waiting for ${pods.length > 1 ? "pods" : "pod"} ${pods.join(",")} to be scheduled`);
}

/** k8s: syncBoundClaim. */
function planBound(claim: PersistentVolumeClaim, view: ClaimView): ClaimPlan {
  const name = claim.spec?.volumeName;
  const lost = (what: string): ClaimPlan => ({
    act: "lose",
    note: warning("ClaimLost", `Bound claim has lost ${what}. Data on the volume is lost!`),
  });
  if (!name) return lost("reference to PersistentVolume");
  const volume = view.volume(name);
  if (!volume) return lost("its PersistentVolume");
  const ref = volume.spec?.claimRef;
  if (!ref || ref.uid === claim.metadata?.uid) return { act: "bind", volume };
  return { act: "lose", note: warning("ClaimMisbound", "Two claims are bound to the same volume, this one is bound incorrectly") };
}

export type VolumePlan =
  | { readonly act: "phase"; readonly phase: "Available" | "Bound" }
  /** Its claim has gone: the reclaim policy's turn. */
  | { readonly act: "reclaim" }
  | { readonly act: "unbind" }
  | { readonly act: "warn"; readonly volume: Note; readonly claim: Note }
  /** The claim's turn will bind it. */
  | { readonly act: "wait" };

/** `claim`: the one of the name that the volume has in it. k8s: syncVolume. */
export function planVolume(volume: PersistentVolume, claim: PersistentVolumeClaim | undefined): VolumePlan {
  const ref = volume.spec?.claimRef;
  if (!ref?.uid) return { act: "phase", phase: "Available" };
  if (!claim || claim.metadata?.uid !== ref.uid) return { act: "reclaim" };
  const { volumeName } = claim.spec ?? {};
  if (!volumeName) {
    if (haveSameMode(volume, claim)) return { act: "wait" };
    const why = "due to incompatible volumeMode.";
    const [own, its] = [volume.metadata?.name, claim.metadata?.name].map((name) => JSON.stringify(name));
    return {
      act: "warn",
      volume: warning("VolumeMismatch", `Cannot bind PersistentVolume to requested PersistentVolumeClaim ${its} ${why}`),
      claim: warning("VolumeMismatch", `Cannot bind PersistentVolume ${own} to requested PersistentVolumeClaim ${why}`),
    };
  }
  if (volumeName === volume.metadata?.name) return { act: "phase", phase: "Bound" };
  // The claim found another volume. One that was made for it has no use any more.
  const madeForIt = annotation(volume, PROVISIONED_BY) !== undefined && volume.spec?.persistentVolumeReclaimPolicy === "Delete";
  return { act: madeForIt ? "reclaim" : "unbind" };
}

/** Nothing overwrites that reclaiming has begun or failed. */
export const isReleased = ({ status }: PersistentVolume): boolean => status?.phase === "Released" || status?.phase === "Failed";

/** The policy that a volume without its claim is dealt with by; a driver that took over does it itself. */
export const reclaimPolicyOf = (volume: PersistentVolume): string | undefined =>
  annotation(volume, MIGRATED_TO) ? "Retain" : volume.spec?.persistentVolumeReclaimPolicy;
