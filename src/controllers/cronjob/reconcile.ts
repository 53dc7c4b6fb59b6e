import type { CronJob, CronJobStatus, Job } from "../../api/index.ts";
import type { Change, Controller, ReconcileContext } from "../../client/index.ts";
import { CronError, type CronSchedule, goQuote, isAlreadyExists, isNotFound, parseCron, zoneOffset } from "../../machinery/index.ts";
import { rfc1123z, rfc3339 } from "../../sim/index.ts";
import type { ControllerContext } from "../context.ts";
import { finishedCondition } from "../jobs.ts";
import { controllerOf, ownerKey } from "../owners.ts";
import { isNamespaceTerminating, messageOf } from "../refusals.ts";
import { createSettled } from "../settled.ts";
import { afterFinished, beyondHistory, due, isActive, jobFor, jobName, nextLook, withActive, withoutActive } from "./decide.ts";

const NOTHING: CronJobStatus = {};

/** Makes a job whenever a schedule comes, and keeps a few that are over (k8s: pkg/controller/cronjob). */
export function createCronJobController({ informers, clock, recorder }: ControllerContext): Controller {
  const cronJobs = informers.of("cronjobs");
  const jobs = informers.of("jobs");
  const events = recorder("cronjob-controller");
  /** A new schedule begins with its next start: what it would have started before is not made up for. */
  const heldUntil = new Map<string, number>();
  const settled = createSettled(clock);

  const ownKeys = ({ key, object, old }: Change<CronJob>): readonly string[] => {
    if (!object) settled.forget(key);
    if (!object) heldUntil.delete(key);
    else if (old && (old.spec.schedule !== object.spec.schedule || old.spec.timeZone !== object.spec.timeZone)) {
      const schedule = scheduleOf(object);
      const wait = "problem" in schedule ? undefined : nextLook(object, clock.now(), schedule);
      if (wait !== undefined && wait > 0) heldUntil.set(key, clock.now() + wait);
    }
    return [key];
  };

  /** One turn: what was read, and the status as it becomes. */
  class Turn {
    status: CronJobStatus;
    cronJob: CronJob;
    readonly #key: string;
    readonly #context: ReconcileContext;

    constructor(key: string, cronJob: CronJob, context: ReconcileContext) {
      this.#key = key;
      this.cronJob = cronJob;
      this.status = cronJob.status ?? NOTHING;
      this.#context = context;
    }

    say(type: "Normal" | "Warning", reason: string, message: string): undefined {
      events.event(this.cronJob, type, reason, message, this.#context.causes);
    }

    async delete(job: Pick<Job, "metadata">): Promise<boolean> {
      const { namespace, name = "", uid = "" } = job.metadata ?? {};
      try {
        await this.#context.client.delete("jobs", namespace, name, { propagationPolicy: "Background" });
      } catch (error) {
        this.say("Warning", "FailedDelete", `Deleted job: ${messageOf(error)}`);
        return false;
      }
      this.status = withoutActive(this.status, uid);
      this.say("Normal", "SuccessfulDelete", `Deleted job ${name}`);
      return true;
    }

    /** Brings the list of active jobs up to what there is. */
    async observe(own: readonly Job[]): Promise<void> {
      const { client } = this.#context;
      const { namespace, name = "" } = this.cronJob.metadata ?? {};
      for (const job of own) {
        const uid = job.metadata?.uid ?? "";
        const finished = finishedCondition(job);
        if (finished) {
          if (isActive(this.status, uid)) {
            this.say("Normal", "SawCompletedJob", `Saw completed job: ${job.metadata?.name}, condition: ${finished.type}`);
          }
          this.status = afterFinished(this.status, job);
        } else if (!isActive(this.status, uid)) {
          const fresh = await client.get("cronjobs", namespace, name);
          if (isActive(fresh.status ?? {}, uid)) {
            this.cronJob = fresh;
            this.status = fresh.status ?? NOTHING;
          } else this.say("Warning", "UnexpectedJob", `Saw a job that the controller did not create or forgot: ${job.metadata?.name}`);
        }
      }
      const present = new Set(own.map((j) => j.metadata?.uid));
      for (const { namespace: where, name: job = "", uid = "" } of this.status.active ?? []) {
        if (present.has(uid)) continue;
        try {
          await client.get("jobs", where, job);
        } catch (error) {
          if (!isNotFound(error)) throw error;
          this.say("Normal", "MissingJob", `Active job went missing: ${job}`);
          this.status = withoutActive(this.status, uid);
        }
      }
    }

    /** Starts what is due; answers when to look again. */
    async start(): Promise<number | undefined> {
      const { cronJob } = this;
      const { schedule: text, suspend, startingDeadlineSeconds, concurrencyPolicy } = cronJob.spec;
      if (cronJob.metadata?.deletionTimestamp !== undefined || suspend) return;
      const now = clock.now();
      const schedule = scheduleOf(cronJob);
      if ("problem" in schedule) return this.say("Warning", schedule.reason, schedule.problem);
      const found = due({ ...cronJob, status: this.status }, now, schedule);
      if ("problem" in found) return this.say("Warning", "InvalidSchedule", `invalid schedule: ${text} : ${found.problem}`);
      const again = (): number | undefined => nextLook({ ...cronJob, status: this.status }, now, schedule);
      const scheduled = found.recent;
      if (scheduled === undefined) return again();
      const held = (heldUntil.get(this.#key) ?? 0) - now;
      if (held > 0) return held;
      heldUntil.delete(this.#key);
      if (found.missed === "many") {
        const advice = "Set or decrease .spec.startingDeadlineSeconds or check clock skew";
        this.say("Warning", "TooManyMissedTimes", `too many missed start times. ${advice}`);
      }
      if (startingDeadlineSeconds !== undefined && scheduled + startingDeadlineSeconds * 1000 < now) {
        this.say("Warning", "MissSchedule", `Missed scheduled time to start a job: ${rfc1123z(scheduled)}`);
        return again();
      }
      const name = jobName(cronJob, scheduled);
      if (this.status.active?.some((r) => r.name === name) || this.status.lastScheduleTime === rfc3339(scheduled)) return again();
      if (concurrencyPolicy === "Forbid" && (this.status.active?.length ?? 0) > 0) {
        const why = "because prior execution is running and concurrency policy is Forbid";
        this.say("Normal", "JobAlreadyActive", `Not starting job ${why}`);
        return again();
      }
      if (concurrencyPolicy === "Replace") await this.#replace();
      const job = await this.#create(scheduled);
      if (!job) return;
      this.status = { ...withActive(this.status, job), lastScheduleTime: rfc3339(scheduled) };
      return again();
    }

    async #replace(): Promise<void> {
      for (const { namespace = "", name = "" } of this.status.active ?? []) {
        const job = await this.#context.client.get("jobs", namespace, name).catch((error: unknown) => {
          this.say("Warning", "FailedGet", `Get job: ${messageOf(error)}`);
          throw error;
        });
        if (!(await this.delete(job))) throw new Error(`could not replace job ${namespace}/${name}`);
      }
    }

    /** The job of that start, be it one that an earlier turn made and could not note; undefined when it is not ours, or noted. */
    async #create(scheduled: number): Promise<Job | undefined> {
      const { client } = this.#context;
      const wanted = jobFor(this.cronJob, scheduled);
      const { namespace, name = "" } = wanted.metadata ?? {};
      try {
        const job = await client.create("jobs", wanted);
        this.say("Normal", "SuccessfulCreate", `Created job ${name}`);
        return job;
      } catch (error) {
        if (isAlreadyExists(error)) {
          const job = await client.get("jobs", namespace, name);
          const ours = controllerOf(job)?.uid === this.cronJob.metadata?.uid;
          return ours && !isActive(this.status, job.metadata?.uid ?? "") ? job : undefined;
        }
        if (!isNamespaceTerminating(error)) this.say("Warning", "FailedCreate", `Error creating job: ${messageOf(error)}`);
        throw error;
      }
    }
  }

  return {
    name: "cronjob",
    watches: [
      { resource: "cronjobs", keys: (change) => ownKeys(change as Change<CronJob>) },
      {
        resource: "jobs",
        keys: ({ object, old }) => [
          ...new Set(
            [ownerKey(old as Job | undefined, "CronJob"), ownerKey(object as Job | undefined, "CronJob")].filter((k) => k !== undefined),
          ),
        ],
      },
    ],
    async reconcile(key, context) {
      const cronJob = cronJobs.get(key);
      if (!cronJob) return;
      const own = jobs.by("owner", cronJob.metadata?.uid ?? "");
      return settled.turn(key, [cronJob, ...own], context, (watched) => sync(key, cronJob, own, watched));
    },
  };

  async function sync(key: string, cronJob: CronJob, own: readonly Job[], context: ReconcileContext): Promise<number | undefined> {
    const turn = new Turn(key, cronJob, context);
    for (const job of beyondHistory(cronJob, own)) await turn.delete(job);
    let failure: unknown;
    let again: number | undefined;
    try {
      await turn.observe(own);
      again = await turn.start();
    } catch (error) {
      failure = error;
    }
    const { status } = turn;
    // What the turn found out stands, whether or not it could start anything.
    if (status !== (turn.cronJob.status ?? NOTHING)) await context.client.update("cronjobs", { ...turn.cronJob, status }, "status");
    if (failure !== undefined) throw failure;
    return again;
  }
}

interface Unusable {
  readonly reason: string;
  readonly problem: string;
}

function scheduleOf({ spec }: CronJob): CronSchedule | Unusable {
  const { schedule: text, timeZone } = spec;
  try {
    // The API has seen to both; but a platform's time zones are not another's.
    if (timeZone !== undefined) zoneOffset(0, timeZone);
    return parseCron(text);
  } catch (error) {
    if (error instanceof RangeError)
      return { reason: "UnknownTimeZone", problem: `invalid timeZone: ${goQuote(timeZone ?? "")}: unknown time zone ${timeZone}` };
    if (!(error instanceof CronError)) throw error;
    return { reason: "UnparseableSchedule", problem: `unparseable schedule: ${goQuote(text)} : ${error.message}` };
  }
}
