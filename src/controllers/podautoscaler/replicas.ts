import type { Pod } from "../../api/index.ts";
import { parseTime } from "../../sim/index.ts";
import { isPodReady, podCondition } from "../pods.ts";

/** One pod's value, in thousandths; times are virtual milliseconds. */
export interface PodMetric {
  readonly timestamp: number;
  readonly window: number;
  readonly value: number;
}
export type PodMetrics = ReadonlyMap<string, PodMetric>;

/** How far the ratio of use to target may stray before anything is done. */
export interface Tolerances {
  readonly down: number;
  readonly up: number;
}

/** What the arithmetic needs of the world. */
export interface Situation {
  /** Pods that are wanted now. */
  readonly current: number;
  /** All that the target's selector matches. */
  readonly pods: readonly Pod[];
  readonly tolerances: Tolerances;
  readonly now: number;
}

/** Replicas that a metric asks for, with the value it showed: `average` in thousandths, `utilization` in percent. */
export interface Wanted {
  readonly replicas: number;
  readonly average: number;
  readonly utilization?: number;
}

/** Why a metric says nothing; the message is upstream's. */
export class NoAnswer extends Error {}

/** k8s: --horizontal-pod-autoscaler-cpu-initialization-period, -initial-readiness-delay. */
const CPU_INITIALIZATION_MS = 5 * 60_000;
const INITIAL_READINESS_MS = 30_000;
const MAX_INT32 = 2_147_483_647;

const within = (ratio: number, { down, up }: Tolerances): boolean => 1 - down <= ratio && ratio <= 1 + up;
const nameOf = ({ metadata }: Pod): string => metadata?.name ?? "";

export interface Groups {
  readonly ready: number;
  /** Not yet what they will be: they count as using nothing, and only when that keeps from scaling up too far. */
  readonly unready: readonly string[];
  /** Without a metric. */
  readonly missing: readonly string[];
  /** Going or failed. */
  readonly ignored: readonly string[];
}

/** k8s: replica_calculator.go groupPods. */
export function groupPods(pods: readonly Pod[], metrics: PodMetrics, resource: string, now: number): Groups {
  const unready: string[] = [];
  const missing: string[] = [];
  const ignored: string[] = [];
  let ready = 0;
  for (const pod of pods) {
    const metric = metrics.get(nameOf(pod));
    if (pod.metadata?.deletionTimestamp !== undefined || pod.status?.phase === "Failed") ignored.push(nameOf(pod));
    else if (pod.status?.phase === "Pending") unready.push(nameOf(pod));
    else if (metric === undefined) missing.push(nameOf(pod));
    else if (resource === "cpu" && isStarting(pod, metric, now)) unready.push(nameOf(pod));
    else ready++;
  }
  return { ready, unready, missing, ignored };
}

/** What a pod burns while it starts says nothing of its load. */
function isStarting(pod: Pod, metric: PodMetric, now: number): boolean {
  const condition = podCondition(pod, "Ready");
  const start = pod.status?.startTime;
  if (condition === undefined || start === undefined) return true;
  const turned = parseTime(condition.lastTransitionTime ?? "");
  const unready = condition.status === "False";
  const initializing = parseTime(start) + CPU_INITIALIZATION_MS > now;
  if (initializing) return unready || metric.timestamp < turned + metric.window;
  return unready && parseTime(start) + INITIAL_READINESS_MS > turned;
}

/** Use over target of these metrics. */
type Ratio = (metrics: PodMetrics) => { readonly ratio: number; readonly wanted: Omit<Wanted, "replicas"> };

/**
 * The steps that all metrics of pods share (k8s: GetResourceReplicas, calcPlainMetricReplicas). `fallback`: what a pod
 * without a metric is taken to use when its absence must not scale down.
 */
function perPod(
  { current, pods, tolerances, now }: Situation,
  metrics: PodMetrics,
  resource: string,
  prepare: () => { readonly ratioOf: Ratio; readonly fallback: (pod: string) => number },
): Wanted {
  if (pods.length === 0) throw new NoAnswer("no pods returned by selector while calculating replica count");
  const { ready, unready, missing, ignored } = groupPods(pods, metrics, resource, now);
  const counted = new Map(metrics);
  for (const name of [...ignored, ...unready]) counted.delete(name);
  if (counted.size === 0) throw new NoAnswer("did not receive metrics for targeted pods (pods might be unready)");
  const { ratioOf, fallback } = prepare();
  const { ratio, wanted } = ratioOf(counted);
  const stay = { ...wanted, replicas: current };

  const withUnready = unready.length > 0 && ratio > 1;
  if (!withUnready && missing.length === 0)
    return within(ratio, tolerances) ? stay : { ...wanted, replicas: capped(Math.ceil(ratio * ready)) };

  const put = (name: string, value: number): unknown => counted.set(name, { timestamp: 0, window: 0, value });
  // Whoever is missing is taken to speak against the change.
  if (ratio < 1) for (const name of missing) put(name, fallback(name));
  else if (ratio > 1) for (const name of missing) put(name, 0);
  if (withUnready) for (const name of unready) put(name, 0);

  const again = ratioOf(counted).ratio;
  if (within(again, tolerances) || (ratio < 1 && again > 1) || (ratio > 1 && again < 1)) return stay;
  const replicas = capped(Math.ceil(again * counted.size));
  if ((again < 1 && replicas > current) || (again > 1 && replicas < current)) return stay;
  return { ...wanted, replicas };
}

/** A target in percent of what pods request; `requestsOf` throws when one requests nothing (k8s: GetResourceReplicas). */
export function utilizationReplicas(
  situation: Situation,
  metrics: PodMetrics,
  resource: string,
  target: number,
  requestsOf: (pods: readonly Pod[]) => ReadonlyMap<string, number>,
): Wanted {
  return perPod(situation, metrics, resource, () => {
    const requests = requestsOf(situation.pods);
    return {
      ratioOf: (counted) => utilizationRatio(counted, requests, target),
      fallback: (pod) => Math.trunc(((requests.get(pod) ?? 0) * Math.max(100, target)) / 100),
    };
  });
}

/** k8s: metrics/utilization.go GetResourceUtilizationRatio: metrics of pods that nobody knows do not count. */
function utilizationRatio(metrics: PodMetrics, requests: ReadonlyMap<string, number>, target: number): ReturnType<Ratio> {
  let used = 0;
  let requested = 0;
  let entries = 0;
  for (const [pod, { value }] of metrics) {
    const request = requests.get(pod);
    if (request === undefined) continue;
    used += value;
    requested += request;
    entries++;
  }
  if (requested === 0) throw new NoAnswer("no metrics returned matched known pods");
  const utilization = Math.trunc((used * 100) / requested);
  return { ratio: utilization / target, wanted: { utilization, average: Math.trunc(used / entries) } };
}

/** A target for the average of all pods, in thousandths (k8s: GetRawResourceReplicas, GetMetricReplicas). */
export function averageReplicas(situation: Situation, metrics: PodMetrics, resource: string, target: number): Wanted {
  return perPod(situation, metrics, resource, () => ({
    ratioOf(counted) {
      let total = 0;
      for (const { value } of counted.values()) total += value;
      const average = Math.trunc(total / counted.size);
      return { ratio: average / target, wanted: { average } };
    },
    fallback: () => target,
  }));
}

/** A target for one value that is not of pods (k8s: getUsageRatioReplicaCount). From zero, any use wants a first pod. */
export function valueReplicas({ current, pods, tolerances }: Situation, usage: number, target: number): Wanted {
  const ratio = usage / target;
  if (current === 0) return { replicas: capped(Math.ceil(ratio)), average: usage };
  if (within(ratio, tolerances)) return { replicas: current, average: usage };
  if (pods.length === 0) throw new NoAnswer("unable to calculate ready pods: no pods returned by selector while calculating replica count");
  const ready = pods.filter((pod) => pod.status?.phase === "Running" && isPodReady(pod)).length;
  return { replicas: capped(Math.ceil(ratio * ready)), average: usage };
}

/** One value shared out over the pods there are (k8s: GetObjectPerPodMetricReplicas, GetExternalPerPodMetricReplicas). */
export function sharedReplicas({ tolerances }: Situation, usage: number, target: number, there: number): Wanted {
  const replicas = within(usage / (target * there), tolerances) ? there : capped(Math.ceil(usage / target));
  return { replicas, average: there === 0 ? 0 : Math.ceil(usage / there) };
}

const capped = (replicas: number): number => Math.min(replicas, MAX_INT32);
