import type {
  PersistentVolumeClaim,
  Pod,
  PodAffinityTerm,
  ResourceQuota,
  ScopedResourceSelectorRequirement,
} from "../../generated/types.ts";
import type { Kind } from "../../kind.ts";
import type { KubeObject } from "../../meta.ts";
import { qosClass } from "../pod/qos.ts";
import { countsFor } from "./usage.ts";

type Resource = Pick<Kind, "group" | "plural">;

/** Whether a quota counts this object: it names a resource of the kind, and all of its scopes are the object's (k8s: generic.Matches). */
export function quotaMatches({ spec, status }: ResourceQuota, resource: Resource, object: KubeObject): boolean {
  if (!Object.keys(status?.hard ?? {}).some((name) => countsFor(resource, name))) return false;
  return inScopes({ ...(spec ? { spec } : {}) }, resource, object);
}

export function inScopes({ spec }: ResourceQuota, resource: Resource, object: KubeObject): boolean {
  const requirements = [
    ...(spec?.scopes ?? []).map((scopeName) => ({ scopeName, operator: "Exists" })),
    ...(spec?.scopeSelector?.matchExpressions ?? []),
  ];
  return requirements.every((requirement) => inScope(requirement, resource, object));
}

/** Kinds that know no scopes are in none. */
function inScope(requirement: ScopedResourceSelectorRequirement, { group, plural }: Resource, object: KubeObject): boolean {
  if (group !== "") return false;
  if (plural === "pods") return podInScope(requirement, object as Pod);
  if (plural !== "persistentvolumeclaims" || requirement.scopeName !== "VolumeAttributesClass") return false;
  const { spec, status } = object as PersistentVolumeClaim;
  const names = [spec?.volumeAttributesClassName, status?.currentVolumeAttributesClassName];
  return names.some((name) => selects(requirement, name));
}

/** k8s: podMatchesScopeFunc. */
function podInScope(requirement: ScopedResourceSelectorRequirement, pod: Pod): boolean {
  const { spec } = pod;
  switch (requirement.scopeName) {
    case "Terminating":
      return (spec?.activeDeadlineSeconds ?? -1) >= 0;
    case "NotTerminating":
      return (spec?.activeDeadlineSeconds ?? -1) < 0;
    case "BestEffort":
      return qosClass(pod) === "BestEffort";
    case "NotBestEffort":
      return qosClass(pod) !== "BestEffort";
    case "PriorityClass":
      return selects(requirement, spec?.priorityClassName);
    case "CrossNamespacePodAffinity":
      return termsOf(pod).some((term) => (term.namespaces?.length ?? 0) > 0 || term.namespaceSelector !== undefined);
    default:
      return false;
  }
}

function selects({ operator, values = [] }: ScopedResourceSelectorRequirement, name: string | undefined): boolean {
  switch (operator) {
    case "Exists":
      return !!name;
    case "DoesNotExist":
      return !name;
    case "In":
      return !!name && values.includes(name);
    default:
      return !name || !values.includes(name);
  }
}

function termsOf({ spec }: Pod): readonly PodAffinityTerm[] {
  const { podAffinity, podAntiAffinity } = spec?.affinity ?? {};
  return [podAffinity, podAntiAffinity].flatMap((affinity) => [
    ...(affinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []),
    ...(affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).map((weighted) => weighted.podAffinityTerm),
  ]);
}
