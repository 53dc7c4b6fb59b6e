import type {
  LabelSelector,
  Node,
  NodeSelectorTerm,
  Pod,
  PodAffinityTerm,
  Taint,
  Toleration,
  TopologySpreadConstraint,
} from "../../api/index.ts";
import { bytes, millis, requestsOf, type Amounts } from "./oracle-amounts.ts";
import type { SmallCluster } from "./random-cluster.ts";

/**
 * What the documentation says, read once more and with no thought of speed: everything is counted by looking at every pod.
 * Shares no code with the scheduler. Answers what each plugin says of each node: its reasons, or nothing.
 */
export type Verdicts = Readonly<Record<string, readonly string[]>>;
type Labels = Readonly<Record<string, string>>;
export type Placed = SmallCluster["placed"][number];

export function verdicts(cluster: SmallCluster, pod: Pod, node: Node): Verdicts {
  const all: Record<string, readonly string[]> = {
    NodeUnschedulable: unschedulable(pod, node),
    TaintToleration: keepsOff(pod, node) ? ["node(s) had untolerated taint(s)"] : [],
    NodeAffinity: wantsNode(pod, node) ? [] : ["node(s) didn't match Pod's node affinity/selector"],
    NodePorts: portsTaken(cluster, pod, node) ? ["node(s) didn't have free ports for the requested pod ports"] : [],
    NodeResourcesFit: shortages(cluster, pod, node),
    PodTopologySpread: spread(cluster, pod, node),
    InterPodAffinity: affinity(cluster, pod, node),
  };
  return Object.fromEntries(Object.entries(all).filter(([, reasons]) => reasons.length > 0));
}

export const labelsOf = (object: Pod | Node): Labels => object.metadata?.labels ?? {};
export const on = (cluster: SmallCluster, node: Node): readonly Pod[] =>
  cluster.placed.filter((p) => p.node === node.metadata?.name).map((p) => p.pod);
export const nodeOf = (cluster: SmallCluster, { node }: Placed): Node | undefined => cluster.nodes.find((n) => n.metadata?.name === node);

function tolerated(taint: Taint, tolerations: readonly Toleration[] = []): boolean {
  for (const t of tolerations) {
    const sameEffect = !t.effect || t.effect === taint.effect;
    const sameKey = !t.key ? t.operator === "Exists" : t.key === taint.key;
    const sameValue = t.operator === "Exists" || (t.value ?? "") === (taint.value ?? "");
    if (sameEffect && sameKey && sameValue) return true;
  }
  return false;
}

function unschedulable(pod: Pod, node: Node): readonly string[] {
  const cordon = { key: "node.kubernetes.io/unschedulable", effect: "NoSchedule" } as Taint;
  return node.spec?.unschedulable && !tolerated(cordon, pod.spec?.tolerations) ? ["node(s) were unschedulable"] : [];
}

const keepsOff = (pod: Pod, node: Node): boolean =>
  (node.spec?.taints ?? []).some((t) => t.effect !== "PreferNoSchedule" && !tolerated(t, pod.spec?.tolerations));

export const softTaints = (pod: Pod, node: Node): number =>
  (node.spec?.taints ?? []).filter((t) => t.effect === "PreferNoSchedule" && !tolerated(t, pod.spec?.tolerations)).length;

export function termMatches({ matchExpressions = [], matchFields = [] }: NodeSelectorTerm, node: Node): boolean {
  if (matchExpressions.length + matchFields.length === 0) return false;
  const holds = (operator: string, values: readonly string[], actual: string | undefined): boolean => {
    if (operator === "Exists") return actual !== undefined;
    if (operator === "DoesNotExist") return actual === undefined;
    if (operator === "In") return actual !== undefined && values.indexOf(actual) >= 0;
    if (operator === "NotIn") return actual === undefined || values.indexOf(actual) < 0;
    if (actual === undefined || !/^-?\d+$/.test(actual)) return false;
    return operator === "Gt" ? parseInt(actual, 10) > parseInt(values[0] ?? "", 10) : parseInt(actual, 10) < parseInt(values[0] ?? "", 10);
  };
  for (const r of matchExpressions) if (!holds(r.operator, r.values ?? [], labelsOf(node)[r.key])) return false;
  for (const r of matchFields) if (!holds(r.operator, r.values ?? [], node.metadata?.name)) return false;
  return true;
}

function wantsNode(pod: Pod, node: Node): boolean {
  for (const [key, value] of Object.entries(pod.spec?.nodeSelector ?? {})) if (labelsOf(node)[key] !== value) return false;
  const required = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  return !required || required.nodeSelectorTerms.some((term) => termMatches(term, node));
}

function hostPorts(pod: Pod): { port: number; protocol: string; ip: string }[] {
  const running = [...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? []).filter((c) => c.restartPolicy === "Always")];
  return running
    .flatMap((c) => c.ports ?? [])
    .flatMap((p) => (p.hostPort ? [{ port: p.hostPort, protocol: p.protocol ?? "TCP", ip: p.hostIP ?? "0.0.0.0" }] : []));
}

function portsTaken(cluster: SmallCluster, pod: Pod, node: Node): boolean {
  const taken = on(cluster, node).flatMap(hostPorts);
  return hostPorts(pod).some((mine) =>
    taken.some(
      (p) => p.port === mine.port && p.protocol === mine.protocol && (p.ip === mine.ip || p.ip === "0.0.0.0" || mine.ip === "0.0.0.0"),
    ),
  );
}

export function used(cluster: SmallCluster, node: Node, name: string, absent?: Amounts): number {
  return on(cluster, node).reduce((sum, pod) => sum + (requestsOf(pod, absent)[name] ?? 0), 0);
}
export const capacity = (node: Node, name: string): number => {
  const text = node.status?.allocatable?.[name] ?? "0";
  return name === "cpu" ? millis(text) : bytes(text);
};

function shortages(cluster: SmallCluster, pod: Pod, node: Node): readonly string[] {
  const short: string[] = [];
  if (on(cluster, node).length >= capacity(node, "pods")) short.push("Too many pods");
  for (const [name, wanted] of Object.entries(requestsOf(pod))) {
    if (wanted > 0 && used(cluster, node, name) + wanted > capacity(node, name)) short.push(`Insufficient ${name}`);
  }
  return short;
}

export function selects(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false;
  for (const [k, v] of Object.entries(selector.matchLabels ?? {})) if (labels[k] !== v) return false;
  for (const { key, operator, values = [] } of selector.matchExpressions ?? []) {
    const has = Object.keys(labels).includes(key);
    const among = has && values.includes(labels[key] as string);
    const good = operator === "In" ? among : operator === "NotIn" ? !among : operator === "Exists" ? has : !has;
    if (!good) return false;
  }
  return true;
}

/** `pod` is one that the owner's term means. */
export function means(cluster: SmallCluster, owner: Pod, term: PodAffinityTerm, pod: Pod): boolean {
  const namespace = pod.metadata?.namespace ?? "";
  const named = term.namespaces ?? [];
  const object = cluster.namespaces.find((n) => n.metadata?.name === namespace);
  const inScope =
    named.length === 0 && !term.namespaceSelector
      ? namespace === owner.metadata?.namespace
      : named.includes(namespace) || selects(term.namespaceSelector, object?.metadata?.labels ?? {});
  return inScope && selects(term.labelSelector, labelsOf(pod));
}

/** Both nodes are in the same domain. */
const together = (key: string, a: Node, b: Node | undefined): boolean =>
  b !== undefined && labelsOf(a)[key] !== undefined && labelsOf(a)[key] === labelsOf(b)[key];

function affinity(cluster: SmallCluster, pod: Pod, node: Node): readonly string[] {
  const near = pod.spec?.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const far = pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
  const company = cluster.placed.filter((p) => near.length > 0 && near.every((term) => means(cluster, pod, term, p.pod)));
  if (near.some(({ topologyKey }) => labelsOf(node)[topologyKey] === undefined)) return ["node(s) didn't match pod affinity rules"];
  const satisfied = near.every((term) => company.some((p) => together(term.topologyKey, node, nodeOf(cluster, p))));
  // The first pod of a series that wants its own company: nobody else is in any of the domains asked for.
  const nobody = !company.some((p) =>
    near.some(({ topologyKey }) => together(topologyKey, nodeOf(cluster, p) as Node, nodeOf(cluster, p))),
  );
  const first = nobody && near.every((term) => means(cluster, pod, term, pod));
  if (!satisfied && !first) return ["node(s) didn't match pod affinity rules"];
  for (const term of far) {
    if (cluster.placed.some((p) => means(cluster, pod, term, p.pod) && together(term.topologyKey, node, nodeOf(cluster, p))))
      return ["node(s) didn't match pod anti-affinity rules"];
  }
  for (const p of cluster.placed) {
    const theirs = p.pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    if (theirs.some((term) => means(cluster, p.pod, term, pod) && together(term.topologyKey, node, nodeOf(cluster, p))))
      return ["node(s) didn't satisfy existing pods anti-affinity rules"];
  }
  return [];
}

export function spreadSelects(constraint: TopologySpreadConstraint, pod: Pod, other: Pod): boolean {
  const { labelSelector, matchLabelKeys = [] } = constraint;
  return (
    selects(labelSelector, labelsOf(other)) &&
    matchLabelKeys.every((key) => labelsOf(pod)[key] === undefined || labelsOf(other)[key] === labelsOf(pod)[key])
  );
}

/** Pods of the namespace that count; a selector without any requirement counts none. */
export function countSpread(cluster: SmallCluster, constraint: TopologySpreadConstraint, pod: Pod, node: Node): number {
  const { matchLabels = {}, matchExpressions = [] } = constraint.labelSelector ?? {};
  const keys = (constraint.matchLabelKeys ?? []).filter((key) => constraint.labelSelector && labelsOf(pod)[key] !== undefined);
  if (Object.keys(matchLabels).length + matchExpressions.length + keys.length === 0) return 0;
  return on(cluster, node).filter(
    (p) => p.metadata?.namespace === pod.metadata?.namespace && !p.metadata?.deletionTimestamp && spreadSelects(constraint, pod, p),
  ).length;
}

/** Nodes whose pods a constraint counts: they have the labels of all of them, and the policies let them in. */
export function countedNodes(
  cluster: SmallCluster,
  constraint: TopologySpreadConstraint,
  all: readonly TopologySpreadConstraint[],
  pod: Pod,
): readonly Node[] {
  return cluster.nodes.filter(
    (n) =>
      all.every((c) => labelsOf(n)[c.topologyKey] !== undefined) &&
      ((constraint.nodeAffinityPolicy ?? "Honor") === "Ignore" || wantsNode(pod, n)) &&
      ((constraint.nodeTaintsPolicy ?? "Ignore") === "Ignore" || !keepsOff(pod, n)),
  );
}

function spread(cluster: SmallCluster, pod: Pod, node: Node): readonly string[] {
  const rules = (pod.spec?.topologySpreadConstraints ?? []).filter((c) => c.whenUnsatisfiable === "DoNotSchedule");
  for (const rule of rules) {
    const domain = labelsOf(node)[rule.topologyKey];
    if (domain === undefined) return ["node(s) didn't match pod topology spread constraints (missing required label)"];
    const counts: Record<string, number> = {};
    for (const n of countedNodes(cluster, rule, rules, pod)) {
      const value = labelsOf(n)[rule.topologyKey] as string;
      counts[value] = (counts[value] ?? 0) + countSpread(cluster, rule, pod, n);
    }
    const domains = Object.keys(counts).length;
    const least = domains === 0 || domains < (rule.minDomains ?? 1) ? 0 : Math.min(...Object.values(counts));
    const skew = (counts[domain] ?? 0) + (spreadSelects(rule, pod, pod) ? 1 : 0) - least;
    if (skew > rule.maxSkew) return ["node(s) didn't match pod topology spread constraints"];
  }
  return [];
}
