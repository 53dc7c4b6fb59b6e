import type { Resource } from "../types.ts";
import { horizontalPodAutoscaler } from "./autoscaling.ts";
import { cronJob, job } from "./batch.ts";
import { describeEvents } from "./events.ts";
import { generic } from "./generic.ts";
import { ingress, ingressClass, ipAddress, networkPolicy, serviceCidr } from "./networking.ts";
import { node } from "./node.ts";
import { Page } from "./page.ts";
import { certificateSigningRequest } from "./certificates.ts";
import { configMap, namespace, secret, serviceAccount } from "./plain.ts";
import { pod } from "./pod.ts";
import { limitRange, podDisruptionBudget, priorityClass, resourceQuota } from "./policy.ts";
import { rbac } from "./rbac.ts";
import { endpoints, endpointSlice, service } from "./service.ts";
import { daemonSet, replicationController, statefulSet } from "./sets.ts";
import { csiNode, persistentVolume, persistentVolumeClaim, storageClass, volumeAttributesClass } from "./storage.ts";
import type { Describer, DescribeContext } from "./types.ts";
import { deployment, replicaSet } from "./workloads.ts";

const describers: readonly Describer[] = [
  pod,
  deployment,
  replicaSet,
  statefulSet,
  daemonSet,
  replicationController,
  job,
  cronJob,
  horizontalPodAutoscaler,
  service,
  endpoints,
  endpointSlice,
  node,
  namespace,
  configMap,
  secret,
  serviceAccount,
  ingress,
  ingressClass,
  networkPolicy,
  ipAddress,
  serviceCidr,
  persistentVolume,
  persistentVolumeClaim,
  storageClass,
  volumeAttributesClass,
  csiNode,
  resourceQuota,
  limitRange,
  podDisruptionBudget,
  priorityClass,
  ...rbac,
  certificateSigningRequest,
];

/** The page of one object. */
export async function describeObject(object: Resource, context: DescribeContext): Promise<string> {
  const describer = describers.find((d) => d.kind === object.kind && d.group === context.type.group) ?? generic;
  const page = new Page(context.session.now);
  await describer.describe(page, object, context);
  if (describer.events) await describeEvents(page, object, context);
  return page.text();
}
