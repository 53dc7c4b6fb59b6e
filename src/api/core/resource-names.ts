import { field, isQualifiedName, parseQuantity, quantityProblem } from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";

const CONTAINER = ["cpu", "memory", "ephemeral-storage"];
const COMPUTE = CONTAINER.flatMap((name) => [name, `requests.${name}`, `limits.${name}`]);
const COUNTED = [
  ...["pods", "resourcequotas", "services", "replicationcontrollers", "secrets", "configmaps", "persistentvolumeclaims"],
  ...["services.nodeports", "services.loadbalancers"],
];
const QUOTA: ReadonlySet<string> = new Set([...COMPUTE, ...COUNTED, "requests.storage"]);
const counted: ReadonlySet<string> = new Set(COUNTED);

export const isHugePages = (name: string): boolean => name.startsWith("hugepages-");
const isQuotaHugePages = (name: string): boolean => isHugePages(name) || name.startsWith("requests.hugepages-");
/** Resources of the kubernetes.io domain, said or meant. */
export const isNativeResource = (name: string): boolean => !name.includes("/") || name.includes("kubernetes.io/");
/** Resources of another domain; its name with the quota's prefix must be a name too (k8s: IsExtendedResourceName). */
export const isExtendedResource = (name: string): boolean =>
  !isNativeResource(name) && !name.startsWith("requests.") && isQualifiedName(`requests.${name}`).length === 0;
/** Requests may differ from limits. */
export const allowsOvercommit = (name: string): boolean => isNativeResource(name) && !isHugePages(name);
export const isContainerResource = (name: string): boolean => CONTAINER.includes(name) || isHugePages(name);
/** k8s: IsStandardQuotaResourceName. */
export const isQuotaResource = (name: string): boolean => QUOTA.has(name) || isQuotaHugePages(name);
const isIntegerResource = (name: string): boolean => counted.has(name) || isExtendedResource(name);

/** k8s: validateResourceName. */
export function checkResourceName(errors: Errors, path: string, name: string): void {
  const problems = isQualifiedName(name);
  if (problems.length > 0) return invalidEach(errors, path, name, problems);
  if (!name.includes("/") && name !== "storage" && !isQuotaResource(name))
    errors.push(field.invalid(path, name, "must be a standard resource type or fully qualified"));
}

/** k8s: validateContainerResourceName. */
export function checkContainerResourceName(errors: Errors, path: string, name: string): void {
  checkResourceName(errors, path, name);
  if (!name.includes("/")) {
    if (!isContainerResource(name)) errors.push(field.invalid(path, name, "must be a standard resource for containers"));
  } else if (!isNativeResource(name) && !isExtendedResource(name))
    errors.push(field.invalid(path, name, "doesn't follow extended resource name standard"));
}

/** k8s: validateLimitRangeResourceName. */
export function checkLimitedResourceName(errors: Errors, path: string, name: string, type: string): void {
  if (type === "Pod" || type === "Container") checkContainerResourceName(errors, path, name);
  else checkResourceName(errors, path, name);
}

/** k8s: ValidateResourceQuotaResourceName. */
export function checkQuotaResourceName(errors: Errors, path: string, name: string): void {
  checkResourceName(errors, path, name);
  if (!name.includes("/") && !isQuotaResource(name)) errors.push(field.invalid(path, name, "must be a standard resource for quota"));
}

/** k8s: ValidateResourceQuantityValue. Answers whether `text` is a quantity. */
export function checkAmount(errors: Errors, path: string, name: string, text: string): boolean {
  const problem = quantityProblem(text);
  if (problem !== null) {
    errors.push(field.invalid(path, text, problem));
    return false;
  }
  const { nano } = parseQuantity(text);
  if (nano < 0n) errors.push(field.invalid(path, text, "must be greater than or equal to 0"));
  if (nano % 1_000_000_000n !== 0n && isIntegerResource(name)) errors.push(field.invalid(path, text, "must be an integer"));
  return true;
}
