import { RuntimeError, type ContainerConfig, type FileSystem } from "../types.ts";

/**
 * Profiles that a container asks for and its machine has not. AppArmor's are loaded into a kernel, which nothing here does,
 * so that none is there; seccomp's are files (containerd: sputil/apparmor_linux.go, contrib/seccomp WithProfile).
 */
export function checkProfiles({ seccomp, appArmor, privileged }: ContainerConfig, machine: () => FileSystem): void {
  if (appArmor !== undefined)
    throw new RuntimeError(
      "Unknown",
      `failed to get container spec opts: failed to generate apparmor spec opts: apparmor profile not found ${appArmor.localhost}`,
    );
  if (privileged || typeof seccomp !== "object" || machine().exists(seccomp.localhost)) return;
  const { localhost: path } = seccomp;
  throw new RuntimeError(
    "Unknown",
    `failed to create containerd container: cannot load seccomp profile ${JSON.stringify(path)}: open ${path}: no such file or directory`,
  );
}
