export { createCluster } from "./cluster.ts";
export type { ClockedApi, Cluster, ClusterOptions } from "./cluster.ts";
export { presetNames } from "./presets.ts";
export type { PresetName } from "./presets.ts";
export { applySegments, MemoryStorage, StorageError } from "./storage.ts";
export type { SandboxMeta, SandboxStorage, Segment, StoredBase, StoredSandbox } from "./storage.ts";
export { parseRequest } from "../apiserver/index.ts";
export type { ApiResponse, Duplex } from "../apiserver/index.ts";
export { type AdmissionChoice, admissionProblems } from "../apiserver/index.ts";
