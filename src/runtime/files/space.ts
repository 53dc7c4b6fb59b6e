import type { FileSystemSpace } from "../types.ts";
import type { MountPoint } from "./walk.ts";

const BLOCK = 4096;
const NOTHING: FileSystemSpace = { bytes: 0, free: 0, files: 0, filesFree: 0 };
/** What is made up as it is read takes no room. */
const MADE_UP: readonly string[] = ["proc", "sysfs", "cgroup2", "mqueue"];

/** What the file system of a mount has: the machine's disk, or as much memory as it may take (statfs(2)). */
export function spaceOf({ tree, type, options }: MountPoint): FileSystemSpace {
  const { disk, hardware } = tree.env;
  if (tree.size === undefined && type !== "tmpfs" && !MADE_UP.includes(type) && disk?.space) return disk.space();
  if (MADE_UP.includes(type)) return NOTHING;
  const limit = /(?:^|,)size=(\d+)k/.exec(options ?? "")?.[1];
  const memory = hardware?.memory ?? 0;
  const bytes = tree.size ?? (limit === undefined ? memory : Number(limit) * 1024);
  // Its top folder takes no room.
  const { bytes: held, inodes } = tree.root.virtual ? { bytes: BLOCK, inodes: 1 } : tree.usage();
  const used = Math.min(bytes, Math.max(0, held - BLOCK));
  // Half as many files as memory has pages (mm/shmem.c shmem_default_max_inodes).
  const files = Math.floor((type === "tmpfs" ? memory : bytes) / BLOCK / 2);
  return { bytes, free: bytes - used, files, filesFree: Math.max(0, files - inodes) };
}
