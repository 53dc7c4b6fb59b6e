import {
  type Affinity,
  type DaemonSet,
  matchesNodeAffinity,
  type Node,
  type Pod,
  type Toleration,
  toleratesTaint,
} from "../../api/index.ts";
import { controllerRef } from "../owners.ts";

export const HASH_LABEL = "controller-revision-hash";
/** Labels and annotations from the time before ControllerRevisions, which upstream still writes and reads. */
const GENERATION_LABEL = "pod-template-generation";
const GENERATION_ANNOTATION = "deprecated.daemonset.template.generation";

const NODE_TROUBLES = [
  ["not-ready", "NoExecute"],
  ["unreachable", "NoExecute"],
  ["disk-pressure", "NoSchedule"],
  ["memory-pressure", "NoSchedule"],
  ["pid-pressure", "NoSchedule"],
  ["unschedulable", "NoSchedule"],
] as const;

const forTaint = (name: string, effect: string): Toleration => ({ key: `node.kubernetes.io/${name}`, operator: "Exists", effect });

/** What every daemon puts up with: a node in trouble, drained or without its network (k8s: AddOrUpdateDaemonPodTolerations). */
export function daemonTolerations(d: DaemonSet): readonly Toleration[] {
  const { tolerations = [], hostNetwork } = d.spec?.template.spec ?? {};
  const own = NODE_TROUBLES.map(([name, effect]) => forTaint(name, effect));
  if (hostNetwork) own.push(forTaint("network-unavailable", "NoSchedule"));
  const same = (a: Toleration, b: Toleration): boolean =>
    a.key === b.key && a.effect === b.effect && a.operator === b.operator && (a.value ?? "") === (b.value ?? "");
  return [...tolerations.map((t) => own.find((o) => same(o, t)) ?? t), ...own.filter((o) => !tolerations.some((t) => same(o, t)))];
}

export interface Placement {
  /** Where there is none, one is to be made. */
  readonly run: boolean;
  /** One that is there may stay. */
  readonly stay: boolean;
}

const NOWHERE: Placement = { run: false, stay: false };

/** Whether this node is one for the daemon (k8s: NodeShouldRunDaemonPod). A NoSchedule taint drives nobody away. */
export function placementOn(d: DaemonSet, node: Node): Placement {
  const spec = d.spec?.template.spec;
  if (spec?.nodeName && spec.nodeName !== node.metadata?.name) return NOWHERE;
  if (!matchesNodeAffinity(spec, node)) return NOWHERE;
  const taints = node.spec?.taints ?? [];
  if (taints.length === 0) return { run: true, stay: true };
  const tolerations = daemonTolerations(d);
  const repels = (effect: string): boolean => taints.some((t) => t.effect === effect && !tolerations.some((o) => toleratesTaint(o, t)));
  const stay = !repels("NoExecute");
  return { run: stay && !repels("NoSchedule"), stay };
}

/** The node that a pod runs on, or was made for; undefined when it is for none (k8s: GetTargetNodeName). */
export function targetNode({ spec }: Pod): string | undefined {
  if (spec?.nodeName) return spec.nodeName;
  const terms = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const field = terms.flatMap((t) => t.matchFields ?? []).find((f) => f.key === "metadata.name" && f.operator === "In");
  return field?.values?.length === 1 ? field.values[0] : undefined;
}

/** The scheduler binds it: all that is asked of the node was asked already (k8s: ReplaceDaemonSetPodNodeNameNodeAffinity). */
function affinityTo(affinity: Affinity | undefined, node: string): Affinity {
  const term = { matchFields: [{ key: "metadata.name", operator: "In", values: [node] }] };
  const nodeAffinity = { ...affinity?.nodeAffinity, requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [term] } };
  return { ...affinity, nodeAffinity };
}

const generationOf = (d: DaemonSet): string | undefined => d.metadata?.annotations?.[GENERATION_ANNOTATION];

/** Made from the template of today (k8s: IsPodUpdated). */
export function isUpdated(d: DaemonSet, pod: Pod, hash: string): boolean {
  const labels = pod.metadata?.labels ?? {};
  const generation = generationOf(d);
  return labels[HASH_LABEL] === hash || (generation !== undefined && labels[GENERATION_LABEL] === generation);
}

export function daemonPod(d: DaemonSet, node: string, hash: string): Pod {
  const { name = "", namespace = "" } = d.metadata ?? {};
  const { metadata, spec } = d.spec?.template ?? {};
  const generation = generationOf(d);
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: `${name}-`,
      namespace,
      labels: { ...metadata?.labels, [HASH_LABEL]: hash, ...(generation === undefined ? {} : { [GENERATION_LABEL]: generation }) },
      ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
      ...(metadata?.finalizers ? { finalizers: metadata.finalizers } : {}),
      ownerReferences: [controllerRef(d, "apps/v1", "DaemonSet")],
    },
    spec: { containers: [], ...spec, affinity: affinityTo(spec?.affinity, node), tolerations: daemonTolerations(d) },
  };
}
