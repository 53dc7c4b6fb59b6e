import type { Pod, PodStatus } from "../api/index.ts";
import type { SandboxStatus } from "../runtime/index.ts";
import type { Cancel, Cause } from "../sim/index.ts";
import type { BackoffEntry } from "./kuberuntime/backoff.ts";
import type { Behind } from "./kuberuntime/restart-all.ts";
import type { Observed } from "./kuberuntime/observed.ts";
import type { ResizeState } from "./resize/allocation.ts";
import type { ProbeState } from "./prober/prober.ts";
import type { WaitReason } from "./status/generate.ts";
import type { MountProblem } from "./volumes/volume-manager.ts";

/** A pod's way through the kubelet (k8s: pod_workers.go): it only ever goes forward. */
type WorkerPhase = "new" | "syncing" | "terminating" | "terminated";

/** What the kubelet itself has decided about a pod. */
export interface Verdict {
  readonly phase: string;
  readonly reason: string;
  readonly message: string;
  /** It never was taken. */
  readonly rejected?: boolean;
  /** Seconds it gets to end, where it is not the pod's own time. */
  readonly grace?: number;
  /** The reason of its condition DisruptionTarget, where it is to have one. */
  readonly disruption?: string;
  /** What that condition says, where it is not the same. */
  readonly disruptionMessage?: string;
}

/** Everything the kubelet holds about one pod. */
export interface PodWorker {
  readonly uid: string;
  /** The newest version known, from the API or from a write's answer. */
  pod: Pod;
  phase: WorkerPhase;
  /** No longer in the API. */
  gone: boolean;
  /** Why it is woken. */
  causes: readonly Cause[];
  /** A turn is queued or running. */
  busy: boolean;
  dirty: boolean;
  /** The next time it is to look again by itself. */
  wakeAt: number;
  wakeCancel: Cancel | undefined;
  deadlineCancel: Cancel | undefined;
  /** All its sandboxes, the newest last. */
  sandboxes: SandboxStatus[];
  observed: Observed;
  /** Made when there are any, as is `crashed`. */
  reasons: Map<string, WaitReason> | undefined;
  /** Containers that a crash back-off entry exists for: "name/hash". */
  crashed: Set<string> | undefined;
  /** A phase the kubelet decided on by itself: rejected, past its deadline. */
  verdict: Verdict | undefined;
  /** The status as last generated. */
  status: PodStatus | undefined;
  /** Its phase but for containers that still run. */
  wantedPhase: string | undefined;
  startTime: string | undefined;
  /** Virtual ms at which ending it began. */
  endingSince: number | undefined;
  /** Ends what is awaited, when the pod is to end; undefined before anything was. */
  waits: (() => void)[] | undefined;
  /** `interrupt` has ended them: nothing long is begun any more. */
  interrupted: boolean;
  /** Volumes that are not there yet, and when to try again and when to complain, in virtual ms. */
  mounting:
    | { readonly failures: number; readonly problems: readonly MountProblem[]; readonly retryAt: number; readonly complainAt: number }
    | undefined;
  nextRefresh: number;
  /** Its resources were asked to change; undefined: it has what it asks for. */
  resize: ResizeState | undefined;
  /** All its containers are being ended to start anew. */
  restarting: boolean;
  /** What ran before they were. */
  behind: Behind | undefined;
  readonly savedProbes: readonly ProbeState[];
}

/** A worker's record across a reload. */
export interface WorkerRecord {
  readonly phase: WorkerPhase;
  /** A sync was due or under way: there is something to do at once. */
  readonly due: boolean;
  readonly wakeAt: number;
  readonly nextRefresh: number;
  readonly mounting: PodWorker["mounting"];
  /** Attachable volumes that it uses. */
  readonly inUse?: readonly string[];
  readonly startTime: string | undefined;
  readonly endingSince: number | undefined;
  readonly verdict: PodWorker["verdict"];
  readonly reasons: readonly (readonly [string, WaitReason])[];
  readonly crashes: readonly (readonly [string, BackoffEntry])[];
  readonly probes: readonly ProbeState[];
  readonly resize?: ResizeState;
  readonly behind?: readonly (readonly [string, number])[];
}

/** What is stored of a worker, with what others hold about its pod. */
export function recordOf(
  worker: PodWorker,
  held: Pick<WorkerRecord, "inUse" | "probes"> & { crash(name: string): BackoffEntry | undefined },
): WorkerRecord {
  const { phase, busy, wakeAt, nextRefresh, mounting, startTime, endingSince, verdict, resize, behind, reasons, crashed } = worker;
  return {
    phase,
    due: busy,
    wakeAt,
    nextRefresh,
    mounting,
    inUse: held.inUse ?? [],
    startTime,
    endingSince,
    verdict,
    ...(resize === undefined ? {} : { resize }),
    ...(behind === undefined ? {} : { behind: [...behind] }),
    reasons: [...(reasons ?? [])],
    crashes: [...(crashed ?? [])].flatMap((name) => {
      const entry = held.crash(name);
      return entry === undefined ? [] : [[name, entry] as const];
    }),
    probes: held.probes,
  };
}

const NOTHING: Observed = { sandbox: undefined, containers: new Map() };

export function newWorker(uid: string, pod: Pod, record: WorkerRecord | undefined): PodWorker {
  return {
    uid,
    pod,
    phase: "new",
    gone: false,
    causes: [],
    busy: false,
    dirty: false,
    wakeAt: Infinity,
    wakeCancel: undefined,
    deadlineCancel: undefined,
    sandboxes: [],
    observed: NOTHING,
    reasons: record?.reasons.length ? new Map(record.reasons) : undefined,
    crashed: record?.crashes.length ? new Set(record.crashes.map(([name]) => name)) : undefined,
    verdict: record?.verdict,
    status: undefined,
    wantedPhase: undefined,
    startTime: record?.startTime ?? pod.status?.startTime,
    endingSince: record?.endingSince,
    waits: undefined,
    interrupted: false,
    mounting: record?.mounting,
    nextRefresh: record?.nextRefresh ?? 0,
    resize: record?.resize,
    restarting: false,
    behind: record?.behind === undefined ? undefined : new Map(record.behind),
    savedProbes: record?.probes ?? [],
  };
}

export class Interrupted extends Error {
  override readonly name = "Interrupted";
}

/** Awaits something long, unless the pod is to end meanwhile: then rejects Interrupted. */
export function interruptible<T>(worker: PodWorker, promise: Promise<T>): Promise<T> {
  const waits = (worker.waits ??= []);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(new Interrupted());
    const over = (): void => {
      const at = waits.indexOf(stop);
      if (at >= 0) waits.splice(at, 1);
    };
    promise.then(
      (value) => {
        over();
        resolve(value);
      },
      (error: unknown) => {
        over();
        reject(error);
      },
    );
    if (worker.interrupted) stop();
    else waits.push(stop);
  });
}

/** The pod is to end, whatever is awaited. */
export function interrupt(worker: PodWorker): void {
  if (worker.waits === undefined) return;
  worker.interrupted = true;
  for (const stop of worker.waits.splice(0)) stop();
}

/** Whether what the API shows of a pod's containers is what they are. */
export function agrees({ pod, observed }: PodWorker): boolean {
  const shown = [
    ...(pod.status?.containerStatuses ?? []),
    ...(pod.status?.initContainerStatuses ?? []),
    ...(pod.status?.ephemeralContainerStatuses ?? []),
  ];
  for (const { latest } of observed.containers.values()) {
    const status = shown.find((s) => s.name === latest.name);
    if (status?.containerID !== `containerd://${latest.id}` || (status.state?.running !== undefined) !== (latest.state === "running"))
      return false;
  }
  return true;
}
