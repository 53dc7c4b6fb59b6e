import type { ClientApi, Client, EventRecorder } from "../client/index.ts";
import { createKubelet, type DeviceDriver, type FileServer, type KubeletLog, type KubeletServer, tokensFrom } from "../kubelet/index.ts";
import { deepEqual, milliValue, value } from "../machinery/index.ts";
import type { MachineNetwork } from "../network/index.ts";
import {
  createMachineRuntime,
  type FileSystem,
  type ImageContents,
  type MachineRuntime,
  type Programs,
  type Registry,
  type SandboxNetwork,
  type SharedDisks,
} from "../runtime/index.ts";
import type { Cause, Clock, Persistent, Random } from "../sim/index.ts";
import { KubeletProcess } from "./kubelet-process.ts";
import { nobodyAt } from "./link.ts";
import { kubeletConfig, type MachineSpec } from "./machine-spec.ts";
import { Containerd } from "./systemd/containerd.ts";
import { Journal } from "./systemd/journal.ts";
import { KUBELET_CONFIG, kubeletConfigText, type MachineIdentity, writeMachineFiles } from "./systemd/machine-files.ts";
import { kubeletService, switched } from "./systemd/services.ts";
import { Systemd } from "./systemd/systemd.ts";

export interface MachineOptions {
  readonly spec: MachineSpec;
  readonly network: MachineNetwork;
  readonly clock: Clock;
  readonly random: Random;
  readonly programs: Programs;
  readonly registry: Registry;
  readonly disks: SharedDisks;
  /** What is installed on it, around the containers. */
  readonly host?: ImageContents;
  /** Its runtime pretends: any handler will do. */
  readonly anyHandler?: boolean;
  /** Names of images that are there from the start. */
  readonly preloaded: readonly string[];
  /** Where its files say that the API server is, and the certificate authority's certificate as PEM. */
  readonly server: string;
  readonly authority: string;
  readonly api: ClientApi;
  readonly revision: () => number;
  readonly client: (api: ClientApi) => Client;
  readonly recorder: (client: Client) => EventRecorder;
  /** Where its network has one. */
  readonly fileServer?: FileServer;
  /** A cloud controller manager says what there is to say about the node. */
  readonly externalCloud: boolean;
  /** Whether processes must survive a reload. */
  readonly persistent: boolean;
  /** What else is written on it when it is set up. */
  readonly furnish?: (fs: FileSystem) => void;
}

/** How long systemd waits for what it told to stop before it kills it (DefaultTimeoutStopSec). */
const STOP_TIMEOUT_MS = 90_000;

/** A computer of the cluster: its network, its container runtime and its kubelet. Nothing runs until it is switched on. */
export class ClusterMachine {
  readonly name: string;
  readonly network: MachineNetwork;
  readonly runtime: MachineRuntime;
  readonly kubelet: KubeletProcess;
  /** Device drivers that have registered with whichever kubelet runs here, by name. */
  readonly deviceDrivers = new Map<string, DeviceDriver>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #options: MachineOptions;
  /** What its kubelet was started with. */
  #server: KubeletServer | undefined;
  #log: KubeletLog | undefined;
  #proxy = true;
  readonly #containerd: Containerd;
  readonly journal: Journal;
  /** Undefined: it has no files of its own, and its daemons simply run. */
  readonly systemd: Systemd | undefined;
  /** Its kube-proxy is started or ended. */
  onProxy: (() => void) | undefined;
  #spec: MachineSpec;
  /** It is on its way down: what cuts that short. */
  #leaving: (() => void) | undefined;

  constructor(options: MachineOptions) {
    const { spec, network, clock, random, persistent, disks, programs, registry, preloaded } = options;
    this.#options = options;
    this.name = spec.name;
    this.#spec = spec;
    this.#clock = clock;
    this.#random = random;
    this.network = network;
    const sandboxes: SandboxNetwork = {
      create: (id, config) => (config.hostNetwork ? network.stack : (network.sandbox(id) ?? network.createSandbox(id))),
      host: () => network.stack,
      release(id, config) {
        if (!config.hostNetwork) network.sandbox(id)?.close();
      },
    };
    this.runtime = createMachineRuntime({
      name: spec.name,
      clock,
      random,
      programs,
      registry,
      disks,
      preloaded,
      ...(options.host && { host: options.host, prepareHost: (fs) => (writeMachineFiles(fs, this.#self), options.furnish?.(fs)) }),
      ...(options.anyHandler && { anyHandler: true }),
      network: sandboxes,
      ...(spec.architecture === undefined ? {} : { architecture: spec.architecture }),
      hardware: {
        cpus: milliValue(spec.cpu) / 1000,
        memory: value(spec.memory),
        ...(spec.disk === undefined ? {} : { disk: value(spec.disk) }),
      },
      persistent,
    });
    this.#containerd = new Containerd(this.runtime, clock);
    // A fork has its own place: the machine is the same one after every reload.
    const identity = random.fork("identity");
    const [machineID, systemUUID, firstBoot] = [identity.uuid().replaceAll("-", ""), identity.uuid(), identity.uuid()];
    this.kubelet = new KubeletProcess({
      machine: spec.name,
      clock,
      api: options.api,
      revision: options.revision,
      client: options.client,
      onFault: (stopped, causes) => this.systemd?.hold("kubelet.service", stopped, causes),
      create: ({ client, informers, delay }) =>
        createKubelet({
          nodeName: spec.name,
          machine: {
            cpu: spec.cpu,
            memory: spec.memory,
            ...(spec.disk === undefined ? {} : { ephemeralStorage: spec.disk }),
            pods: this.#server?.maxPods ?? spec.pods,
            // Where it stands is for its cloud to say, where it has one.
            ...(this.#spec.zone === undefined || options.externalCloud ? {} : { zone: this.#spec.zone }),
            addresses: [
              { type: "InternalIP", address: network.ip },
              { type: "Hostname", address: spec.name },
            ],
            osImage: "Debian GNU/Linux 12 (bookworm)",
            kernelVersion: "6.1.0-timonel",
            containerRuntimeVersion: "containerd://2.1.4",
            ...this.#packaged(),
            architecture: spec.architecture ?? "amd64",
            operatingSystem: "linux",
            ...(options.externalCloud ? { externalCloud: true } : {}),
            machineID,
            systemUUID,
            bootID: this.#bootId(firstBoot),
            ...(options.anyHandler ? {} : { declaredFeatures: ["RestartAllContainersOnContainerExits"] }),
          },
          config: this.#server?.config ?? kubeletConfig(this.#spec.kubelet),
          client,
          informers,
          recorder: options.recorder(client),
          clock,
          random,
          // Where nobody can stop its runtime it is asked directly.
          runtime: options.host ? this.#containerd.client() : this.runtime,
          stack: network.stack,
          tokenFor: tokensFrom(client),
          ...(options.fileServer ? { fileServer: options.fileServer } : {}),
          ...(this.#log && { log: this.#log }),
          staticPodPath: this.#server?.staticPodPath,
          deviceDrivers: this.deviceDrivers,
          delay,
        }),
    });
    this.journal = new Journal(spec.name, clock);
    this.systemd = options.host && this.#systemdOf();
  }

  #systemdOf(): Systemd {
    const { clock } = this.#options;
    return new Systemd({
      machine: this.name,
      clock,
      runtime: this.runtime,
      journal: this.journal,
      services: {
        kubelet: kubeletService({
          version: () => this.#packaged().kubeletVersion,
          fs: () => this.runtime.volume("host").fs,
          runtimeUp: () => this.#containerd.up,
          known: () => ({ text: kubeletConfigText(this.#spec.kubelet), config: kubeletConfig(this.#spec.kubelet) }),
          start: (server, run) => {
            this.#server = server;
            this.#log = (verbosity, severity, place, text, fields) => {
              if (verbosity <= server.verbosity) run.log({ severity, place, text, ...(fields && { fields }) });
            };
            const there = server.server === undefined || server.server === this.#options.server;
            this.kubelet.power(true, run.causes, there ? undefined : nobodyAt(server.server));
          },
          stop: (causes) => this.kubelet.power(false, causes),
        }),
        containerd: switched(48, (on) => this.#containerd.turn(on)),
        sshd: switched(8, () => {}),
        "kube-proxy": switched(30, (on) => {
          if (this.#proxy === on) return;
          this.#proxy = on;
          this.onProxy?.();
        }),
      },
    });
  }

  get #self(): MachineIdentity {
    const { spec, network, server, authority } = this.#options;
    return { name: spec.name, server, authority, podCidr: network.podCidr, kubelet: this.#spec.kubelet };
  }

  /** Whether its container runtime answers. */
  get runtimeUp(): boolean {
    return this.#containerd.up;
  }
  get proxyUp(): boolean {
    return this.#proxy;
  }

  get power(): "On" | "Off" | "ShuttingDown" {
    if (!this.network.on) return "Off";
    return this.#leaving ? "ShuttingDown" : "On";
  }
  get zone(): string | undefined {
    return this.#spec.zone;
  }
  get address(): string {
    return this.#spec.address;
  }
  get bootedAt(): number | undefined {
    return this.#spec.bootedAt;
  }
  get components(): readonly Persistent[] {
    return [this.runtime, this.kubelet.persistent, ...(this.systemd ? [this.journal, this.systemd] : [])];
  }

  /** Starts what a machine that is on runs; on a reload, what it ran. */
  begin(causes: readonly Cause[]): void {
    if (this.network.on) this.#boot(causes);
  }
  #boot(causes: readonly Cause[]): void {
    if (this.systemd) this.systemd.boot(causes);
    else this.kubelet.power(true, causes);
  }

  switchOn(causes: readonly Cause[]): void {
    if (this.network.on) return;
    this.#spec = { ...this.#spec, bootedAt: this.#clock.now() };
    this.network.power(true);
    this.runtime.powerOn();
    this.#boot(causes);
  }

  /** The plug is pulled. */
  crash(causes: readonly Cause[]): void {
    this.#leaving?.();
    this.#leaving = undefined;
    if (!this.network.on) return;
    this.systemd?.off(causes);
    this.kubelet.power(false, causes);
    this.runtime.powerOff();
    this.network.power(false);
  }

  /** As `poweroff` does: first the kubelet is ended, then processes are told, in the end killed; `done` when it is off. */
  shutDown(causes: readonly Cause[], done: () => void): void {
    if (this.power !== "On") return;
    let over = false;
    const off = (): void => {
      if (over) return;
      this.crash(causes);
      done();
    };
    this.#leaving = () => {
      over = true;
    };
    // A kubelet that was told to holds systemd up while it ends its pods (k8s: nodeshutdown, an inhibitor lock).
    void Promise.resolve(this.kubelet.kubelet?.shutDown(causes)).then(() => {
      if (over) return;
      this.kubelet.power(false, causes);
      const running = this.runtime.containers().filter((c) => c.state === "running");
      return Promise.all(running.map((c) => this.runtime.stopContainer(c.id, STOP_TIMEOUT_MS))).then(off);
    });
  }

  fillDisk(full: boolean): void {
    this.runtime.fillDisk(full);
  }

  /** It stands elsewhere now, or its kubelet is told otherwise: that starts anew, and labels the node when it does. */
  adapt({ zone, kubelet }: Pick<MachineSpec, "zone" | "kubelet">, causes: readonly Cause[]): void {
    if (zone === this.#spec.zone && deepEqual(kubelet, this.#spec.kubelet)) return;
    const { kubelet: _, ...spec } = this.#spec;
    this.#spec = { ...spec, zone, ...(kubelet === undefined ? {} : { kubelet }) };
    if (!this.systemd) return this.kubelet.restart(causes);
    this.systemd.fs.writeFile(KUBELET_CONFIG, kubeletConfigText(kubelet));
    if (this.systemd.pidOf("kubelet.service") !== undefined) this.systemd.restart("kubelet.service", causes);
  }

  /** What version of the kubelet is installed, where packages say. */
  #packaged(): { readonly kubeletVersion?: string } {
    const path = "/usr/local/lib/kubernetes/kubelet";
    const fs = this.systemd?.fs;
    return fs?.exists(path) ? { kubeletVersion: `v${fs.readText(path).trim()}` } : {};
  }

  #bootId(first: string): string {
    const { bootedAt } = this.#spec;
    return bootedAt === undefined ? first : this.#random.fork(`boot ${Math.floor(bootedAt / 1000)}`).uuid();
  }
}
