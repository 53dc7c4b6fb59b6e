import { field, isDNS1123Subdomain, rangeMessage } from "../../../../machinery/index.ts";
import type { AppArmorProfile, PodSpec, SeccompProfile, SecurityContext, WindowsSecurityContextOptions } from "../../../generated/types.ts";
import { invalidEach, type Errors } from "../../../checks.ts";
import { goForm } from "../../go-form.ts";
import { checkLocalPath } from "./paths.ts";

const MAX_ID = 2147483647;

function checkId(errors: Errors, path: string, id: number | undefined): void {
  if (id !== undefined && (id < 0 || id > MAX_ID)) errors.push(field.invalid(path, id, rangeMessage(0, MAX_ID)));
}

function checkSeccomp(errors: Errors, path: string, profile: SeccompProfile | undefined): void {
  if (profile === undefined) return;
  switch (profile.type) {
    case "Localhost":
      if (profile.localhostProfile === undefined)
        errors.push(field.required(`${path}.localhostProfile`, "must be set when seccomp type is Localhost"));
      else checkLocalPath(errors, `${path}.localhostProfile`, profile.localhostProfile);
      break;
    case "RuntimeDefault":
    case "Unconfined":
      if (profile.localhostProfile !== undefined)
        errors.push(
          field.invalid(`${path}.localhostProfile`, goForm("SeccompProfile", profile), "can only be set when seccomp type is Localhost"),
        );
      break;
    case "":
      errors.push(field.required(`${path}.type`, "type is required when seccompProfile is set"));
      break;
    default:
      errors.push(field.notSupported(`${path}.type`, profile.type, ["Localhost", "RuntimeDefault", "Unconfined"]));
  }
}

const MAX_PROFILE = 4095;

/** k8s: ValidateAppArmorProfileField. */
function checkAppArmor(errors: Errors, path: string, profile: AppArmorProfile | undefined): void {
  if (profile === undefined) return;
  const { type, localhostProfile: name } = profile;
  const at = `${path}.localhostProfile`;
  const missing = "must be set when AppArmor type is Localhost";
  if (type === "Localhost") {
    if (name === undefined) return void errors.push(field.required(at, missing));
    if (name.trim() !== name) errors.push(field.invalid(at, name, "must not be padded with whitespace"));
    else if (name === "") errors.push(field.required(at, missing));
    if (name.length > MAX_PROFILE) errors.push(field.tooLong(at, "", MAX_PROFILE));
  } else if (type === "RuntimeDefault" || type === "Unconfined") {
    if (name !== undefined) errors.push(field.invalid(at, name, "can only be set when AppArmor type is Localhost"));
  } else if (type === "") errors.push(field.required(`${path}.type`, "type is required when appArmorProfile is set"));
  else errors.push(field.notSupported(`${path}.type`, type, ["Localhost", "RuntimeDefault", "Unconfined"]));
}

const MAX_CREDENTIAL_SPEC = 64 * 1024;

/** k8s: validateWindowsSecurityContextOptions. */
function checkWindowsOptions(errors: Errors, path: string, options: WindowsSecurityContextOptions | undefined): void {
  if (options === undefined) return;
  const { gmsaCredentialSpecName: name, gmsaCredentialSpec: spec, runAsUserName: user } = options;
  if (name !== undefined) invalidEach(errors, `${path}.gmsaCredentialSpecName`, name, isDNS1123Subdomain(name));
  if (spec === "") errors.push(field.invalid(`${path}.gmsaCredentialSpec`, spec, "gmsaCredentialSpec cannot be an empty string"));
  else if ((spec?.length ?? 0) > MAX_CREDENTIAL_SPEC)
    errors.push(field.invalid(`${path}.gmsaCredentialSpec`, spec, "gmsaCredentialSpec size must be under 64 KiB"));
  if (user !== undefined) invalidEach(errors, `${path}.runAsUserName`, user, windowsUserProblems(user));
}

function windowsUserProblems(name: string): readonly string[] {
  if (name === "") return ["runAsUserName cannot be an empty string"];
  if (/\p{Cc}/u.test(name)) return ["runAsUserName cannot contain control characters"];
  const parts = name.split("\\");
  if (parts.length > 2) return ["runAsUserName cannot contain more than one backslash"];
  const [user = "", domain] = parts.toReversed();
  const problems: string[] = [];
  if ((domain?.length ?? 0) >= 256) problems.push("runAsUserName's Domain length must be under 256 characters");
  const domainForm = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$|^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/i;
  if (domain !== undefined && !domainForm.test(domain))
    problems.push("runAsUserName's Domain doesn't match the NetBios nor the DNS format");
  if (user === "") problems.push("runAsUserName's User cannot be empty");
  else if (user.length > 104) problems.push("runAsUserName's User length must not be longer than 104 characters");
  if (/^[. ]+$/.test(user)) problems.push("runAsUserName's User cannot contain only periods or spaces");
  if (/["/\\:;|=,+*?<>@[\]]/.test(user)) problems.push("runAsUserName's User cannot contain the following characters: \"/\\:;|=,+*?<>@[]");
  return problems;
}

const SYSCTL = /^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$/;
const SYSCTL_PROBLEM =
  "must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
/** Those that a namespace of the pod's own would have (k8s: component-helpers/node/util/sysctl). */
const IPC_SYSCTL = /^(?:kernel[./](?:sem|shm|msg)|fs[./]mqueue[./])/;
const NET_SYSCTL = /^net[./]/;

/** k8s: validateSysctls. */
function checkSysctls(errors: Errors, path: string, { hostIPC, hostNetwork, securityContext }: PodSpec): void {
  const names = new Set<string>();
  for (const [i, { name }] of (securityContext?.sysctls ?? []).entries()) {
    const at = `${path}[${i}].name`;
    if (!name) errors.push(field.required(at));
    else if (name.length > 253 || !SYSCTL.test(name)) errors.push(field.invalid(at, name, SYSCTL_PROBLEM));
    else if (names.has(name)) errors.push(field.duplicate(at, name));
    if (hostNetwork && NET_SYSCTL.test(name)) errors.push(field.invalid(at, name, "may not be specified when 'hostNetwork' is true"));
    else if (hostIPC && IPC_SYSCTL.test(name)) errors.push(field.invalid(at, name, "may not be specified when 'hostIPC' is true"));
    names.add(name);
  }
}

function checkPolicy(errors: Errors, path: string, value: string | undefined, supported: readonly string[]): void {
  if (value !== undefined && !supported.includes(value)) errors.push(field.notSupported(path, value, supported));
}

/** k8s: validatePodSpecSecurityContext, where the host's namespaces are fields of the security context. */
export function checkPodSecurityContext(errors: Errors, path: string, spec: PodSpec): void {
  const context = spec.securityContext ?? {};
  checkId(errors, `${path}.fsGroup`, context.fsGroup);
  checkId(errors, `${path}.runAsUser`, context.runAsUser);
  checkId(errors, `${path}.runAsGroup`, context.runAsGroup);
  for (const [i, group] of (context.supplementalGroups ?? []).entries()) checkId(errors, `${path}.supplementalGroups[${i}]`, group);
  if (spec.shareProcessNamespace && spec.hostPID)
    errors.push(field.invalid(`${path}.shareProcessNamespace`, true, "ShareProcessNamespace and HostPID cannot both be enabled"));
  checkSysctls(errors, `${path}.sysctls`, spec);
  checkPolicy(errors, `${path}.fsGroupChangePolicy`, context.fsGroupChangePolicy, ["Always", "OnRootMismatch"]);
  checkSeccomp(errors, `${path}.seccompProfile`, context.seccompProfile);
  checkWindowsOptions(errors, `${path}.windowsOptions`, context.windowsOptions);
  checkAppArmor(errors, `${path}.appArmorProfile`, context.appArmorProfile);
  checkPolicy(errors, `${path}.supplementalGroupsPolicy`, context.supplementalGroupsPolicy, ["Merge", "Strict"]);
  checkPolicy(errors, `${path}.seLinuxChangePolicy`, context.seLinuxChangePolicy, ["MountOption", "Recursive"]);
}

/** k8s: ValidateSecurityContext. */
export function checkSecurityContext(
  errors: Errors,
  path: string,
  context: SecurityContext | undefined,
  hostUsers: boolean | undefined,
): void {
  if (context === undefined) return;
  checkId(errors, `${path}.runAsUser`, context.runAsUser);
  checkId(errors, `${path}.runAsGroup`, context.runAsGroup);
  const { procMount } = context;
  if (procMount !== undefined && procMount !== "Default" && procMount !== "Unmasked")
    errors.push(field.notSupported(`${path}.procMount`, procMount, ["Default", "Unmasked"]));
  if (procMount === "Unmasked" && hostUsers !== false)
    errors.push(field.invalid(`${path}.procMount`, procMount, "`hostUsers` must be false to use `Unmasked`"));
  checkSeccomp(errors, `${path}.seccompProfile`, context.seccompProfile);
  checkPrivileges(errors, path, context);
  checkWindowsOptions(errors, `${path}.windowsOptions`, context.windowsOptions);
  checkAppArmor(errors, `${path}.appArmorProfile`, context.appArmorProfile);
}

function checkPrivileges(errors: Errors, path: string, context: SecurityContext): void {
  if (context.allowPrivilegeEscalation !== false) return;
  const form = goForm("SecurityContext", context);
  if (context.privileged) errors.push(field.invalid(path, form, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
  if (context.capabilities?.add?.includes("CAP_SYS_ADMIN")) {
    errors.push(field.invalid(path, form, "cannot set `allowPrivilegeEscalation` to false and `capabilities.Add` CAP_SYS_ADMIN"));
  }
}
