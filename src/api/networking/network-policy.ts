import {
  cidrContains,
  cidrWarning,
  field,
  formatLabelSelector,
  isValidCIDR,
  isValidPortName,
  isValidPortNumber,
  parseCidr,
} from "../../machinery/index.ts";
import { checkSelector, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { at, mapList, put } from "../defaulting.ts";
import type { IPBlock, NetworkPolicy, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec } from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const PROTOCOLS = ["TCP", "UDP", "SCTP"];
const TYPES = ["Ingress", "Egress"];

/** k8s: apis/networking/v1/defaults.go. */
function defaults(policy: NetworkPolicy): NetworkPolicy {
  const spec = policy.spec ?? {};
  const types = spec.policyTypes?.length ? spec.policyTypes : spec.egress?.length ? TYPES : ["Ingress"];
  // A selector that is not there selects everything: Go's struct is always written.
  const next = put(put(spec, "podSelector", spec.podSelector ?? {}), "policyTypes", types);
  return put(policy, "spec", at(at(next, "ingress", defaultPorts), "egress", defaultPorts));
}

const defaultPorts = <T extends { readonly ports?: readonly NetworkPolicyPort[] }>(rules: readonly T[]): readonly T[] =>
  mapList(rules, (rule) => at(rule, "ports", (ports) => mapList(ports, (port) => (port.protocol ? port : { ...port, protocol: "TCP" }))));

/** Rules of both directions under one shape, each with the path of its peers. */
function rulesOf({ ingress, egress }: NetworkPolicySpec) {
  return [
    ...(ingress ?? []).map(({ ports, from }, i) => ({ path: `spec.ingress[${i}]`, ports, peers: from, word: "from" })),
    ...(egress ?? []).map(({ ports, to }, i) => ({ path: `spec.egress[${i}]`, ports, peers: to, word: "to" })),
  ];
}

const blocksOf = (policy: NetworkPolicy | undefined): readonly IPBlock[] =>
  rulesOf(policy?.spec ?? {}).flatMap(({ peers }) => (peers ?? []).flatMap(({ ipBlock }) => (ipBlock === undefined ? [] : [ipBlock])));

/** k8s: apis/networking/validation ValidateNetworkPolicySpec. Networks that the old object had are taken as they are. */
function validate({ spec = {} }: NetworkPolicy, old: NetworkPolicy | undefined): Errors {
  const errors: Errors = [];
  const known = new Set(blocksOf(old).flatMap(({ cidr, except }) => [cidr, ...(except ?? [])]));
  checkSelector(errors, "spec.podSelector", spec.podSelector);
  for (const { path, ports, peers, word } of rulesOf(spec)) {
    for (const [i, port] of (ports ?? []).entries()) checkPort(errors, `${path}.ports[${i}]`, port);
    for (const [i, peer] of (peers ?? []).entries()) checkPeer(errors, `${path}.${word}[${i}]`, peer, known);
  }
  const types = spec.policyTypes ?? [];
  if (types.length > 2) errors.push(field.invalid("spec.policyTypes", types, "may not specify more than two policyTypes"));
  else
    for (const [i, type] of types.entries())
      if (!TYPES.includes(type)) errors.push(field.notSupported(`spec.policyTypes[${i}]`, type, TYPES));
  return errors;
}

function checkPort(errors: Errors, path: string, { protocol, port, endPort }: NetworkPolicyPort): void {
  if (protocol !== undefined && !PROTOCOLS.includes(protocol)) errors.push(field.notSupported(`${path}.protocol`, protocol, PROTOCOLS));
  const end = (problem: string): void => void errors.push(field.invalid(`${path}.endPort`, endPort, problem));
  if (typeof port === "number") {
    invalidEach(errors, `${path}.port`, port, isValidPortNumber(port));
    if (endPort === undefined) return;
    // The value shown is the port's (recorded).
    if (endPort < port) errors.push(field.invalid(`${path}.endPort`, port, "must be greater than or equal to `port`"));
    isValidPortNumber(endPort).forEach(end);
    return;
  }
  if (endPort !== undefined) end(`may not be specified when \`port\` is ${port === undefined ? "not specified" : "non-numeric"}`);
  if (port !== undefined) invalidEach(errors, `${path}.port`, port, isValidPortName(port));
}

function checkPeer(errors: Errors, path: string, peer: NetworkPolicyPeer, known: ReadonlySet<string>): void {
  const { podSelector, namespaceSelector, ipBlock } = peer;
  checkSelector(errors, `${path}.podSelector`, podSelector);
  checkSelector(errors, `${path}.namespaceSelector`, namespaceSelector);
  if (ipBlock !== undefined) checkBlock(errors, `${path}.ipBlock`, ipBlock, known);
  const others = podSelector !== undefined || namespaceSelector !== undefined;
  if (!others && ipBlock === undefined) errors.push(field.required(path, "must specify a peer"));
  if (others && ipBlock !== undefined) errors.push(field.forbidden(path, "may not specify both ipBlock and another peer"));
}

function checkBlock(errors: Errors, path: string, { cidr, except = [] }: IPBlock, known: ReadonlySet<string>): void {
  if (!cidr) return void errors.push(field.required(`${path}.cidr`));
  if (!known.has(cidr)) invalidEach(errors, `${path}.cidr`, cidr, isValidCIDR(cidr));
  const whole = parseCidr(cidr);
  if (whole === null) return;
  for (const [i, text] of except.entries()) {
    if (!known.has(text)) invalidEach(errors, `${path}.except[${i}]`, text, isValidCIDR(text));
    const part = parseCidr(text);
    if (part !== null && !(cidrContains(whole, part.address) && whole.prefix < part.prefix))
      errors.push(field.invalid(`${path}.except[${i}]`, text, "must be a strict subset of `cidr`"));
  }
}

/** k8s: registry/networking/networkpolicy networkPolicyWarnings. */
function warnings({ spec = {} }: NetworkPolicy): readonly string[] {
  const found: string[] = [];
  const warn = (path: string, cidr: string): void => {
    const text = cidrWarning(cidr);
    if (text !== undefined) found.push(`${path}: ${text}`);
  };
  for (const { path, peers, word } of rulesOf(spec))
    for (const [i, { ipBlock }] of (peers ?? []).entries()) {
      if (ipBlock === undefined) continue;
      warn(`${path}.${word}[${i}].ipBlock.cidr`, ipBlock.cidr);
      for (const [j, text] of (ipBlock.except ?? []).entries()) warn(`${path}.${word}[${i}].ipBlock.except[${j}]`, text);
    }
  return found;
}

export const networkPolicy: Kind<NetworkPolicy> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "NetworkPolicy",
  plural: "networkpolicies",
  singular: "networkpolicy",
  shortNames: ["netpol"],
  namespaced: true,
  generation: true,
  defaults,
  validate: (object, { old }) => validate(object, old),
  warnings,
  columns: [
    { name: "Pod-Selector", description: "Which pods it is about.", cell: (p) => formatLabelSelector(p.spec?.podSelector) },
    ageColumn,
  ],
};
