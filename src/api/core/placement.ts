import type { Node, NodeSelectorRequirement, NodeSelectorTerm, PodSpec, Taint, Toleration } from "../generated/types.ts";

/** k8s: api/core/v1 Toleration.ToleratesTaint. */
export function toleratesTaint(toleration: Toleration, taint: Pick<Taint, "key" | "value" | "effect">): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false;
  if (toleration.key && toleration.key !== taint.key) return false;
  switch (toleration.operator || "Equal") {
    case "Exists":
      return true;
    case "Equal":
      return (toleration.value ?? "") === (taint.value ?? "");
    case "Lt":
    case "Gt": {
      const bound = Number(toleration.value);
      const actual = Number(taint.value);
      return toleration.operator === "Lt" ? actual < bound : actual > bound;
    }
    default:
      return false;
  }
}

/** nodeSelector and the required terms (k8s: GetRequiredNodeAffinity). */
export function matchesNodeAffinity(spec: Pick<PodSpec, "nodeSelector" | "affinity"> | undefined, node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  const selector = spec?.nodeSelector;
  for (const key in selector) if (labels[key] !== selector[key]) return false;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  return !terms || terms.some((t) => matchesNodeTerm(t, node));
}

/** A term without any requirement matches nothing (k8s: component-helpers/scheduling/corev1/nodeaffinity). */
export function matchesNodeTerm(term: NodeSelectorTerm, node: Node): boolean {
  const labels = node.metadata?.labels ?? {};
  const expressions = term.matchExpressions ?? [];
  const fields = term.matchFields ?? [];
  if (expressions.length === 0 && fields.length === 0) return false;
  return (
    expressions.every((r) => matches(r, labels[r.key])) &&
    fields.every((r) => matches(r, r.key === "metadata.name" ? node.metadata?.name : undefined))
  );
}

function matches({ operator, values = [] }: NodeSelectorRequirement, actual: string | undefined): boolean {
  switch (operator) {
    case "In":
      return actual !== undefined && values.includes(actual);
    case "NotIn":
      return actual === undefined || !values.includes(actual);
    case "Exists":
      return actual !== undefined;
    case "DoesNotExist":
      return actual === undefined;
    case "Gt":
      return integer(actual) > integer(values[0]);
    case "Lt":
      return integer(actual) < integer(values[0]);
    default:
      return false;
  }
}

/** NaN, which no comparison accepts, for what is no integer (k8s: labels.Requirement.Matches). */
const integer = (text: string | undefined): number => (text !== undefined && /^[-+]?[0-9]+$/.test(text) ? Number(text) : NaN);
