import type { Lease, Node, NodeCondition, NodeStatus } from "../api/index.ts";
import type { Client, EventRecorder } from "../client/index.ts";
import {
  canonicalQuantity,
  deepEqual,
  isAlreadyExists,
  isConflict,
  isNotFound,
  isStatusError,
  milliValue,
  value,
} from "../machinery/index.ts";
import type { ContainerRuntime } from "../runtime/index.ts";
import { rfc3339, rfc3339Micro, timerCause, type Cancel, type Cause, type Clock, type Random } from "../sim/index.ts";
import { amountOf } from "./eviction/thresholds.ts";
import { HEALTHY, networkDown, notReady, runtimeDown, SHUTTING_DOWN, verdictsUnder, type Verdict } from "./node-verdicts.ts";
import type { KubeletConfig, KubeletLog, MachineFacts } from "./types.ts";
import type { VolumesInUse } from "./volumes/in-use.ts";

/** What gRPC says of a socket that nobody listens at. */
const NO_RUNTIME =
  'connection error: desc = "transport: Error while dialing: dial unix /run/containerd/containerd.sock: connect: no such file or directory"';

export const KUBELET_VERSION = "v1.36.2";

/** Until its cloud has said what it knows, a node is for nobody (k8s: cloudproviderapi.TaintExternalCloudProvider). */
const UNINITIALIZED = { key: "node.cloudprovider.kubernetes.io/uninitialized", value: "true", effect: "NoSchedule" } as const;

interface Resources {
  readonly capacity: Readonly<Record<string, string>>;
  readonly allocatable: Readonly<Record<string, string>>;
}

/** What a machine has, and what of it pods may have (k8s: nodestatus/setters.go MachineInfo). */
export function nodeResources(machine: MachineFacts, config: KubeletConfig): Resources {
  const ki = (bytes: number): string => `${Math.floor(bytes / 1024)}Ki`;
  const memory = value(machine.memory);
  const storage = value(machine.ephemeralStorage ?? "100Gi");
  const common = { "hugepages-1Gi": "0", "hugepages-2Mi": "0" };
  const cpu = canonicalQuantity(machine.cpu);
  const pods = String(machine.pods);
  const { kubeReserved, systemReserved, evictionHard } = config;
  const reserved = (name: string): number => value(kubeReserved[name]) + value(systemReserved[name]);
  const kept = (name: string, signal: string, whole: number): number => reserved(name) + amountOf(evictionHard[signal] ?? "0", whole);
  const cpuReserved = milliValue(kubeReserved["cpu"]) + milliValue(systemReserved["cpu"]);
  return {
    capacity: { cpu, "ephemeral-storage": ki(storage), ...common, memory: ki(memory), pods },
    allocatable: {
      cpu: cpuReserved === 0 ? cpu : canonicalQuantity(`${milliValue(cpu) - cpuReserved}m`),
      "ephemeral-storage": String(storage - kept("ephemeral-storage", "nodefs.available", storage)),
      ...common,
      memory: ki(memory - kept("memory", "memory.available", memory)),
      pods,
    },
  };
}

/**
 * What others have advertised in a node's capacity, pods may have too; what they have taken back, no more
 * (k8s: nodestatus/setters.go MachineInfo: extended resources of no device plugin).
 */
export function withAdvertised(own: Resources, said: NodeStatus["capacity"] = {}): Resources {
  const advertised = Object.entries(said).filter(([name]) => !(name in own.capacity));
  if (advertised.length === 0) return own;
  const extended = Object.fromEntries(advertised);
  return { capacity: { ...own.capacity, ...extended }, allocatable: { ...own.allocatable, ...extended } };
}

/** A merge patch of a map that others write to as well; null: nothing to say. */
function mapPatch(now: Readonly<Record<string, string>> = {}, was: Readonly<Record<string, string>> = {}): object | null {
  const gone = Object.keys(was).filter((key) => !(key in now));
  return gone.length === 0 && deepEqual(now, was) ? null : { ...now, ...Object.fromEntries(gone.map((key) => [key, null])) };
}

/** Conditions now; transition times are kept where the status is the same. */
function nodeConditions(
  verdicts: readonly Verdict[],
  old: readonly NodeCondition[] | undefined,
  now: string,
): { readonly conditions: readonly NodeCondition[]; readonly turned: readonly string[] } {
  const turned: string[] = [];
  const conditions = verdicts.map(({ type, status, reason, message, event }) => {
    const was = old?.find((c) => c.type === type);
    if (was?.status !== status) turned.push(event);
    const lastTransitionTime = was?.status === status ? (was.lastTransitionTime ?? now) : now;
    return { type, status, lastHeartbeatTime: now, lastTransitionTime, reason, message };
  });
  return { conditions, turned };
}

/** What the runtime can, which is told by its handlers: the default one, and by name (k8s: nodestatus/setters.go RuntimeHandlers). */
const HANDLER = { recursiveReadOnlyMounts: false, userNamespaces: false };
const RUNTIME: Pick<NodeStatus, "features" | "runtimeHandlers"> = {
  features: { supplementalGroupsPolicy: true },
  runtimeHandlers: [
    { name: "", features: HANDLER },
    { name: "runc", features: HANDLER },
  ],
};

export interface NodeStatusOptions {
  readonly nodeName: string;
  readonly machine: MachineFacts;
  readonly config: KubeletConfig;
  readonly client: Client;
  readonly recorder: EventRecorder;
  readonly runtime: ContainerRuntime;
  readonly clock: Clock;
  readonly random: Random;
  readonly inUse: VolumesInUse;
  readonly log?: KubeletLog;
  /** Conditions of pressure that it reports. */
  readonly pressures: () => readonly string[];
  /** What is looked after every ten seconds besides. */
  readonly housekeep: () => void;
}

/** Registers a Node and keeps its status and Lease alive (k8s: kubelet_node_status.go, component-helpers lease). */
export class NodeStatusManager {
  readonly #o: NodeStatusOptions;
  readonly #own: Resources;
  #node: Node | undefined;
  #status: Cancel | undefined;
  #lease: Cancel | undefined;
  /** It reports within 10 s anyway. */
  #soon = false;
  #stopped = false;
  #leaving = false;
  #looking = false;
  /** The last report did not get through. */
  #overdue = false;
  #heldLease: Lease | undefined;
  #images: NodeStatus["images"];

  constructor(options: NodeStatusOptions) {
    this.#o = options;
    this.#own = nodeResources(options.machine, options.config);
  }

  get #verdicts(): readonly Verdict[] {
    const pressures = this.#o.pressures();
    const down = this.#leaving ? undefined : (runtimeDown(this.#o.runtime, this.#o.clock.now()) ?? networkDown(this.#o.runtime));
    if (this.#leaving || down !== undefined)
      return [...verdictsUnder(pressures).slice(0, -1), down === undefined ? SHUTTING_DOWN : notReady(down)];
    return pressures.length === 0 ? HEALTHY : verdictsUnder(pressures);
  }

  /** Its machine is shutting down: says at once that it is not ready any more. */
  async leaving(causes: readonly Cause[]): Promise<void> {
    this.#leaving = true;
    await this.#report(causes[0] ?? timerCause("kubelet shutdown", []));
  }

  /** The Node as it was when it was last read or written. */
  get known(): Node | undefined {
    return this.#node;
  }

  async refresh(): Promise<void> {
    this.#node = (await this.#read(() => this.#o.client.get("nodes", undefined, this.#o.nodeName))) ?? this.#node;
  }

  /** What events are about: upstream gives the node's name as its uid. */
  get reference(): Node {
    return { apiVersion: "v1", kind: "Node", metadata: { name: this.#o.nodeName, uid: this.#o.nodeName } };
  }

  /** `resumed`: after a reload, in which the kubelet did not start anew. */
  async start(resumed: boolean, causes: readonly Cause[]): Promise<void> {
    if (resumed) {
      this.#node = await this.#read(() => this.#o.client.get("nodes", undefined, this.#o.nodeName));
      this.#heldLease = await this.#readLease("kube-node-lease");
      this.#armStatus();
      this.#armLease();
      return;
    }
    this.#event("Starting", "Starting kubelet.", causes);
    this.#event("NodeAllocatableEnforced", "Updated Node Allocatable limit across pods", causes);
    await this.#register(causes);
    if (this.#stopped) return;
    await this.#renew(causes);
    this.#armStatus();
    this.#armLease();
  }

  stop(): void {
    this.#stopped = true;
    this.#status?.();
    this.#lease?.();
  }

  /** Something in the status changed: report soon. */
  changed(): void {
    if (this.#stopped || this.#soon || this.#status === undefined) return;
    // Upstream looks every 10 s whether there is anything to report.
    this.#soon = true;
    this.#status();
    this.#status = this.#o.clock.timer(10_000, () => void this.#report(timerCause("kubelet node status", [])));
  }

  #event(reason: string, message: string, causes: readonly Cause[]): void {
    this.#o.recorder.event(this.reference, "Normal", reason, message, causes);
  }

  #armStatus(): void {
    const { clock, config, random } = this.#o;
    if (this.#stopped) return;
    this.#status?.();
    const wait = Math.round(config.nodeStatusReportFrequency * (0.9 + random.next() * 0.1));
    this.#status = clock.timer(wait, () => void this.#report(timerCause("kubelet node status", [])));
  }

  #armLease(): void {
    if (this.#stopped) return;
    const { clock, config, random } = this.#o;
    const wait = Math.round(config.leaseRenewInterval * (1 + random.next() * 0.04));
    this.#lease = clock.timer(wait, () => {
      void this.#look();
      void this.#renew([timerCause("kubelet lease renewal", [])]).then(() => this.#armLease());
    });
  }

  /** Every ten seconds: whether the Node still says what its kubelet would say (k8s: syncNodeStatus, nodeStatusHasChanged). */
  async #look(): Promise<void> {
    this.#o.housekeep();
    this.#sayTrouble();
    if (this.#looking) return;
    this.#looking = true;
    const node = await this.#read(() => this.#o.client.get("nodes", undefined, this.#o.nodeName));
    this.#looking = false;
    if (!node || this.#stopped) return;
    this.#node = node;
    const said = node.status?.conditions ?? [];
    const disputed = this.#verdicts.some((verdict) => {
      const there = said.find((c) => c.type === verdict.type);
      return there?.status !== verdict.status || (verdict.reason === "KubeletNotReady" && there.message !== verdict.message);
    });
    const { capacity, allocatable } = this.#resources(node.status);
    const resized = !deepEqual(allocatable, node.status?.allocatable) || !deepEqual(capacity, node.status?.capacity);
    if (disputed || resized || this.#overdue) await this.#report(timerCause("kubelet node status", []));
  }

  /** k8s: kubelet.go updateRuntimeUp, syncLoop. */
  #sayTrouble(): void {
    const { runtime, clock, log } = this.#o;
    if (runtime.trouble?.() === undefined) return;
    const err = `rpc error: code = Unavailable desc = ${NO_RUNTIME}`;
    log?.(0, "E", "kubelet.go:3115", "Container runtime sanity check failed", { err });
    const down = runtimeDown(runtime, clock.now());
    if (down !== undefined) log?.(0, "E", "kubelet.go:2537", "Skipping pod synchronization", { err: down });
  }

  async #register(causes: readonly Cause[]): Promise<void> {
    const { client, clock, nodeName, machine } = this.#o;
    const fresh = this.#initialNode();
    const ref = { name: nodeName };
    this.#o.log?.(0, "I", "kubelet_node_status.go:75", "Attempting to register node", { node: ref });
    for (;;) {
      try {
        this.#node = await client.because(causes).create("nodes", fresh);
        this.#o.log?.(0, "I", "kubelet_node_status.go:78", "Successfully registered node", { node: ref });
        this.#tellVerdicts(causes);
        return;
      } catch (error) {
        if (isAlreadyExists(error)) break;
        if (!isStatusError(error)) throw error;
        this.#o.log?.(0, "E", "kubelet_node_status.go:107", "Unable to register node with API server", { err: error.message, node: ref });
        await clock.sleep(1000);
        if (this.#stopped) return;
      }
    }
    this.#o.log?.(0, "I", "kubelet_node_status.go:124", "Node was previously registered", { node: ref });
    // Upstream works its status out before it finds that there is a Node already.
    this.#tellVerdicts(causes);
    const found = await client.get("nodes", undefined, nodeName);
    const labels = { ...found.metadata?.labels, ...nodeLabels(nodeName, machine) };
    this.#node = deepEqual(labels, found.metadata?.labels)
      ? found
      : await client.because(causes).patch("nodes", undefined, nodeName, "strategic", { metadata: { labels } });
    await this.#report(causes[0] as Cause);
  }

  #tellVerdicts(causes: readonly Cause[]): void {
    for (const { event } of this.#verdicts) this.#event(event, `Node ${this.#o.nodeName} status is now: ${event}`, causes);
  }

  #initialNode(): Node {
    const { nodeName, machine } = this.#o;
    const { podCIDR } = machine;
    const taints = machine.externalCloud ? [...(machine.taints ?? []), UNINITIALIZED] : machine.taints;
    return {
      apiVersion: "v1",
      kind: "Node",
      metadata: {
        name: nodeName,
        labels: nodeLabels(nodeName, machine),
        annotations: { "volumes.kubernetes.io/controller-managed-attach-detach": "true" },
      },
      spec: {
        ...(podCIDR === undefined ? {} : { podCIDR, podCIDRs: [podCIDR] }),
        ...(taints === undefined || taints.length === 0 ? {} : { taints }),
      },
      status: this.#currentStatus(undefined).status,
    };
  }

  #resources(said: NodeStatus | undefined): Resources {
    return withAdvertised(this.#own, said?.capacity);
  }

  #currentStatus(old: NodeStatus | undefined): { readonly status: NodeStatus; readonly turned: readonly string[] } {
    const { machine, runtime, clock } = this.#o;
    const { conditions, turned } = nodeConditions(this.#verdicts, old?.conditions, rfc3339(clock.now()));
    const images = runtime
      .images()
      .map(({ names, imageRef, size }) => ({ names: names.includes(imageRef) ? names : [imageRef, ...names], sizeBytes: size }))
      .sort((a, b) => b.sizeBytes - a.sizeBytes)
      .slice(0, 50);
    this.#images = deepEqual(images, this.#images) ? this.#images : images;
    const { osImage, kernelVersion, containerRuntimeVersion, architecture, operatingSystem, machineID, systemUUID, bootID } = machine;
    return {
      turned,
      status: {
        ...this.#resources(old),
        conditions,
        addresses: nodeAddresses(machine, old?.addresses),
        daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
        nodeInfo: {
          machineID,
          systemUUID,
          bootID,
          kernelVersion,
          osImage,
          containerRuntimeVersion,
          kubeletVersion: machine.kubeletVersion ?? KUBELET_VERSION,
          kubeProxyVersion: "",
          operatingSystem,
          architecture,
        },
        ...(images.length === 0 ? {} : { images: this.#images }),
        ...RUNTIME,
        ...(machine.declaredFeatures ? { declaredFeatures: machine.declaredFeatures } : {}),
      },
    };
  }

  /** Writes the status: on a change, and every five minutes. */
  async #report(cause: Cause): Promise<void> {
    const { client, nodeName, inUse } = this.#o;
    this.#soon = false;
    try {
      const current = await client.get("nodes", undefined, nodeName);
      const { status, turned } = this.#currentStatus(current.status);
      const changed: { -readonly [K in keyof NodeStatus]?: NodeStatus[K] } = { conditions: status.conditions };
      for (const key of ["capacity", "allocatable"] as const) {
        const patch = mapPatch(status[key], current.status?.[key]);
        if (patch !== null) Object.assign(changed, { [key]: patch });
      }
      for (const key of ["addresses", "daemonEndpoints", "nodeInfo", "images", "features", "runtimeHandlers"] as const)
        if (!deepEqual(status[key], current.status?.[key])) Object.assign(changed, { [key]: status[key] ?? null });
      const volumesInUse = inUse.names(current.status?.volumesInUse ?? []);
      if (!deepEqual(volumesInUse, current.status?.volumesInUse ?? []))
        Object.assign(changed, { volumesInUse: volumesInUse.length === 0 ? null : volumesInUse });
      this.#node = await client.because([cause]).patch("nodes", undefined, nodeName, "strategic", { status: changed }, "status");
      inUse.reported(volumesInUse);
      this.#overdue = false;
      const { bootID } = status.nodeInfo ?? {};
      if (current.status?.nodeInfo?.bootID && current.status.nodeInfo.bootID !== bootID) {
        const message = `Node ${nodeName} has been rebooted, boot id: ${bootID}`;
        this.#o.recorder.event(this.reference, "Warning", "Rebooted", message, [cause]);
      }
      if (turned.includes("NodeNotReady"))
        this.#o.log?.(0, "I", "setters.go:618", "Node became not ready", {
          node: { name: nodeName },
          condition: status.conditions?.find((c) => c.type === "Ready"),
        });
      for (const event of turned) this.#event(event, `Node ${nodeName} status is now: ${event}`, [cause]);
    } catch (error) {
      if (!isStatusError(error)) throw error;
      this.#o.log?.(0, "E", "kubelet_node_status.go:549", "Error updating node status, will retry", {
        err: `error getting node "${nodeName}": ${error.message}`,
      });
      // A Node that was deleted comes back when its kubelet starts again, not before.
      this.#overdue = !isNotFound(error);
    } finally {
      if (!this.#soon) this.#armStatus();
    }
  }

  async #renew(causes: readonly Cause[]): Promise<void> {
    const { client, clock, config, nodeName } = this.#o;
    const namespace = "kube-node-lease";
    const spec = { holderIdentity: nodeName, leaseDurationSeconds: config.leaseDurationSeconds, renewTime: rfc3339Micro(clock.now()) };
    const stamped = client.because(causes);
    const metadata = {
      name: nodeName,
      namespace,
      ownerReferences: [{ apiVersion: "v1", kind: "Node", name: nodeName, uid: this.#node?.metadata?.uid ?? "" }],
    };
    for (let attempt = 0; attempt < 5; attempt++) {
      try {
        this.#heldLease =
          this.#heldLease === undefined
            ? await stamped.create("leases", { apiVersion: "coordination.k8s.io/v1", kind: "Lease", metadata, spec })
            : await stamped.update("leases", { ...this.#heldLease, spec });
        return;
      } catch (error) {
        if (isNotFound(error)) this.#heldLease = undefined;
        else if (isAlreadyExists(error) || isConflict(error)) this.#heldLease = await this.#readLease(namespace);
        else if (isStatusError(error)) return this.#o.log?.(0, "E", "controller.go:195", "Failed to update lease", { err: error.message });
        else throw error;
      }
      // A lease belongs to its Node: none is made while that is gone (k8s: newLeasePostProcessFunc).
      if (this.#heldLease === undefined && !(this.#node = await this.#read(() => client.get("nodes", undefined, nodeName)))) return;
    }
  }

  #readLease(namespace: string): Promise<Lease | undefined> {
    return this.#read(() => this.#o.client.get("leases", namespace, this.#o.nodeName));
  }

  async #read<T>(get: () => Promise<T>): Promise<T | undefined> {
    try {
      return await get();
    } catch (error) {
      if (isStatusError(error)) return undefined;
      throw error;
    }
  }
}

/** Its own, or what a cloud has given it; until it has, the host's name alone (k8s: nodestatus.NodeAddress). */
function nodeAddresses({ addresses, externalCloud }: MachineFacts, old: NodeStatus["addresses"]): NodeStatus["addresses"] {
  if (!externalCloud) return addresses;
  return old?.length ? old : addresses.filter((a) => a.type === "Hostname");
}

function nodeLabels(nodeName: string, machine: MachineFacts): Readonly<Record<string, string>> {
  const { architecture, operatingSystem, zone, region } = machine;
  return {
    ...machine.labels,
    "beta.kubernetes.io/arch": architecture,
    "beta.kubernetes.io/os": operatingSystem,
    "kubernetes.io/arch": architecture,
    "kubernetes.io/hostname": nodeName,
    "kubernetes.io/os": operatingSystem,
    ...(zone === undefined ? {} : { "topology.kubernetes.io/zone": zone }),
    ...(region === undefined ? {} : { "topology.kubernetes.io/region": region }),
  };
}
