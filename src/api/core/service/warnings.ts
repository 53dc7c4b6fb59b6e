import type { Service } from "../../generated/types.ts";
import { cidrWarnings, ipWarnings } from "../../ip-warnings.ts";
import { isHeadless } from "./rules.ts";

const HINTS = "service.kubernetes.io/topology-aware-hints";
const MODE = "service.kubernetes.io/topology-mode";

/** k8s: pkg/api/service/warnings.go GetWarningsForService. */
export function serviceWarnings(service: Service): readonly string[] {
  const { type, clusterIPs = [], externalIPs = [], externalName, loadBalancerIP, loadBalancerSourceRanges = [] } = service.spec ?? {};
  const { sessionAffinity, trafficDistribution } = service.spec ?? {};
  const headless = type === "ClusterIP" && isHeadless(service);
  const external = type === "ExternalName";
  const rows: readonly (readonly [said: boolean, text: string])[] = [
    [headless && Boolean(loadBalancerIP), "spec.loadBalancerIP is ignored for headless services"],
    [headless && externalIPs.length > 0, "spec.externalIPs is ignored for headless services"],
    [headless && sessionAffinity !== "None", "spec.SessionAffinity is ignored for headless services"],
  ];
  const last: typeof rows = [
    [external && externalIPs.length > 0, 'spec.externalIPs is ignored when spec.type is "ExternalName"'],
    [!external && Boolean(externalName), 'spec.externalName is ignored when spec.type is not "ExternalName"'],
    [trafficDistribution === "PreferClose", 'spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"'],
  ];
  const said = (list: typeof rows): readonly string[] => list.flatMap(([is, text]) => (is ? [text] : []));
  return [
    ...(service.metadata?.annotations?.[HINTS] === undefined ? [] : [`annotation ${HINTS} is deprecated, please use ${MODE} instead`]),
    ...(external || isHeadless(service) ? [] : clusterIPs.flatMap((ip, i) => ipWarnings(`spec.clusterIPs[${i}]`, ip))),
    ...said(rows),
    ...externalIPs.flatMap((ip, i) => ipWarnings(`spec.externalIPs[${i}]`, ip)),
    ...(externalIPs.length > 0 && !headless && !external
      ? ["spec.externalIPs is deprecated and may no longer be implemented in some clusters"]
      : []),
    ...(loadBalancerIP ? ipWarnings("spec.loadBalancerIP", loadBalancerIP) : []),
    ...loadBalancerSourceRanges.flatMap((range, i) => cidrWarnings(`spec.loadBalancerSourceRanges[${i}]`, range)),
    ...said(last),
  ];
}
