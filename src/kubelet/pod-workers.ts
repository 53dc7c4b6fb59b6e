import type { Pod } from "../api/index.ts";
import { isStatusError } from "../machinery/index.ts";
import { RuntimeError, type SandboxStatus } from "../runtime/index.ts";
import { mergeCauses, timerCause, type Cause, type Clock } from "../sim/index.ts";
import { gracePeriodOf, isDeleting, uidOf } from "./pod.ts";
import { interrupt, newWorker, type PodWorker, type WorkerRecord } from "./worker.ts";

export interface WorkersHost {
  sync(worker: PodWorker, causes: readonly Cause[]): Promise<void>;
  /** Takes up a pod where it was before a reload; false when something happened that it had not seen. */
  resume(worker: PodWorker): boolean;
  /** It has something to do, or no more. */
  stirred(worker: PodWorker): void;
  /** A pod that is ending gets less time than before. */
  hasten(worker: PodWorker): void;
  /** A newer version of a pod has come. */
  updated(worker: PodWorker, old: Pod, causes: readonly Cause[]): void;
  /** All about a pod is over. */
  forgotten(worker: PodWorker): void;
  /** What each sync takes longer, in ms: a fault's doing. */
  delay?(): number;
  /** Nothing can be done before this is over. */
  blocked?(): Promise<void> | undefined;
}

/** What can be seen of a kubelet's work. */
export interface KubeletReport {
  /** Pods whose sync is due or under way. */
  readonly depth: number;
  /** Pods whose last sync failed. */
  readonly retrying: number;
  readonly reconciles: number;
  readonly errors: number;
  readonly lastError: { readonly message: string; readonly at: number } | undefined;
}

const RETRY = 10_000;

/** One worker a pod UID; each is a queue of at most one sync, run as a turn (k8s: pod_workers.go). */
export class PodWorkers {
  readonly #clock: Clock;
  readonly #host: WorkersHost;
  readonly #workers = new Map<string, PodWorker>();
  /** The newest pod of a name: `namespace/name` to UID. */
  readonly #byKey = new Map<string, string>();
  readonly #failed = new Set<string>();
  #syncs = 0;
  #errors = 0;
  #lastError: KubeletReport["lastError"];
  #stopped = false;

  constructor(clock: Clock, host: WorkersHost) {
    this.#clock = clock;
    this.#host = host;
  }

  get(uid: string): PodWorker | undefined {
    return this.#workers.get(uid);
  }

  named(namespace: string, name: string): PodWorker | undefined {
    return this.#workers.get(this.#byKey.get(`${namespace}/${name}`) ?? "");
  }

  /** A pod as it came; `record` and `sandboxes`: what is left of it from before a reload. */
  add(pod: Pod, causes: readonly Cause[], record?: WorkerRecord, sandboxes: readonly SandboxStatus[] = []): PodWorker {
    const uid = uidOf(pod);
    const worker = newWorker(uid, pod, record);
    worker.sandboxes = [...sandboxes];
    this.#workers.set(uid, worker);
    this.#byKey.set(`${pod.metadata?.namespace}/${pod.metadata?.name}`, uid);
    // Virtual time stood still: what was idle goes on as if nothing had been.
    if (record !== undefined && !record.due && record.phase !== "new") {
      worker.phase = record.phase;
      if (!this.#host.resume(worker)) this.wake(worker, causes);
      else if (record.wakeAt !== Infinity) this.wakeAt(worker, record.wakeAt, "resumed wait", causes);
    } else this.wake(worker, causes);
    return worker;
  }

  /** A newer version of a pod; wakes the worker when it matters to it. */
  update(worker: PodWorker, pod: Pod, causes: readonly Cause[]): void {
    const old = worker.pod;
    worker.pod = pod;
    if (!matters(old, pod)) return;
    this.#host.updated(worker, old, causes);
    this.#endSooner(worker, old);
    this.wake(worker, causes);
  }

  /** A pod is no longer in the API: what is left of it here ends. */
  remove(worker: PodWorker, causes: readonly Cause[]): void {
    const old = worker.pod;
    worker.gone = true;
    this.#endSooner(worker, old);
    this.wake(worker, causes);
  }

  wake(worker: PodWorker, causes: readonly Cause[]): void {
    worker.causes = mergeCauses(worker.causes, causes);
    if (worker.busy) {
      worker.dirty = true;
      return;
    }
    worker.busy = true;
    this.#host.stirred(worker);
    this.#clock.turn(() => this.#run(worker));
  }

  all(): Iterable<PodWorker> {
    return this.#workers.values();
  }

  /** The kubelet itself has decided that a pod ends: what it waits for is waited for no longer. */
  end(worker: PodWorker, causes: readonly Cause[]): void {
    interrupt(worker);
    this.#host.stirred(worker);
    this.wake(worker, causes);
  }

  /** Wakes at a virtual time unless something does so earlier; of several times the earliest counts. */
  wakeAt(worker: PodWorker, at: number, name: string, causes: readonly Cause[]): void {
    const when = Math.ceil(at);
    if (when >= worker.wakeAt) return;
    worker.wakeCancel?.();
    worker.wakeAt = when;
    worker.wakeCancel = this.#clock.timer(when - this.#clock.now(), () => {
      worker.wakeAt = Infinity;
      worker.wakeCancel = undefined;
      this.wake(worker, [timerCause(`kubelet ${name}`, causes)]);
    });
  }

  report(): KubeletReport {
    let depth = 0;
    for (const worker of this.#workers.values()) if (worker.busy) depth++;
    return { depth, retrying: this.#failed.size, reconciles: this.#syncs, errors: this.#errors, lastError: this.#lastError };
  }

  /** The kubelet is gone: what its workers were about is not gone on with. */
  stop(): void {
    this.#stopped = true;
    for (const worker of this.#workers.values()) {
      worker.gone = true;
      interrupt(worker);
      worker.wakeCancel?.();
      worker.deadlineCancel?.();
    }
  }

  #endSooner(worker: PodWorker, old: Pod): void {
    if (!worker.gone && !isDeleting(worker.pod)) return;
    interrupt(worker);
    if (worker.phase === "terminating" && (worker.gone || gracePeriodOf(worker.pod) < gracePeriodOf(old))) this.#host.hasten(worker);
  }

  async #run(worker: PodWorker): Promise<void> {
    if (this.#stopped) return;
    const slow = this.#host.delay?.() ?? 0;
    if (slow > 0) await this.#clock.sleep(slow);
    for (let wait = this.#host.blocked?.(); wait !== undefined; wait = this.#host.blocked?.()) await wait;
    if (this.#stopped) return;
    const { causes } = worker;
    worker.causes = [];
    worker.dirty = false;
    worker.wakeCancel?.();
    worker.wakeCancel = undefined;
    worker.wakeAt = Infinity;
    this.#syncs++;
    try {
      await this.#host.sync(worker, causes);
      if (this.#failed.size > 0) this.#failed.delete(worker.uid);
    } catch (error) {
      if (this.#stopped) return;
      this.#failed.add(worker.uid);
      this.#errors++;
      this.#lastError = { message: error instanceof Error ? error.message : String(error), at: this.#clock.now() };
      this.wakeAt(worker, this.#clock.now() + RETRY, "pod retry", causes);
      if (!isStatusError(error) && !(error instanceof RuntimeError && error.reason === "Unavailable")) {
        worker.busy = false;
        throw error;
      }
    }
    if (this.#stopped) return;
    worker.busy = false;
    this.#host.stirred(worker);
    if (worker.gone && worker.phase === "terminated" && worker.sandboxes.length === 0) return this.#forget(worker);
    if (worker.dirty) this.wake(worker, []);
  }

  #forget(worker: PodWorker): void {
    worker.wakeCancel?.();
    worker.deadlineCancel?.();
    this.#workers.delete(worker.uid);
    this.#failed.delete(worker.uid);
    const key = `${worker.pod.metadata?.namespace}/${worker.pod.metadata?.name}`;
    if (this.#byKey.get(key) === worker.uid) this.#byKey.delete(key);
    this.#host.forgotten(worker);
  }
}

/** Whether a change is more than the echo of the kubelet's own status writes. */
function matters(old: Pod, next: Pod): boolean {
  if (old.spec !== next.spec || isDeleting(old) !== isDeleting(next)) return true;
  const [a, b] = [old.metadata, next.metadata];
  if (a?.labels !== b?.labels || a?.annotations !== b?.annotations || a?.deletionGracePeriodSeconds !== b?.deletionGracePeriodSeconds)
    return true;
  // Readiness gates live in the status.
  return (next.spec?.readinessGates?.length ?? 0) > 0 && old.status?.conditions !== next.status?.conditions;
}
