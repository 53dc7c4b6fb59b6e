import { isResizing, type KubeObject, type Node, type Pod } from "../api/index.ts";
import { podRequestsShrank } from "./pod-info.ts";
import type { Action } from "./types.ts";

const ADD: readonly Action[] = ["Add"];
const DELETE: readonly Action[] = ["Delete"];
const UPDATE: readonly Action[] = ["Update"];

/** What happened to an object that no plugin needs to know in parts. */
export function actionsOf(object: KubeObject | undefined, old: KubeObject | undefined): readonly Action[] {
  return !object ? DELETE : old ? UPDATE : ADD;
}

/** Heartbeats change nothing for scheduling (k8s: nodeSchedulingPropertiesChange). */
export function nodeActions(node: Node | undefined, old: Node | undefined): readonly Action[] {
  if (!node) return DELETE;
  if (!old) return ADD;
  const actions: Action[] = [];
  if (node.status?.allocatable !== old.status?.allocatable) actions.push("UpdateAllocatable");
  if (node.metadata?.labels !== old.metadata?.labels) actions.push("UpdateLabel");
  if (node.spec?.taints !== old.spec?.taints || node.spec?.unschedulable !== old.spec?.unschedulable) actions.push("UpdateTaint");
  if (node.status?.images !== old.status?.images) actions.push("UpdateImages");
  const more = node.metadata?.annotations !== old.metadata?.annotations || node.status?.declaredFeatures !== old.status?.declaredFeatures;
  if (more || actions.length > 0) actions.push("Update");
  return actions;
}

/** What happened to a pod that is on a node (k8s: podSchedulingPropertiesChange). */
export function assignedPodActions(pod: Pod, old: Pod): readonly Action[] {
  const actions: Action[] = [];
  if (pod.metadata?.labels !== old.metadata?.labels) actions.push("UpdateLabel");
  const may = pod.spec !== old.spec || (pod.status?.containerStatuses !== old.status?.containerStatuses && isResizing(old));
  if (may && podRequestsShrank(pod, old)) actions.push("ScaleDown");
  return actions;
}
