import { annotationLines, labelLines, nameLines, orNone } from "./page.ts";
import { labelsText } from "../printers/table.ts";
import type { Describer } from "./types.ts";
import type { Resource } from "../types.ts";

interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly protocol?: string;
  readonly targetPort?: number | string;
  readonly nodePort?: number;
  readonly appProtocol?: string;
}
interface Service extends Resource {
  readonly spec: {
    readonly type?: string;
    readonly selector?: Readonly<Record<string, string>>;
    readonly ipFamilyPolicy?: string;
    readonly ipFamilies?: readonly string[];
    readonly clusterIP?: string;
    readonly clusterIPs?: readonly string[];
    readonly externalIPs?: readonly string[];
    readonly loadBalancerIP?: string;
    readonly externalName?: string;
    readonly ports?: readonly ServicePort[];
    readonly sessionAffinity?: string;
    readonly externalTrafficPolicy?: string;
    readonly internalTrafficPolicy?: string;
    readonly healthCheckNodePort?: number;
    readonly trafficDistribution?: string;
    readonly loadBalancerSourceRanges?: readonly string[];
  };
  readonly status?: {
    readonly loadBalancer?: {
      readonly ingress?: readonly { readonly ip?: string; readonly ipMode?: string; readonly hostname?: string }[];
    };
  };
}
export interface EndpointSlice extends Resource {
  readonly addressType?: string;
  readonly ports?: readonly { readonly name?: string; readonly port?: number; readonly protocol?: string }[];
  readonly endpoints?: readonly {
    readonly addresses: readonly string[];
    readonly conditions?: { readonly ready?: boolean };
    readonly hostname?: string;
    readonly nodeName?: string;
    readonly zone?: string;
    readonly targetRef?: { readonly kind: string; readonly name: string };
  }[];
}

export const service: Describer = {
  group: "",
  kind: "Service",
  events: true,
  async describe(page, object, { session }) {
    const s = object as Service;
    const { spec } = s;
    const slices = (await session
      .object("GET", `/apis/discovery.k8s.io/v1/namespaces/${s.metadata.namespace ?? ""}/endpointslices`, {
        query: { labelSelector: `kubernetes.io/service-name=${s.metadata.name}` },
      })
      .catch(() => ({ items: [] }))) as { items?: readonly EndpointSlice[] };
    const one = (title: string, value: string | number | undefined): void => {
      if (value !== undefined && value !== "" && value !== 0) page.line(0, `${title}:\t${value}`);
    };
    nameLines(page, s.metadata);
    labelLines(page, "Labels", s.metadata.labels);
    annotationLines(page, "Annotations", s.metadata.annotations);
    page.line(0, `Selector:\t${labelsText(spec.selector)}`);
    page.line(0, `Type:\t${spec.type ?? ""}`);
    one("IP Family Policy", spec.ipFamilyPolicy);
    page.line(0, `IP Families:\t${orNone((spec.ipFamilies ?? []).join(","))}`);
    page.line(0, `IP:\t${spec.clusterIP ?? ""}`);
    page.line(0, `IPs:\t${orNone((spec.clusterIPs ?? []).join(","))}`);
    one("External IPs", (spec.externalIPs ?? []).join(","));
    one("Desired LoadBalancer IP", spec.loadBalancerIP);
    one("External Name", spec.externalName);
    one(
      "LoadBalancer Ingress",
      (s.status?.loadBalancer?.ingress ?? [])
        .map((i) => (i.ip ? `${i.ip}${i.ipMode ? ` (${i.ipMode})` : ""}` : (i.hostname ?? "")))
        .join(", "),
    );
    for (const port of spec.ports ?? []) {
      const protocol = port.protocol ?? "TCP";
      page.line(0, `Port:\t${port.name || "<unset>"}\t${port.port}/${protocol}`);
      page.line(0, `TargetPort:\t${port.targetPort ?? 0}/${protocol}`);
      one("AppProtocol", port.appProtocol);
      if (port.nodePort) page.line(0, `NodePort:\t${port.name || "<unset>"}\t${port.nodePort}/${protocol}`);
      page.line(0, `Endpoints:\t${endpointsText(slices.items ?? [], port.name ?? "")}`);
    }
    page.line(0, `Session Affinity:\t${spec.sessionAffinity ?? ""}`);
    one("External Traffic Policy", spec.externalTrafficPolicy);
    one("Internal Traffic Policy", spec.internalTrafficPolicy);
    one("HealthCheck NodePort", spec.healthCheckNodePort);
    one("LoadBalancer Source Ranges", (spec.loadBalancerSourceRanges ?? []).join(","));
    one("Traffic Distribution", spec.trafficDistribution);
  },
};

/** Ready addresses of a port, three at most and how many more. No slice: <none>; no ready endpoint: nothing. */
export function endpointsText(slices: readonly EndpointSlice[], portName: string): string {
  if (slices.length === 0) return "<none>";
  const found: string[] = [];
  let more = false;
  for (const slice of slices) {
    const ports = slice.ports ?? [];
    const suffixes = ports.length === 0 ? [undefined] : ports.filter((p) => (p.name ?? "") === portName).map((p) => p.port ?? 0);
    for (const port of suffixes)
      for (const {
        addresses: [address = ""],
        conditions,
      } of slice.endpoints ?? []) {
        // Upstream looks whether the list is full before it looks whether this one is ready: "+ 0 more..." is its own.
        more ||= found.length >= MOST;
        if (conditions?.ready === false) continue;
        const host = address.includes(":") && port !== undefined ? `[${address}]` : address;
        found.push(port === undefined ? host : `${host}:${port}`);
      }
  }
  return more ? `${found.slice(0, MOST).join(",")} + ${found.length - MOST} more...` : found.join(",");
}
const MOST = 3;

export const endpointSlice: Describer = {
  group: "discovery.k8s.io",
  kind: "EndpointSlice",
  events: true,
  describe(page, object) {
    const o = object as EndpointSlice;
    nameLines(page, o.metadata);
    labelLines(page, "Labels", o.metadata.labels);
    annotationLines(page, "Annotations", o.metadata.annotations);
    page.line(0, `AddressType:\t${o.addressType ?? ""}`);
    if (!o.ports?.length) page.line(0, "Ports: <unset>");
    else {
      page.line(0, "Ports:");
      page.line(1, "Name\tPort\tProtocol");
      page.line(1, "----\t----\t--------");
      for (const p of o.ports) page.line(1, `${p.name || "<unset>"}\t${p.port ?? "<unset>"}\t${p.protocol ?? "TCP"}`);
    }
    if (!o.endpoints?.length) page.line(0, "Endpoints: <none>");
    else {
      page.line(0, "Endpoints:");
      for (const e of o.endpoints) {
        page.line(1, `- Addresses:\t${orNone(e.addresses.join(", "))}`);
        page.line(2, "Conditions:");
        page.line(3, `Ready:\t${e.conditions?.ready ?? "<unset>"}`);
        page.line(2, `Hostname:\t${e.hostname ?? "<unset>"}`);
        if (e.targetRef) page.line(2, `TargetRef:\t${e.targetRef.kind}/${e.targetRef.name}`);
        page.line(2, `NodeName:\t${e.nodeName ?? "<unset>"}`);
        page.line(2, `Zone:\t${e.zone ?? "<unset>"}`);
      }
    }
  },
};

interface Endpoints extends Resource {
  readonly subsets?: readonly {
    readonly addresses?: readonly { readonly ip: string }[];
    readonly notReadyAddresses?: readonly { readonly ip: string }[];
    readonly ports?: readonly { readonly name?: string; readonly port: number; readonly protocol?: string }[];
  }[];
}

export const endpoints: Describer = {
  group: "",
  kind: "Endpoints",
  events: true,
  describe(page, object) {
    const { metadata, subsets = [] } = object as Endpoints;
    nameLines(page, metadata);
    labelLines(page, "Labels", metadata.labels);
    annotationLines(page, "Annotations", metadata.annotations);
    page.line(0, "Subsets:");
    const all = (list: readonly { readonly ip: string }[] = []): string => orNone(list.map(({ ip }) => ip).join(","));
    for (const { addresses, notReadyAddresses, ports = [] } of subsets) {
      page.line(1, `Addresses:\t${all(addresses)}`);
      page.line(1, `NotReadyAddresses:\t${all(notReadyAddresses)}`);
      if (ports.length > 0) {
        page.line(1, "Ports:");
        page.line(2, "Name\tPort\tProtocol");
        page.line(2, "----\t----\t--------");
        for (const { name, port, protocol = "" } of ports) page.line(2, `${name || "<unset>"}\t${port}\t${protocol}`);
      }
      page.line(0, "");
    }
  },
};
