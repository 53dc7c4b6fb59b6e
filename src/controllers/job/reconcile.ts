import type { Job, Pod } from "../../api/index.ts";
import { type Change, type Controller, keyOfObject, type ReconcileContext } from "../../client/index.ts";
import { labelSelector } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { createExpectations } from "../expectations.ts";
import { finishedCondition } from "../jobs.ts";
import { claim, controllerOf, controllerRef, indexOrphans, ownerKey } from "../owners.ts";
import { createSettled } from "../settled.ts";
import { GATHER_MS } from "./plan.ts";
import { hasFinalizer, TRACKING } from "./pods.ts";
import { freePod, JobTurn, type Memory } from "./turn.ts";

const KIND = "Job";
/** Marks the key of a pod that holds a finalizer which no job will take away any more. */
const LOST = "lost:";

/** Runs pods until enough of them succeed (k8s: pkg/controller/job). */
export function createJobController({ informers, clock, recorder }: ControllerContext): Controller {
  const jobs = informers.of("jobs");
  const pods = informers.of("pods");
  const expectations = createExpectations(clock);
  const memory: Memory = { clock, events: recorder("job-controller"), expectations, failures: new Map(), freed: new Map() };
  const settled = createSettled(clock);
  indexOrphans(pods);

  const forget = (key: string): void => {
    expectations.forget(key);
    settled.forget(key);
    memory.failures.delete(key);
    memory.freed.delete(key);
  };
  const lostPods = (job: Job): readonly string[] =>
    pods
      .by("owner", job.metadata?.uid ?? "")
      .filter(hasFinalizer)
      .map((p) => LOST + keyOfObject(p));

  /** Pods that nobody will free when a job is over or gone. */
  const leftBehind = ({ object, old }: Change<Job>): readonly string[] => [
    ...(old && old.metadata?.uid !== object?.metadata?.uid ? lostPods(old) : []),
    ...(object && finishedCondition(object) ? lostPods(object) : []),
  ];
  const isStatusOnly = ({ object, old }: Change<Job>): boolean =>
    object !== undefined && old !== undefined && object.metadata?.generation === old.metadata?.generation;

  /** The job that controls a pod, if it is there and its name's job is not another. */
  const jobOf = (pod: Pod): Job | undefined => {
    const job = jobs.get(ownerKey(pod, KIND) ?? "");
    return job?.metadata?.uid === controllerOf(pod)?.uid ? job : undefined;
  };
  const isLost = (pod: Pod): boolean => {
    if (!hasFinalizer(pod)) return false;
    const ref = controllerOf(pod);
    if (ref && (ref.kind !== KIND || ref.apiVersion !== "batch/v1")) return false;
    const job = ref && jobOf(pod);
    return !job || (!isManagedElsewhere(job) && finishedCondition(job) !== undefined);
  };
  const adopters = (pod: Pod): readonly string[] => {
    const { namespace = "", labels } = pod.metadata ?? {};
    if (labels === undefined || pod.metadata?.deletionTimestamp !== undefined) return [];
    return jobs
      .by("namespace", namespace)
      .filter((j) => labelSelector(j.spec?.selector).matches(labels))
      .map(keyOfObject);
  };

  const observe = (pod: Pod, isNew: boolean, isGone: boolean): void => {
    const key = ownerKey(pod, KIND);
    const uid = pod.metadata?.uid ?? "";
    if (key === undefined) return;
    if (isNew) expectations.creationObserved(key);
    if (isGone || pod.metadata?.deletionTimestamp !== undefined) expectations.deletionObserved(key, uid);
    if (isGone || !hasFinalizer(pod)) memory.freed.get(key)?.delete(uid);
  };
  const podKeys = ({ object, old }: Change<Pod>): readonly string[] => {
    const same = object !== undefined && object.metadata?.uid === old?.metadata?.uid;
    if (old && !same) observe(old, false, true);
    if (object) observe(object, !same, false);
    const keys = new Set([ownerKey(old, KIND), ownerKey(object, KIND)].filter((k) => k !== undefined));
    if (object && !controllerOf(object)) for (const adopter of adopters(object)) keys.add(adopter);
    return [...keys];
  };

  return {
    name: "job",
    watches: [
      { resource: "jobs", keys: ({ key }) => [key], after: (change) => (isStatusOnly(change as Change<Job>) ? GATHER_MS : 0) },
      { resource: "jobs", keys: (change) => leftBehind(change as Change<Job>) },
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>), after: () => GATHER_MS },
      { resource: "pods", keys: ({ key, object }) => (object && isLost(object as Pod) ? [LOST + key] : []) },
    ],
    // k8s: DefaultJobApiBackOff, MaxJobApiBackOff.
    retry: { firstMs: 1000, mostMs: 60_000 },
    async reconcile(key, context) {
      if (key.startsWith(LOST)) {
        const pod = pods.get(key.slice(LOST.length));
        if (pod && isLost(pod)) await freePod(context.client, pod);
        return;
      }
      const job = jobs.get(key);
      if (!job || finishedCondition(job)) return forget(key);
      if (isManagedElsewhere(job)) return;
      const mayAct = expectations.satisfied(key);
      const { namespace = "", uid = "" } = job.metadata ?? {};
      const inputs = [job, mayAct, ...pods.by("owner", uid), ...pods.by("orphan", namespace)];
      return settled.turn(key, inputs, context, async (watched) =>
        new JobTurn(key, job, memory, watched).run(await claimed(job, watched), mayAct),
      );
    },
  };

  function claimed(job: Job, { client }: ReconcileContext): Promise<readonly Pod[]> {
    const { namespace, name = "" } = job.metadata ?? {};
    return claim({
      client,
      resource: "pods",
      owner: job,
      ref: controllerRef(job, "batch/v1", KIND),
      selector: labelSelector(job.spec?.selector),
      informer: pods,
      finalizer: TRACKING,
      recheck: () => client.get("jobs", namespace, name),
    });
  }
}

/** Someone else's: it is left alone (k8s: managedByExternalController). */
const isManagedElsewhere = ({ spec }: Job): boolean => spec?.managedBy !== undefined && spec.managedBy !== "kubernetes.io/job-controller";
