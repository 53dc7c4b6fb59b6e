import { at, mapList } from "../../defaulting.ts";
import type { LabelSelector, Pod, PodAffinity, PodAffinityTerm, PodSpec, TopologySpreadConstraint } from "../../generated/types.ts";

type Labels = Readonly<Record<string, string>>;

/**
 * Keys whose value is to be the pod's own, or not, become part of the selectors they stand beside: from then on
 * selectors say it all (k8s: registry/core/pod strategy.go mutatePodAffinity, mutateTopologySpreadConstraints).
 */
export function withMatchKeys(pod: Pod): Pod {
  const labels = pod.metadata?.labels ?? {};
  const { affinity, topologySpreadConstraints } = pod.spec ?? {};
  if (!affinity?.podAffinity && !affinity?.podAntiAffinity && !topologySpreadConstraints) return pod;
  return at(pod, "spec", (spec): PodSpec => {
    const placed = at(spec, "affinity", (given) =>
      at(
        at(given, "podAffinity", (terms) => inAffinity(terms, labels)),
        "podAntiAffinity",
        (terms) => inAffinity(terms, labels),
      ),
    );
    return at(placed, "topologySpreadConstraints", (list) => mapList(list, (one) => inConstraint(one, labels)));
  });
}

function inAffinity(affinity: PodAffinity, labels: Labels): PodAffinity {
  const term = (one: PodAffinityTerm): PodAffinityTerm => {
    const matched = withKeys(one.labelSelector, one.matchLabelKeys, "In", labels);
    const labelSelector = withKeys(matched, one.mismatchLabelKeys, "NotIn", labels);
    return labelSelector === one.labelSelector ? one : { ...one, ...(labelSelector ? { labelSelector } : {}) };
  };
  const required = at(affinity, "requiredDuringSchedulingIgnoredDuringExecution", (list) => mapList(list, term));
  return at(required, "preferredDuringSchedulingIgnoredDuringExecution", (list) =>
    mapList(list, (weighted) => at(weighted, "podAffinityTerm", term)),
  );
}

function inConstraint(one: TopologySpreadConstraint, labels: Labels): TopologySpreadConstraint {
  const labelSelector = withKeys(one.labelSelector, one.matchLabelKeys, "In", labels);
  return labelSelector === undefined || labelSelector === one.labelSelector ? one : { ...one, labelSelector };
}

/** Keys that the pod has no label for are left out. */
function withKeys(
  selector: LabelSelector | undefined,
  keys: readonly string[] | undefined,
  operator: "In" | "NotIn",
  labels: Labels,
): LabelSelector | undefined {
  const more = (keys ?? []).flatMap((key) => {
    const value = labels[key];
    return value === undefined ? [] : [{ key, operator, values: [value] }];
  });
  if (selector === undefined || more.length === 0) return selector;
  return { ...selector, matchExpressions: [...(selector.matchExpressions ?? []), ...more] };
}
