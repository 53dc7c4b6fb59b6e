import { createLocalPathLink } from "../addons/index.ts";
import type { Egress } from "../apiserver/index.ts";
import type { ServiceAccount } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import { createEventRecorder, createInformers } from "../client/index.ts";
import { createControllers, runController, userOfController } from "../controllers/index.ts";
import { createImages, holdImage } from "../images/index.ts";
import { clusterCidr, createClusterDns, createServiceDirectory, Fabric, KubeProxies, nodeAddress, podCidr } from "../network/index.ts";
import type { Authority } from "../pki/index.ts";
import { createDisks, createRegistry, type ThawingStack } from "../runtime/index.ts";
import type { Cancel, Cause, Clock, Persistent } from "../sim/index.ts";
import { SimulatedCloud } from "./cloud.ts";
import { machineOrders, startCloudControllers } from "./cloud-controllers.ts";
import { type ClusterMachine, createMachine } from "./machines.ts";
import { createEgress } from "./egress.ts";
import { createObservations, type Observations } from "./observations.ts";
import { nodeName, type Preset } from "./presets.ts";
import type { RandomStreams } from "./random-streams.ts";
import { createClusterScheduler } from "./scheduler.ts";

export interface ControlPlaneOptions {
  readonly clock: Clock;
  readonly streams: RandomStreams;
  readonly preset: Preset;
  readonly nodes: number;
  readonly persistent: boolean;
  /** The cluster's own. */
  readonly authority: Authority;
  readonly accountToken: (account: ServiceAccount, secretName: string) => string;
  /** A component's client: its user's name and groups, what it calls itself, and why it writes before anything has happened. */
  readonly client: (
    user: { readonly name: string; readonly groups: readonly string[] },
    agent: string,
    causes?: readonly Cause[],
  ) => Client;
  /** A client of whom the token that each request bears names. */
  readonly tokenClient: (token: () => string, agent: string) => Client;
}

/** Everything that works through the API: controllers, scheduler, network and machines. */
export interface ControlPlane {
  readonly egress: Egress;
  /** In the order they are restored: sockets before the processes that hold them. */
  readonly components: readonly Persistent[];
  /** The network namespace of the learner's computer. */
  learnersStack(): ThawingStack;
  /** Every component has been restored: ends connections that nobody came back for. */
  restored(): void;
  /** Starts the control loops; resolves when kube-proxy's rules are there. Kubelets start after, in turns. */
  start(causes: readonly Cause[]): Promise<void>;
  startKubelets(): void;
  /** Whether its loops have been started, and not stopped. */
  /** What can be read of the cluster beside the store. */
  readonly observations: Observations;
  isRunning(component: "scheduler" | "controller-manager"): boolean;
  stop(): void;
}

const authenticated = (name: string) => ({ name, groups: ["system:authenticated"] });
const COREDNS = {
  name: "system:serviceaccount:kube-system:coredns",
  groups: ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"],
};

/**
 * Puts together what the learner's prompt does not wait for. It is loaded beside the API server, which is why
 * `cluster.ts` imports it dynamically.
 */
export function createControlPlane(options: ControlPlaneOptions): ControlPlane {
  const { clock, streams, preset, nodes, persistent } = options;
  const stops: Cancel[] = [];
  const running = new Set<string>();
  const fabric = new Fabric({ clock, persistent });
  const proxyInformers = createInformers(options.client(authenticated("system:kube-proxy"), "kube-proxy"), clock);
  const directory = createServiceDirectory(proxyInformers);
  const proxies = new KubeProxies({ directory, clock, random: streams.of("kube-proxy"), clusterCidr: clusterCidr(nodes) });
  const cloud =
    preset.cloud === "none"
      ? undefined
      : new SimulatedCloud({
          clock,
          random: streams.of("cloud"),
          fabric,
          proxies,
          ...(preset.cloud === "whole" ? { machineOf: machineOrders(options.client, clock) } : {}),
        });
  const dnsInformers = createInformers(options.client(COREDNS, "coredns"), clock);
  // It looks at namespaces with CoreDNS's rights, and so not before a CoreDNS runs.
  const dns = createClusterDns({ directory, namespaceExists: (name) => dnsInformers.of("namespaces").get(name) !== undefined });
  const catalogue = createImages({
    clusterDns: () => ({ dns, synced: () => dnsInformers.of("namespaces").synced }),
    provisioner: createLocalPathLink({ clock, random: streams.of("local-path-provisioner"), client: options.tokenClient }),
  });
  const registry = preset.hollowImages ? createRegistry([], { wildcard: holdImage }) : createRegistry(catalogue.images);
  const observations = createObservations({
    clock,
    images: catalogue.images,
    registry,
    advise: (key) => scheduler.running?.advise(key) ?? [],
  });
  const disks = createDisks({ clock, persistent });
  const machines = new Map<string, ClusterMachine>();
  for (let i = 1; i <= nodes; i++) {
    const name = nodeName(i);
    const network = fabric.addMachine(name, { ip: nodeAddress(i), podCidr: podCidr(i - 1) });
    network.setRules(proxies.rules(name));
    const client = options.client({ name: `system:node:${name}`, groups: ["system:nodes", "system:authenticated"] }, "kubelet/v1.36.2");
    const machine = createMachine({
      name,
      preset,
      network,
      clock,
      random: streams.of(name),
      programs: catalogue.programs,
      registry,
      disks,
      preloaded: preset.preloadedImages,
      client,
      informers: createInformers(client, clock),
      // Kubelets with a pretended runtime keep their events to themselves, as hollow nodes do.
      recorder: preset.hollowImages ? { event: () => {} } : createEventRecorder({ client, clock, component: "kubelet", host: name }),
      persistent,
    });
    machines.set(name, machine);
  }

  const startControllers = (causes: readonly Cause[]): void => {
    running.add("controller-manager");
    const client = options.client(authenticated("system:kube-controller-manager"), "kube-controller-manager/v1.36.2", causes);
    const informers = createInformers(client, clock);
    const recorders = new Map<string, ReturnType<typeof createEventRecorder>>();
    const recorder = (name: string) => {
      const known = recorders.get(name) ?? createEventRecorder({ client, clock, component: name });
      recorders.set(name, known);
      return known;
    };
    const cidrs = new Map(Array.from({ length: nodes }, (_, i) => [nodeName(i + 1), podCidr(i)] as const));
    const random = streams.of("controllers");
    const controllers = createControllers({
      informers,
      clock,
      random,
      recorder,
      rootCa: options.authority.certificate,
      accountToken: options.accountToken,
      signer: options.authority,
      allocateNodeCidr: (name) => cidrs.get(name),
    });
    for (const controller of controllers) {
      const own = options.client(userOfController(controller.name), "kube-controller-manager/v1.36.2", causes);
      stops.push(runController({ controller, client: own, informers, clock }).stop);
    }
  };

  const scheduler = createClusterScheduler({
    clock,
    random: streams.of("scheduler"),
    client: (causes) => options.client(authenticated("system:kube-scheduler"), "kube-scheduler/v1.36.2", causes),
    administrator: (causes) => options.client({ name: "kubernetes-admin", groups: ["system:masters"] }, "kubeadm/v1.36.2", causes),
    onDecision: (decision) => observations.decided(decision),
  });

  // The API server's machine is no node: nothing is scheduled there, and kube-proxy has no rules for it.
  const host = fabric.addMachine("control-plane", { ip: nodeAddress(0) });
  return {
    egress: createEgress({ clock, machines, stack: host.stack }),
    components: [fabric, proxies, disks, ...(cloud ? [cloud] : []), ...[...machines.values()].flatMap((m) => [m.runtime, m.kubelet])],
    learnersStack: () => fabric.workstation(preset.shellOnNode && nodes > 0 ? { on: nodeName(1) } : {}),
    restored: () => fabric.resetUnclaimed(),
    observations,
    isRunning: (component) => running.has(component),
    async start(causes) {
      startControllers(causes);
      running.add("scheduler");
      scheduler.start(causes);
      if (cloud)
        stops.push(startCloudControllers({ cloud, clock, random: streams.of("cloud-controllers"), client: options.client, causes }));
      // Whom nobody lets in waits for nothing.
      await proxyInformers.answered();
    },
    startKubelets() {
      for (const { kubelet } of machines.values()) clock.turn(() => kubelet.start());
    },
    stop() {
      running.clear();
      for (const stop of stops) stop();
      scheduler.stop();
      for (const { kubelet } of machines.values()) kubelet.stop();
    },
  };
}
