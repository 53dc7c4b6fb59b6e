import type { Controller } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import type { ControllerContext } from "../context.ts";
import { timeLeft } from "./decide.ts";

/** Deletes jobs when their ttlSecondsAfterFinished is over (k8s: pkg/controller/ttlafterfinished). */
export function createTtlAfterFinishedController({ informers, clock }: ControllerContext): Controller {
  const jobs = informers.of("jobs");
  return {
    name: "ttl-after-finished",
    watches: [{ resource: "jobs", keys: ({ key, object }) => (object ? [key] : []) }],
    async reconcile(key, { client }) {
      const job = jobs.get(key);
      const left = job && timeLeft(job, clock.now());
      if (!job || left === undefined || left > 0) return left;
      const { namespace, name = "" } = job.metadata ?? {};
      try {
        // The cache may be behind a change of the time to live.
        const fresh = await client.get("jobs", namespace, name);
        const still = timeLeft(fresh, clock.now());
        if (still === undefined || still > 0) return still;
        const { uid = "" } = fresh.metadata ?? {};
        await client.delete("jobs", namespace, name, { propagationPolicy: "Foreground", preconditions: { uid } });
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return undefined;
    },
  };
}
