import { compareQuantities, field, formatQuantity, parseQuantity, quantity, quantityProblem } from "../../../../machinery/index.ts";
import type { PodSpec, ResourceRequirements } from "../../../generated/types.ts";
import type { Errors } from "../../../checks.ts";
import { parseAmounts } from "../../amounts.ts";
import { containerAmounts, isPodLevelResource } from "../requests.ts";
import { allowsOvercommit, checkAmount, checkContainerResourceName, checkResourceName, isHugePages } from "../../resource-names.ts";

type ResourceList = Readonly<Record<string, string>>;

/** k8s: ValidateContainerResourceRequirements. */
export function checkResources(
  errors: Errors,
  path: string,
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
  checkName = checkContainerResourceName,
): void {
  if (resources === undefined) return;
  const { limits, requests } = resources;
  let hasCpuOrMemory = false;
  let hasHugePages = false;
  const note = (name: string): void => {
    hasHugePages ||= isHugePages(name);
    hasCpuOrMemory ||= name === "cpu" || name === "memory";
  };
  for (const name in limits) {
    checkName(errors, `${path}.limits[${name}]`, name);
    checkAmount(errors, `${path}.limits[${name}]`, name, limits[name] ?? "");
    note(name);
  }
  for (const name in requests) {
    checkName(errors, `${path}.requests[${name}]`, name);
    const request = requests[name] ?? "";
    const sound = checkAmount(errors, `${path}.requests[${name}]`, name, request);
    note(name);
    if (sound) checkAgainstLimit(errors, path, name, request, limits);
  }
  if (hasHugePages && !hasCpuOrMemory) errors.push(field.forbidden(path, "HugePages require cpu or memory"));
  for (const [i, claim] of (resources.claims ?? []).entries()) {
    if (!claim.name) errors.push(field.required(`${path}.claims[${i}]`));
    else if (!claimNames.has(claim.name))
      errors.push(field.invalid(`${path}.claims[${i}]`, claim.name, "must be one of the names in pod.spec.resourceClaims"));
  }
}

function checkAgainstLimit(errors: Errors, path: string, name: string, request: string, limits: ResourceList | undefined): void {
  const limit = limits?.[name];
  const noOvercommit = !allowsOvercommit(name);
  if (limit === undefined) {
    if (noOvercommit) errors.push(field.required(`${path}.limits`, "Limit must be set for non overcommitable resources"));
    return;
  }
  if (limit === request || quantityProblem(limit) !== null) return;
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit));
  if (order !== 0 && noOvercommit) errors.push(field.invalid(`${path}.requests`, request, `must be equal to ${name} limit of ${limit}`));
  else if (order > 0) errors.push(field.invalid(`${path}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
}

const NO_CLAIMS: ReadonlySet<string> = new Set();
const POD_LEVEL = ["cpu", "hugepages-", "memory"];
const ZERO = quantity(0);

/** What a pod says of itself as a whole must hold what its containers say (k8s: validatePodResources). */
export function checkPodResources(errors: Errors, path: string, spec: PodSpec): void {
  const { claims, ...resources } = spec.resources ?? {};
  if (claims !== undefined) errors.push(field.forbidden(`${path}.claims`, "claims cannot be set for Resources at pod-level"));
  checkResources(errors, path, resources, NO_CLAIMS, checkPodResourceName);
  const sound = (list: ResourceList | undefined): boolean => Object.values(list ?? {}).every((text) => quantityProblem(text) === null);
  const all = [spec.resources, ...[...(spec.containers ?? []), ...(spec.initContainers ?? [])].map((c) => c.resources)];
  if (!all.every((r) => sound(r?.requests) && sound(r?.limits))) return;
  const requests = parseAmounts(resources.requests);
  const asked = containerAmounts(spec, "requests");
  for (const name of Object.keys(asked).sort()) {
    const sum = asked[name] ?? ZERO;
    const whole = requests[name] ?? ZERO;
    if (compareQuantities(sum, whole) <= 0) continue;
    const why = `must be greater than or equal to aggregate container requests of ${formatQuantity(sum)}`;
    errors.push(field.invalid(`${path}.requests[${name}]`, formatQuantity(whole), why));
  }
  const limits = parseAmounts(resources.limits);
  for (const [i, container] of (spec.containers ?? []).entries()) {
    const own = parseAmounts(container.resources?.limits);
    for (const name of Object.keys(own).sort()) {
      const limit = limits[name];
      if (limit === undefined || compareQuantities(own[name] ?? ZERO, limit) <= 0) continue;
      const why = `must be less than or equal to pod limits of ${formatQuantity(limit)}`;
      errors.push(field.invalid(`${path}.containers[${i}][${name}].limits`, formatQuantity(own[name] ?? ZERO), why));
    }
  }
}

function checkPodResourceName(errors: Errors, path: string, name: string): void {
  const before = errors.length;
  checkResourceName(errors, path, name);
  if (errors.length === before && !isPodLevelResource(name)) errors.push(field.notSupported(path, name, POD_LEVEL));
}
