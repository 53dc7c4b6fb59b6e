import { at, fill, mapList, put } from "../../defaulting.ts";
import type { Service, ServiceSpec } from "../../generated/types.ts";
import { isExternal } from "./rules.ts";

const SPEC: Partial<ServiceSpec> = { sessionAffinity: "None", type: "ClusterIP" };

/** k8s: pkg/apis/core/v1/defaults.go SetDefaults_Service. */
export function defaultService(service: Service): Service {
  let spec = fill(service.spec ?? {}, SPEC);
  if (spec.sessionAffinity === "None") spec = put(spec, "sessionAffinityConfig", undefined);
  else if (spec.sessionAffinity === "ClientIP" && spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined) {
    spec = { ...spec, sessionAffinityConfig: { clientIP: { timeoutSeconds: 10800 } } };
  }
  spec = at(spec, "ports", (ports) =>
    mapList(ports, (port) =>
      fill(port.targetPort === 0 ? { ...port, targetPort: port.port } : port, { protocol: "TCP", targetPort: port.port }),
    ),
  );
  const external = spec.type === "NodePort" || spec.type === "LoadBalancer";
  if (external || isExternal({ spec })) spec = fill(spec, { externalTrafficPolicy: "Cluster" });
  if (external || spec.type === "ClusterIP") spec = fill(spec, { internalTrafficPolicy: "Cluster" });
  if (spec.type === "LoadBalancer" && spec.allocateLoadBalancerNodePorts === undefined)
    spec = { ...spec, allocateLoadBalancerNodePorts: true };
  return balanced(put(service, "spec", spec));
}

/** An address that a load balancer has is virtual unless it says that it is a proxy's. */
function balanced(service: Service): Service {
  if (service.spec?.type !== "LoadBalancer") return service;
  return at(service, "status", (status) =>
    at(status, "loadBalancer", (loadBalancer) =>
      at(loadBalancer, "ingress", (list) => mapList(list, (one) => (one.ip ? fill(one, { ipMode: "VIP" }) : one))),
    ),
  );
}
