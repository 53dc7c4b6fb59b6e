import { isSidecar, type Pod, type Probe } from "../../api/index.ts";
import type { ContainerStatus } from "../../runtime/index.ts";
import type { Cancel, Clock } from "../../sim/index.ts";
import { isDeleting, specOf, uidOf } from "../pod.ts";
import type { AnyContainer } from "../pod.ts";
import { family, labels, type Row } from "../prometheus.ts";
import type { ProbeOutcome } from "./probe.ts";

export type ProbeType = "liveness" | "readiness" | "startup";

/** A probe's progress: what outlives a reload. */
export interface ProbeState {
  readonly type: ProbeType;
  readonly container: string;
  readonly id: string;
  readonly result: ProbeOutcome["result"];
  readonly last: ProbeOutcome["result"];
  readonly run: number;
  readonly due: number;
}

interface Worker {
  readonly type: ProbeType;
  readonly container: AnyContainer;
  readonly probe: Probe;
  readonly owner: PodProbes;
  id: string;
  result: ProbeOutcome["result"];
  last: ProbeOutcome["result"];
  /** How often in a row `last` came. */
  run: number;
  /** Virtual ms of the next attempt; Infinity: none until the container is another one. */
  due: number;
  busy: boolean;
  /** How often which came; made with the first. */
  counts: Map<ProbeOutcome["result"], number> | undefined;
}

interface PodProbes {
  pod: Pod;
  readonly workers: readonly Worker[];
}

export interface ProberHost {
  /** The newest instance of a container, and the pod's address. */
  target(pod: Pod, container: string): { readonly status: ContainerStatus; readonly podIP: string } | undefined;
  run(pod: Pod, container: AnyContainer, probe: Probe, id: string, podIP: string): Promise<ProbeOutcome>;
  unhealthy(pod: Pod, container: string, message: string): void;
  /** A probe succeeded in an odd way. */
  warning(pod: Pod, container: string, message: string): void;
  /** A result changed: the pod is to be synced. */
  changed(uid: string): void;
  /** Progress that is to be stored. */
  progressed(uid: string): void;
}

const INITIAL: Readonly<Record<ProbeType, ProbeOutcome["result"]>> = { liveness: "success", readiness: "failure", startup: "unknown" };
/** Probes run on whole seconds of virtual time, so that all that are due share one timer. */
const GRID = 1000;

/** Runs the probes of a node's pods (k8s: prober/prober_manager.go and worker.go). */
export class ProbeManager {
  readonly #clock: Clock;
  readonly #host: ProberHost;
  readonly #pods = new Map<string, PodProbes>();
  readonly #slots = new Map<number, { readonly workers: Set<Worker>; readonly cancel: Cancel }>();

  constructor(clock: Clock, host: ProberHost) {
    this.#clock = clock;
    this.#host = host;
  }

  /** Takes up a pod's probes; `saved`: where they were before a reload. */
  add(pod: Pod, saved: readonly ProbeState[] = []): void {
    const uid = uidOf(pod);
    const known = this.#pods.get(uid);
    if (known !== undefined) {
      known.pod = pod;
      return;
    }
    const workers: Worker[] = [];
    const owner: PodProbes = { pod, workers };
    const spec = specOf(pod);
    const take = (container: AnyContainer): void => {
      for (const type of ["startup", "readiness", "liveness"] as const) {
        const probe =
          type === "startup" ? container.startupProbe : type === "readiness" ? container.readinessProbe : container.livenessProbe;
        if (probe === undefined) continue;
        const was = saved.find((s) => s.type === type && s.container === container.name);
        const worker: Worker = {
          type,
          container,
          probe,
          owner,
          id: was?.id ?? "",
          result: was?.result ?? INITIAL[type],
          last: was?.last ?? "unknown",
          run: was?.run ?? 0,
          due: Infinity,
          busy: false,
          counts: undefined,
        };
        workers.push(worker);
        if (was !== undefined && was.due !== Infinity) this.#schedule(worker, was.due);
      }
    };
    for (const container of spec.containers) take(container);
    for (const container of spec.initContainers ?? []) if (isSidecar(container)) take(container);
    if (workers.length > 0) this.#pods.set(uid, owner);
  }

  /** Looks at a pod's containers: new instances start from scratch. */
  update(pod: Pod): void {
    const owner = this.#pods.get(uidOf(pod));
    if (owner === undefined) return;
    owner.pod = pod;
    for (const worker of owner.workers) {
      const target = this.#host.target(pod, worker.container.name);
      if (target === undefined || target.status.state !== "running") {
        if (target?.status.state === "exited" && target.status.id === worker.id) {
          worker.result = worker.type === "liveness" ? "success" : "failure";
          this.#unschedule(worker);
        }
        continue;
      }
      if (target.status.id === worker.id) continue;
      worker.id = target.status.id;
      worker.result = INITIAL[worker.type];
      worker.last = "unknown";
      worker.run = 0;
      this.#schedule(worker, (target.status.startedAt ?? this.#clock.now()) + (worker.probe.initialDelaySeconds ?? 0) * 1000);
      this.#host.progressed(uidOf(pod));
    }
  }

  /** Liveness and startup probes end when a pod begins to end. */
  stopLivenessAndStartup(uid: string): void {
    for (const worker of this.#pods.get(uid)?.workers ?? [])
      if (worker.type !== "readiness") {
        worker.result = "success";
        this.#unschedule(worker);
      }
  }

  remove(uid: string): void {
    for (const worker of this.#pods.get(uid)?.workers ?? []) this.#unschedule(worker);
    this.#pods.delete(uid);
  }

  stop(): void {
    for (const { cancel } of this.#slots.values()) cancel();
    this.#slots.clear();
  }

  /** What the probe of a container says; "success" where there is none. */
  result(uid: string, container: string, type: ProbeType, id: string): ProbeOutcome["result"] {
    for (const worker of this.#pods.get(uid)?.workers ?? [])
      if (worker.type === type && worker.container.name === container) return worker.id === id ? worker.result : INITIAL[type];
    return "success";
  }

  states(uid: string): readonly ProbeState[] {
    return (this.#pods.get(uid)?.workers ?? []).map(({ type, container, id, result, last, run, due }) => ({
      type,
      container: container.name,
      id,
      result,
      last,
      run,
      due,
    }));
  }

  /** The kubelet's `/metrics/probes` (k8s: prober/prober_manager.go ProberResults). */
  metrics(): string {
    const rows: Row[] = [];
    for (const { pod, workers } of this.#pods.values())
      for (const { container, type, counts } of workers)
        for (const [result, count] of counts ?? []) {
          const { namespace = "", name = "", uid = "" } = pod.metadata ?? {};
          const whose = { container: container.name, namespace, pod: name, pod_uid: uid };
          rows.push([labels({ ...whose, probe_type: title(type), result: RESULTS[result] }), count]);
        }
    const help = "Cumulative number of a liveness, readiness or startup probe for a container by result.";
    return family("prober_probe_total", "counter", help, rows, "ALPHA");
  }

  #schedule(worker: Worker, at: number): void {
    this.#unschedule(worker);
    const slot = Math.ceil(Math.max(at, this.#clock.now()) / GRID) * GRID;
    worker.due = slot;
    let entry = this.#slots.get(slot);
    if (entry === undefined) {
      const cancel = this.#clock.timer(slot - this.#clock.now(), () => this.#fire(slot));
      this.#slots.set(slot, (entry = { workers: new Set(), cancel }));
    }
    entry.workers.add(worker);
  }

  #unschedule(worker: Worker): void {
    const slot = worker.due;
    worker.due = Infinity;
    const entry = this.#slots.get(slot);
    if (entry === undefined || !entry.workers.delete(worker) || entry.workers.size > 0) return;
    entry.cancel();
    this.#slots.delete(slot);
  }

  #fire(slot: number): void {
    const due = this.#slots.get(slot);
    this.#slots.delete(slot);
    for (const worker of due?.workers ?? []) {
      worker.due = Infinity;
      this.#schedule(worker, slot + (worker.probe.periodSeconds ?? 10) * 1000);
      if (!worker.busy) void this.#attempt(worker);
    }
  }

  async #attempt(worker: Worker): Promise<void> {
    const { pod } = worker.owner;
    const uid = uidOf(pod);
    const { name } = worker.container;
    const target = this.#host.target(pod, name);
    if (target === undefined || target.status.state !== "running" || target.status.id !== worker.id) return;
    if (isDeleting(pod) && worker.type !== "readiness") return;
    // Before startup has succeeded nothing else is probed; after that the startup probe rests.
    const started = this.result(uid, name, "startup", worker.id) === "success";
    if (started === (worker.type === "startup")) {
      if (worker.type === "startup") this.#unschedule(worker);
      return;
    }
    worker.busy = true;
    const { id } = worker;
    const outcome = await this.#run(worker, pod, target.podIP);
    worker.busy = false;
    const counts = (worker.counts ??= new Map());
    counts.set(outcome.result, (counts.get(outcome.result) ?? 0) + 1);
    if (this.#pods.get(uid) !== worker.owner || worker.id !== id || worker.due === Infinity) return;
    if (outcome.result === "unknown") {
      this.#host.unhealthy(pod, name, `${title(worker.type)} probe errored and resulted in unknown state: ${outcome.output}`);
      return;
    }
    if (outcome.warning === true) this.#host.warning(pod, name, `${title(worker.type)} probe warning: ${outcome.output}`);
    if (outcome.result === "failure") this.#host.unhealthy(pod, name, `${title(worker.type)} probe failed: ${outcome.output}`);
    worker.run = worker.last === outcome.result ? worker.run + 1 : 1;
    worker.last = outcome.result;
    const threshold = outcome.result === "failure" ? (worker.probe.failureThreshold ?? 3) : (worker.probe.successThreshold ?? 1);
    if (worker.run <= threshold) this.#host.progressed(uid);
    if (worker.run < threshold) return;
    const changed = worker.result !== outcome.result;
    worker.result = outcome.result;
    if (worker.type !== "readiness" && outcome.result === "failure") {
      // The container is about to be killed: rest until there is another.
      worker.run = 0;
      this.#unschedule(worker);
    }
    if (worker.type === "startup" && outcome.result === "success") {
      this.#unschedule(worker);
      this.#hasten(worker);
    }
    if (changed) this.#host.changed(uid);
  }

  /** Readiness and liveness do not wait for their next tick once a container has started. */
  #hasten(startup: Worker): void {
    for (const other of startup.owner.workers)
      if (other !== startup && other.container === startup.container && other.due !== Infinity) this.#schedule(other, this.#clock.now());
  }

  async #run(worker: Worker, pod: Pod, podIP: string): Promise<ProbeOutcome> {
    try {
      return await this.#host.run(pod, worker.container, worker.probe, worker.id, podIP);
    } catch (error) {
      return { result: "unknown", output: error instanceof Error ? error.message : String(error) };
    }
  }
}

const RESULTS: Readonly<Record<ProbeOutcome["result"], string>> = { success: "successful", failure: "failed", unknown: "unknown" };
const title = (type: ProbeType): string => (type === "liveness" ? "Liveness" : type === "readiness" ? "Readiness" : "Startup");
