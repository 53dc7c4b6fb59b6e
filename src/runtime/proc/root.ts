import { procRoot, type ProcSource, RELEASE } from "../files/proc.ts";
import { createNode, type Node } from "../files/node.ts";
import { Tree } from "../files/tree.ts";
import type { MountPoint } from "../files/walk.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Box } from "../kernel/process.ts";
import { OF_PROCESS, processEntry } from "./process.ts";
import type { Sysctls } from "./sysctl.ts";
import { FILESYSTEMS, statFile, sysctlRows, sysRows } from "./system.ts";
import { virtualFile, virtualTree } from "./tree.ts";

/** What a container may not change (runc: specconv ReadonlyPaths), and may not see (MaskedPaths) unless it is privileged. */
const READ_ONLY = ["/proc/sys"];
const INTERFACES = ["eth0", "lo"];

/** /proc, /dev and /sys as a container sees them. */
export function containerSystem(
  kernel: Kernel,
  box: Box,
  options: { readonly open: boolean; readonly writable: boolean; readonly sysctls: Sysctls; readonly shm: Tree },
): readonly MountPoint[] {
  const { namespace } = box;
  let parameters: Node | undefined;
  const proc = new Tree("proc", kernel, {
    root: () =>
      procRoot(source(kernel, box), {
        system: {
          sys: () => (parameters ??= virtualTree(sysctlRows(kernel, box, options.sysctls), 5000)),
          mounts: () => createNode(39, "symlink", 0o777, { target: "self/mounts", virtual: {} }),
          stat: () => virtualFile(40, { read: () => statFile(kernel) }),
          filesystems: () => virtualFile(41, { read: () => FILESYSTEMS }),
          cmdline: () => virtualFile(42, { read: () => "BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro\n" }),
          version: () => virtualFile(43, { read: () => `Linux version ${RELEASE} (simulated) #1 SMP\n` }),
        },
        ofProcess: OF_PROCESS,
        process: (pid, name) => processEntry(kernel, namespace, pid, name),
      }),
  });
  const sys = new Tree("sys", kernel, { root: () => virtualTree(sysRows(kernel, box, INTERFACES), 9000) });
  const readOnlySys = !options.writable;
  const points: MountPoint[] = [
    { path: "/proc", tree: proc, rel: [], readOnly: false, type: "proc" },
    { path: "/dev", tree: kernel.dev, rel: [], readOnly: false, type: "tmpfs", options: "nosuid,size=65536k,mode=755" },
    {
      path: "/dev/shm",
      tree: options.shm,
      rel: [],
      readOnly: false,
      type: "tmpfs",
      source: "shm",
      options: "nosuid,nodev,noexec,relatime,size=65536k",
    },
    { path: "/sys", tree: sys, rel: [], readOnly: readOnlySys, type: "sysfs" },
    { path: "/sys/fs/cgroup", tree: sys, rel: ["fs", "cgroup"], readOnly: readOnlySys, type: "cgroup2" },
  ];
  if (!options.open) for (const path of READ_ONLY) points.push({ path, tree: proc, rel: [path.slice(6)], readOnly: true, type: "proc" });
  return points;
}

function source(kernel: Kernel, box: Box): ProcSource {
  return kernel.procSource(box.namespace, () => box.table());
}
