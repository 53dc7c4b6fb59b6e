import type { Api, UserInfo } from "../apiserver/index.ts";
import { base64Text } from "../machinery/index.ts";
import type { Authority } from "../pki/index.ts";
import { createHost, loadLater, type Program, type Programs, type ThawingStack } from "../runtime/index.ts";
import { binFiles, shellPrograms, utilityNames } from "../shell/index.ts";
import type { Clock, Persistent, Random } from "../sim/index.ts";
import {
  createWorkstation,
  dockerProgram,
  type DockerEngine,
  HOME,
  HOSTS,
  kubeconfigText,
  type Workstation,
  workstationImage,
} from "../workstation/index.ts";
import type { ApiFront } from "./api-front.ts";
import { API_PORT } from "./api-port.ts";
import { kubectlLink } from "./kubectl-link.ts";

const ADMIN: UserInfo = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
/** The learner's own credential until there is an authority. It opens nothing but this sandbox. */
const TOKEN = "timonel-learner";
const KUBECONFIG = `${HOME}/.kube/config`;
const YEAR = 365 * 24 * 3600 * 1000;

/** The learner's computer, on a kernel of its own, with kubectl that reaches this cluster. */
export function createLearnersComputer(options: {
  readonly api: Api;
  readonly clock: Clock;
  readonly random: Random;
  readonly persistent: boolean;
  readonly kubectlLatencyMs: number;
  readonly network: () => ThawingStack | undefined;
  /** What runs containers beside the prompt, once there is one. */
  readonly docker: () => DockerEngine | undefined;
  /** How the API server shows itself, once there is a control plane. */
  readonly front: () => ApiFront | undefined;
  /** Whether it listens. */
  readonly up: () => boolean;
}): Persistent & {
  readonly workstation: Workstation;
  /** Gives the administrator a certificate, as kubeadm does, where the learner has not changed the kubeconfig yet. */
  introduce(authority: Authority): void;
  /** Writes the machines' addresses where it looks names up. */
  knows(machines: ReadonlyMap<string, string>): void;
} {
  const { api, clock, random, persistent, network } = options;
  const config = (credentials: Readonly<Record<string, string>>, authorities?: string): string =>
    kubeconfigText({
      context: "kubernetes-admin@kubernetes",
      cluster: "kubernetes",
      user: "kubernetes-admin",
      server: `https://127.0.0.1:${API_PORT}`,
      credentials,
      ...(authorities !== undefined && { certificateAuthorityData: authorities }),
    });
  const first = config({ token: TOKEN });
  const link = kubectlLink({
    api,
    front: options.front,
    direct: (host, port) => port === API_PORT && (host === "127.0.0.1" || host === "localhost") && options.up(),
    known: (token) => (token === TOKEN ? ADMIN : undefined),
  });
  const kubectl = { startMs: options.kubectlLatencyMs, ...link };
  const bin = binFiles([...utilityNames, "bash", "sh"], "/bin");
  const programs: Programs = {
    ...shellPrograms,
    docker: dockerProgram(options.docker),
    kubectl: loadLater(async () => (await import("../kubectl/index.ts")).createKubectl(kubectl) as Program),
  };
  const files = workstationImage(first, bin);
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
    introduce(authority) {
      if (!host.fs.exists(KUBECONFIG) || host.fs.readText(KUBECONFIG) !== first) return;
      const now = clock.now();
      const { certificate, key } = authority.issue({
        subject: { commonName: ADMIN.name, organizations: ["system:masters"] },
        usages: ["digital signature", "key encipherment", "client auth"],
        notBefore: now - 300_000,
        notAfter: now + YEAR,
      });
      const credentials = { "client-certificate-data": base64Text(certificate), "client-key-data": base64Text(key) };
      host.fs.writeFile(KUBECONFIG, config(credentials, base64Text(authority.certificate)));
    },
    knows(machines) {
      const text = `${HOSTS}${[...machines].map(([name, address]) => `${address}\t${name}\n`).join("")}`;
      if (host.fs.readText("/etc/hosts") !== text) host.fs.writeFile("/etc/hosts", text);
    },
  };
}
