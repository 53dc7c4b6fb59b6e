import type { KubeObject } from "../../api/index.ts";
import { type Client, createWorkQueue, type EventRecorder, type Informers } from "../../client/index.ts";
import { isConflict, isNotFound, isStatusError } from "../../machinery/index.ts";
import type { Cause, Clock } from "../../sim/index.ts";
import type { DiskCloud } from "./cloud.ts";

/** What each of the driver's sidecars works with. */
export interface SidecarContext {
  readonly clock: Clock;
  readonly client: Client;
  readonly informers: Informers;
  readonly cloud: DiskCloud;
  /** One recorder a component. */
  readonly recorder: (component: string) => EventRecorder;
  readonly identity: string;
  readonly log: (message: string) => void;
}

export interface Turn {
  readonly client: Client;
  readonly causes: readonly Cause[];
}

/** A loop over keys that come from watches. */
export interface Sidecar {
  readonly name: string;
  watch(add: (key: string, causes: readonly Cause[], about: KubeObject) => void): void;
  sync(key: string, turn: Turn): Promise<void>;
}

/** What fails is tried again after a second, then twice as long each time, at most five minutes (k8s-csi: --retry-interval-start and -max). */
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 300_000;
const WORKERS = 10;

/** Runs one sidecar; answers how to stop it. */
export function runSidecar({ clock, client, informers, log }: SidecarContext, sidecar: Sidecar): () => void {
  const failures = new Map<string, number>();
  let stopped = false;
  const queue = createWorkQueue({
    clock,
    name: `${sidecar.name} requeue`,
    workers: WORKERS,
    async process(key, causes) {
      await informers.synced();
      if (stopped) return;
      try {
        await sidecar.sync(key, { client: client.because(causes), causes });
        failures.delete(key);
      } catch (error) {
        if (stopped) return;
        // A newer version is on its way to the informer, or the object has gone.
        if (isStatusError(error) && isNotFound(error)) return void failures.delete(key);
        const n = (failures.get(key) ?? 0) + 1;
        failures.set(key, n);
        const wait = isStatusError(error) && isConflict(error) ? 100 : Math.min(FIRST_RETRY_MS * 2 ** (n - 1), LAST_RETRY_MS);
        log(
          `controller.go:229] "Failed" sidecar="${sidecar.name}" key="${key}" err=${JSON.stringify(error instanceof Error ? error.message : String(error))}`,
        );
        queue.addAfter(key, wait, causes);
      }
    },
  });
  sidecar.watch((key, causes, { metadata }) =>
    // The first list has no revision of its own to name: the object's stands for it.
    queue.add(key, causes.length > 0 ? causes : [{ kind: "revision", revision: Number(metadata?.resourceVersion ?? 1) }]),
  );
  return () => {
    stopped = true;
  };
}

export const withFinalizer = <T extends KubeObject>(object: T, finalizer: string): T =>
  object.metadata?.finalizers?.includes(finalizer)
    ? object
    : { ...object, metadata: { ...object.metadata, finalizers: [...(object.metadata?.finalizers ?? []), finalizer] } };

export const withoutFinalizer = <T extends KubeObject>(object: T, finalizer: string): T =>
  object.metadata?.finalizers?.includes(finalizer)
    ? { ...object, metadata: { ...object.metadata, finalizers: object.metadata.finalizers.filter((f) => f !== finalizer) } }
    : object;
