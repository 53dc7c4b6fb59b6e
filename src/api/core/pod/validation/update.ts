import {
  deepEqual,
  field,
  goJson,
  isDNS1123Subdomain,
  isQualifiedName,
  isValidIP,
  rangeMessage,
  semanticEqual,
  unifiedDiff,
} from "../../../../machinery/index.ts";
import type { Container, Pod, PodSpec, PodStatus, Toleration } from "../../../generated/types.ts";
import { invalidEach, type Errors } from "../../../checks.ts";
import { put } from "../../../defaulting.ts";
import { goPodSpec } from "../../go-form.ts";
import { qosClass } from "../qos.ts";
import { checkAnnotationUpdate } from "./annotations.ts";

const UPDATABLE =
  "`spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)";

const MAX_INT32 = 2147483647;

/** k8s: ValidatePodUpdate, after what holds for every pod. */
export function checkPodUpdate(errors: Errors, pod: Pod, old: Pod): void {
  checkAnnotationUpdate(errors, pod.metadata?.annotations, old.metadata?.annotations);
  const now = pod.spec ?? { containers: [] };
  const before = old.spec ?? { containers: [] };
  if (now === before) return;
  for (const list of ["containers", "initContainers"] as const) {
    if ((now[list]?.length ?? 0) !== (before[list]?.length ?? 0))
      return void errors.push(field.forbidden(`spec.${list}`, "pod updates may not add or remove containers"));
  }
  if (!checkDeadline(errors, now.activeDeadlineSeconds, before.activeDeadlineSeconds)) return;
  checkTolerationAdditions(errors, now.tolerations ?? [], before.tolerations ?? []);
  checkGates(errors, now, before);
  if (before.schedulingGates?.length) checkGated(errors, now, before);
  const allowed = withUpdatableOf(now, before);
  if (!semanticEqual(allowed, before)) {
    const difference = unifiedDiff(goJson(goPodSpec(before), 1), goJson(goPodSpec(allowed), 1));
    errors.push(field.forbidden("spec", `pod updates may not change fields other than ${UPDATABLE}\n${difference}`));
  }
}

/** Answers whether there is anything more to say. */
function checkDeadline(errors: Errors, now: number | undefined, before: number | undefined): boolean {
  const path = "spec.activeDeadlineSeconds";
  if (now === undefined) {
    if (before !== undefined) errors.push(field.invalid(path, now, "must not update from a positive integer to nil value"));
    return true;
  }
  const problem =
    now < 0 || now > MAX_INT32
      ? rangeMessage(0, MAX_INT32)
      : before !== undefined && before < now
        ? "must be less than or equal to previous value"
        : undefined;
  if (problem !== undefined) errors.push(field.invalid(path, now, problem));
  return problem === undefined;
}

/** k8s: validateOnlyAddedTolerations. The seconds of an existing toleration may change. */
function checkTolerationAdditions(errors: Errors, now: readonly Toleration[], before: readonly Toleration[]): void {
  for (const toleration of before) {
    const { tolerationSeconds: _, ...rest } = toleration;
    const kept = now.some(({ tolerationSeconds: __, ...other }) => deepEqual(other, rest));
    if (!kept)
      return void errors.push(field.forbidden("spec.tolerations", "existing toleration can not be modified except its tolerationSeconds"));
  }
}

/** k8s: validateOnlyDeletedSchedulingGates. */
function checkGates(errors: Errors, now: PodSpec, before: PodSpec): void {
  const known = new Set(before.schedulingGates?.map((g) => g.name));
  for (const [i, { name }] of (now.schedulingGates ?? []).entries()) {
    if (!known.has(name))
      errors.push(field.forbidden(`spec.schedulingGates[${i}].name`, `only deletion is allowed, but found new scheduling gate '${name}'`));
  }
}

/** While it is gated, where a pod may run can be narrowed (KEP-3838). */
function checkGated(errors: Errors, now: PodSpec, before: PodSpec): void {
  for (const key in before.nodeSelector) {
    if (now.nodeSelector?.[key] === before.nodeSelector[key]) continue;
    const why = "only additions to spec.nodeSelector are allowed (no mutations or deletions)";
    errors.push(field.invalid("spec.nodeSelector", now.nodeSelector ?? null, why));
    break;
  }
  const required = "requiredDuringSchedulingIgnoredDuringExecution";
  const path = `spec.affinity.nodeAffinity.${required}.nodeSelectorTerms`;
  const was = before.affinity?.nodeAffinity?.[required]?.nodeSelectorTerms ?? [];
  if (was.length === 0) return;
  const terms = now.affinity?.nodeAffinity?.[required]?.nodeSelectorTerms ?? [];
  if (terms.length !== was.length) {
    errors.push(field.invalid(path, terms, "no additions/deletions to non-empty NodeSelectorTerms list are allowed"));
    return;
  }
  for (const [i, term] of terms.entries()) {
    const old = was[i] as typeof term;
    const added = (list: "matchExpressions" | "matchFields"): boolean =>
      (old[list] ?? []).every((one, j) => semanticEqual(one, term[list]?.[j]));
    const some = (old.matchExpressions?.length ?? 0) + (old.matchFields?.length ?? 0) > 0;
    if (!(some ? added("matchExpressions") && added("matchFields") : semanticEqual(old, term)))
      errors.push(field.invalid(`${path}[${i}]`, term, "only additions are allowed (no mutations or deletions)"));
  }
}

/** The new spec with everything that may change set back. What then still differs may not. */
function withUpdatableOf(now: PodSpec, before: PodSpec): PodSpec {
  const images = (list: readonly Container[] | undefined, old: readonly Container[] | undefined) =>
    list?.map((c, i) => put(c, "image", old?.[i]?.image));
  let next: PodSpec = { ...now, containers: images(now.containers, before.containers) ?? [] };
  next = put(next, "initContainers", images(now.initContainers, before.initContainers));
  next = put(next, "activeDeadlineSeconds", before.activeDeadlineSeconds);
  next = put(next, "tolerations", before.tolerations);
  next = put(next, "schedulingGates", before.schedulingGates);
  const grace = before.terminationGracePeriodSeconds;
  if (grace !== undefined && grace < 0 && now.terminationGracePeriodSeconds === 1) next = { ...next, terminationGracePeriodSeconds: grace };
  if (!before.schedulingGates?.length) return next;
  next = put(next, "nodeSelector", before.nodeSelector);
  const affinity = put(next.affinity ?? {}, "nodeAffinity", before.affinity?.nodeAffinity);
  return put(next, "affinity", Object.keys(affinity).length === 0 && before.affinity === undefined ? undefined : affinity);
}

/** k8s: ValidatePodStatusUpdate. */
export function checkPodStatusUpdate(errors: Errors, pod: Pod, old: Pod): void {
  checkAnnotationUpdate(errors, pod.metadata?.annotations, old.metadata?.annotations);
  const { status = {} } = pod;
  const was = old.status ?? {};
  for (const [i, { type }] of (status.conditions ?? []).entries())
    invalidEach(errors, `metadata.conditions[${i}].Type`, type, isQualifiedName(type));
  const nominated = status.nominatedNodeName;
  if (nominated && nominated !== was.nominatedNodeName)
    invalidEach(errors, "status.nominatedNodeName", nominated, isDNS1123Subdomain(nominated));
  const { qosClass: after } = status;
  if (after !== undefined && after !== (was.qosClass ?? qosClass(old)))
    errors.push(field.invalid("status.qosClass", after, "field is immutable"));
  const policy = old.spec?.restartPolicy;
  // One container's end may start all of them again (k8s: podutil.AllContainersCouldRestart).
  const every = [...(old.spec?.containers ?? []), ...(old.spec?.initContainers ?? [])];
  if (every.some((c) => c.restartPolicyRules?.some((rule) => rule.action === "RestartAllContainers") === true))
    return checkIPs(errors, status);
  checkTransitions(errors, "containerStatuses", status, was, policy, old.spec?.containers);
  checkTransitions(errors, "initContainerStatuses", status, was, policy, old.spec?.initContainers);
  checkTransitions(errors, "ephemeralContainerStatuses", status, was, "Never", undefined);
  checkIPs(errors, status);
}

function checkIPs(errors: Errors, status: PodStatus): void {
  for (const list of ["podIPs", "hostIPs"] as const) checkAddresses(errors, list, status);
}

type StatusList = "containerStatuses" | "initContainerStatuses" | "ephemeralContainerStatuses";

/** What has ended stays so, where nothing starts it again (k8s: ValidateContainerStateTransition). */
function checkTransitions(
  errors: Errors,
  list: StatusList,
  now: PodStatus,
  before: PodStatus,
  policy: string | undefined,
  containers: readonly Container[] | undefined,
): void {
  if (policy === "Always") return;
  for (const [i, { name, state }] of (before[list] ?? []).entries()) {
    if (!state?.terminated || (state.terminated.exitCode !== 0 && policy === "OnFailure")) continue;
    // A container's own policy may start it again.
    if (containers?.some((c) => c.name === name && c.restartPolicy !== undefined && c.restartPolicy !== "Never")) continue;
    if (containers?.some((c) => c.name === name && c.restartPolicyRules?.length)) continue;
    if (now[list]?.some((status) => status.name === name && !status.state?.terminated))
      errors.push(field.forbidden(`status.${list}[${i}].state`, "may not be transitioned to non-terminated state"));
  }
}

/** At most one of each family, and no repeats (k8s: validatePodIPs, validateHostIPs). */
function checkAddresses(errors: Errors, list: "podIPs" | "hostIPs", status: PodStatus): void {
  const path = `status.${list}`;
  const ips = (status[list] ?? []).map((entry) => entry.ip ?? "");
  // As the internal structs print.
  const entries = ips.map((IP) => ({ IP }));
  if (list === "hostIPs" && ips[0] !== undefined && status.hostIP !== ips[0])
    errors.push(field.invalid(`${path}[0].ip`, ips[0], "must be equal to `hostIP`"));
  for (const [i, ip] of ips.entries()) invalidEach(errors, `${path}[${i}]`, ip, isValidIP(ip));
  if (ips.length < 2) return;
  if (ips.length > 2 || ips[0]?.includes(":") === ips[1]?.includes(":"))
    errors.push(field.invalid(path, entries, "may specify no more than one IP for each IP family"));
  for (const [i, ip] of ips.entries()) if (ips.indexOf(ip) < i) errors.push(field.duplicate(`${path}[${i}]`, entries[i]));
}
