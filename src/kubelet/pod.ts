import type { Container, EphemeralContainer, Pod, PodSpec } from "../api/index.ts";

/** What a container of any of the three lists looks like to the kubelet. */
export type AnyContainer = Container | EphemeralContainer;
export type ContainerKind = "init" | "main" | "ephemeral";

const EMPTY_SPEC: PodSpec = { containers: [] };

export const specOf = (pod: Pod): PodSpec => pod.spec ?? EMPTY_SPEC;
export const uidOf = (pod: Pod): string => pod.metadata?.uid ?? "";
export const nameOf = (pod: Pod): string => pod.metadata?.name ?? "";
export const namespaceOf = (pod: Pod): string => pod.metadata?.namespace ?? "default";

/** `web_default(uid)`, as the kubelet words pods in messages (k8s: util/format Pod). */
export const formatPod = (pod: Pod): string => `${nameOf(pod)}_${namespaceOf(pod)}(${uidOf(pod)})`;

export const isDeleting = (pod: Pod): boolean => pod.metadata?.deletionTimestamp !== undefined;

export const restartPolicyOf = (pod: Pod): string => specOf(pod).restartPolicy ?? "Always";

/** Where events about a container point (k8s: container.GenerateContainerRef). */
export function fieldPathOf(kind: ContainerKind, name: string): string {
  const list = kind === "init" ? "initContainers" : kind === "main" ? "containers" : "ephemeralContainers";
  return `spec.${list}{${name}}`;
}

export function findContainer(pod: Pod, name: string): { readonly kind: ContainerKind; readonly container: AnyContainer } | undefined {
  const spec = specOf(pod);
  for (const container of spec.containers) if (container.name === name) return { kind: "main", container };
  for (const container of spec.initContainers ?? []) if (container.name === name) return { kind: "init", container };
  for (const container of spec.ephemeralContainers ?? []) if (container.name === name) return { kind: "ephemeral", container };
  return undefined;
}

export const isTerminalPhase = (phase: string | undefined): boolean => phase === "Succeeded" || phase === "Failed";

/** Seconds a pod gets to end (k8s: pod_workers calculateEffectiveGracePeriod): never less than one. */
export function gracePeriodOf(pod: Pod): number {
  const asked = isDeleting(pod) ? pod.metadata?.deletionGracePeriodSeconds : undefined;
  return Math.max(1, asked ?? specOf(pod).terminationGracePeriodSeconds ?? 30);
}
