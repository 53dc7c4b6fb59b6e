import type { ImageContents } from "../../runtime/index.ts";
import { machineContents } from "../machine.ts";
import { packageFiles } from "../base.ts";
import { ETCD, RELEASE } from "./release.ts";

/** What a machine of a kubeadm cluster has besides: Kubernetes' packages, and tools that administrators put there. */
export const workerContents: ImageContents = {
  config: {},
  files: {
    ...machineContents.files,
    ...packageFiles(["openssl", "net-tools", "bind-tools"]),
    "/usr/bin/kubectl": { program: "pod-kubectl" },
    "/usr/bin/kubeadm": { program: "kubeadm" },
    "/usr/bin/apt": { program: "machine-apt" },
    "/usr/bin/apt-get": { program: "machine-apt" },
    "/usr/bin/apt-cache": { program: "machine-apt-cache" },
    "/usr/bin/apt-mark": { program: "machine-apt-mark" },
    "/etc/apt/sources.list.d/kubernetes.list":
      "deb [signed-by=/etc/apt/keyrings/kubernetes-apt-keyring.gpg] https://pkgs.k8s.io/core:/stable:/v1.36/deb/ /\n",
    "/var/lib/apt/extended_holds": "kubeadm\nkubectl\nkubelet\n",
    "/usr/local/lib/kubernetes/kubeadm": `${RELEASE}\n`,
    "/usr/local/lib/kubernetes/kubectl": `${RELEASE}\n`,
    "/usr/local/lib/kubernetes/kubelet": `${RELEASE}\n`,
    // The package makes it, so that nobody has to.
    "/etc/kubernetes/manifests": { directory: true, mode: 0o755 },
  },
};

export const controlPlaneContents: ImageContents = {
  config: {},
  files: {
    ...workerContents.files,
    "/usr/local/bin/etcdctl": { program: "etcdctl" },
    "/usr/local/bin/etcdutl": { program: "etcdutl" },
    "/usr/local/lib/etcd/build": `${ETCD.replace(/-.*/, "")}\n`,
    "/var/lib/etcd": { directory: true, mode: 0o700 },
  },
};
