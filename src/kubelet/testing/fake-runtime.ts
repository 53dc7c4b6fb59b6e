import type {
  DiskUse,
  MachineUse,
  ContainerConfig,
  ContainerEvent,
  ContainerRuntime,
  ContainerStatus,
  ExecSession,
  FileSystem,
  LogLine,
  SandboxConfig,
  SandboxStatus,
  Stat,
  Volume,
} from "../../runtime/index.ts";
import { Errno, RuntimeError } from "../../runtime/index.ts";
import type { Clock } from "../../sim/index.ts";

/** What containers of an image do. */
export interface Behaviour {
  /** Exits by itself after so many ms. */
  readonly exitAfter?: number;
  readonly exitCode?: number;
  /** Already on the machine. */
  readonly present?: boolean;
  readonly pull?: number;
  readonly user?: string;
  /** Time between TERM and the end; Infinity: only KILL ends it. */
  readonly onTerm?: number;
  readonly refuseStart?: string;
}

interface Container {
  status: ContainerStatus;
  readonly config: ContainerConfig;
  exited: Promise<void>;
  exit: (code: number, reason?: string) => void;
  readonly lines: LogLine[];
}

/** A scripted runtime: images by name, commands by words. Records calls in order. */
export class FakeRuntime implements ContainerRuntime {
  readonly calls: string[] = [];
  readonly configs = new Map<string, ContainerConfig>();
  readonly sandboxConfigs: SandboxConfig[] = [];
  readonly volumes = new Map<string, Volume>();
  /** Exit code and output of exec'ed commands by their text. */
  readonly commands = new Map<string, { readonly code: number; readonly output?: string; readonly takes?: number }>();
  readonly #clock: Clock;
  readonly #images: Readonly<Record<string, Behaviour>>;
  readonly #present = new Set<string>();
  readonly #sandboxes = new Map<string, SandboxStatus>();
  readonly #containers = new Map<string, Container>();
  readonly #listeners = new Set<(event: ContainerEvent) => void>();
  readonly #bySandbox = new Map<string, string[]>();
  #next = 1;

  constructor(clock: Clock, images: Readonly<Record<string, Behaviour>>) {
    this.#clock = clock;
    this.#images = images;
    for (const [name, { present }] of Object.entries(images)) if (present === true) this.#present.add(name);
  }

  async runPodSandbox(config: SandboxConfig): Promise<SandboxStatus> {
    this.sandboxConfigs.push(config);
    const { name, namespace, uid, attempt, labels } = config;
    const n = this.#next++;
    const sandbox: SandboxStatus = {
      id: `s${n}`,
      ready: true,
      ip: `10.244.0.${n}`,
      createdAt: this.#clock.now(),
      name,
      namespace,
      uid,
      attempt,
      labels,
    };
    this.#sandboxes.set(sandbox.id, sandbox);
    this.calls.push(`sandbox ${name}`);
    return sandbox;
  }
  async stopPodSandbox(id: string): Promise<void> {
    const sandbox = this.#sandboxes.get(id);
    if (sandbox !== undefined) this.#sandboxes.set(id, { ...sandbox, ready: false });
    for (const container of this.#containers.values()) if (container.status.sandbox === id) container.exit(137);
  }
  async removePodSandbox(id: string): Promise<void> {
    this.#sandboxes.delete(id);
    this.calls.push(`remove ${id}`);
  }
  sandboxReady(id: string): boolean {
    return this.sandboxes().some((s) => s.id === id && s.ready);
  }
  sandboxes(): readonly SandboxStatus[] {
    return [...this.#sandboxes.values()];
  }

  async createContainer(sandbox: string, config: ContainerConfig): Promise<string> {
    const id = `c${this.#next++}`;
    this.configs.set(id, config);
    const { name, attempt, image, labels, annotations } = config;
    let done = (): void => {};
    const exited = new Promise<void>((resolve) => (done = resolve));
    const container: Container = {
      config,
      exited,
      lines: [],
      status: {
        id,
        sandbox,
        name,
        attempt,
        image,
        imageRef: `${image}@sha256:0`,
        state: "created",
        createdAt: this.#clock.now(),
        labels,
        annotations,
      },
      exit: (code, reason) => {
        if (container.status.state === "exited") return;
        const now = this.#clock.now();
        container.status = {
          ...container.status,
          state: "exited",
          exitCode: code,
          reason: reason ?? (code === 0 ? "Completed" : "Error"),
          finishedAt: now,
          startedAt: container.status.startedAt ?? now,
        };
        done();
        this.#emit("stopped", container);
      },
    };
    this.#containers.set(id, container);
    this.#bySandbox.set(sandbox, [...(this.#bySandbox.get(sandbox) ?? []), id]);
    return id;
  }
  async startContainer(id: string): Promise<void> {
    const container = this.#of(id);
    const behaviour = this.#images[container.status.image] ?? {};
    this.calls.push(`start ${container.status.name}#${container.status.attempt}`);
    if (behaviour.refuseStart !== undefined) {
      container.status = { ...container.status, message: behaviour.refuseStart };
      container.exit(128, "StartError");
      throw new RuntimeError("StartError", behaviour.refuseStart);
    }
    container.status = { ...container.status, state: "running", startedAt: this.#clock.now(), pid: this.#next++ };
    this.#emit("started", container);
    if (behaviour.exitAfter !== undefined) this.#clock.timer(behaviour.exitAfter, () => container.exit(behaviour.exitCode ?? 0));
  }
  async stopContainer(id: string, timeout: number): Promise<void> {
    const container = this.#of(id);
    this.calls.push(`stop ${container.status.name} ${timeout}`);
    const { onTerm = 0 } = this.#images[container.status.image] ?? {};
    this.#clock.timer(Math.min(onTerm, timeout), () => container.exit(onTerm <= timeout ? 143 : 137));
    await container.exited;
  }
  async removeContainer(id: string): Promise<void> {
    this.#containers.delete(id);
  }
  containers(sandbox?: string): readonly ContainerStatus[] {
    if (sandbox === undefined) return [...this.#containers.values()].map((c) => c.status);
    return (this.#bySandbox.get(sandbox) ?? []).flatMap((id) => this.status(id) ?? []);
  }
  status(id: string): ContainerStatus | undefined {
    return this.#containers.get(id)?.status;
  }
  updateResources(): void {}
  updatePodResources(): void {}
  /** What the machine says of itself; tests change it. */
  used: MachineUse = {
    memory: { capacity: 4 * 1024 ** 3, used: 0 },
    disk: { capacity: { bytes: 100 * 1024 ** 3, inodes: 1_000_000 }, used: { bytes: 0, inodes: 0 }, images: 0, version: 0 },
    processes: { most: 1024, running: 0 },
  };
  use(): MachineUse {
    return this.used;
  }
  disk: { readonly rootfs: DiskUse; readonly logs: DiskUse } = { rootfs: { bytes: 0, inodes: 0 }, logs: { bytes: 0, inodes: 0 } };
  diskStats() {
    return this.disk;
  }
  volumeStats(): undefined {}
  onSystemOom(): () => void {
    return () => {};
  }

  async exec(_id: string, command: readonly string[]): Promise<ExecSession> {
    const { code, output = "", takes = 0 } = this.commands.get(command.join(" ")) ?? { code: 0 };
    this.calls.push(`exec ${command.join(" ")}`);
    if (takes > 0) await this.#clock.sleep(takes);
    return session(code, output);
  }
  async portForward(_sandbox: string, port: number): Promise<never> {
    throw new RuntimeError("Unknown", `nobody listens on port ${port}`);
  }
  attach(): ExecSession {
    return session(0, "");
  }
  logs(id: string): ReturnType<ContainerRuntime["logs"]> {
    const { lines } = this.#of(id);
    const since = (time: number): number => lines.findIndex(({ at }) => at >= time) >>> 0;
    return {
      lines: (from) => lines.slice(from),
      since,
      first: 0,
      next: lines.length,
      ended: this.status(id)?.state === "exited",
      on: () => () => {},
    };
  }
  print(id: string, text: string): void {
    this.#of(id).lines.push({ at: this.#clock.now(), stream: "stdout", text });
  }
  exit(name: string, code: number): void {
    for (const container of this.#containers.values())
      if (container.status.name === name && container.status.state === "running") container.exit(code);
  }
  terminationMessage(): undefined {
    return undefined;
  }

  async pullImage(reference: string): Promise<{ readonly imageRef: string; readonly size: number }> {
    const behaviour = this.#images[reference];
    await this.#clock.sleep(behaviour?.pull ?? 1000);
    if (behaviour === undefined) throw new RuntimeError("NotFound", `failed to pull and unpack image "${reference}": not found`);
    this.#present.add(reference);
    return { imageRef: `${reference}@sha256:0`, size: 1234 };
  }
  openImage(): undefined {
    return undefined;
  }
  imageStatus(reference: string): ReturnType<ContainerRuntime["imageStatus"]> {
    if (!this.#present.has(reference)) return undefined;
    const { user } = this.#images[reference] ?? {};
    return { imageRef: `${reference}@sha256:0`, size: 1234, names: [reference], config: user === undefined ? {} : { user } };
  }
  images(): ReturnType<ContainerRuntime["images"]> {
    return [...this.#present].map((name) => ({ id: `sha256:${name}`, imageRef: `${name}@sha256:0`, names: [name], size: 1234 }));
  }
  removeImage(reference: string): void {
    this.#present.delete(reference);
  }
  stats(): undefined {
    return undefined;
  }
  on(fn: (event: ContainerEvent) => void): () => void {
    this.#listeners.add(fn);
    return () => this.#listeners.delete(fn);
  }
  volume(id: string): Volume {
    let volume = this.volumes.get(id);
    if (volume === undefined) this.volumes.set(id, (volume = { id, fs: new MemoryFiles(), setSize: () => {}, keepInMemory: () => {} }));
    return volume;
  }
  createVolume(id: string, fill: (fs: FileSystem) => void): Volume | undefined {
    if (this.volumes.has(id)) return undefined;
    const volume = this.volume(id);
    fill(volume.fs);
    return volume;
  }
  imageVolume(reference: string): Volume | undefined {
    return this.imageStatus(reference) === undefined ? undefined : this.volume(`image/${reference}`);
  }
  removeVolume(id: string): void {
    this.volumes.delete(id);
  }

  #of(id: string): Container {
    const container = this.#containers.get(id);
    if (container === undefined) throw new RuntimeError("NotFound", `container "${id}" not found`);
    return container;
  }
  #emit(type: ContainerEvent["type"], container: Container): void {
    const podUid = this.#sandboxes.get(container.status.sandbox)?.uid ?? "";
    for (const listener of this.#listeners)
      this.#clock.turn(() => listener({ type, container: container.status.id, podUid, pid: container.status.pid ?? 0 }));
  }
}

function session(code: number, output: string): ExecSession {
  let left: Uint8Array | null = output === "" ? null : new TextEncoder().encode(output);
  return {
    stdin: { write: async () => {}, close: () => {} },
    stdout: {
      read: async () => {
        const now = left;
        left = null;
        return now;
      },
    },
    stderr: { read: async () => null },
    resize: () => {},
    exited: Promise.resolve({ code }),
    kill: () => {},
  };
}

type Item =
  | { type: "file"; text: string; mode: number; gid: number }
  | { type: "directory"; mode: number; gid: number }
  | { type: "symlink"; target: string };

/** As much of a file system as volumes need. */
export class MemoryFiles implements FileSystem {
  readonly #items = new Map<string, Item>([["/", { type: "directory", mode: 0o755, gid: 0 }]]);

  #resolve(path: string, depth = 0): string {
    let at = "";
    for (const part of path.split("/").filter((p) => p !== "")) {
      const next = `${at}/${part}`;
      const item = this.#items.get(next);
      at =
        item?.type === "symlink" && depth < 8
          ? this.#resolve(item.target.startsWith("/") ? item.target : `${at}/${item.target}`, depth + 1)
          : next;
    }
    return at === "" ? "/" : at;
  }
  #at(path: string): Item {
    const item = this.#items.get(path);
    if (item === undefined) throw new Errno("ENOENT", "No such file or directory", path);
    return item;
  }
  readFile(path: string): Uint8Array {
    return new TextEncoder().encode(this.readText(path));
  }
  readText(path: string): string {
    const item = this.#at(this.#resolve(path));
    return item.type === "file" ? item.text : "";
  }
  writeFile(path: string, data: string | Uint8Array, options?: { readonly mode?: number }): void {
    const text = typeof data === "string" ? data : new TextDecoder().decode(data);
    this.#items.set(this.#resolve(path), { type: "file", text, mode: options?.mode ?? 0o644, gid: 0 });
  }
  stat(path: string): Stat {
    return stat(this.#at(this.#resolve(path)));
  }
  lstat(path: string): Stat {
    return stat(this.#at(path.replace(/\/+/g, "/")));
  }
  exists(path: string): boolean {
    return this.#items.has(this.#resolve(path));
  }
  access(path: string): boolean {
    return this.exists(path);
  }
  readdir(path: string): readonly string[] {
    const base = this.#resolve(path);
    const prefix = base === "/" ? "/" : `${base}/`;
    return [...this.#items.keys()]
      .filter((k) => k !== "/" && k.startsWith(prefix) && !k.slice(prefix.length).includes("/"))
      .map((k) => k.slice(prefix.length))
      .sort();
  }
  mkdir(path: string, options?: { readonly recursive?: boolean; readonly mode?: number }): void {
    let at = "";
    for (const part of path.split("/").filter((p) => p !== "")) {
      at += `/${part}`;
      if (!this.#items.has(at)) this.#items.set(at, { type: "directory", mode: options?.mode ?? 0o755, gid: 0 });
    }
  }
  unlink(path: string): void {
    this.#items.delete(path.replace(/\/+/g, "/"));
  }
  rmdir(path: string): void {
    this.unlink(path);
  }
  rename(from: string, to: string): void {
    const item = this.#at(from);
    this.#items.delete(from);
    this.#items.set(to, item);
  }
  symlink(target: string, path: string): void {
    this.#items.set(path, { type: "symlink", target });
  }
  link(): void {}
  readlink(path: string): string {
    const item = this.#at(path);
    return item.type === "symlink" ? item.target : "";
  }
  realpath(path: string): string {
    return this.#resolve(path);
  }
  chmod(path: string, mode: number): void {
    const item = this.#at(this.#resolve(path));
    if (item.type !== "symlink") item.mode = mode;
  }
  chown(path: string, _uid: number, gid: number): void {
    const item = this.#at(this.#resolve(path));
    if (item.type !== "symlink") item.gid = gid;
  }
  utimes(): void {}
  truncate(): void {}
  watch(): () => void {
    return () => {};
  }
}

function stat(item: Item): Stat {
  const mode = item.type === "symlink" ? 0o777 : item.mode;
  const gid = item.type === "symlink" ? 0 : item.gid;
  return { type: item.type, mode, uid: 0, gid, size: item.type === "file" ? item.text.length : 0, mtime: 0, ino: 0, nlink: 1 };
}
