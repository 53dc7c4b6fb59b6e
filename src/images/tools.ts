import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import { laterImage } from "./later-image.ts";
import { ALPINE } from "./layers.ts";

const PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Names that courses pull and whose programs are not here: each says so when it runs. */
const REFUSED: readonly (readonly [repository: string, program: string, tags: readonly string[], size: number])[] = [
  ["docker.io/alpine/git", "git", ["latest", "2.49.1", "2.47.2", "v2.47.2", "2.45.2"], 33_000_000],
  ["registry.k8s.io/git-sync/git-sync", "git-sync", ["v4.4.2", "v4.4.0", "v4.3.0", "v4.2.3", "v4.0.0", "v3.6.5"], 26_000_000],
  ["docker.io/kubernetesui/dashboard", "dashboard", ["v2.7.0", "v2.6.1", "v2.5.0"], 75_800_000],
  ["docker.io/kiwigrid/k8s-sidecar", "k8s-sidecar", ["latest", "1.30.10", "1.28.0", "1.27.4"], 28_000_000],
  ["docker.io/stakater/reloader", "reloader", ["latest", "v1.4.8", "v1.2.0", "v1.0.63"], 26_000_000],
  [
    "quay.io/prometheus-operator/prometheus-config-reloader",
    "prometheus-config-reloader",
    ["v0.85.0", "v0.80.0", "v0.76.0", "v0.75.2", "v0.70.0", "v0.68.0"],
    15_000_000,
  ],
  ["ghcr.io/stakater/reloader", "reloader", ["latest", "v1.4.8", "v1.2.0", "v1.0.63"], 26_000_000],
];

export const toolImages: readonly LaterImage[] = [
  laterImage({
    repository: "docker.io/alpine/curl",
    tags: ["latest", "8.14.1", "8.12.1", "8.11.1", "8.9.1", "8.7.1"],
    size: 5_400_000,
    base: ALPINE,
    on: "alpine",
    packages: ["curl"],
    config: { entrypoint: ["curl"], env: { PATH } },
    files: {},
  }),
  ...["docker.io/jimmidyson/configmap-reload", "ghcr.io/jimmidyson/configmap-reload"].map((repository) =>
    laterImage({
      repository,
      tags: ["latest", "v0.15.0", "v0.14.0", "v0.13.1", "v0.12.0", "v0.9.0", "v0.8.0", "v0.5.0"],
      size: 5_000_000,
      config: { entrypoint: ["/configmap-reload"], user: "65534", exposedPorts: [9533], env: { PATH } },
      files: { "/configmap-reload": { program: "configmap-reload" } },
    }),
  ),
  ...REFUSED.map(([repository, program, tags, size]) =>
    laterImage({
      repository,
      tags,
      size,
      config: { entrypoint: [`/${program}`], env: { PATH } },
      files: { [`/${program}`]: { program: "not-simulated" } },
    }),
  ),
];

export const toolPrograms: Readonly<Record<string, LaterProgram>> = {
  "configmap-reload": loadLater(async () => (await import("./tools/configmap-reload.ts")).configmapReload),
};
