import type { Service } from "../../generated/types.ts";

/** Which types have what (k8s: registry/core/service strategy.go needsClusterIP and friends). */
export const needsClusterIP = (service: Service): boolean => service.spec?.type !== "ExternalName";
export const needsNodePort = (service: Service): boolean => {
  const { type, allocateLoadBalancerNodePorts } = service.spec ?? {};
  return type === "NodePort" || (type === "LoadBalancer" && allocateLoadBalancerNodePorts !== false);
};
export const isExternal = (service: Service): boolean =>
  service.spec?.type === "NodePort" || service.spec?.type === "LoadBalancer" || Boolean(service.spec?.externalIPs?.length);
export const needsHealthCheckPort = (service: Service): boolean =>
  service.spec?.type === "LoadBalancer" && service.spec.externalTrafficPolicy === "Local";
export const isHeadless = (service: Service): boolean => service.spec?.clusterIP === "None" || service.spec?.clusterIPs?.[0] === "None";
/** Endpoints are somebody else's, and may be of any family. */
export const isBare = (service: Service): boolean => isHeadless(service) && Object.keys(service.spec?.selector ?? {}).length === 0;
