import type { Pod, Volume as VolumeSpec } from "../../api/index.ts";
import { Errno, type ContainerRuntime, type FileSystem, type Mount, type Volume } from "../../runtime/index.ts";
import type { Clock } from "../../sim/index.ts";
import { hostsFile, podHostname } from "../dns.ts";
import { expand } from "../environment.ts";
import type { PodAddresses } from "../fields.ts";
import { StartFailure } from "../images.ts";
import { MissingObject, type ObjectReader } from "../objects.ts";
import { specOf, uidOf } from "../pod.ts";
import type { AnyContainer } from "../pod.ts";
import type { KubeletConfig, TokenFor } from "../types.ts";
import { type Payload, samePayload, writeAtomically } from "./atomic-writer.ts";
import { isProjection, payloadOf } from "./projected.ts";

interface Mounted {
  readonly volume: Volume;
  /** Where in `volume` it begins: hostPath. */
  readonly root: string;
  readonly readOnly: boolean;
  /** Versions of a projection that subPath mounts show. */
  pinned: Set<string> | undefined;
  /** What a projection shows. */
  payload?: Payload;
}

export type MountedVolumes = ReadonlyMap<string, Mounted>;

export interface MountProblem {
  readonly volume: string;
  readonly message: string;
}

const NO_VOLUMES: MountedVolumes = new Map();
/** All of a machine's own files, which hostPath volumes show parts of. */
const HOST = "host";

/** Sets up pods' volumes, keeps projections current, takes them away again (k8s: volumemanager). */
export class VolumeManager {
  readonly #runtime: ContainerRuntime;
  readonly #clock: Clock;
  readonly #objects: ObjectReader;
  readonly #tokens: TokenFor | undefined;
  readonly #allocatable: Readonly<Record<string, string>>;
  readonly #config: KubeletConfig;
  readonly #mounted = new Map<string, Map<string, Mounted>>();
  readonly #issued = new Map<string, { readonly token: () => string; readonly renewAt: number }>();

  constructor(options: {
    runtime: ContainerRuntime;
    clock: Clock;
    objects: ObjectReader;
    tokens: TokenFor | undefined;
    allocatable: Readonly<Record<string, string>>;
    config: KubeletConfig;
  }) {
    this.#config = options.config;
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
      if (mounted.has(volume.name)) continue;
      try {
        mounted.set(volume.name, await this.#setUp(pod, volume, addresses));
      } catch (error) {
        if (!(error instanceof MissingObject) && !(error instanceof Errno)) throw error;
        problems.push({ volume: volume.name, message: `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}` });
      }
    }
    return problems;
  }

  /** Whether `refresh` has anything to do for a pod. */
  refreshable(pod: Pod): boolean {
    return usedVolumes(pod).some(isProjection);
  }

  /** Brings mounted projections up to date; objects read within `maxAge` ms for other pods will do. */
  async refresh(pod: Pod, addresses: PodAddresses, maxAge: number): Promise<readonly MountProblem[]> {
    const mounted = this.#mounted.get(uidOf(pod));
    const problems: MountProblem[] = [];
    for (const volume of usedVolumes(pod)) {
      const there = mounted?.get(volume.name);
      if (there === undefined || !isProjection(volume)) continue;
      try {
        const payload = await payloadOf(pod, volume, addresses, this.#sources(maxAge));
        // Only the kubelet writes here, so what was written last is what is there.
        if (there.payload !== undefined && samePayload(there.payload, payload)) continue;
        there.payload = payload;
        writeAtomically(there.volume.fs, payload, this.#clock.now(), specOf(pod).securityContext?.fsGroup, there.pinned);
      } catch (error) {
        if (!(error instanceof MissingObject)) throw error;
        problems.push({ volume: volume.name, message: `MountVolume.SetUp failed for volume "${volume.name}" : ${error.message}` });
      }
    }
    return problems;
  }

  unmount(pod: Pod): void {
    const uid = uidOf(pod);
    for (const volume of usedVolumes(pod)) {
      if (volume.emptyDir !== undefined) this.#runtime.removeVolume(emptyDirId(pod, volume.name));
      else if (isProjection(volume)) this.#runtime.removeVolume(projectionId(pod, volume.name));
    }
    this.#mounted.delete(uid);
    if (podHostname(pod, this.#config).fqdn !== undefined) this.#runtime.removeVolume(`pods/${uid}/etc-hosts`);
    for (const key of this.#issued.keys()) if (key.startsWith(`${uid}/`)) this.#issued.delete(key);
  }

  /** What a container's volumeMounts become. Throws StartFailure CreateContainerConfigError. */
  mountsFor(pod: Pod, container: AnyContainer, env: Readonly<Record<string, string>>, addresses: PodAddresses): readonly Mount[] {
    const hosts = this.#hostsFile(pod, addresses);
    const mounts = container.volumeMounts;
    if (mounts === undefined || mounts.length === 0) return hosts;
    const mounted = this.of(pod);
    const own = mounts.map((mount) => {
      const there = mounted.get(mount.name);
      if (there === undefined)
        throw new StartFailure(
          "CreateContainerConfigError",
          `cannot find volume "${mount.name}" to mount into container "${container.name}"`,
        );
      const wanted = mount.subPathExpr === undefined ? (mount.subPath ?? "") : expand(mount.subPathExpr, (name) => env[name]);
      const subPath = wanted === "" ? there.root : this.#subPath(there, wanted, mount.name, container.name);
      const readOnly = there.readOnly || mount.readOnly === true;
      return { containerPath: mount.mountPath, volume: there.volume, ...(subPath === "" ? {} : { subPath }), readOnly };
    });
    return hosts.length === 0 ? own : [...hosts, ...own];
  }

  /** With a subdomain the managed /etc/hosts names the pod in full; a sandbox knows only its short name. */
  #hostsFile(pod: Pod, addresses: PodAddresses): readonly Mount[] {
    const { hostname, fqdn } = podHostname(pod, this.#config);
    const ip = addresses.podIPs[0];
    if (fqdn === undefined || ip === undefined || specOf(pod).hostNetwork === true) return [];
    const volume = this.#runtime.volume(`pods/${uidOf(pod)}/etc-hosts`);
    volume.fs.writeFile("/hosts", hostsFile(ip, `${fqdn}\t${hostname}`, specOf(pod).hostAliases ?? []));
    return [{ containerPath: "/etc/hosts", volume, subPath: "hosts", readOnly: false }];
  }

  #subPath(there: Mounted, own: string, name: string, container: string): string {
    const { fs } = there.volume;
    const path = `${there.root === "" ? "" : `/${there.root}`}/${own}`;
    if (!fs.exists(path)) {
      if (there.readOnly)
        throw new StartFailure(
          "CreateContainerConfigError",
          `failed to prepare subPath for volumeMount "${name}" of container "${container}"`,
        );
      fs.mkdir(path, { recursive: true, mode: 0o755 });
    }
    const real = fs.realpath(path).slice(1);
    // A bind mount of a projection's file shows that version for ever.
    if (real.startsWith("..")) (there.pinned ??= new Set()).add(real.split("/")[0] ?? real);
    return real;
  }

  #sources(maxAge: number): Parameters<typeof payloadOf>[3] {
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
      return { volume: made, root: "", readOnly: false, pinned: undefined };
    }
    if (isProjection(volume)) {
      const payload = await payloadOf(pod, volume, addresses, this.#sources(0));
      const now = this.#clock.now();
      const fresh = this.#runtime.createVolume(projectionId(pod, volume.name), (fs) => writeAtomically(fs, payload, now, group));
      if (fresh !== undefined) return { volume: fresh, root: "", readOnly: true, pinned: undefined, payload };
      const made = this.#runtime.volume(projectionId(pod, volume.name));
      // It was there before a reload: a subPath mount may show this version.
      const pinned = made.fs.exists("/..data") ? new Set([made.fs.readlink("/..data")]) : undefined;
      writeAtomically(made.fs, payload, now, group, pinned);
      return { volume: made, root: "", readOnly: true, pinned, payload };
    }
    const type = Object.keys(volume).find((key) => key !== "name") ?? "unknown";
    throw new MissingObject(`volume type "${type}" is not simulated`);
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

const emptyDirId = (pod: Pod, name: string): string => `pods/${uidOf(pod)}/volumes/kubernetes.io~empty-dir/${name}`;
const projectionId = (pod: Pod, name: string): string => `pods/${uidOf(pod)}/volumes/kubernetes.io~projected/${name}`;

/** Only volumes that a container mounts are set up. */
function usedVolumes(pod: Pod): readonly VolumeSpec[] {
  const spec = specOf(pod);
  const volumes = spec.volumes;
  if (volumes === undefined || volumes.length === 0) return [];
  const used = new Set<string>();
  for (const list of [spec.initContainers, spec.containers, spec.ephemeralContainers])
    for (const container of list ?? []) for (const mount of container.volumeMounts ?? []) used.add(mount.name);
  return volumes.filter((volume) => used.has(volume.name));
}

/** k8s: volume/hostpath/host_path.go checkType. */
function checkHostPath(fs: FileSystem, path: string, type: string): void {
  const found = fs.exists(path) ? fs.stat(path).type : undefined;
  const refuse = (what: string): never => {
    throw new MissingObject(`hostPath type check failed: ${path} is not a ${what}`);
  };
  switch (type) {
    case "":
    case "DirectoryOrCreate":
      if (found === undefined) fs.mkdir(path, { recursive: true, mode: 0o755 });
      else if (found !== "directory" && type !== "") refuse("directory");
      return;
    case "Directory":
      if (found !== "directory") refuse("directory");
      return;
    case "FileOrCreate":
      if (found === undefined) {
        const parent = path.slice(0, path.lastIndexOf("/"));
        if (parent !== "" && !fs.exists(parent)) throw new MissingObject(`open ${path}: no such file or directory`);
        fs.writeFile(path, "", { mode: 0o644 });
      } else if (found !== "file") refuse("file");
      return;
    case "File":
      if (found !== "file") refuse("file");
      return;
    case "Socket":
      return refuse("socket file");
    default:
      if (found !== "device") refuse(type === "CharDevice" ? "character device" : "block device");
  }
}
