import { compareQuantities, labelSelector, parseQuantity } from "../../../machinery/index.ts";
import type { PersistentVolume, PersistentVolumeClaim } from "../../generated/types.ts";
import { CLASS_ANNOTATION } from "./modes.ts";

/*
 * How a claim and a volume find each other. The persistent volume controller and the scheduler's VolumeBinding go by the
 * same rules (k8s: component-helpers/storage/volume/pv_helpers.go).
 */

/** On both: the controller chose the partner, not who wrote the object. */
export const BOUND_BY_CONTROLLER = "pv.kubernetes.io/bound-by-controller";
/** On a claim: where its first pod goes, which begins provisioning that waited for it. */
export const SELECTED_NODE = "volume.kubernetes.io/selected-node";

/** The name of its class; none is "". */
export const storageClassOf = ({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string =>
  metadata?.annotations?.[CLASS_ANNOTATION] ?? spec?.storageClassName ?? "";

export const storageOf = (amounts: Readonly<Record<string, string>> | undefined) => parseQuantity(amounts?.["storage"] ?? "0");
const modeOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string => spec?.volumeMode ?? "Filesystem";
const attributesOf = ({ spec }: PersistentVolume | PersistentVolumeClaim): string => spec?.volumeAttributesClassName ?? "";

/** The volume is this claim's, or reserved for a claim of its name (k8s: IsVolumeBoundToClaim). */
export function isBoundTo({ spec }: PersistentVolume, { metadata }: PersistentVolumeClaim): boolean {
  const ref = spec?.claimRef;
  if (!ref || ref.name !== metadata?.name || ref.namespace !== metadata?.namespace) return false;
  return !ref.uid || ref.uid === metadata?.uid;
}

export const haveSameMode = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean => modeOf(volume) === modeOf(claim);

const offersModes = (volume: PersistentVolume, claim: PersistentVolumeClaim): boolean =>
  (claim.spec?.accessModes ?? []).every((mode) => volume.spec?.accessModes?.includes(mode));

/** Why a claim cannot have the volume that it names (k8s: checkVolumeSatisfyClaim). */
export function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string | undefined {
  if (volume.metadata?.deletionTimestamp !== undefined) return `the volume is marked for deletion ${JSON.stringify(volume.metadata.name)}`;
  if (compareQuantities(storageOf(volume.spec?.capacity), storageOf(claim.spec?.resources?.requests)) < 0)
    return "requested PV is too small";
  if (storageClassOf(volume) !== storageClassOf(claim)) return "storageClassName does not match";
  if (attributesOf(volume) !== attributesOf(claim)) return "volumeAttributesClassName does not match";
  if (!haveSameMode(volume, claim)) return "incompatible volumeMode";
  return offersModes(volume, claim) ? undefined : "incompatible accessMode";
}

interface Search {
  /** A volume that nobody reserved is not taken: its pod's node will decide. */
  readonly reservedOnly?: boolean;
  /** Whether the volume can be had where the pod is to go. */
  readonly reachable?: (volume: PersistentVolume) => boolean;
  /** Names of volumes that other claims of the same pod are to get. */
  readonly taken?: ReadonlySet<string>;
}

/**
 * The volume that a claim gets: one that is reserved for it, else the smallest that is large enough; volumes that can
 * be mounted in more ways than asked for come later (k8s: FindMatchingVolume, findByClaim).
 */
export function matchingVolume(
  claim: PersistentVolumeClaim,
  volumes: readonly PersistentVolume[],
  search: Search = {},
): PersistentVolume | undefined {
  const groups = new Map<string, PersistentVolume[]>();
  for (const volume of volumes) {
    if (!offersModes(volume, claim)) continue;
    const modes = [...new Set(volume.spec?.accessModes)].sort().join();
    const group = groups.get(modes);
    if (group) group.push(volume);
    else groups.set(modes, [volume]);
  }
  const byModes = [...groups].sort(([a], [b]) => a.split(",").length - b.split(",").length);
  for (const [, group] of byModes) {
    const found = bestOf(claim, group, search);
    if (found) return found;
  }
  return undefined;
}

function bestOf(claim: PersistentVolumeClaim, volumes: readonly PersistentVolume[], search: Search): PersistentVolume | undefined {
  const { reservedOnly, reachable, taken } = search;
  const wanted = storageOf(claim.spec?.resources?.requests);
  const selector = claim.spec?.selector && labelSelector(claim.spec.selector);
  let best: PersistentVolume | undefined;
  for (const volume of volumes) {
    const { metadata, spec, status } = volume;
    if (taken?.has(metadata?.name ?? "") || metadata?.deletionTimestamp !== undefined) continue;
    const own = isBoundTo(volume, claim);
    if (spec?.claimRef && !own) continue;
    const size = storageOf(spec?.capacity);
    if (compareQuantities(size, wanted) < 0 || !haveSameMode(volume, claim)) continue;
    if (own) return reachable?.(volume) === false ? undefined : volume;
    if (reservedOnly || status?.phase !== "Available") continue;
    if (storageClassOf(volume) !== storageClassOf(claim) || attributesOf(volume) !== attributesOf(claim)) continue;
    if (selector && !selector.matches(metadata?.labels)) continue;
    if (best && compareQuantities(storageOf(best.spec?.capacity), size) <= 0) continue;
    if (reachable?.(volume) !== false) best = volume;
  }
  return best;
}

/** The volume with the claim's name and identity in it; by reference when they are (k8s: GetBindVolumeToClaim). */
export function boundVolume(volume: PersistentVolume, claim: PersistentVolumeClaim): PersistentVolume {
  const { name, namespace, uid, resourceVersion } = claim.metadata ?? {};
  const ref = volume.spec?.claimRef;
  const refers = ref !== undefined && ref.name === name && ref.namespace === namespace && ref.uid === uid;
  const reserved = isBoundTo(volume, claim);
  const { annotations } = volume.metadata ?? {};
  const marked = reserved || annotations?.[BOUND_BY_CONTROLLER] !== undefined;
  if (refers && marked) return volume;
  const claimRef = { kind: "PersistentVolumeClaim", namespace, name, uid, apiVersion: "v1", resourceVersion } as NonNullable<typeof ref>;
  return {
    ...volume,
    metadata: marked ? volume.metadata : { ...volume.metadata, annotations: { ...annotations, [BOUND_BY_CONTROLLER]: "yes" } },
    spec: refers ? volume.spec : { ...volume.spec, claimRef },
  } as PersistentVolume;
}
