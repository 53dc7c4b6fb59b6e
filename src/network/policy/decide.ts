import type { NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, Pod } from "../../api/index.ts";
import { labelSelector, type Labels, type LabelSelector } from "../../machinery/index.ts";
import { cidrContains, parseCidr, parseIp } from "../ip.ts";
import type { Protocol } from "../types.ts";

/** One end of a flow. */
export interface Party {
  readonly ip: string;
  /** The pod whose own network namespace it is; undefined: a host, or nobody of the cluster. */
  readonly pod: Pod | undefined;
  readonly machine: string | undefined;
}

/** A new flow as the pods see it: the port is the destination's own. */
export interface Flow {
  readonly from: Party;
  readonly to: Party;
  readonly port: number;
  readonly protocol: Protocol | "ICMP";
}

/** What policies are read with. */
export interface Surroundings {
  readonly policies: (namespace: string) => readonly NetworkPolicy[];
  readonly namespaceLabels: (name: string) => Labels | undefined;
}

/**
 * Whether both ends let a flow through: a pod that a policy selects for a direction takes, or sends, only what one of these
 * policies lists. What a node and its own pods say to each other is never in the way (k8s: networking/v1 NetworkPolicySpec).
 */
export function permits(around: Surroundings, flow: Flow): boolean {
  const { from, to } = flow;
  if (from.machine !== undefined && from.machine === to.machine && (!from.pod || !to.pod)) return true;
  return isLetOut(around, flow) && isLetIn(around, flow);
}

function isLetOut(around: Surroundings, { from, to, port, protocol }: Flow): boolean {
  const policies = isolating(around, from.pod, "Egress");
  return (
    policies.length === 0 ||
    policies.some((policy) =>
      (policy.spec?.egress ?? []).some((rule) => hasPeer(around, policy, rule.to, to) && hasPort(rule.ports, port, protocol, to.pod)),
    )
  );
}

function isLetIn(around: Surroundings, { from, to, port, protocol }: Flow): boolean {
  const policies = isolating(around, to.pod, "Ingress");
  return (
    policies.length === 0 ||
    policies.some((policy) =>
      (policy.spec?.ingress ?? []).some((rule) => hasPeer(around, policy, rule.from, from) && hasPort(rule.ports, port, protocol, to.pod)),
    )
  );
}

/** The policies that isolate a pod in a direction. */
function isolating({ policies }: Surroundings, pod: Pod | undefined, direction: "Ingress" | "Egress"): readonly NetworkPolicy[] {
  if (pod === undefined) return [];
  return policies(namespaceOf(pod)).filter(
    ({ spec }) => spec?.policyTypes?.includes(direction) && selects(spec.podSelector, pod.metadata?.labels),
  );
}

const namespaceOf = ({ metadata }: { readonly metadata?: { readonly namespace?: string } }): string => metadata?.namespace ?? "default";

/** A rule without peers is for everybody. */
function hasPeer(around: Surroundings, policy: NetworkPolicy, peers: readonly NetworkPolicyPeer[] | undefined, party: Party): boolean {
  return !peers?.length || peers.some((peer) => isPeer(around, policy, peer, party));
}

function isPeer(around: Surroundings, policy: NetworkPolicy, { ipBlock, namespaceSelector, podSelector }: NetworkPolicyPeer, party: Party) {
  if (ipBlock) return within(ipBlock.cidr, party.ip) && !ipBlock.except?.some((cidr) => within(cidr, party.ip));
  const { pod } = party;
  if (!pod) return false;
  const namespace = namespaceOf(pod);
  const there = namespaceSelector ? selects(namespaceSelector, around.namespaceLabels(namespace)) : namespace === namespaceOf(policy);
  return there && (podSelector === undefined || selects(podSelector, pod.metadata?.labels));
}

/** Networks of the other family hold none of our addresses. */
function within(cidr: string, ip: string): boolean {
  const address = parseIp(ip);
  return address !== undefined && !cidr.includes(":") && cidrContains(parseCidr(cidr), address);
}

/** A rule without ports is for all of them; ICMP has none. */
function hasPort(
  ports: readonly NetworkPolicyPort[] | undefined,
  port: number,
  protocol: Protocol | "ICMP",
  pod: Pod | undefined,
): boolean {
  if (!ports?.length) return true;
  return ports.some(({ port: wanted, endPort, protocol: by = "TCP" }) => {
    if (by !== protocol) return false;
    if (wanted === undefined) return true;
    if (typeof wanted === "number") return port >= wanted && port <= (endPort ?? wanted);
    return containerPorts(pod).some(
      ({ name, containerPort, protocol: of = "TCP" }) => name === wanted && containerPort === port && of === by,
    );
  });
}

/** Sidecars' ports have names, too. */
const containerPorts = (pod: Pod | undefined) =>
  [...(pod?.spec?.initContainers ?? []), ...(pod?.spec?.containers ?? [])].flatMap(({ ports }) => ports ?? []);

const compiled = new WeakMap<LabelSelector, ReturnType<typeof labelSelector>>();

/** Selectors are asked at each new flow, and compiled once. */
function selects(selector: LabelSelector | undefined, labels: Labels | undefined): boolean {
  const key = selector ?? ALL;
  let of = compiled.get(key);
  if (!of) compiled.set(key, (of = labelSelector(key)));
  return of.matches(labels ?? {});
}
const ALL: LabelSelector = {};
