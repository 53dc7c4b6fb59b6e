import {
  field,
  isDNS1123Label,
  isDNS1123Subdomain,
  isValidIP,
  isValidPathSegmentName,
  isValidPortName,
  isValidPortNumber,
  isWildcardDNS1123Subdomain,
  parseIp,
} from "../../machinery/index.ts";
import { checkSubdomain, invalidEach, type Errors } from "../checks.ts";
import { ageColumn, orNone } from "../columns.ts";
import type {
  HTTPIngressPath,
  Ingress,
  IngressBackend,
  IngressServiceBackend,
  IngressTLS,
  TypedLocalObjectReference,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";

const CLASS_ANNOTATION = "kubernetes.io/ingress.class";
const NO_ADDRESS = "must be a DNS name, not an IP address";
const EMPTY_STATUS = Object.freeze({ loadBalancer: Object.freeze({}) });

/** k8s: apis/networking/validation ValidateIngressSpec. */
function validate({ metadata, spec = {} }: Ingress, old: Ingress | undefined): Errors {
  const errors: Errors = [];
  const { rules, defaultBackend, tls, ingressClassName } = spec;
  if (!rules?.length && defaultBackend === undefined)
    errors.push(field.invalid("spec", rules ?? null, "either `defaultBackend` or `rules` must be specified"));
  if (defaultBackend !== undefined) checkBackend(errors, "spec.defaultBackend", defaultBackend);
  for (const [i, { host, http }] of (rules ?? []).entries()) {
    if (host) checkHost(errors, `spec.rules[${i}].host`, host);
    if (http === undefined) continue;
    if (!http.paths?.length) errors.push(field.required(`spec.rules[${i}].http.paths`));
    for (const [j, path] of (http.paths ?? []).entries()) checkPath(errors, `spec.rules[${i}].http.paths[${j}]`, path);
  }
  const lenient = old?.spec?.tls?.some(({ secretName }) => secretName && isDNS1123Subdomain(secretName).length > 0) ?? false;
  for (const [i, entry] of (tls ?? []).entries()) checkTls(errors, `spec.tls[${i}]`, entry, lenient);
  if (ingressClassName !== undefined) checkSubdomain(errors, "spec.ingressClassName", ingressClassName);
  const annotation = metadata?.annotations?.[CLASS_ANNOTATION];
  if (old === undefined && annotation !== undefined && ingressClassName !== undefined && annotation !== ingressClassName)
    errors.push(field.invalid(`annotations.${CLASS_ANNOTATION}`, annotation, "must match `ingressClassName` when both are specified"));
  return errors;
}

const hostProblems = (host: string): readonly string[] =>
  host.includes("*") ? isWildcardDNS1123Subdomain(host) : isDNS1123Subdomain(host);

function checkHost(errors: Errors, path: string, host: string): void {
  if (parseIp(host) !== null) errors.push(field.invalid(path, host, NO_ADDRESS));
  invalidEach(errors, path, host, hostProblems(host));
}

function checkTls(errors: Errors, path: string, { hosts = [], secretName = "" }: IngressTLS, lenient: boolean): void {
  for (const [i, host] of hosts.entries()) invalidEach(errors, `${path}.hosts[${i}]`, host, hostProblems(host));
  if (secretName !== "" && !lenient) checkSubdomain(errors, `${path}.secretName`, secretName);
}

/** k8s: validateHTTPIngressPath. */
function checkPath(errors: Errors, at: string, { pathType, path = "", backend }: HTTPIngressPath): void {
  // The generated type knows it as required; whoever leaves it out gets Go's empty text.
  if (!pathType) return void errors.push(field.required(`${at}.pathType`, "pathType must be specified"));
  const wrong = (problem: string): void => void errors.push(field.invalid(`${at}.path`, path, problem));
  if (pathType === "Exact" || pathType === "Prefix") {
    if (!path.startsWith("/")) wrong("must be an absolute path");
    for (const part of ["//", "/./", "/../", "%2f", "%2F"]) if (path.includes(part)) wrong(`must not contain '${part}'`);
    for (const end of ["/..", "/."]) if (path.endsWith(end)) wrong(`cannot end with '${end}'`);
  } else if (pathType === "ImplementationSpecific") {
    if (path !== "" && !path.startsWith("/")) wrong("must be an absolute path");
  } else errors.push(field.notSupported(`${at}.pathType`, pathType, ["Exact", "ImplementationSpecific", "Prefix"]));
  checkBackend(errors, `${at}.backend`, backend);
}

/** k8s: validateIngressBackend. */
function checkBackend(errors: Errors, path: string, { service, resource }: IngressBackend = {}): void {
  if (service !== undefined && resource !== undefined)
    errors.push(field.invalid(path, "", "cannot set both resource and service backends"));
  else if (resource !== undefined) checkResource(errors, `${path}.resource`, resource);
  else if (service !== undefined) checkService(errors, path, service);
  else errors.push(field.invalid(path, "", "resource or service backend is required"));
}

function checkService(errors: Errors, path: string, { name, port = {} }: IngressServiceBackend): void {
  if (!name) errors.push(field.required(`${path}.service.name`));
  else invalidEach(errors, `${path}.service.name`, name, isDNS1123Label(name));
  if (port.name && port.number) errors.push(field.invalid(path, "", "cannot set both port name & port number"));
  else if (port.name) invalidEach(errors, `${path}.service.port.name`, port.name, isValidPortName(port.name));
  else if (port.number) invalidEach(errors, `${path}.service.port.number`, port.number, isValidPortNumber(port.number));
  else errors.push(field.required(path, "port name or number is required"));
}

function checkResource(errors: Errors, path: string, reference: TypedLocalObjectReference): void {
  if (reference.apiGroup !== undefined) checkSubdomain(errors, `${path}.apiGroup`, reference.apiGroup);
  for (const key of ["kind", "name"] as const) {
    if (!reference[key]) errors.push(field.required(`${path}.${key}`));
    else invalidEach(errors, `${path}.${key}`, reference[key], isValidPathSegmentName(reference[key]));
  }
}

/** k8s: ValidateIngressLoadBalancerStatus. */
function validateStatusUpdate({ status }: Ingress, old: Ingress): Errors {
  const errors: Errors = [];
  const known = new Set(old.status?.loadBalancer?.ingress?.map(({ ip }) => ip));
  for (const [i, { ip, hostname }] of (status?.loadBalancer?.ingress ?? []).entries()) {
    const path = `status.loadBalancer.ingress[${i}]`;
    if (ip && !known.has(ip)) invalidEach(errors, `${path}.ip`, ip, isValidIP(ip));
    if (!hostname) continue;
    invalidEach(errors, `${path}.hostname`, hostname, isDNS1123Subdomain(hostname));
    if (parseIp(hostname) !== null) errors.push(field.invalid(`${path}.hostname`, hostname, NO_ADDRESS));
  }
  return errors;
}

/** The first three, and how many rules there are besides (k8s: printers formatHosts). */
function hostsCell({ spec }: Ingress): string {
  const rules = spec?.rules ?? [];
  const hosts = rules.flatMap(({ host }) => (host ? [host] : []));
  if (hosts.length === 0) return "*";
  const shown = hosts.slice(0, 3).join(",");
  // Any rule after the third host is a reason to say "more", even one without a host.
  const third = rules.map(({ host }) => host).indexOf(hosts[2]);
  return hosts.length >= 3 && rules.length > third + 1 ? `${shown} + ${rules.length - 3} more...` : shown;
}

/** k8s: printers ingressLoadBalancerStatusStringer, always wide for a Table. */
function addressCell({ status }: Ingress): string {
  const points = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || []);
  return [...new Set(points)].sort().join(",");
}

export const ingress: Kind<Ingress> = {
  group: "networking.k8s.io",
  version: "v1",
  kind: "Ingress",
  plural: "ingresses",
  singular: "ingress",
  shortNames: ["ing"],
  namespaced: true,
  subresources: ["status"],
  statusKeepsMetadata: true,
  generation: true,
  validate: (object, { old }) => validate(object, old),
  validateStatusUpdate,
  prepareForCreate: (object) => ({ ...object, status: EMPTY_STATUS }),
  warnings: ({ metadata, spec }, old) =>
    old === undefined && metadata?.annotations?.[CLASS_ANNOTATION] !== undefined && spec?.ingressClassName === undefined
      ? [`annotation ${JSON.stringify(CLASS_ANNOTATION)} is deprecated, please use 'spec.ingressClassName' instead`]
      : [],
  columns: [
    { name: "Class", description: "Which class of ingress it is.", cell: (i) => orNone(i.spec?.ingressClassName) },
    { name: "Hosts", description: "Hosts that its rules are about.", cell: hostsCell },
    { name: "Address", description: "Where its load balancer is reached.", cell: addressCell },
    { name: "Ports", description: "Ports that it is reached at.", cell: (i) => (i.spec?.tls?.length ? "80, 443" : "80") },
    ageColumn,
  ],
};
