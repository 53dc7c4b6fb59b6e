import type { ImageContents } from "../runtime/index.ts";
import { BASH_COMPLETION, BASH_COMPLETION_FILE, binFiles } from "../shell/index.ts";
import { debianFiles } from "./base.ts";
import { unitFiles } from "./machine-units.ts";

/** What is installed on a machine of the cluster, around its containers: Debian, and what one looks into a runtime with. */
export const machineContents: ImageContents = {
  config: {},
  files: {
    ...debianFiles("debian", "12", "bookworm", [
      "procps",
      "iproute2",
      "iputils-ping",
      "curl",
      "less",
      "jq",
      "lsof",
      "psmisc",
      "sudo",
      "vim",
      "nano",
    ]),
    ...binFiles(["crictl", "ctr"], "/usr/local/bin"),
    ...binFiles(["systemctl", "journalctl"], "/usr/bin"),
    [BASH_COMPLETION_FILE]: BASH_COMPLETION,
    "/root/.bashrc": `. ${BASH_COMPLETION_FILE}\n`,
    "/lib": { link: "usr/lib" },
    ...unitFiles,
    "/etc/sysctl.d": { directory: true, mode: 0o755 },
    "/etc/modules-load.d": { directory: true, mode: 0o755 },
    "/etc/crictl.yaml": "runtime-endpoint: unix:///run/containerd/containerd.sock\n",
    "/etc/hosts": "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n",
    "/etc/sudoers": {
      text: "Defaults\tenv_reset\nroot\tALL=(ALL:ALL) ALL\n%sudo\tALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n",
      mode: 0o440,
    },
    "/var/lib/kubelet": { directory: true },
    "/mnt": { directory: true },
    "/opt": { directory: true },
    "/srv": { directory: true },
    "/run": { directory: true },
    "/var/tmp": { directory: true, mode: 0o1777 },
  },
};
