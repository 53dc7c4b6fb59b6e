import type { KubeObject } from "../api/index.ts";
import { type Client, createWorkQueue, type Informers, type Watch, type WorkQueue } from "../client/index.ts";
import { isConflict, StatusError } from "../machinery/index.ts";
import type { Cancel, Cause, Clock } from "../sim/index.ts";
import type { PacedController } from "./context.ts";
import { createPacer } from "./pace.ts";

/** What can be seen of a running controller. */
export interface ControllerState {
  readonly name: string;
  /** Keys that wait. */
  readonly depth: number;
  /** Keys that failed and wait for their back-off to end. */
  readonly retrying: number;
  readonly reconciles: number;
  readonly errors: number;
  /** Of the last reconcile that failed, whatever came after. */
  readonly lastError: { readonly message: string; readonly at: number } | undefined;
}

export interface RunningController {
  readonly state: ControllerState;
  readonly stop: Cancel;
}

/** Feeds one controller: watches to keys, keys to turns, errors to back-off. */
export function runController(options: {
  readonly controller: PacedController;
  readonly client: Client;
  readonly informers: Informers;
  readonly clock: Clock;
  /** Reconciles at the same time, as --concurrent-<kind>-syncs. */
  readonly workers?: number;
  /** What each reconcile takes longer, in ms: a fault's doing. */
  readonly delay?: () => number;
}): RunningController {
  const { controller, client, informers, clock, workers = controller.workers ?? 5, delay } = options;
  const pacer = controller.pace ? createPacer(clock, controller.pace) : undefined;
  let lastError: ControllerState["lastError"];
  let reconciles = 0;
  let errors = 0;
  let stopped = false;
  // As upstream's WaitForCacheSync: a half-filled cache would have things created twice.
  let synced: Promise<void> | undefined = informers.synced().then(() => {
    synced = undefined;
  });
  const queue: WorkQueue = createWorkQueue({
    clock,
    name: `${controller.name} requeue`,
    workers,
    ...(controller.retry ? { retry: controller.retry } : {}),
    async process(key, causes) {
      if (synced) await synced;
      if (stopped) return;
      const wait = pacer?.take(key, controller.weight?.(key) ?? 1) ?? 0;
      if (wait > 0) return queue.addAfter(key, wait, causes);
      const slow = delay?.() ?? 0;
      if (slow > 0) await clock.sleep(slow);
      if (stopped) return;
      reconciles++;
      try {
        const again = await controller.reconcile(key, { client: client.because(causes), causes });
        queue.forget(key);
        if (typeof again === "number") queue.addAfter(key, again, causes);
      } catch (error) {
        // A conflict only means that a newer version is on its way to the informer.
        if (!(error instanceof StatusError && isConflict(error))) {
          errors++;
          lastError = { message: error instanceof Error ? error.message : String(error), at: clock.now() };
        }
        queue.addRateLimited(key, causes);
      }
    },
  });
  const begin = (watch: Watch): Cancel =>
    informers.of(watch.resource).on((change) => {
      const keys = watch.keys(change as Parameters<typeof watch.keys>[0]);
      if (keys.length === 0) return;
      // The first list is the boot's doing: there is no revision to name, so the objects' own serve.
      const about = (change.object ?? change.old) as KubeObject | undefined;
      const causes: readonly Cause[] =
        change.causes.length > 0 ? change.causes : [{ kind: "revision", revision: Number(about?.metadata?.resourceVersion ?? 1) }];
      const wait = watch.after?.(change as Parameters<typeof watch.keys>[0]) ?? 0;
      for (const key of keys) queue.addAfter(key, wait, causes);
    });
  const cancels = controller.watches.map(begin);
  const more = controller.moreWatches?.(begin);
  return {
    get state() {
      return { name: controller.name, depth: queue.depth, retrying: queue.retrying, reconciles, errors, lastError };
    },
    stop() {
      stopped = true;
      queue.stop();
      for (const cancel of cancels) cancel();
      more?.();
    },
  };
}
