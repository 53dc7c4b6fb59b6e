import { BASH_COMPLETION, BASH_COMPLETION_FILE } from "../shell/index.ts";
import { BASH_PROFILE, BASHRC, HOME, USER } from "./home.ts";

/** A file of the root image; runtime's ImageFile fits it. */
export type WorkstationFile =
  | string
  | { readonly program: string; readonly mode?: number }
  | { readonly text: string; readonly mode?: number; readonly uid?: number }
  | { readonly hold: true; readonly mode?: number }
  | { readonly link: string }
  | { readonly directory: true; readonly mode?: number; readonly uid?: number };

/** What the learner's computer knows of names, before there are machines. */
export const HOSTS = "127.0.0.1\tlocalhost timonel\n";

/** The root file system of the learner's computer. `bin` is the shell's own: `/bin/*`. */
export function workstationImage(
  kubeconfig: string,
  bin: Readonly<Record<string, WorkstationFile>>,
): Readonly<Record<string, WorkstationFile>> {
  const own = (text: string, mode = 0o644): WorkstationFile => ({ text, mode, uid: 1000 });
  return {
    ...bin,
    "/usr/local/bin/kubectl": { program: "kubectl", mode: 0o755 },
    "/usr/bin/docker": { program: "docker", mode: 0o755 },
    "/etc/passwd": `root:x:0:0:root:/root:/bin/bash\n${USER}:x:1000:1000:Learner:${HOME}:/bin/bash\n`,
    "/etc/group": `root:x:0:\n${USER}:x:1000:\n`,
    "/etc/hostname": "timonel\n",
    "/etc/hosts": HOSTS,
    "/etc/os-release": 'NAME="Timonel"\nID=timonel\nPRETTY_NAME="Timonel workstation"\n',
    [BASH_COMPLETION_FILE]: BASH_COMPLETION,
    "/root": { directory: true, mode: 0o700 },
    "/tmp": { directory: true, mode: 0o1777 },
    "/var/tmp": { directory: true, mode: 0o1777 },
    [HOME]: { directory: true, mode: 0o755, uid: 1000 },
    [`${HOME}/.kube`]: { directory: true, mode: 0o755, uid: 1000 },
    [`${HOME}/.kube/config`]: own(kubeconfig, 0o600),
    [`${HOME}/.bashrc`]: own(BASHRC),
    [`${HOME}/.bash_profile`]: own(BASH_PROFILE),
  };
}
