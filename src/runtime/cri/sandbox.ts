import { type StoredNode, Tree } from "../files/tree.ts";
import { buildLayer } from "../files/layer.ts";
import type { MountTable } from "../files/walk.ts";
import { createCpuGroup } from "../kernel/cpu.ts";
import type { Kernel, ThawingStack } from "../kernel/kernel.ts";
import { type Box, PidNamespace, type PodGroup, type Process } from "../kernel/process.ts";
import { Sysctls } from "../proc/sysctl.ts";
import type { Savable } from "../records.ts";
import type { SandboxConfig, SandboxResources, SandboxStatus } from "../types.ts";
import { writeSandboxFiles } from "./etc.ts";

export interface StoredSandbox {
  readonly order: number;
  readonly config: SandboxConfig;
  readonly ready: boolean;
  readonly ip: string;
  readonly createdAt: number;
  /** Where it is not as configured any more. */
  readonly hostname?: string;
  /** Kernel parameters that are not as usual. */
  readonly sysctls?: Readonly<Record<string, string>>;
  /** As resized. */
  readonly resources?: SandboxResources;
}
const PAUSE = { uid: 65535, gid: 65535, groups: [65535] };
interface StoredFiles {
  readonly files?: ReadonlyMap<number, StoredNode> | undefined;
  readonly shm?: ReadonlyMap<number, StoredNode> | undefined;
}
const SHM_SIZE = 64 * 1024 * 1024;
/** As many processes as a pod may have where nobody has said how many. */
const MOST_PIDS = 1024;

class Cgroup implements PodGroup {
  memory = 0;
  cache = 0;
  memoryLimit: number | undefined = undefined;
  cpu: PodGroup["cpu"] = undefined;
  readonly pidsLimit: number;
  readonly sandboxes = new Set<Sandbox>();
  constructor(pidsLimit: number) {
    this.pidsLimit = pidsLimit;
  }
  processes(): readonly Process[] {
    return [...this.sandboxes].flatMap((s) => [...s.processes, ...[...s.containers].flatMap((c) => [...c.processes])]);
  }
}

/** A pod's surroundings: address, names, files in /etc, and, if shared, process numbers with `pause` as pid 1. */
export class Sandbox implements Box, Savable {
  readonly id: string;
  readonly key: string;
  readonly config: SandboxConfig;
  readonly createdAt: number;
  readonly ip: string;
  ready: boolean;
  readonly #order: number;
  #hostname: string;
  readonly cpu = createCpuGroup(undefined, 2);
  memoryLimit = undefined;
  /** The cgroup of its pod. */
  readonly group: PodGroup;
  /** What holds a pod together goes last (containerd: defaultSandboxOOMAdj). */
  readonly oomScoreAdj = -998;
  memory = 0;
  #namespace: PidNamespace | undefined;
  #processes: Set<Process> | undefined;
  readonly #kernel: Kernel;
  readonly #stack: () => ThawingStack | undefined;
  readonly #stored: StoredFiles;
  #files: Tree | undefined;
  #shm: Tree | undefined;
  /** Those that have been made and not removed. */
  readonly containers = new Set<Box>();
  readonly #set: StoredSandbox["sysctls"];
  #sysctls: Sysctls | undefined;

  /** `group`: of the sandbox that the pod had before. */
  constructor(
    kernel: Kernel,
    id: string,
    state: StoredSandbox,
    stack: () => ThawingStack | undefined,
    stored: StoredFiles & { readonly group?: PodGroup } = {},
  ) {
    this.#kernel = kernel;
    this.#stack = stack;
    this.#stored = stored;
    this.id = id;
    this.key = `sandbox/${id}`;
    this.#order = state.order;
    this.config = state.config;
    this.createdAt = state.createdAt;
    this.ip = state.ip;
    this.ready = state.ready;
    this.#set = state.sysctls ?? state.config.sysctls;
    this.#hostname = state.hostname ?? state.config.hostname;
    const { memoryLimit, cpuLimit, pidsLimit = MOST_PIDS } = state.resources ?? state.config.resources ?? {};
    this.group = stored.group ?? new Cgroup(pidsLimit);
    this.group.memoryLimit = memoryLimit;
    this.group.cpu = cpuLimit === undefined ? undefined : { limit: cpuLimit };
    if (this.group instanceof Cgroup) this.group.sandboxes.add(this);
  }
  /** Its pod is given something else. */
  resize({ memoryLimit, cpuLimit }: SandboxResources): void {
    this.group.memoryLimit = memoryLimit;
    this.group.cpu = cpuLimit === undefined ? undefined : { limit: cpuLimit };
    this.#kernel.records.mark(this);
  }
  /** Of all its containers, until a privileged one changes it. */
  get hostname(): string {
    return this.#hostname;
  }
  set hostname(name: string) {
    this.#hostname = name;
    this.#kernel.records.mark(this);
  }
  /** Nothing runs in a pod's own surroundings unless its containers share them. */
  get namespace(): PidNamespace {
    return (this.#namespace ??= new PidNamespace(this.id));
  }
  get processes(): Set<Process> {
    return (this.#processes ??= new Set());
  }
  stack(): ThawingStack | undefined {
    return this.#stack();
  }
  oom(): readonly Process[] {
    return [];
  }
  table(): MountTable {
    const tree = new Tree(`pause-${this.id}`, this.#kernel, { layer: buildLayer({}) });
    return { root: { path: "/", tree, rel: [], readOnly: true, type: "overlay" }, mounts: new Map() };
  }
  /** hosts, hostname and resolv.conf; written when first looked at. */
  files(): Tree {
    this.#files ??= new Tree(this.id, this.#kernel, {
      fill: (tree) => writeSandboxFiles(tree, this.config, this.ip),
      ...(this.#stored.files && { stored: this.#stored.files }),
    });
    return this.#files;
  }
  /** /dev/shm, of all its containers. */
  shm(): Tree {
    if (!this.#shm) {
      const { shm } = this.#stored;
      this.#shm = new Tree(`${this.id}-shm`, this.#kernel, { mode: 0o1777, memory: true, ...(shm && { stored: shm }) });
      this.#shm.size = SHM_SIZE;
    }
    return this.#shm;
  }
  get hasStoredShm(): boolean {
    return this.#stored.shm !== undefined;
  }
  get sysctls(): Sysctls {
    this.#sysctls ??= new Sysctls({
      machine: this.#kernel.sysctls,
      ...(this.#set && { set: this.#set }),
      changed: () => this.#kernel.records.mark(this),
    });
    return this.#sysctls;
  }
  /** Processes that may still be started (k8s: podPidsLimit, pids.max of the pod's cgroup). */
  room(): number {
    let room = this.group.pidsLimit;
    for (const { processes } of this.containers) room -= processes.size;
    return room;
  }
  /** Its process 1, as the pause image's user (containerd: sandbox_run_linux.go). */
  startPause(): Process {
    const start = { argv: ["/pause"], env: {}, cwd: "/", umask: 0o22, credentials: PAUSE, program: undefined, arguments: undefined };
    return this.#kernel.spawn({ box: this, start, fds: new Map(), oomScoreAdj: -998 });
  }
  remove(): void {
    if (this.#stored.files) void this.files().root;
    if (this.#stored.shm) void this.shm().root;
    this.#files?.destroy();
    this.#shm?.destroy();
    if (this.group instanceof Cgroup) this.group.sandboxes.delete(this);
    this.#kernel.records.remove(this.key);
  }
  status(): SandboxStatus {
    const { name, namespace, uid, attempt, labels } = this.config;
    return { id: this.id, ready: this.ready, ip: this.ip, createdAt: this.createdAt, name, namespace, uid, attempt, labels };
  }
  save(): StoredSandbox {
    const { config, ready, ip, createdAt } = this;
    const renamed = this.#hostname === config.hostname ? {} : { hostname: this.#hostname };
    const sysctls = this.#sysctls?.save() ?? this.#set;
    const { memoryLimit, cpu, pidsLimit } = this.group;
    const resources = { pidsLimit, ...(memoryLimit !== undefined && { memoryLimit }), ...(cpu && { cpuLimit: cpu.limit }) };
    return {
      order: this.#order,
      config,
      ready,
      ip,
      createdAt,
      ...renamed,
      ...(sysctls && { sysctls }),
      ...(config.resources && { resources }),
    };
  }
}
