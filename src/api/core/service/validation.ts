import {
  field,
  isDNS1123Label,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidCIDR,
  isValidIP,
  isValidPortNumber,
  parseIp,
} from "../../../machinery/index.ts";
import { checkLabels, checkOneOf, invalidEach, type Errors } from "../../checks.ts";
import { checkEndpointIP } from "../../endpoint-ip.ts";
import type { Service, ServicePort, ServiceSpec } from "../../generated/types.ts";
import { goForm } from "../go-form.ts";
import { checkPort } from "../pod/validation/handlers.ts";
import { addressErrors, checkAddressUpdate } from "./addresses.ts";
import { isExternal, isHeadless, needsHealthCheckPort } from "./rules.ts";

const TYPES = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const AFFINITIES = ["ClientIP", "None"];
const POLICIES = ["Cluster", "Local"];
const HINTS = "service.kubernetes.io/topology-aware-hints";
const MODE = "service.kubernetes.io/topology-mode";
const SOURCE_RANGES = "service.beta.kubernetes.io/load-balancer-source-ranges";

/** k8s: ValidateService, in its order. */
export function validateService(service: Service): Errors {
  const spec = service.spec ?? {};
  const refused = addressErrors(service);
  if (refused.length > 0) return refused;
  const errors: Errors = [];
  const ports = spec.ports ?? [];
  const headless = isHeadless(service);
  const { [HINTS]: hints, [MODE]: mode } = service.metadata?.annotations ?? {};
  if (mode !== undefined && hints !== undefined && mode !== hints)
    errors.push(field.invalid(`metadata.annotations[${MODE}]`, mode, `must match annotations[${HINTS}] when both are specified`));
  if (ports.length === 0 && !headless && spec.type !== "ExternalName") errors.push(field.required("spec.ports"));
  checkByType(errors, spec, headless);
  const names = new Set<string>();
  for (const [i, port] of ports.entries()) checkServicePort(errors, `spec.ports[${i}]`, port, ports.length > 1, names);
  checkLabels(errors, "spec.selector", spec.selector);
  checkAffinity(errors, spec);
  for (const [i, ip] of (spec.externalIPs ?? []).entries()) checkEndpointIP(errors, `spec.externalIPs[${i}]`, ip);
  checkOneOf(errors, "spec.type", spec.type, TYPES);
  if (spec.type === "ClusterIP") {
    for (const [i, port] of ports.entries())
      if (port.nodePort) errors.push(field.forbidden(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
  }
  checkUniquePorts(errors, ports);
  checkLoadBalancer(errors, service);
  checkTrafficPolicies(errors, service);
  return errors;
}

function checkByType(errors: Errors, spec: ServiceSpec, headless: boolean): void {
  switch (spec.type) {
    case "LoadBalancer":
      if (headless) errors.push(field.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for LoadBalancer services"));
      break;
    case "NodePort":
      if (headless) errors.push(field.invalid("spec.clusterIPs[0]", "None", "may not be set to 'None' for NodePort services"));
      break;
    case "ExternalName": {
      for (const key of ["clusterIPs", "ipFamilies", "ipFamilyPolicy"] as const) {
        if (spec[key]?.length) errors.push(field.forbidden(`spec.${key}`, "may not be set for ExternalName services"));
      }
      const name = spec.externalName ?? "";
      if (name === "") errors.push(field.required("spec.externalName"));
      else
        invalidEach(
          errors,
          "spec.externalName",
          name,
          isDNS1123Subdomain(name.length > 1 && name.endsWith(".") ? name.slice(0, -1) : name),
        );
      break;
    }
    case undefined:
  }
}

/** k8s: validateServicePort. */
function checkServicePort(errors: Errors, path: string, port: ServicePort, needsName: boolean, names: Set<string>): void {
  if (needsName && !port.name) errors.push(field.required(`${path}.name`));
  else if (port.name) {
    invalidEach(errors, `${path}.name`, port.name, isDNS1123Label(port.name));
    if (names.has(port.name)) errors.push(field.duplicate(`${path}.name`, port.name));
    names.add(port.name);
  }
  invalidEach(errors, `${path}.port`, port.port, isValidPortNumber(port.port));
  checkOneOf(errors, `${path}.protocol`, port.protocol, ["SCTP", "TCP", "UDP"]);
  checkPort(errors, `${path}.targetPort`, port.targetPort);
  if (port.appProtocol !== undefined) invalidEach(errors, `${path}.appProtocol`, port.appProtocol, isQualifiedName(port.appProtocol));
}

function checkAffinity(errors: Errors, spec: ServiceSpec): void {
  checkOneOf(errors, "spec.sessionAffinity", spec.sessionAffinity, AFFINITIES);
  const config = spec.sessionAffinityConfig;
  if (spec.sessionAffinity === "ClientIP") {
    const path = "spec.sessionAffinityConfig.clientIP.timeoutSeconds";
    const seconds = config?.clientIP?.timeoutSeconds;
    if (seconds === undefined) errors.push(field.required(path));
    else if (seconds <= 0 || seconds > 86400) errors.push(field.invalid(path, seconds, "must be greater than 0 and less than 86400"));
  } else if (spec.sessionAffinity === "None" && config !== undefined) {
    errors.push(field.forbidden("spec.sessionAffinityConfig", "must not be set when session affinity is None"));
  }
}

function checkUniquePorts(errors: Errors, ports: readonly ServicePort[]): void {
  const nodePorts = new Set<string>();
  const pairs = new Set<string>();
  for (const [i, port] of ports.entries()) {
    const nodePort = `${port.protocol} ${port.nodePort}`;
    if (port.nodePort) {
      if (nodePorts.has(nodePort)) errors.push(field.duplicate(`spec.ports[${i}].nodePort`, port.nodePort));
      nodePorts.add(nodePort);
    }
    const pair = `${port.protocol} ${port.port}`;
    if (pairs.has(pair))
      errors.push(field.duplicate(`spec.ports[${i}]`, goForm("ServicePort", { port: port.port, protocol: port.protocol })));
    pairs.add(pair);
  }
}

function checkLoadBalancer(errors: Errors, { spec = {}, metadata }: Service): void {
  const balanced = spec.type === "LoadBalancer";
  const ranges = spec.loadBalancerSourceRanges ?? [];
  if (ranges.length > 0 && !balanced)
    errors.push(field.forbidden("spec.LoadBalancerSourceRanges", "may only be used when `type` is 'LoadBalancer'"));
  for (const [i, range] of ranges.entries())
    invalidEach(errors, `spec.LoadBalancerSourceRanges[${i}]`, range.trim(), isValidCIDR(range.trim()));
  const annotated = ranges.length === 0 ? metadata?.annotations?.[SOURCE_RANGES] : undefined;
  if (annotated !== undefined) checkAnnotatedRanges(errors, `metadata.annotations[${SOURCE_RANGES}]`, annotated, balanced);
  if (spec.allocateLoadBalancerNodePorts !== undefined && !balanced)
    errors.push(field.forbidden("spec.allocateLoadBalancerNodePorts", "may only be used when `type` is 'LoadBalancer'"));
  if (spec.loadBalancerClass !== undefined) {
    if (!balanced) errors.push(field.forbidden("spec.loadBalancerClass", "may only be used when `type` is 'LoadBalancer'"));
    else invalidEach(errors, "spec.loadBalancerClass", spec.loadBalancerClass, isQualifiedName(spec.loadBalancerClass));
  }
}

/** The annotation that the field was, once. */
function checkAnnotatedRanges(errors: Errors, path: string, text: string, balanced: boolean): void {
  if (!balanced) errors.push(field.forbidden(path, "may only be used when `type` is 'LoadBalancer'"));
  if (text.trim() === "") return;
  for (const range of text.split(",").map((one) => one.trim())) invalidEach(errors, path, range, isValidCIDR(range));
}

/** k8s: validateServiceExternalTrafficPolicy, validateServiceInternalTrafficFieldsValue. */
function checkTrafficPolicies(errors: Errors, service: Service): void {
  const { externalTrafficPolicy, internalTrafficPolicy, type, healthCheckNodePort } = service.spec ?? {};
  if (!isExternal(service)) {
    if (externalTrafficPolicy)
      errors.push(field.invalid("spec.externalTrafficPolicy", externalTrafficPolicy, "may only be set for externally-accessible services"));
  } else if (!externalTrafficPolicy) errors.push(field.required("spec.externalTrafficPolicy"));
  else if (!POLICIES.includes(externalTrafficPolicy))
    errors.push(field.notSupported("spec.externalTrafficPolicy", externalTrafficPolicy, POLICIES));
  if (healthCheckNodePort) {
    if (type !== "LoadBalancer" || externalTrafficPolicy !== "Local") {
      errors.push(
        field.invalid(
          "spec.healthCheckNodePort",
          healthCheckNodePort,
          "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'",
        ),
      );
    } else invalidEach(errors, "spec.healthCheckNodePort", healthCheckNodePort, isValidPortNumber(healthCheckNodePort));
  }
  if (type !== "ExternalName") {
    const internal = type === "ClusterIP" || type === "NodePort" || type === "LoadBalancer";
    if (!internalTrafficPolicy) {
      if (internal) errors.push(field.required("spec.internalTrafficPolicy"));
    } else if (!POLICIES.includes(internalTrafficPolicy))
      errors.push(field.notSupported("spec.internalTrafficPolicy", internalTrafficPolicy, POLICIES));
  }
  const distribution = service.spec?.trafficDistribution;
  const known = ["PreferClose", "PreferSameNode", "PreferSameZone"];
  if (distribution !== undefined && !known.includes(distribution))
    errors.push(field.notSupported("spec.trafficDistribution", distribution, known));
}

/** k8s: ValidateServiceUpdate. */
export function validateServiceUpdate(service: Service, old: Service): Errors {
  const errors: Errors = [];
  // What the allocator refuses is all that is said, and validation says it.
  if (addressErrors(service).length > 0) return errors;
  checkAddressUpdate(errors, service, old);
  const [now, before] = [service.spec ?? {}, old.spec ?? {}];
  if (now.type === "LoadBalancer" && before.type === "LoadBalancer" && now.loadBalancerClass !== before.loadBalancerClass)
    errors.push(field.invalid("spec.loadBalancerClass", now.loadBalancerClass ?? null, "may not change once set"));
  if (needsHealthCheckPort(service) && needsHealthCheckPort(old) && now.healthCheckNodePort !== before.healthCheckNodePort)
    errors.push(field.forbidden("spec.healthCheckNodePort", "field is immutable"));
  return errors;
}

const IP_MODES = ["Proxy", "VIP"];

/** k8s: ValidateLoadBalancerStatus. */
export function validateServiceStatus({ spec, status }: Service): Errors {
  const errors: Errors = [];
  const path = "status.loadBalancer.ingress";
  const ingress = status?.loadBalancer?.ingress ?? [];
  if (spec?.type !== "LoadBalancer" && ingress.length > 0)
    return [field.forbidden(path, "may only be used when `spec.type` is 'LoadBalancer'")];
  for (const [i, { ip, hostname, ipMode }] of ingress.entries()) {
    const at = `${path}[${i}]`;
    if (ip) invalidEach(errors, `${at}.ip`, ip, isValidIP(ip));
    if (ip && ipMode === undefined) errors.push(field.required(`${at}.ipMode`, "must be specified when `ip` is set"));
    else if (!ip && ipMode !== undefined) errors.push(field.forbidden(`${at}.ipMode`, "may not be specified when `ip` is not set"));
    else if (ipMode !== undefined && !IP_MODES.includes(ipMode)) errors.push(field.notSupported(`${at}.ipMode`, ipMode, IP_MODES));
    if (!hostname) continue;
    invalidEach(errors, `${at}.hostname`, hostname, isDNS1123Subdomain(hostname));
    if (parseIp(hostname) !== null) errors.push(field.invalid(`${at}.hostname`, hostname, "must be a DNS name, not an IP address"));
  }
  return errors;
}
