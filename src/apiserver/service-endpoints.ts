import type { EndpointSlice, Service } from "../api/index.ts";
import { keyOf, prefixOf, type ServerContext } from "./context.ts";

/** Where something listens. */
export interface Place {
  readonly ip: string;
  readonly port: number;
}

const SERVICES = { group: "", plural: "services", namespaced: true };
const SLICES = { group: "discovery.k8s.io", plural: "endpointslices" };

export const serviceOf = (server: ServerContext, namespace: string, name: string): Service | undefined =>
  server.store.get(keyOf(SERVICES, namespace, name))?.value as Service | undefined;

/** The ready endpoints of a Service behind one of its ports, by that port's name. */
export function readyEndpoints(server: ServerContext, namespace: string, name: string, portName: string): readonly Place[] {
  const places: Place[] = [];
  for (const { value } of server.store.range({ prefix: `${prefixOf(SLICES)}${namespace}/` }).entries) {
    const slice = value as EndpointSlice;
    if (slice.metadata?.labels?.["kubernetes.io/service-name"] !== name) continue;
    const port = slice.ports?.find((p) => (p.name ?? "") === portName)?.port;
    if (port === undefined) continue;
    for (const endpoint of slice.endpoints ?? [])
      if (endpoint.conditions?.ready !== false) for (const ip of endpoint.addresses) places.push({ ip, port });
  }
  return places;
}
