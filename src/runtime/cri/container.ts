import type { ThawingStack } from "../kernel/kernel.ts";
import { layerOf } from "../files/layer.ts";
import { type StoredNode, Tree, type TreeUsage, UNTOUCHED } from "../files/tree.ts";
import { View } from "../files/view.ts";
import type { Credentials, MountPoint, MountTable } from "../files/walk.ts";
import { ROOT } from "../files/walk.ts";
import { type CpuGroup, createCpuGroup, type Throttling } from "../kernel/cpu.ts";
import { DEFAULT_PATH, findExecutable, type Executable } from "../kernel/exec.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { OpenFile } from "../kernel/openfile.ts";
import { type Box, type Exit, PidNamespace, type PodGroup, type Process, type ProcessStart } from "../kernel/process.ts";
import { containerSystem } from "../proc/root.ts";
import type { Savable } from "../records.ts";
import { type ContainerConfig, type ContainerStatus, Errno, type LoadedImage } from "../types.ts";
import { imageTable, imageUser, Mounted } from "./glance.ts";
import { ContainerLog } from "./log.ts";
import { containerMounts, InitError } from "./mounts.ts";
import { notRunnable, startFailure } from "./not-runnable.ts";
import { privileges } from "./privileges.ts";
import type { Sandbox } from "./sandbox.ts";
import { Stdio } from "./stdio.ts";
import { countThrottling } from "./throttling.ts";
import { containerUser, type User } from "./user.ts";

export interface ContainerProgress extends Pick<
  ContainerStatus,
  "state" | "createdAt" | "startedAt" | "finishedAt" | "exitCode" | "reason" | "message"
> {
  readonly oom?: boolean;
}
export interface StoredContainer {
  readonly order: number;
  readonly sandbox: string;
  /** Mounts name their volumes only. */
  readonly config: Omit<ContainerConfig, "mounts"> & {
    readonly mounts: readonly {
      readonly containerPath: string;
      readonly volume: string;
      readonly subPath?: string;
      readonly readOnly: boolean;
      readonly device?: string;
    }[];
  };
  readonly imageRef: string;
  readonly imageName: string;
  readonly progress: ContainerProgress;
  readonly main: number | null;
  /** Ids of descriptions: [stdin's write end, stdout, stderr, terminal]. */
  readonly streams: readonly (number | null)[];
  readonly usage: number;
  readonly throttling?: Throttling;
  /** As resized in place. */
  readonly resources: { readonly cpuLimit: number | undefined; readonly cpuShares: number; readonly memoryLimit: number | undefined };
  readonly nextPid: number;
}

/** An image with what it holds. */
export interface RunnableImage {
  readonly image: LoadedImage;
  /** Its programs are for another kind of machine. */
  readonly foreign?: boolean;
}

/** A container: a box of processes with a root of its own. It makes its files when something first looks at them. */
export class Container implements Box, Savable {
  readonly id: string;
  readonly key: string;
  readonly #order: number;
  readonly kernel: Kernel;
  readonly sandbox: Sandbox;
  readonly config: ContainerConfig;
  readonly image: RunnableImage;
  readonly imageRef: string;
  readonly imageName: string;
  progress: ContainerProgress;
  readonly namespace: PidNamespace;
  readonly cpu: CpuGroup;
  memoryLimit: number | undefined;
  readonly oomScoreAdj: number | undefined;
  memory = 0;
  readonly processes = new Set<Process>();
  readonly #privileges: Partial<Credentials>;
  main: Process | undefined;
  readonly log: ContainerLog;
  readonly stdio: Stdio;
  #table: MountTable | undefined;
  #extra: Tree | undefined;
  readonly #volume: (id: string) => Tree;
  readonly #stored: { readonly root?: ReadonlyMap<number, StoredNode>; readonly extra?: ReadonlyMap<number, StoredNode> };
  /** Told once, when the main process has exited. */
  onStopped: (() => void) | undefined;

  constructor(options: {
    readonly kernel: Kernel;
    readonly id: string;
    readonly sandbox: Sandbox;
    readonly config: ContainerConfig;
    readonly order: number;
    readonly image: RunnableImage;
    readonly imageRef: string;
    readonly imageName: string;
    readonly progress: ContainerProgress;
    /** Another's process numbers; absent: its own. */
    readonly namespace?: PidNamespace | undefined;
    volume(id: string): Tree;
    readonly stored?: { readonly root?: ReadonlyMap<number, StoredNode>; readonly extra?: ReadonlyMap<number, StoredNode> };
    readonly records?: ReadonlyMap<string, unknown>;
  }) {
    const { config, id } = options;
    this.kernel = options.kernel;
    this.id = id;
    this.#order = options.order;
    this.key = `container/${id}`;
    this.sandbox = options.sandbox;
    this.sandbox.containers.add(this);
    this.config = config;
    this.image = options.image;
    this.imageRef = options.imageRef;
    this.imageName = options.imageName;
    this.progress = options.progress;
    this.namespace = options.namespace ?? new PidNamespace(id);
    this.cpu = createCpuGroup(config.cpuLimit, config.cpuShares);
    this.cpu.within = () => this.group.cpu;
    this.cpu.onUse = (since, now) => {
      if (this.cpu.limit !== undefined) countThrottling(this.cpu, this.kernel.hardware.cpus, since, now);
      this.kernel.records.mark(this);
    };
    this.memoryLimit = config.memoryLimit;
    this.#privileges = privileges(config);
    this.oomScoreAdj = config.oomScoreAdj;
    this.#volume = (volume) => options.volume(volume);
    this.#stored = options.stored ?? {};
    this.log = new ContainerLog(id, options.kernel, options.records);
    this.stdio = new Stdio(options.kernel, this.log);
  }

  /** Of its writable layer. */
  usage(): TreeUsage {
    return (this.#stored.root ? this.table() : this.#table)?.root.tree.usage() ?? UNTOUCHED;
  }
  get hostname(): string {
    return this.sandbox.hostname;
  }
  set hostname(name: string) {
    this.sandbox.hostname = name;
  }
  stack(): ThawingStack | undefined {
    return this.sandbox.stack();
  }
  get pod(): string {
    return this.sandbox.id;
  }
  get group(): PodGroup {
    return this.sandbox.group;
  }
  get over(): boolean {
    return this.progress.state === "exited";
  }
  /** A privileged container sees where its cgroup lies (containerd: no cgroup namespace of its own). */
  get cgroupPath(): string | undefined {
    return this.config.privileged ? `/kubepods/pod${this.sandbox.config.uid}/${this.id}` : undefined;
  }
  room(): number {
    return this.sandbox.room() - (this.namespace.zombies?.size ?? 0);
  }
  /** All go together (k8s: memory.oom.group), but for those that ask never to. */
  oom(): readonly Process[] {
    this.#set({ oom: true });
    return [...this.processes].filter((p) => p.oomScoreAdj !== -1000);
  }
  /** Its process went with the machine's power; what the runtime says when it is back (k8s: containerd's unknownExitCode). */
  powerLost(): void {
    this.#set({ state: "exited", finishedAt: this.kernel.now(), exitCode: 255, reason: "Unknown" });
  }
  #set(change: Partial<ContainerProgress>): void {
    this.progress = { ...this.progress, ...change };
    this.kernel.records.mark(this);
  }

  // --- files ---

  table(): MountTable {
    this.#table ??= this.#mount();
    return this.#table;
  }
  #mount(): MountTable {
    const { root: stored } = this.#stored;
    const root = new Tree(`${this.id}-root`, this.kernel, { layer: layerOf(this.image.image), disk: true, ...(stored && { stored }) });
    const { privileged = false, unmaskedProc = false } = this.config;
    const system = { open: privileged || unmaskedProc, writable: privileged, sysctls: this.sandbox.sysctls, shm: this.sandbox.shm() };
    const fixed: MountPoint[] = [...containerSystem(this.kernel, this, system)];
    const etc = this.sandbox.files();
    for (const name of ["hosts", "hostname", "resolv.conf"])
      fixed.push({ path: `/etc/${name}`, tree: etc, rel: [name], readOnly: false, type: "ext4" });
    const message = this.config.terminationMessagePath;
    if (message !== undefined) fixed.push({ path: message, tree: this.#termination(), rel: ["message"], readOnly: false, type: "ext4" });
    return root.asOf(this.progress.startedAt ?? this.kernel.now(), () =>
      containerMounts({ root, readOnlyRoot: this.config.readOnlyRoot, fixed, mounts: this.config.mounts, tree: this.#volume }),
    );
  }
  #termination(): Tree {
    if (!this.#extra) {
      const { extra } = this.#stored;
      const fill = (tree: Tree): void => {
        if (!tree.at(["message"])) tree.create([], "message", "file", 0o666, {});
      };
      this.#extra = new Tree(`${this.id}-message`, this.kernel, { fill, ...(extra && { stored: extra }) });
    }
    return this.#extra;
  }
  terminationMessage(): string | undefined {
    if (!this.#extra && !this.#stored.extra) return undefined;
    const node = this.#termination().at(["message"]);
    return node && node.size > 0 ? new TextDecoder().decode(node.bytes.subarray(0, node.size)) : undefined;
  }

  // --- starting ---

  /** What a command means here: who runs it, where and with what. Throws Errno. */
  prepare(argv: readonly string[], tty: boolean): ProcessStart {
    return this.#preparedByImage(argv, tty) ?? this.#preparedIn(this.table(), argv, tty);
  }
  /** Most starts need nothing but what the image has, and then nothing has to be mounted; undefined when this one may. */
  #preparedByImage(argv: readonly string[], tty: boolean): ProcessStart | undefined {
    if (this.#table || this.#stored.root) return undefined;
    const { mounts, terminationMessagePath: message } = this.config;
    // A part of a volume may be a file, which does not go everywhere.
    if (mounts.some((m) => m.subPath !== undefined)) return undefined;
    const paths = mounts.map((m) => m.containerPath);
    const table = imageTable(layerOf(this.image.image), message === undefined ? paths : [...paths, message]);
    try {
      return table && this.#preparedIn(table, argv, tty);
    } catch (error) {
      if (error instanceof Mounted || error instanceof Errno) return undefined;
      throw error;
    }
  }
  #preparedIn(table: MountTable, argv: readonly string[], tty: boolean): ProcessStart {
    const { image } = this.image;
    const viewAs = (who: Credentials, at: string): View => new View(table, { credentials: who, cwd: at, umask: 0o22, pid: 0 });
    const hollow = this.#hollow(argv[0] ?? "");
    const find = (): User => containerUser(viewAs(ROOT, "/"), image.config.user, this.config.user);
    const user = hollow
      ? { ...ROOT, home: "/" }
      : table === this.#table
        ? find()
        : imageUser(table, image.config.user, this.config.user, find);
    const { uid, gid, groups } = user;
    const env: Record<string, string> = {
      PATH: DEFAULT_PATH,
      HOSTNAME: this.hostname,
      ...(tty && { TERM: "xterm" }),
      ...image.config.env,
      ...this.config.env,
    };
    env["HOME"] ??= user.home;
    const cwd = this.config.workingDir || image.config.workingDir || "/";
    const credentials = { uid, gid, groups, ...this.#privileges };
    let refusal = this.image.foreign ? "Exec format error" : undefined;
    let found: Executable = { program: undefined, argv, credentials, path: argv[0] ?? "", exe: argv[0] ?? "" };
    if (!hollow) {
      // runc makes a missing working directory.
      if (cwd !== "/" && !viewAs(ROOT, "/").exists(cwd)) {
        if (table !== this.#table) throw new Mounted();
        viewAs(ROOT, "/").mkdir(cwd, { recursive: true, mode: 0o755 });
      }
      try {
        found = findExecutable(viewAs(credentials, cwd), credentials, argv, env["PATH"]);
      } catch (error) {
        if (!(error instanceof Errno) || (error.code !== "ENOEXEC" && error.path === argv[0])) throw error;
        // It was found, and is not what execve can run, or its interpreter is not.
        found = { ...found, path: error.code === "ENOEXEC" ? (error.path ?? found.path) : found.path };
        refusal = error.message;
      }
    }
    const { path, ...what } = found;
    const start = { ...what, env, cwd, umask: 0o22, arguments: undefined };
    return refusal === undefined ? start : notRunnable(start, path, refusal);
  }
  /** A start that looks at neither files nor users: the image runs one program, whatever it is told to run. */
  #pretend(argv: readonly string[], program: string): ProcessStart {
    return {
      argv,
      env: { PATH: DEFAULT_PATH, HOSTNAME: this.hostname, ...this.config.env },
      cwd: "/",
      umask: 0o22,
      credentials: { ...ROOT, ...this.#privileges },
      program,
      arguments: undefined,
    };
  }
  /** Whether the image's own file of this name just holds: then nothing has to be mounted to start it. */
  #hollow(name: string): boolean {
    if (this.config.mounts.some((m) => name.startsWith(m.containerPath)) || this.#stored.root || this.image.foreign) return false;
    const { root } = layerOf(this.image.image);
    let node = name.startsWith("/") ? root : undefined;
    for (const part of name.split("/")) if (part !== "") node = node?.entries?.get(part) ?? undefined;
    return node?.hold === true;
  }
  command(): readonly string[] {
    const { entrypoint = [], cmd = [] } = this.image.image.config;
    const { command, args } = this.config;
    if (command && command.length > 0) return [...command, ...(args ?? [])];
    return [...entrypoint, ...(args && args.length > 0 ? args : cmd)];
  }

  /** Returns containerd's refusal, or undefined when it runs. */
  start(): string | undefined {
    const argv = this.command();
    const now = this.kernel.now();
    try {
      if (argv.length === 0) throw new Errno("ENOENT", "no command specified");
      const { anyCommand } = this.image.image;
      const start = anyCommand === undefined ? this.prepare(argv, this.config.tty) : this.#pretend(argv, anyCommand);
      const fds = start.program === undefined ? new Map<number, OpenFile>() : this.stdio.open(this.config, this.namespace);
      const { terminal } = this.stdio;
      this.main = this.kernel.spawn({ box: this, start, fds, tty: terminal, oomScoreAdj: this.config.oomScoreAdj });
      if (terminal) terminal.foreground = this.main.group;
      if (this.main.state === "dead") throw new InitError("ENOMEM", "container init was OOM-killed (memory limit too low?)");
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: ${startFailure(argv[0] ?? "", error)}`;
      this.log.end();
      // containerd reports a start that failed as an exit with 128, begun at the epoch.
      this.#set({ state: "exited", startedAt: 0, finishedAt: now, exitCode: 128, reason: "StartError", message });
      return message;
    }
    this.#set({ state: "running", startedAt: now });
    this.#watchMain(this.main);
    return undefined;
  }
  #watchMain(main: Process): void {
    main.onExit((exit) => this.#exited(exit));
  }
  #exited(exit: Exit): void {
    this.main = undefined;
    for (const process of [...this.processes]) this.kernel.exit(process, { code: 137, signal: "KILL" });
    this.kernel.memory.ended(this);
    this.log.end();
    this.stdio.end();
    const reason = this.progress.oom ? "OOMKilled" : exit.code === 0 ? "Completed" : "Error";
    this.#set({ state: "exited", finishedAt: this.kernel.now(), exitCode: exit.code, reason });
    this.onStopped?.();
  }

  // --- after a thaw ---

  /** Its streams, before processes find their descriptors. */
  restoreStreams(ids: readonly (number | null)[]): void {
    if (ids.some((id) => id !== null)) this.stdio.open(this.config, this.namespace, ids);
  }
  adopt(main: Process | undefined): void {
    if (!main) return this.lost("its main process was not stored");
    this.main = main;
    this.#watchMain(main);
  }
  /** Says why its process could not go on. */
  lost(why: string): void {
    this.#set({ message: `killed at thaw: ${why}` });
    if (!this.main && this.progress.state === "running") this.#exited({ code: 137 });
  }

  remove(): void {
    this.log.remove();
    this.sandbox.containers.delete(this);
    // What was stored and never looked at has to be looked at to be forgotten.
    if (this.#stored.root) void this.table().root.tree.root;
    if (this.#stored.extra) void this.#termination().root;
    this.#table?.root.tree.destroy();
    this.#extra?.destroy();
    this.kernel.records.remove(this.key);
  }
  status(): ContainerStatus {
    const { name, attempt, image, labels, annotations } = this.config;
    const { oom, ...progress } = this.progress;
    void oom;
    return {
      id: this.id,
      sandbox: this.sandbox.id,
      name,
      attempt,
      image,
      imageRef: this.imageRef,
      labels,
      annotations,
      ...progress,
      ...(this.main && { pid: this.main.id }),
    };
  }
  save(): StoredContainer {
    const { mounts, ...config } = this.config;
    return {
      order: this.#order,
      sandbox: this.sandbox.id,
      config: {
        ...config,
        mounts: mounts.map(({ containerPath, volume, subPath, readOnly, device }) => ({
          containerPath,
          volume: volume.id,
          readOnly,
          ...(subPath !== undefined && { subPath }),
          ...(device !== undefined && { device }),
        })),
      },
      imageRef: this.imageRef,
      imageName: this.imageName,
      progress: this.progress,
      main: this.main?.id ?? null,
      streams: this.stdio.ids(),
      usage: this.cpu.usage,
      ...(this.cpu.throttling && { throttling: { ...this.cpu.throttling } }),
      resources: { cpuLimit: this.cpu.limit, cpuShares: this.cpu.shares, memoryLimit: this.memoryLimit },
      nextPid: this.namespace.next,
    };
  }
}
