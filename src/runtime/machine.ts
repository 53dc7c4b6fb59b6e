import type { Cancel, Clock, Persistent, Random } from "../sim/index.ts";
import { changesOf, type FileChange } from "./cri/changes.ts";
import { ImageStore } from "./cri/images.ts";
import { Container } from "./cri/container.ts";
import { attachTo, execIn } from "./cri/sessions.ts";
import { placeHostViews } from "./cri/host-views.ts";
import { createMachineBox } from "./cri/machine-box.ts";
import { checkTarget, namespaceFor } from "./cri/namespaces.ts";
import { NOT_RUNNABLE, reportNotRunnable } from "./cri/not-runnable.ts";
import { podProcesses } from "./cri/pod-processes.ts";
import { portForward } from "./cri/port-forward.ts";
import { checkProfiles } from "./cri/profiles.ts";
import { Sandbox } from "./cri/sandbox.ts";
import { machineStats } from "./cri/use.ts";
import { HOST, Volumes } from "./cri/volumes.ts";
import type { SharedDisks } from "./disks.ts";
import { layerOf } from "./files/layer.ts";
import { Kernel, type MachineHardware, type ThawingStack } from "./kernel/kernel.ts";
import { worst } from "./proc/oom.ts";
import { Sysctls } from "./proc/sysctl.ts";
import { restoreMachine } from "./restore.ts";
import {
  type Architecture,
  type ExecSession,
  type FileSystem,
  type ImageContents,
  type ContainerEvent,
  type ContainerRuntime,
  type ContainerStatus,
  type Daemon,
  type DaemonStart,
  type Programs,
  type Registry,
  RuntimeError,
  type SandboxConfig,
  type Signal,
} from "./types.ts";

/** Gives sandboxes their network namespaces. */
export interface SandboxNetwork {
  /** A namespace with an address, also for one that was there before a thaw. hostNetwork gets the machine's own. */
  create(id: string, config: SandboxConfig): ThawingStack;
  /** The machine's own namespace. */
  host?(): ThawingStack;
  /** The sandbox stopped: its address goes back. */
  release(id: string, config: SandboxConfig): void;
}

export interface MachineOptions {
  readonly name: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: Programs;
  readonly registry: Registry;
  readonly network: SandboxNetwork;
  readonly hardware: MachineHardware;
  /** Of its processors; default amd64. */
  readonly architecture?: Architecture;
  /** Bytes a second from the registry. */
  readonly bandwidth?: number;
  /** What is installed on the machine itself. */
  readonly host?: ImageContents;
  /** Writes what is this machine's own, when something first looks. */
  readonly prepareHost?: (fs: FileSystem) => void;
  /** Takes every runtime handler: a runtime that only pretends (preset `reference`). */
  readonly anyHandler?: boolean;
  /** Names of images that need no pull. */
  readonly preloaded?: readonly string[];
  /** Disks that are on no machine, which it may have attached or mounted. */
  readonly disks?: SharedDisks;
  /** False keeps no journals and no records, where nothing will be thawed. Default true. */
  readonly persistent?: boolean;
}

/** A machine's runtime, with what the kubelet's seam lacks. */
export interface MachineRuntime extends ContainerRuntime, Persistent {
  /** Starts a process of root's on the machine itself, around the containers. */
  login(
    command: readonly string[],
    options: { readonly tty: boolean; readonly stdin: boolean },
    /** The number of the daemon that lets it in. */
    by?: number,
  ): ExecSession;
  startDaemon(start: DaemonStart): Daemon;
  /** The power goes: every process dies, nobody is told; sandboxes are not ready any more. */
  powerOff(): void;
  /** It is back: containers that were cut short are known to have ended. */
  powerOn(): void;
  /** Puts an image there without a pull. Throws when its registry has none of that name. */
  loadImage(reference: string): void;
  /** How a container's files differ from its image's. */
  changes(id: string): readonly FileChange[];
  /** No room is left on its disk, or there is again: writes and pulls fail meanwhile. */
  fillDisk(full: boolean): void;
}

/** Below it are those that a machine starts itself. */
const FIRST_PROCESS = 400;
/** The only way in which a default containerd runs pods (containerd: internal/cri/config DefaultRuntimeConfig). */
const DEFAULT_HANDLER = "runc";
const DIGITS = Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** A pod's own word comes before its image's. */
const stopSignalOf = ({ config, image }: Container): Signal => config.stopSignal ?? image.image.config.stopSignal ?? "TERM";

export function createMachineRuntime(options: MachineOptions): MachineRuntime {
  const { clock, random, architecture = "amd64" } = options;
  const kernel = new Kernel({
    ...options,
    programs: { ...options.programs, [NOT_RUNNABLE]: reportNotRunnable },
    persistent: options.persistent ?? true,
  });
  kernel.sysctls = new Sysctls({ changed: () => void kernel.order() });
  const images = new ImageStore({
    registry: options.registry,
    clock,
    records: kernel.records,
    fits: (bytes) => kernel.disk.fits(bytes),
    architecture,
    ...(options.bandwidth !== undefined && { bandwidth: options.bandwidth }),
  });
  for (const name of options.preloaded ?? []) images.load(name);
  const volumes = new Volumes(kernel, {
    shared: options.disks?.volumes,
    host: options.host && layerOf(options.host),
    prepareHost: options.prepareHost,
    viewsOf(tree) {
      tree.submounts = () => machine.table().mounts.values();
      placeHostViews(tree, { sandboxes, containers, volumes: () => volumes.ids(), volume: (id) => volumes.tree(id) });
    },
    layer(imageRef) {
      const contents = images.contents(imageRef);
      return contents && layerOf(contents);
    },
  });
  const machine = createMachineBox(
    kernel,
    options.name,
    () => volumes.tree(HOST),
    () => options.network.host?.(),
    kernel.sysctls,
    FIRST_PROCESS,
  );
  kernel.numbers = machine.namespace;
  kernel.nextProcess = FIRST_PROCESS;
  const sandboxes = new Map<string, Sandbox>();
  const containers = new Map<string, Container>();
  const stacks = new Map<string, ThawingStack>();
  /** What ran when the power went. */
  const cutShort = new Set<Container>();
  const listeners = new Set<(event: ContainerEvent) => void>();

  kernel.memory.onExhausted = () => {
    const victim = worst(kernel.processes.values(), kernel.hardware.memory);
    if (!victim) return [];
    kernel.onSystemOom?.(victim);
    const group = victim.box.oom();
    return group.length > 0 ? group : [victim];
  };

  const newId = (): string => {
    const codes: number[] = [];
    while (codes.length < 64) {
      const word = random.int(0x1_0000_0000);
      for (let shift = 28; shift >= 0; shift -= 4) codes.push(DIGITS[(word >>> shift) & 15] as number);
    }
    // In one piece: what is pieced together is kept in pieces.
    return String.fromCharCode(...codes);
  };
  const emit = (type: ContainerEvent["type"], container: Container, pid: number): void => {
    const event: ContainerEvent = { type, container: container.id, podUid: container.sandbox.config.uid, pid };
    for (const fn of [...listeners]) fn(event);
  };
  const watch = (container: Container): void => {
    const pid = container.main?.id ?? 0;
    container.onStopped = () => emit("stopped", container, pid);
  };
  const container = (id: string): Container => {
    const found = containers.get(id);
    if (!found) throw new RuntimeError("NotFound", `an error occurred when try to find container "${id}": not found`);
    return found;
  };
  const running = (id: string): Container => {
    const found = container(id);
    if (found.progress.state !== "running")
      throw new RuntimeError(
        "Unknown",
        `container is in ${found.progress.state === "created" ? "CONTAINER_CREATED" : "CONTAINER_EXITED"} state`,
      );
    return found;
  };
  const connectStack = (id: string, config: SandboxConfig): ThawingStack => {
    const stack = options.network.create(id, config);
    stacks.set(id, stack);
    return stack;
  };
  const stopSandbox = (sandbox: Sandbox): void => {
    if (!sandbox.ready) return;
    sandbox.ready = false;
    for (const c of containers.values()) if (c.sandbox === sandbox && c.main) kernel.signal(c.main, "KILL", true);
    for (const process of [...sandbox.processes]) kernel.exit(process, { code: 137, signal: "KILL" });
    const { shims } = machine.namespace;
    const shim = shims.get(sandbox.id);
    if (shim && shims.delete(sandbox.id)) kernel.exit(shim, { code: 0 });
    kernel.records.mark(sandbox);
    stacks.delete(sandbox.id);
    options.network.release(sandbox.id, sandbox.config);
  };
  const pods = podProcesses({
    kernel,
    machine,
    sandboxes,
    stop: stopSandbox,
    stopped: (sandbox, pid) => {
      for (const fn of [...listeners]) fn({ type: "stopped", container: sandbox.id, podUid: sandbox.config.uid, pid });
    },
  });
  const removeContainer = (id: string): void => {
    const found = containers.get(id);
    if (!found) return;
    if (found.main) kernel.signal(found.main, "KILL", true);
    containers.delete(id);
    found.remove();
    kernel.disk.touched();
  };

  return {
    name: `runtime/${options.name}`,
    drain: () => {
      kernel.cpu.settle();
      return kernel.records.drain();
    },
    restore: (records) =>
      restoreMachine({
        kernel,
        images,
        volumes,
        sandboxes,
        containers,
        records,
        stack: connectStack,
        stackOf: (id) => stacks.get(id),
        watch,
        watchPause: (sandbox, pause) => pods.watchPause(sandbox, pause),
        machine,
        registry: options.registry,
        architecture,
      }),
    powerOff() {
      machine.off();
      for (const c of containers.values()) {
        if (c.progress.state === "running") cutShort.add(c);
        c.onStopped = undefined;
      }
      for (const sandbox of sandboxes.values()) {
        if (!sandbox.ready) continue;
        sandbox.ready = false;
        stacks.delete(sandbox.id);
        kernel.records.mark(sandbox);
      }
      for (const process of [...kernel.processes.values()]) kernel.exit(process, { code: 137, signal: "KILL" });
      volumes.forgetMemory();
    },

    powerOn() {
      for (const c of cutShort) if (containers.has(c.id)) c.powerLost();
      cutShort.clear();
    },
    loadImage: (reference) => images.load(reference),
    changes: (id) => changesOf(container(id).table().root.tree.root),
    fillDisk(full) {
      kernel.disk.filled = full;
    },
    ...machineStats({ kernel, images, volumes, containers }),

    async runPodSandbox(config) {
      const id = newId();
      const { runtimeHandler: handler = DEFAULT_HANDLER } = config;
      if (handler !== DEFAULT_HANDLER && options.anyHandler !== true)
        throw new RuntimeError("Unknown", `unable to get OCI runtime for sandbox "${id}": no runtime for "${handler}" is configured`);
      const stack = connectStack(id, config);
      const before = config.attempt === 0 ? undefined : [...sandboxes.values()].find((s) => s.config.uid === config.uid);
      const sandbox = new Sandbox(
        kernel,
        id,
        { order: kernel.order(), config, ready: true, ip: stack.ip, createdAt: clock.now() },
        () => stacks.get(id),
        before && { group: before.group },
      );
      sandboxes.set(id, sandbox);
      kernel.records.mark(sandbox);
      if (machine.shown) pods.startShim(sandbox);
      if (config.shareProcessNamespace || machine.shown) pods.startPause(sandbox);
      return sandbox.status();
    },
    async stopPodSandbox(id) {
      const sandbox = sandboxes.get(id);
      if (sandbox) stopSandbox(sandbox);
    },
    async removePodSandbox(id) {
      const sandbox = sandboxes.get(id);
      if (!sandbox) return;
      stopSandbox(sandbox);
      for (const c of [...containers.values()]) if (c.sandbox === sandbox) removeContainer(c.id);
      sandboxes.delete(id);
      sandbox.remove();
    },
    sandboxes: () => [...sandboxes.values()].map((s) => s.status()),
    sandboxReady: (id) => sandboxes.get(id)?.ready === true,

    portForward: (sandboxId, port) => portForward(stacks.get(sandboxId), sandboxId, port),

    async createContainer(sandboxId, config) {
      const sandbox = sandboxes.get(sandboxId);
      if (!sandbox?.ready) throw new RuntimeError("NotFound", `failed to find sandbox id "${sandboxId}": not found`);
      const image = images.find(config.image);
      if (image) await images.open(config.image);
      const contents = image?.manifest.body.contents;
      if (!image || !contents) throw new RuntimeError("NotFound", `failed to resolve image "${config.image}": not found`);
      const id = newId();
      checkTarget(config, sandbox, containers, id);
      if (options.anyHandler !== true) checkProfiles(config, () => volumes.open(HOST).fs);
      if (config.pidNamespace === "node") pods.showEverybody();
      const made = new Container({
        kernel,
        id,
        sandbox,
        config,
        order: kernel.order(),
        image: { image: contents, foreign: image.manifest.architecture !== architecture },
        imageRef: image.imageRef,
        imageName: image.names[0] ?? image.imageRef,
        progress: { state: "created", createdAt: clock.now() },
        namespace: namespaceFor(config, sandbox, containers, machine.namespace),
        volume: (volume) => volumes.tree(volume),
      });
      containers.set(id, made);
      kernel.records.mark(made);
      return id;
    },
    async startContainer(id) {
      const found = container(id);
      if (found.progress.state !== "created")
        throw new RuntimeError("Unknown", `failed to start container "${id}": container is in ${found.progress.state} state`);
      const refusal = found.start();
      if (refusal !== undefined) throw new RuntimeError("StartError", refusal);
      watch(found);
      emit("started", found, found.main?.id ?? 0);
    },
    stopContainer(id, timeout) {
      const found = containers.get(id);
      const main = found?.main;
      if (!found || !main) return Promise.resolve();
      return new Promise((resolve) => {
        const kill = timeout > 0 ? clock.timer(timeout, () => kernel.signal(main, "KILL", true)) : undefined;
        main.onExit(() => {
          kill?.();
          resolve();
        });
        kernel.signal(main, timeout > 0 ? stopSignalOf(found) : "KILL", true);
      });
    },
    async removeContainer(id) {
      removeContainer(id);
    },
    containers(sandbox) {
      const out: ContainerStatus[] = [];
      for (const c of containers.values()) if (sandbox === undefined || c.sandbox.id === sandbox) out.push(c.status());
      return out;
    },
    status: (id) => containers.get(id)?.status(),
    updatePodResources(id, resources) {
      kernel.cpu.settle();
      sandboxes.get(id)?.resize(resources);
      kernel.cpu.changed();
    },
    updateResources(id, resources) {
      const found = container(id);
      kernel.cpu.settle();
      found.cpu.limit = resources.cpuLimit;
      found.cpu.shares = Math.max(2, resources.cpuShares);
      found.memoryLimit = resources.memoryLimit;
      kernel.cpu.changed();
      kernel.records.mark(found);
    },

    exec: async (id, command, how) => execIn(kernel, running(id), command, how, newId),
    login(command, how, by) {
      pods.showEverybody();
      const daemon = by === undefined ? undefined : kernel.processes.get(by);
      if (!daemon) return execIn(kernel, machine, command, how, newId);
      const session = machine.stand([`sshd: root@${how.tty ? "pts/0" : "notty"}`], daemon);
      const end = (): void => kernel.exit(session, { code: 0 });
      try {
        const shell = execIn(kernel, machine, command, how, newId, session);
        for (const child of session.children ?? []) child.onExit(end);
        return shell;
      } catch (error) {
        end();
        throw error;
      }
    },
    startDaemon: (start) => machine.startDaemon(start),
    attach: (id, how) => attachTo(kernel, running(id), how),
    logs: (id) => container(id).log,
    terminationMessage: (id) => containers.get(id)?.terminationMessage(),

    pullImage: (reference, login) => images.pull(reference, login),
    openImage: (reference) => images.open(reference),
    imageStatus: (reference) => images.status(reference),
    images: () => images.list(),
    removeImage: (reference) => images.remove(reference),
    on(fn): Cancel {
      const listener = (event: ContainerEvent): void => fn(event);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    volume: (id) => volumes.open(id),
    createVolume: (id, fill) => volumes.create(id, fill),
    imageVolume(reference) {
      const image = images.find(reference);
      return image && volumes.ofImage(image.imageRef);
    },
    removeVolume: (id) => volumes.remove(id),
  };
}
