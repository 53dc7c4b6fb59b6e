import type { PersistentVolumeClaim, Pod, PodTemplateSpec, StatefulSet, Volume } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { controllerRef } from "../owners.ts";

export const KIND = "StatefulSet";
const POD_NAME_LABEL = "statefulset.kubernetes.io/pod-name";
const POD_INDEX_LABEL = "apps.kubernetes.io/pod-index";
const REVISION_LABEL = "controller-revision-hash";

export const nameOf = (object: { readonly metadata?: { readonly name?: string } }): string => object.metadata?.name ?? "";
export const startOrdinal = (set: StatefulSet): number => set.spec?.ordinals?.start ?? 0;
export const desiredOf = (set: StatefulSet): number => set.spec?.replicas ?? 1;
export const revisionOf = (pod: Pod): string => pod.metadata?.labels?.[REVISION_LABEL] ?? "";

/** The set's name and the pod's number in `web-3`; -1 when the name has none (k8s: getParentNameAndOrdinal). */
function parsed(pod: Pod): { readonly parent: string; readonly ordinal: number } {
  const match = /^(.*)-(\d+)$/.exec(nameOf(pod));
  const ordinal = Number(match?.[2] ?? -1);
  return { parent: match?.[1] ?? "", ordinal: ordinal < 2 ** 31 ? ordinal : -1 };
}

export const ordinalOf = (pod: Pod): number => parsed(pod).ordinal;
export const isMember = (set: StatefulSet, pod: Pod): boolean => parsed(pod).parent === nameOf(set);

export const inRange = (set: StatefulSet, ordinal: number): boolean =>
  ordinal >= startOrdinal(set) && ordinal < startOrdinal(set) + desiredOf(set);

/** The claims of the pod with this number, as the set's templates say them (k8s: getPersistentVolumeClaims). */
export function claimsOf(set: StatefulSet, ordinal: number): readonly PersistentVolumeClaim[] {
  return (set.spec?.volumeClaimTemplates ?? []).map(({ metadata, spec }) => ({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      ...metadata,
      name: `${metadata?.name}-${nameOf(set)}-${ordinal}`,
      namespace: set.metadata?.namespace ?? "",
      labels: { ...metadata?.labels, ...set.spec?.selector.matchLabels },
    },
    ...(spec ? { spec } : {}),
  }));
}

/** The pod's volumes with its claims in the place of what has their names; its own by reference when they are there. */
function volumesWithClaims(set: StatefulSet, pod: Pod): readonly Volume[] {
  const volumes = pod.spec?.volumes ?? [];
  const templates = set.spec?.volumeClaimTemplates ?? [];
  const claimed = templates.map((t) => ({
    name: nameOf(t),
    persistentVolumeClaim: { claimName: `${nameOf(t)}-${nameOf(set)}-${ordinalOf(pod)}` },
  }));
  const matches = claimed.every(({ name, persistentVolumeClaim: { claimName } }) =>
    volumes.some((v) => v.name === name && v.persistentVolumeClaim?.claimName === claimName),
  );
  return matches ? volumes : [...claimed, ...volumes.filter((v) => claimed.every((c) => c.name !== v.name))];
}

/** The pod with the labels and volumes that its number gives it; by reference when it has them (k8s: identityMatches, storageMatches). */
export function withIdentity(set: StatefulSet, pod: Pod): Pod {
  const labels = { ...pod.metadata?.labels, [POD_NAME_LABEL]: nameOf(pod), [POD_INDEX_LABEL]: String(ordinalOf(pod)) };
  const volumes = volumesWithClaims(set, pod);
  if (deepEqual(labels, pod.metadata?.labels) && deepEqual(volumes, pod.spec?.volumes ?? [])) return pod;
  return {
    ...pod,
    metadata: { ...pod.metadata, labels },
    spec: { ...pod.spec, containers: pod.spec?.containers ?? [], ...(volumes.length > 0 ? { volumes } : {}) },
  };
}

/** The pod with this number, of this revision (k8s: newStatefulSetPod). */
export function newPod(set: StatefulSet, ordinal: number, template: PodTemplateSpec, revision: string): Pod {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  const name = `${nameOf(set)}-${ordinal}`;
  const { serviceName } = set.spec ?? {};
  return withIdentity(set, {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name,
      generateName: `${nameOf(set)}-`,
      namespace: set.metadata?.namespace ?? "",
      labels: { ...labels, [REVISION_LABEL]: revision },
      ...(annotations ? { annotations } : {}),
      ...(finalizers ? { finalizers } : {}),
      ownerReferences: [controllerRef(set, "apps/v1", KIND)],
    },
    spec: {
      ...template.spec,
      containers: template.spec?.containers ?? [],
      hostname: name,
      ...(serviceName ? { subdomain: serviceName } : {}),
    },
  });
}
