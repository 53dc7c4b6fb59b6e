import { field } from "../../../../machinery/index.ts";
import type { Container, PodSecurityContext, PodSpec, SecurityContext } from "../../../generated/types.ts";
import type { Errors } from "../../../checks.ts";

/** What Windows has no notion of (k8s: validateWindows), in its order: fields of the spec, and of security contexts. */
const NOT_WINDOWS_POD: readonly (keyof PodSpec | `securityContext.${keyof PodSecurityContext}`)[] = [
  "securityContext.appArmorProfile",
  "securityContext.seLinuxOptions",
  "hostUsers",
  "hostPID",
  "hostIPC",
  "securityContext.seccompProfile",
  "securityContext.fsGroup",
  "securityContext.fsGroupChangePolicy",
  "securityContext.sysctls",
  "shareProcessNamespace",
  "securityContext.runAsUser",
  "securityContext.runAsGroup",
  "securityContext.supplementalGroups",
  "securityContext.supplementalGroupsPolicy",
  "securityContext.seLinuxChangePolicy",
];
const NOT_WINDOWS_CONTAINER: readonly (keyof SecurityContext)[] = [
  "appArmorProfile",
  "seLinuxOptions",
  "seccompProfile",
  "capabilities",
  "readOnlyRootFilesystem",
  "privileged",
  "allowPrivilegeEscalation",
  "procMount",
  "runAsUser",
  "runAsGroup",
];
const NOT_WINDOWS = "cannot be set for a windows pod";
const NOT_LINUX = "windows options cannot be set for a linux pod";

/** Every container with its path, in upstream's order (k8s: podshelper.VisitContainersWithPath). */
export function containersWithPaths(path: string, spec: PodSpec): readonly (readonly [path: string, container: Container])[] {
  return (["initContainers", "containers", "ephemeralContainers"] as const).flatMap((list) =>
    (spec[list] ?? []).map((container, i) => [`${path}.${list}[${i}]`, container as Container] as const),
  );
}

/** k8s: validateOS, validateLinux, validateWindows. */
export function checkOs(errors: Errors, path: string, spec: PodSpec): void {
  const name = spec.os?.name;
  if (!name) errors.push(field.required(`${path}.os.name`, "cannot be empty"));
  else if (name === "linux") checkLinux(errors, path, spec);
  else if (name === "windows") checkWindows(errors, path, spec);
  else errors.push(field.notSupported(`${path}.os`, name, ["linux", "windows"]));
}

function checkLinux(errors: Errors, path: string, spec: PodSpec): void {
  if (spec.securityContext?.windowsOptions !== undefined) errors.push(field.forbidden(`${path}.securityContext.windowsOptions`, NOT_LINUX));
  for (const [at, container] of containersWithPaths(path, spec)) {
    if (container.securityContext?.windowsOptions !== undefined)
      errors.push(field.forbidden(`${at}.securityContext.windowsOptions`, NOT_LINUX));
  }
}

/** Go's false and empty lists say nothing, but for what is a pointer there. */
const says = (value: unknown, key: string): boolean =>
  value !== undefined && !(value === false && (key === "hostPID" || key === "hostIPC")) && !(Array.isArray(value) && value.length === 0);

function checkWindows(errors: Errors, path: string, spec: PodSpec): void {
  for (const key of NOT_WINDOWS_POD) {
    const [, inner] = key.split(".") as [string, (keyof PodSecurityContext)?];
    const value = inner === undefined ? spec[key as keyof PodSpec] : spec.securityContext?.[inner];
    if (says(value, key)) errors.push(field.forbidden(`${path}.${key}`, NOT_WINDOWS));
  }
  for (const [at, { securityContext }] of containersWithPaths(path, spec)) {
    for (const key of NOT_WINDOWS_CONTAINER) {
      if (securityContext?.[key] !== undefined) errors.push(field.forbidden(`${at}.securityContext.${key}`, NOT_WINDOWS));
    }
  }
}

/** A pod's containers are processes of a Windows host all together or not at all (k8s: validateWindowsHostProcessPod). */
export function checkHostProcesses(errors: Errors, path: string, spec: PodSpec): void {
  const whole = spec.securityContext?.windowsOptions?.hostProcess;
  const containers = containersWithPaths(path, spec);
  let count = 0;
  for (const [at, { securityContext }] of containers) {
    const own = securityContext?.windowsOptions?.hostProcess;
    if (whole !== undefined && own !== undefined && whole !== own) {
      const why = `pod hostProcess value must be identical if both are specified, was ${whole}`;
      errors.push(field.invalid(`${at}.securityContext.windowsOptions.hostProcess`, own, why));
    }
    if (own ?? whole) count++;
  }
  if (count === 0) return;
  if (count < containers.length)
    errors.push(field.invalid(path, "", "If pod contains any hostProcess containers then all containers must be HostProcess containers"));
  if (!spec.hostNetwork)
    errors.push(field.invalid(`${path}.hostNetwork`, false, "hostNetwork must be true if pod contains any hostProcess containers"));
}
