import { field, isDNS1123Label, isDNS1123Subdomain, isQualifiedName, isValidLabelValue } from "../../../../machinery/index.ts";
import type {
  Affinity,
  NodeSelectorTerm,
  PodAffinity,
  PodAffinityTerm,
  PodSpec,
  Taint,
  Toleration,
  TopologySpreadConstraint,
} from "../../../generated/types.ts";
import { goForm } from "../../go-form.ts";
import { checkLabels, checkOneOf, checkSelector, invalidEach, type Errors } from "../../../checks.ts";

/** k8s: validateAffinity. */
export function checkAffinity(errors: Errors, path: string, affinity: Affinity): void {
  const { nodeAffinity, podAffinity, podAntiAffinity } = affinity;
  if (nodeAffinity) {
    const at = `${path}.nodeAffinity`;
    const required = nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution;
    if (required) checkNodeSelector(errors, `${at}.requiredDuringSchedulingIgnoredDuringExecution`, required.nodeSelectorTerms);
    for (const [i, term] of (nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
      const here = `${at}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
      checkWeight(errors, here, term.weight);
      checkNodeTerm(errors, `${here}.preference`, term.preference);
    }
  }
  if (podAffinity) checkPodAffinity(errors, `${path}.podAffinity`, podAffinity);
  if (podAntiAffinity) checkPodAffinity(errors, `${path}.podAntiAffinity`, podAntiAffinity);
}

function checkWeight(errors: Errors, path: string, weight: number): void {
  if (!(weight >= 1 && weight <= 100)) errors.push(field.invalid(`${path}.weight`, weight, "must be in the range 1-100"));
}

export function checkNodeSelector(errors: Errors, path: string, terms: readonly NodeSelectorTerm[] | undefined): void {
  if (!terms?.length) return void errors.push(field.required(`${path}.nodeSelectorTerms`, "must have at least one node selector term"));
  for (const [i, term] of terms.entries()) checkNodeTerm(errors, `${path}.nodeSelectorTerms[${i}]`, term);
}

/** k8s: ValidateNodeSelectorTerm. */
function checkNodeTerm(errors: Errors, path: string, term: NodeSelectorTerm): void {
  for (const [i, { key, operator, values = [] }] of (term.matchExpressions ?? []).entries()) {
    const at = `${path}.matchExpressions[${i}]`;
    if (operator === "In" || operator === "NotIn") {
      if (values.length === 0) errors.push(field.required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length > 0)
        errors.push(field.forbidden(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else if (operator === "Gt" || operator === "Lt") {
      if (values.length !== 1)
        errors.push(field.required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    } else errors.push(field.invalid(`${at}.operator`, operator, "not a valid selector operator"));
    invalidEach(errors, `${at}.key`, key, isQualifiedName(key));
    for (const [j, value] of values.entries()) invalidEach(errors, `${at}.values[${j}]`, value, isValidLabelValue(value));
  }
  for (const [i, { key, operator, values = [] }] of (term.matchFields ?? []).entries()) {
    const at = `${path}.matchFields[${i}]`;
    if (operator !== "In" && operator !== "NotIn") errors.push(field.invalid(`${at}.operator`, operator, "not a valid selector operator"));
    else if (values.length !== 1)
      errors.push(field.required(`${at}.values`, "must be only one value when `operator` is 'In' or 'NotIn' for node field selector"));
    if (key !== "metadata.name") errors.push(field.invalid(`${at}.key`, key, "not a valid field selector key"));
    else for (const [j, value] of values.entries()) invalidEach(errors, `${at}.values[${j}]`, value, isDNS1123Subdomain(value));
  }
}

function checkPodAffinity(errors: Errors, path: string, affinity: PodAffinity): void {
  for (const [i, term] of (affinity.requiredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    checkPodTerm(errors, `${path}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`, term);
  }
  for (const [i, weighted] of (affinity.preferredDuringSchedulingIgnoredDuringExecution ?? []).entries()) {
    const at = `${path}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    checkWeight(errors, at, weighted.weight);
    checkPodTerm(errors, `${at}.podAffinityTerm`, weighted.podAffinityTerm);
  }
}

/** k8s: validatePodAffinityTerm. */
function checkPodTerm(errors: Errors, path: string, term: PodAffinityTerm): void {
  checkSelector(errors, `${path}.labelSelector`, term.labelSelector);
  checkSelector(errors, `${path}.namespaceSelector`, term.namespaceSelector);
  for (const name of term.namespaces ?? []) invalidEach(errors, `${path}.namespace`, name, isDNS1123Label(name));
  checkMatchKeys(errors, path, "matchLabelKeys", term.matchLabelKeys, term.labelSelector);
  checkMatchKeys(errors, path, "mismatchLabelKeys", term.mismatchLabelKeys, term.labelSelector);
  checkKeysOnce(errors, path, term);
  for (const [i, key] of (term.matchLabelKeys ?? []).entries()) {
    if (term.mismatchLabelKeys?.includes(key))
      errors.push(field.invalid(`${path}.matchLabelKeys[${i}]`, key, "exists in both matchLabelKeys and mismatchLabelKeys"));
  }
  if (!term.topologyKey) errors.push(field.required(`${path}.topologyKey`, "can not be empty"));
  invalidEach(errors, `${path}.topologyKey`, term.topologyKey ?? "", isQualifiedName(term.topologyKey ?? ""));
}

/** A key to be matched is in the selector once by now: who also said it himself has it there twice. */
function checkKeysOnce(errors: Errors, path: string, { labelSelector, matchLabelKeys = [] }: PodAffinityTerm): void {
  const seen = new Set(Object.keys(labelSelector?.matchLabels ?? {}));
  for (const { key } of labelSelector?.matchExpressions ?? []) {
    const i = matchLabelKeys.lastIndexOf(key);
    if (i >= 0 && seen.has(key)) errors.push(field.invalid(`${path}[${i}]`, key, "exists in both matchLabelKeys and labelSelector"));
    seen.add(key);
  }
}

function checkMatchKeys(
  errors: Errors,
  path: string,
  name: string,
  keys: readonly string[] | undefined,
  selector: object | undefined,
): void {
  if (!keys?.length) return;
  if (selector === undefined)
    return void errors.push(field.forbidden(`${path}.${name}`, "must not be specified when labelSelector is not set"));
  for (const [i, key] of keys.entries()) invalidEach(errors, `${path}.${name}[${i}]`, key, isQualifiedName(key));
}

/** k8s: validateMatchLabelKeysInTopologySpread. */
function checkSpreadKeys(errors: Errors, path: string, { matchLabelKeys = [], labelSelector }: TopologySpreadConstraint): void {
  if (matchLabelKeys.length === 0) return;
  if (labelSelector === undefined) errors.push(field.forbidden(path, "must not be specified when labelSelector is not set"));
  for (const [i, key] of matchLabelKeys.entries()) {
    invalidEach(errors, `${path}[${i}]`, key, isQualifiedName(key));
    // Whoever made the pod of a template has added the key with the pod's value already.
    if (labelSelector?.matchLabels?.[key] !== undefined)
      errors.push(field.invalid(`${path}[${i}]`, key, "exists in both matchLabelKeys and labelSelector"));
  }
}

const SCHEDULE_ACTIONS = ["DoNotSchedule", "ScheduleAnyway"];
const POLICIES = ["Honor", "Ignore"];

/** k8s: validateTopologySpreadConstraints. */
export function checkTopologySpread(errors: Errors, path: string, constraints: readonly TopologySpreadConstraint[]): void {
  for (const [i, one] of constraints.entries()) {
    const at = `${path}[${i}]`;
    if (one.maxSkew <= 0) errors.push(field.invalid(`${at}.maxSkew`, one.maxSkew, "must be greater than zero"));
    if (!one.topologyKey) errors.push(field.required(`${at}.topologyKey`, "can not be empty"));
    const action = one.whenUnsatisfiable;
    if (!SCHEDULE_ACTIONS.includes(action)) errors.push(field.notSupported(`${at}.whenUnsatisfiable`, action, SCHEDULE_ACTIONS));
    const same = (other: TopologySpreadConstraint): boolean => other.topologyKey === one.topologyKey && other.whenUnsatisfiable === action;
    if (constraints.slice(i + 1).some(same))
      errors.push(field.duplicate(`${at}.{topologyKey, whenUnsatisfiable}`, `{${one.topologyKey}, ${action}}`));
    if (one.minDomains !== undefined) {
      if (one.minDomains <= 0) errors.push(field.invalid(`${at}.minDomains`, one.minDomains, "must be greater than zero"));
      if (action !== "DoNotSchedule")
        errors.push(
          field.invalid(`${at}.minDomains`, one.minDomains, `can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ${action}`),
        );
    }
    for (const key of ["nodeAffinityPolicy", "nodeTaintsPolicy"] as const) {
      const policy = one[key];
      if (policy !== undefined && !POLICIES.includes(policy)) errors.push(field.notSupported(`${at}.${key}`, policy, POLICIES));
    }
    checkSpreadKeys(errors, `${at}.matchLabelKeys`, one);
    checkSelector(errors, `${at}.labelSelector`, one.labelSelector);
  }
}

const EFFECTS = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** k8s: ValidateTolerations. */
export function checkTolerations(errors: Errors, path: string, tolerations: readonly Toleration[]): void {
  for (const [i, one] of tolerations.entries()) {
    const at = `${path}[${i}]`;
    const { key = "", operator = "", value = "", effect = "" } = one;
    if (key !== "") invalidEach(errors, `${at}.key`, key, isQualifiedName(key));
    if (key === "" && operator !== "Exists")
      errors.push(
        field.invalid(
          `${at}.operator`,
          operator,
          'operator must be Exists when `key` is empty, which means "match all values and all keys"',
        ),
      );
    if (one.tolerationSeconds !== undefined && effect !== "NoExecute")
      errors.push(field.invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    if (operator === "Equal" || operator === "") {
      const problems = isValidLabelValue(value);
      if (problems.length > 0) errors.push(field.invalid(`${at}.operator`, value, problems.join(";")));
    } else if (operator === "Exists") {
      if (value !== "") errors.push(field.invalid(`${at}.operator`, value, "value must be empty when `operator` is 'Exists'"));
    } else errors.push(field.notSupported(`${at}.operator`, operator, ["Equal", "Exists"]));
    if (effect !== "" && !EFFECTS.includes(effect)) errors.push(field.notSupported(`${at}.effect`, effect, EFFECTS));
  }
}

/** k8s: validateNodeTaints. */
export function checkTaints(errors: Errors, path: string, taints: readonly Taint[]): void {
  const unique = new Set<string>();
  for (const [i, taint] of taints.entries()) {
    const at = `${path}[${i}]`;
    invalidEach(errors, `${at}.key`, taint.key, isQualifiedName(taint.key));
    const problems = isValidLabelValue(taint.value ?? "");
    if (problems.length > 0) errors.push(field.invalid(`${at}.value`, taint.value ?? "", problems.join(";")));
    checkOneOf(errors, `${at}.effect`, taint.effect, EFFECTS);
    const pair = `${taint.key} ${taint.effect}`;
    if (unique.has(pair))
      errors.push({ ...field.duplicate(at, goForm("Taint", taint)), detail: "taints must be unique by key and effect pair" });
    unique.add(pair);
  }
}

/** The parts of a spec that speak to the scheduler and are checked early. */
export function checkNodeSelectorLabels(errors: Errors, path: string, spec: PodSpec): void {
  checkLabels(errors, `${path}.nodeSelector`, spec.nodeSelector);
}
