export { startScheduler } from "./scheduler.ts";
export type { RunningScheduler, SchedulerOptions } from "./scheduler.ts";
export type { Decision } from "./cycle.ts";
export { fitError } from "./fit-error.ts";
