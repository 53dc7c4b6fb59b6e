import type { Job, JobCondition, Pod } from "../../api/index.ts";
import type { Client, EventRecorder, ReconcileContext } from "../../client/index.ts";
import { deepEqual, isNotFound } from "../../machinery/index.ts";
import { type Clock, rfc3339 } from "../../sim/index.ts";
import type { Expectations } from "../expectations.ts";
import { isPodReady } from "../pods.ts";
import { isNamespaceTerminating, messageOf } from "../refusals.ts";
import { slowStart } from "../replicaset/slow-start.ts";
import type { Failures } from "./backoff.ts";
import { type Plan, plan } from "./plan.ts";
import { hasFinalizer, podFor, TRACKING } from "./pods.ts";
import { countFreed, type Draft, draftOf, newCondition, setCondition, statusOf } from "./status.ts";
import { deadlineLeft, type Survey, survey } from "./survey.ts";
import { account, isSuccess } from "./tracking.ts";

/** What the controller remembers from turn to turn. */
export interface Memory {
  readonly clock: Clock;
  readonly events: EventRecorder;
  readonly expectations: Expectations;
  /** By job: its failures in a row. */
  readonly failures: Map<string, Failures>;
  /** By job: UIDs of pods whose finalizers are gone, while the cache still shows them. */
  readonly freed: Map<string, Set<string>>;
}

export async function freePod(client: Client, pod: Pod): Promise<void> {
  const { namespace, name = "", uid } = pod.metadata ?? {};
  const metadata = { uid, "$deleteFromPrimitiveList/finalizers": [TRACKING] };
  try {
    await client.patch("pods", namespace, name, "strategic", { metadata });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}

/** One look at one job (k8s: job_controller.go syncJob). */
export class JobTurn {
  readonly #key: string;
  readonly #memory: Memory;
  readonly #context: ReconcileContext;
  readonly #time: string;
  readonly #draft: Draft;
  #job: Job;
  #failure: unknown;
  #wait: number | undefined;

  constructor(key: string, job: Job, memory: Memory, context: ReconcileContext) {
    this.#key = key;
    this.#job = job;
    this.#memory = memory;
    this.#context = context;
    this.#time = rfc3339(memory.clock.now());
    this.#draft = draftOf(job.status);
  }

  /** Answers when to look again. */
  async run(pods: readonly Pod[], mayAct: boolean): Promise<number | undefined> {
    const { clock, failures, freed } = this.#memory;
    const draft = this.#draft;
    const now = clock.now();
    if (!this.#job.spec?.suspend) draft.startTime ??= this.#time;
    const job = { ...this.#job, status: { ...this.#job.status, ...(draft.startTime ? { startTime: draft.startTime } : {}) } };
    const gone = freed.get(this.#key) ?? new Set<string>();
    const found = survey(job, pods, gone, failures.get(this.#key), now);
    draft.active = found.active.length;
    draft.ready = found.ready;
    draft.terminating = found.terminating.length;
    const verdict = found.verdict ? await this.#end(found, mayAct) : await this.#goOn(found, mayAct, now);
    await this.#track(found, gone, verdict);
    if (this.#failure !== undefined) throw this.#failure;
    const deadline = verdict ? undefined : deadlineLeft(job, now);
    const waits = [deadline, this.#wait].filter((w) => w !== undefined);
    return waits.length > 0 ? Math.min(...waits) : undefined;
  }

  #say(type: "Normal" | "Warning", reason: string, message: string): void {
    this.#memory.events.event(this.#job, type, reason, message, this.#context.causes);
  }

  /** The job is decided: what still runs goes, and is counted before it does. */
  async #end({ active, verdict }: Survey, mayAct: boolean): Promise<JobCondition | undefined> {
    const deleted = await this.#delete(active);
    // Not the end yet while pods may be missing from the cache or would not go.
    return deleted === active.length && mayAct ? verdict : undefined;
  }

  async #goOn(found: Survey, mayAct: boolean, now: number): Promise<JobCondition | undefined> {
    const { spec, metadata } = this.#job;
    const draft = this.#draft;
    const manages = mayAct && metadata?.deletionTimestamp === undefined;
    if (manages) await this.#carryOut(plan(this.#job, found, now), found);
    const enough = spec?.completions === undefined ? found.succeeded > 0 : found.succeeded >= spec.completions;
    if (enough && draft.active === 0)
      return newCondition("SuccessCriteriaMet", "CompletionsReached", "Reached expected number of succeeded pods", this.#time);
    if (!manages) return undefined;
    if (spec?.suspend) {
      if (setCondition(draft, newCondition("Suspended", "JobSuspended", "Job suspended", this.#time))) {
        draft.startTime = undefined;
        this.#say("Normal", "Suspended", "Job suspended");
      }
    } else if (setCondition(draft, newCondition("Suspended", "JobResumed", "Job resumed", this.#time, "False"))) {
      this.#say("Normal", "Resumed", "Job resumed");
    }
    return undefined;
  }

  async #carryOut(action: Plan, found: Survey): Promise<void> {
    switch (action.kind) {
      case "nothing":
        return;
      case "wait":
        this.#wait = action.ms;
        return;
      case "create":
        return this.#create(action.indexes, found);
      case "delete":
        this.#memory.expectations.expectDeletions(
          this.#key,
          action.pods.map((p) => p.metadata?.uid ?? ""),
        );
        await this.#delete(action.pods, true);
    }
  }

  async #create(indexes: readonly (number | undefined)[], { delayed }: Survey): Promise<void> {
    const { expectations } = this.#memory;
    const pods = indexes.map((i) => podFor(this.#job, i, i === undefined ? undefined : delayed.get(i)));
    expectations.expectCreations(this.#key, pods.length);
    let next = 0;
    const { skipped, error } = await slowStart(pods.length, async () => {
      try {
        const created = await this.#context.client.create("pods", pods[next++] as Pod);
        this.#draft.active++;
        this.#say("Normal", "SuccessfulCreate", `Created pod: ${created.metadata?.name}`);
      } catch (e) {
        expectations.creationObserved(this.#key);
        if (isNamespaceTerminating(e)) return;
        this.#say("Warning", "FailedCreate", `Error creating: ${messageOf(e)}`);
        throw e;
      }
    });
    for (let i = 0; i < skipped; i++) expectations.creationObserved(this.#key);
    this.#failure ??= error;
  }

  /** How many of them went. `uncounted`: they were surplus, so nobody is to count them as failed. */
  async #delete(pods: readonly Pod[], uncounted = false): Promise<number> {
    const { client } = this.#context;
    const draft = this.#draft;
    let deleted = 0;
    await Promise.all(
      pods.map(async (pod) => {
        const { namespace, name = "", uid = "" } = pod.metadata ?? {};
        try {
          if (uncounted && hasFinalizer(pod)) await freePod(client, pod);
          await client.delete("pods", namespace, name, { preconditions: { uid } });
          this.#say("Normal", "SuccessfulDelete", `Deleted pod: ${name}`);
        } catch (e) {
          this.#memory.expectations.deletionObserved(this.#key, uid);
          if (!isNotFound(e)) {
            this.#say("Warning", "FailedDelete", `Error deleting: ${messageOf(e)}`);
            this.#failure ??= e;
            return;
          }
        }
        deleted++;
        if (isPodReady(pod)) draft.ready--;
      }),
    );
    draft.active -= deleted;
    draft.terminating += deleted;
    return deleted;
  }

  /** Notes what is over, frees it, counts it, and ends the job when nothing is left to count. */
  async #track(found: Survey, gone: ReadonlySet<string>, verdict: JobCondition | undefined): Promise<void> {
    const draft = this.#draft;
    const { free, held, more } = account(this.#job, draft, found, gone, verdict);
    let end = verdict;
    if (verdict && (verdict.type === "FailureTarget" || verdict.type === "SuccessCriteriaMet")) {
      // Says how it will end before the pods that tell why may go.
      if (!draft.conditions.some((c) => c.type === verdict.type && c.status === "True")) setCondition(draft, verdict);
      end = newCondition(isSuccess(verdict) ? "Complete" : "Failed", verdict.reason ?? "", verdict.message ?? "", this.#time);
    }
    await this.#flush();
    this.#memory.failures.set(this.#key, found.failures);
    const left = new Set(held);
    await Promise.all(free.map(async (pod) => ((await this.#free(pod)) ? left.delete(pod.metadata?.uid ?? "") : false)));
    countFreed(draft, left);
    const open = more || draft.terminating > 0 || draft.uncounted.succeeded.length + draft.uncounted.failed.length > 0;
    if (!end || open) return this.#flush();
    setCondition(draft, end);
    if (end.type === "Complete") draft.completionTime = this.#time;
    await this.#flush();
    this.#announce(end);
  }

  async #free(pod: Pod): Promise<boolean> {
    const uid = pod.metadata?.uid ?? "";
    const { freed } = this.#memory;
    const known = freed.get(this.#key) ?? new Set<string>();
    freed.set(this.#key, known.add(uid));
    try {
      await freePod(this.#context.client, pod);
      return true;
    } catch (error) {
      known.delete(uid);
      this.#failure ??= error;
      return false;
    }
  }

  #announce(end: JobCondition): void {
    const { spec } = this.#job;
    if (end.type === "Failed") return this.#say("Warning", end.reason ?? "", end.message ?? "");
    if (spec?.completions !== undefined && this.#draft.succeeded > spec.completions)
      this.#say("Warning", "TooManySucceededPods", "Too many succeeded pods running after completion count reached");
    this.#say("Normal", "Completed", "Job completed");
  }

  async #flush(): Promise<void> {
    const status = statusOf(this.#draft);
    if (deepEqual(status, this.#job.status)) return;
    this.#job = await this.#context.client.update("jobs", { ...this.#job, status }, "status");
  }
}
