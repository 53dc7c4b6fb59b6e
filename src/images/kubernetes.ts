import { type LaterImage, type LaterProgram, loadLater } from "../runtime/index.ts";
import type { ControlPlaneLink } from "./kubernetes/link.ts";
import { COMPONENTS, PATCHES } from "./kubernetes/release.ts";
import { laterImage } from "./later-image.ts";

const MEGABYTES = { "kube-apiserver": 27, "kube-controller-manager": 23, "kube-scheduler": 17 } as const;

/** Kubernetes' own, as kubeadm runs them: one image for each patch, so that it can say which one it is. */
export const kubernetesImages: readonly LaterImage[] = COMPONENTS.flatMap((name) =>
  PATCHES.map((version) =>
    laterImage({
      repository: `registry.k8s.io/${name}`,
      tags: [`v${version}`],
      size: MEGABYTES[name] * 1_000_000,
      config: { env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" } },
      files: { [`/usr/local/bin/${name}`]: { program: name }, "/usr/local/lib/kubernetes/version": `${version}\n` },
    }),
  ),
);

export const kubernetesPrograms = (link: ControlPlaneLink | undefined): Readonly<Record<string, LaterProgram>> => ({
  "kube-apiserver": loadLater(async () => (await import("./kubernetes/api-server.ts")).apiServer(link)),
  "kube-controller-manager": loadLater(async () =>
    (await import("./kubernetes/clients.ts")).controlPlaneClient("kube-controller-manager", link),
  ),
  "kube-scheduler": loadLater(async () => (await import("./kubernetes/clients.ts")).controlPlaneClient("kube-scheduler", link)),
  "machine-apt": loadLater(async () => (await import("./kubernetes/packages.ts")).machineApt),
  "machine-apt-cache": loadLater(async () => (await import("./kubernetes/packages.ts")).aptCache),
  "machine-apt-mark": loadLater(async () => (await import("./kubernetes/packages.ts")).aptMark),
  kubeadm: loadLater(async () => (await import("./kubeadm/main.ts")).kubeadm),
  etcd: loadLater(async () => (await import("./etcd/cluster-etcd.ts")).etcdFor(link)),
});
