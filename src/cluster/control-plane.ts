import { createIngressLink, createLocalPathLink } from "../addons/index.ts";
import type { Api, Egress } from "../apiserver/index.ts";
import type { Image, ImageRegistry, ServiceAccount } from "../api/index.ts";
import { type Client, type ClientApi, createEventRecorder, createInformers } from "../client/index.ts";
import { controllerFactories } from "../controllers/index.ts";
import { createKubeadm, type KubeadmOptions } from "./kubeadm/index.ts";
import type { ApiGate } from "./kubeadm/api-gate.ts";
import { createImages, exampleRegistries, holdImage, machineContents } from "../images/index.ts";
import type { KubectlOptions } from "../kubectl/index.ts";
import {
  answerHealthCheck,
  clusterCidr,
  createClusterDns,
  createServiceDirectory,
  Fabric,
  KubeProxies,
  NetworkPolicies,
  nodeAddress,
  podCidrCount,
} from "../network/index.ts";
import type { Authority } from "../pki/index.ts";
import { createDisks, createRegistry, internetHost, type RegistryHost, type ThawingStack } from "../runtime/index.ts";
import type { Cancel, Cause, Clock, Persistent } from "../sim/index.ts";
import { type ApiFront, createApiFront } from "./api-front.ts";
import { API_PORT } from "./api-port.ts";
import { SimulatedCloud } from "./cloud.ts";
import { CloudDisks } from "./cloud-disks.ts";
import { cloudProgram, machineOrders } from "./cloud-controllers.ts";
import type { ComponentHandle } from "./components.ts";
import { createControlLoops } from "./control-loops.ts";
import { createDiskDriverLink } from "./disk-driver.ts";
import { createDevicePluginLink } from "./device-plugins.ts";
import { createDockerEngine } from "./docker-engine.ts";
import { createEgress } from "./egress.ts";
import { createApplication } from "./faults/application.ts";
import { createFaults } from "./faults/faults.ts";
import type { MachineSpec } from "./machine-spec.ts";
import { ClusterMachine } from "./machines.ts";
import { NodeProxy } from "./node-proxy.ts";
import { createObservations, type Observations } from "./observations.ts";
import { ImageObjects } from "./images/objects.ts";
import { ServedImages } from "./images/served.ts";
import type { DockerEngine } from "../workstation/index.ts";
import { machineDaemon } from "./machine-daemons/index.ts";
import { MachinePark } from "./park.ts";
import { PodRanges } from "./pod-ranges.ts";
import { nodeName, type Preset } from "./presets.ts";
import type { RandomStreams } from "./random-streams.ts";
import { SchedulerProcess } from "./scheduler-process.ts";

export interface ControlPlaneOptions {
  readonly clock: Clock;
  readonly streams: RandomStreams;
  readonly preset: Preset;
  /** By address. */
  readonly machines: readonly MachineSpec[];
  /** Images and registries that somebody has made. */
  readonly made: { readonly images: Iterable<Image>; readonly registries: Iterable<ImageRegistry> };
  /** Pod ranges that nodes have. */
  readonly podRanges: Iterable<readonly [node: string, cidr: string]>;
  readonly persistent: boolean;
  /** The cluster's own. */
  readonly authority: Authority;
  readonly accountToken: (account: ServiceAccount, secretName: string) => string;
  readonly api: ClientApi;
  /** The newest. */
  readonly revision: () => number;
  /** A component's client: its user's name and groups, what it calls itself, why it writes before anything has happened, and over what. */
  readonly client: (
    user: { readonly name: string; readonly groups: readonly string[] },
    agent: string,
    causes?: readonly Cause[],
    over?: ClientApi,
  ) => Client;
  /** What a control plane in containers is made of, where that is how it runs. */
  readonly kubeadm: Omit<KubeadmOptions, "changed" | "clock" | "authority" | "machines"> | undefined;
  /** A client of whom the token that each request bears names. */
  readonly tokenClient: (token: () => string, agent: string) => Client;
  /** The API server as it is reached over the network. */
  readonly front: Pick<Api, "fetch">;
  /** The API server as kubectl in a pod finds it. */
  readonly podKubectl: Pick<KubectlOptions, "connect">;
  /** A machine's parts that outlive a reload came, or went with all they had. */
  readonly onMachine: (parts: readonly Persistent[], there: boolean) => void;
}

/** Everything that works through the API: controllers, scheduler, network and machines. */
export interface ControlPlane {
  readonly egress: Egress;
  /** The way to the API server, where it may be down. */
  readonly gate: ApiGate | undefined;
  /** What kubeadm makes in a cluster when it has set up its control plane. */
  initialized(client: Client): Promise<void>;
  /** In the order they are restored: sockets before the processes that hold them. */
  readonly components: readonly Persistent[];
  /** What runs containers on the learner's computer; undefined where there are no objects to push to. */
  readonly docker: DockerEngine | undefined;
  /** The network namespace of the learner's computer. */
  learnersStack(): ThawingStack;
  /** Addresses of the machines by name. */
  machineNames(): ReadonlyMap<string, string>;
  /** Every component has been restored: ends connections that nobody came back for. */
  restored(): void;
  /** Starts the control loops; resolves when kube-proxy's rules are there. Kubelets start after, in turns. */
  start(causes: readonly Cause[]): Promise<void>;
  startKubelets(causes: readonly Cause[]): void;
  /** What can be read of the cluster beside the store. */
  readonly observations: Observations;
  /** The faults in force that an object's writes are about, as causes. */
  readonly faultsAbout: (key: string, value: unknown) => readonly Cause[];
  /** The API server's door. */
  readonly front: ApiFront;
  /** Whether its loops run. */
  isRunning(component: "scheduler" | "controller-manager"): boolean;
  stop(): void;
}

const authenticated = (name: string) => ({ name, groups: ["system:authenticated"] });
/** Whom the simulator's own objects are kept by. */
const SIMULATOR = { name: "system:timonel", groups: ["system:masters", "system:authenticated"] };
const nodeUser = (name: string) => ({ name: `system:node:${name}`, groups: ["system:nodes", "system:authenticated"] });
const CONTROL_PLANE = "control-plane";
/** How long after a reload what nobody has asked for is taken for lost. */
const RETURN_MS = 1000;
/** An NFS server in the machines' network, whose one export is empty at first. */
const FILE_SERVER = { names: ["files.timonel.internal", "172.18.255.250"], volume: "shared/files" };
const MANAGER = "kube-controller-manager";
/** As whom a pod of kube-system with this service account comes. */
const accountOf = (name: string) => ({
  name: `system:serviceaccount:kube-system:${name}`,
  groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
});

// Beside the control plane, because nothing of it is created before that runs.
export { addonsFor } from "../addons/index.ts";

/**
 * Puts together what the learner's prompt does not wait for. It is loaded beside the API server, which is why
 * `cluster.ts` imports it dynamically.
 */
export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { clock, streams, preset, persistent } = options;
  const stops: Cancel[] = [];
  /** Machines whose Node was deleted. */
  const nodeless = new Set<string>();
  const ranges = new PodRanges(podCidrCount(options.machines.length), options.podRanges);
  const fabric = new Fabric({ clock, persistent });
  const proxyInformers = createInformers(options.client(authenticated("system:kube-proxy"), "kube-proxy"), clock);
  const directory = createServiceDirectory(proxyInformers);
  const proxyNodes = proxyInformers.of("nodes");
  const proxies = new KubeProxies({
    directory,
    clock,
    random: streams.of("kube-proxy"),
    clusterCidr: clusterCidr(options.machines.length),
    zone: (node) => proxyNodes.get(node)?.metadata?.labels?.["topology.kubernetes.io/zone"],
  });
  // The recordings' clusters had a bridge for a network, which knows nothing of policies.
  const policies = preset.addons ? new NetworkPolicies(createInformers(options.client(SIMULATOR, "network-policies"), clock)) : undefined;
  if (policies) fabric.setVerdict(policies.verdict);
  const cloud =
    preset.cloud === "none"
      ? undefined
      : new SimulatedCloud({
          clock,
          random: streams.of("cloud"),
          fabric,
          proxies,
          proxyRuns: (machine) => proxyRuns(machine),
          ...(preset.cloud === "whole" ? { machineOf: machineOrders(options.client, clock) } : {}),
        });
  const dnsInformers = createInformers(options.client(accountOf("coredns"), "coredns"), clock);
  // It looks at namespaces with CoreDNS's rights, and so not before a CoreDNS runs.
  const dns = createClusterDns({ directory, namespaceExists: (name) => dnsInformers.of("namespaces").get(name) !== undefined });
  const disks = createDisks({ clock, persistent });
  const machineOf = (name: string): ClusterMachine | undefined => park.machines.get(name);
  const cloudDisks =
    preset.cloud === "whole"
      ? new CloudDisks({ clock, random: streams.of("cloud-disks"), files: disks, zoneOf: (machine) => machineOf(machine)?.zone })
      : undefined;
  const metricsInformers = createInformers(options.client(accountOf("metrics-server"), "metrics-server"), clock);
  const kubeadm =
    options.kubeadm &&
    createKubeadm({
      ...options.kubeadm,
      clock,
      authority: options.authority,
      machines: options.machines.length,
      changed: (causes) => apply?.changed(causes),
    });
  const home = kubeadm?.home ?? CONTROL_PLANE;
  const catalogue = createImages({
    ...(kubeadm && { controlPlane: kubeadm.link }),
    clusterDns: () => ({ dns, synced: () => dnsInformers.of("namespaces").synced }),
    ...(cloudDisks ? { disks: createDiskDriverLink({ clock, cloud: cloudDisks, machineOf, client: options.tokenClient }) } : {}),
    devicePlugins: createDevicePluginLink({
      clock,
      machineOf,
      client: options.tokenClient,
      kubelet: (name) => options.client(nodeUser(name), "kubelet/v1.36.2"),
    }),
    kubectl: options.podKubectl,
    ingress: createIngressLink({ clock, client: options.tokenClient }),
    provisioner: createLocalPathLink({ clock, random: streams.of("local-path-provisioner"), client: options.tokenClient }),
    clusterObjects: () => ({
      synced: () => metricsInformers.of("nodes").synced && metricsInformers.of("pods").synced,
      nodes: () => [...metricsInformers.of("nodes").list()],
      pods: () => [...metricsInformers.of("pods").list()],
    }),
  });
  /** A host that somebody has put an image at is one. */
  const hasImages = (host: string): boolean => registry.repositories(host).length > 0;
  const made = new ImageObjects({
    clock,
    registry: () => registry,
    inUse: (digest) => inUse(digest),
  });
  const served = new ServedImages({
    clock,
    registry: () => registry,
    described: (host) => preset.hollowImages || made.host(host) !== undefined || hasImages(host),
    inUse: (digest) => inUse(digest),
  });
  const inUse = (digest: string): boolean =>
    [...park.machines.values()].some(({ runtime }) => runtime.images().some(({ imageRef }) => imageRef.endsWith(digest)));
  const internet = (host: string): RegistryHost => made.host(host) ?? exampleRegistries[host] ?? internetHost(host, hasImages);
  const registry = preset.hollowImages
    ? createRegistry([], { wildcard: holdImage })
    : createRegistry(catalogue.images, preset.internet ? { hosts: internet } : {});
  const observations = createObservations({
    clock,
    images: catalogue.images,
    registry,
    isPrivate: (host) => host in exampleRegistries,
    components: () => handles,
    advise: (key) => scheduler.advise(key),
  });
  const api = options.api;
  const handles: ComponentHandle[] = [];
  const kubeProxies = new Map<string, NodeProxy>();
  const proxyRuns = (machine: string): boolean => kubeProxies.get(machine)?.startedAt !== undefined;
  const front = createApiFront({
    api: options.front,
    authority: options.authority,
    clock,
    random: streams.of("kube-apiserver"),
    address: nodeAddress(0),
    ...(kubeadm && { files: () => kubeadm.processes.server }),
  });
  kubeadm?.gate.on((up) => {
    if (!up) front.reset();
  });
  const apiPort = (): number | undefined => (kubeadm === undefined ? API_PORT : kubeadm.gate.up ? kubeadm.processes.port : undefined);
  const fronts: readonly (string | undefined)[] = [home, undefined, ...(preset.shellOnNode ? [nodeName(1)] : [])];
  fabric.setDaemons((machine, port) => {
    if (port === apiPort() && fronts.includes(machine)) return (socket) => front.serve(socket);
    if (machine === undefined) return undefined;
    return (
      (proxyRuns(machine) ? answerHealthCheck(proxies, machine, port) : undefined) ??
      machineDaemon(machineOf(machine), port, () => clock.now())
    );
  });
  const park = new MachinePark({
    clock,
    build(spec) {
      const { name } = spec;
      const range = ranges.of(name);
      const network = fabric.addMachine(name, { ip: spec.address, ...(range === undefined ? {} : { podCidr: range }) });
      network.setRules(proxies.rules(name));
      const user = nodeUser(name);
      return new ClusterMachine({
        spec,
        network,
        clock,
        random: streams.of(name),
        programs: catalogue.programs,
        registry: served.from(() => network.stack),
        disks,
        preloaded: kubeadm?.preloaded(name) ?? preset.preloadedImages,
        server: `https://${nodeAddress(0)}:6443`,
        authority: options.authority.certificate,
        ...(preset.hollowImages ? { anyHandler: true } : { host: kubeadm?.contents(name) ?? machineContents }),
        ...(kubeadm && { furnish: (fs) => kubeadm.furnish(fs, name) }),
        api,
        revision: options.revision,
        client: (over) => options.client(user, "kubelet/v1.36.2", undefined, over),
        // Kubelets with a pretended runtime keep their events to themselves, as hollow nodes do.
        recorder: (client) =>
          preset.hollowImages ? { event: () => {} } : createEventRecorder({ client, clock, component: "kubelet", host: name }),
        ...(preset.cloud === "none" ? {} : { fileServer: FILE_SERVER }),
        externalCloud: preset.cloud === "whole",
        persistent,
      });
    },
    onChange(machine, there, causes) {
      if (there) join(machine);
      else leave(machine);
      options.onMachine(machine.components, there);
      faults?.targetsChanged(causes);
    },
  });
  const join = (machine: ClusterMachine): void => {
    const proxy = new NodeProxy(machine, proxies, clock);
    kubeProxies.set(machine.name, proxy);
    handles.push(machine.kubelet, proxy);
  };
  const leave = (machine: ClusterMachine): void => {
    kubeProxies.delete(machine.name);
    proxies.release(machine.name);
    if (nodeless.delete(machine.name)) ranges.release(machine.name);
    fabric.removeMachine(machine.name);
    handles.splice(0, handles.length, ...handles.filter((h) => h.machine !== machine.name));
  };
  made.begin(options.made.images, options.made.registries);
  for (const spec of options.machines) join(park.add(spec));

  const loopsOptions = { clock, api, revision: options.revision, client: options.client };
  const loops = createControlLoops(loopsOptions, [
    {
      name: MANAGER,
      user: authenticated("system:kube-controller-manager"),
      agent: "kube-controller-manager/v1.36.2",
      context: {
        clock,
        random: streams.of("controllers"),
        rootCa: options.authority.certificate,
        accountToken: options.accountToken,
        signer: options.authority,
        allocateNodeCidr(name) {
          nodeless.delete(name);
          return ranges.of(name);
        },
        // A machine keeps the range that its container network is made for.
        releaseNodeCidr: (name) => (park.machines.has(name) ? void nodeless.add(name) : ranges.release(name)),
      },
      factories: controllerFactories,
    },
    ...(cloud ? [cloudProgram({ cloud, clock, random: streams.of("cloud-controllers") })] : []),
  ]);
  const scheduler = new SchedulerProcess({
    clock,
    random: streams.of("scheduler"),
    api,
    revision: options.revision,
    client: (causes, over) => options.client(authenticated("system:kube-scheduler"), "kube-scheduler/v1.36.2", causes, over),
    administrator: (causes) => options.client({ name: "kubernetes-admin", groups: ["system:masters"] }, "kubeadm/v1.36.2", causes),
    onDecision: (decision) => observations.decided(decision),
  });
  handles.unshift(...loops.handles, scheduler);

  const apply: ReturnType<typeof createApplication> | undefined = createApplication({
    handles,
    park,
    kubeProxies,
    fabric,
    ...(kubeadm && { runs: (process) => kubeadm.processes.runs(process) }),
  });
  const simulator = options.client(SIMULATOR, "timonel-simulator");
  const simulatorInformers = createInformers(simulator, clock);
  const faults = preset.simulator
    ? createFaults({ clock, client: simulator, informers: simulatorInformers, apply: apply.obey, missing: apply.missing })
    : undefined;

  // The API server's machine is no node: nothing is scheduled there, and kube-proxy has no rules for it.
  const learnersStack = (): ThawingStack =>
    fabric.workstation(preset.shellOnNode && options.machines.length > 0 ? { on: nodeName(1) } : {});
  const host = park.machines.get(home)?.network ?? fabric.addMachine(CONTROL_PLANE, { ip: nodeAddress(0) });
  return {
    front,
    egress: createEgress({ clock, machines: park.machines, stack: host.stack, severed: (name) => fabric.severed(home, name) }),
    gate: kubeadm?.gate,
    initialized: async (client) => kubeadm?.initialized(client),
    components: [
      ...(kubeadm ? [kubeadm.persistent] : []),
      fabric,
      proxies,
      disks,
      made,
      served,
      ...(cloud ? [cloud] : []),
      ...(cloudDisks ? [cloudDisks] : []),
      ...[...park.machines.values()].flatMap((m) => m.components),
    ],
    docker: preset.simulator
      ? createDockerEngine({
          clock,
          random: streams.of("docker"),
          programs: catalogue.programs,
          registry,
          host: internet,
          served,
          takesImages: (host) => made.host(host) !== undefined || host in exampleRegistries,
          stack: () => learnersStack(),
          client: (causes) => options.client(SIMULATOR, "docker", causes),
        })
      : undefined,
    learnersStack,
    machineNames: () => new Map([...park.machines.values()].map((m) => [m.name, m.address])),
    // Time stands still until every process is back; some then still have to open a second or third port anew.
    restored() {
      stops.push(clock.timer(RETURN_MS, () => clock.turn(() => fabric.resetUnclaimed())));
    },
    observations,
    faultsAbout: apply.faultsAbout,
    isRunning: (component) => (component === "scheduler" ? scheduler.startedAt !== undefined : loops.isRunning(MANAGER)),
    async start(causes) {
      await faults?.begin();
      apply.start(causes);
      // Whom nobody lets in waits for nothing.
      await proxyInformers.answered();
      policies?.start();
    },
    startKubelets(causes) {
      for (const machine of park.machines.values()) machine.begin(causes);
      if (preset.simulator) stops.push(park.watch(simulator, simulatorInformers), made.watch(simulator, simulatorInformers));
    },
    stop() {
      faults?.stop();
      loops.stop();
      scheduler.stop();
      policies?.stop();
      for (const stop of stops) stop();
      for (const { kubelet } of park.machines.values()) kubelet.stop();
    },
  };
}
