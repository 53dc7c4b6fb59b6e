import type { PluginFactory } from "../types.ts";
import { balancedAllocation } from "./balanced-allocation.ts";
import { createDefaultPreemption } from "./default-preemption.ts";
import { createDynamicResources } from "./dynamic-resources.ts";
import { imageLocality } from "./image-locality.ts";
import { interPodAffinity } from "./inter-pod-affinity.ts";
import { nodeAffinity } from "./node-affinity.ts";
import { nodeDeclaredFeatures } from "./node-declared-features.ts";
import { nodeName } from "./node-name.ts";
import { nodePorts } from "./node-ports.ts";
import { nodeResourcesFit } from "./node-resources-fit.ts";
import { nodeUnschedulable } from "./node-unschedulable.ts";
import { podTopologySpread } from "./pod-topology-spread.ts";
import { schedulingGates } from "./scheduling-gates.ts";
import { createNodeVolumeLimits } from "./node-volume-limits.ts";
import { createVolumeBinding } from "./volume-binding.ts";
import { createVolumeRestrictions } from "./volume-restrictions.ts";
import { createVolumeZone } from "./volume-zone.ts";
import { taintToleration } from "./taint-toleration.ts";

/**
 * Every plugin there is, in the order of the default profile (k8s: apis/config/v1/default_plugins.go). Its name in a
 * KubeSchedulerConfiguration is the key. PrioritySort and DefaultBinder are the queue's and the binding's own.
 */
export const plugins: Readonly<Record<string, PluginFactory>> = {
  SchedulingGates: schedulingGates,
  NodeUnschedulable: nodeUnschedulable,
  NodeName: nodeName,
  TaintToleration: taintToleration,
  NodeAffinity: nodeAffinity,
  NodePorts: nodePorts,
  NodeResourcesFit: nodeResourcesFit,
  VolumeRestrictions: createVolumeRestrictions,
  NodeVolumeLimits: createNodeVolumeLimits,
  VolumeBinding: createVolumeBinding,
  VolumeZone: createVolumeZone,
  PodTopologySpread: podTopologySpread,
  InterPodAffinity: interPodAffinity,
  DynamicResources: createDynamicResources,
  DefaultPreemption: createDefaultPreemption,
  NodeResourcesBalancedAllocation: balancedAllocation,
  ImageLocality: imageLocality,
  NodeDeclaredFeatures: nodeDeclaredFeatures,
};
