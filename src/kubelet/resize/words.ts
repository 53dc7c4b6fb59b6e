import type { Pod, PodCondition, ResourceRequirements } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { specOf } from "../pod.ts";
import type { ResizeNote, ResizeState } from "./allocation.ts";

/** As Go writes a ResourceRequirements: its fields in order, maps by key. */
function inGoOrder({ limits, requests, claims }: ResourceRequirements): object {
  const sorted = (map: Readonly<Record<string, string>>) => Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  return {
    ...(limits && Object.keys(limits).length > 0 ? { limits: sorted(limits) } : {}),
    ...(requests && Object.keys(requests).length > 0 ? { requests: sorted(requests) } : {}),
    ...(claims && claims.length > 0 ? { claims } : {}),
  };
}

/** What the events of a resize say (k8s: kubelet/events/resize.go podResizeMessage). `about`: "started", "Deferred". */
export function resizeMessage(about: string, pod: Pod, generation: number | undefined, error?: string): string {
  const { initContainers = [], containers } = specOf(pod);
  const summary = (list: typeof containers) => list.map(({ name, resources = {} }) => ({ name, resources: inGoOrder(resources) }));
  return `Pod resize ${about}: ${JSON.stringify({
    ...(initContainers.length > 0 ? { initContainers: summary(initContainers) } : {}),
    containers: summary(containers),
    generation: generation ?? 0,
    ...(error ? { error } : {}),
  })}`;
}

/** The conditions that a resize puts before the kubelet's others (k8s: status_manager.go podResizeConditions List). */
export function resizeConditions({ pending, progress }: ResizeState): readonly PodCondition[] {
  const out: PodCondition[] = [];
  if (pending !== undefined) out.push(condition("PodResizePending", pending));
  if (progress !== undefined) out.push(condition("PodResizeInProgress", progress));
  return out;
}

function condition(type: string, { reason, message, generation, at }: ResizeNote): PodCondition {
  return {
    type,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    status: "True",
    lastProbeTime: rfc3339(at),
    lastTransitionTime: rfc3339(at),
    ...(reason === undefined ? {} : { reason }),
    ...(message === undefined ? {} : { message }),
  };
}
