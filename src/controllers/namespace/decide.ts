import type { KubeObject, NamespaceCondition, Pod } from "../../api/index.ts";
import { isPodTerminal } from "../pods.ts";

/** Namespace events are acted on this late, so that other API servers can see the deletion too (k8s: namespaceDeletionGracePeriod). */
export const DELETION_GRACE_MS = 5000;
/** What a finalizer is guessed to take (k8s: finalizerEstimateSeconds). */
const FINALIZER_ESTIMATE_S = 15;

/** What is left of one kind after deletion was asked for. */
export interface Remaining {
  readonly plural: string;
  readonly group: string;
  readonly objects: readonly KubeObject[];
}

/** Seconds until the rest may be gone; 0 when nothing is left (k8s: deleteAllContentForGroupVersionResource, estimateGracefulTermination). */
export function estimateSeconds(remaining: readonly Remaining[]): number {
  let estimate = 0;
  for (const { plural, objects } of remaining) {
    for (const object of objects) {
      if (plural === "pods") estimate = Math.max(estimate, podGrace(object as Pod));
      if (object.metadata?.finalizers?.length) estimate = Math.max(estimate, FINALIZER_ESTIMATE_S);
    }
  }
  return remaining.length > 0 ? Math.max(estimate, 1) : 0;
}

/** What is wrong when objects stay that nothing holds: they were to go at once (k8s: deleteAllContentForGroupVersionResource). */
export function unexpected(namespace: string, version: string, { plural, group, objects }: Remaining): string | undefined {
  const isHeld = objects.some(({ metadata }) => (metadata?.finalizers?.length ?? 0) > 0);
  if (objects.length === 0 || isHeld || (plural === "pods" && objects.some((o) => podGrace(o as Pod) > 0))) return undefined;
  return `unexpected items still remain in namespace: ${namespace} for gvr: ${group}/${version}, Resource=${plural}`;
}

const podGrace = (pod: Pod): number => (isPodTerminal(pod) ? 0 : (pod.spec?.terminationGracePeriodSeconds ?? 0));

/** When to try again (k8s: namespace_controller.go worker). */
export const retryMs = (estimate: number): number => (Math.floor(estimate / 2) + 1) * 1000;

type Verdict = readonly [type: string, status: "True" | "False", reason: string, message: string];

/** The five conditions of a terminating namespace (k8s: status_condition_utils.go); the old ones by reference when they say the same. */
export function namespaceConditions(
  old: readonly NamespaceCondition[],
  remaining: readonly Remaining[],
  errors: readonly string[],
  time: string,
): readonly NamespaceCondition[] {
  const counts = remaining.map((r) => `${r.plural}.${r.group} has ${r.objects.length} resource instances`).sort();
  const held = new Map<string, number>();
  for (const { objects } of remaining)
    for (const o of objects) for (const f of o.metadata?.finalizers ?? []) held.set(f, (held.get(f) ?? 0) + 1);
  const finalizers = [...held].map(([f, n]) => `${f} in ${n} resource instances`).sort();
  const verdicts: readonly Verdict[] = [
    ["NamespaceDeletionDiscoveryFailure", "False", "ResourcesDiscovered", "All resources successfully discovered"],
    ["NamespaceDeletionGroupVersionParsingFailure", "False", "ParsedGroupVersions", "All legacy kube types successfully parsed"],
    errors.length > 0
      ? [
          "NamespaceDeletionContentFailure",
          "True",
          "ContentDeletionFailed",
          `Failed to delete all resource types, ${errors.length} remaining: ${errors.join(", ")}`,
        ]
      : ["NamespaceDeletionContentFailure", "False", "ContentDeleted", "All content successfully deleted, may be waiting on finalization"],
    counts.length > 0
      ? ["NamespaceContentRemaining", "True", "SomeResourcesRemain", `Some resources are remaining: ${counts.join(", ")}`]
      : ["NamespaceContentRemaining", "False", "ContentRemoved", "All content successfully removed"],
    finalizers.length > 0
      ? [
          "NamespaceFinalizersRemaining",
          "True",
          "SomeFinalizersRemain",
          `Some content in the namespace has finalizers remaining: ${finalizers.join(", ")}`,
        ]
      : ["NamespaceFinalizersRemaining", "False", "ContentHasNoFinalizers", "All content-preserving finalizers finished"],
  ];
  let conditions = old;
  for (const [type, status, reason, message] of verdicts) {
    const at = conditions.findIndex((c) => c.type === type);
    const before = conditions[at];
    if (before?.status === status && before.reason === reason && before.message === message) continue;
    const lastTransitionTime = before?.status === status ? (before.lastTransitionTime ?? time) : time;
    const condition = { type, status, lastTransitionTime, reason, message };
    conditions = before ? conditions.with(at, condition) : [...conditions, condition];
  }
  return conditions;
}
