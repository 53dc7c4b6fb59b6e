import type { APIService, APIServiceCondition, EndpointSlice, Service } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";

export type Availability = Pick<APIServiceCondition, "status" | "reason" | "message">;

const unavailable = (reason: string, message: string): Availability => ({ status: "False", reason, message });

/**
 * What is wrong with the Service behind an APIService; undefined when it is worth asking (k8s: kube-aggregator
 * controllers/status/remote sync). `slices`: the Service's.
 */
export function serviceProblem(
  { spec }: APIService,
  service: Service | undefined,
  slices: readonly EndpointSlice[],
): Availability | undefined {
  const { name, namespace, port } = spec?.service ?? {};
  if (service === undefined) return unavailable("ServiceNotFound", `service/${name} in "${namespace}" is not present`);
  if (service.spec?.type !== "ClusterIP") return undefined;
  const found = service.spec.ports?.find((p) => p.port === port);
  if (found === undefined) return unavailable("ServicePortError", `service/${name} in "${namespace}" is not listening on port ${port}`);
  if (slices.length === 0) return unavailable("EndpointsNotFound", `cannot find endpointslices for service/${name} in "${namespace}"`);
  const portName = found.name ?? "";
  if (placesOf(slices, portName).length > 0) return undefined;
  return unavailable(
    "MissingEndpoints",
    `endpointslices for service/${name} in "${namespace}" have no addresses with port name "${portName}"`,
  );
}

export interface Place {
  readonly ip: string;
  readonly port: number;
}

/** Where ready endpoints listen. */
export function placesOf(slices: readonly EndpointSlice[], portName: string): readonly Place[] {
  return slices.flatMap((slice) => {
    const port = slice.ports?.find((p) => (p.name ?? "") === portName)?.port;
    if (port === undefined) return [];
    const ready = (slice.endpoints ?? []).filter((e) => e.conditions?.ready !== false);
    return ready.flatMap((e) => e.addresses.map((ip) => ({ ip, port })));
  });
}

/** With this word on whether it is available; itself when nothing changes. */
export function withAvailability(api: APIService, { status, reason, message }: Availability, now: number): APIService {
  const old = api.status?.conditions?.find((c) => c.type === "Available");
  if (old?.status === status && old.reason === reason && old.message === message) return api;
  const since = old?.status === status ? old.lastTransitionTime : undefined;
  const condition = { type: "Available", status, lastTransitionTime: since ?? rfc3339(now), reason, message } as APIServiceCondition;
  const others = (api.status?.conditions ?? []).filter((c) => c.type !== "Available");
  return { ...api, status: { ...api.status, conditions: [...others, condition] } };
}

export const isAvailable = ({ status }: APIService): boolean =>
  status?.conditions?.some((c) => c.type === "Available" && c.status === "True") ?? false;
