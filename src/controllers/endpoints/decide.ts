import { md5 } from "@noble/hashes/legacy.js";
import { bytesToHex, utf8ToBytes } from "@noble/hashes/utils.js";
import type { EndpointAddress, EndpointPort, Endpoints, EndpointSubset, Pod, Service } from "../../api/index.ts";
import { deepEqual, deterministicText } from "../../machinery/index.ts";
import { addressOf, addressTypesOf, endpointPorts } from "../endpointslice/index.ts";
import { isPodReady } from "../pods.ts";

const MANAGED_BY = "endpoints.kubernetes.io/managed-by";
const HEADLESS = "service.kubernetes.io/headless";
const TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
const OVER_CAPACITY = "endpoints.kubernetes.io/over-capacity";
const LEADER = "control-plane.alpha.kubernetes.io/leader";
/** k8s: endpoints_controller.go maxCapacity. */
const MAX_ADDRESSES = 1000;

/** Endpoints once were locks, too; those have no Service and need none. */
export const isLock = ({ metadata }: Endpoints): boolean => metadata?.annotations?.[LEADER] !== undefined;

/** The Endpoints of a Service as they should be; the current ones by reference when nothing is to be written. */
export function endpointsOf(
  service: Service,
  pods: readonly Pod[],
  current: Endpoints | undefined,
  triggerTime: string | undefined,
): Endpoints {
  const all = subsetsOf(service, pods);
  const { [HEADLESS]: _, ...own } = service.metadata?.labels ?? {};
  const { clusterIP } = service.spec ?? {};
  const headless: Record<string, string> = clusterIP === "None" || !clusterIP ? { [HEADLESS]: "" } : {};
  const labels = { ...own, ...headless, [MANAGED_BY]: "endpoint-controller" };
  const subsets = truncated(all);
  const { [TRIGGER_TIME]: __, [OVER_CAPACITY]: wasOver, ...others } = current?.metadata?.annotations ?? {};
  if (current && deepEqual(current.subsets ?? [], subsets) && deepEqual(current.metadata?.labels, labels)) {
    if ((wasOver !== undefined) === (subsets !== all)) return current;
  }
  const annotations = {
    ...others,
    ...(triggerTime === undefined ? {} : { [TRIGGER_TIME]: triggerTime }),
    ...(subsets === all ? {} : { [OVER_CAPACITY]: "truncated" }),
  };
  const { annotations: ___, ...stored } = current?.metadata ?? {};
  const { namespace, name } = service.metadata ?? {};
  const fresh = { ...(name === undefined ? {} : { name }), ...(namespace === undefined ? {} : { namespace }) };
  return {
    apiVersion: "v1",
    kind: "Endpoints",
    metadata: { ...(current ? stored : fresh), labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    ...(subsets.length > 0 ? { subsets } : {}),
  };
}

/** An address and whether it is ready. */
interface Reached {
  readonly address: EndpointAddress;
  readonly ready: boolean;
}

/** Ports that the same addresses have, in the same state, share a subset (k8s: api/v1/endpoints RepackSubsets). */
export function subsetsOf(service: Service, pods: readonly Pod[]): readonly EndpointSubset[] {
  const { ports = [], clusterIP, publishNotReadyAddresses = false } = service.spec ?? {};
  const type = addressTypesOf(service)[0] ?? "IPv4";
  const byPort = new Map<string, { readonly port: EndpointPort | undefined; readonly reached: Reached[] }>();
  const note = (port: EndpointPort | undefined, reached: Reached): void => {
    const key = port ? dump(port) : "";
    const known = byPort.get(key);
    if (known) known.reached.push(reached);
    else byPort.set(key, { port, reached: [reached] });
  };
  const serving = pods.filter((p) => publishNotReadyAddresses || p.metadata?.deletionTimestamp === undefined);
  for (const { pod, address } of serving.flatMap((p) => addressed(p, service, addressOf(p, type))).sort(byAddress)) {
    const reached = { address, ready: publishNotReadyAddresses || isPodReady(pod) };
    if (ports.length === 0 && clusterIP === "None") note(undefined, reached);
    for (const { name, ...rest } of endpointPorts(service, pod)) note({ ...(name ? { name } : {}), ...rest } as EndpointPort, reached);
  }
  const bySet = new Map<string, { readonly ports: EndpointPort[]; readonly reached: readonly Reached[] }>();
  for (const { port, reached } of byPort.values()) {
    const key = reached.map(({ address, ready }) => `${address.ip} ${address.targetRef?.uid} ${ready}`).join();
    const known = bySet.get(key) ?? { ports: [], reached };
    bySet.set(key, known);
    if (port) known.ports.push(port);
  }
  return [...bySet.values()].map(subset).sort((a, b) => compare(digest(deterministicText(a)), digest(deterministicText(b))));
}

interface Addressed {
  readonly pod: Pod;
  readonly address: EndpointAddress;
}

function addressed(pod: Pod, service: Service, ip: string | undefined): readonly Addressed[] {
  if (ip === undefined) return [];
  const { name = "", namespace = "", uid = "" } = pod.metadata ?? {};
  const { nodeName, hostname, subdomain } = pod.spec ?? {};
  const named = hostname && subdomain === service.metadata?.name && namespace === service.metadata?.namespace;
  return [
    {
      pod,
      address: { ip, ...(named ? { hostname } : {}), ...(nodeName ? { nodeName } : {}), targetRef: { kind: "Pod", namespace, name, uid } },
    },
  ];
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const byAddress = ({ address: a }: Addressed, { address: b }: Addressed): number =>
  compare(a.ip, b.ip) || compare(a.targetRef?.uid ?? "", b.targetRef?.uid ?? "");

function subset({ ports, reached }: { readonly ports: readonly EndpointPort[]; readonly reached: readonly Reached[] }): EndpointSubset {
  const addresses = reached.filter((r) => r.ready).map((r) => r.address);
  const notReadyAddresses = reached.filter((r) => !r.ready).map((r) => r.address);
  return {
    ...(addresses.length > 0 ? { addresses } : {}),
    ...(notReadyAddresses.length > 0 ? { notReadyAddresses } : {}),
    ...(ports.length > 0 ? { ports: [...ports].sort((a, b) => compare(digest(dump(a)), digest(dump(b)))) } : {}),
  };
}

/** Upstream sorts ports by the hash of what Go's `spew` prints of them, and so they are listed. */
function dump({ name = "", port, protocol = "TCP", appProtocol = "<nil>" }: EndpointPort): string {
  return `(v1.EndpointPort){Name:(string)${name} Port:(int32)${port} Protocol:(v1.Protocol)${protocol} AppProtocol:(*string)${appProtocol}}`;
}

const digest = (text: string): string => bytesToHex(md5(utf8ToBytes(text)));

/** A thousand addresses at most, ready ones first, each subset its share; by reference when none is too many (k8s: truncateEndpoints). */
export function truncated(subsets: readonly EndpointSubset[]): readonly EndpointSubset[] {
  const sum = (of: (s: EndpointSubset) => number): number => subsets.reduce((all, s) => all + of(s), 0);
  const ready = sum((s) => s.addresses?.length ?? 0);
  const notReady = sum((s) => s.notReadyAddresses?.length ?? 0);
  if (ready + notReady <= MAX_ADDRESSES) return subsets;
  const onlyReady = ready > MAX_ADDRESSES;
  const [room, total] = onlyReady ? [MAX_ADDRESSES, ready] : [MAX_ADDRESSES - ready, notReady];
  let left = room;
  return subsets.map(({ addresses = [], notReadyAddresses = [], ...rest }) => {
    const cut = onlyReady ? addresses : notReadyAddresses;
    const kept = cut.slice(0, Math.min(left, Math.ceil((cut.length / total) * room)));
    left -= kept.length;
    const both = onlyReady ? { addresses: kept, notReadyAddresses: [] } : { addresses, notReadyAddresses: kept };
    return {
      ...rest,
      ...(both.addresses.length > 0 ? { addresses: both.addresses } : {}),
      ...(both.notReadyAddresses.length > 0 ? { notReadyAddresses: both.notReadyAddresses } : {}),
    };
  });
}
