import { readIfThere } from "./process.ts";
import type { Program } from "../runtime/index.ts";

const VERSIONS: Readonly<Record<string, string>> = {
  kubelet: "Kubernetes v1.36.2\n",
  "kube-proxy": "Kubernetes v1.36.2\n",
  containerd: "containerd github.com/containerd/containerd/v2 v2.1.4 75cb2b7193e4e490e9fbdc236c0e811ccaba3376\n",
};

/** A machine's daemons when somebody runs them by hand: only the machine's manager makes them do what they do. */
const byHand =
  (name: string): Program =>
  async (proc) => {
    const patch = name === "kubelet" ? readIfThere(proc, "/usr/local/lib/kubernetes/kubelet")?.trim() : undefined;
    const version = patch === undefined ? VERSIONS[name] : `Kubernetes v${patch}\n`;
    if (version !== undefined && ["--version", "-v"].includes(proc.argv[1] ?? "")) {
      await proc.stdout.write(version);
      return 0;
    }
    await proc.stderr.write(`${name}: this simulator runs it as a unit of systemd only\n`);
    return 1;
  };

export const machinePrograms: Readonly<Record<string, Program>> = Object.fromEntries(
  ["kubelet", "kube-proxy", "containerd", "containerd-shim", "sshd"].map((name) => [name, byHand(name)]),
);
