import { field } from "../../../../machinery/index.ts";
import type { AppArmorProfile, PodSpec, SeccompProfile } from "../../../generated/types.ts";
import type { Errors } from "../../../checks.ts";
import { containersWithPaths } from "./os.ts";
import { checkLocalPath } from "./paths.ts";

type Annotations = Readonly<Record<string, string>>;

const MIRROR = "kubernetes.io/config.mirror";
const DELETION_COST = "controller.kubernetes.io/pod-deletion-cost";
const SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
const SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
const APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

/** k8s: ValidatePodSpecificAnnotations. */
export function checkPodAnnotations(errors: Errors, path: string, annotations: Annotations, spec: PodSpec): void {
  const { [MIRROR]: mirror, [DELETION_COST]: cost, [SECCOMP_POD]: profile } = annotations;
  if (mirror !== undefined && !spec.nodeName)
    errors.push(field.invalid(`${path}[${MIRROR}]`, mirror, "must set spec.nodeName if mirror pod annotation is set"));
  if (cost !== undefined && !isDeletionCost(cost)) errors.push(field.invalid(`${path}[${DELETION_COST}]`, cost, "must be a 32bit integer"));
  if (profile !== undefined) checkSeccompText(errors, `${path}.${SECCOMP_POD}`, profile);
  for (const key in annotations) {
    const value = annotations[key] as string;
    if (key.startsWith(SECCOMP_CONTAINER)) checkSeccompText(errors, `${path}.${key}`, value);
    if (!key.startsWith(APP_ARMOR)) continue;
    const name = key.slice(APP_ARMOR.length);
    if (!containersWithPaths("", spec).some(([, container]) => container.name === name))
      errors.push(field.invalid(`${path}[${key}]`, name, "container not found"));
    if (value !== "" && value !== "runtime/default" && value !== "unconfined" && !value.startsWith("localhost/"))
      errors.push(field.invalid(`${path}[${key}]`, value, `invalid AppArmor profile name: ${JSON.stringify(value)}`));
  }
}

/** Without a plus sign or leading zeros (k8s: helper.GetDeletionCostFromPodAnnotations). */
const isDeletionCost = (text: string): boolean => /^(?:0|-?[1-9]\d*)$/.test(text) && Math.abs(Number(text) + 0.5) < 2 ** 31;

function checkSeccompText(errors: Errors, path: string, profile: string): void {
  if (["runtime/default", "docker/default", "unconfined"].includes(profile)) return;
  if (profile.startsWith("localhost/")) checkLocalPath(errors, path, profile.slice("localhost/".length));
  else errors.push(field.invalid(path, profile, "must be a valid seccomp profile"));
}

/** What is said in a field and in its old annotation must be the same. */
export function checkAgreement(errors: Errors, path: string, annotations: Annotations, spec: PodSpec): void {
  const whole = spec.securityContext?.seccompProfile;
  const said = annotations[SECCOMP_POD];
  if (whole !== undefined && said !== undefined) checkSame(errors, `${path}.securityContext.seccompProfile`, "seccomp", whole, said);
  for (const [at, { name, securityContext }] of containersWithPaths(path, spec)) {
    const own = securityContext?.seccompProfile;
    const seccomp = annotations[`${SECCOMP_CONTAINER}${name}`];
    if (own !== undefined && seccomp !== undefined) checkSame(errors, `${at}.securityContext.seccompProfile`, "seccomp", own, seccomp);
    const armor = securityContext?.appArmorProfile ?? spec.securityContext?.appArmorProfile;
    const appArmor = annotations[`${APP_ARMOR}${name}`];
    if (armor !== undefined && appArmor !== undefined && spec.os?.name !== "windows")
      checkSame(errors, `${at}.securityContext.appArmorProfile`, "apparmor", armor, appArmor);
  }
}

function checkSame(errors: Errors, path: string, what: string, profile: SeccompProfile | AppArmorProfile, said: string): void {
  const type = profile.type;
  const text = type === "Unconfined" ? "unconfined" : type === "RuntimeDefault" ? "runtime/default" : "localhost/";
  const same =
    type === "Localhost"
      ? said.startsWith(text)
      : said === text || (what === "seccomp" && type === "RuntimeDefault" && said === "docker/default");
  if (!same) errors.push(field.forbidden(`${path}.type`, `${what} type in annotation and field must match`));
  else if (type === "Localhost" && profile.localhostProfile !== said.slice(text.length))
    errors.push(field.forbidden(`${path}.localhostProfile`, `${what} profile in annotation and field must match`));
}

/** k8s: ValidatePodSpecificAnnotationUpdates. */
export function checkAnnotationUpdate(errors: Errors, now: Annotations = {}, before: Annotations = {}): void {
  if (now === before) return;
  const guarded = (key: string): string | undefined =>
    key === MIRROR ? "mirror pod annotation" : key.startsWith(APP_ARMOR) ? "AppArmor annotations" : undefined;
  for (const key in before) {
    const what = now[key] === before[key] ? undefined : guarded(key);
    if (what !== undefined) errors.push(field.forbidden(`metadata.annotations[${key}]`, `may not remove or update ${what}`));
  }
  for (const key in now) {
    const what = before[key] === undefined ? guarded(key) : undefined;
    if (what !== undefined) errors.push(field.forbidden(`metadata.annotations[${key}]`, `may not add ${what}`));
  }
}
