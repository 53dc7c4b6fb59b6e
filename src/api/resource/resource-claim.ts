import { field, formatIp, isQualifiedName, loadCel, parseCidr } from "../../machinery/index.ts";
import { checkConditions } from "../conditions.ts";
import { checkImmutable, invalidEach, type Errors } from "../checks.ts";
import { ageColumn } from "../columns.ts";
import { checkNodeSelector } from "../core/pod/validation/scheduling.ts";
import { checkDriverName } from "../core/volume/sources.ts";
import { at } from "../defaulting.ts";
import type {
  AllocatedDeviceStatus,
  AllocationResult,
  DeviceRequestAllocationResult,
  NetworkDeviceData,
  ResourceClaimConsumerReference,
  ResourceResourceClaim,
} from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import {
  checkAdminAccess,
  checkClaimDevices,
  checkConfiguration,
  checkRaw,
  checkRequestRef,
  checkRequestRefs,
  defaultClaimSpec,
  MAX_CONFIG,
  MAX_REQUESTS,
  requestNamesOf,
  type RequestNames,
} from "./claim-spec.ts";
import { checkItems, checkPoolName, checkRequiredName, checkSet, checkUid } from "./names.ts";

const MAX_CONSUMERS = 256;
const MAX_DATA = 10 * 1024;
const MAX_CONDITIONS = 8;
const MAX_BINDING = 4;
const MAX_IPS = 16;
const EMPTY_STATUS = Object.freeze({});
const deviceKey = (d: Pick<AllocatedDeviceStatus, "driver" | "pool" | "device" | "shareID">): string =>
  `${d.driver}/${d.pool}/${d.device}${d.shareID ? `/${d.shareID}` : ""}`;

/** k8s: apis/resource/validation validateResourceClaimStatusUpdate. */
function validateStatusUpdate({ metadata, spec, status = {} }: ResourceResourceClaim, old: ResourceResourceClaim): Errors {
  const errors: Errors = [];
  const names = requestNamesOf(spec.devices);
  const { reservedFor = [], allocation } = status;
  checkSet(
    errors,
    "status.reservedFor",
    reservedFor,
    MAX_CONSUMERS,
    (c) => c.uid,
    (c, path) => checkConsumer(errors, path, c),
  );
  const allocated = new Set(allocation?.devices?.results?.map(deviceKey));
  checkSet(errors, "status.devices", status.devices, -1, deviceKey, (d, path) => checkDeviceStatus(errors, path, d, allocated));
  if (reservedFor.length > 0 && allocation === undefined)
    errors.push(field.forbidden("status.reservedFor", "may not be specified when `allocated` is not set"));
  else if (metadata?.deletionTimestamp !== undefined) {
    const before = new Set(old.status?.reservedFor?.map((c) => JSON.stringify(c)));
    if (reservedFor.some((c) => !before.has(JSON.stringify(c))))
      errors.push(
        field.forbidden("status.reservedFor", "new entries may not be added while `deallocationRequested` or `deletionTimestamp` are set"),
      );
  }
  if (allocation === undefined) return errors;
  if (old.status?.allocation !== undefined) checkImmutable(errors, "status.allocation", allocation, old.status.allocation);
  else checkAllocation(errors, "status.allocation", allocation, names);
  return errors;
}

function checkConsumer(errors: Errors, path: string, consumer: ResourceClaimConsumerReference): void {
  for (const key of ["resource", "name", "uid"] as const) if (!consumer[key]) errors.push(field.required(`${path}.${key}`));
}

function checkAllocation(errors: Errors, path: string, { devices, nodeSelector }: AllocationResult, names: RequestNames): void {
  checkItems(errors, `${path}.devices.results`, devices?.results, MAX_REQUESTS, (r, here) => checkResult(errors, here, r, names));
  checkItems(errors, `${path}.devices.config`, devices?.config, 2 * MAX_CONFIG, (config, here) => {
    if (!config.source) errors.push(field.required(`${here}.source`));
    else if (!["FromClaim", "FromClass"].includes(config.source))
      errors.push(field.notSupported(`${here}.source`, config.source, ["FromClaim", "FromClass"]));
    checkRequestRefs(errors, `${here}.requests`, config.requests, names);
    checkConfiguration(errors, here, config);
  });
  if (nodeSelector !== undefined) checkNodeSelector(errors, `${path}.nodeSelector`, nodeSelector.nodeSelectorTerms);
}

function checkResult(errors: Errors, path: string, result: DeviceRequestAllocationResult, names: RequestNames): void {
  checkRequestRef(errors, `${path}.request`, result.request, names);
  checkDriverName(errors, `${path}.driver`, result.driver);
  checkPoolName(errors, `${path}.pool`, result.pool);
  checkRequiredName(errors, `${path}.device`, result.device, "label");
  checkBinding(errors, path, result);
  if (result.shareID !== undefined) checkUid(errors, `${path}.shareID`, result.shareID);
}

/** Conditions to bind by come with those to fail by (k8s: validateDeviceBindingParameters). */
export function checkBinding(
  errors: Errors,
  path: string,
  given: Pick<DeviceRequestAllocationResult, "bindingConditions" | "bindingFailureConditions">,
): void {
  const { bindingConditions: good = [], bindingFailureConditions: bad = [] } = given;
  const lists = { bindingConditions: good, bindingFailureConditions: bad };
  for (const [key, list] of Object.entries(lists))
    checkSet(
      errors,
      `${path}.${key}`,
      list,
      MAX_BINDING,
      (c) => c,
      (c, here) => invalidEach(errors, here, c, isQualifiedName(c)),
    );
  for (const [i, condition] of bad.entries())
    if (good.includes(condition))
      errors.push(
        field.invalid(
          `${path}.bindingFailureConditions[${i}]`,
          condition,
          "bindingFailureConditions must not overlap with bindingConditions",
        ),
      );
  if (good.length === 0 && bad.length > 0)
    errors.push(field.invalid(`${path}.bindingConditions`, null, "bindingConditions are required to use bindingFailureConditions"));
  if (bad.length === 0 && good.length > 0)
    errors.push(field.invalid(`${path}.bindingFailureConditions`, null, "bindingFailureConditions are required to use bindingConditions"));
}

function checkDeviceStatus(errors: Errors, path: string, device: AllocatedDeviceStatus, allocated: ReadonlySet<string>): void {
  checkDriverName(errors, `${path}.driver`, device.driver);
  checkPoolName(errors, `${path}.pool`, device.pool);
  checkRequiredName(errors, `${path}.device`, device.device, "label");
  if (device.shareID !== undefined) checkUid(errors, `${path}.shareID`, device.shareID);
  if (!allocated.has(deviceKey(device))) {
    const { driver, pool, device: name, shareID } = device;
    const id = { Driver: driver, Pool: pool, Device: name, ShareID: shareID ?? "" };
    errors.push(field.invalid(path, id, "must be an allocated device in the claim"));
  }
  if ((device.conditions?.length ?? 0) > MAX_CONDITIONS)
    errors.push(field.tooMany(`${path}.conditions`, device.conditions?.length ?? 0, MAX_CONDITIONS));
  checkConditions(errors, `${path}.conditions`, device.conditions);
  if (device.data !== undefined) checkRaw(errors, `${path}.data`, device.data, MAX_DATA);
  if (device.networkData !== undefined) checkNetwork(errors, `${path}.networkData`, device.networkData);
}

function checkNetwork(errors: Errors, path: string, { interfaceName = "", hardwareAddress = "", ips }: NetworkDeviceData): void {
  if (interfaceName.length > 256) errors.push(field.tooLong(`${path}.interfaceName`, "", 256));
  if (hardwareAddress.length > 128) errors.push(field.tooLong(`${path}.hardwareAddress`, "", 128));
  checkSet(
    errors,
    `${path}.ips`,
    ips,
    MAX_IPS,
    (ip) => ip,
    (ip, here) => {
      const cidr = parseCidr(ip);
      const canonical = cidr && `${formatIp(cidr.address)}/${cidr.prefix}`;
      if (canonical === null)
        errors.push(field.invalid(here, ip, "must be a valid address in CIDR form, (e.g. 10.9.8.7/24 or 2001:db8::1/64)"));
      else if (canonical !== ip) errors.push(field.invalid(here, ip, `must be in canonical form (${JSON.stringify(canonical)})`));
    },
  );
}

/** k8s: printers resourceClaimState. */
function stateCell({ metadata, status }: ResourceResourceClaim): string {
  const deleted = metadata?.deletionTimestamp !== undefined;
  if (status?.allocation === undefined) return deleted ? "deleted" : "pending";
  return [...(deleted ? ["deleted"] : []), "allocated", ...(status.reservedFor?.length ? ["reserved"] : [])].join(",");
}

export const resourceClaim: Kind<ResourceResourceClaim> = {
  group: "resource.k8s.io",
  version: "v1",
  kind: "ResourceClaim",
  code: loadCel,
  plural: "resourceclaims",
  returnsDeleted: true,
  singular: "resourceclaim",
  namespaced: true,
  subresources: ["status"],
  defaults: (given) => at(given, "spec", defaultClaimSpec),
  validate({ spec }, context) {
    const errors: Errors = [];
    if (context.old !== undefined) return errors;
    checkAdminAccess(errors, spec.devices, context);
    checkClaimDevices(errors, "spec.devices", spec.devices);
    return errors;
  },
  validateUpdate(object, old) {
    const errors: Errors = [];
    checkImmutable(errors, "spec", object.spec, old.spec);
    return errors;
  },
  validateStatusUpdate,
  prepareForCreate: (object) => ({ ...object, status: EMPTY_STATUS }),
  columns: [{ name: "State", description: "Whether it has got what it asks for.", cell: stateCell }, ageColumn],
};
