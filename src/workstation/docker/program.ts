import { type LaterProgram, loadLater } from "../../runtime/index.ts";
import type { DockerEngine } from "./engine.ts";
import type { Containers } from "./run.ts";

/** The docker command, fetched when it is first run. `engine` is asked at each use. */
export function dockerProgram(engine: () => DockerEngine | undefined): LaterProgram {
  const containers: Containers = new Map();
  return loadLater(async () => (await import("./main.ts")).createDocker(engine, containers));
}
