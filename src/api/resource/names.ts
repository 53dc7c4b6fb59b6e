import { field, isCIdentifier, isDNS1123Label, isDNS1123Subdomain, isQualifiedName } from "../../machinery/index.ts";
import { checkLabel, checkSubdomain, invalidEach, type Errors } from "../checks.ts";
import { checkDriverName } from "../core/volume/sources.ts";
import type { DeviceTaint, DeviceToleration } from "../generated/types.ts";

const MAX_POOL = 253;
const MAX_ID = 32;
const MAX_COUNTERS = 32;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const UUID_FORM = "uid must be in RFC 4122 normalized form, `xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx` with lowercase hexadecimal characters";

/** At most `max` items; if there are more, nothing else is looked at (k8s: apis/resource/validation validateSlice). */
export function checkItems<T>(
  errors: Errors,
  path: string,
  list: readonly T[] | undefined,
  max: number,
  check: (item: T, path: string) => void,
): void {
  if (list === undefined) return;
  if (max >= 0 && list.length > max) return void errors.push(field.tooMany(path, list.length, max));
  for (const [i, item] of list.entries()) check(item, `${path}[${i}]`);
}

/** As checkItems, and each only once (k8s: validateSet). */
export function checkSet<T>(
  errors: Errors,
  path: string,
  list: readonly T[] | undefined,
  max: number,
  keyOf: (item: T) => string,
  check: (item: T, path: string) => void,
): void {
  if (list === undefined) return;
  const before = errors.length;
  checkItems(errors, path, list, max, check);
  if (max >= 0 && list.length > max && errors.length > before) return;
  const seen = new Set<string>();
  for (const [i, item] of list.entries()) {
    const key = keyOf(item);
    if (seen.has(key)) errors.push(field.duplicate(`${path}[${i}]`, key));
    seen.add(key);
  }
}

export function checkRequiredName(errors: Errors, path: string, name: string | undefined, what: "label" | "subdomain"): void {
  if (!name) errors.push(field.required(path));
  else if (what === "label") checkLabel(errors, path, name);
  else checkSubdomain(errors, path, name);
}

/** Subdomains between slashes. */
export function checkPoolName(errors: Errors, path: string, name: string): void {
  if (name === "") return void errors.push(field.required(path));
  if (name.length > MAX_POOL) errors.push(field.tooLong(path, "", MAX_POOL));
  for (const part of name.split("/")) invalidEach(errors, path, part, isDNS1123Subdomain(part));
}

/** `domain/name`, or a name of the driver's own (k8s: validateQualifiedName). */
export function checkDeviceQualifiedName(errors: Errors, path: string, name: string): void {
  const [domain = "", own] = name.split("/");
  if (own === undefined) return checkIdentifier(errors, path, domain);
  if (domain === "") errors.push(field.invalid(path, "", "the domain must not be empty"));
  else checkDriverName(errors, path, domain);
  if (own === "") errors.push(field.invalid(path, "", "the name must not be empty"));
  else checkIdentifier(errors, path, own);
}

export function checkFullyQualifiedName(errors: Errors, path: string, name: string): void {
  checkDeviceQualifiedName(errors, path, name);
  if (!name.includes("/"))
    errors.push(field.invalid(path, name, "a fully qualified name must be a domain and a name separated by a slash"));
}

function checkIdentifier(errors: Errors, path: string, id: string): void {
  if (id.length > MAX_ID) errors.push(field.tooLong(path, "", MAX_ID));
  invalidEach(errors, path, id, isCIdentifier(id));
}

export function checkUid(errors: Errors, path: string, uid: string): void {
  if (UUID.test(uid)) return;
  if (UUID.test(uid.toLowerCase())) errors.push(field.invalid(path, uid, UUID_FORM));
  else errors.push(field.invalid(path, uid, `error validating uid: invalid UUID length: ${uid.length}`));
}

const EFFECTS = ["None", "NoExecute", "NoSchedule"];

/** k8s: validateDeviceTaint. */
export function checkDeviceTaint(errors: Errors, path: string, { key, value, effect }: DeviceTaint): void {
  invalidEach(errors, `${path}.key`, key, isQualifiedName(key));
  if (value) invalidEach(errors, `${path}.value`, value, isDNS1123Label(value));
  if (!effect) errors.push(field.required(`${path}.effect`));
  else if (!EFFECTS.includes(effect)) errors.push(field.notSupported(`${path}.effect`, effect, EFFECTS));
}

/** k8s: validateDeviceToleration. */
export function checkDeviceToleration(errors: Errors, path: string, { key, value, operator, effect }: DeviceToleration): void {
  if (key) invalidEach(errors, `${path}.key`, key, isQualifiedName(key));
  if (operator === "Exists") {
    if (value) errors.push(field.invalid(`${path}.value`, value, "must be empty for operator `Exists`"));
  } else if (operator === "Equal") {
    if (value) invalidEach(errors, `${path}.value`, value, isDNS1123Label(value));
  } else if (!operator) errors.push(field.required(`${path}.operator`));
  else errors.push(field.notSupported(`${path}.operator`, operator, ["Equal", "Exists"]));
  if (effect && !EFFECTS.includes(effect)) errors.push(field.notSupported(`${path}.effect`, effect, EFFECTS));
}

/** Of a set that devices share, and of what one takes of it. */
export function checkCounters(errors: Errors, path: string, counters: object | undefined): void {
  const names = Object.keys(counters ?? {});
  if (names.length === 0) return void errors.push(field.required(path));
  if (names.length > MAX_COUNTERS) return void errors.push(field.tooMany(path, names.length, MAX_COUNTERS));
  for (const name of names) checkRequiredName(errors, `${path}[${name}]`, name, "label");
}
