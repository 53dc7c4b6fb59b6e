import type { Pod, PodStatus } from "../api/index.ts";
import type { Client, EventRecorder } from "../client/index.ts";
import { formatDuration, isStatusError } from "../machinery/index.ts";
import type { ContainerStatus } from "../runtime/index.ts";
import { parseTime, rfc3339, type Cause, type Clock, type Random } from "../sim/index.ts";
import { pullSecretsOf } from "./credentials/pull-secrets.ts";
import { type DeviceDriver, prepareClaims } from "./dynamic-resources.ts";
import type { PodAddresses } from "./fields.ts";
import { StartFailure } from "./images.ts";
import { computePodActions, hashContainer, type PodActions, type ToStart } from "./kuberuntime/actions.ts";
import type { Backoff } from "./kuberuntime/backoff.ts";
import { killAll, killContainer, type KillOptions, type Victim } from "./kuberuntime/kill.ts";
import { observe, type Instances } from "./kuberuntime/observed.ts";
import { behindAll, mayRestartAll, since, wantsRestartOfAll } from "./kuberuntime/restart-all.ts";
import { createSandbox, removeSandboxes } from "./kuberuntime/sandbox.ts";
import { startContainer, startCreated, type StartDeps } from "./kuberuntime/start.ts";
import { runHook, type HookDeps } from "./lifecycle.ts";
import { fieldPathOf, findContainer, formatPod, gracePeriodOf, isDeleting, isTerminalPhase, nameOf, namespaceOf, specOf } from "./pod.ts";
import type { AnyContainer } from "./pod.ts";
import type { ProbeManager } from "./prober/prober.ts";
import { withRestarts } from "./resize/actions.ts";
import { allocatedPod, type PodResizer } from "./resize/resizer.ts";
import type { Rejection } from "./resources.ts";
import type { StatusManager } from "./status-manager.ts";
import { generateStatus } from "./status/pod-status.ts";
import { sayFailure, sayKilling } from "./logging.ts";
import type { KubeletConfig, KubeletLog } from "./types.ts";
import { refreshVolumes, volumesReady } from "./volumes/pod-volumes.ts";
import { agrees, Interrupted, interruptible, type PodWorker } from "./worker.ts";

export interface SyncerOptions extends StartDeps, HookDeps {
  readonly nodeName: string;
  readonly hostIPs: readonly string[];
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly config: KubeletConfig;
  readonly backoff: Backoff;
  readonly probes: ProbeManager;
  readonly statuses: StatusManager;
  readonly resizer: PodResizer;
  readonly log?: KubeletLog;
  /** Plugins of drivers that have registered on this node. */
  readonly deviceDrivers: ReadonlyMap<string, DeviceDriver>;
  /** Whether the node takes a pod; counts it when it does. */
  admit(pod: Pod, causes: readonly Cause[]): Rejection | null | Promise<Rejection | null>;
  /** A pod stops counting against the node. */
  release(uid: string): void;
  /** Wakes a worker at a virtual time. */
  wakeAt(worker: PodWorker, at: number, name: string, causes: readonly Cause[]): void;
  /** What is stored about a worker changed. */
  changed(worker: PodWorker): void;
}

const RETRY = 10_000;
/** The pause after which upstream's PLEG would have seen what a sync did. */
const RELIST = 1_000;

/** One step of a pod towards what it should be (k8s: kubelet.go SyncPod, SyncTerminatingPod, SyncTerminatedPod). */
export class PodSyncer {
  readonly #o: SyncerOptions;
  constructor(options: SyncerOptions) {
    this.#o = options;
  }

  async sync(worker: PodWorker, causes: readonly Cause[]): Promise<void> {
    if (worker.phase === "terminated") return this.#retire(worker, causes);
    if (worker.gone || isDeleting(worker.pod)) worker.phase = "terminating";
    if (worker.phase === "terminating") return this.#terminate(worker, causes);
    if (worker.phase === "new") {
      worker.startTime ??= rfc3339(this.#o.clock.now());
      const answer =
        worker.verdict === undefined && worker.sandboxes.length === 0 && !isTerminalPhase(worker.pod.status?.phase)
          ? this.#o.admit(worker.pod, causes)
          : null;
      const rejection = answer instanceof Promise ? await answer : answer;
      if (rejection !== null) this.#reject(worker, rejection, causes);
      worker.phase = "syncing";
      this.#o.changed(worker);
    }
    try {
      await this.#syncRunning(worker, causes);
    } catch (error) {
      if (!(error instanceof Interrupted)) throw error;
    }
  }

  /** Takes a pod up after a reload; false when its status does not say what its containers are. */
  resume(worker: PodWorker): boolean {
    const { pod } = worker;
    this.#observe(worker);
    worker.status = pod.status;
    if (worker.phase === "syncing") {
      this.#checkDeadline(worker, []);
      this.#o.probes.add(pod, worker.savedProbes);
      if (isDeleting(pod) || pod.status?.observedGeneration !== pod.metadata?.generation) return false;
    }
    return agrees(worker);
  }

  async #syncRunning(worker: PodWorker, causes: readonly Cause[]): Promise<void> {
    const { pod } = worker;
    const o = this.#o;
    this.#observe(worker);
    this.#checkDeadline(worker, causes);
    o.probes.add(pod, worker.savedProbes);
    o.probes.update(pod);
    o.resizer.check(worker, causes);
    worker.restarting = mayRestartAll(pod) && wantsRestartOfAll(pod, since(worker.observed, worker.behind));
    const status = this.#generate(worker, false);
    o.statuses.set(worker.uid, status, causes);
    await this.#collect(worker);
    if (isTerminalPhase(worker.wantedPhase)) {
      worker.phase = "terminating";
      return this.#terminate(worker, causes);
    }

    if (worker.restarting) await this.#endAll(worker, causes);
    if (!(await volumesReady(o, worker, this.#addresses(worker), causes))) return;
    await refreshVolumes(o, worker, this.#addresses(worker), causes);
    if (worker.gone || isDeleting(worker.pod)) return;
    await this.#lookForPullSecrets(worker, causes);
    const verdicts = (container: string, probe: "liveness" | "startup") => {
      const id = worker.observed.containers.get(container)?.latest.id ?? "";
      return o.probes.result(worker.uid, container, probe, id);
    };
    const given = allocatedPod(worker);
    const actions = computePodActions(given, since(worker.observed, worker.behind), verdicts);
    await this.#act(worker, given, withRestarts(actions, given, o.resizer.changes(worker, given)), causes);
  }

  /** All that runs ends at once, for all to start anew (k8s: KEP-5532, RestartAllContainers). */
  async #endAll(worker: PodWorker, causes: readonly Cause[]): Promise<void> {
    await this.#killRunning(worker, causes, 0);
    this.#observe(worker);
    worker.behind = behindAll(worker.observed);
    worker.restarting = false;
    this.#o.changed(worker);
    this.#o.statuses.set(worker.uid, this.#generate(worker, false), causes);
  }

  /** A Secret that is not there need not matter: the pull is tried (k8s: kubelet_pods.go getPullSecretsForPod). */
  async #lookForPullSecrets({ pod }: PodWorker, causes: readonly Cause[]): Promise<void> {
    if (!specOf(pod).imagePullSecrets?.length) return;
    const { missing } = await pullSecretsOf(this.#o.client, pod);
    if (missing.length === 0) return;
    const message = `Unable to retrieve some image pull secrets (${missing.join(", ")}); attempting to pull the image may not succeed.`;
    this.#o.recorder.event(pod, "Warning", "FailedToRetrieveImagePullSecret", message, causes);
  }

  async #act(worker: PodWorker, pod: Pod, actions: PodActions, causes: readonly Cause[]): Promise<void> {
    const o = this.#o;
    if (actions.killPod) {
      if (actions.createSandbox)
        o.recorder.event(pod, "Normal", "SandboxChanged", "Pod sandbox changed, it will be killed and re-created.", causes);
      await this.#killRunning(worker, causes, undefined);
      await this.#stopSandbox(worker);
    }
    for (const { status, kind, container, message, reason } of actions.kill)
      await interruptible(worker, killContainer(o, pod, { status, kind, container }, this.#killOptions(worker, causes, message, reason)));
    if (worker.gone) return;
    if (actions.createSandbox && !(await this.#prepareClaims(worker, causes))) return;
    if (actions.createSandbox && !(await createSandbox(o, worker, actions.attempt, causes))) return;
    const told = o.resizer.apply(worker, causes);
    let retryAt = told === "unchanged" ? Infinity : o.clock.now() + RETRY;
    let touched = actions.createSandbox || told === "changed";
    for (const start of actions.start) {
      try {
        await this.#start(worker, start, causes, () => (touched = true));
        if (worker.reasons?.delete(start.container.name)) o.changed(worker);
      } catch (error) {
        if (!(error instanceof StartFailure)) throw error;
        if (o.log !== undefined) sayFailure(o.log, pod, start.container.name, error);
        (worker.reasons ??= new Map()).set(start.container.name, { reason: error.reason, message: error.message });
        o.changed(worker);
        const wait = Math.min(error.retryAt === undefined ? RETRY : error.retryAt - o.clock.now(), o.config.syncFrequency);
        retryAt = Math.min(retryAt, o.clock.now() + wait * (1 + o.random.next() * 0.5));
      }
    }
    if (retryAt === Infinity) return;
    o.wakeAt(worker, touched ? o.clock.now() + RELIST : retryAt, touched ? "PLEG relist" : "pod retry", causes);
  }

  /** Devices that the pod has claimed are made ready; it is no error of the sync when they cannot be, and the next one tries again. */
  async #prepareClaims(worker: PodWorker, causes: readonly Cause[]): Promise<boolean> {
    const o = this.#o;
    const { pod } = worker;
    const ready = pod.spec?.resourceClaims?.length ? await prepareClaims(o.client, pod, o.deviceDrivers) : [];
    if (typeof ready !== "string") return true;
    const message = `Failed to prepare dynamic resources: prepare dynamic resources: ${ready}`;
    o.recorder.event(pod, "Warning", "FailedPrepareDynamicResources", message, causes);
    o.wakeAt(worker, o.clock.now() + o.config.syncFrequency * (1 + o.random.next() * 0.5), "pod resync", causes);
    return false;
  }

  async #start(worker: PodWorker, { kind, container }: ToStart, causes: readonly Cause[], touch: () => void): Promise<void> {
    const o = this.#o;
    const pod = allocatedPod(worker);
    const { sandbox } = worker.observed;
    if (sandbox === undefined) return;
    const event = (type: "Normal" | "Warning", reason: string, message: string): void =>
      o.recorder.event(pod, type, reason, message, causes, { fieldPath: fieldPathOf(kind, container.name) });
    const podEvent = (type: "Normal" | "Warning", reason: string, message: string): void =>
      o.recorder.event(pod, type, reason, message, causes);
    const { latest, previous } = worker.observed.containers.get(container.name) ?? NO_INSTANCES;
    let id: string;
    if (latest?.state === "created" && latest.sandbox === sandbox.id) {
      await startCreated(o.runtime, latest.id, event);
      ({ id } = latest);
    } else {
      // One that a probe has just killed is not seen as ended yet; upstream goes by the instance before it, too.
      this.#checkBackoff(worker, container, latest?.state === "exited" ? latest : previous, event);
      const attempt = latest === undefined ? 0 : latest.attempt + 1;
      const proceed = (step: "create" | "start"): void => {
        // A pull that outlasts its pod leads nowhere.
        if (worker.phase !== "syncing" || worker.gone || isDeleting(worker.pod)) throw new Interrupted();
        if (step !== "start") return;
        touch();
        o.resizer.started(worker, container);
      };
      id = await interruptible(
        worker,
        startContainer(o, {
          pod,
          container,
          sandbox,
          attempt,
          addresses: this.#addresses(worker),
          instanceOf: (name) => worker.observed.containers.get(name)?.latest.id,
          event,
          podEvent,
          proceed,
        }),
      );
    }
    const hook = container.lifecycle?.postStart;
    if (hook === undefined) return;
    const failure = await interruptible(worker, runHook(o, hook, { pod, container, id, podIP: this.#podIP(worker), event: podEvent }));
    if (failure === undefined) return;
    event("Warning", "FailedPostStartHook", "PostStartHook failed");
    const status = o.runtime.status(id);
    if (status?.state === "running")
      await killContainer(o, pod, { kind, container, status }, this.#killOptions(worker, causes, "FailedPostStartHook", "other"));
    throw new StartFailure("PostStartHookError", failure);
  }

  /** k8s: kuberuntime_manager.go doBackOff. */
  #checkBackoff(
    worker: PodWorker,
    container: AnyContainer,
    last: ContainerStatus | undefined,
    event: (type: "Warning", reason: string, message: string) => void,
  ): void {
    if (last?.state !== "exited") return;
    const o = this.#o;
    const { name } = container;
    // Another image is another matter (k8s: GetBackoffKey).
    const crash = `${name}/${hashContainer(container)}`;
    const key = `${worker.uid}/${crash}`;
    const ended = last.finishedAt ?? last.createdAt;
    const now = o.clock.now();
    const until = o.backoff.until(key, ended, now);
    if (until !== undefined) {
      event("Warning", "BackOff", `Back-off restarting failed container ${name} in pod ${formatPod(worker.pod)}`);
      const message = `back-off ${formatDuration(o.backoff.delay(key))} restarting failed container=${name} pod=${formatPod(worker.pod)}`;
      throw new StartFailure("CrashLoopBackOff", message, until);
    }
    o.backoff.next(key, ended, now);
    (worker.crashed ??= new Set()).add(crash);
    o.changed(worker);
  }

  // --- ending ---

  async #terminate(worker: PodWorker, causes: readonly Cause[]): Promise<void> {
    const o = this.#o;
    const resumed = worker.endingSince !== undefined;
    if (!resumed) {
      worker.endingSince = o.clock.now();
      o.changed(worker);
    }
    worker.startTime ??= rfc3339(o.clock.now());
    this.#observe(worker);
    o.probes.stopLivenessAndStartup(worker.uid);
    o.statuses.set(worker.uid, this.#generate(worker, false), causes);
    const spent = (o.clock.now() - (worker.endingSince ?? o.clock.now())) / 1000;
    const grace = Math.max(0, Math.min(gracePeriodOf(worker.pod), worker.verdict?.grace ?? Infinity) - spent);
    await this.#killRunning(worker, causes, grace, resumed);
    await this.#stopSandbox(worker);
    o.probes.remove(worker.uid);
    this.#observe(worker);
    worker.phase = "terminated";
    o.release(worker.uid);
    o.volumes.unmount(worker.pod);
    o.statuses.set(worker.uid, this.#generate(worker, true), causes);
    return this.#retire(worker, causes);
  }

  /** A shorter grace period came while a pod was ending already. */
  hasten(worker: PodWorker): void {
    const { runtime, clock } = this.#o;
    const left = Math.max(0, gracePeriodOf(worker.pod) * 1000 - (clock.now() - (worker.endingSince ?? clock.now())));
    for (const { status } of this.#running(worker)) void runtime.stopContainer(status.id, left);
  }

  /** Lets the API forget a pod that has ended, and what is left of it here once it has. */
  async #retire(worker: PodWorker, causes: readonly Cause[]): Promise<void> {
    const o = this.#o;
    if (!worker.gone && isDeleting(worker.pod)) {
      await o.statuses.flushed(worker.uid);
      try {
        await o.client
          .because(causes)
          .delete("pods", namespaceOf(worker.pod), nameOf(worker.pod), { gracePeriodSeconds: 0, preconditions: { uid: worker.uid } });
      } catch (error) {
        if (!isStatusError(error)) throw error;
        if (error.code !== 404 && error.code !== 409) o.wakeAt(worker, o.clock.now() + RETRY, "pod deletion retry", causes);
      }
    }
    if (!worker.gone) return;
    await removeSandboxes(o.runtime, worker.sandboxes);
    worker.sandboxes = [];
    for (const crash of worker.crashed ?? []) o.backoff.forget(`${worker.uid}/${crash}`);
    o.images.forgetPod(worker.uid);
  }

  async #killRunning(worker: PodWorker, causes: readonly Cause[], grace: number | undefined, resumed = false): Promise<void> {
    const options = this.#killOptions(worker, causes, "", "other");
    const victims = this.#running(worker);
    if (victims.length > 0)
      await killAll(this.#o, worker.pod, victims, {
        ...options,
        ...(grace === undefined ? {} : { grace }),
        ...(resumed ? { resumed } : {}),
      });
  }

  #running(worker: PodWorker): readonly Victim[] {
    const victims: Victim[] = [];
    for (const { latest } of worker.observed.containers.values()) {
      const status = this.#o.runtime.status(latest.id);
      if (status === undefined || status.state === "exited") continue;
      const found = findContainer(worker.pod, status.name);
      victims.push({ kind: found?.kind ?? "main", container: found?.container ?? { name: status.name }, status });
    }
    return victims;
  }

  async #stopSandbox(worker: PodWorker): Promise<void> {
    const last = worker.sandboxes.at(-1);
    if (last === undefined || !last.ready) return;
    await this.#o.runtime.stopPodSandbox(last.id);
    worker.sandboxes[worker.sandboxes.length - 1] = { ...last, ready: false };
    this.#observe(worker);
  }

  #killOptions(worker: PodWorker, causes: readonly Cause[], message: string, reason: KillOptions["reason"]): KillOptions {
    const podIP = this.#podIP(worker);
    return {
      ...{ message, reason, podIP },
      podEvent: (type, why, text) => this.#o.recorder.event(worker.pod, type, why, text, causes),
      event: (victim, type, why, text) => {
        if (why === "Killing" && this.#o.log !== undefined) sayKilling(this.#o.log, worker.pod, victim.status);
        this.#o.recorder.event(worker.pod, type, why, text, causes, { fieldPath: fieldPathOf(victim.kind, victim.container.name) });
      },
    };
  }

  /** Of each container that has ended its newest instance is kept, once the status has told of the one before (k8s: pod_container_deletor.go). */
  async #collect(worker: PodWorker): Promise<void> {
    const { runtime } = this.#o;
    for (const { latest, previous } of worker.observed.containers.values())
      if (latest.state === "exited" && previous !== undefined) await runtime.removeContainer(previous.id);
    if (worker.sandboxes.length < 2) return;
    // A sandbox that was replaced goes after the last of its containers (k8s: kuberuntime_gc.go evictSandboxes).
    const newest = worker.sandboxes.at(-1);
    const empty = worker.sandboxes.filter((sandbox) => sandbox !== newest && runtime.containers(sandbox.id).length === 0);
    for (const { id } of empty) await runtime.removePodSandbox(id);
    worker.sandboxes = worker.sandboxes.filter((sandbox) => !empty.includes(sandbox));
  }

  // --- what is ---

  #observe(worker: PodWorker): void {
    const { runtime } = this.#o;
    const [only] = worker.sandboxes;
    const statuses =
      only === undefined
        ? []
        : worker.sandboxes.length === 1
          ? runtime.containers(only.id)
          : worker.sandboxes.flatMap(({ id }) => runtime.containers(id));
    const newest = worker.sandboxes.at(-1);
    // Stopped from outside (crictl stopp), it is to be replaced.
    if (newest?.ready === true && !runtime.sandboxReady(newest.id))
      worker.sandboxes[worker.sandboxes.length - 1] = { ...newest, ready: false };
    worker.observed = observe(worker.sandboxes.at(-1), statuses);
  }

  #podIP(worker: PodWorker): string {
    if (specOf(worker.pod).hostNetwork === true) return this.#o.hostIPs[0] ?? "";
    return worker.sandboxes.at(-1)?.ip ?? "";
  }

  #addresses(worker: PodWorker): PodAddresses {
    const ip = this.#podIP(worker);
    return { podIPs: ip === "" ? [] : [ip], hostIPs: this.#o.hostIPs };
  }

  #generate(worker: PodWorker, ended: boolean): PodStatus {
    const { status, wanted } = generateStatus(worker, {
      old: this.#o.statuses.known(worker.uid),
      runtime: this.#o.runtime,
      probes: this.#o.probes,
      hostIPs: this.#o.hostIPs,
      podIP: this.#podIP(worker),
      now: this.#o.clock.now(),
      ended,
    });
    worker.wantedPhase = wanted;
    worker.status = status;
    return status;
  }

  #reject(worker: PodWorker, { reason, message }: Rejection, causes: readonly Cause[]): void {
    worker.verdict = { phase: "Failed", reason, message: `Pod was rejected: ${message}`, rejected: true };
    this.#o.recorder.event(worker.pod, "Warning", reason, message, causes);
  }

  /** k8s: active_deadline.go. */
  #checkDeadline(worker: PodWorker, causes: readonly Cause[]): void {
    const seconds = specOf(worker.pod).activeDeadlineSeconds;
    if (seconds === undefined || worker.verdict !== undefined || worker.startTime === undefined) return;
    const { clock, recorder } = this.#o;
    const at = parseTime(worker.startTime) + seconds * 1000;
    if (clock.now() < at) {
      worker.deadlineCancel?.();
      worker.deadlineCancel = clock.timer(at - clock.now(), () => this.#o.wakeAt(worker, clock.now(), "active deadline", causes));
      return;
    }
    const message = "Pod was active on the node longer than the specified deadline";
    worker.verdict = { phase: "Failed", reason: "DeadlineExceeded", message };
    recorder.event(worker.pod, "Normal", "DeadlineExceeded", message, causes);
    this.#o.changed(worker);
  }
}

const NO_INSTANCES: Partial<Instances> = {};
