import { parseCidr, parseIp, cidrContains } from "./ip.ts";
import type { Machine } from "./machine.ts";
import type { Stack } from "./stack.ts";
import type { Balancer, Echo, NetErrorCode, Place, Protocol, Route, Verdict } from "./types.ts";

/** How long Linux asks for a neighbour's hardware address before it says so (three ARP requests, a second apart). */
const ARP_TIMEOUT = 3_000;
/** How soon a refusal by the sender's own kernel is known. */
const AT_ONCE = 0.05;
const MACHINES = parseCidr("172.18.0.0/16");

/** What delivery looks at. */
export interface Terrain {
  stackAt(ip: string): Stack | undefined;
  machine(name: string): Machine | undefined;
  machines(): Iterable<Machine>;
  latency(from: Stack, to: Stack): number;
  place(stack: Stack): Place;
  severed(a: string | undefined, b: string | undefined): boolean;
  readonly verdict: Verdict | undefined;
  balancerAt(ip: string): Balancer | undefined;
  /** Whether other machines know the way to this one's pods. */
  isRouted(machine: string): boolean;
}

export type Path =
  | {
      readonly to: Stack;
      readonly ip: string;
      readonly port: number;
      readonly source: string;
      readonly delay: number;
      readonly error?: undefined;
    }
  /** `delay` is when the sender learns of it; Infinity: never. */
  | { readonly error: NetErrorCode; readonly delay: number };

const LOST: Path = { error: "ETIMEDOUT", delay: Infinity };

/**
 * Where a new flow from `from` to `ip`:`port` ends up, and from what address it seems to come there: the rules of
 * kube-proxy on the sender's node, then routes, then the node ports of the node it reaches, then NetworkPolicy.
 */
export function deliver(terrain: Terrain, from: Stack, ip: string, port: number, protocol: Protocol): Path {
  const home = from.machine === undefined ? undefined : terrain.machine(from.machine);
  const own = from.owns(ip);
  // A pod's traffic with itself never meets its node's rules.
  if (own && from.sandbox !== undefined) return arrive(terrain, from, from, ip, port, protocol, ip, 0);
  const host = from.sandbox === undefined;
  const route = home?.rules?.route({ client: from.ip, ip, port, protocol, local: own || ip === home.ip, host });
  if (route && home) return follow(terrain, from, home, route, protocol, 0);

  const target = own ? from : terrain.stackAt(ip);
  if (!target) return balanced(terrain, from, home, ip, port, protocol) ?? unreachable(terrain, ip);
  const machine = target.machine === undefined ? undefined : terrain.machine(target.machine);
  if (machine && !machine.on) return LOST;
  if (terrain.severed(from.machine, target.machine)) return LOST;
  if (machine && machine !== home && target === machine.stack) {
    const forwarded = machine.rules?.route({ client: from.ip, ip, port, protocol, local: true });
    if (forwarded) return follow(terrain, from, machine, forwarded, protocol, terrain.latency(from, target));
  }
  return arrive(terrain, from, target, ip, port, protocol, own ? ip : sourceOf(from, home, target), 0);
}

/** By a load balancer to a machine, whose kube-proxy knows the address; undefined: no load balancer has it. */
function balanced(
  terrain: Terrain,
  from: Stack,
  home: Machine | undefined,
  ip: string,
  port: number,
  protocol: Protocol,
): Path | undefined {
  const balancer = terrain.balancerAt(ip);
  if (!balancer) return undefined;
  // A pod that leaves the cluster does so as its node.
  const client = home?.ip ?? from.ip;
  const name = balancer.choose({ client, port, protocol });
  const machine = name === undefined ? undefined : terrain.machine(name);
  // The balancer itself stands outside, as the workstation does.
  if (!machine?.on || terrain.severed(from.machine, undefined) || terrain.severed(undefined, machine.name)) return LOST;
  const route = machine.rules?.route({ client, ip, port, protocol, local: false });
  return route ? follow(terrain, from, machine, route, protocol, terrain.latency(from, machine.stack)) : LOST;
}

/** What `machine`'s kube-proxy made of it. */
function follow(terrain: Terrain, from: Stack, machine: Machine, route: Route, protocol: Protocol, travelled: number): Path {
  if (route.to === "drop") return LOST;
  if (route.to === "reject") return { error: "ECONNREFUSED", delay: travelled || AT_ONCE };
  const target = terrain.stackAt(route.ip);
  if (!target) return unreachable(terrain, route.ip);
  if (target.machine !== undefined && terrain.machine(target.machine)?.on === false) return LOST;
  if (terrain.severed(machine.name, target.machine)) return LOST;
  const home = from.machine === undefined ? undefined : terrain.machine(from.machine);
  const source = route.masquerade ? sourceOf(machine.stack, machine, target) : sourceOf(from, home, target);
  return arrive(terrain, from, target, route.ip, route.port, protocol, source, travelled, machine.name);
}

function arrive(
  terrain: Terrain,
  from: Stack,
  to: Stack,
  ip: string,
  port: number,
  protocol: Protocol | "ICMP",
  source: string,
  travelled: number,
  hop = from.machine,
): Path {
  if (to.sandbox !== undefined && to.machine !== undefined && to.machine !== hop && !terrain.isRouted(to.machine)) return LOST;
  const delay = travelled + terrain.latency(from, to);
  if (terrain.verdict && from !== to) {
    const verdict = terrain.verdict(terrain.place(from), terrain.place(to), port, protocol);
    if (verdict === "drop") return LOST;
    if (verdict === "reject") return { error: "ECONNREFUSED", delay };
  }
  return { to, ip, port, source, delay };
}

/** A node shows its bridge's address to its own pods, its own to the rest. */
function sourceOf(from: Stack, machine: Machine | undefined, to: Stack): string {
  const bridged = from.sandbox === undefined && to.sandbox !== undefined && to.machine === from.machine;
  return (bridged ? machine?.gateway : undefined) ?? from.ip;
}

function unreachable(terrain: Terrain, text: string): Path {
  const ip = parseIp(text);
  if (ip === undefined) return { error: "ENETUNREACH", delay: AT_ONCE };
  if (cidrContains(MACHINES, ip)) return { error: "EHOSTUNREACH", delay: ARP_TIMEOUT };
  for (const machine of terrain.machines()) {
    // The node that has the range answers for addresses nobody has; one that is off answers nothing.
    if (machine.holds(ip)) return machine.on ? { error: "EHOSTUNREACH", delay: ARP_TIMEOUT } : LOST;
  }
  return LOST;
}

/** What a sender learns of its echo request, and when; or that it learns nothing. */
type EchoPath =
  | { readonly echo: Echo; readonly delay: number; readonly error?: undefined }
  | { readonly error: NetErrorCode; readonly delay: number };

/**
 * ICMP knows no ports: kube-proxy's rules do not match it, so a cluster IP, which is on no interface, goes out by the
 * default route and is never heard of again (k8s: pkg/proxy/iptables).
 */
export function deliverEcho(terrain: Terrain, from: Stack, ip: string, ttl: number): EchoPath {
  const home = from.machine === undefined ? undefined : terrain.machine(from.machine);
  const target = from.owns(ip) ? from : (terrain.stackAt(ip) ?? gatewayOf(terrain, ip));
  if (!target) {
    const lost = unreachable(terrain, ip);
    if (lost.error !== "EHOSTUNREACH") return { error: lost.error as NetErrorCode, delay: lost.delay };
    // The last router asks for the neighbour in vain; a neighbour of its own the sender misses itself.
    const owner = [...terrain.machines()].find((machine) => machine.holds(parseIp(ip) as number));
    const by = owner && owner !== home ? owner.ip : from.ip;
    return { echo: { kind: "host unreachable", from: by, ttl: 64 }, delay: lost.delay };
  }
  const machine = target.machine === undefined ? undefined : terrain.machine(target.machine);
  if (machine?.on === false || terrain.severed(from.machine, target.machine)) return LOST as EchoPath;
  const routers = from === target ? [] : routersBetween(from, home, target, machine);
  const router = routers[ttl - 1];
  if (router !== undefined) return { echo: { kind: "exceeded", from: router, ttl: 65 - ttl }, delay: 2 * terrain.latency(from, target) };
  const path = arrive(terrain, from, target, ip, 0, "ICMP", from.ip, 0);
  if (path.error === "ECONNREFUSED") return { echo: { kind: "port unreachable", from: ip, ttl: 64 }, delay: path.delay * 2 };
  if (path.error) return path;
  return { echo: { kind: "reply", from: ip, ttl: 64 - routers.length }, delay: path.delay * 2 };
}

/** A bridge's own address is its machine's. */
function gatewayOf(terrain: Terrain, ip: string): Stack | undefined {
  for (const machine of terrain.machines()) if (machine.gateway === ip) return machine.stack;
  return undefined;
}

/** Who takes one off the time to live: a pod's bridge when it leaves its machine, and the machine that another's pods are on. */
function routersBetween(from: Stack, home: Machine | undefined, to: Stack, away: Machine | undefined): readonly string[] {
  if (home === away) return [];
  return [
    ...(from.sandbox !== undefined && home?.gateway !== undefined ? [home.gateway] : []),
    ...(to.sandbox !== undefined && away ? [away.ip] : []),
  ];
}
