import {
  type Amounts,
  type Container,
  kindTable,
  type LimitRange,
  type LimitRangeItem,
  parseAmounts,
  type PersistentVolumeClaim,
  podAmounts,
  type Pod,
} from "../../api/index.ts";
import { aggregate, compareQuantities, formatQuantity, milliValueOf, parseQuantity, quantity } from "../../machinery/index.ts";
import { refuse } from "./refuse.ts";
import { listStored } from "./stored.ts";
import type { AdmissionPlugin, Attributes } from "./types.ts";

type Texts = Readonly<Record<string, string>>;

const ANNOTATION = "kubernetes.io/limit-ranger";
const ZERO = quantity(0);

/** Fills in and enforces a namespace's LimitRanges (k8s: plugin/pkg/admission/limitranger). */
export const limitRanger: AdmissionPlugin = {
  name: "LimitRanger",
  resources: ["/pods", "/pods/resize", "/persistentvolumeclaims"],
  mutate(attributes) {
    const { object, scope } = attributes;
    let next = object as Pod;
    if (scope.kind.plural !== "pods" || attributes.operation !== "CREATE") return next;
    for (const range of rangesFor(attributes)) next = withDefaults(next, range);
    return next;
  },
  validate(attributes) {
    const { object, scope } = attributes;
    for (const range of rangesFor(attributes)) {
      const problems =
        scope.kind.plural === "pods" ? podProblems(object as Pod, range) : claimProblems(object as PersistentVolumeClaim, range);
      if (problems.length > 0) throw refuse(attributes, aggregate(problems));
    }
  },
};

/** None for what is being deleted, and for updates of pods, whose containers can't change but through resize. */
function rangesFor({ scope, operation, old }: Attributes): readonly LimitRange[] {
  const { info, kind, server } = scope;
  if (operation === "DELETE" || old?.metadata?.deletionTimestamp) return [];
  if (operation === "UPDATE" && kind.plural === "pods" && info.subresource !== "resize") return [];
  return listStored<LimitRange>(server, kindTable.limitranges, info.namespace);
}

/** What the range's Container items say for what a container leaves out; the annotation tells what was. */
function withDefaults(pod: Pod, range: LimitRange): Pod {
  let limits: Texts = {};
  let requests: Texts = {};
  for (const item of range.spec?.limits ?? []) {
    if (item.type !== "Container") continue;
    limits = { ...limits, ...item.default };
    requests = { ...requests, ...item.defaultRequest };
  }
  const done: string[] = [];
  const fill =
    (what: string) =>
    (container: Container): Container => {
      const { resources = {}, name } = container;
      const newRequests = missing(resources.requests, requests);
      const newLimits = missing(resources.limits, limits);
      if (newRequests.length > 0) done.push(`${newRequests.join(", ")} request for ${what} ${name}`);
      if (newLimits.length > 0) done.push(`${newLimits.join(", ")} limit for ${what} ${name}`);
      if (newRequests.length + newLimits.length === 0) return container;
      const filled = {
        ...resources,
        ...(newLimits.length > 0 ? { limits: { ...limits, ...resources.limits } } : {}),
        ...(newRequests.length > 0 ? { requests: { ...requests, ...resources.requests } } : {}),
      };
      return { ...container, resources: filled };
    };
  const { spec = { containers: [] }, metadata } = pod;
  const containers = (spec.containers ?? []).map(fill("container"));
  const initContainers = spec.initContainers?.map(fill("init container"));
  if (done.length === 0) return pod;
  return {
    ...pod,
    metadata: { ...metadata, annotations: { ...metadata?.annotations, [ANNOTATION]: `LimitRanger plugin set: ${done.join("; ")}` } },
    spec: { ...spec, containers, ...(initContainers ? { initContainers } : {}) },
  };
}

const missing = (own: Texts | undefined, wanted: Texts): readonly string[] =>
  Object.keys(wanted)
    .filter((name) => own?.[name] === undefined)
    .sort();

function podProblems({ spec }: Pod, range: LimitRange): readonly string[] {
  const problems: string[] = [];
  for (const item of range.spec?.limits ?? []) {
    if (item.type === "Container") {
      for (const { resources } of [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])])
        checkItem(problems, item, parseAmounts(resources?.requests), parseAmounts(resources?.limits));
    } else if (item.type === "Pod" && spec !== undefined) {
      // What a runtime class adds is not the pod's doing.
      const { overhead: _, ...own } = spec;
      checkItem(problems, item, podAmounts(own, "requests"), podAmounts(own, "limits"));
    }
  }
  return problems;
}

function claimProblems({ spec }: PersistentVolumeClaim, range: LimitRange): readonly string[] {
  const problems: string[] = [];
  const requests = parseAmounts(spec?.resources?.requests);
  for (const item of range.spec?.limits ?? []) {
    if (item.type !== "PersistentVolumeClaim") continue;
    each(item.min, (name, bound) => atLeast(problems, item.type, name, bound, requests, {}));
    each(item.max, (name, bound) => atMost(problems, item.type, name, bound, [["request", requests]]));
  }
  return problems;
}

function checkItem(problems: string[], item: LimitRangeItem, requests: Amounts, limits: Amounts): void {
  each(item.min, (name, bound) => atLeast(problems, item.type, name, bound, requests, limits));
  each(item.max, (name, bound) =>
    atMost(problems, item.type, name, bound, [
      ["limit", limits],
      ["request", requests],
    ]),
  );
  each(item.maxLimitRequestRatio, (name, bound) => withinRatio(problems, item.type, name, bound, requests, limits));
}

/** By name: upstream's order is that of a Go map. */
function each(bounds: Texts | undefined, check: (name: string, bound: string) => void): void {
  for (const name of Object.keys(bounds ?? {}).sort()) check(name, (bounds as Texts)[name] as string);
}

function atLeast(problems: string[], type: string, name: string, bound: string, requests: Amounts, limits: Amounts): void {
  const least = parseQuantity(bound);
  const rule = `minimum ${name} usage per ${type} is ${bound}`;
  const request = requests[name];
  const limit = limits[name];
  if (request === undefined) problems.push(`${rule}. No request is specified`);
  else if (compareQuantities(request, least) < 0) problems.push(`${rule}, but request is ${formatQuantity(request)}`);
  else if (limit !== undefined && compareQuantities(limit, least) < 0) problems.push(`${rule}, but limit is ${formatQuantity(limit)}`);
}

/** The first of the lists must name an amount. */
function atMost(problems: string[], type: string, name: string, bound: string, lists: readonly (readonly [string, Amounts])[]): void {
  const most = parseQuantity(bound);
  const rule = `maximum ${name} usage per ${type} is ${bound}`;
  for (const [i, [what, amounts]] of lists.entries()) {
    const amount = amounts[name];
    if (amount === undefined && i === 0) return void problems.push(`${rule}. No ${what} is specified`);
    if (amount !== undefined && compareQuantities(amount, most) > 0)
      return void problems.push(`${rule}, but ${what} is ${formatQuantity(amount)}`);
  }
}

function withinRatio(problems: string[], type: string, name: string, bound: string, requests: Amounts, limits: Amounts): void {
  const rule = `${name} max limit to request ratio per ${type} is ${bound}`;
  const request = milliValueOf(requests[name] ?? ZERO);
  const limit = milliValueOf(limits[name] ?? ZERO);
  if (request === 0) return void problems.push(`${rule}, but no request is specified or request is 0`);
  if (limit === 0) return void problems.push(`${rule}, but no limit is specified or limit is 0`);
  const ratio = limit / request;
  if (ratio * 1000 > milliValueOf(parseQuantity(bound))) problems.push(`${rule}, but provided ratio is ${ratio.toFixed(6)}`);
}
