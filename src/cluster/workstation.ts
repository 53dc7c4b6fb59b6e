import type { Api, UserInfo } from "../apiserver/index.ts";
import type { Authority } from "../pki/index.ts";
import { createHost, loadLater, type Program, type Programs, type ThawingStack } from "../runtime/index.ts";
import { binFiles, shellPrograms, utilityNames } from "../shell/index.ts";
import type { Clock, Persistent, Random } from "../sim/index.ts";
import { apiAs } from "./client-identity.ts";
import { createWorkstation, dockerProgram, type DockerEngine, HOSTS, type Workstation, workstationImage } from "../workstation/index.ts";

const SERVER = "https://127.0.0.1:6443";
const ADMIN: UserInfo = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
/** The learner's own credential. It opens nothing but this sandbox. */
const TOKEN = "timonel-learner";

/** The learner's computer, on a kernel of its own, with kubectl that reaches this cluster. */
export function createLearnersComputer(options: {
  readonly api: Api;
  readonly authority: () => Authority;
  readonly clock: Clock;
  readonly random: Random;
  readonly persistent: boolean;
  readonly kubectlLatencyMs: number;
  readonly network: () => ThawingStack | undefined;
  /** What runs containers beside the prompt, once there is one. */
  readonly docker: () => DockerEngine | undefined;
}): Persistent & {
  readonly workstation: Workstation;
  /** Writes the machines' addresses where it looks names up. */
  knows(machines: ReadonlyMap<string, string>): void;
} {
  const { api, clock, random, persistent, network } = options;
  const kubectl = {
    startMs: options.kubectlLatencyMs,
    connect(config: Parameters<typeof apiAs>[1] & { readonly server: string }) {
      if (config.server !== SERVER) {
        const host = config.server.replace(/^https?:\/\//, "");
        throw new Error(`dial tcp ${host.includes(":") ? host : `${host}:443`}: connect: connection refused`);
      }
      if (config.pair || (config.user as { token?: string }).token !== TOKEN) return apiAs(options, config);
      const as = <T extends object>(request: T) => ({ ...request, user: ADMIN });
      return {
        handle: (request: Parameters<Api["handle"]>[0]) => api.handle(as(request)),
        connect: (request: Parameters<Api["connect"]>[0]) => api.connect(as(request)),
        forward: (request: Parameters<Api["forward"]>[0]) => api.forward(as(request)),
      };
    },
  };
  const bin = binFiles([...utilityNames, "bash", "sh"], "/bin");
  const programs: Programs = {
    ...shellPrograms,
    docker: dockerProgram(options.docker),
    kubectl: loadLater(async () => (await import("../kubectl/index.ts")).createKubectl(kubectl) as Program),
  };
  const files = workstationImage(
    {
      context: "kubernetes-admin@kubernetes",
      cluster: "kubernetes",
      user: "kubernetes-admin",
      server: SERVER,
      credentials: { token: TOKEN },
    },
    bin,
  );
  const host = createHost({
    name: "workstation",
    clock,
    random,
    programs,
    hardware: { cpus: 4, memory: 8 * 2 ** 30 },
    network,
    files,
    user: { uid: 1000, gid: 1000, groups: [1000] },
    persistent,
    keepProcesses: false,
  });
  return {
    name: host.persistent.name,
    drain: () => host.persistent.drain(),
    restore: (records) => host.persistent.restore(records),
    workstation: createWorkstation({ host }),
    knows(machines) {
      const text = `${HOSTS}${[...machines].map(([name, address]) => `${address}\t${name}\n`).join("")}`;
      if (host.fs.readText("/etc/hosts") !== text) host.fs.writeFile("/etc/hosts", text);
    },
  };
}
