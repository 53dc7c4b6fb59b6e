import { loadCel } from "../machinery/index.ts";
export { createCluster } from "./cluster.ts";
export type { ClockedApi, Cluster, ClusterOptions } from "./cluster.ts";
export { presetNames, presetSummaries } from "./presets.ts";
export type { PresetName } from "./presets.ts";
export { applySegments, MemoryStorage, StorageError } from "./storage.ts";
export type { SandboxMeta, SandboxStorage, Segment, StoredBase, StoredSandbox } from "./storage.ts";
export { parseRequest } from "../apiserver/index.ts";
export { authorizationModes } from "../apiserver/index.ts";
export type { ApiResponse, AuthorizationMode, Duplex, PortForward, PortStream, UserInfo } from "../apiserver/index.ts";
export type { Authority } from "../pki/index.ts";
export { type AdmissionChoice, admissionProblems } from "../apiserver/index.ts";
export type { LessonClusters } from "./lesson-host.ts";
export type {
  Block,
  CheckView,
  LessonFiles,
  Lesson,
  LessonView,
  Player,
  Playing,
  Problem,
  Prose,
  ProseByLocale,
  QuizView,
  Saved,
  StepProse,
  StepView,
} from "../lessons/index.ts";
/** The lessons' engine, and what its expressions are written in: chunks of their own, for those who play one. */
export const loadLessons = () => loadCel().then(() => import("./lessons.ts"));
