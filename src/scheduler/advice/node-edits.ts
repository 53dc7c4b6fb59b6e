import type { Node, Pod } from "../../api/index.ts";
import type { NodeInfo, PodInfo } from "../types.ts";
import type { Action, Edit } from "./hypothesis.ts";
import { taintText } from "./pod-edits.ts";

const CORDON = "node.kubernetes.io/unschedulable";
/** Most pods that may be asked to leave for one. */
const MAX_LEAVING = 3;

/** Changes to a node that may let the pod onto it. */
export function nodeEdits(pod: Pod, info: NodeInfo): readonly Edit[] {
  const { node, name } = info;
  const target = `node/${name}`;
  const edit = (
    [action, parameters]: readonly [Action, Readonly<Record<string, string>>],
    what: string,
    cost: number,
    change: (node: Node) => Node,
    command?: string,
  ): Edit => ({
    target,
    what,
    action,
    parameters,
    cost,
    ...(command === undefined ? {} : { command }),
    apply: (h) => ({ ...h, node: change(h.node) }),
  });
  const edits: Edit[] = [];
  if (node.spec?.unschedulable)
    edits.push(
      edit(
        ["Uncordon", {}],
        "make it schedulable again",
        0.9,
        (n) => withSpec(n, { unschedulable: false, taints: without(n, CORDON) }),
        `kubectl uncordon ${name}`,
      ),
    );
  for (const taint of node.spec?.taints ?? []) {
    if (taint.effect === "PreferNoSchedule" || taint.key === CORDON) continue;
    // The node controller puts these, and takes them away when their cause is gone.
    const own = taint.key.startsWith("node.kubernetes.io/");
    const change = (n: Node): Node => withSpec(n, { taints: n.spec?.taints?.filter((t) => t !== taint) ?? [] });
    edits.push(
      own
        ? edit(["EndCondition", { taint: taintText(taint) }], `end what its taint ${taintText(taint)} tells of`, 1.4, change)
        : edit(
            ["RemoveTaint", { taint: taintText(taint) }],
            `take its taint ${taintText(taint)} away`,
            1.1,
            change,
            `kubectl taint nodes ${name} ${taintText(taint)}-`,
          ),
    );
  }
  for (const [key, value] of wantedLabels(pod, node)) {
    if (node.metadata?.labels?.[key] === value) continue;
    const command = `kubectl label nodes ${name} ${key}=${value}${node.metadata?.labels?.[key] === undefined ? "" : " --overwrite"}`;
    edits.push(
      edit(
        ["Label", { label: `${key}=${value}` }],
        `label it ${key}=${value}`,
        1,
        (n) => ({ ...n, metadata: { ...n.metadata, labels: { ...n.metadata?.labels, [key]: value } } }),
        command,
      ),
    );
  }
  return [...edits, ...departures(info)];
}

/** Each pod alone, then the least important two and three together. */
function departures({ pods, name }: NodeInfo): readonly Edit[] {
  const byWorth = [...pods.values()].toSorted((a, b) => a.priority - b.priority || a.requests.cpu - b.requests.cpu);
  const leave = (gone: readonly PodInfo[]): Edit => ({
    target: `node/${name}`,
    action: "RemovePods",
    parameters: { pods: gone.map((g) => g.key).join(", ") },
    what: `let ${gone.map((g) => `pod ${g.key}`).join(" and ")} leave it`,
    command: gone.map((g) => `kubectl delete pod -n ${g.pod.metadata?.namespace} ${g.pod.metadata?.name}`).join(" && "),
    // One that nobody makes anew is missed.
    cost: gone.reduce((sum, g) => sum + 1.3 + (g.pod.metadata?.ownerReferences?.length ? 0 : 0.2) + (g.priority > 0 ? 0.2 : 0), 0),
    apply: (h) => ({ ...h, gone: [...h.gone, ...gone] }),
  });
  const together: Edit[] = [];
  for (let n = 2; n <= Math.min(MAX_LEAVING, byWorth.length); n++) together.push(leave(byWorth.slice(-n)));
  return [...byWorth.map((pod) => leave([pod])), ...together];
}

/** Labels that would satisfy its selector, the first choice of each expression of its affinity, and a domain where it asks for one. */
function wantedLabels({ spec }: Pod, node: Node): readonly (readonly [string, string])[] {
  const wanted: (readonly [string, string])[] = Object.entries(spec?.nodeSelector ?? {});
  for (const term of spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? []) {
    for (const { key, operator, values = [] } of term.matchExpressions ?? []) {
      const [first] = values;
      if (operator === "In" && first !== undefined) wanted.push([key, first]);
      if (operator === "Exists") wanted.push([key, "true"]);
    }
  }
  for (const { topologyKey } of spec?.topologySpreadConstraints ?? [])
    if (node.metadata?.labels?.[topologyKey] === undefined) wanted.push([topologyKey, "new"]);
  return wanted;
}

const withSpec = (node: Node, spec: Partial<NonNullable<Node["spec"]>>): Node => ({ ...node, spec: { ...node.spec, ...spec } });

const without = (node: Node, key: string): NonNullable<NonNullable<Node["spec"]>["taints"]> =>
  node.spec?.taints?.filter((t) => t.key !== key) ?? [];

/** A machine more, like one that is there, empty and without taints. */
export function anotherLike({ node, name }: NodeInfo): Node {
  const label = `another ${name}`;
  return {
    ...node,
    metadata: { ...node.metadata, name: label, labels: { ...node.metadata?.labels, "kubernetes.io/hostname": label } },
    spec: {},
  };
}
