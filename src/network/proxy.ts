import type { Endpoint, EndpointSlice, Service, ServicePort } from "../api/index.ts";
import type { Clock, Persistent, Random } from "../sim/index.ts";
import { cidrContains, isLoopback, parseCidr, parseIp, type Cidr } from "./ip.ts";
import type { ServiceDirectory } from "./services.ts";
import type { Protocol, Route, ServiceRules } from "./types.ts";

/** Where a port of a Service may lead. */
interface Target {
  readonly ip: string;
  readonly port: number;
  readonly node: string | undefined;
  /** Nodes and zones that it is meant for. */
  readonly nodes: readonly string[];
  readonly zones: readonly string[];
}

/** One port of one Service, as every node sees it. */
interface PortRule {
  readonly service: string;
  readonly name: string;
  readonly protocol: Protocol;
  /** Ready endpoints, or serving ones that terminate when none is ready (k8s: proxy/topology.go CategorizeEndpoints). */
  readonly targets: readonly Target[];
  /** Cluster or Local, for cluster IPs and for node ports. */
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  /** Who may come by the load balancer's address; undefined: all. */
  readonly sources: readonly Cidr[] | undefined;
  /** ms that a client stays with its endpoint; 0: none. */
  readonly affinity: number;
}

const REJECT: Route = { to: "reject" };
const DROP: Route = { to: "drop" };

/** The rules of one Service's ports, from its slices. Pure. */
function portRules(
  key: string,
  service: Service,
  slices: Iterable<EndpointSlice>,
): readonly { readonly port: ServicePort; readonly rule: PortRule }[] {
  const spec = service.spec;
  if (!spec || spec.type === "ExternalName" || !spec.clusterIP || spec.clusterIP === "None") return [];
  const affinity = spec.sessionAffinity === "ClientIP" ? (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? 10_800) * 1000 : 0;
  const all = [...slices].filter((slice) => slice.addressType === "IPv4");
  return (spec.ports ?? []).flatMap((port) => {
    const protocol = port.protocol ?? "TCP";
    if (protocol !== "TCP" && protocol !== "UDP") return [];
    const rule: PortRule = {
      service: key,
      name: port.name ?? "",
      protocol,
      targets: usable(all, port.name ?? "", protocol),
      internalLocal: spec.internalTrafficPolicy === "Local",
      externalLocal: spec.externalTrafficPolicy === "Local",
      sources: spec.type === "LoadBalancer" ? sourceRanges(spec.loadBalancerSourceRanges) : undefined,
      affinity,
    };
    return [{ port, rule }];
  });
}

/** Ranges of the other family are none of ours; when nothing else is given nobody may come. */
function sourceRanges(texts: readonly string[] | undefined): readonly Cidr[] | undefined {
  if (!texts?.length) return undefined;
  return texts.flatMap((text) => (text.includes(":") ? [] : [parseCidr(text.trim())]));
}

function usable(slices: readonly EndpointSlice[], name: string, protocol: Protocol): readonly Target[] {
  const ready: Target[] = [];
  const leaving: Target[] = [];
  const seen = new Set<string>();
  for (const slice of slices) {
    const port = slice.ports?.find((p) => (p.name ?? "") === name && (p.protocol ?? "TCP") === protocol)?.port;
    if (port === undefined) continue;
    for (const endpoint of slice.endpoints ?? []) {
      const ip = endpoint.addresses?.[0];
      const into = endpointState(endpoint) === "ready" ? ready : endpointState(endpoint) === "leaving" ? leaving : undefined;
      if (ip === undefined || into === undefined || seen.has(`${ip}:${port}`)) continue;
      seen.add(`${ip}:${port}`);
      const [nodes, zones] = [endpoint.hints?.forNodes, endpoint.hints?.forZones].map((all = []) => all.map((h) => h.name));
      into.push({ ip, port, node: endpoint.nodeName, nodes: nodes ?? [], zones: zones ?? [] });
    }
  }
  return ready.length > 0 ? ready : leaving;
}

function endpointState(endpoint: Endpoint): "ready" | "leaving" | "no" {
  const { ready = true, serving = ready, terminating = false } = endpoint.conditions ?? {};
  return ready ? "ready" : serving && terminating ? "leaving" : "no";
}

/** Those meant for this node, or else its zone; all where one is meant for nobody, or none for this node (k8s: topologyModeFromHints). */
function near(targets: readonly Target[], node: string, zone: string | undefined): readonly Target[] {
  const meantFor = (name: string | undefined, of: (t: Target) => readonly string[]): readonly Target[] =>
    name !== undefined && targets.every((t) => of(t).length > 0) ? targets.filter((t) => of(t).includes(name)) : [];
  const onNode = meantFor(node, (t) => t.nodes);
  const inZone = onNode.length > 0 ? onNode : meantFor(zone, (t) => t.zones);
  return inZone.length > 0 ? inZone : targets;
}

/** The targets a flow on `node` may be given: the near ones, or those on this node (k8s: internalTrafficPolicy, externalTrafficPolicy). */
function candidates(rule: PortRule, node: string, zone: string | undefined, localOnly: boolean): readonly Target[] | "reject" | "drop" {
  if (rule.targets.length === 0) return "reject";
  if (!localOnly) return near(rule.targets, node, zone);
  const local = rule.targets.filter((t) => t.node === node);
  return local.length > 0 ? local : "drop";
}

/** By what kind of address a port is reached. */
type By = "cluster IP" | "external IP" | "load balancer" | "node port";

interface Entry {
  readonly rule: PortRule;
  readonly by: By;
}

/** The load balancer's own address may always come: it is what a node that has it calls itself (k8s: KUBE-FW chains). */
function mayCome(sources: readonly Cidr[], { client, ip }: { readonly client: string; readonly ip: string }): boolean {
  const from = parseIp(client);
  return client === ip || (from !== undefined && sources.some((range) => cidrContains(range, from)));
}

interface Held {
  readonly delay: number;
  readonly table: Map<string, Entry>;
}
/** Of a record's key: a node's name comes after it. */
const HELD = "held ";

interface Affinity {
  readonly target: Target;
  readonly used: number;
}

/**
 * The rules of all nodes' kube-proxies. There is one table; a node has only its own view on it (what is local, which
 * client stays where), so a thousand nodes cost a thousand small objects. A Service's rules are made anew the first
 * time a flow asks after it changed.
 */
export class KubeProxies implements Persistent {
  readonly name = "kube-proxy";
  readonly #directory: ServiceDirectory;
  readonly #clock: Pick<Clock, "now" | "timer">;
  readonly #random: Random;
  readonly #podRange: Cidr | undefined;
  readonly #zone: (node: string) => string | undefined;
  readonly #stale = new Set<string>();
  /** "TCP/10.96.0.1:443", and "TCP/:30080" for a node port. */
  #table = new Map<string, Entry>();
  readonly #keys = new Map<string, readonly string[]>();
  /** healthCheckNodePort to the Service that has it. */
  readonly #healthPorts = new Map<number, string>();
  readonly #affinity = new Map<string, Affinity>();
  /** Nodes whose rules are not the current ones. */
  readonly #held = new Map<string, Held>();
  readonly #changed = new Set<string>();

  constructor(options: {
    readonly directory: ServiceDirectory;
    readonly clock: Pick<Clock, "now" | "timer">;
    readonly random: Random;
    readonly clusterCidr?: string;
    /** The zone that a node is in; absent: none is in any. */
    readonly zone?: (node: string) => string | undefined;
  }) {
    this.#directory = options.directory;
    this.#clock = options.clock;
    this.#random = options.random;
    this.#zone = options.zone ?? (() => undefined);
    this.#podRange = options.clusterCidr === undefined ? undefined : parseCidr(options.clusterCidr);
    for (const [key] of this.#directory.services()) this.#stale.add(key);
    this.#directory.on((key) => {
      this.#stale.add(key);
      if (this.#held.size > 0) this.#postpone(key);
    });
  }

  /** A node's rules: the current ones, unless its kube-proxy is held. */
  rules(node: string): ServiceRules {
    return { route: (flow) => this.#route(this.#held.get(node)?.table ?? this.#current(), node, flow) };
  }

  /** How many ready endpoints of a Service are on a node, as its kube-proxy tells load balancers (k8s: proxy/healthcheck). */
  localEndpoints(key: string, node: string): number {
    const ips = new Set<string>();
    for (const { addressType, endpoints } of this.#directory.slices(key))
      if (addressType === "IPv4")
        for (const e of endpoints ?? []) if (e.nodeName === node && endpointState(e) === "ready") ips.add(e.addresses?.[0] ?? "");
    return ips.size;
  }

  /** The Service whose load balancer asks nodes on this port whether they have endpoints of it. */
  healthChecked(port: number): string | undefined {
    this.#current();
    return this.#healthPorts.get(port);
  }

  /** Brings a node's rules up to date only so many ms after a change; Infinity: its kube-proxy has stopped, its kernel keeps what there is. */
  hold(node: string, delay: number): void {
    const held = this.#held.get(node);
    if (held?.delay === delay) return;
    this.#held.set(node, { delay, table: held?.table ?? new Map(this.#current()) });
    this.#changed.add(`${HELD}${node}`);
  }

  release(node: string): void {
    if (this.#held.delete(node)) this.#changed.add(`${HELD}${node}`);
  }

  /** What a change makes of a Service's rules reaches who is late when it is time. */
  #postpone(key: string): void {
    const before = this.#keys.get(key) ?? [];
    const now = this.#current();
    const after = (this.#keys.get(key) ?? []).map((entry) => [entry, now.get(entry) as Entry] as const);
    for (const [node, held] of this.#held) {
      if (held.delay === Infinity) continue;
      this.#clock.timer(held.delay, () => {
        if (this.#held.get(node)?.table !== held.table) return;
        for (const entry of before) held.table.delete(entry);
        for (const [entry, rule] of after) held.table.set(entry, rule);
        this.#changed.add(`${HELD}${node}`);
      });
    }
  }

  #current(): ReadonlyMap<string, Entry> {
    if (this.#stale.size > 0) {
      for (const key of this.#stale) this.#rebuild(key);
      this.#stale.clear();
    }
    return this.#table;
  }

  #rebuild(key: string): void {
    for (const entry of this.#keys.get(key) ?? []) this.#table.delete(entry);
    this.#keys.delete(key);
    for (const [port, of] of this.#healthPorts) if (of === key) this.#healthPorts.delete(port);
    const service = this.#directory.service(key);
    if (!service) return;
    const { spec, status } = service;
    if (spec?.healthCheckNodePort) this.#healthPorts.set(spec.healthCheckNodePort, key);
    const entries: string[] = [];
    const put = (protocol: Protocol, where: string, rule: PortRule, by: By): void => {
      const entry = `${protocol}/${where}`;
      this.#table.set(entry, { rule, by });
      entries.push(entry);
    };
    const ingress = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, ipMode }) => (ip && ipMode !== "Proxy" ? [ip] : []));
    for (const { port, rule } of portRules(key, service, this.#directory.slices(key))) {
      for (const ip of spec?.clusterIPs ?? [spec?.clusterIP ?? ""]) put(rule.protocol, `${ip}:${port.port}`, rule, "cluster IP");
      for (const ip of spec?.externalIPs ?? []) put(rule.protocol, `${ip}:${port.port}`, rule, "external IP");
      for (const ip of ingress) put(rule.protocol, `${ip}:${port.port}`, rule, "load balancer");
      if (port.nodePort) put(rule.protocol, `:${port.nodePort}`, rule, "node port");
    }
    this.#keys.set(key, entries);
  }

  #route(table: ReadonlyMap<string, Entry>, node: string, flow: Parameters<ServiceRules["route"]>[0]): Route | undefined {
    const direct = table.get(`${flow.protocol}/${flow.ip}:${flow.port}`);
    const entry = direct ?? (flow.local ? table.get(`${flow.protocol}/:${flow.port}`) : undefined);
    if (!entry) return undefined;
    const { rule, by } = entry;
    if (by === "load balancer" && rule.sources && !mayCome(rule.sources, flow)) return DROP;
    const outside = by !== "cluster IP";
    // What starts in the cluster is sent as if it had gone to the cluster IP (k8s: iptables proxier, KUBE-EXT chains).
    const inside = flow.host === true || this.#isPod(flow.client);
    const targets = candidates(rule, node, this.#zone(node), outside ? rule.externalLocal && !inside : rule.internalLocal);
    if (targets === "reject") return REJECT;
    if (targets === "drop") return DROP;
    const target = this.#choose(rule, node, flow.client, targets);
    // Addresses from outside hide the client unless told otherwise, and so does a pod that meets itself (k8s: KUBE-MARK-MASQ).
    const masquerade = (outside && (!rule.externalLocal || flow.host === true)) || target.ip === flow.client;
    return { to: "endpoint", ip: target.ip, port: target.port, masquerade };
  }

  #isPod(ip: string): boolean {
    const value = parseIp(ip);
    return value !== undefined && this.#podRange !== undefined && !isLoopback(ip) && cidrContains(this.#podRange, value);
  }

  #choose(rule: PortRule, node: string, client: string, targets: readonly Target[]): Target {
    if (rule.affinity === 0) return targets[this.#random.int(targets.length)] as Target;
    const key = `${node}/${rule.service}:${rule.name}/${client}`;
    const now = this.#clock.now();
    const last = this.#affinity.get(key);
    const kept =
      last && now - last.used <= rule.affinity ? targets.find((t) => t.ip === last.target.ip && t.port === last.target.port) : undefined;
    const target = kept ?? (targets[this.#random.int(targets.length)] as Target);
    this.#affinity.set(key, { target, used: now });
    this.#changed.add(key);
    return target;
  }

  drain(): ReadonlyMap<string, unknown> {
    const records = new Map<string, unknown>();
    for (const key of this.#changed)
      records.set(key, key.startsWith(HELD) ? this.#held.get(key.slice(HELD.length)) : this.#affinity.get(key));
    this.#changed.clear();
    return records;
  }
  restore(records: ReadonlyMap<string, unknown>): void {
    for (const [key, value] of records)
      if (key.startsWith(HELD)) this.#held.set(key.slice(HELD.length), value as Held);
      else this.#affinity.set(key, value as Affinity);
  }
}
