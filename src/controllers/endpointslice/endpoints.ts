import {
  type DiscoveryEndpointPort,
  type Endpoint,
  type EndpointHints,
  isSidecar,
  type Node,
  type Pod,
  type Service,
} from "../../api/index.ts";
import { isPodReady, isPodTerminal, podCondition } from "../pods.ts";

const ZONE = "topology.kubernetes.io/zone";

export type AddressType = "IPv4" | "IPv6";

export const addressTypesOf = (service: Service): readonly AddressType[] => {
  const families = service.spec?.ipFamilies?.filter((f) => f === "IPv4" || f === "IPv6") ?? [];
  return families.length > 0 ? families : ["IPv4"];
};

export function addressOf(pod: Pod, type: AddressType): string | undefined {
  const all = pod.status?.podIPs?.map((i) => i.ip) ?? (pod.status?.podIP ? [pod.status.podIP] : []);
  return all.find((ip) => ip !== "" && ip.includes(":") === (type === "IPv6"));
}

/** A finished pod, or one without an address, is no endpoint; a terminating one is, and says so (k8s: ShouldPodBeInEndpoints). */
export const isEndpoint = (pod: Pod): boolean => !isPodTerminal(pod) && !!(pod.status?.podIP || pod.status?.podIPs?.length);

export function endpointOf(pod: Pod, service: Service, node: Node | undefined, address: string): Endpoint {
  const { name = "", namespace = "", uid = "", deletionTimestamp } = pod.metadata ?? {};
  const serving = isPodReady(pod);
  const terminating = deletionTimestamp !== undefined;
  const { hostname, subdomain, nodeName } = pod.spec ?? {};
  const zone = node?.metadata?.labels?.[ZONE];
  const ready = service.spec?.publishNotReadyAddresses === true || (serving && !terminating);
  const hints = ready ? hintsOf(service, zone, nodeName) : undefined;
  return {
    addresses: [address],
    conditions: { ready, serving, terminating },
    ...(hostname && subdomain === service.metadata?.name && namespace === service.metadata?.namespace ? { hostname } : {}),
    targetRef: { kind: "Pod", namespace, name, uid },
    ...(nodeName ? { nodeName } : {}),
    ...(zone ? { zone } : {}),
    ...(hints ? { hints } : {}),
  };
}

const CLOSE = ["PreferClose", "PreferSameZone", "PreferSameNode"];
const TOPOLOGY_MODE = ["service.kubernetes.io/topology-mode", "service.kubernetes.io/topology-aware-hints"];

/** For whom an endpoint is near: its zone, and its node where the Service wants that (k8s: trafficdist.ReconcileHints). */
function hintsOf({ metadata, spec }: Service, zone: string | undefined, node: string | undefined): EndpointHints | undefined {
  const wanted = spec?.trafficDistribution;
  if (wanted === undefined || !CLOSE.includes(wanted)) return undefined;
  // The older annotation goes first.
  if (TOPOLOGY_MODE.some((name) => metadata?.annotations?.[name]?.toLowerCase() === "auto")) return undefined;
  const forNodes = wanted === "PreferSameNode" && node ? [{ name: node }] : undefined;
  if (!zone && !forNodes) return undefined;
  return { ...(zone ? { forZones: [{ name: zone }] } : {}), ...(forNodes ? { forNodes } : {}) };
}

/** `endpointOf` remembered for as long as pod, Service and zone are the same, so that what did not change is the same object. */
export function createEndpointCache(): typeof endpointOf {
  const byService = new WeakMap<Service, WeakMap<Pod, Endpoint>>();
  return (pod, service, node, address) => {
    let known = byService.get(service);
    if (!known) byService.set(service, (known = new WeakMap()));
    const before = known.get(pod);
    if (before && before.addresses[0] === address && before.zone === (node?.metadata?.labels?.[ZONE] || undefined)) return before;
    const endpoint = endpointOf(pod, service, node, address);
    known.set(pod, endpoint);
    return endpoint;
  };
}

/** The Service's ports as this pod has them; a named target port that it lacks leaves that port out (k8s: getEndpointPorts, FindPort). */
export function endpointPorts(service: Service, pod: Pod): readonly DiscoveryEndpointPort[] {
  const ports: DiscoveryEndpointPort[] = [];
  for (const { name = "", port, protocol = "TCP", targetPort, appProtocol } of service.spec?.ports ?? []) {
    const number =
      targetPort === undefined ? port : typeof targetPort === "number" ? targetPort || port : containerPort(pod, targetPort, protocol);
    if (number !== undefined) ports.push({ name, protocol, port: number, ...(appProtocol ? { appProtocol } : {}) });
  }
  return ports;
}

function containerPort(pod: Pod, name: string, protocol: string): number | undefined {
  // Sidecars may serve too (k8s: podutil.FindPort).
  const sidecars = pod.spec?.initContainers?.filter(isSidecar) ?? [];
  for (const container of [...(pod.spec?.containers ?? []), ...sidecars]) {
    for (const p of container.ports ?? []) if (p.name === name && (p.protocol ?? "TCP") === protocol) return p.containerPort;
  }
  return undefined;
}

/** Whether a pod's change can change an endpoint (k8s: podEndpointsChanged). */
export function endpointChanged(old: Pod, pod: Pod): boolean {
  if (old.metadata?.deletionTimestamp !== pod.metadata?.deletionTimestamp || old.metadata?.labels !== pod.metadata?.labels) return true;
  if (
    old.spec !== pod.spec &&
    (old.spec?.nodeName !== pod.spec?.nodeName || old.spec?.hostname !== pod.spec?.hostname || old.spec?.subdomain !== pod.spec?.subdomain)
  )
    return true;
  if (old.status === pod.status) return false;
  return (
    isPodReady(old) !== isPodReady(pod) ||
    isPodTerminal(old) !== isPodTerminal(pod) ||
    old.status?.podIP !== pod.status?.podIP ||
    (old.status?.podIPs?.length ?? 0) !== (pod.status?.podIPs?.length ?? 0)
  );
}

/** When what the pod shows became so: its last change of readiness. */
export const triggerTimeOf = (pod: Pod): string | undefined => podCondition(pod, "Ready")?.lastTransitionTime;
