import type { Pod, Volume as VolumeSpec } from "../../api/index.ts";
import type { Client } from "../../client/index.ts";
import { isStatusError, value } from "../../machinery/index.ts";
import { Errno, type ContainerRuntime, type Mount } from "../../runtime/index.ts";
import type { Clock } from "../../sim/index.ts";
import { hostsFile, podHostname } from "../dns.ts";
import type { PodAddresses } from "../fields.ts";
import { StartFailure } from "../images.ts";
import { MissingObject, type ObjectReader } from "../objects.ts";
import { specOf, uidOf } from "../pod.ts";
import type { AnyContainer } from "../pod.ts";
import { podCgroup } from "../resources.ts";
import type { FileServer, KubeletConfig, TokenFor } from "../types.ts";
import { type Payload, samePayload, writeAtomically } from "./atomic-writer.ts";
import { claimedVolume, claimNameOf, Unprocessed } from "./claims.ts";
import type { CsiPlugins } from "./csi-plugins.ts";
import { type Expansion, expandOnNode, needsExpansion } from "./expansion.ts";
import { checkHostPath } from "./host-path.ts";
import { VolumesInUse } from "./in-use.ts";
import { isProjection, payloadOf } from "./projected.ts";
import { HOST, MountFailure, type Source, Waiting } from "./mounting.ts";
import { mountNfs } from "./nfs.ts";
import { mountInlineCsi, mountPersistent, type SourceDeps } from "./sources.ts";
import { pluginOf, sourcePath, subPathOf, subPathSource } from "./sub-path.ts";

interface Mounted extends Source {
  /** Versions of a projection that subPath mounts show. */
  pinned: Set<string> | undefined;
  /** What a projection shows. */
  payload?: Payload;
  /** The PersistentVolume behind a claim. */
  readonly persistent?: string;
  /** The CSI driver that it comes from. */
  readonly driver?: string;
}

export type MountedVolumes = ReadonlyMap<string, Mounted>;

export interface MountProblem {
  readonly volume: string;
  /**
   * "failed": it is tried again soon; "unprocessed": its claim is not what it has to be; "unattached": it is not
   * attached to this node yet, "unreported": the node's status does not tell yet that it is used, of which no event tells.
   */
  readonly kind: "failed" | "unprocessed" | "unattached" | "unreported";
  readonly message: string;
}

const NO_VOLUMES: MountedVolumes = new Map();

/** Sets up pods' volumes, keeps projections current, takes them away again (k8s: volumemanager). */
export class VolumeManager {
  readonly #runtime: ContainerRuntime;
  readonly #clock: Clock;
  readonly #objects: ObjectReader;
  readonly #tokens: TokenFor | undefined;
  readonly #allocatable: Readonly<Record<string, string>>;
  readonly #config: KubeletConfig;
  readonly #sources: SourceDeps;
  /** What the node's status has to tell of. */
  readonly inUse = new VolumesInUse();
  readonly #mounted = new Map<string, Map<string, Mounted>>();
  readonly #issued = new Map<string, { readonly token: () => string; readonly renewAt: number }>();

  constructor(options: {
    nodeName: string;
    client: Client;
    csi: CsiPlugins;
    fileServer: FileServer | undefined;
    runtime: ContainerRuntime;
    clock: Clock;
    objects: ObjectReader;
    tokens: TokenFor | undefined;
    allocatable: Readonly<Record<string, string>>;
    config: KubeletConfig;
  }) {
    this.#config = options.config;
    const { nodeName, client, csi, runtime, fileServer } = options;
    this.#sources = { nodeName, client, csi, runtime, fileServer, inUse: this.inUse };
    this.#runtime = options.runtime;
    this.#clock = options.clock;
    this.#objects = options.objects;
    this.#allocatable = options.allocatable;
    const { tokens } = options;
    this.#tokens = tokens === undefined ? undefined : (pod, audience, seconds) => this.#token(tokens, pod, audience, seconds);
  }

  of(pod: Pod): MountedVolumes {
    return this.#mounted.get(uidOf(pod)) ?? NO_VOLUMES;
  }

  /** Mounts what is not mounted yet. The problems stand in the way of starting containers; none: all is there. */
  async mount(pod: Pod, addresses: PodAddresses): Promise<readonly MountProblem[]> {
    const wanted = usedVolumes(pod);
    if (wanted.length === 0) return [];
    const uid = uidOf(pod);
    let mounted = this.#mounted.get(uid);
    if (mounted === undefined) this.#mounted.set(uid, (mounted = new Map<string, Mounted>()));
    const problems: MountProblem[] = [];
    for (const volume of wanted) {
      // Images come with the containers that show them.
      if (mounted.has(volume.name) || volume.image !== undefined) continue;
      try {
        mounted.set(volume.name, await this.#setUp(pod, volume, addresses));
      } catch (error) {
        problems.push(problemOf(volume.name, error));
      }
    }
    return problems;
  }

  /** Whether `refresh` or `expand` have anything to do for a pod. */
  refreshable(pod: Pod): boolean {
    return usedVolumes(pod).some((volume) => isProjection(volume) || claimNameOf(pod, volume) !== undefined);
  }

  /** File systems fill volumes that have become larger. */
  async expand(pod: Pod, client: Client): Promise<readonly Expansion[]> {
    const done: Expansion[] = [];
    for (const volume of usedVolumes(pod)) {
      const driver = this.of(pod).get(volume.name)?.driver;
      const plugin = driver === undefined ? undefined : this.#sources.csi.get(driver);
      if (plugin === undefined) continue;
      try {
        const claimed = await claimedVolume(client, pod, volume);
        if (claimed !== undefined && needsExpansion(claimed))
          done.push(await expandOnNode({ client, nodeName: this.#sources.nodeName, plugin, claimed }));
      } catch (error) {
        // It is looked at again with the pod.
        if (!(error instanceof Unprocessed) && !isStatusError(error)) throw error;
      }
    }
    return done;
  }

  /** Brings mounted projections up to date; objects read within `maxAge` ms for other pods will do. */
  async refresh(pod: Pod, addresses: PodAddresses, maxAge: number): Promise<readonly MountProblem[]> {
    const mounted = this.#mounted.get(uidOf(pod));
    const problems: MountProblem[] = [];
    for (const volume of usedVolumes(pod)) {
      const there = mounted?.get(volume.name);
      if (there === undefined || !isProjection(volume)) continue;
      try {
        const payload = await payloadOf(pod, volume, addresses, this.#payloadSources(maxAge));
        // Only the kubelet writes here, so what was written last is what is there.
        if (there.payload !== undefined && samePayload(there.payload, payload)) continue;
        there.payload = payload;
        writeAtomically(there.volume.fs, payload, this.#clock.now(), specOf(pod).securityContext?.fsGroup, there.pinned);
      } catch (error) {
        if (!(error instanceof MissingObject)) throw error;
        problems.push(problemOf(volume.name, error));
      }
    }
    return problems;
  }

  /**
   * Images that a container mounts: `ensure` has them pulled, once for a pod, and answers what to call them (k8s:
   * kuberuntime_manager.go getImageVolumes).
   */
  async mountImages(pod: Pod, container: AnyContainer, ensure: (volume: VolumeSpec) => string | Promise<string>): Promise<void> {
    for (const volume of specOf(pod).volumes ?? []) {
      if (volume.image === undefined || !container.volumeMounts?.some((m) => m.name === volume.name)) continue;
      const mounted = this.#mounted.get(uidOf(pod)) ?? new Map<string, Mounted>();
      this.#mounted.set(uidOf(pod), mounted);
      if (mounted.has(volume.name)) continue;
      const files = this.#runtime.imageVolume(await ensure(volume));
      if (files !== undefined) mounted.set(volume.name, { volume: files, root: "", readOnly: true, pinned: undefined });
    }
  }

  unmount(pod: Pod): void {
    const uid = uidOf(pod);
    for (const volume of usedVolumes(pod)) {
      if (volume.emptyDir !== undefined) this.#runtime.removeVolume(emptyDirId(pod, volume.name));
      else if (isProjection(volume)) this.#runtime.removeVolume(projectionId(pod, volume));
    }
    this.#mounted.delete(uid);
    this.inUse.release(uid);
    if (podHostname(pod, this.#config).fqdn !== undefined) this.#runtime.removeVolume(`pods/${uid}/etc-hosts`);
    for (const key of this.#issued.keys()) if (key.startsWith(`${uid}/`)) this.#issued.delete(key);
  }

  /** What a container's volumeMounts become. Throws StartFailure CreateContainerConfigError. */
  mountsFor(pod: Pod, container: AnyContainer, env: Readonly<Record<string, string>>, addresses: PodAddresses): readonly Mount[] {
    const hosts = this.#hostsFile(pod, addresses);
    const mounts = container.volumeMounts;
    if (mounts === undefined || mounts.length === 0) return hosts;
    const mounted = this.of(pod);
    const own = mounts.map((mount, i) => {
      const there = mounted.get(mount.name);
      if (there === undefined)
        throw new StartFailure(
          "CreateContainerConfigError",
          `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
        );
      const wanted = subPathOf(mount, env);
      const subPath = wanted === "" ? there.root : this.#subPath(there, wanted, mount.name, container.name);
      const readOnly = there.readOnly || mount.readOnly === true;
      const source = wanted === "" ? sourcePath(pod, mount.name, there) : subPathSource(pod, mount.name, container.name, i);
      return {
        containerPath: mount.mountPath,
        volume: there.volume,
        ...(subPath === "" ? {} : { subPath }),
        readOnly,
        source,
        ...(there.device === undefined ? {} : { device: there.device }),
      };
    });
    return hosts.length === 0 ? own : [...hosts, ...own];
  }

  /** What is in a file of a mounted volume; undefined when there is no such file. */
  fileIn(pod: Pod, volume: string, path: string): Uint8Array | "no volume" | undefined {
    const there = this.of(pod).get(volume);
    if (there === undefined) return "no volume";
    const { fs } = there.volume;
    const at = `${there.root === "" ? "" : `/${there.root}`}/${path}`;
    return fs.exists(at) && fs.stat(at).type === "file" ? fs.readFile(at) : undefined;
  }

  /** With a subdomain the managed /etc/hosts names the pod in full; a sandbox knows only its short name. */
  #hostsFile(pod: Pod, addresses: PodAddresses): readonly Mount[] {
    const { short, fqdn } = podHostname(pod, this.#config);
    const ip = addresses.podIPs[0];
    if (fqdn === undefined || ip === undefined || specOf(pod).hostNetwork === true) return [];
    const volume = this.#runtime.volume(`pods/${uidOf(pod)}/etc-hosts`);
    volume.fs.writeFile("/hosts", hostsFile(ip, `${fqdn}\t${short}`, specOf(pod).hostAliases ?? []));
    return [{ containerPath: "/etc/hosts", volume, subPath: "hosts", readOnly: false }];
  }

  #subPath(there: Mounted, own: string, name: string, container: string): string {
    const { fs } = there.volume;
    const path = `${there.root === "" ? "" : `/${there.root}`}/${own}`;
    try {
      if (!fs.exists(path)) fs.mkdir(path, { recursive: true, mode: 0o755 });
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const message = `failed to create subPath directory for volumeMount "${name}" of container "${container}"`;
      throw new StartFailure("CreateContainerConfigError", message);
    }
    const real = fs.realpath(path).slice(1);
    // A bind mount of a projection's file shows that version for ever.
    if (real.startsWith("..")) (there.pinned ??= new Set()).add(real.split("/")[0] ?? real);
    return real;
  }

  #payloadSources(maxAge: number): Parameters<typeof payloadOf>[3] {
    return { objects: this.#objects, tokens: this.#tokens, allocatable: this.#allocatable, maxAge };
  }

  async #setUp(pod: Pod, volume: VolumeSpec, addresses: PodAddresses): Promise<Mounted> {
    const group = specOf(pod).securityContext?.fsGroup;
    if (volume.hostPath !== undefined) {
      const host = this.#runtime.volume(HOST);
      checkHostPath(host.fs, volume.hostPath.path, volume.hostPath.type ?? "");
      return { volume: host, root: volume.hostPath.path.replace(/^\/+|\/+$/g, ""), readOnly: false, pinned: undefined };
    }
    if (volume.emptyDir !== undefined) {
      const made = this.#runtime.volume(emptyDirId(pod, volume.name));
      made.fs.chmod("/", group === undefined ? 0o777 : 0o2777);
      if (group !== undefined) made.fs.chown("/", 0, group);
      const { medium, sizeLimit } = volume.emptyDir;
      // What is in memory has its size from the start; a directory on disk is only looked at now and then.
      if (medium === "Memory") {
        made.keepInMemory();
        made.setSize(memorySize(pod, sizeLimit, this.#allocatable));
      }
      return { volume: made, root: "", readOnly: false, pinned: undefined };
    }
    if (isProjection(volume)) {
      const payload = await payloadOf(pod, volume, addresses, this.#payloadSources(0));
      const now = this.#clock.now();
      const fresh = this.#runtime.createVolume(projectionId(pod, volume), (fs) => writeAtomically(fs, payload, now, group));
      if (fresh !== undefined) return { volume: fresh, root: "", readOnly: true, pinned: undefined, payload };
      const made = this.#runtime.volume(projectionId(pod, volume));
      // It was there before a reload: a subPath mount may show this version.
      const pinned = made.fs.exists("/..data") ? new Set([made.fs.readlink("/..data")]) : undefined;
      writeAtomically(made.fs, payload, now, group, pinned);
      return { volume: made, root: "", readOnly: true, pinned, payload };
    }
    if (volume.nfs !== undefined)
      return { ...mountNfs(this.#runtime, this.#sources.fileServer, pod, volume.name, volume.nfs), pinned: undefined };
    if (volume.csi !== undefined) return { ...(await mountInlineCsi(this.#sources, pod, volume)), pinned: undefined };
    const claimed = await claimedVolume(this.#sources.client, pod, volume);
    if (claimed !== undefined) {
      const persistent = claimed.volume.metadata?.name ?? "";
      const mode = claimed.volume.spec?.volumeMode ?? "Filesystem";
      const use = isDevice(pod, volume.name) ? "volumeDevices" : "volumeMounts";
      if ((mode === "Block") !== (use === "volumeDevices"))
        throw new Unprocessed(`volume ${volume.name} has volumeMode ${mode}, but is specified in ${use}`);
      if (mode === "Block") throw new MountFailure("MapVolume.MapPodDevice", "block devices are not simulated", persistent);
      try {
        const source = await mountPersistent(this.#sources, pod, claimed, this.#isElsewhere(persistent, uidOf(pod)));
        const driver = claimed.volume.spec?.csi?.driver;
        return { ...source, pinned: undefined, persistent, ...(driver === undefined ? {} : { driver }) };
      } catch (error) {
        // Events name the volume, not what the pod calls it.
        if (error instanceof MissingObject || error instanceof Errno)
          throw new MountFailure("MountVolume.SetUp", error.message, persistent);
        throw error instanceof MountFailure ? new MountFailure(error.step, error.message, persistent) : error;
      }
    }
    const type = Object.keys(volume).find((key) => key !== "name") ?? "unknown";
    throw new MissingObject(`volume type "${type}" is not simulated`);
  }

  /** Whether another pod of this node has it (k8s: actual_state_of_world.go IsVolumeMountedElsewhere). */
  #isElsewhere(persistent: string, uid: string): boolean {
    for (const [other, volumes] of this.#mounted)
      if (other !== uid) for (const mounted of volumes.values()) if (mounted.persistent === persistent) return true;
    return false;
  }

  /** Tokens are kept until 80 % of their life is over (k8s: token_manager.go). */
  async #token(issue: TokenFor, pod: Pod, audience: string | undefined, seconds: number): Promise<() => string> {
    const key = `${uidOf(pod)}/${audience ?? ""}/${seconds}`;
    const known = this.#issued.get(key);
    const now = this.#clock.now();
    if (known !== undefined && now < known.renewAt) return known.token;
    const token = await issue(pod, audience, seconds);
    this.#issued.set(key, { token, renewAt: now + seconds * 800 });
    return token;
  }
}

/** How much a tmpfs holds: no more than the pod, or the node's pods, may have (k8s: emptydir/empty_dir.go calculateEmptyDirMemorySize). */
function memorySize(pod: Pod, sizeLimit: string | undefined, allocatable: Readonly<Record<string, string>>): number {
  const sizes = [value(allocatable["memory"]), podCgroup(pod).memoryLimit ?? 0, value(sizeLimit)];
  return Math.min(...sizes.filter((size) => size > 0));
}

export const emptyDirId = (pod: Pod, name: string): string => `pods/${uidOf(pod)}/volumes/kubernetes.io~empty-dir/${name}`;
const projectionId = (pod: Pod, volume: VolumeSpec): string =>
  `pods/${uidOf(pod)}/volumes/kubernetes.io~${pluginOf(volume)}/${volume.name}`;

function problemOf(name: string, error: unknown): MountProblem {
  if (error instanceof Waiting) return { volume: name, kind: error.unreported ? "unreported" : "unattached", message: error.message };
  if (error instanceof Unprocessed) return { volume: name, kind: "unprocessed", message: error.message };
  if (error instanceof MountFailure)
    return { volume: name, kind: "failed", message: `${error.step} failed for volume "${error.volume ?? name}" : ${error.message}` };
  if (!(error instanceof MissingObject) && !(error instanceof Errno)) throw error;
  return { volume: name, kind: "failed", message: `MountVolume.SetUp failed for volume "${name}" : ${error.message}` };
}

const containersOf = (pod: Pod): readonly AnyContainer[] => {
  const { initContainers = [], containers, ephemeralContainers = [] } = specOf(pod);
  return [...initContainers, ...containers, ...ephemeralContainers];
};

const isDevice = (pod: Pod, name: string): boolean => containersOf(pod).some((c) => c.volumeDevices?.some((d) => d.name === name) === true);

/** Only volumes that a container mounts are set up. */
function usedVolumes(pod: Pod): readonly VolumeSpec[] {
  const spec = specOf(pod);
  const volumes = spec.volumes;
  if (volumes === undefined || volumes.length === 0) return [];
  const used = new Set<string>();
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers])
    for (const { volumeMounts = [], volumeDevices = [] } of list ?? []) {
      for (const { name } of volumeMounts) used.add(name);
      for (const { name } of volumeDevices) used.add(name);
    }
  return volumes.filter((volume) => used.has(volume.name));
}
