import { field } from "../../machinery/index.ts";
import type { Errors } from "../checks.ts";
import { utf8Length } from "../core/data.ts";
import { checkDriverName } from "../core/volume/sources.ts";
import { at, mapList, put } from "../defaulting.ts";
import type {
  DeviceClaim,
  DeviceClaimConfiguration,
  DeviceConstraint,
  DeviceRequest,
  DeviceSubRequest,
  ExactDeviceRequest,
  ResourceClaimSpec,
} from "../generated/types.ts";
import type { ValidationContext } from "../kind.ts";
import { checkDeviceToleration, checkFullyQualifiedName, checkItems, checkRequiredName, checkSet } from "./names.ts";
import { checkSelectors } from "./selectors.ts";

export const MAX_REQUESTS = 32;
export const MAX_CONFIG = 32;
const MAX_ALTERNATIVES = 8;
const MAX_OPAQUE = 10 * 1024;
const NO_REQUEST = "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'";

type Wish = ExactDeviceRequest | DeviceSubRequest;

/** k8s: apis/resource/v1/defaults.go. */
export const defaultClaimSpec = (spec: ResourceClaimSpec): ResourceClaimSpec =>
  at(spec, "devices", (devices) =>
    at(devices, "requests", (requests) =>
      mapList(requests, (request) => at(at(request, "exactly", defaultWish), "firstAvailable", (wishes) => mapList(wishes, defaultWish))),
    ),
  );

function defaultWish<T extends Wish>(wish: T): T {
  const mode = wish.allocationMode || "ExactCount";
  let next = put(wish, "allocationMode", mode as T["allocationMode"]);
  if (mode === "ExactCount" && !next.count) next = { ...next, count: 1 };
  return at(next, "tolerations", (list) => mapList(list, (t) => (t.operator ? t : { ...t, operator: "Equal" })) as T["tolerations"]);
}

/** Requests by name, each with the names of its alternatives. */
export type RequestNames = ReadonlyMap<string, ReadonlySet<string>>;

export const requestNamesOf = (devices: DeviceClaim | undefined): RequestNames =>
  new Map((devices?.requests ?? []).map(({ name, firstAvailable }) => [name, new Set(firstAvailable?.map((r) => r.name))]));

/** k8s: apis/resource/validation validateDeviceClaim. */
export function checkClaimDevices(errors: Errors, path: string, devices: DeviceClaim | undefined): void {
  const names = requestNamesOf(devices);
  checkSet(
    errors,
    `${path}.requests`,
    devices?.requests,
    MAX_REQUESTS,
    (r) => r.name,
    (r, here) => checkRequest(errors, here, r),
  );
  checkItems(errors, `${path}.constraints`, devices?.constraints, MAX_REQUESTS, (c, here) => checkConstraint(errors, here, c, names));
  checkItems(errors, `${path}.config`, devices?.config, MAX_CONFIG, (c, here) => checkClaimConfiguration(errors, here, c, names));
}

const ADMIN = "resource.kubernetes.io/admin-access";

/** Who administers devices does so from namespaces that are made for it (k8s: dynamic-resource-allocation AuthorizedForAdmin). */
export function checkAdminAccess(
  errors: Errors,
  devices: DeviceClaim | undefined,
  { namespaceLabels }: Pick<ValidationContext, "namespaceLabels">,
): void {
  const i = devices?.requests?.findIndex(({ exactly }) => exactly?.adminAccess === true) ?? -1;
  if (i < 0 || namespaceLabels?.()?.[ADMIN] === "true") return;
  const why = `admin access to devices requires the \`${ADMIN}: true\` label on the containing namespace`;
  errors.push(field.forbidden(`spec.devices.requests[${i}].adminAccess`, why));
}

function checkRequest(errors: Errors, path: string, { name, exactly, firstAvailable = [] }: DeviceRequest): void {
  checkRequiredName(errors, `${path}.name`, name, "label");
  const rule = "exactly one of `exactly` or `firstAvailable` is required";
  if (exactly === undefined && firstAvailable.length === 0) errors.push(field.required(path, rule));
  else if (exactly !== undefined && firstAvailable.length > 0)
    errors.push(field.invalid(path, null, `${rule}, but multiple fields are set`));
  else if (exactly !== undefined) checkWish(errors, `${path}.exactly`, exactly);
  else
    checkSet(
      errors,
      `${path}.firstAvailable`,
      firstAvailable,
      MAX_ALTERNATIVES,
      (r) => r.name,
      (r, here) => {
        checkRequiredName(errors, `${here}.name`, r.name, "label");
        checkWish(errors, here, r);
      },
    );
}

function checkWish(errors: Errors, path: string, { deviceClassName, selectors, allocationMode, count = 0, tolerations }: Wish): void {
  checkRequiredName(errors, `${path}.deviceClassName`, deviceClassName, "subdomain");
  checkSelectors(errors, `${path}.selectors`, selectors);
  if (allocationMode === "All") {
    if (count !== 0) errors.push(field.invalid(`${path}.count`, count, "must not be specified when allocationMode is 'All'"));
  } else if (allocationMode === "ExactCount") {
    if (count <= 0) errors.push(field.invalid(`${path}.count`, count, "must be greater than zero"));
  } else errors.push(field.notSupported(`${path}.allocationMode`, allocationMode ?? "", ["All", "ExactCount"]));
  for (const [i, toleration] of (tolerations ?? []).entries()) checkDeviceToleration(errors, `${path}.tolerations[${i}]`, toleration);
}

function checkConstraint(errors: Errors, path: string, constraint: DeviceConstraint, names: RequestNames): void {
  checkRequestRefs(errors, `${path}.requests`, constraint.requests, names);
  const { matchAttribute, distinctAttribute } = constraint;
  if (matchAttribute !== undefined) checkFullyQualifiedName(errors, `${path}.matchAttribute`, matchAttribute);
  else if (distinctAttribute !== undefined) checkFullyQualifiedName(errors, `${path}.distinctAttribute`, distinctAttribute);
  else errors.push(field.required(path, 'exactly one of "matchAttribute" or "distinctAttribute" is required, but multiple fields are set'));
}

export function checkRequestRefs(errors: Errors, path: string, refs: readonly string[] | undefined, names: RequestNames): void {
  checkSet(
    errors,
    path,
    refs,
    MAX_REQUESTS,
    (name) => name,
    (name, here) => checkRequestRef(errors, here, name, names),
  );
}

export function checkRequestRef(errors: Errors, path: string, name: string, names: RequestNames): void {
  const parts = name.split("/");
  if (parts.length > 2) return void errors.push(field.invalid(path, name, NO_REQUEST));
  for (const part of parts) checkRequiredName(errors, path, part, "label");
  const [request = "", alternative] = parts;
  const known = names.get(request);
  if (known === undefined || (alternative !== undefined && !known.has(alternative))) errors.push(field.invalid(path, name, NO_REQUEST));
}

export function checkClaimConfiguration(errors: Errors, path: string, config: DeviceClaimConfiguration, names: RequestNames): void {
  checkRequestRefs(errors, `${path}.requests`, config.requests, names);
  checkConfiguration(errors, path, config);
}

/** Of a claim, a class, and what was allocated. */
export function checkConfiguration(errors: Errors, path: string, { opaque }: Pick<DeviceClaimConfiguration, "opaque">): void {
  if (opaque === undefined) return void errors.push(field.required(`${path}.opaque`));
  checkDriverName(errors, `${path}.opaque.driver`, opaque.driver);
  checkRaw(errors, `${path}.opaque.parameters`, opaque.parameters, MAX_OPAQUE);
}

/** Data that only a driver understands: some JSON object (k8s: validateRawExtension). */
export function checkRaw(errors: Errors, path: string, value: unknown, max: number): void {
  if (value === undefined || value === null) return void errors.push(field.required(path));
  if (utf8Length(JSON.stringify(value)) > max) errors.push(field.tooLong(path, "", max));
  else if (typeof value !== "object" || Array.isArray(value))
    errors.push(field.invalid(path, "<value omitted>", "must be a valid JSON object"));
}
