import type { DiscoveryEndpointPort, Endpoint, EndpointSlice, Service } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { controllerRef } from "../owners.ts";
import type { AddressType } from "./endpoints.ts";

export const SERVICE_NAME = "kubernetes.io/service-name";
export const MANAGED_BY = "endpointslice.kubernetes.io/managed-by";
export const CONTROLLER = "endpointslice-controller.k8s.io";
const HEADLESS = "service.kubernetes.io/headless";
const TRIGGER_TIME = "endpoints.kubernetes.io/last-change-trigger-time";
/** k8s: --max-endpoints-per-slice. */
const MAX_ENDPOINTS = 100;

/** Endpoints that share their ports, and so slices. */
export interface PortGroup {
  readonly ports: readonly DiscoveryEndpointPort[];
  readonly endpoints: readonly Endpoint[];
}

export interface SlicePlan {
  readonly create: readonly EndpointSlice[];
  readonly update: readonly EndpointSlice[];
  readonly remove: readonly EndpointSlice[];
}

/** A pod is in the slices of an address type once. */
const identityOf = (e: Endpoint): string => e.targetRef?.uid ?? e.addresses[0] ?? "";

/** A slice in the making: `source` is the stored one, if any. */
interface Draft {
  readonly source: EndpointSlice | undefined;
  endpoints: Endpoint[];
  changed: boolean;
}

/**
 * The writes that bring the slices of one address type to `groups`, touching as few as possible: what is right stays
 * where it is, slices that change anyway are filled first, then the fullest that has room for the rest, then new ones
 * (k8s: endpointslice/reconciler.go reconcileByPortMapping).
 */
export function planSlices(options: {
  readonly service: Service;
  readonly addressType: AddressType;
  readonly slices: readonly EndpointSlice[];
  readonly groups: readonly PortGroup[];
  readonly triggerTime: string | undefined;
}): SlicePlan {
  const { service, addressType, groups, triggerTime } = options;
  const labels = sliceLabels(service);
  const remaining = new Set(options.slices);
  const create: Draft[] = [];
  const update: Draft[] = [];
  const remove: EndpointSlice[] = [];
  const portsOf = new Map<Draft, readonly DiscoveryEndpointPort[]>();
  for (const group of groups) {
    const own = options.slices.filter((s) => remaining.has(s) && samePorts(s.ports ?? [], group.ports));
    for (const slice of own) remaining.delete(slice);
    for (const draft of pack(own, group.endpoints, labels)) {
      portsOf.set(draft, group.ports);
      if (!draft.source) create.push(draft);
      else if (draft.endpoints.length === 0) remove.push(draft.source);
      else if (draft.changed) update.push(draft);
    }
  }
  remove.push(...remaining);
  if (remove.length === options.slices.length && create.length === 0) {
    // A Service without endpoints keeps one empty slice, so that consumers know that it was looked at.
    const placeholder = remove.find(
      (s) => (s.endpoints?.length ?? 0) === 0 && (s.ports?.length ?? 0) === 0 && deepEqual(s.metadata?.labels, labels),
    );
    if (placeholder) remove.splice(remove.indexOf(placeholder), 1);
    else create.push({ source: undefined, endpoints: [], changed: true });
  }
  const build = (draft: Draft, source: EndpointSlice | undefined): EndpointSlice =>
    sliceOf(service, addressType, source, draft.endpoints, portsOf.get(draft) ?? [], labels, triggerTime);
  // A slice to create takes the place of one to delete (k8s: finalize).
  const reused = create.splice(0, remove.length).map((draft) => build(draft, remove.shift()));
  return { create: create.map((d) => build(d, undefined)), update: [...update.map((d) => build(d, d.source)), ...reused], remove };
}

function pack(
  slices: readonly EndpointSlice[],
  endpoints: readonly Endpoint[],
  labels: Readonly<Record<string, string>>,
): readonly Draft[] {
  const wanted = new Map(endpoints.map((e) => [identityOf(e), e]));
  const drafts = slices.map((source): Draft => {
    const kept: Endpoint[] = [];
    let changed = !deepEqual(source.metadata?.labels, labels);
    for (const endpoint of source.endpoints ?? []) {
      const identity = identityOf(endpoint);
      const next = wanted.get(identity);
      if (!next) {
        changed = true;
        continue;
      }
      wanted.delete(identity);
      const same = sameEndpoint(endpoint, next);
      kept.push(same ? endpoint : next);
      if (!same) changed = true;
    }
    return { source, endpoints: kept, changed };
  });
  const rest = [...wanted.values()];
  let at = 0;
  const fill = (draft: Draft): void => {
    const room = MAX_ENDPOINTS - draft.endpoints.length;
    if (room <= 0 || at >= rest.length) return;
    draft.endpoints = [...draft.endpoints, ...rest.slice(at, at + room)];
    draft.changed = true;
    at += room;
  };
  for (const draft of drafts.filter((d) => d.changed).sort((a, b) => b.endpoints.length - a.endpoints.length)) fill(draft);
  while (at < rest.length) {
    const left = rest.length - at;
    const fits = drafts
      .filter((d) => !d.changed && MAX_ENDPOINTS - d.endpoints.length >= left)
      .sort((a, b) => b.endpoints.length - a.endpoints.length)[0];
    const draft = left < MAX_ENDPOINTS && fits ? fits : { source: undefined, endpoints: [], changed: true };
    if (draft !== fits) drafts.push(draft);
    fill(draft);
  }
  return drafts;
}

function sameEndpoint(a: Endpoint, b: Endpoint): boolean {
  if (a === b) return true;
  const [x, y] = [a.conditions, b.conditions];
  return (
    a.addresses[0] === b.addresses[0] &&
    a.nodeName === b.nodeName &&
    a.zone === b.zone &&
    a.hostname === b.hostname &&
    x?.ready === y?.ready &&
    x?.serving === y?.serving &&
    x?.terminating === y?.terminating &&
    deepEqual(a.hints, b.hints)
  );
}

export function samePorts(a: readonly DiscoveryEndpointPort[], b: readonly DiscoveryEndpointPort[]): boolean {
  return (
    a === b ||
    (a.length === b.length &&
      a.every((p) => b.some((q) => p.port === q.port && p.name === q.name && p.protocol === q.protocol && p.appProtocol === q.appProtocol)))
  );
}

/** The Service's own labels but the reserved ones, and ours. */
function sliceLabels(service: Service): Readonly<Record<string, string>> {
  const { [SERVICE_NAME]: _, [MANAGED_BY]: __, [HEADLESS]: ___, ...own } = service.metadata?.labels ?? {};
  return {
    ...own,
    ...(service.spec?.clusterIP === "None" ? { [HEADLESS]: "" } : {}),
    [SERVICE_NAME]: service.metadata?.name ?? "",
    [MANAGED_BY]: CONTROLLER,
  };
}

function sliceOf(
  service: Service,
  addressType: AddressType,
  source: EndpointSlice | undefined,
  endpoints: readonly Endpoint[],
  ports: readonly DiscoveryEndpointPort[],
  labels: Readonly<Record<string, string>>,
  triggerTime: string | undefined,
): EndpointSlice {
  const { [TRIGGER_TIME]: _, ...others } = source?.metadata?.annotations ?? {};
  const annotations = triggerTime === undefined ? others : { ...others, [TRIGGER_TIME]: triggerTime };
  const { annotations: __, ...stored } = source?.metadata ?? {};
  const { namespace, name } = service.metadata ?? {};
  const fresh = {
    generateName: `${name}-`,
    ...(namespace === undefined ? {} : { namespace }),
    ownerReferences: [controllerRef(service, "v1", "Service")],
  };
  return {
    apiVersion: "discovery.k8s.io/v1",
    kind: "EndpointSlice",
    metadata: { ...(source ? stored : fresh), labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) },
    addressType,
    endpoints,
    ports,
  };
}
