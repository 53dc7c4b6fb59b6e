import {
  field,
  isConfigMapKey,
  isDNS1123Subdomain,
  isQualifiedName,
  isRelaxedEnvVarName,
  parseQuantity,
  quantityProblem,
} from "../../../../machinery/index.ts";
import type { EnvFromSource, EnvVar, FileKeySelector, ObjectFieldSelector, ResourceFieldSelector } from "../../../generated/types.ts";
import { checkLabel, invalidEach, type Errors } from "../../../checks.ts";
import { checkLocalPath } from "./paths.ts";

const ENV_FIELDS = [
  "metadata.name",
  "metadata.namespace",
  "metadata.uid",
  "spec.nodeName",
  "spec.serviceAccountName",
  "status.hostIP",
  "status.hostIPs",
  "status.podIP",
  "status.podIPs",
];
const CONTAINER_RESOURCES = [
  "limits.cpu",
  "limits.ephemeral-storage",
  "limits.memory",
  "requests.cpu",
  "requests.ephemeral-storage",
  "requests.memory",
];

/** k8s: ValidateEnv. */
export function checkEnv(errors: Errors, path: string, env: readonly EnvVar[]): void {
  for (let i = 0; i < env.length; i++) {
    const one = env[i] as EnvVar;
    if (!one.name) errors.push(field.required(`${path}[${i}].name`));
    else invalidEach(errors, `${path}[${i}].name`, one.name, isRelaxedEnvVarName(one.name));
    if (one.valueFrom !== undefined) checkValueFrom(errors, `${path}[${i}].valueFrom`, one);
  }
}

function checkValueFrom(errors: Errors, path: string, env: EnvVar): void {
  const from = env.valueFrom ?? {};
  let sources = 0;
  if (from.fieldRef) {
    sources++;
    checkFieldRef(errors, `${path}.fieldRef`, from.fieldRef, ENV_FIELDS);
  }
  if (from.resourceFieldRef) {
    sources++;
    checkResourceFieldRef(errors, `${path}.resourceFieldRef`, from.resourceFieldRef, false);
  }
  for (const key of ["configMapKeyRef", "secretKeyRef"] as const) {
    const ref = from[key];
    if (ref === undefined) continue;
    sources++;
    if (!ref.name && !(ref.name === undefined && ref.optional))
      invalidEach(errors, `${path}.${key}.name`, ref.name ?? "", isDNS1123Subdomain(ref.name ?? ""));
    else if (ref.name) invalidEach(errors, `${path}.${key}.name`, ref.name, isDNS1123Subdomain(ref.name));
    if (!ref.key) errors.push(field.required(`${path}.${key}.key`));
    else invalidEach(errors, `${path}.${key}.key`, ref.key, isConfigMapKey(ref.key));
  }
  if (from.fileKeyRef) {
    sources++;
    checkFileKeyRef(errors, `${path}.fileKeyRef`, from.fileKeyRef);
  }
  if (sources === 0)
    errors.push(
      field.invalid(path, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef`, `secretKeyRef` or `fileKeyRef`"),
    );
  if (env.value) {
    if (sources > 0) errors.push(field.invalid(path, "", "may not be specified when `value` is not empty"));
  } else if (sources > 1) errors.push(field.invalid(path, "", "may not have more than one field specified at a time"));
}

/** A variable of a file that another container writes (k8s: validateFileKeySelector). */
function checkFileKeyRef(errors: Errors, path: string, { volumeName, path: file, key }: FileKeySelector): void {
  if (!volumeName) errors.push(field.required(`${path}.volumeName`));
  else checkLabel(errors, `${path}.volumeName`, volumeName);
  if (!file) errors.push(field.required(`${path}.path`));
  else checkLocalPath(errors, `${path}.path`, file);
  if (!key) errors.push(field.required(`${path}.key`));
  else invalidEach(errors, `${path}.key`, key, isRelaxedEnvVarName(key));
}

const SUBSCRIPT = /^(metadata\.(?:annotations|labels))\['(.*)'\]$/;

/** `supported` without subscripts; labels and annotations may be subscripted everywhere (k8s: validateObjectFieldSelector). */
export function checkFieldRef(errors: Errors, path: string, ref: ObjectFieldSelector, supported: readonly string[]): void {
  if (!ref.apiVersion) return void errors.push(field.required(`${path}.apiVersion`));
  if (!ref.fieldPath) return void errors.push(field.required(`${path}.fieldPath`));
  const subscript = SUBSCRIPT.exec(ref.fieldPath);
  if (subscript !== null) {
    const key = subscript[1] === "metadata.annotations" ? (subscript[2] ?? "").toLowerCase() : (subscript[2] ?? "");
    invalidEach(errors, path, key, isQualifiedName(key));
  } else if (!supported.includes(ref.fieldPath)) errors.push(field.notSupported(`${path}.fieldPath`, ref.fieldPath, supported));
}

const CPU_DIVISORS = ["1m", "1"];
const BYTE_DIVISORS = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

/** k8s: validateContainerResourceFieldSelector. In a volume the container must be named. */
export function checkResourceFieldRef(errors: Errors, path: string, ref: ResourceFieldSelector, inVolume: boolean): void {
  if (inVolume && !ref.containerName) return void errors.push(field.required(`${path}.containerName`));
  if (!ref.resource) return void errors.push(field.required(`${path}.resource`));
  const hugePages = /^(?:limits|requests)\.hugepages-/.test(ref.resource);
  if (!CONTAINER_RESOURCES.includes(ref.resource) && !hugePages)
    return void errors.push(field.notSupported(`${path}.resource`, ref.resource, CONTAINER_RESOURCES));
  if (ref.divisor === undefined || quantityProblem(ref.divisor) !== null) return;
  const divisor = parseQuantity(ref.divisor);
  if (divisor.nano === 0n) return;
  const cpu = ref.resource.endsWith(".cpu");
  const allowed = cpu ? CPU_DIVISORS : BYTE_DIVISORS;
  if (allowed.some((text) => parseQuantity(text).nano === divisor.nano)) return;
  const name = ref.resource.slice(ref.resource.indexOf(".") + 1);
  const what = hugePages ? "hugepages" : name === "ephemeral-storage" ? "local ephemeral storage" : name;
  const values = allowed.join(cpu ? " and " : ", ");
  // Upstream shows the resource, not the divisor.
  errors.push(field.invalid(`${path}.divisor`, ref.resource, `only divisor's values ${values} are supported with the ${what} resource`));
}

/** k8s: ValidateEnvFrom. */
export function checkEnvFrom(errors: Errors, path: string, sources: readonly EnvFromSource[]): void {
  for (const [i, source] of sources.entries()) {
    const at = `${path}[${i}]`;
    if (source.prefix) invalidEach(errors, `${at}.prefix`, source.prefix, isRelaxedEnvVarName(source.prefix));
    let count = 0;
    for (const key of ["configMapRef", "secretRef"] as const) {
      const ref = source[key];
      if (ref === undefined) continue;
      count++;
      if (!ref.name) errors.push(field.required(`${at}.${key}.name`));
      else invalidEach(errors, `${at}.${key}.name`, ref.name, isDNS1123Subdomain(ref.name));
    }
    if (count === 0) errors.push(field.invalid(path, "", "must specify one of: `configMapRef` or `secretRef`"));
    else if (count > 1) errors.push(field.invalid(path, "", "may not have more than one field specified at a time"));
  }
}
