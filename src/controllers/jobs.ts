import type { Job, JobCondition } from "../api/index.ts";

/** The condition Complete or Failed of a job that is over (k8s: jobutil.FinishedCondition). */
export function finishedCondition({ status }: Job): JobCondition | undefined {
  return status?.conditions?.find((c) => (c.type === "Complete" || c.type === "Failed") && c.status === "True");
}
