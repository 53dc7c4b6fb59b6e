import type { Kernel } from "../kernel/kernel.ts";
import type { Box } from "../kernel/process.ts";
import { RELEASE } from "../files/proc.ts";
import { cgroupRows } from "./cgroup.ts";
import { type Sysctls, sysctlNames } from "./sysctl.ts";
import type { Row } from "./tree.ts";

type Rows = Readonly<Record<string, Row | (() => string)>>;

const cores = (kernel: Kernel): number => Math.max(1, Math.ceil(kernel.hardware.cpus));
const range = (n: number): string => (n === 1 ? "0\n" : `0-${n - 1}\n`);

/** /proc/sys. */
export function sysctlRows(kernel: Kernel, box: Box, sysctls: Sysctls): Rows {
  const rows: Record<string, Row | (() => string)> = {
    "kernel/hostname": { read: () => `${box.hostname}\n`, write: (name) => void (box.hostname = name), mode: 0o644 },
    "kernel/domainname": () => "(none)\n",
    "kernel/osrelease": () => `${RELEASE}\n`,
    "kernel/ostype": () => "Linux\n",
    "kernel/version": () => "#1 SMP\n",
    "kernel/random/uuid": () => `${kernel.random.fork(`uuid/${kernel.order()}`).uuid()}\n`,
  };
  for (const name of sysctlNames)
    rows[name] = { read: () => `${sysctls.get(name)}\n`, write: (value) => sysctls.set(name, value), mode: 0o644 };
  return rows;
}

/** /proc/stat: what the processors have done since the machine started. */
export function statFile(kernel: Kernel): string {
  const n = cores(kernel);
  const ticks = (ms: number): number => Math.max(0, Math.floor(ms / 10));
  const used = kernel.cpu.total;
  const idle = (kernel.now() - kernel.bootedAt) * n - used;
  const line = (name: string, share: number): string => `${name} ${ticks(used / share)} 0 0 ${ticks(idle / share)} 0 0 0 0 0 0\n`;
  return [
    line("cpu ", 1),
    ...Array.from({ length: n }, (_, i) => line(`cpu${i}`, n)),
    `btime ${Math.floor(kernel.bootedAt / 1000)}\n`,
    `processes ${kernel.nextProcess - 1}\n`,
    `procs_running ${kernel.cpu.load}\n`,
    "procs_blocked 0\n",
  ].join("");
}

export const FILESYSTEMS = ["nodev\tsysfs", "nodev\ttmpfs", "nodev\tproc", "nodev\tcgroup2", "\text4", "nodev\toverlay", ""].join("\n");

/** /sys. */
export function sysRows(kernel: Kernel, box: Box, interfaces: readonly string[]): Rows {
  const n = cores(kernel);
  const rows: Record<string, Row | (() => string)> = {
    "devices/system/cpu/online": () => range(n),
    "devices/system/cpu/possible": () => range(n),
    "devices/system/cpu/present": () => range(n),
    "kernel/mm/transparent_hugepage/enabled": () => "always [madvise] never\n",
  };
  for (const name of interfaces) {
    rows[`class/net/${name}/mtu`] = () => (name === "lo" ? "65536\n" : "1500\n");
    rows[`class/net/${name}/operstate`] = () => (name === "lo" ? "unknown\n" : "up\n");
  }
  // The machine's disk and the one partition on it; of the first megabyte nobody makes use.
  const sectors = kernel.disk.capacity / 512;
  rows["block/vda/dev"] = () => "254:0\n";
  rows["block/vda/size"] = () => `${sectors + 2048}\n`;
  rows["block/vda/vda1/dev"] = () => "254:1\n";
  rows["block/vda/vda1/size"] = () => `${sectors}\n`;
  rows["block/vda/vda1/partition"] = () => "1\n";
  const own = cgroupRows(kernel, box);
  for (const name in own) rows[`fs/cgroup/${name}`] = own[name] as Row;
  return rows;
}
