import { boundVolume, type Node, type PersistentVolume, type PersistentVolumeClaim, SELECTED_NODE } from "../../../api/index.ts";
import type { Client } from "../../../client/index.ts";
import { notFound } from "../../../machinery/index.ts";
import type { Clock } from "../../../sim/index.ts";
import { BindingFailure, type PodInfo } from "../../types.ts";
import { isReachable, type PodVolumes } from "./find.ts";

/** How often it is looked whether claims are bound, and for how long (k8s: binder.go BindPodVolumes, VolumeBindingArgs). */
const POLL_MS = 1000;

/** What was written to the API for one pod. */
export interface Prebound {
  readonly volumes: readonly PersistentVolume[];
  readonly claims: readonly PersistentVolumeClaim[];
}

export const prebindVolume = ({ claim, volume }: PodVolumes["bindings"][number]): PersistentVolume => boundVolume(volume, claim);

export function prebindClaim(claim: PersistentVolumeClaim, node: string): PersistentVolumeClaim {
  const annotations = { ...claim.metadata?.annotations, [SELECTED_NODE]: node };
  return { ...claim, metadata: { ...claim.metadata, annotations } };
}

export const isFullyBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  (spec?.volumeName ?? "") !== "" && metadata?.annotations?.["pv.kubernetes.io/bind-completed"] !== undefined;

/** What the API says now, without what is assumed. */
export interface Latest {
  pod(key: string): unknown;
  node(name: string): Node | undefined;
  volume(name: string): PersistentVolume | undefined;
  claim(key: string): PersistentVolumeClaim | undefined;
}

/** Writes what was decided, then waits for the volume controller and for provisioners. Throws BindingFailure to try another node. */
export async function bindPodVolumes(o: {
  readonly client: Client;
  readonly clock: Clock;
  readonly latest: Latest;
  readonly pod: PodInfo;
  readonly node: string;
  readonly decided: Prebound;
  readonly timeoutMs: number;
}): Promise<void> {
  const volumes: PersistentVolume[] = [];
  for (const volume of o.decided.volumes) volumes.push(await o.client.update("persistentvolumes", volume));
  const claims: PersistentVolumeClaim[] = [];
  for (const claim of o.decided.claims) claims.push(await o.client.update("persistentvolumeclaims", claim));
  const deadline = o.clock.now() + o.timeoutMs;
  while (o.clock.now() < deadline) {
    await o.clock.sleep(POLL_MS);
    if (o.latest.pod(o.pod.key) === undefined) throw notFound("pods", o.pod.pod.metadata?.name ?? "");
    if (areBound(o.latest, o.node, { volumes, claims })) return;
  }
  throw failure("context deadline exceeded");
}

const failure = (why: string): BindingFailure => new BindingFailure(`running PreBind plugin "VolumeBinding": binding volumes: ${why}`);
const quoted = (text: string | undefined): string => JSON.stringify(text ?? "");
const isOlder = (known: string | undefined, written: string | undefined): boolean => Number(known) < Number(written);

/** Whether all is done; throws when it won't be (k8s: binder.go checkBindings). */
export function areBound(latest: Latest, nodeName: string, written: Prebound): boolean {
  const node = latest.node(nodeName);
  if (node === undefined) throw failure(`failed to get node ${quoted(nodeName)}: node ${quoted(nodeName)} not found`);
  const check = (volume: PersistentVolume): void => {
    if (!isReachable(volume, node))
      throw failure(
        `pv ${quoted(volume.metadata?.name)} node affinity doesn't match node ${quoted(nodeName)}: no matching NodeSelectorTerms`,
      );
  };
  for (const { metadata, spec } of written.volumes) {
    const volume = latest.volume(metadata?.name ?? "");
    if (volume === undefined) throw failure(`failed to check binding: could not find v1.PersistentVolume ${quoted(metadata?.name)}`);
    if (isOlder(volume.metadata?.resourceVersion, metadata?.resourceVersion)) return false;
    check(volume);
    if (!volume.spec?.claimRef?.uid) throw failure(`ClaimRef got reset for pv ${quoted(metadata?.name)}`);
    const key = `${spec?.claimRef?.namespace ?? ""}/${spec?.claimRef?.name ?? ""}`;
    const claim = latest.claim(key);
    if (claim === undefined) throw failure(`failed to check binding: could not find v1.PersistentVolumeClaim ${quoted(key)}`);
    if (!isFullyBound(claim)) return false;
  }
  for (const { metadata } of written.claims) {
    const key = `${metadata?.namespace}/${metadata?.name}`;
    const claim = latest.claim(key);
    if (claim === undefined) throw failure(`failed to check provisioning pvc: could not find v1.PersistentVolumeClaim ${quoted(key)}`);
    if (isOlder(claim.metadata?.resourceVersion, metadata?.resourceVersion)) return false;
    const { annotations } = claim.metadata ?? {};
    if (annotations === undefined) throw failure(`selectedNode annotation reset for PVC ${quoted(metadata?.name)}`);
    // A provisioner that cannot takes the annotation away, for another node to be tried.
    if (annotations[SELECTED_NODE] !== nodeName) throw failure(`provisioning failed for PVC ${quoted(metadata?.name)}`);
    const made = claim.spec?.volumeName ? latest.volume(claim.spec.volumeName) : undefined;
    if (claim.spec?.volumeName && made === undefined) return false;
    if (made !== undefined) check(made);
    if (!isFullyBound(claim)) return false;
  }
  return true;
}
