import type { LoadBalancerStatus, Machine, Node, Service } from "../api/index.ts";
import type { Cloud, InstanceMetadata, Instances, LoadBalancers, Route, Routes } from "../controllers/index.ts";
import { balancerOf, type BalancerRecord, type Fabric, freeAddress, isBalancerAddress, type KubeProxies } from "../network/index.ts";
import { value } from "../machinery/index.ts";
import type { Clock, Persistent, Random } from "../sim/index.ts";

/** How long the cloud takes to make a load balancer. */
const BUILD_MS = 2000;

const keyOf = ({ metadata }: Service): string => `${metadata?.namespace}/${metadata?.name}`;
const idOf = ({ metadata }: Service): string => metadata?.uid ?? "";

export interface CloudOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly fabric: Fabric;
  readonly proxies: KubeProxies;
  /** Whether a machine's kube-proxy runs, and so answers health checks. */
  readonly proxyRuns: (machine: string) => boolean;
  /** Its machines as they are ordered; throws while that is not known. Absent: it has load balancers alone. */
  readonly machineOf?: (name: string) => Machine | undefined;
}

/** The simulated cloud: load balancers in front of the fabric's machines, and what it says of the machines themselves. */
export class SimulatedCloud implements Persistent, Cloud {
  readonly name = "cloud";
  readonly instances?: Instances;
  readonly routes?: Routes;
  readonly loadBalancers: LoadBalancers;
  readonly #o: CloudOptions;
  /** By the Service's uid. */
  readonly #balancers = new Map<string, BalancerRecord>();
  readonly #byAddress = new Map<string, string>();
  readonly #routes = new Map<string, Route>();
  #routed: ReadonlySet<string> = new Set();
  readonly #dirty = new Set<string>();

  constructor(options: CloudOptions) {
    this.#o = options;
    this.loadBalancers = {
      get: (service) => this.#statusOf(this.#balancers.get(idOf(service))),
      ensure: (service, nodes) => this.#ensure(service, nodes),
      update: (service, nodes) => this.#update(service, nodes),
      delete: (service) => this.#set(idOf(service), undefined),
    };
    if (options.machineOf) {
      this.instances = instancesOf(options.machineOf, options.fabric);
      this.routes = {
        list: () => [...this.#routes.values()],
        create: (hint, node, cidr) => {
          if (!options.fabric.machine(node)) throw new Error(`instance ${node} not found`);
          this.#route(`${node} ${cidr}`, { name: hint, node, cidr });
        },
        delete: ({ node, cidr }) => this.#route(`${node} ${cidr}`, undefined),
      };
      options.fabric.setRoutes((machine) => this.#routed.has(machine));
    }
    options.fabric.setBalancers((ip) => {
      const record = this.#balancers.get(this.#byAddress.get(ip) ?? "");
      return record && balancerOf(record, (machine) => this.#isHealthy(record, machine), options.random);
    });
  }

  /** What a health check of this machine would find (k8s: kube-proxy's healthz, and healthCheckNodePort for Local). */
  #isHealthy({ service, local }: BalancerRecord, machine: string): boolean {
    const { fabric, proxies, proxyRuns } = this.#o;
    if (fabric.machine(machine)?.on !== true || fabric.severed(undefined, machine) || !proxyRuns(machine)) return false;
    return !local || proxies.localEndpoints(service, machine) > 0;
  }

  #statusOf(record: BalancerRecord | undefined): LoadBalancerStatus | undefined {
    return record && { ingress: [{ ip: record.ip, ipMode: "VIP" }] };
  }

  async #ensure(service: Service, nodes: readonly Node[]): Promise<LoadBalancerStatus> {
    const ports = (service.spec?.ports ?? []).map(({ protocol = "TCP", port }) => {
      if (protocol !== "TCP" && protocol !== "UDP") throw new Error(`protocol ${protocol} is not supported by the load balancer`);
      return { protocol, port: port ?? 0 } as const;
    });
    const id = idOf(service);
    if (!this.#balancers.has(id)) {
      this.#addressFor(service, undefined);
      await this.#o.clock.sleep(BUILD_MS);
    }
    const ip = this.#addressFor(service, this.#balancers.get(id)?.ip);
    const record: BalancerRecord = {
      ip,
      service: keyOf(service),
      ports,
      machines: namesOf(nodes),
      local: service.spec?.externalTrafficPolicy === "Local",
      sticky: service.spec?.sessionAffinity === "ClientIP",
    };
    this.#set(id, record);
    return { ingress: [{ ip, ipMode: "VIP" }] };
  }

  #addressFor(service: Service, current: string | undefined): string {
    const wish = service.spec?.loadBalancerIP;
    if (current !== undefined && (!wish || wish === current)) return current;
    if (wish) {
      if (!isBalancerAddress(wish)) throw new Error(`requested ip "${wish}" is not one of this cloud's`);
      if (this.#byAddress.has(wish)) throw new Error(`requested ip "${wish}" is in use already`);
      return wish;
    }
    const free = freeAddress(new Set(this.#byAddress.keys()));
    if (free === undefined) throw new Error("no address is left for a load balancer");
    return free;
  }

  #update(service: Service, nodes: readonly Node[]): void {
    const id = idOf(service);
    const record = this.#balancers.get(id);
    if (!record) throw new Error(`load balancer of ${keyOf(service)} not found`);
    this.#set(id, { ...record, machines: namesOf(nodes) });
  }

  #set(id: string, record: BalancerRecord | undefined): void {
    const old = this.#balancers.get(id);
    if (old) this.#byAddress.delete(old.ip);
    if (record) {
      this.#balancers.set(id, record);
      this.#byAddress.set(record.ip, id);
    } else this.#balancers.delete(id);
    this.#dirty.add(`balancer/${id}`);
  }

  #route(id: string, route: Route | undefined): void {
    if (route) this.#routes.set(id, route);
    else this.#routes.delete(id);
    this.#routed = new Set([...this.#routes.values()].map((r) => r.node));
    this.#dirty.add(`route/${id}`);
  }

  drain(): ReadonlyMap<string, unknown> {
    const records = new Map<string, unknown>();
    for (const key of this.#dirty) {
      const slash = key.indexOf("/");
      const from: ReadonlyMap<string, unknown> = key.startsWith("route/") ? this.#routes : this.#balancers;
      records.set(key, from.get(key.slice(slash + 1)));
    }
    this.#dirty.clear();
    return records;
  }

  restore(records: ReadonlyMap<string, unknown>): void {
    for (const [key, record] of records) {
      const id = key.slice(key.indexOf("/") + 1);
      if (key.startsWith("route/")) this.#route(id, record as Route);
      else this.#set(id, record as BalancerRecord);
    }
    this.#dirty.clear();
  }
}

const namesOf = (nodes: readonly Node[]): readonly string[] => nodes.map((n) => n.metadata?.name ?? "").toSorted();

/** The region is a zone's name without its last letter: `north-1a` is in `north-1`. */
const regionOf = (zone: string): string => zone.replace(/-?[a-z]$/, "");

/** `standard-2-4`: so many processors, so many gibibytes. */
const typeOf = ({ spec }: Machine): string => `standard-${value(spec?.cpu ?? "2")}-${Math.ceil(value(spec?.memory ?? "4Gi") / 2 ** 30)}`;

const providerIdOf = (zone: string, name: string): string => `timonel://${zone}/${name}`;

function instancesOf(machineOf: (name: string) => Machine | undefined, fabric: Fabric): Instances {
  /** The machine of a node that has said nothing yet is the one of its name. */
  const find = ({ metadata, spec }: Node): Machine | undefined => {
    const name = metadata?.name ?? "";
    return machineOf(spec?.providerID ? (spec.providerID.split("/").at(-1) ?? "") : name);
  };
  return {
    metadata(node): InstanceMetadata {
      const machine = find(node);
      const name = machine?.metadata?.name ?? "";
      const at = fabric.machine(name);
      if (!machine || !at) throw new Error("instance not found");
      const zone = machine.spec?.zone ?? "";
      return {
        providerID: providerIdOf(zone, name),
        instanceType: typeOf(machine),
        ...(zone ? { zone, region: regionOf(zone) } : {}),
        addresses: [
          { type: "InternalIP", address: at.ip },
          { type: "Hostname", address: name },
        ],
      };
    },
    exists: (node) => find(node) !== undefined,
    shutdown(node) {
      const { spec, status } = find(node) ?? {};
      return (status?.power ?? spec?.power) === "Off";
    },
  };
}
