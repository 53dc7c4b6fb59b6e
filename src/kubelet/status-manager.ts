import type { Pod, PodCondition, PodStatus } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import { deepEqual, isConflict, isForbidden, isNotFound, isStatusError } from "../machinery/index.ts";
import { mergeCauses, timerCause, type Cause, type Clock } from "../sim/index.ts";
import { nameOf, namespaceOf, uidOf } from "./pod.ts";
import { DISRUPTION, isOwned } from "./status/conditions.ts";

interface Entry {
  /** The newest version of the pod known to be in the API. */
  pod: Pod;
  pending: PodStatus | undefined;
  causes: readonly Cause[];
  /** The write under way. */
  writing: Promise<void> | undefined;
  /** A static pod that the API does not show yet. */
  unshown?: boolean;
}

/** How long a refused write waits before the next try (k8s: status_manager syncPeriod). */
const RETRY = 10_000;

/** Writes pods' statuses: at most one write of a pod under way, and none that changes nothing (k8s: status/status_manager.go). */
export class StatusManager {
  readonly #client: Client;
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();

  constructor(client: Client, clock: Clock) {
    this.#client = client;
    this.#clock = clock;
  }

  /** Takes in what the API says of a pod now. */
  observe(pod: Pod): void {
    const entry = this.#entries.get(uidOf(pod));
    if (entry === undefined) this.#entries.set(uidOf(pod), { pod, pending: undefined, causes: [], writing: undefined });
    else if (newer(pod, entry.pod)) entry.pod = pod;
  }

  /** The pod in the API that shows a static one; what is to be said waits until there is one. True: it is another than before. */
  mirror(uid: string, mirror: Pod | undefined): boolean {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return false;
    entry.unshown = mirror === undefined;
    if (mirror === undefined) return false;
    const other = uidOf(mirror) !== uidOf(entry.pod);
    if (uidOf(mirror) !== uidOf(entry.pod) || newer(mirror, entry.pod)) entry.pod = mirror;
    if (entry.pending !== undefined) entry.writing ??= this.#write(uid, entry);
    return other;
  }

  /** What the API has. */
  known(uid: string): PodStatus | undefined {
    return this.#entries.get(uid)?.pod.status;
  }

  /** Whether the API says something else about readiness than was written last. */
  disputed(uid: string, status: PodStatus): boolean {
    const entry = this.#entries.get(uid);
    if (entry === undefined || entry.writing !== undefined || entry.pod.status === status) return false;
    return readiness(entry.pod.status) !== readiness(status);
  }

  set(uid: string, status: PodStatus, causes: readonly Cause[]): void {
    const entry = this.#entries.get(uid);
    if (entry === undefined) return;
    if (entry.writing === undefined && entry.unshown !== true && deepEqual(status, entry.pod.status)) return;
    entry.pending = status;
    entry.causes = mergeCauses(entry.causes, causes);
    if (entry.unshown !== true) entry.writing ??= this.#write(uid, entry);
  }

  /** Resolves when all that was set is in the API, or never will be. */
  async flushed(uid: string): Promise<void> {
    await this.#entries.get(uid)?.writing;
  }

  forget(uid: string): void {
    this.#entries.delete(uid);
  }

  async #write(uid: string, entry: Entry): Promise<void> {
    while (entry.pending !== undefined && this.#entries.get(uid) === entry && entry.unshown !== true) {
      const status = entry.pending;
      const { causes } = entry;
      entry.pending = undefined;
      entry.causes = [];
      const next = withForeign(status, entry.pod.status);
      if (deepEqual(next, entry.pod.status)) continue;
      try {
        const written = await this.#client.because(causes).update("pods", { ...entry.pod, status: next }, "status");
        if (newer(written, entry.pod)) entry.pod = written;
      } catch (error) {
        if (isNotFound(error)) break;
        if (!isStatusError(error)) throw error;
        entry.pending ??= status;
        entry.causes = mergeCauses(causes, entry.causes);
        if (isConflict(error)) {
          if (!(await this.#reread(entry))) break;
        } else {
          await this.#clock.sleep(RETRY);
          entry.causes = mergeCauses(entry.causes, [timerCause("kubelet status retry", entry.causes)]);
        }
      }
    }
    entry.writing = undefined;
  }

  /** Reads the pod again after a conflict; false when it is gone. */
  async #reread(entry: Entry): Promise<boolean> {
    try {
      const pod = await this.#client.get("pods", namespaceOf(entry.pod), nameOf(entry.pod));
      if (uidOf(pod) !== uidOf(entry.pod)) return false;
      entry.pod = pod;
      return true;
    } catch (error) {
      // A pod of that name on another node is none of this kubelet's business: its own is gone.
      if (isNotFound(error) || isForbidden(error)) return false;
      throw error;
    }
  }
}

const readiness = (status: PodStatus | undefined): string | undefined => status?.conditions?.find((c) => c.type === "Ready")?.status;

function newer(a: Pod, b: Pod): boolean {
  return Number(a.metadata?.resourceVersion ?? 0) >= Number(b.metadata?.resourceVersion ?? 0);
}

/** What others wrote since the status was generated is kept: conditions, in front as upstream has them, and which claims were made. */
function withForeign(made: PodStatus, current: PodStatus | undefined): PodStatus {
  const claims = current?.resourceClaimStatuses;
  const status = claims === made.resourceClaimStatuses || claims === undefined ? made : { ...made, resourceClaimStatuses: claims };
  const had = (status.conditions ?? []).filter((c) => !isOwned(c.type));
  const disrupted = had.find((c) => c.type === DISRUPTION);
  const foreign = (current?.conditions ?? []).filter((c) => !isOwned(c.type) && (c.type !== DISRUPTION || disrupted === undefined));
  if (disrupted !== undefined) foreign.push(disrupted);
  if (foreign.length === had.length && foreign.every((c, i) => c === had[i])) return status;
  const own: readonly PodCondition[] = (status.conditions ?? []).filter((c) => isOwned(c.type));
  return { ...status, conditions: [...foreign, ...own] };
}
