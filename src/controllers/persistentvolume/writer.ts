import type { KubeObject, PersistentVolume, PersistentVolumeClaim } from "../../api/index.ts";
import { boundVolume } from "../../api/index.ts";
import type { EventRecorder, ReconcileContext } from "../../client/index.ts";
import type { Latest } from "./latest.ts";
import { boundClaim, claimInPhase, unboundVolume, volumeInPhase } from "./transitions.ts";

/** Writes what a turn decided; each step answers the object as it is now, and writes nothing where nothing changes. */
export class Writer {
  readonly #claims: Latest<PersistentVolumeClaim>;
  readonly #volumes: Latest<PersistentVolume>;
  readonly #events: EventRecorder;
  readonly context: ReconcileContext;

  constructor(
    stores: { readonly claims: Latest<PersistentVolumeClaim>; readonly volumes: Latest<PersistentVolume>; readonly events: EventRecorder },
    context: ReconcileContext,
  ) {
    this.#claims = stores.claims;
    this.#volumes = stores.volumes;
    this.#events = stores.events;
    this.context = context;
  }

  event(
    about: KubeObject,
    { type, reason, message }: { readonly type: "Normal" | "Warning"; readonly reason: string; readonly message: string },
  ): void {
    this.#events.event(about, type, reason, message, this.context.causes);
  }

  async claim(before: PersistentVolumeClaim, after: PersistentVolumeClaim): Promise<PersistentVolumeClaim> {
    if (after === before) return before;
    return this.#claims.keep(await this.context.client.update("persistentvolumeclaims", after));
  }

  async volume(before: PersistentVolume, after: PersistentVolume): Promise<PersistentVolume> {
    if (after === before) return before;
    return this.#volumes.keep(await this.context.client.update("persistentvolumes", after));
  }

  async claimPhase(claim: PersistentVolumeClaim, phase: string, volume?: PersistentVolume): Promise<PersistentVolumeClaim> {
    const next = claimInPhase(claim, phase, volume);
    return next === claim ? claim : this.#claims.keep(await this.context.client.update("persistentvolumeclaims", next, "status"));
  }

  async volumePhase(volume: PersistentVolume, phase: string): Promise<PersistentVolume> {
    const next = volumeInPhase(volume, phase);
    return next === volume ? volume : this.#volumes.keep(await this.context.client.update("persistentvolumes", next, "status"));
  }

  /** A volume that could not be reclaimed says so once (k8s: updateVolumePhaseWithEvent). */
  async failed(volume: PersistentVolume, reason: string, message: string): Promise<void> {
    const next = volumeInPhase(volume, "Failed", message);
    if (next === volume) return;
    const written = this.#volumes.keep(await this.context.client.update("persistentvolumes", next, "status"));
    this.event(written, { type: "Warning", reason, message });
  }

  /** First the volume, then the claim: whatever is interrupted can be told from the volume (k8s: bind). */
  async bind(volume: PersistentVolume, claim: PersistentVolumeClaim): Promise<void> {
    const held = await this.volumePhase(await this.volume(volume, boundVolume(volume, claim)), "Bound");
    await this.claimPhase(await this.claim(claim, boundClaim(claim, held.metadata?.name ?? "")), "Bound", held);
  }

  async unbind(volume: PersistentVolume): Promise<void> {
    await this.volumePhase(await this.volume(volume, unboundVolume(volume)), "Available");
  }
}
