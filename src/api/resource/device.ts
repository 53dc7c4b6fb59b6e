import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  field,
  formatQuantity,
  isDNS1123Subdomain,
  parseQuantity,
  value as wholeUnits,
} from "../../machinery/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { checkNodeSelector } from "../core/pod/validation/scheduling.ts";
import type { CapacityRequestPolicy, CapacityRequestPolicyRange, Device, DeviceAttribute } from "../generated/types.ts";
import { checkCounters, checkDeviceQualifiedName, checkDeviceTaint, checkItems, checkRequiredName, checkSet } from "./names.ts";
import { checkBinding } from "./resource-claim.ts";

const MAX_PROPERTIES = 32;
const MAX_TAINTS = 16;
const MAX_CONSUMPTIONS = 2;
const MAX_VALUE = 64;
const MAX_OPTIONS = 10;
const WHERE = ["nodeName", "nodeSelector", "allNodes"] as const;
const SEMVER = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?$/;

/** k8s: apis/resource/validation validateDevice. `each`: the slice leaves the choice of nodes to its devices. */
export function checkDevice(errors: Errors, path: string, device: Device, each: boolean): void {
  checkRequiredName(errors, `${path}.name`, device.name, "label");
  const { attributes = {}, capacity = {} } = device;
  const count = Object.keys(attributes).length + Object.keys(capacity).length;
  if (count > MAX_PROPERTIES)
    errors.push(field.invalid(path, count, `the total number of attributes and capacities must not exceed ${MAX_PROPERTIES}`));
  for (const [name, attribute] of Object.entries(attributes)) {
    checkDeviceQualifiedName(errors, `${path}.attributes[${name}]`, name);
    checkAttribute(errors, `${path}.attributes[${name}]`, attribute);
  }
  for (const [name, { value, requestPolicy }] of Object.entries(capacity)) {
    const at = `${path}.capacity[${name}]`;
    checkDeviceQualifiedName(errors, at, name);
    if (requestPolicy === undefined) continue;
    if (device.allowMultipleAllocations === true) checkPolicy(errors, `${at}.requestPolicy`, value, requestPolicy);
    else errors.push(field.forbidden(`${at}.requestPolicy`, "allowMultipleAllocations must be true"));
  }
  checkItems(errors, `${path}.taints`, device.taints, MAX_TAINTS, (taint, here) => checkDeviceTaint(errors, here, taint));
  checkSet(
    errors,
    `${path}.consumesCounters`,
    device.consumesCounters,
    MAX_CONSUMPTIONS,
    (c) => c.counterSet,
    (c, here) => {
      checkRequiredName(errors, `${here}.counterSet`, c.counterSet, "label");
      checkCounters(errors, `${here}.counters`, c.counters);
    },
  );
  checkNodes(errors, path, device, each);
  checkBinding(errors, path, device);
}

function checkNodes(errors: Errors, path: string, device: Device, each: boolean): void {
  const { nodeName, nodeSelector } = device;
  if (!each) {
    if (WHERE.some((key) => device[key] !== undefined)) {
      const rule =
        "`nodeName`, `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
      errors.push(field.invalid(path, null, rule));
    }
    return;
  }
  const given = WHERE.filter((key) => device[key] !== undefined && device[key] !== "" && device[key] !== false);
  if (nodeName === "") errors.push(field.invalid(`${path}.nodeName`, "", "must not be empty"));
  else if (nodeName !== undefined) invalidEach(errors, `${path}.nodeName`, nodeName, isDNS1123Subdomain(nodeName));
  if (nodeSelector !== undefined) checkNodeSelector(errors, `${path}.nodeSelector`, nodeSelector.nodeSelectorTerms);
  if (device.allNodes === false) errors.push(field.invalid(`${path}.allNodes`, false, "must be either unset or set to true"));
  const rule =
    "exactly one of `nodeName`, `nodeSelector`, or `allNodes` is required when `perDeviceNodeSelection` is set to true in the ResourceSlice spec";
  if (given.length === 0) errors.push(field.required(path, rule));
  if (given.length > 1) errors.push(field.invalid(path, `{${given.map((key) => `\`${key}\``).join(", ")}}`, rule));
}

function checkAttribute(errors: Errors, path: string, attribute: DeviceAttribute): void {
  const { string, version } = attribute;
  if (string !== undefined && string.length > MAX_VALUE) errors.push(field.tooLong(`${path}.string`, "", MAX_VALUE));
  if (version !== undefined) {
    if (!SEMVER.test(version))
      errors.push(field.invalid(`${path}.version`, version, "must be a string compatible with semver.org spec 2.0.0"));
    if (version.length > MAX_VALUE) errors.push(field.tooLong(`${path}.version`, "", MAX_VALUE));
  }
  const count = Object.values(attribute).filter((value) => value !== undefined).length;
  if (count !== 1) errors.push(field.invalid(path, count === 0 ? "" : attribute, "exactly one value must be specified"));
}

const compare = (a: string, b: string): number => compareQuantities(parseQuantity(a), parseQuantity(b));

/** How much of a capacity one request may take (k8s: validateRequestPolicy). */
function checkPolicy(errors: Errors, path: string, most: string, policy: CapacityRequestPolicy): void {
  const { validValues = [], validRange, default: fallback } = policy;
  if (validValues.length > 0 && validRange !== undefined)
    return void errors.push(
      field.forbidden(path, 'exactly one policy can be specified, cannot specify "validValues" and "validRange" at the same time'),
    );
  const rule = validValues.length > 0 ? "validValues" : validRange === undefined ? undefined : "validRange";
  if (rule === undefined) return;
  if (fallback === undefined) return void errors.push(field.required(`${path}.default`, `required when ${rule} is defined`));
  if (validRange !== undefined) checkRange(errors, `${path}.validRange`, fallback, most, validRange);
  else checkValues(errors, `${path}.validValues`, fallback, most, validValues);
}

function checkValues(errors: Errors, path: string, fallback: string, most: string, values: readonly string[]): void {
  for (let i = 1; i < values.length; i++) {
    const text = values[i] as string;
    if (compare(values[i - 1] as string, text) > 0)
      errors.push(field.invalid(`${path}[${i}]`, canonicalQuantity(text), "values must be sorted in ascending order"));
  }
  checkSet(
    errors,
    path,
    values,
    MAX_OPTIONS,
    (v) => String(wholeUnits(v)),
    (v, here) => {
      if (compare(v, most) > 0)
        errors.push(field.invalid(here, canonicalQuantity(v), `option is larger than capacity value: ${canonicalQuantity(most)}`));
    },
  );
  if (!values.some((v) => compare(v, fallback) === 0))
    errors.push(field.invalid(path, canonicalQuantity(fallback), "default value is not valid according to the requestPolicy"));
}

function checkRange(errors: Errors, path: string, fallback: string, capacity: string, range: CapacityRequestPolicyRange): void {
  const { min, max, step } = range as Partial<CapacityRequestPolicyRange>;
  if (min === undefined) return void errors.push(field.required(`${path}.min`, "required when validRange is defined"));
  const wrong = (key: string, value: string, why: string): void =>
    void errors.push(field.invalid(`${path}.${key}`, canonicalQuantity(value), why));
  const larger = (what: string): string => `${what} is larger than capacity value: ${canonicalQuantity(capacity)}`;
  if (compare(min, capacity) > 0) wrong("min", min, larger("min"));
  if (compare(fallback, min) < 0) wrong("min", fallback, `default is less than min: ${canonicalQuantity(min)}`);
  if (max !== undefined) {
    if (compare(min, max) > 0) wrong("max", min, `min is larger than max: ${canonicalQuantity(max)}`);
    if (compare(max, capacity) > 0) wrong("max", max, larger("max"));
    if (compare(fallback, max) > 0) wrong("max", fallback, `default is more than max: ${canonicalQuantity(max)}`);
  }
  if (step === undefined) return;
  const next = addQuantities(parseQuantity(min), parseQuantity(step));
  if (compareQuantities(next, parseQuantity(capacity)) > 0) wrong("step", step, larger(`one step ${formatQuantity(next)}`));
  for (const end of max === undefined ? [fallback] : [fallback, max])
    if ((wholeUnits(end) - wholeUnits(min)) % wholeUnits(step) !== 0)
      wrong("step", end, `value is not a multiple of a given step (${canonicalQuantity(step)}) from (${canonicalQuantity(min)})`);
}
