import type { KubeObject } from "../api/index.ts";
import { type Client, createWorkQueue, type Informers, type Watch, type WorkQueue } from "../client/index.ts";
import { isConflict, StatusError } from "../machinery/index.ts";
import type { Cancel, Cause, Clock } from "../sim/index.ts";
import type { PacedController } from "./context.ts";
import { createPacer } from "./pace.ts";

/** What can be seen of a running controller. */
interface ControllerState {
  readonly name: string;
  readonly depth: number;
  readonly lastError: string | undefined;
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
}): RunningController {
  const { controller, client, informers, clock, workers = controller.workers ?? 5 } = options;
  const pacer = controller.pace ? createPacer(clock, controller.pace) : undefined;
  let lastError: string | undefined;
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
      try {
        const again = await controller.reconcile(key, { client: client.because(causes), causes });
        queue.forget(key);
        lastError = undefined;
        if (typeof again === "number") queue.addAfter(key, again, causes);
      } catch (error) {
        // A conflict only means that a newer version is on its way to the informer.
        if (!(error instanceof StatusError && isConflict(error))) lastError = error instanceof Error ? error.message : String(error);
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
      return { name: controller.name, depth: queue.depth, lastError };
    },
    stop() {
      stopped = true;
      for (const cancel of cancels) cancel();
      more?.();
    },
  };
}
