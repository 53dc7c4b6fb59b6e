import { compareQuantities, field, isQualifiedName, milliValue, parseQuantity } from "../../machinery/index.ts";
import { parseTime, rfc3339 } from "../../sim/index.ts";
import { invalidEach, type Errors } from "../checks.ts";
import { at, fill, mapList, put } from "../defaulting.ts";
import type { LimitRange, LimitRangeItem } from "../generated/types.ts";
import type { Kind } from "../kind.ts";
import { allowsOvercommit, checkLimitedResourceName } from "./resource-names.ts";

type Amounts = Readonly<Record<string, string>>;

const TYPES = ["Pod", "Container", "PersistentVolumeClaim"];
const NOTHING: Amounts = {};

/** A container's default limit is its most, its default request that limit, or else its least (k8s: SetDefaults_LimitRangeItem). */
function defaultItem(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== "Container") return item;
  const limits = fill(item.default ?? NOTHING, item.max ?? NOTHING);
  const requests = fill(fill(item.defaultRequest ?? NOTHING, limits), item.min ?? NOTHING);
  return put(put(item, "default", unlessEmpty(limits)), "defaultRequest", unlessEmpty(requests));
}

function unlessEmpty(amounts: Amounts): Amounts | undefined {
  for (const _ in amounts) return amounts;
  return undefined;
}

/** k8s: ValidateLimitRange. Upstream's order of resources is that of a Go map; here they are sorted. */
function validate({ spec }: LimitRange): Errors {
  const errors: Errors = [];
  const seen = new Set<string>();
  for (const [i, item] of (spec?.limits ?? []).entries()) {
    const path = `spec.limits[${i}]`;
    checkType(errors, `${path}.type`, item.type);
    if (seen.has(item.type)) errors.push(field.duplicate(`${path}.type`, item.type));
    seen.add(item.type);
    checkItem(errors, path, item);
  }
  return errors;
}

function checkType(errors: Errors, path: string, type: string): void {
  const problems = isQualifiedName(type);
  if (problems.length > 0) invalidEach(errors, path, type, problems);
  else if (!type.includes("/") && !TYPES.includes(type))
    errors.push(field.invalid(path, type, "must be a standard limit type or fully qualified"));
}

function checkItem(errors: Errors, path: string, item: LimitRangeItem): void {
  const names = new Set<string>();
  const checkNames = (key: Exclude<keyof LimitRangeItem, "type">): void => {
    for (const name in item[key]) {
      checkLimitedResourceName(errors, `${path}.${key}[${name}]`, name, item.type);
      names.add(name);
    }
  };
  checkNames("max");
  checkNames("min");
  const forPods = item.type === "Pod";
  for (const key of ["default", "defaultRequest"] as const) {
    if (!forPods) checkNames(key);
    else if (unlessEmpty(item[key] ?? NOTHING)) errors.push(field.forbidden(`${path}.${key}`, "may not be specified when `type` is 'Pod'"));
  }
  if (item.type === "PersistentVolumeClaim" && item.min?.["storage"] === undefined && item.max?.["storage"] === undefined)
    errors.push(field.required(`${path}.limits`, "either minimum or maximum storage value is required, but neither was provided"));
  checkNames("maxLimitRequestRatio");
  for (const name of [...names].sort()) checkBounds(errors, path, item, name, forPods);
}

function checkBounds(errors: Errors, path: string, item: LimitRangeItem, name: string, forPods: boolean): void {
  const min = item.min?.[name];
  const max = item.max?.[name];
  const limit = forPods ? undefined : item.default?.[name];
  const request = forPods ? undefined : item.defaultRequest?.[name];
  const above = (a: string | undefined, b: string | undefined): boolean => a !== undefined && b !== undefined && compare(a, b) > 0;
  const wrong = (key: string, value: string | undefined, detail: string): void =>
    void errors.push(field.invalid(`${path}.${key}[${name}]`, value, detail));
  if (above(min, max)) wrong("min", min, `min value ${min} is greater than max value ${max}`);
  if (above(min, request)) wrong("defaultRequest", request, `min value ${min} is greater than default request value ${request}`);
  if (above(request, max)) wrong("defaultRequest", request, `default request value ${request} is greater than max value ${max}`);
  if (above(request, limit))
    wrong("defaultRequest", request, `default request value ${request} is greater than default limit value ${limit}`);
  // Upstream shows the bound here and not the value that breaks it.
  if (above(min, limit)) wrong("default", min, `min value ${min} is greater than default value ${limit}`);
  if (above(limit, max)) wrong("default", max, `default value ${limit} is greater than max value ${max}`);
  const ratio = item.maxLimitRequestRatio?.[name];
  if (ratio !== undefined) {
    if (compare(ratio, "1") < 0) wrong("maxLimitRequestRatio", ratio, `ratio ${ratio} is less than 1`);
    if (min !== undefined && max !== undefined) {
      const most = milliValue(max) / milliValue(min);
      if (milliValue(ratio) / 1000 > most)
        wrong("maxLimitRequestRatio", ratio, `ratio ${ratio} is greater than max/min = ${most.toFixed(6)}`);
    }
  }
  if (!allowsOvercommit(name) && limit !== undefined && request !== undefined && compare(limit, request) !== 0)
    wrong("defaultRequest", request, `default value ${limit} must equal to defaultRequest value ${request} in ${name}`);
}

const compare = (a: string, b: string): number => compareQuantities(parseQuantity(a), parseQuantity(b));

export const limitRange: Kind<LimitRange> = {
  group: "",
  version: "v1",
  kind: "LimitRange",
  plural: "limitranges",
  singular: "limitrange",
  shortNames: ["limits"],
  namespaced: true,
  defaults: (object) => at(object, "spec", (spec) => at(spec, "limits", (limits) => mapList(limits, defaultItem) as typeof limits)),
  validate,
  columns: [
    {
      name: "Created At",
      type: "date",
      description: "When it was created.",
      cell: (object) => rfc3339(parseTime(object.metadata?.creationTimestamp ?? "")),
    },
  ],
};
