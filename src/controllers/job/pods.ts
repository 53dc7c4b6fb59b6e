import type { Container, Job, Pod } from "../../api/index.ts";
import { controllerRef } from "../owners.ts";
import { INDEX_KEY } from "./indexes.ts";
import { judge } from "./policies.ts";

/** Keeps a pod until its job has counted it. */
export const TRACKING = "batch.kubernetes.io/job-tracking";
const FAILURES = "batch.kubernetes.io/job-index-failure-count";
const IGNORED = "batch.kubernetes.io/job-index-ignored-failure-count";
const ENV = "JOB_COMPLETION_INDEX";
/** What a generated name has room for before its five characters (k8s: names.MaxGeneratedNameLength). */
const MAX_PREFIX = 58;

export const hasFinalizer = (pod: Pod): boolean => pod.metadata?.finalizers?.includes(TRACKING) ?? false;

/** Whether a pod is replaced only when it is over, not as soon as it is to go (k8s: onlyReplaceFailedPods). */
export const replacesOnlyFailed = ({ spec }: Job): boolean =>
  spec?.podReplacementPolicy === "Failed" || spec?.podFailurePolicy !== undefined;

/** A pod that is to go counts as failed: it may never get to say so (k8s: isPodFailed). */
export function isPodFailed(pod: Pod, job: Job): boolean {
  if (pod.status?.phase === "Failed") return true;
  return !replacesOnlyFailed(job) && pod.metadata?.deletionTimestamp !== undefined && pod.status?.phase !== "Succeeded";
}

/** How often this index failed before this pod. */
export function failureCounts(pod: Pod): { readonly counted: number; readonly ignored: number } {
  const read = (key: string): number => {
    const text = pod.metadata?.annotations?.[key] ?? "";
    return /^\d{1,10}$/.test(text) && Number(text) < 2 ** 31 ? Number(text) : 0;
  };
  return { counted: read(FAILURES), ignored: read(IGNORED) };
}

/** The pod that a job makes, for an index where it has them; `replaced` is the one that failed before it. */
export function podFor(job: Job, index?: number, replaced?: Pod): Pod {
  const { namespace = "", name = "" } = job.metadata ?? {};
  const { metadata, spec } = job.spec?.template ?? {};
  const { labels, annotations, finalizers = [] } = metadata ?? {};
  const common = {
    namespace,
    finalizers: finalizers.includes(TRACKING) ? finalizers : [...finalizers, TRACKING],
    ownerReferences: [controllerRef(job, "batch/v1", "Job")],
  };
  if (index === undefined) {
    const plain = { ...(labels ? { labels } : {}), ...(annotations ? { annotations } : {}) };
    return { apiVersion: "v1", kind: "Pod", metadata: { generateName: `${name}-`, ...plain, ...common }, ...(spec ? { spec } : {}) };
  }
  const suffix = `-${index}-`;
  const own = { [INDEX_KEY]: `${index}` };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      generateName: name.slice(0, MAX_PREFIX - suffix.length) + suffix,
      labels: { ...labels, ...own },
      annotations: { ...annotations, ...own, ...failureAnnotations(job, replaced) },
      ...common,
    },
    spec: {
      ...spec,
      hostname: `${name}-${index}`,
      ...(spec?.initContainers ? { initContainers: spec.initContainers.map(withIndexEnv) } : {}),
      containers: (spec?.containers ?? []).map(withIndexEnv),
    },
  };
}

function failureAnnotations(job: Job, replaced: Pod | undefined): Readonly<Record<string, string>> {
  if (job.spec?.backoffLimitPerIndex === undefined) return {};
  const before = replaced ? failureCounts(replaced) : { counted: 0, ignored: 0 };
  const counts = replaced ? judge(job, replaced).counts : undefined;
  const counted = before.counted + (counts === true ? 1 : 0);
  const ignored = before.ignored + (counts === false ? 1 : 0);
  return { [FAILURES]: `${counted}`, ...(ignored > 0 ? { [IGNORED]: `${ignored}` } : {}) };
}

function withIndexEnv(container: Container): Container {
  if (container.env?.some((e) => e.name === ENV)) return container;
  const entry = { name: ENV, valueFrom: { fieldRef: { fieldPath: `metadata.labels['${INDEX_KEY}']` } } };
  return { ...container, env: [...(container.env ?? []), entry] };
}
