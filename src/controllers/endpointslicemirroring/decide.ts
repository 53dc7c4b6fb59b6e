import type { DiscoveryEndpointPort, Endpoint, EndpointAddress, Endpoints, EndpointSlice, EndpointSubset } from "../../api/index.ts";
import { deepEqual, deterministicText } from "../../machinery/index.ts";
import { MANAGED_BY, samePorts, SERVICE_NAME, type SlicePlan } from "../endpointslice/index.ts";
import { controllerRef } from "../owners.ts";

export const CONTROLLER = "endpointslicemirroring-controller.k8s.io";
const SKIP_MIRROR = "endpointslice.kubernetes.io/skip-mirror";
const LEADER = "control-plane.alpha.kubernetes.io/leader";
const NOT_MIRRORED = ["endpoints.kubernetes.io/last-change-trigger-time", "kubectl.kubernetes.io/last-applied-configuration"];
/** k8s: --mirroring-max-endpoints-per-subset. */
export const MAX_ADDRESSES = 1000;

/** Whether slices are to be made of them at all. */
export const isMirrored = ({ metadata }: Endpoints): boolean =>
  metadata?.labels?.[SKIP_MIRROR] !== "true" && metadata?.annotations?.[LEADER] === undefined;

interface Group {
  readonly addressType: string;
  readonly ports: readonly DiscoveryEndpointPort[];
  /** By what makes them the same. */
  readonly endpoints: Map<string, Endpoint>;
}

/** What makes the slices mirror the Endpoints: one slice for each set of ports and kind of address (k8s: endpointslicemirroring/reconciler.go). */
export function planMirror(endpoints: Endpoints, slices: readonly EndpointSlice[]): SlicePlan & { readonly skipped: number } {
  const { groups, skipped } = groupsOf(endpoints.subsets ?? []);
  const rest = new Set(slices);
  const wanted: { readonly group: Group; readonly source: EndpointSlice | undefined }[] = [];
  for (const group of groups) {
    const source = slices.find((s) => rest.has(s) && s.addressType === group.addressType && samePorts(s.ports ?? [], group.ports));
    if (source) rest.delete(source);
    wanted.push({ group, source });
  }
  const remove = [...rest];
  const create: EndpointSlice[] = [];
  const update: EndpointSlice[] = [];
  for (const { group, source } of wanted) {
    // What would be deleted serves for what would be created, if its addresses are of that kind: that cannot change.
    const at = source ? -1 : remove.findIndex((s) => s.addressType === group.addressType);
    const place = source ?? remove[at];
    if (at >= 0) remove.splice(at, 1);
    const slice = sliceOf(endpoints, group, place);
    if (!place) create.push(slice);
    else if (!mirrors(place, slice)) update.push(slice);
  }
  return { create, update, remove, skipped };
}

function groupsOf(subsets: readonly EndpointSubset[]): { readonly groups: readonly Group[]; readonly skipped: number } {
  const groups: Group[] = [];
  let skipped = 0;
  for (const { addresses = [], notReadyAddresses = [], ports: declared = [] } of subsets) {
    const ports = declared.map(({ name = "", port, protocol = "TCP", appProtocol }) => ({
      name,
      port,
      protocol,
      ...(appProtocol === undefined ? {} : { appProtocol }),
    }));
    const all = [
      ...addresses.map((address) => ({ address, ready: true })),
      ...notReadyAddresses.map((address) => ({ address, ready: false })),
    ];
    skipped += Math.max(0, all.length - MAX_ADDRESSES);
    for (const { address, ready } of all.slice(0, MAX_ADDRESSES)) {
      const addressType = address.ip.includes(":") ? "IPv6" : "IPv4";
      let group = groups.find((g) => g.addressType === addressType && samePorts(g.ports, ports));
      if (!group) groups.push((group = { addressType, ports, endpoints: new Map() }));
      group.endpoints.set(deterministicText(address), endpointOf(address, ready));
    }
  }
  return { groups, skipped };
}

const endpointOf = ({ ip, hostname, nodeName, targetRef }: EndpointAddress, ready: boolean): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(targetRef ? { targetRef } : {}),
  ...(nodeName === undefined ? {} : { nodeName }),
});

function sliceOf(endpoints: Endpoints, group: Group, source: EndpointSlice | undefined): EndpointSlice {
  const { namespace, name = "", labels, annotations: all = {} } = endpoints.metadata ?? {};
  const annotations = Object.fromEntries(Object.entries(all).filter(([key]) => !NOT_MIRRORED.includes(key)));
  const { annotations: _, ...stored } = source?.metadata ?? {};
  const fresh = { generateName: `${name}-`, ...(namespace === undefined ? {} : { namespace }) };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: {
      ...(source ? stored : fresh),
      ownerReferences: [controllerRef(endpoints, "v1", "Endpoints")],
      labels: { ...labels, [SERVICE_NAME]: name, [MANAGED_BY]: CONTROLLER },
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    addressType: group.addressType,
    endpoints: [...group.endpoints.values()].slice(0, MAX_ADDRESSES),
    ports: group.ports,
  };
}

const mirrors = (a: EndpointSlice, b: EndpointSlice): boolean =>
  deepEqual(a.metadata?.labels, b.metadata?.labels) &&
  deepEqual(a.metadata?.annotations, b.metadata?.annotations) &&
  deepEqual(a.endpoints ?? [], b.endpoints) &&
  samePorts(a.ports ?? [], b.ports ?? []);
