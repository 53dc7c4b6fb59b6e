import { app, ran } from "./containers.ts";
import type { Breakage } from "./types.ts";

const pulled = ran.slice(0, 2);

/** Profiles that a container is to run under and its node has not got. */
export const profiles: readonly Breakage[] = [
  {
    name: "it wants an AppArmor profile that its node has not loaded",
    source: "containerd internal/cri/sputil/apparmor_linux.go GenerateApparmorSpecOpts, container_create.go",
    pod: { containers: [app({ securityContext: { appArmorProfile: { type: "Localhost", localhostProfile: "deny-write" } } })] },
    seconds: 5,
    turns: [
      ["ContainerCreating", 0, 1],
      ["CreateContainerError", 0, 2],
    ],
    phase: "Pending",
    containers: [
      "app: waiting CreateContainerError: failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found deny-write",
    ],
    events: [
      ...pulled,
      "Warning Failed spec.containers{app}: Error: failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found deny-write",
    ],
  },
  {
    name: "it wants a seccomp profile that its node has not got",
    source: "containerd contrib/seccomp/seccomp.go WithProfile",
    pod: { containers: [app({ securityContext: { seccompProfile: { type: "Localhost", localhostProfile: "profiles/audit.json" } } })] },
    seconds: 5,
    turns: [
      ["ContainerCreating", 0, 1],
      ["CreateContainerError", 0, 2],
    ],
    phase: "Pending",
    containers: [
      'app: waiting CreateContainerError: failed to create containerd container: cannot load seccomp profile "/var/lib/kubelet/seccomp/profiles/audit.json": open /var/lib/kubelet/seccomp/profiles/audit.json: no such file or directory',
    ],
  },
];
