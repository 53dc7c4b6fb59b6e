import { groupResource, parseQuantity, quantity } from "../../../machinery/index.ts";
import { parseTime } from "../../../sim/index.ts";
import type { PersistentVolumeClaim, Pod, ResourceResourceClaim, Service } from "../../generated/types.ts";
import type { Kind } from "../../kind.ts";
import type { KubeObject } from "../../meta.ts";
import { addAmounts, type Amounts, parseAmounts } from "../amounts.ts";
import { isExtendedResource, isHugePages } from "../resource-names.ts";
import { podAmounts } from "../pod/requests.ts";

type Resource = Pick<Kind, "group" | "plural">;
type Texts = Readonly<Record<string, string>>;

const ONE = quantity(1);
const STORAGE_CLASS = ".storageclass.storage.k8s.io/";
const ATTRIBUTES_CLASS = ".volumeattributesclass.storage.k8s.io/";
const DEVICES = ".deviceclass.resource.k8s.io/devices";
/** What a request for all there are may come to (k8s: AllocationResultsMaxSize). */
const ALL_DEVICES = 32;
const COMPUTE = ["cpu", "memory", "ephemeral-storage"] as const;

/** Objects of these were counted by name before `count/` was there. */
const COUNTED: ReadonlySet<string> = new Set(["configmaps", "resourcequotas", "replicationcontrollers", "secrets"]);

const countOf = ({ plural, group }: Resource): string => `count/${groupResource(plural, group)}`;

/** Whose names a quota may use for this resource (k8s: Evaluator.MatchingResources). */
export function countsFor(resource: Resource, name: string): boolean {
  if (name === countOf(resource)) return true;
  if (isClaim(resource)) return name.endsWith(DEVICES);
  if (resource.group !== "") return false;
  switch (resource.plural) {
    case "pods":
      return name === "pods" || isCompute(name) || isPrefixed(name);
    case "services":
      return name === "services" || name === "services.nodeports" || name === "services.loadbalancers";
    case "persistentvolumeclaims":
      return (
        name === "persistentvolumeclaims" || name === "requests.storage" || name.includes(STORAGE_CLASS) || name.includes(ATTRIBUTES_CLASS)
      );
    default:
      return name === resource.plural && COUNTED.has(name);
  }
}

const isClaim = ({ group, plural }: Resource): boolean => group === "resource.k8s.io" && plural === "resourceclaims";

/** By device class; of alternatives the dearest of each class (k8s: evaluator/core/resource_claims.go). */
function deviceUsage({ spec }: ResourceResourceClaim): Amounts {
  let usage: Amounts = {};
  for (const { exactly, firstAvailable = [] } of spec.devices?.requests ?? []) {
    const dearest = new Map<string, number>();
    for (const { deviceClassName, allocationMode = "ExactCount", count = 1 } of exactly ? [exactly] : firstAvailable) {
      const devices = allocationMode === "All" ? ALL_DEVICES : count;
      dearest.set(deviceClassName, Math.max(devices, dearest.get(deviceClassName) ?? 0));
    }
    for (const [deviceClass, devices] of dearest) usage = addAmounts(usage, { [`${deviceClass}${DEVICES}`]: quantity(devices) });
  }
  return usage;
}

const isCompute = (name: string): boolean => (COMPUTE as readonly string[]).includes(name.replace(/^(?:requests|limits)\./, ""));
/** Huge pages, and `requests.example.com/gpu`. */
const isPrefixed = (name: string): boolean =>
  isHugePages(name) || name.startsWith("requests.hugepages-") || (name.startsWith("requests.") && name.includes("/"));

/** What an object uses, by the names of quotas (k8s: pkg/quota/v1/evaluator/core). `now` in virtual milliseconds. */
export function usageOf(resource: Resource, object: KubeObject, now: number): Amounts {
  const count: Amounts = { [countOf(resource)]: ONE };
  if (isClaim(resource)) return addAmounts(count, deviceUsage(object as ResourceResourceClaim));
  if (resource.group !== "") return count;
  switch (resource.plural) {
    case "pods":
      return podUsage(count, object as Pod, now);
    case "services":
      return { ...count, ...serviceUsage(object as Service) };
    case "persistentvolumeclaims":
      return { ...count, ...claimUsage(object as PersistentVolumeClaim) };
    default:
      return COUNTED.has(resource.plural) ? { ...count, [resource.plural]: ONE } : count;
  }
}

/** A pod that has ended, or whose time to end is over, is only counted as an object. */
export function isQuotaed({ metadata, status }: Pod, now: number): boolean {
  if (status?.phase === "Failed" || status?.phase === "Succeeded") return false;
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata ?? {};
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return true;
  return now <= parseTime(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}

function podUsage(count: Amounts, pod: Pod, now: number): Amounts {
  if (!isQuotaed(pod, now)) return count;
  return addAmounts(count, computeUsage(podAmounts(pod.spec, "requests"), podAmounts(pod.spec, "limits")));
}

/** k8s: podComputeUsageHelper. */
function computeUsage(requests: Amounts, limits: Amounts): Amounts {
  const usage: Record<string, Amounts[string]> = { pods: ONE };
  for (const name in requests) {
    const amount = requests[name] as Amounts[string];
    const plain = isHugePages(name) || (COMPUTE as readonly string[]).includes(name);
    if (plain) usage[name] = amount;
    if (plain || isExtendedResource(name)) usage[`requests.${name}`] = amount;
  }
  for (const name of COMPUTE) if (limits[name] !== undefined) usage[`limits.${name}`] = limits[name];
  return usage;
}

/** Containers must say what a quota on compute counts: it was so before there were defaults (k8s: podEvaluator.Constraints). */
export function unsaidProblem(names: readonly string[], { spec }: Pod): string | undefined {
  const said = (resources: { requests?: Texts; limits?: Texts } | undefined): Amounts =>
    computeUsage(parseAmounts(resources?.requests), parseAmounts(resources?.limits));
  const whole = said(spec?.resources);
  const needed = names.filter((name) => isCompute(name) && !name.endsWith("ephemeral-storage") && whole[name] === undefined).sort();
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  const silent = needed.flatMap((name) => {
    const who = containers.filter((c) => said(c.resources)[name] === undefined).map((c) => c.name);
    return who.length === 0 ? [] : [`${name} for: ${[...new Set(who)].sort().join(",")}`];
  });
  return silent.length === 0 ? undefined : `must specify ${silent.join("; ")}`;
}

function serviceUsage({ spec = {} }: Service): Amounts {
  const ports = spec.ports ?? [];
  const balanced = spec.type === "LoadBalancer";
  // Ports have no numbers yet: what counts is that they are to get some.
  const wanted = balanced && spec.allocateLoadBalancerNodePorts === false ? ports.filter((p) => p.nodePort) : ports;
  return {
    services: ONE,
    "services.nodeports": quantity(balanced || spec.type === "NodePort" ? wanted.length : 0),
    "services.loadbalancers": quantity(balanced ? 1 : 0),
  };
}

function claimUsage({ metadata, spec, status }: PersistentVolumeClaim): Amounts {
  const storageClass = metadata?.annotations?.["volume.beta.kubernetes.io/storage-class"] ?? spec?.storageClassName;
  const attributesClass = spec?.volumeAttributesClassName;
  const asked = spec?.resources?.requests?.["storage"];
  // A volume that is to shrink again is charged for what it was given.
  const given = status?.allocatedResources?.["storage"];
  const amounts = [asked, given].flatMap((text) => (text === undefined ? [] : [parseQuantity(text)]));
  const storage = amounts.reduce<Amounts[string] | undefined>((a, b) => (a === undefined || a.nano < b.nano ? b : a), undefined);
  const usage: Record<string, Amounts[string]> = { persistentvolumeclaims: ONE };
  if (storage !== undefined) usage["requests.storage"] = storage;
  for (const prefix of [storageClass && `${storageClass}${STORAGE_CLASS}`, attributesClass && `${attributesClass}${ATTRIBUTES_CLASS}`]) {
    if (!prefix) continue;
    usage[`${prefix}persistentvolumeclaims`] = ONE;
    if (storage !== undefined) usage[`${prefix}requests.storage`] = storage;
  }
  return usage;
}
