import type {
  Ingress,
  IngressBackend,
  IngressClass,
  IPAddress,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
  ServiceCIDR,
} from "../../api/index.ts";
import { formatLabelSelector } from "../../machinery/index.ts";
import { parseTime, utcFields } from "../../sim/index.ts";
import { annotationLines, labelLines, longTime, orNone, type Page, nameLines } from "./page.ts";
import { endpointsText, type EndpointSlice } from "./service.ts";
import type { Describer, DescribeContext } from "./types.ts";

const GROUP = "networking.k8s.io";

/** `api:8080 (10.244.1.5:8080)`: what is behind a path at this moment. */
async function backendText(namespace: string, { service, resource }: IngressBackend, { session }: DescribeContext): Promise<string> {
  if (service !== undefined) {
    const name = `${service.name}:${service.port?.number || service.port?.name || ""}`;
    try {
      const query = { labelSelector: `kubernetes.io/service-name=${service.name}` };
      const slices = await session.object("GET", `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`, { query });
      const found = (await session.object("GET", `/api/v1/namespaces/${namespace}/services/${service.name}`)) as {
        readonly spec?: { readonly ports?: readonly { readonly name?: string; readonly port: number }[] };
      };
      const port = found.spec?.ports?.findLast(
        (p) => p.port === service.port?.number || (service.port?.name !== undefined && p.name === service.port.name),
      );
      return `${name} (${endpointsText((slices as { readonly items?: readonly EndpointSlice[] }).items ?? [], port?.name ?? "")})`;
    } catch (error) {
      return `${name} (<error: ${error instanceof Error ? error.message : String(error)}>)`;
    }
  }
  if (resource === undefined) return "";
  return `APIGroup: ${resource.apiGroup ?? "<none>"}, Kind: ${resource.kind}, Name: ${resource.name}`;
}

export const ingress: Describer = {
  group: GROUP,
  kind: "Ingress",
  events: true,
  async describe(page, object, context) {
    const { metadata, spec = {}, status } = object as unknown as Ingress;
    const namespace = metadata?.namespace ?? "";
    const points = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
    const fallback = spec.defaultBackend ? await backendText(namespace, spec.defaultBackend, context) : "<default>";
    page.line(0, `Name:\t${metadata?.name}`);
    labelLines(page, "Labels", metadata?.labels);
    page.line(0, `Namespace:\t${namespace}`);
    page.line(0, `Address:\t${[...new Set(points)].sort().join(",")}`);
    page.line(0, `Ingress Class:\t${orNone(spec.ingressClassName)}`);
    page.line(0, `Default backend:\t${fallback}`);
    if (spec.tls?.length) page.line(0, "TLS:");
    for (const { secretName, hosts = [] } of spec.tls ?? [])
      page.line(1, secretName ? `${secretName} terminates ${hosts.join(",")}` : `SNI routes ${hosts.join(",")}`);
    page.raw("Rules:\n  Host\tPath\tBackends\n  ----\t----\t--------\n");
    const rules = (spec.rules ?? []).filter(({ http }) => http !== undefined);
    for (const { host, http } of rules) {
      page.line(1, `${host || "*"}\t`);
      for (const { path = "", backend } of http?.paths ?? []) page.line(2, `\t${path} \t${await backendText(namespace, backend, context)}`);
    }
    if (rules.length === 0) page.line(1, `*\t*\t${fallback}`);
    annotationLines(page, "Annotations", metadata?.annotations);
  },
};

export const ingressClass: Describer = {
  group: GROUP,
  kind: "IngressClass",
  events: true,
  describe(page, object) {
    const { metadata, spec } = object as unknown as IngressClass;
    page.line(0, `Name:\t${metadata?.name}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, `Controller:\t${spec?.controller ?? ""}`);
    if (spec?.parameters === undefined) return;
    page.line(0, "Parameters:");
    if (spec.parameters.apiGroup !== undefined) page.line(1, `APIGroup:\t${spec.parameters.apiGroup}`);
    page.line(1, `Kind:\t${spec.parameters.kind}`);
    page.line(1, `Name:\t${spec.parameters.name}`);
  },
};

/** Go's Time.String in UTC: "2026-11-20 10:00:00 +0000 UTC". */
function goTime(time: string | undefined): string {
  if (!time) return "0001-01-01 00:00:00 +0000 UTC";
  const t = utcFields(parseTime(time));
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${t.year}-${two(t.month)}-${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} +0000 UTC`;
}

interface Rule {
  readonly ports?: readonly NetworkPolicyPort[];
  readonly peers?: readonly NetworkPolicyPeer[];
}

const WORDS = {
  ingress: { word: "From", end: "source" },
  egress: { word: "To", end: "destination" },
} as const;

function trafficLines(page: Page, direction: "ingress" | "egress", affected: boolean, rules: readonly Rule[]): void {
  const { word, end } = WORDS[direction];
  if (!affected) return page.line(1, `Not affecting ${direction} traffic`);
  page.line(1, `Allowing ${direction} traffic:`);
  if (rules.length === 0) page.line(2, `<none> (Selected pods are isolated for ${direction} connectivity)`);
  for (const [i, { ports, peers }] of rules.entries()) {
    if (!ports?.length) page.line(2, "To Port: <any> (traffic allowed to all ports)");
    for (const { port, endPort, protocol = "TCP" } of ports ?? [])
      page.line(2, endPort === undefined ? `To Port: ${port ?? "<nil>"}/${protocol}` : `To Port Range: ${port}-${endPort}/${protocol}`);
    if (!peers?.length) page.line(2, `${word}: <any> (traffic not restricted by ${end})`);
    for (const peer of peers ?? []) {
      page.line(2, `${word}:`);
      peerLines(page, peer);
    }
    if (i < rules.length - 1) page.line(2, "----------");
  }
}

function peerLines(page: Page, { podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): void {
  if (namespaceSelector !== undefined) page.line(3, `NamespaceSelector: ${formatLabelSelector(namespaceSelector)}`);
  if (podSelector !== undefined) page.line(3, `PodSelector: ${formatLabelSelector(podSelector)}`);
  if (podSelector !== undefined || namespaceSelector !== undefined || ipBlock === undefined) return;
  page.line(3, "IPBlock:");
  page.line(4, `CIDR: ${ipBlock.cidr}`);
  page.line(4, `Except: ${(ipBlock.except ?? []).join(", ")}`);
}

export const networkPolicy: Describer = {
  group: GROUP,
  kind: "NetworkPolicy",
  events: false,
  describe(page, object) {
    const { metadata, spec = {} } = object as unknown as NetworkPolicy;
    nameLines(page, metadata);
    page.line(0, `Created on:\t${goTime(metadata?.creationTimestamp)}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, "Spec:");
    const selected = formatLabelSelector(spec.podSelector ?? {});
    const everything = selected === "<none>" ? " (Allowing the specific traffic to all pods in this namespace)" : "";
    // The selector is written at a level of its own, after the word.
    page.line(1, `PodSelector:     ${selected}${everything}`);
    const types = spec.policyTypes ?? [];
    const ingressRules = (spec.ingress ?? []).map(({ ports, from }) => ({ ...(ports ? { ports } : {}), ...(from ? { peers: from } : {}) }));
    const egressRules = (spec.egress ?? []).map(({ ports, to }) => ({ ...(ports ? { ports } : {}), ...(to ? { peers: to } : {}) }));
    trafficLines(page, "ingress", types.includes("Ingress"), ingressRules);
    trafficLines(page, "egress", types.includes("Egress"), egressRules);
    page.line(1, `Policy Types: ${orNone(types.join(", "))}`);
  },
};

export const ipAddress: Describer = {
  group: GROUP,
  kind: "IPAddress",
  events: true,
  describe(page, object) {
    const { metadata, spec } = object as unknown as IPAddress;
    page.line(0, `Name:\t${metadata?.name}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    const parent = spec?.parentRef;
    if (parent === undefined) return;
    page.line(0, "Parent Reference:");
    page.line(1, `Group:\t${parent.group ?? ""}`);
    page.line(1, `Resource:\t${parent.resource}`);
    page.line(1, `Namespace:\t${parent.namespace ?? ""}`);
    page.line(1, `Name:\t${parent.name}`);
  },
};

export const serviceCidr: Describer = {
  group: GROUP,
  kind: "ServiceCIDR",
  events: true,
  describe(page, object) {
    const { metadata, spec, status } = object as unknown as ServiceCIDR;
    page.line(0, `Name:\t${metadata?.name}`);
    labelLines(page, "Labels", metadata?.labels);
    annotationLines(page, "Annotations", metadata?.annotations);
    page.line(0, `CIDRs:\t${(spec?.cidrs ?? []).join(", ")}`);
    if (!status?.conditions?.length) return;
    page.line(0, "Status:");
    page.line(0, "Conditions:");
    page.line(1, "Type\tStatus\tLastTransitionTime\tReason\tMessage");
    page.line(1, "----\t------\t------------------\t------\t-------");
    for (const c of status.conditions) page.line(1, `${c.type}\t${c.status}\t${longTime(c.lastTransitionTime)}\t${c.reason}\t${c.message}`);
  },
};
