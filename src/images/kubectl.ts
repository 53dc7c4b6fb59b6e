import type { KubectlOptions } from "../kubectl/index.ts";
import { type LaterImage, type LaterProgram, loadLater, type Program } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE, BOOKWORM } from "./layers.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
const TAGS = ["1.36.2", "1.36.1", "1.36.0", "1.36"];

/** kubectl in a pod: the one release that there is. With its service account's token it is whom RBAC says. */
export const kubectlImages: readonly LaterImage[] = [
  ...["docker.io/bitnami/kubectl", "docker.io/bitnamilegacy/kubectl"].map((repository) =>
    laterImage({
      repository,
      tags: ["latest", ...TAGS],
      size: 102_000_000,
      base: BOOKWORM,
      on: "debian",
      packages: ["curl"],
      config: { entrypoint: ["kubectl"], cmd: ["--help"], user: "1001", env: { PATH: `/opt/bitnami/kubectl/bin:${PATH}` } },
      files: { "/opt/bitnami/kubectl/bin/kubectl": { program: "pod-kubectl" } },
    }),
  ),
  laterImage({
    repository: "registry.k8s.io/kubectl",
    tags: TAGS.map((tag) => `v${tag}`),
    size: 21_500_000,
    config: { entrypoint: ["/bin/kubectl"], env: { PATH } },
    files: { "/bin/kubectl": { program: "pod-kubectl" } },
  }),
  laterImage({
    repository: "docker.io/rancher/kubectl",
    tags: TAGS.map((tag) => `v${tag}`),
    size: 19_500_000,
    config: { entrypoint: ["/bin/kubectl"], user: "1000", env: { PATH } },
    files: { "/bin/kubectl": { program: "pod-kubectl" } },
  }),
  laterImage({
    repository: "docker.io/alpine/k8s",
    tags: TAGS,
    size: 264_000_000,
    base: ALPINE,
    on: "alpine",
    packages: ["bash", "curl"],
    config: { cmd: ["bash"], workingDir: "/apps", env: { PATH } },
    files: { "/usr/bin/kubectl": { program: "pod-kubectl" }, "/apps": { directory: true } },
  }),
];

export const kubectlPrograms = (link: Pick<KubectlOptions, "connect"> | undefined): Readonly<Record<string, LaterProgram>> => ({
  "pod-kubectl": loadLater(async () => {
    const { createKubectl } = await import("../kubectl/index.ts");
    const connect: KubectlOptions["connect"] = (config, proc) => {
      if (link) return link.connect(config, proc);
      throw new Error("dial tcp: lookup kubernetes.default: no such host");
    };
    const kubectl: Program = async (proc) => {
      // What the server has answered is in no journal: it is not asked twice for what may have been a change.
      if (proc.restored !== undefined) {
        await proc.stderr.write("error: the connection to the server was lost while the sandbox was reloaded\n");
        return 1;
      }
      proc.checkpoint({ asking: true });
      const cause = (what: string, _: number, pid: number) => ({ kind: "process" as const, machine: proc.hostname, pid, what });
      return (createKubectl({ connect, cause }) as Program)(proc);
    };
    return kubectl;
  }),
});
