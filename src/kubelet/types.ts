import type { Node, Pod } from "../api/index.ts";
import type { Client, EventRecorder, Informers } from "../client/index.ts";
import type { DeviceDriver } from "./dynamic-resources.ts";
import type { NetworkStack, Socket } from "../network/index.ts";
import type { ContainerRuntime } from "../runtime/index.ts";
import type { Cancel, Cause, Clock, Persistent, Random } from "../sim/index.ts";
import type { KubeletReport } from "./pod-workers.ts";

/** The computer a kubelet runs on, as its Node object describes it. */
export interface MachineFacts {
  /** Quantities: "2", "3840Mi". */
  readonly cpu: string;
  readonly memory: string;
  readonly ephemeralStorage?: string;
  /** Most pods it takes; 110 by default in Kubernetes. */
  readonly pods: number;
  readonly zone?: string;
  readonly region?: string;
  readonly addresses: readonly { readonly type: "InternalIP" | "Hostname" | "ExternalIP"; readonly address: string }[];
  readonly podCIDR?: string;
  readonly osImage: string;
  readonly kernelVersion: string;
  readonly containerRuntimeVersion: string;
  /** Of its package, where that may be another than the simulator's own: "v1.36.4". */
  readonly kubeletVersion?: string;
  /** Go's names: "amd64", "linux". */
  readonly architecture: string;
  readonly operatingSystem: string;
  readonly machineID: string;
  readonly systemUUID: string;
  readonly bootID: string;
  readonly labels?: Readonly<Record<string, string>>;
  /** What the machine is called from outside is its cloud's to say (k8s: --cloud-provider=external). */
  readonly externalCloud?: boolean;
  readonly taints?: NonNullable<Node["spec"]>["taints"];
  /** What its kubelet can that not every one can, and pods may need (k8s: component-helpers/nodedeclaredfeatures). */
  readonly declaredFeatures?: readonly string[];
}

/** KubeletConfiguration, the part that is simulated. Times in milliseconds. */
export interface KubeletConfig {
  readonly clusterDNS: readonly string[];
  readonly clusterDomain: string;
  /** The machine's own /etc/resolv.conf, for dnsPolicy Default. */
  readonly resolvConf: { readonly servers: readonly string[]; readonly searches: readonly string[]; readonly options: readonly string[] };
  /** How often volumes are brought up to date; retries never wait longer (k8s: syncFrequency). */
  readonly syncFrequency: number;
  readonly nodeStatusReportFrequency: number;
  readonly leaseDurationSeconds: number;
  readonly leaseRenewInterval: number;
  readonly serializeImagePulls: boolean;
  /** By resource: what pods do not get. */
  readonly kubeReserved: Readonly<Record<string, string>>;
  readonly systemReserved: Readonly<Record<string, string>>;
  /** By signal: a quantity or a percentage below which something is done at once; or after a grace period, a Go duration. */
  readonly evictionHard: Readonly<Record<string, string>>;
  readonly evictionSoft: Readonly<Record<string, string>>;
  readonly evictionSoftGracePeriod: Readonly<Record<string, string>>;
  readonly evictionMinimumReclaim: Readonly<Record<string, string>>;
  /** Seconds that pods get to end under soft thresholds. */
  readonly evictionMaxPodGracePeriod: number;
  /** How long a pressure is reported after it was seen last. */
  readonly evictionPressureTransitionPeriod: number;
  /** Percent of the disk from which images are removed, down to which, and not before they have been there so long. */
  readonly imageGCHighThresholdPercent: number;
  readonly imageGCLowThresholdPercent: number;
  readonly imageMinimumGCAge: number;
  /** Processes that a pod may have. */
  readonly podPidsLimit: number;
  /** Without serializeImagePulls: as many at a time; undefined: no bound. */
  readonly maxParallelImagePulls?: number;
  /** Pulls a second and in a burst; 0: no bound. */
  readonly registryPullQPS: number;
  readonly registryBurst: number;
  /** How long a machine that is shut down waits for its pods, and how much of that is the critical pods' own; 0: not at all. */
  readonly shutdownGracePeriod: number;
  readonly shutdownGracePeriodCriticalPods: number;
}

export const defaultConfig: KubeletConfig = {
  clusterDNS: ["10.96.0.10"],
  clusterDomain: "cluster.local",
  resolvConf: { servers: ["192.0.2.53"], searches: [], options: [] },
  syncFrequency: 60_000,
  nodeStatusReportFrequency: 300_000,
  leaseDurationSeconds: 40,
  leaseRenewInterval: 10_000,
  serializeImagePulls: true,
  kubeReserved: {},
  systemReserved: {},
  // k8s: eviction/defaults_linux.go DefaultEvictionHard.
  evictionHard: {
    "memory.available": "100Mi",
    "nodefs.available": "10%",
    "nodefs.inodesFree": "5%",
    "imagefs.available": "15%",
    "imagefs.inodesFree": "5%",
  },
  evictionSoft: {},
  evictionSoftGracePeriod: {},
  evictionMinimumReclaim: {},
  evictionMaxPodGracePeriod: 0,
  evictionPressureTransitionPeriod: 300_000,
  imageGCHighThresholdPercent: 85,
  imageGCLowThresholdPercent: 80,
  imageMinimumGCAge: 120_000,
  podPidsLimit: 1024,
  registryPullQPS: 5,
  registryBurst: 10,
  shutdownGracePeriod: 0,
  shutdownGracePeriodCriticalPods: 0,
};

/** A token for a pod's service account, as what tells its text when somebody reads it; absent where the cluster cannot issue any. */
export type TokenFor = (pod: Pod, audience: string | undefined, expirationSeconds: number) => Promise<() => string>;

/** A CSI driver's plugin on a node, as the kubelet talks to it (k8s: container-storage-interface spec, Node service). */
export interface CsiPlugin {
  readonly driver: string;
  /** NodeGetInfo. */
  readonly info: {
    readonly nodeID: string;
    readonly maxVolumes?: number;
    /** Labels that the node gets, by which the driver's volumes say where they can be reached. */
    readonly topology?: Readonly<Record<string, string>>;
  };
  /** NodeStageVolume and NodePublishVolume: the id of the machine's volume that it is, or gRPC's words. */
  publish(request: {
    readonly volumeHandle: string;
    readonly attributes: Readonly<Record<string, string>>;
    /** Bytes. */
    readonly capacity: number;
  }): { readonly volume: string } | { readonly refused: string };
  /** NodeExpandVolume: the file system of a published volume fills it; undefined, or gRPC's words. */
  expand(request: { readonly volumeHandle: string; readonly capacity: number }): string | undefined;
}

/** A server of files in the machines' network: the id of the volume that it exports, and its name or address. */
export interface FileServer {
  readonly names: readonly string[];
  readonly volume: string;
}

/** Takes a line of klog's: what it is made of, for whoever reads it; those above the wanted verbosity are nothing. */
export type KubeletLog = (
  verbosity: number,
  severity: "I" | "W" | "E",
  place: string,
  /** Or what it is put together from, as Sprintf does. */
  text: string | readonly [format: string, ...args: string[]],
  fields?: Readonly<Record<string, unknown>>,
) => void;

export interface KubeletOptions {
  readonly nodeName: string;
  readonly machine: MachineFacts;
  readonly client: Client;
  readonly informers: Informers;
  readonly recorder: EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  readonly runtime: ContainerRuntime;
  /** The machine's own network: probes and hooks start here. */
  readonly stack: NetworkStack;
  readonly config?: Partial<KubeletConfig>;
  readonly tokenFor?: TokenFor;
  /** Where what it has to say is kept; absent: nobody could ever read it. */
  readonly log?: KubeletLog;
  /** Where manifests of static pods lie; absent: there are none. */
  readonly staticPodPath?: string | undefined;
  /** What mount.nfs finds where there is such a server; undefined: nobody answers. */
  readonly fileServer?: FileServer;
  /** What each sync of a pod takes longer, in ms: a fault's doing. */
  readonly delay?: () => number;
  /** Plugins of device drivers on this node, by the drivers' names. */
  readonly deviceDrivers?: ReadonlyMap<string, DeviceDriver>;
}

// The API server injects its side of these; shapes are structurally those of apiserver's types (rooms may not import each other).
export interface ByteStream {
  read(): Promise<Uint8Array | null>;
  cancel(): void;
}

export interface Duplex {
  readonly stdin: { write(data: Uint8Array): Promise<void>; close(): void };
  readonly stdout: ByteStream;
  readonly stderr: ByteStream;
  resize(columns: number, rows: number): void;
  readonly status: Promise<object>;
  close(): void;
}

/** A plain answer in place of a stream. */
export interface Refusal {
  readonly status: number;
  readonly body: object | string;
  readonly contentType?: string;
}

export interface LogRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  readonly follow: boolean;
  readonly previous: boolean;
  readonly timestamps: boolean;
  readonly tailLines?: number;
  readonly limitBytes?: number;
  /** Virtual milliseconds. */
  readonly since?: number;
  readonly signal?: AbortSignal;
}

export interface ExecRequest {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** Undefined: attach to the container's main process. */
  readonly command?: readonly string[];
  readonly stdin: boolean;
  readonly stdout: boolean;
  readonly stderr: boolean;
  readonly tty: boolean;
}

export interface Kubelet extends Persistent {
  /** Registers the node and takes up the pods bound to it; `causes`: why it starts. */
  start(causes?: readonly Cause[]): Promise<void>;
  /** Stops the kubelet, not its containers. */
  stop(): void;
  /** Its machine is about to go down: ends its pods, if it was told to; resolves when the machine may go on. */
  shutDown(causes: readonly Cause[]): Promise<void>;
  logs(request: LogRequest): Promise<ByteStream | Refusal>;
  exec(request: ExecRequest): Promise<Duplex | Refusal>;
  /** A connection to a port in a pod. Rejects RuntimeError. */
  portForward(pod: { readonly namespace: string; readonly name: string }, port: number): Promise<Socket>;
  /** A CSI driver announces itself; the answer is how it leaves (k8s: pluginmanager). */
  registerPlugin(plugin: CsiPlugin, causes: readonly Cause[]): Cancel;
  /** What its HTTP server has at a path: `stats/summary`, `metrics/resource`; undefined: nothing. */
  read(path: string): Refusal | undefined;
  report(): KubeletReport;
}
