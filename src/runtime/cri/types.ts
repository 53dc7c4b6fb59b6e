import type { Cancel } from "../../sim/index.ts";
import type { Socket } from "../../network/index.ts";
import type { FileSystem, ImageConfig, RegistryLogin, Signal } from "../types.ts";

// --- CRI: what a kubelet asks of its machine's runtime (k8s: cri-api runtime/v1) ---

export interface SandboxConfig {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  readonly hostname: string;
  readonly hostNetwork: boolean;
  readonly labels: Readonly<Record<string, string>>;
  /** Lines of /etc/resolv.conf. */
  readonly dns: { readonly servers: readonly string[]; readonly searches: readonly string[]; readonly options: readonly string[] };
  readonly hostAliases?: readonly { readonly ip: string; readonly hostnames: readonly string[] }[];
  readonly runtimeHandler?: string;
  /** Its full name where a subdomain gives it one; /etc/hosts shows it. */
  readonly fqdn?: string;
  readonly shareProcessNamespace?: boolean;
  /** Kernel parameters of its own ("net.core.somaxconn"). */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** Of its pod's cgroup. */
  readonly resources?: SandboxResources;
}

/** What a pod's containers may have together; absent: no limit (k8s: cm ResourceConfigForPod). */
export interface SandboxResources {
  /** Bytes. */
  readonly memoryLimit?: number;
  /** Millicores, where they are not what the containers' own limits come to. */
  readonly cpuLimit?: number;
  readonly pidsLimit?: number;
}

/** Whose process numbers a container sees; absent: its own (k8s: cri-api NamespaceMode). A target is a container's id. */
export type PidNamespaceMode = "pod" | "node" | { readonly target: string };

/** A filter of system calls (k8s: cri-api SecurityProfile). `localhost` is a profile's path on the machine. */
export type SeccompMode = "RuntimeDefault" | "Unconfined" | { readonly localhost: string };

export interface Mount {
  readonly containerPath: string;
  readonly volume: Volume;
  readonly subPath?: string;
  readonly readOnly: boolean;
  /** Where it lies on the machine: what refusals name. */
  readonly source?: string;
  /** What is mounted there, where that is a file server's. */
  readonly device?: string;
}

/** A directory tree that outlives containers: emptyDir, hostPath, configMap projections, persistent volumes. */
export interface Volume {
  readonly id: string;
  readonly fs: FileSystem;
  /** How many bytes of files it holds; without it as many as anybody writes. */
  setSize(bytes: number): void;
  /** It is a tmpfs: its files take memory of the containers that write them. */
  keepInMemory(): void;
}

export interface ContainerConfig {
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  readonly workingDir?: string;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly Mount[];
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdinOnce: boolean;
  readonly user?: {
    readonly uid?: number;
    readonly gid?: number;
    readonly groups?: readonly number[];
    /** The image's own groups of that user do not count (supplementalGroupsPolicy Strict). */
    readonly strictGroups?: boolean;
  };
  readonly readOnlyRoot: boolean;
  readonly pidNamespace?: PidNamespaceMode;
  readonly privileged?: boolean;
  /** Beyond the runtime's default set, and less than it; names without CAP_, or ALL. */
  readonly capabilities?: { readonly add?: readonly string[]; readonly drop?: readonly string[] };
  /** No execve gives privileges (allowPrivilegeEscalation false). */
  readonly noNewPrivileges?: boolean;
  /** Absent: unconfined. */
  readonly seccomp?: SeccompMode;
  /** A profile of the machine's own; absent: the runtime's default, or none. */
  readonly appArmor?: { readonly localhost: string };
  /** All of /proc is shown and may be written. */
  readonly unmaskedProc?: boolean;
  /** -1000 to 1000: whom the machine's OOM killer prefers. */
  readonly oomScoreAdj?: number;
  /** Millicores; undefined: no limit. */
  readonly cpuLimit?: number;
  readonly cpuShares: number;
  /** Bytes. */
  readonly memoryLimit?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly terminationMessagePath?: string;
  /** What ends it, in place of what its image says. */
  readonly stopSignal?: Signal;
}

export type ContainerState = "created" | "running" | "exited";

export interface ContainerStatus {
  readonly id: string;
  readonly sandbox: string;
  readonly name: string;
  readonly attempt: number;
  readonly image: string;
  /** repository@sha256:… */
  readonly imageRef: string;
  readonly state: ContainerState;
  readonly createdAt: number;
  readonly startedAt?: number;
  readonly finishedAt?: number;
  readonly exitCode?: number;
  /** "Completed", "Error", "OOMKilled", "StartError", "ContainerCannotRun". */
  readonly reason?: string;
  readonly message?: string;
  readonly pid?: number;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export interface SandboxStatus {
  readonly id: string;
  readonly ready: boolean;
  readonly ip: string;
  readonly createdAt: number;
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly attempt: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ContainerEvent {
  readonly type: "started" | "stopped";
  readonly container: string;
  readonly podUid: string;
  readonly pid: number;
}

export interface LogLine {
  /** Virtual milliseconds, and a sequence within it. */
  readonly at: number;
  readonly stream: "stdout" | "stderr";
  /** With its newline when it ended in one. */
  readonly text: string;
}

/** A daemon of the machine itself: what it does is done elsewhere, and here it has a number, and a process for whoever looks. */
export interface DaemonStart {
  readonly argv: readonly string[];
  /** Bytes. */
  readonly memory: number;
  /** Virtual ms. */
  readonly startedAt: number;
  /** The number it had before a reload. */
  readonly pid?: number;
  /** Somebody has ended it; not told of its own end. */
  onExit(exit: { readonly code: number; readonly signal?: Signal }): void;
}
export interface Daemon {
  readonly pid: number;
  signal(signal: Signal): void;
  /** It has come to its end by itself. */
  end(): void;
}

/** A process attached to streams, for exec and attach. */
export interface ExecSession {
  readonly stdin: { write(data: Uint8Array): Promise<void>; close(): void };
  readonly stdout: { read(): Promise<Uint8Array | null> };
  readonly stderr: { read(): Promise<Uint8Array | null> };
  resize(columns: number, rows: number): void;
  readonly exited: Promise<{ readonly code: number }>;
  kill(): void;
}

/** Refusals carry containerd's wording in `message`. */
export class RuntimeError extends Error {
  override readonly name = "RuntimeError";
  readonly reason: "NotFound" | "InvalidArgument" | "Unknown" | "StartError" | "AlreadyExists" | "Unavailable";
  constructor(reason: RuntimeError["reason"], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** An image on a machine. */
export interface HeldImage {
  /** "sha256:…" of its configuration. */
  readonly id: string;
  /** repository@digest */
  readonly imageRef: string;
  /** "docker.io/library/nginx:latest". */
  readonly names: readonly string[];
  /** Bytes. */
  readonly size: number;
}

/** What a container uses. */
export interface ContainerUse {
  /** Milliseconds since it started. */
  readonly cpu: number;
  /** Bytes that it cannot do without: of its processes, and of files in memory (`shared`). */
  readonly memory: number;
  readonly shared: number;
  /** Pages of files on the disk, besides: the kernel takes them away when it needs room. */
  readonly cache: number;
  /** The most that all was. */
  readonly peak: number;
  readonly processes: number;
  /** How often its limit's OOM killer came. */
  readonly ooms: number;
  /** Of its CPU limit: periods of 100 ms in which it ran, those in which it was held back, and for how many ms. */
  readonly throttling: { readonly periods: number; readonly throttled: number; readonly ms: number };
}

/** Bytes and files. */
export interface DiskUse {
  readonly bytes: number;
  readonly inodes: number;
}

/** What a machine has of each, and what is used of it. */
export interface MachineUse {
  readonly memory: { readonly capacity: number; readonly used: number };
  /** One disk for images, containers, volumes and logs. `images`: bytes of them. `version`: grows when files change. */
  readonly disk: { readonly capacity: DiskUse; readonly used: DiskUse; readonly images: number; readonly version: number };
  readonly processes: { readonly most: number; readonly running: number };
}

export interface ContainerRuntime {
  /** What is wrong with the network that sandboxes are to have; undefined: nothing. */
  networkTrouble?(): string | undefined;
  /** Since when nobody answers, and when somebody does again. */
  trouble?(): { readonly since: number; readonly over: Promise<void> } | undefined;
  runPodSandbox(config: SandboxConfig): Promise<SandboxStatus>;
  /** Kills what is left in it and gives its address back. Idempotent. */
  stopPodSandbox(id: string): Promise<void>;
  removePodSandbox(id: string): Promise<void>;
  sandboxes(): readonly SandboxStatus[];
  /** Whether one is there and runs: somebody else may have stopped it. */
  sandboxReady(id: string): boolean;
  createContainer(sandbox: string, config: ContainerConfig): Promise<string>;
  /** Rejects RuntimeError StartError when the entry point cannot be run (exit code 128, as containerd reports). */
  startContainer(id: string): Promise<void>;
  /** The image's stop signal (TERM), then KILL after `timeout` ms. Resolves when it has exited. */
  stopContainer(id: string, timeout: number): Promise<void>;
  removeContainer(id: string): Promise<void>;
  containers(sandbox?: string): readonly ContainerStatus[];
  status(id: string): ContainerStatus | undefined;
  /** A pod's containers may have more or less together. */
  updatePodResources(sandbox: string, resources: SandboxResources): void;
  updateResources(id: string, resources: { readonly cpuLimit?: number; readonly cpuShares: number; readonly memoryLimit?: number }): void;
  exec(id: string, command: readonly string[], options: { readonly tty: boolean; readonly stdin: boolean }): Promise<ExecSession>;
  attach(id: string, options: { readonly tty: boolean; readonly stdin: boolean }): ExecSession;
  /** A connection to a port of a sandbox, from within; rejects RuntimeError with containerd's words. */
  portForward(sandbox: string, port: number): Promise<Socket>;
  /** Kept lines from the `from`th on; `on` calls back in a turn when there are more. */
  logs(id: string): {
    lines(from: number, most?: number): readonly LogLine[];
    /** The number of the first line that was not written before a time. */
    since(time: number): number;
    readonly first: number;
    /** The number of the next line to come. */
    readonly next: number;
    readonly ended: boolean;
    on(fn: () => void): Cancel;
  };
  /** Content written to the termination message path, if any. */
  terminationMessage(id: string): string | undefined;
  /** Takes virtual time by size and bandwidth; rejects RuntimeError with the registry's words. */
  pullImage(reference: string, login?: RegistryLogin): Promise<{ readonly imageRef: string; readonly size: number }>;
  /** An image that is on the machine may have to be opened before its config is asked for: that takes a turn. Undefined when it is open. */
  openImage(reference: string): Promise<void> | undefined;
  imageStatus(
    reference: string,
  ): { readonly imageRef: string; readonly size: number; readonly names: readonly string[]; readonly config: ImageConfig } | undefined;
  images(): readonly HeldImage[];
  removeImage(reference: string): void;
  stats(id: string): ContainerUse | undefined;
  /** What a container keeps on the disk: its writable layer and its log. */
  diskStats(id: string): { readonly rootfs: DiskUse; readonly logs: DiskUse } | undefined;
  /** What a volume holds; undefined where there is none of that id. */
  volumeStats(id: string): DiskUse | undefined;
  /** Of the machine; counted anew only after a change. */
  use(): MachineUse;
  /** The machine's memory was used up: whom its kernel killed for it, by its command's name. */
  onSystemOom(fn: (victim: { readonly name: string; readonly pid: number }) => void): Cancel;
  on(fn: (event: ContainerEvent) => void): Cancel;
  /** A new or existing directory tree on this machine. */
  volume(id: string): Volume;
  /** A volume that holds what `fill` writes; it may write only once something looks. Undefined when there is one already. */
  createVolume(id: string, fill: (fs: FileSystem) => void): Volume | undefined;
  removeVolume(id: string): void;
  /** An image's files, for reading; undefined when it is not on the machine. */
  imageVolume(reference: string): Volume | undefined;
}
