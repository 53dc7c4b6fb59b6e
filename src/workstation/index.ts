export type * from "./types.ts";
export { createWorkstation } from "./workstation.ts";
export type { WorkstationHost } from "./workstation.ts";
export { HOSTS, workstationImage } from "./image.ts";
export type { WorkstationFile } from "./image.ts";
export { HOME, kubeconfigText } from "./home.ts";
export type { DockerContainer, DockerEngine, MadeImage } from "./docker/engine.ts";
export { dockerProgram } from "./docker/program.ts";
