import { BYTES_PER_INODE } from "../kernel/disk.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Box } from "../kernel/process.ts";
import type { Container } from "./container.ts";
import type { ImageStore } from "./images.ts";
import type { ContainerRuntime, DiskUse, MachineUse } from "./types.ts";
import type { Volumes } from "./volumes.ts";

const PAGE = 4096;
/** Memory is given in whole pages. */
const inPages = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE;

/** kernel.pid_max, as systemd sets it on 64-bit machines. */
const PID_MAX = 4_194_304;

interface Parts {
  readonly kernel: Kernel;
  readonly images: ImageStore;
  readonly volumes: Volumes;
  readonly containers: ReadonlyMap<string, Container>;
}

/** What a machine has and what is used of it. The disk is counted only after something on it has changed. */
function machineUse(parts: Parts): () => MachineUse {
  const { kernel, images, volumes, containers } = parts;
  const { disk } = kernel;
  const { memory } = kernel.hardware;
  const capacity: DiskUse = { bytes: disk.capacity, inodes: Math.floor(disk.capacity / BYTES_PER_INODE) };
  let counted = -1;
  let files: DiskUse = { bytes: 0, inodes: 0 };
  const count = (): DiskUse => {
    let { bytes, inodes } = volumes.onDisk();
    for (const container of containers.values()) {
      const own = container.usage();
      bytes += own.bytes + container.log.size;
      inodes += own.inodes + 1;
    }
    return { bytes, inodes };
  };
  return () => {
    if (counted !== disk.version) files = count();
    counted = disk.version;
    let held = 0;
    for (const { size } of images.list()) held += size;
    const used = disk.filled ? { bytes: capacity.bytes, inodes: files.inodes } : { bytes: files.bytes + held, inodes: files.inodes };
    return {
      memory: { capacity: memory, used: inPages(kernel.memory.used) },
      disk: { capacity, used, images: held, version: disk.version },
      processes: { most: PID_MAX, running: kernel.processes.size },
    };
  };
}

/** What a runtime tells of what is used. */
export function machineStats(parts: Parts): Pick<ContainerRuntime, "use" | "stats" | "diskStats" | "volumeStats" | "onSystemOom"> {
  const { kernel, volumes, containers } = parts;
  const use = machineUse(parts);
  kernel.disk.count = () => use().disk.used.bytes;
  kernel.disk.countFiles = () => use().disk.used.inodes;
  return {
    use,
    stats(id) {
      const found = containers.get(id);
      if (!found) return undefined;
      const { periods = 0, throttled = 0, ms = 0 } = found.cpu.throttling ?? {};
      const box: Box = found;
      const memory = inPages(box.memory);
      const cache = box.cache ?? 0;
      return {
        cpu: kernel.cpu.usage(found.cpu),
        memory,
        shared: box.shmem ?? 0,
        cache,
        peak: Math.max(memory + cache, inPages(box.peak ?? 0)),
        processes: found.processes.size,
        ooms: box.ooms ?? 0,
        throttling: { periods, throttled, ms },
      };
    },
    diskStats(id) {
      const found = containers.get(id);
      return found && { rootfs: found.usage(), logs: { bytes: inPages(found.log.size), inodes: 1 } };
    },
    volumeStats: (id) => volumes.usage(id),
    onSystemOom(fn) {
      // The kernel keeps 15 letters of a command's name.
      kernel.onSystemOom = ({ id, comm }) => fn({ name: comm, pid: id });
      return () => {
        kernel.onSystemOom = undefined;
      };
    },
  };
}
