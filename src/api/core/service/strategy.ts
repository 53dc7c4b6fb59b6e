import { deepEqual } from "../../../machinery/index.ts";
import { at, mapList, put } from "../../defaulting.ts";
import type { Service, ServicePort, ServiceSpec } from "../../generated/types.ts";
import { isBare, isExternal, needsClusterIP, needsHealthCheckPort, needsNodePort } from "./rules.ts";

const specOf = (service: Service): ServiceSpec => service.spec ?? {};
const withSpec = (service: Service, spec: ServiceSpec): Service => put(service, "spec", spec);
const nodePorts = (service: Service): readonly number[] => (service.spec?.ports ?? []).map((p) => p.nodePort ?? 0);
const portKey = (port: ServicePort): string => `${port.protocol} ${port.port}`;

/** Cluster IPs and node ports that are still missing are the API server's to hand out. */
export function prepareForCreate(service: Service): Service {
  const spec = specOf(service);
  const normal = spec.clusterIP && !spec.clusterIPs?.length ? { ...spec, clusterIPs: [spec.clusterIP] } : spec;
  return withFamilies({ ...service, spec: normal, status: { loadBalancer: {} } });
}

/** Single-stack clusters give one family; headless services without selector may have endpoints of both (k8s: alloc.go initIPFamilyFields). */
function withFamilies(service: Service): Service {
  const spec = specOf(service);
  if (!needsClusterIP(service)) return service;
  const bare = isBare(service);
  const ipFamilyPolicy = spec.ipFamilyPolicy || (bare ? "RequireDualStack" : "SingleStack");
  const given = spec.ipFamilies?.length ? spec.ipFamilies : ["IPv4"];
  const both = bare && given.length < 2 && ipFamilyPolicy !== "SingleStack";
  const ipFamilies = both ? [...given, given[0] === "IPv4" ? "IPv6" : "IPv4"] : given;
  return withSpec(
    service,
    ipFamilyPolicy === spec.ipFamilyPolicy && ipFamilies === spec.ipFamilies ? spec : { ...spec, ipFamilyPolicy, ipFamilies },
  );
}

/** k8s: registry/core/service strategy.go patchAllocatedValues, normalizeClusterIPs, dropTypeDependentFields. */
export function prepareForUpdate(service: Service, old: Service): Service {
  return withoutBalancers(withFamilies(dropUnfit(normalizeIPs(keepAllocated(service, old), old), old)));
}

/** Any change of what is no load balancer (any more) wipes what its status says of one. */
const withoutBalancers = (service: Service): Service =>
  service.spec?.type !== "LoadBalancer" && service.status?.loadBalancer?.ingress !== undefined
    ? { ...service, status: { ...service.status, loadBalancer: {} } }
    : service;

/** Whoever leaves out what was allocated means to keep it. */
function keepAllocated(service: Service, old: Service): Service {
  let spec = specOf(service);
  const before = specOf(old);
  if (needsClusterIP(service) && needsClusterIP(old)) {
    if (!spec.clusterIP) spec = put(spec, "clusterIP", before.clusterIP);
    if (!spec.clusterIPs?.length && spec.clusterIP === before.clusterIP) spec = put(spec, "clusterIPs", before.clusterIPs);
    if (!spec.ipFamilies?.length) spec = put(spec, "ipFamilies", before.ipFamilies);
    if (!spec.ipFamilyPolicy) spec = put(spec, "ipFamilyPolicy", before.ipFamilyPolicy);
  }
  if (needsNodePort(service) && needsNodePort(old)) {
    const held = new Map((before.ports ?? []).map((p) => [portKey(p), p.nodePort]));
    const used = new Set((spec.ports ?? []).map((p) => p.nodePort));
    spec = at(spec, "ports", (ports) =>
      mapList(ports, (port) => {
        const nodePort = port.nodePort ? undefined : held.get(portKey(port));
        if (!nodePort || used.has(nodePort)) return port;
        used.add(nodePort);
        return { ...port, nodePort };
      }),
    );
  }
  if (needsHealthCheckPort(service) && needsHealthCheckPort(old) && !spec.healthCheckNodePort)
    spec = put(spec, "healthCheckNodePort", before.healthCheckNodePort);
  return withSpec(service, spec);
}

/** clusterIP is the first of clusterIPs: who changes one of them means both. */
function normalizeIPs(service: Service, old: Service): Service {
  const spec = specOf(service);
  const before = specOf(old);
  const same = deepEqual(spec.clusterIPs ?? [], before.clusterIPs ?? []);
  if (!spec.clusterIP && before.clusterIP && same) return withSpec(service, put(spec, "clusterIPs", undefined));
  if (spec.clusterIP && spec.clusterIP !== before.clusterIP && same)
    return withSpec(service, { ...spec, clusterIPs: [spec.clusterIP, ...(spec.clusterIPs ?? []).slice(1)] });
  return service;
}

/** A change of type lets go of what the new type cannot have, unless the user set it in the same breath. */
function dropUnfit(service: Service, old: Service): Service {
  let spec = specOf(service);
  const before = specOf(old);
  if (
    needsClusterIP(old) &&
    !needsClusterIP(service) &&
    spec.clusterIP === before.clusterIP &&
    deepEqual(spec.clusterIPs ?? [], before.clusterIPs ?? [])
  ) {
    for (const key of ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"] as const) spec = put(spec, key, undefined);
  }
  if (needsNodePort(old) && !needsNodePort(service) && deepEqual(nodePorts(service), nodePorts(old))) {
    spec = at(spec, "ports", (ports) => mapList(ports, (port) => put(port, "nodePort", undefined)));
  }
  const unchanged = <K extends keyof ServiceSpec>(key: K): boolean => spec[key] === before[key];
  if (needsHealthCheckPort(old) && !needsHealthCheckPort(service) && unchanged("healthCheckNodePort"))
    spec = put(spec, "healthCheckNodePort", undefined);
  if (old.spec?.type === "LoadBalancer" && service.spec?.type !== "LoadBalancer") {
    if (unchanged("allocateLoadBalancerNodePorts")) spec = put(spec, "allocateLoadBalancerNodePorts", undefined);
    if (unchanged("loadBalancerClass")) spec = put(spec, "loadBalancerClass", undefined);
  }
  if (isExternal(old) && !isExternal(service) && unchanged("externalTrafficPolicy")) spec = put(spec, "externalTrafficPolicy", undefined);
  return withSpec(service, spec);
}
