export { startScheduler } from "./scheduler.ts";
export type { RunningScheduler } from "./scheduler.ts";
export type { Decision } from "./cycle.ts";
export { fitError } from "./fit-error.ts";
export { checkConfiguration } from "./configuration.ts";
export type { KubeSchedulerConfiguration } from "./configuration.ts";
export type { Advice } from "./advice/advise.ts";
export type { PodInfo } from "./types.ts";
