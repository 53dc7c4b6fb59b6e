import type { Client, EventRecorder } from "../../client/index.ts";
import type { Cause, Clock, Random } from "../../sim/index.ts";
import type { PodAddresses } from "../fields.ts";
import { ref } from "../logging.ts";
import type { KubeletConfig, KubeletLog } from "../types.ts";
import type { PodWorker } from "../worker.ts";
import type { MountProblem, VolumeManager } from "./volume-manager.ts";

interface Options {
  readonly volumes: VolumeManager;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: KubeletConfig;
  readonly recorder: EventRecorder;
  readonly client: Client;
  readonly log?: KubeletLog;
  changed(worker: PodWorker): void;
  wakeAt(worker: PodWorker, at: number, name: string, causes: readonly Cause[]): void;
}

/** First and longest wait between attempts to mount a volume (k8s: goroutinemap/exponentialbackoff). */
const FIRST_RETRY = 500;
const LAST_RETRY = 122_000;
/** A pod whose sync failed is synced again after this, and up to half as much more (k8s: pod_workers.go completeWork). */
const POD_RETRY = 10_000;
/** How long upstream waits for a pod's volumes before it complains and begins again (k8s: volumemanager podAttachAndMountTimeout). */
const PATIENCE = 123_000;

/** Whether a pod's volumes are all there; if not it is woken when there is something to try or to say. */
export async function volumesReady(o: Options, worker: PodWorker, addresses: PodAddresses, causes: readonly Cause[]): Promise<boolean> {
  const { pod, mounting } = worker;
  const now = o.clock.now();
  if (mounting === undefined || now >= mounting.retryAt) {
    if (mounting === undefined && worker.sandboxes.length === 0) sayVolumes(o, worker);
    const problems = await o.volumes.mount(pod, addresses);
    if (problems.length === 0) {
      worker.mounting = undefined;
      // Not after a reload, in which everything stayed mounted.
      if (worker.sandboxes.length === 0) await expandVolumes(o, worker, causes);
      return true;
    }
    for (const { message } of problems) o.log?.(0, "E", "nestedpendingoperations.go:348", message, { pod: ref(pod), podUID: worker.uid });
    for (const { kind, message } of problems) if (kind === "failed") o.recorder.event(pod, "Warning", "FailedMount", message, causes);
    const unprocessed = problems.filter((p) => p.kind === "unprocessed");
    if (unprocessed.length > 0)
      o.recorder.event(pod, "Warning", "FailedMount", unable(problems, unprocessed.map((p) => p.message).join("; ")), causes);
    worker.mounting = next(o, mounting, problems, unprocessed.length > 0);
    o.changed(worker);
  }
  const state = worker.mounting;
  if (state === undefined) return true;
  if (now >= state.complainAt) {
    o.recorder.event(pod, "Warning", "FailedMount", unable(state.problems, "context deadline exceeded"), causes);
    worker.mounting = { ...state, complainAt: now + PATIENCE };
  }
  const { retryAt, complainAt } = worker.mounting ?? state;
  o.wakeAt(worker, Math.min(retryAt, complainAt), "volume retry", causes);
  return false;
}

/** k8s: volumemanager/reconciler/reconciler_common.go. */
function sayVolumes({ log }: Options, { pod, uid }: PodWorker): void {
  if (log === undefined) return;
  const about = { pod: ref(pod) };
  for (const { name } of pod.spec?.volumes ?? [])
    log(0, "I", "reconciler_common.go:251", [VERIFYING, name, uid, name, about.pod.name, uid], about);
}
const VERIFYING = 'operationExecutor.VerifyControllerAttachedVolume started for volume "%s" (UniqueName: "%s-%s") pod "%s" (UID: "%s") ';

async function expandVolumes(o: Options, { pod }: PodWorker, causes: readonly Cause[]): Promise<void> {
  for (const { claim, type, reason, message } of await o.volumes.expand(pod, o.client.because(causes)))
    for (const about of [pod, claim]) o.recorder.event(about, type, reason, message, causes);
}

function next(o: Options, before: PodWorker["mounting"], problems: readonly MountProblem[], unprocessed: boolean): PodWorker["mounting"] {
  const now = o.clock.now();
  const failures = (before?.failures ?? 0) + (problems.every((p) => p.kind === "unreported") ? 0 : 1);
  const complainAt = before?.complainAt ?? now + PATIENCE;
  if (unprocessed) return { failures: 0, problems, retryAt: now + POD_RETRY * (1 + o.random.next() * 0.5), complainAt };
  if (failures === 0) return { failures, problems, retryAt: complainAt, complainAt };
  return { failures, problems, retryAt: now + Math.min(FIRST_RETRY * 2 ** (failures - 1), LAST_RETRY), complainAt };
}

/** k8s: volume_manager.go WaitForAttachAndMount, kubelet.go SyncPod. */
function unable(problems: readonly MountProblem[], why: string): string {
  const of = (...kinds: readonly MountProblem["kind"][]): string =>
    problems
      .filter((p) => kinds.length === 0 || kinds.includes(p.kind))
      .map((p) => p.volume)
      .sort()
      .join(" ");
  return `Unable to attach or mount volumes: unmounted volumes=[${of()}], unattached volumes=[${of("unattached", "unreported")}], failed to process volumes=[${of("unprocessed")}]: ${why}`;
}

/** Volumes from the API follow it about once a minute. */
export async function refreshVolumes(o: Options, worker: PodWorker, addresses: PodAddresses, causes: readonly Cause[]): Promise<void> {
  const { volumes, clock, config, random } = o;
  if (!volumes.refreshable(worker.pod)) return;
  const now = clock.now();
  if (now >= worker.nextRefresh) {
    if (worker.nextRefresh !== 0)
      for (const { message } of await volumes.refresh(worker.pod, addresses, config.syncFrequency / 2))
        o.recorder.event(worker.pod, "Warning", "FailedMount", message, causes);
    await expandVolumes(o, worker, causes);
    worker.nextRefresh = now + config.syncFrequency * (1 + random.next() * 0.5);
  }
  o.wakeAt(worker, worker.nextRefresh, "volume refresh", causes);
}
