import type { Kind, KubeObject, Service, ServiceCIDR, ServicePort } from "../api/index.ts";
import { field, type FieldError, internalError, invalid } from "../machinery/index.ts";
import { createClusterIps, removeAddress, writeAddress } from "./cluster-ips.ts";
import type { Scope } from "./context.ts";

/** A range that values are handed out from; `network/` makes them, `cluster/` injects them. */
export interface Pool<T> {
  allocate(value: T): "allocated" | "out of range" | undefined;
  allocateNext(): T | undefined;
  release(value: T): void;
  has(value: T): boolean;
  readonly range: string;
}

/** What the server hands out when an object is stored: cluster IPs, node ports (k8s: registry/core/service/storage). */
export interface Allocators {
  /** The object with what it lacks filled in; throws StatusError when a wish can't be met. */
  allocate(scope: Scope, object: KubeObject, old: KubeObject | undefined): KubeObject;
  /** After a write: takes what `object` holds and gives back what only `old` held. A cluster IP is an object of its own. */
  commit(scope: Scope, object: KubeObject, old: KubeObject | undefined): void;
  /** After a deletion. */
  release(scope: Scope, object: KubeObject): void;
  /** Takes what an already stored object holds: after a restore. */
  adopt(kind: Kind, object: KubeObject): void;
}

export interface Pools {
  readonly clusterIps: Pool<string>;
  /** For the range of another ServiceCIDR. */
  readonly clusterIpsOf?: (cidr: string) => Pool<string>;
  readonly nodePorts: Pool<number>;
}

export function createAllocators(pools: Pools): Allocators {
  const { nodePorts } = pools;
  const clusterIps = createClusterIps(pools.clusterIps, pools.clusterIpsOf);
  const ipsOf = (s: Service | undefined): readonly string[] =>
    (s?.spec?.clusterIPs ?? (s?.spec?.clusterIP ? [s.spec.clusterIP] : [])).filter((ip) => ip !== "None");
  const portsOf = (s: Service | undefined): readonly number[] => [
    ...(s?.spec?.ports ?? []).flatMap((p) => (p.nodePort ? [p.nodePort] : [])),
    ...(s?.spec?.healthCheckNodePort ? [s.spec.healthCheckNodePort] : []),
  ];

  const clusterIp = (service: Service, old: Service | undefined, errors: FieldError[]): Service => {
    const spec = service.spec ?? {};
    if (spec.type === "ExternalName") return service;
    const wish = spec.clusterIP || ipsOf(old)[0];
    if (wish === "None") return { ...service, spec: { ...spec, clusterIP: "None", clusterIPs: ["None"] } };
    if (wish && ipsOf(old).includes(wish)) return { ...service, spec: { ...spec, clusterIP: wish, clusterIPs: [wish] } };
    if (wish) {
      const refusal = clusterIps.refusal(wish);
      if (refusal !== undefined) {
        errors.push(field.invalid("spec.clusterIPs", [wish], `failed to allocate IP ${wish}: ${refusal}`));
        return service;
      }
      return { ...service, spec: { ...spec, clusterIP: wish, clusterIPs: [wish] } };
    }
    const ip = clusterIps.next();
    if (ip === undefined) {
      errors.push(field.internal("spec.clusterIPs", "failed to allocate a serviceIP: range is full"));
      return service;
    }
    return { ...service, spec: { ...spec, clusterIP: ip, clusterIPs: [ip] } };
  };

  const ports = (service: Service, old: Service | undefined, errors: FieldError[]): Service => {
    const spec = service.spec ?? {};
    const wanted = spec.type === "NodePort" || (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts !== false);
    if (!wanted) return service;
    const mine = new Set(portsOf(old));
    const given: number[] = [];
    const out = (spec.ports ?? []).map((port: ServicePort, i): ServicePort => {
      if (port.nodePort) {
        const refusal = mine.has(port.nodePort) || given.includes(port.nodePort) ? undefined : nodePorts.allocate(port.nodePort);
        if (refusal === "allocated")
          errors.push(field.invalid(`spec.ports[${i}].nodePort`, port.nodePort, "provided port is already allocated"));
        else if (refusal === "out of range") {
          errors.push(
            field.invalid(
              `spec.ports[${i}].nodePort`,
              port.nodePort,
              `provided port is not in the valid range. The range of valid ports is ${nodePorts.range}`,
            ),
          );
        } else if (!mine.has(port.nodePort)) given.push(port.nodePort);
        return port;
      }
      const before = old?.spec?.ports?.find((p) => p.port === port.port && p.protocol === port.protocol)?.nodePort;
      const next = before ?? nodePorts.allocateNext();
      if (next === undefined) {
        errors.push(field.internal(`spec.ports[${i}].nodePort`, "failed to allocate a nodePort: range is full"));
        return port;
      }
      if (before === undefined) given.push(next);
      return { ...port, nodePort: next };
    });
    // Nothing is kept until the write has succeeded: `commit` takes it again in the same turn.
    for (const port of given) nodePorts.release(port);
    return { ...service, spec: { ...spec, ports: out } };
  };

  /** Where nodes tell a load balancer whether they have endpoints (k8s: allocHealthCheckNodePort). */
  const healthPort = (service: Service, old: Service | undefined): Service => {
    const spec = service.spec ?? {};
    if (spec.type !== "LoadBalancer" || spec.externalTrafficPolicy !== "Local") return service;
    const { healthCheckNodePort: wish } = spec;
    if (wish && portsOf(old).includes(wish)) return service;
    // What its own ports were just given is not taken yet.
    const given = (spec.ports ?? []).flatMap((p) => (p.nodePort && nodePorts.allocate(p.nodePort) === undefined ? [p.nodePort] : []));
    const refusal = wish ? nodePorts.allocate(wish) : undefined;
    const port = wish || nodePorts.allocateNext();
    for (const one of refusal === undefined && port ? [...given, port] : given) nodePorts.release(one);
    if (port === undefined) throw internalError("failed to allocate a HealthCheck NodePort 0: range is full");
    if (refusal === undefined) return { ...service, spec: { ...spec, healthCheckNodePort: port } };
    const why =
      refusal === "allocated"
        ? "provided port is already allocated"
        : `provided port is not in the valid range. The range of valid ports is ${nodePorts.range}`;
    throw internalError(`failed to allocate requested HealthCheck NodePort ${port}: ${why}`);
  };

  const isService = (kind: Kind): boolean => kind.plural === "services" && kind.group === "";
  const isAddress = (kind: Kind): boolean => kind.plural === "ipaddresses" && kind.group === "networking.k8s.io";
  const isRange = (kind: Kind): boolean => kind.plural === "servicecidrs" && kind.group === "networking.k8s.io";
  return {
    allocate(scope, object, old) {
      if (!isService(scope.kind) || scope.info.subresource !== "") return object;
      const errors: FieldError[] = [];
      const service = ports(clusterIp(object as Service, old as Service | undefined, errors), old as Service | undefined, errors);
      if (errors.length > 0) throw invalid(scope.kind, object.metadata?.name ?? "", errors);
      return healthPort(service, old as Service | undefined);
    },
    commit(scope, object, old) {
      if (isService(scope.kind)) {
        const [now, before] = [object as Service, old as Service | undefined];
        const kept = ipsOf(now);
        for (const port of portsOf(before)) nodePorts.release(port);
        for (const port of portsOf(now)) nodePorts.allocate(port);
        for (const ip of ipsOf(before)) if (!kept.includes(ip)) removeAddress(scope, ip);
        for (const ip of kept) if (!ipsOf(before).includes(ip)) writeAddress(scope, now, ip);
      }
      this.adopt(scope.kind, object);
    },
    release({ kind, ...scope }, object) {
      if (isAddress(kind)) clusterIps.give(object.metadata?.name ?? "");
      if (isRange(kind)) clusterIps.setRanges(object as ServiceCIDR, true);
      if (!isService(kind)) return;
      for (const ip of ipsOf(object as Service)) {
        clusterIps.give(ip);
        removeAddress({ kind, ...scope }, ip);
      }
      for (const port of portsOf(object as Service)) nodePorts.release(port);
    },
    adopt(kind, object) {
      if (isAddress(kind)) clusterIps.take(object.metadata?.name ?? "");
      if (isRange(kind)) clusterIps.setRanges(object as ServiceCIDR, false);
      if (!isService(kind)) return;
      for (const ip of ipsOf(object as Service)) clusterIps.take(ip);
      for (const port of portsOf(object as Service)) nodePorts.allocate(port);
    },
  };
}
