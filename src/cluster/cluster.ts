import type { Manifest } from "../addons/index.ts";
import {
  type APIService,
  type Clock as ClockObject,
  type Image,
  type ImageRegistry,
  kindByGVK,
  kinds,
  type KubeObject,
  type Machine,
  type Node,
  type Pod,
} from "../api/index.ts";
import {
  type AdmissionChoice,
  type Api,
  type ApiRequest,
  type AuthorizationMode,
  bootstrapObjects,
  completed,
  createApiServer,
  type UserInfo,
} from "../apiserver/index.ts";
import { type Client, type ClientApi, createClient, type Resource } from "../client/index.ts";
import { type Entry, MemoryStore } from "../etcd/index.ts";
import { createNodePortAllocator, createServiceIpAllocator, nodeAddress } from "../network/index.ts";
import { type Authority, loadCurves, loadKeyTools, type RsaKey } from "../pki/index.ts";
import {
  type Cancel,
  type Cause,
  type Clock,
  createRandom,
  mergeCauses,
  type Persistent,
  type Platform,
  SimClock,
  type Speed,
} from "../sim/index.ts";
import type { Workstation } from "../workstation/index.ts";
import { bornAt, createClusterAuthority } from "./authority.ts";
import { bootstrap, publishTrust, reconcileDefaults } from "./bootstrap.ts";
import { initialClock, obeyClockObject } from "./clock-object.ts";
import type { ControlPlane } from "./control-plane.ts";
import { addressOrder, freeAddress, type MachineSpec, machineSpec } from "./machine-spec.ts";
import { baseOf, Persistence, recordsOf } from "./persistence.ts";
import { machineName, type Preset, type PresetName, presets, zoneOf } from "./presets.ts";
import { RandomStreams } from "./random-streams.ts";
import type { SandboxMeta, SandboxStorage, StorageError, StoredSandbox } from "./storage.ts";
import { kubectlLink } from "./kubectl-link.ts";
import { createLearnersComputer } from "./workstation.ts";

export interface ClusterOptions {
  readonly platform: Platform;
  readonly preset: PresetName;
  readonly seed: number;
  /** Virtual milliseconds since the Unix epoch to start at; a restored sandbox goes on where it stopped. */
  readonly epoch: number;
  /** Default 1. 0: time passes only through `clock.advance`. */
  readonly speed?: Speed;
  /** Default: the preset's. */
  readonly nodes?: number;
  /** Most pods a node takes. Default: the preset's. */
  readonly podsPerNode?: number;
  /** Whether kube-system's workloads run. Default: the preset's. */
  readonly addons?: boolean;
  /** Bearer tokens from outside. */
  readonly tokens?: ReadonlyMap<string, UserInfo>;
  /** What keys and certificates are made from; 32 bytes. Default: the seed's, which is no secret. */
  readonly secret?: Uint8Array;
  /** What accounts' tokens are signed with: for those who start many clusters, as to make one takes a while. Default: made from the secret. */
  readonly tokenKey?: () => RsaKey;
  /** Default: Node, RBAC. */
  readonly authorizationModes?: readonly AuthorizationMode[];
  /** --enable-admission-plugins and --disable-admission-plugins. Default: kube-apiserver's default set. */
  readonly admission?: AdmissionChoice;
  /** Absent: memory only. */
  readonly storage?: SandboxStorage;
  /** What else is kept with the cluster, in the same transactions. */
  readonly beside?: readonly Persistent[];
  /**
   * How long each kubectl takes to start, in virtual ms. A replay sets what the real one takes, so that controllers
   * get to work between commands as they do there. Default 0: a sandbox's kubectl answers while the clock is paused.
   */
  readonly kubectlLatencyMs?: number;
  readonly onStorageFailure?: (error: StorageError) => void;
  /** A write without a cause throws (law 5). Tests set it. */
  readonly strictCauses?: boolean;
  readonly onError?: (error: unknown) => void;
}

export interface ClockedApi extends Api {
  readonly clock: Clock;
}

export interface Cluster {
  readonly clock: Clock;
  readonly store: MemoryStore;
  /** With the clock, for those who stamp inputs. */
  readonly api: ClockedApi;
  readonly workstation: Workstation;
  /** Whether sim.timonel.dev is served, the Clock among it. */
  readonly simulator: boolean;
  /** Background turns stepped so far. */
  readonly steps: number;
  /**
   * Restores or boots; resolves when nodes are Ready. `onInteractive` is called earlier: the API answers, files are
   * there and a terminal may be opened, while machines are still being switched on.
   */
  start(onInteractive?: (resumed: boolean) => void): Promise<{ readonly resumed: boolean }>;
  /** A client of one's own, for tests and benches. */
  client(user: UserInfo, agent: string, causes: readonly Cause[]): Client;
  /** Everything, as one value that `storage.commit` takes as a base. Call between turns. */
  freeze(): StoredSandbox;
  /** The cluster's own certificate authority, once it has started. */
  authority(): Authority;
  /** What accounts' tokens are signed with: for clusters that are to take these. */
  readonly tokenKey: () => RsaKey;
  /** Calls back whenever the API server has ended or is there again; it is there until then. */
  onApi(fn: (up: boolean) => void): void;
  /** Commits what is not yet committed. */
  flush(): Promise<void>;
  stop(): void;
}

/** Longest a boot may take in virtual time before start() gives up waiting. */
const BOOT_LIMIT_MS = 120_000;
/** How often etcd is compacted (k8s: --etcd-compaction-interval). */
const COMPACTION_MS = 300_000;

/** The API server to itself (k8s: the loopback client). */
const API_SERVER: UserInfo = { name: "system:apiserver", groups: ["system:masters", "system:authenticated"] };

/** The composition root: makes every room and joins them through the API (DESIGN §2). */
export function createCluster(options: ClusterOptions): Cluster {
  const { platform, seed, storage } = options;
  const preset = tailored(options);
  const nodeCount = options.nodes ?? preset.nodes;
  const persistent = storage !== undefined;
  const streams = new RandomStreams(seed);
  const clock = new SimClock({
    epoch: options.epoch,
    speed: options.speed ?? 1,
    platform,
    ...(options.onError ? { onError: options.onError } : {}),
  });
  const obedient = obeyClockObject(clock);
  const meta = (): Omit<SandboxMeta, "format" | "now" | "revision" | "compactRevision"> => ({
    preset: options.preset,
    seed,
    nodes: nodeCount,
  });
  const persistence =
    storage && new Persistence({ storage, platform, clock, meta, onFailure: (error) => options.onStorageFailure?.(error) });
  const store = new MemoryStore({
    now: () => clock.now(),
    turn: (fn) => clock.turn(fn),
    ...(options.strictCauses ? { strictCauses: true } : {}),
    onWrite(revision) {
      persistence?.onWrite(revision);
      obedient.onWrite(revision);
    },
    whole: (value) => completed(value as KubeObject),
    ...(persistence ? { durable: persistence.durable } : {}),
    origin(key, value, origin) {
      const faults = plane?.faultsAbout(key, value) ?? [];
      return faults.length === 0 ? origin : { ...origin, causes: mergeCauses(origin.causes, faults) };
    },
  });
  let plane: ControlPlane | undefined;
  let authority: Authority | undefined;
  const secret = options.secret ?? createRandom(seed).fork("secret").bytes(32);
  const server = createApiServer({
    store,
    clock,
    random: streams.of("apiserver"),
    clusterIps: createServiceIpAllocator({ random: streams.of("cluster-ips") }),
    clusterIpsOf: (cidr) => createServiceIpAllocator({ random: streams.of("cluster-ips"), cidr }),
    nodePorts: createNodePortAllocator({ random: streams.of("node-ports") }),
    ...(options.tokens ? { tokens: options.tokens } : {}),
    egress: () => plane?.egress,
    observed: (plural) => plane?.observations.of(plural) ?? [],
    isRunning: (component) => plane?.isRunning(component) ?? false,
    ...(options.admission ? { admission: options.admission } : {}),
    secret,
    ...(options.tokenKey ? { tokenKey: options.tokenKey } : {}),
    ...(options.authorizationModes ? { authorizationModes: options.authorizationModes } : {}),
    simulator: preset.simulator,
  });
  /** The way to the server, where there is one that may be down. */
  const way = (): Api => plane?.gate ?? server;
  const api: ClockedApi = {
    handle: (request) => way().handle(request),
    fetch: (request, peer) => way().fetch(request, peer),
    connect: (request) => way().connect(request),
    forward: (request) => way().forward(request),
    clock,
  };
  const clientOf = (user: UserInfo, agent: string, causes: readonly Cause[] = [], over: ClientApi = api): Client =>
    createClient({ api: over, user, agent, causes });
  /** Who it is, the API server reads from the token, as it does for a pod's own requests. */
  const tokenClient = (token: () => string, agent: string): Client => {
    const handle: ClientApi["handle"] = ({ user: _, ...request }) =>
      api.handle({ ...(request as ApiRequest), headers: { authorization: `Bearer ${token()}` } });
    return createClient({ api: { handle }, user: { name: "", groups: [] }, agent });
  };

  const learner = createLearnersComputer({
    api,
    clock,
    kubectlLatencyMs: options.kubectlLatencyMs ?? 0,
    random: streams.of("workstation"),
    persistent,
    network: () => plane?.learnersStack(),
    docker: () => plane?.docker,
    front: () => plane?.front,
    up: () => plane?.gate?.up ?? true,
  });
  const components: Persistent[] = [streams, learner, ...(options.beside ?? [])];
  const stops: Cancel[] = [];

  const boot = async (onInteractive: ((resumed: boolean) => void) | undefined): Promise<boolean> => {
    const release = clock.hold();
    // Fetched beside the storage's answer; the prompt waits for neither controllers nor machines.
    const loading = import("./control-plane.ts");
    const stored = await storage?.load();
    if (stored) {
      await restoreCore(stored);
      await server.restored();
    }
    persistence?.begin(store, components, stored);
    const causes: readonly Cause[] = [{ kind: "input", at: clock.now(), sequence: 0, what: stored ? "resume" : "boot" }];
    const self = clientOf(API_SERVER, "kube-apiserver", causes, server);
    const defaults = await bootstrapObjects(clock.now());
    if (stored) await reconcileDefaults(self, defaults);
    else
      await bootstrap(
        self,
        { address: nodeAddress(0), now: clock.now() },
        defaults,
        firstObjects(preset.simulator, nodeCount, options.preset, options.speed),
      );
    onInteractive?.(stored !== undefined);
    const { createControlPlane, addonsFor } = await loading;
    const curves = await loadCurves();
    authority = await createClusterAuthority(curves, { store, secret, rsa: preset.kubeadm === true });
    await publishTrust(self, authority.certificate);
    if (preset.simulator) learner.introduce(authority);
    plane = createControlPlane({
      clock,
      streams,
      preset,
      machines: machinesOf(stored ? store : undefined, preset, nodeCount),
      made: { images: storedOf<Image>(store, "images"), registries: storedOf<ImageRegistry>(store, "imageregistries") },
      podRanges: nodesOf(store).flatMap(({ metadata, spec }) => (spec?.podCIDR ? [[metadata?.name ?? "", spec.podCIDR] as const] : [])),
      persistent,
      authority,
      accountToken: server.accountTokens.legacy,
      api,
      kubeadm: preset.kubeadm && {
        server,
        store,
        secret,
        tools: await loadKeyTools(),
        curves,
        born: bornAt(store),
        fresh: !stored,
        refill: (why) =>
          bootstrap(clientOf(API_SERVER, "kube-apiserver", why, server), { address: nodeAddress(0), now: clock.now() }, defaults, []),
      },
      revision: () => store.revision,
      client: clientOf,
      tokenClient,
      front: api,
      podKubectl: kubectlLink({ api, front: () => plane?.front }),
      onMachine(parts, there) {
        if (plane) learner.knows(plane.machineNames());
        if (there) return void components.push(...parts);
        for (const part of parts) {
          const at = components.findIndex(({ name }) => name === part.name);
          if (at >= 0) components.splice(at, 1);
          persistence?.forget(part.name);
        }
      },
    });
    learner.knows(plane.machineNames());
    if (stored) {
      for (const part of plane.components) await part.restore(recordsOf(stored, part));
      plane.restored();
    }
    components.push(...plane.components);
    await plane.start(causes);
    release();
    plane.startKubelets(causes);
    if (stored) obedient.adopt(store.get("/registry/clocks.sim.timonel.dev/cluster")?.value as ClockObject | undefined);
    else await settleBoot(causes, addonsFor(options.preset, { nodes: nodeCount }));
    armCompaction();
    return stored !== undefined;
  };

  /** Fast-forwards until the cluster is one that a learner would call up. */
  const settleBoot = async (causes: readonly Cause[], addons: readonly Manifest[]): Promise<void> => {
    await clock.advanceUntil(() => isUp(store, nodeCount), BOOT_LIMIT_MS);
    if (nodeCount === 0) return;
    const admin = clientOf({ name: "kubernetes-admin", groups: ["system:masters"] }, "kubeadm/v1.36.2", causes);
    for (const object of preset.addons ? addons : []) await admin.create(resourceOf(object), object as never);
    await plane?.initialized(admin);
    if (preset.kubeadm) await clock.advanceUntil(() => planeIsUp(store), BOOT_LIMIT_MS);
  };

  /** What a prompt needs: time, chance, etcd and the learner's files. */
  const restoreCore = async (stored: StoredSandbox): Promise<void> => {
    clock.jump(stored.meta.now);
    streams.restore(recordsOf(stored, streams));
    store.restore({
      revision: stored.revision,
      compactRevision: stored.meta.compactRevision,
      entries: stored.entries,
      writes: stored.writes,
    });
    for (const kind of kinds)
      for (const entry of store.range({ prefix: `/registry/${kind.plural}/` }).entries as readonly Entry<Node>[])
        server.allocators.adopt(kind, entry.value);
    for (const part of [learner, ...(options.beside ?? [])]) await part.restore(recordsOf(stored, part));
  };

  /** Moves the floor of history up: what was written more than one interval ago can no longer be watched from. */
  const armCompaction = (): void => {
    let floor = store.revision;
    const arm = (): void => {
      stops.push(
        clock.timer(COMPACTION_MS, () => {
          store.compact(floor);
          floor = store.revision;
          arm();
        }),
      );
    };
    arm();
  };

  return {
    clock,
    store,
    api,
    workstation: learner.workstation,
    simulator: preset.simulator,
    tokenKey: server.accountTokens.key,
    get steps() {
      return obedient.steps();
    },
    async start(onInteractive) {
      return { resumed: await boot(onInteractive) };
    },
    client: clientOf,
    freeze() {
      const records = new Map<string, unknown>();
      for (const part of components) for (const [key, value] of part.drain()) records.set(`${part.name}/${key}`, value);
      return {
        sequence: 0,
        meta: { format: 1, ...meta(), now: clock.now(), revision: store.revision, compactRevision: store.compactRevision },
        ...baseOf(store, persistence?.absorb(records) ?? withoutRemoved(records)),
      };
    },
    authority() {
      if (!authority) throw new Error("the cluster has not started yet");
      return authority;
    },
    onApi: (fn) => plane?.gate?.on(fn),
    async flush() {
      await persistence?.flush();
    },
    stop() {
      persistence?.stop();
      for (const stop of stops) stop();
      plane?.stop();
      clock.pause();
    },
  };
}

/** The machines there are: those the objects of a restored cluster name, or as many as it is made with. */
function machinesOf(store: MemoryStore | undefined, preset: Preset, nodes: number): readonly MachineSpec[] {
  const { cpu, memory, pods } = preset.machine;
  if (!store || !preset.simulator)
    return Array.from({ length: nodes }, (_, i) => {
      const { name, address } = { name: machineName(preset, i), address: nodeAddress(preset.kubeadm ? i : i + 1) };
      return { name, cpu, memory, pods, zone: undefined, address, bootedAt: undefined };
    });
  const objects = (store.range({ prefix: "/registry/machines.sim.timonel.dev/" }).entries as readonly Entry<Machine>[]).map((e) => e.value);
  const specs: MachineSpec[] = [];
  // Those whose status does not say yet take what is left.
  const known = objects.flatMap(({ status }) => (status?.address === undefined ? [] : [{ address: status.address }]));
  for (const object of objects) specs.push(machineSpec(object, freeAddress([...known, ...specs])));
  return specs.toSorted((a, b) => addressOrder(a.address, b.address));
}

function tailored({ preset, podsPerNode, addons }: ClusterOptions): Preset {
  const base = presets[preset];
  return { ...base, addons: addons ?? base.addons, machine: { ...base.machine, pods: podsPerNode ?? base.machine.pods } };
}

function resourceOf({ apiVersion = "", kind = "" }: KubeObject): Resource {
  const [version, group = ""] = apiVersion.split("/").toReversed() as [string, string?];
  const found = kindByGVK(group, version, kind);
  if (!found) throw new Error(`an addon of kind ${apiVersion} ${kind}, which is not served`);
  return found.plural as Resource;
}

function withoutRemoved(records: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
  return new Map([...records].filter(([, value]) => value !== undefined));
}

/** Objects of one of the simulator's kinds. */
const storedOf = <T extends KubeObject>(store: MemoryStore, plural: string): readonly T[] =>
  (store.range({ prefix: `/registry/${plural}.sim.timonel.dev/` }).entries as readonly Entry<T>[]).map(({ value }) => value);
const nodesOf = (store: MemoryStore): readonly Node[] =>
  (store.range({ prefix: "/registry/nodes/" }).entries as readonly Entry<Node>[]).map(({ value }) => value);

/** Every node is Ready, and default's ServiceAccount is there for pods. */
function isUp(store: MemoryStore, nodes: number): boolean {
  if (!store.get("/registry/serviceaccounts/default/default") || !store.get("/registry/configmaps/default/kube-root-ca.crt")) return false;
  let ready = 0;
  for (const value of nodesOf(store)) {
    const tainted = value.spec?.taints?.some((t) => t.key === "node.kubernetes.io/not-ready");
    if (!tainted && value.status?.conditions?.some((c) => c.type === "Ready" && c.status === "True")) ready++;
  }
  return ready >= nodes;
}

/** The API shows every container of the control plane ready. */
function planeIsUp(store: MemoryStore): boolean {
  const pods = (store.range({ prefix: "/registry/pods/kube-system/" }).entries as readonly Entry<Pod>[]).map(({ value }) => value);
  const plane = pods.filter(({ metadata }) => metadata?.labels?.["tier"] === "control-plane");
  return plane.length === 4 && plane.every(({ status }) => status?.conditions?.some((c) => c.type === "Ready" && c.status === "True"));
}

/** The simulator's group is one of the API server's own. */
const simulatorService: APIService = {
  apiVersion: "apiregistration.k8s.io/v1",
  kind: "APIService",
  metadata: { name: "v1alpha1.sim.timonel.dev", labels: { "kube-aggregator.kubernetes.io/automanaged": "onstart" } },
  spec: { group: "sim.timonel.dev", version: "v1alpha1", groupPriorityMinimum: 1000, versionPriority: 15 },
};

function firstObjects(
  simulator: boolean,
  nodes: number,
  name: PresetName,
  speed: Speed | undefined,
): readonly (readonly [Resource, object])[] {
  if (!simulator) return [];
  const { cpu, memory, pods } = presets[name].machine;
  const machine = (i: number): Machine => {
    const zone = zoneOf(presets[name], i);
    return {
      apiVersion: "sim.timonel.dev/v1alpha1",
      kind: "Machine",
      metadata: { name: machineName(presets[name], i - 1) },
      spec: { cpu, memory, pods, power: "On", ...(zone === undefined ? {} : { zone }) },
    };
  };
  return [
    ["apiservices", simulatorService],
    ["clocks", initialClock(speed)],
    ...Array.from({ length: nodes }, (_, i) => ["machines", machine(i + 1)] as const),
  ];
}
