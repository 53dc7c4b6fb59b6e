import { compareQuantities, field, parseQuantity, quantityProblem } from "../../../../machinery/index.ts";
import type { ResourceRequirements } from "../../../generated/types.ts";
import type { Errors } from "../../../checks.ts";
import { allowsOvercommit, checkAmount, checkContainerResourceName, isHugePages } from "../../resource-names.ts";

type ResourceList = Readonly<Record<string, string>>;

/** k8s: ValidateContainerResourceRequirements. */
export function checkResources(
  errors: Errors,
  path: string,
  resources: ResourceRequirements | undefined,
  claimNames: ReadonlySet<string>,
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
    checkContainerResourceName(errors, `${path}.limits[${name}]`, name);
    checkAmount(errors, `${path}.limits[${name}]`, name, limits[name] ?? "");
    note(name);
  }
  for (const name in requests) {
    checkContainerResourceName(errors, `${path}.requests[${name}]`, name);
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
