import { field, isDNS1123Subdomain, isQualifiedName, isValidIP, rangeMessage } from "../../../../machinery/index.ts";
import type { PodSpec, PodTemplateSpec } from "../../../generated/types.ts";
import { checkAnnotations, checkLabel, checkLabels, checkSubdomain, invalidEach, type Errors } from "../../../checks.ts";
import { checkAgreement, checkPodAnnotations } from "./annotations.ts";
import { goForm } from "../../go-form.ts";
import { checkContainers, checkEphemeralContainers, checkInitContainers, type PodFacts } from "./containers.ts";
import { checkHostProcesses, checkOs } from "./os.ts";
import { checkPodResources, checkResources } from "./resources.ts";
import { checkAffinity, checkNodeSelectorLabels, checkTolerations, checkTopologySpread } from "./scheduling.ts";
import { checkPodSecurityContext } from "./security.ts";
import { checkVolumes } from "./volumes.ts";

const MAX_INT32 = 2147483647;
const NO_CLAIMS: ReadonlySet<string> = new Set();
const RESTART_POLICIES = ["Always", "OnFailure", "Never"];
const DNS_POLICIES = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"];

/** k8s: ValidatePodTemplateSpec. */
export function checkTemplate(errors: Errors, path: string, template: PodTemplateSpec): void {
  const { labels, annotations } = template.metadata ?? {};
  checkLabels(errors, `${path}.labels`, labels);
  checkAnnotations(errors, `${path}.annotations`, annotations);
  const spec = template.spec ?? { containers: [] };
  if (annotations !== undefined) checkPodAnnotations(errors, `${path}.annotations`, annotations, spec);
  checkPodSpec(errors, `${path}.spec`, spec, "template");
  if (annotations !== undefined) checkAgreement(errors, `${path}.spec`, annotations, spec);
  if (spec.ephemeralContainers?.length)
    errors.push(field.forbidden(`${path}.spec.ephemeralContainers`, "ephemeral containers not allowed in pod template"));
}

/** Whose spec it is: a template may leave to the pod what is filled in there. */
export type SpecOf = "pod" | "template";

/** k8s: ValidatePodSpec, in its order. */
export function checkPodSpec(errors: Errors, path: string, spec: PodSpec, of: SpecOf): void {
  if (spec.terminationGracePeriodSeconds === undefined) errors.push(field.required(`${path}.terminationGracePeriodSeconds`));
  const { volumes, blockVolumes } = checkVolumes(errors, `${path}.volumes`, spec);
  const claims = checkResourceClaims(errors, `${path}.resourceClaims`, spec);
  const facts: PodFacts = { spec, volumes, blockVolumes, claims };
  checkContainers(errors, `${path}.containers`, spec.containers, facts);
  if (spec.initContainers) checkInitContainers(errors, `${path}.initContainers`, facts);
  if (spec.ephemeralContainers) checkEphemeralContainers(errors, `${path}.ephemeralContainers`, facts);
  if (spec.resources) checkPodResources(errors, `${path}.resources`, spec);
  if (spec.hostNetwork) checkHostPorts(errors, `${path}.containers`, spec, of);
  checkRestartPolicy(errors, `${path}.restartPolicy`, spec.restartPolicy);
  checkDnsPolicy(errors, `${path}.dnsPolicy`, spec.dnsPolicy);
  if (spec.nodeSelector) checkNodeSelectorLabels(errors, path, spec);
  checkPodSecurityContext(errors, `${path}.securityContext`, spec);
  if (spec.affinity) checkAffinity(errors, `${path}.affinity`, spec.affinity);
  checkDnsConfig(errors, `${path}.dnsConfig`, spec);
  for (const [i, gate] of (spec.readinessGates ?? []).entries())
    invalidEach(errors, `${path}.readinessGates[${i}].conditionType`, gate.conditionType, isQualifiedName(gate.conditionType));
  checkSchedulingGates(errors, `${path}.schedulingGates`, spec);
  if (spec.topologySpreadConstraints) checkTopologySpread(errors, `${path}.topologySpreadConstraints`, spec.topologySpreadConstraints);
  checkHostProcesses(errors, path, spec);
  checkHostUsers(errors, path, spec);
  checkNames(errors, path, spec);
  if (spec.overhead) checkResources(errors, `${path}.overhead`, { limits: spec.overhead }, NO_CLAIMS);
  if (spec.os !== undefined) checkOs(errors, path, spec);
}

/** Those that only say a name or a number. */
function checkNames(errors: Errors, path: string, spec: PodSpec): void {
  if (spec.serviceAccountName) checkSubdomain(errors, `${path}.serviceAccountName`, spec.serviceAccountName);
  if (spec.nodeName) checkSubdomain(errors, `${path}.nodeName`, spec.nodeName);
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > MAX_INT32))
    errors.push(field.invalid(`${path}.activeDeadlineSeconds`, deadline, rangeMessage(1, MAX_INT32)));
  if (spec.hostname) checkLabel(errors, `${path}.hostname`, spec.hostname);
  if (spec.subdomain) checkLabel(errors, `${path}.subdomain`, spec.subdomain);
  if (spec.tolerations) checkTolerations(errors, `${path}.tolerations`, spec.tolerations);
  checkHostAliases(errors, `${path}.hostAliases`, spec);
  for (const key of ["priorityClassName", "runtimeClassName"] as const) {
    const name = spec[key];
    if (name !== undefined && (name !== "" || key === "runtimeClassName"))
      invalidEach(errors, `${path}.${key}`, name, isDNS1123Subdomain(name));
  }
  const preemption = spec.preemptionPolicy;
  if (preemption === "") errors.push(field.required(`${path}.preemptionPolicy`));
  else if (preemption !== undefined && preemption !== "PreemptLowerPriority" && preemption !== "Never")
    errors.push(field.notSupported(`${path}.preemptionPolicy`, preemption, ["Never", "PreemptLowerPriority"]));
}

function checkRestartPolicy(errors: Errors, path: string, policy: string | undefined): void {
  if (!policy) errors.push(field.required(path));
  else if (!RESTART_POLICIES.includes(policy)) errors.push(field.notSupported(path, policy, RESTART_POLICIES));
}

function checkDnsPolicy(errors: Errors, path: string, policy: string | undefined): void {
  if (!policy) errors.push(field.required(path));
  else if (!DNS_POLICIES.includes(policy)) errors.push(field.notSupported(path, policy, DNS_POLICIES));
}

/** On the host's network a container's port is the host's (k8s: validatePodHostNetworkDeps). */
function checkHostPorts(errors: Errors, path: string, spec: PodSpec, of: SpecOf): void {
  for (const [i, container] of (spec.containers ?? []).entries()) {
    for (const [j, { hostPort = 0, containerPort }] of (container.ports ?? []).entries()) {
      if (hostPort !== containerPort && (of === "pod" || hostPort !== 0))
        errors.push(field.invalid(`${path}[${i}].ports[${j}].hostPort`, hostPort, "must match `containerPort` when `hostNetwork` is true"));
    }
  }
}

function checkHostUsers(errors: Errors, path: string, spec: PodSpec): void {
  if (spec.hostUsers !== false) return;
  for (const key of ["hostNetwork", "hostPID", "hostIPC"] as const) {
    if (spec[key]) errors.push(field.forbidden(`${path}.${key}`, "when `hostUsers` is false"));
  }
}

/** k8s: validatePodDNSConfig. */
function checkDnsConfig(errors: Errors, path: string, spec: PodSpec): void {
  const { dnsConfig, dnsPolicy } = spec;
  if (dnsPolicy === "None") {
    if (dnsConfig === undefined) return void errors.push(field.required(path, "must provide `dnsConfig` when `dnsPolicy` is None"));
    if (!dnsConfig.nameservers?.length)
      return void errors.push(field.required(`${path}.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None"));
  }
  if (dnsConfig === undefined) return;
  const { nameservers = [], searches = [], options = [] } = dnsConfig;
  if (nameservers.length > 3) errors.push(field.invalid(`${path}.nameservers`, nameservers, "must not have more than 3 nameservers"));
  for (const [i, server] of nameservers.entries()) invalidEach(errors, `${path}.nameservers[${i}]`, server, isValidIP(server));
  if (searches.length > 32) errors.push(field.invalid(`${path}.searches`, searches, "must not have more than 32 search paths"));
  if (searches.join(" ").length > 2048)
    errors.push(
      field.invalid(`${path}.searches`, searches, "must not have more than 2048 characters (including spaces) in the search list"),
    );
  for (const [i, search] of searches.entries()) {
    // A dot alone and names with underscores are what resolvers accept (RelaxedDNSSearchValidation).
    if (search === ".") continue;
    const name = search.replace(/\.$/, "").replaceAll("_", "-");
    if (isDNS1123Subdomain(name).length > 0)
      invalidEach(errors, `${path}.searches[${i}]`, search, isDNS1123Subdomain(search.replace(/\.$/, "")));
  }
  for (const [i, option] of options.entries()) if (!option.name) errors.push(field.required(`${path}.options[${i}]`, "must not be empty"));
}

function checkSchedulingGates(errors: Errors, path: string, spec: PodSpec): void {
  const seen = new Set<string>();
  for (const [i, { name }] of (spec.schedulingGates ?? []).entries()) {
    invalidEach(errors, `${path}[${i}]`, name, isQualifiedName(name));
    if (seen.has(name)) errors.push(field.duplicate(`${path}[${i}]`, name));
    seen.add(name);
  }
}

function checkHostAliases(errors: Errors, path: string, spec: PodSpec): void {
  for (const [i, alias] of (spec.hostAliases ?? []).entries()) {
    invalidEach(errors, `${path}[${i}].ip`, alias.ip, isValidIP(alias.ip));
    for (const [j, name] of (alias.hostnames ?? []).entries())
      invalidEach(errors, `${path}[${i}].hostnames[${j}]`, name, isDNS1123Subdomain(name));
  }
}

/** k8s: validatePodResourceClaim. */
function checkResourceClaims(errors: Errors, path: string, spec: PodSpec): ReadonlySet<string> {
  const names = new Set<string>();
  for (const [i, claim] of (spec.resourceClaims ?? []).entries()) {
    const at = `${path}[${i}]`;
    if (!claim.name) errors.push(field.required(`${at}.name`));
    else if (names.has(claim.name)) errors.push(field.duplicate(`${at}.name`, claim.name));
    else checkLabel(errors, `${at}.name`, claim.name);
    names.add(claim.name);
    const { resourceClaimName: own, resourceClaimTemplateName: template } = claim;
    const value = goForm("PodResourceClaim", claim);
    if (own !== undefined && template !== undefined)
      errors.push(field.invalid(at, value, "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"));
    if (own === undefined && template === undefined)
      errors.push(field.invalid(at, value, "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`"));
    if (own !== undefined) checkSubdomain(errors, `${at}.resourceClaimName`, own);
    if (template !== undefined) checkSubdomain(errors, `${at}.resourceClaimTemplateName`, template);
  }
  return names;
}
