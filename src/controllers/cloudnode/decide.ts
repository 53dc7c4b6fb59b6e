import type { Node, NodeAddress } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import type { InstanceMetadata } from "../cloud.ts";

/** What a kubelet with --cloud-provider=external registers with, until its cloud has said what it knows. */
export const UNINITIALIZED = "node.cloudprovider.kubernetes.io/uninitialized";

export const isUninitialized = ({ spec }: Node): boolean => spec?.taints?.some((t) => t.key === UNINITIALIZED) ?? false;

/** The node with what its cloud knows of it (k8s: getNodeModifiersFromCloudProvider). */
export function initialized(node: Node, { providerID, instanceType, zone, region }: InstanceMetadata): Node {
  const labels = {
    ...node.metadata?.labels,
    ...both(instanceType, "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"),
    ...both(zone, "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"),
    ...both(region, "failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"),
  };
  const { taints = [], ...rest } = node.spec ?? {};
  const kept = taints.filter((t) => t.key !== UNINITIALIZED);
  return {
    ...node,
    metadata: { ...node.metadata, labels },
    spec: { ...rest, ...(kept.length > 0 ? { taints: kept } : {}), providerID: node.spec?.providerID || providerID },
  };
}

const both = (value: string | undefined, beta: string, stable: string): Readonly<Record<string, string>> =>
  value ? { [beta]: value, [stable]: value } : {};

/** Its addresses as the cloud has them, with the kubelet's name for it when the cloud has none; by reference when they are so (k8s: updateNodeAddress). */
export function addressesOf(node: Node, { addresses }: InstanceMetadata): readonly NodeAddress[] {
  const old = node.status?.addresses ?? [];
  if (addresses.length === 0) return old;
  const named = addresses.some((a) => a.type === "Hostname");
  const wanted = named ? addresses : [...addresses, ...old.filter((a) => a.type === "Hostname")];
  return deepEqual(old, wanted) ? old : wanted;
}

/** Pairs of a label's old name, which is believed, and its name today (k8s: labelReconcileInfo). */
const RENAMED: readonly (readonly [string, string])[] = [
  ["failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/zone"],
  ["failure-domain.beta.kubernetes.io/region", "topology.kubernetes.io/region"],
  ["beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type"],
];

/** Labels to set so that both names of each say the same; empty when they do. */
export function labelsToMend({ metadata }: Node): Readonly<Record<string, string>> {
  const labels = metadata?.labels;
  const mend: Record<string, string> = {};
  if (labels) for (const [old, now] of RENAMED) if (labels[old] !== undefined && labels[now] !== labels[old]) mend[now] = labels[old];
  return mend;
}
