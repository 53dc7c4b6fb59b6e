import type { Pod } from "../api/index.ts";
import { milliValue } from "../machinery/index.ts";
import type { SandboxStatus } from "../runtime/index.ts";
import { timerCause, type Cancel, type Cause } from "../sim/index.ts";
import { Backoff } from "./kuberuntime/backoff.ts";
import { removeSandboxes } from "./kuberuntime/sandbox.ts";
import { nodeResources, NodeStatusManager } from "./node-status.ts";
import { NodeRoom } from "./node-room.ts";
import { ObjectReader } from "./objects.ts";
import { PodSyncer } from "./pod-syncer.ts";
import { PodWorkers } from "./pod-workers.ts";
import { fieldPathOf, findContainer, formatPod, uidOf } from "./pod.ts";
import { runProbe } from "./prober/probe.ts";
import { ProbeManager } from "./prober/prober.ts";
import { createEviction, type Active } from "./eviction/pods.ts";
import type { EvictionManager, EvictionState } from "./eviction/manager.ts";
import { ImageCollector, type ImageRecords } from "./image-gc/image-gc.ts";
import { Preemption } from "./preemption/preemption.ts";
import { ShutdownManager, TURNED_AWAY } from "./shutdown/shutdown.ts";
import { allocatedPod, PodResizer } from "./resize/resizer.ts";
import { isMirror, keyOf, StaticPods } from "./static-pods.ts";
import { StatusManager } from "./status-manager.ts";
import { podSessions } from "./streaming/pod-sessions.ts";
import { defaultConfig, type Kubelet, type KubeletOptions, type Refusal } from "./types.ts";
import { readEndpoint } from "./endpoints.ts";
import { serveKubelet } from "./server.ts";
import { deviceEnvironment, prepareClaims } from "./dynamic-resources.ts";
import { Summary } from "./summary.ts";
import { UsageReader } from "./usage.ts";
import { createImageManager } from "./pulls/manager.ts";
import { CsiPlugins } from "./volumes/csi-plugins.ts";
import { VolumeManager } from "./volumes/volume-manager.ts";
import { sayEvent, sayStarted, sayStarting, sayUnhealthy, syncLoop } from "./logging.ts";
import { runtimeDown } from "./node-verdicts.ts";
import { type PodWorker, recordOf, type WorkerRecord } from "./worker.ts";

/** A kubelet: everything a node does for its pods. Injected once, started after `restore`. */
export function createKubelet(options: KubeletOptions): Kubelet {
  const { nodeName, machine, client, informers, recorder, clock, random, runtime, stack, tokenFor, log } = options;
  const config = { ...defaultConfig, ...options.config };
  const { deviceDrivers = new Map() } = options;
  const { allocatable } = nodeResources(machine, config);
  const hostIPs = machine.addresses.filter((a) => a.type === "InternalIP").map((a) => a.address);
  const backoff = new Backoff();
  const objects = new ObjectReader(client, clock);
  const images = createImageManager({ runtime, clock, client, config });
  const csi = new CsiPlugins({ nodeName, client, clock });
  const volumes = new VolumeManager({
    nodeName,
    client,
    csi,
    fileServer: options.fileServer,
    runtime,
    clock,
    objects,
    tokens: tokenFor,
    allocatable,
    config,
  });
  const statuses = new StatusManager(client, clock);
  const { inUse } = volumes;
  const node = new NodeStatusManager({
    nodeName,
    machine,
    config,
    client,
    recorder,
    runtime,
    clock,
    random,
    inUse,
    ...(log && { log }),
    pressures: () => eviction.conditions,
    housekeep() {
      eviction.synchronize();
      collector.housekeep();
    },
  });
  const services = informers.of("services");
  const usage = new UsageReader(runtime, clock);
  const summary = new Summary({ nodeName, usage, runtime, pod: (uid) => workerPod(uid) });
  let startedAt: number | undefined;
  let stopped = false;

  const room = new NodeRoom(allocatable, machine.pods, () => {
    const { known } = node;
    return { pressure: eviction.conditions, ...(known ? { node: known } : {}) };
  });
  const changed = new Set<string>();
  const forgotten = new Set<string>();

  // --- what the node is short of ---
  const collector = new ImageCollector({
    clock,
    recorder,
    runtime,
    config,
    node: () => node.reference,
    changed: () => node.changed(),
    noted: () => changed.add(PRESSURE_RECORD),
  });
  const eviction: EvictionManager<Active> = createEviction({
    clock,
    recorder,
    runtime,
    config,
    node: () => node.reference,
    workers: () => workers.all(),
    wake: (worker, causes) => workers.end(worker, causes),
    reclaimImages: () => collector.removeUnused(),
    changed: () => changed.add(PRESSURE_RECORD),
  });

  const shutdown: ShutdownManager = new ShutdownManager({
    clock,
    recorder,
    config,
    node: () => node.reference,
    workers: () => workers.all(),
    end: (worker, causes) => workers.end(worker, causes),
    report: (causes) => node.leaving(causes),
  });

  const preemption = new Preemption({ recorder, room, workers: () => workers.all(), end: (worker, causes) => workers.end(worker, causes) });

  // --- what outlives a reload ---
  let saved: ReadonlyMap<string, unknown> = new Map();
  let registered = false;
  let pullsChanged = false;
  const record = (worker: PodWorker): WorkerRecord =>
    recordOf(worker, {
      inUse: inUse.of(worker.uid),
      probes: probes.states(worker.uid),
      crash: (name) => backoff.entry(`${worker.uid}/${name}`),
    });

  const processCause = (pid: number, what: string): Cause => ({ kind: "process", machine: nodeName, pid, what });
  const probeEvent = (pod: Pod, name: string, reason: string, message: string): void => {
    const found = findContainer(pod, name);
    if (found === undefined) return;
    const pid = runtime.status(workers.get(uidOf(pod))?.observed.containers.get(name)?.latest.id ?? "")?.pid ?? 0;
    recorder.event(pod, "Warning", reason, message, [processCause(pid, "probe")], { fieldPath: fieldPathOf(found.kind, name) });
  };
  const probes: ProbeManager = new ProbeManager(clock, {
    target(pod, container) {
      const worker = workers.get(uidOf(pod));
      const id = worker?.observed.containers.get(container)?.latest.id;
      const status = id === undefined ? undefined : runtime.status(id);
      if (worker === undefined || status === undefined) return undefined;
      const hostNetwork = worker.pod.spec?.hostNetwork === true;
      return { status, podIP: (hostNetwork ? hostIPs[0] : worker.observed.sandbox?.ip) ?? "" };
    },
    run: (_pod, container, probe, id, podIP) => runProbe({ clock, stack, runtime }, probe, { container, id, podIP }),
    unhealthy(pod, name, message) {
      if (log !== undefined) sayUnhealthy(log, pod, name, message);
      probeEvent(pod, name, "Unhealthy", message);
    },
    warning: (pod, name, message) => probeEvent(pod, name, "ProbeWarning", message),
    changed(uid) {
      changed.add(uid);
      const worker = workers.get(uid);
      if (worker !== undefined) workers.wake(worker, [processCause(0, `probe of ${formatPod(worker.pod)}`)]);
    },
    progressed: (uid) => changed.add(uid),
  });

  const resizer: PodResizer = new PodResizer({
    clock,
    recorder,
    runtime,
    exchange: (pod) => room.exchange(pod),
    wake: (worker, causes) => workers.wake(worker, causes),
    changed: (worker) => changed.add(worker.uid),
  });
  const syncer = new PodSyncer({
    nodeName,
    hostIPs,
    client,
    recorder,
    clock,
    random,
    runtime,
    stack,
    config,
    backoff,
    images,
    volumes,
    probes,
    statuses,
    resizer,
    deviceDrivers,
    ...(log && { log }),
    async deviceEnvironment(pod, container) {
      const ready = await prepareClaims(client, pod, deviceDrivers);
      return typeof ready === "string" ? {} : deviceEnvironment(ready, container);
    },
    environment: {
      objects,
      services: (namespace) => services.by("namespace", namespace),
      allocatable,
      fileIn: (...at) => volumes.fileIn(...at),
    },
    admit(pod, causes) {
      if (shutdown.begun) return TURNED_AWAY;
      const rejection = room.admit(pod);
      const making = rejection === null ? undefined : preemption.makeRoom(pod, causes);
      if (making !== undefined) return making;
      // Its labels may have changed since they were read last (k8s: predicate.go Admit, getNodeAnyWay without the cache).
      return rejection?.reason === "NodeAffinity" ? node.refresh().then(() => room.admit(pod)) : rejection;
    },
    release(uid) {
      room.release(uid);
      preemption.released(uid);
      resizer.retry([processCause(0, "a pod has ended")]);
    },
    wakeAt: (worker, at, name, causes) => workers.wakeAt(worker, at, name, causes),
    changed: (worker) => changed.add(worker.uid),
  });
  const workers: PodWorkers = new PodWorkers(clock, {
    sync: (worker, causes) => syncer.sync(worker, causes),
    resume: (worker) => syncer.resume(worker),
    stirred: (worker) => changed.add(worker.uid),
    hasten: (worker) => syncer.hasten(worker),
    updated: (worker, old, causes) => resizer.updated(worker, old, causes),
    ...(options.delay ? { delay: options.delay } : {}),
    // Nothing is done for pods while there is nobody to do it (k8s: kubelet.go syncLoop, runtimeState.runtimeErrors).
    blocked: () => (runtimeDown(runtime, clock.now()) === undefined ? undefined : runtime.trouble?.()?.over),
    forgotten(worker) {
      statuses.forget(worker.uid);
      probes.remove(worker.uid);
      resizer.forget(worker);
      room.release(worker.uid);
      preemption.released(worker.uid);
      changed.delete(worker.uid);
      forgotten.add(worker.uid);
      statics.ended(keyOf(worker.pod), [processCause(0, `end of ${formatPod(worker.pod)}`)]);
    },
  });

  /** Sandboxes that outlived a reload and have found no pod yet, by pod UID. */
  const left = new Map<string, SandboxStatus[]>();
  const adopt = (pod: Pod, causes: readonly Cause[]): void => {
    const uid = uidOf(pod);
    const record = saved.get(uid) as WorkerRecord | undefined;
    const sandboxes = left.get(uid) ?? [];
    left.delete(uid);
    statuses.observe(pod);
    for (const [name, entry] of record?.crashes ?? []) backoff.restore(`${uid}/${name}`, entry);
    inUse.restore(uid, record?.inUse ?? []);
    const worker = workers.add(pod, causes, record, sandboxes);
    if (sandboxes.length === 0) return;
    resizer.adopt(worker, causes);
    room.take(allocatedPod(worker));
  };

  const workerPod = (uid: string): Pod | undefined => {
    const worker = workers.get(uid);
    return worker && allocatedPod(worker);
  };
  const read = (path: string): Refusal | undefined =>
    readEndpoint(path, {
      machine,
      cores: milliValue(machine.cpu) / 1000,
      config,
      runtime,
      usage,
      summary,
      pod: workerPod,
      pods: () => [...workers.all()].map(({ pod, status }) => (status === undefined ? pod : { ...pod, status })),
      probeMetrics: () => probes.metrics(),
      own: () => ({ nodeName, report: workers.report(), knownPods: room.pods, evictions: eviction.counts, startedAt }),
    });

  const statics = new StaticPods({ ...options, workers, statuses, path: options.staticPodPath, begin: adopt });
  const cancels: Cancel[] = [];
  return {
    name: `kubelet/${nodeName}`,

    async start(started = FIRST) {
      images.onPulled = () => node.changed();
      images.onChange = () => (pullsChanged = true);
      inUse.onChange = () => node.changed();
      inUse.onReported = (uids) => {
        for (const worker of [...uids].map((uid) => workers.get(uid)))
          if (worker?.mounting !== undefined) {
            worker.mounting = { ...worker.mounting, retryAt: clock.now() };
            workers.wake(worker, [timerCause("kubelet node status", [])]);
          }
      };
      const pressure = saved.get(PRESSURE_RECORD) as { eviction: EvictionState; images: ImageRecords } | undefined;
      if (pressure !== undefined) {
        eviction.restore(pressure.eviction);
        collector.restore(pressure.images, clock.now());
      }
      cancels.push(
        runtime.onSystemOom(({ name, pid }) => {
          const message = `System OOM encountered, victim process: ${name}, pid: ${pid}`;
          recorder.event(node.reference, "Warning", "SystemOOM", message, [processCause(pid, "memory")]);
        }),
      );
      startedAt = clock.now();
      const fresh = !saved.has(NODE_RECORD);
      if (fresh && log !== undefined) sayStarting(log, options.staticPodPath);
      for (const sandbox of runtime.sandboxes()) {
        const list = left.get(sandbox.uid);
        if (list === undefined) left.set(sandbox.uid, [sandbox]);
        else list.push(sandbox);
      }
      for (const list of left.values()) list.sort((a, b) => a.attempt - b.attempt);
      cancels.push(
        runtime.on(({ podUid, pid, type, container }) => {
          const worker = workers.get(podUid);
          if (worker === undefined) return;
          if (log !== undefined) sayEvent(log, worker.pod, type, container);
          workers.wake(worker, [processCause(pid, `container ${type}`)]);
        }),
      );
      // A folder needs no API server, which may be among what it has (k8s: config/file.go).
      statics.begin(started);
      await node.start(saved.has(NODE_RECORD), started);
      if (!saved.has(NODE_RECORD)) csi.start();
      if (stopped) return;
      registered = true;
      if (fresh && log !== undefined) sayStarted(log);
      cancels.push(serveKubelet({ nodeName, stack, client, clock, read }));
      const pods = informers.of("pods", { fieldSelector: `spec.nodeName=${nodeName}` });
      await informers.synced();
      cancels.push(
        pods.on(({ object, old, causes }) => {
          const pod = object ?? old;
          if (pod === undefined) return;
          if (isMirror(pod)) return statics.observe(keyOf(pod), object, causes.length > 0 ? causes : started);
          const worker = workers.get(uidOf(pod));
          if (log !== undefined) syncLoop(log, object, old);
          if (object === undefined) {
            if (worker !== undefined) workers.remove(worker, causes);
            return;
          }
          // A new pod of an old name: the old one is gone.
          if (old !== undefined && uidOf(old) !== uidOf(object)) {
            const former = workers.get(uidOf(old));
            if (former !== undefined) workers.remove(former, causes);
          }
          if (worker === undefined) return adopt(object, causes.length > 0 ? causes : started);
          statuses.observe(object);
          workers.update(worker, object, causes);
          // Somebody else wrote what is ours, as node lifecycle does while a node is silent.
          if (worker.status !== undefined && statuses.disputed(worker.uid, worker.status)) workers.wake(worker, causes);
        }),
      );
      for (const pod of pods.list())
        if (isMirror(pod)) statics.observe(keyOf(pod), pod, started);
        else if (workers.get(uidOf(pod)) === undefined) adopt(pod, started);
      statics.start(started);
      for (const list of left.values()) await removeSandboxes(runtime, list);
      left.clear();
      inUse.known = true;
    },

    stop() {
      stopped = true;
      for (const cancel of cancels.splice(0)) cancel();
      statics.stop();
      node.stop();
      eviction.stop();
      csi.stop();
      probes.stop();
      workers.stop();
    },

    shutDown: (causes) => shutdown.shutDown(causes),

    ...podSessions(runtime, workers),

    registerPlugin: (plugin, causes) => csi.register(plugin, causes),

    read,
    report: () => workers.report(),

    drain() {
      const out = new Map<string, unknown>();
      for (const uid of changed) {
        const worker = workers.get(uid);
        if (worker !== undefined) out.set(uid, record(worker));
      }
      if (changed.has(PRESSURE_RECORD)) out.set(PRESSURE_RECORD, { eviction: eviction.save(), images: collector.save() });
      for (const uid of forgotten) out.set(uid, undefined);
      if (registered && !saved.has(NODE_RECORD)) {
        out.set(NODE_RECORD, true);
        saved = new Map([...saved, [NODE_RECORD, true]]);
      }
      if (pullsChanged) out.set(PULLS_RECORD, images.save());
      pullsChanged = false;
      changed.clear();
      forgotten.clear();
      return out;
    },

    restore(records) {
      saved = records;
      images.restore(records.get(PULLS_RECORD));
    },
  };
}

/** The record that says that the node has been registered: after a reload it has not started anew. */
const NODE_RECORD = "node";
/** What the node is short of, and which images it has seen. */
const PRESSURE_RECORD = "pressure";
/** Whose logins have pulled which images (k8s: /var/lib/kubelet/image_manager), and which pulls are held back. */
const PULLS_RECORD = "pulls";
const FIRST: readonly Cause[] = [{ kind: "timer", name: "kubelet start", armedBy: [] }];
