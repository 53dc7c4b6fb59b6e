import type { Kernel } from "../kernel/kernel.ts";
import type { Box } from "../kernel/process.ts";
import type { Row } from "./tree.ts";

const PERIOD = 100_000;

/** cpu.weight of cpu.shares (runc: libcontainer/cgroups ConvertCPUSharesToCgroupV2Value): 2 is 1, 1024 is 100, 262144 is 10000. */
export function cpuWeight(shares: number): number {
  if (shares <= 2) return 1;
  if (shares >= 262_144) return 10_000;
  const l = Math.log2(shares);
  return Math.ceil(10 ** ((l * l + 125 * l) / 612 - 7 / 34));
}

const bound = (limit: number | undefined): string => (limit === undefined ? "max" : String(limit));
const lines = (rows: Readonly<Record<string, number>>): string =>
  Object.entries(rows)
    .map(([name, value]) => `${name} ${Math.round(value)}\n`)
    .join("");

/** memory.events; the kernel kills all of a container at once (k8s: memory.oom.group of containers). */
const events = ({ ooms = 0, squeezed = 0 }: Box): string =>
  lines({ low: 0, high: 0, max: squeezed, oom: ooms, oom_kill: ooms, oom_group_kill: ooms });

/** What a container reads of its own cgroup (cgroup v2, Documentation/admin-guide/cgroup-v2.rst). */
export function cgroupRows(kernel: Kernel, box: Box): Readonly<Record<string, Row | (() => string)>> {
  const { cpu } = box;
  const controllers = (): string => "cpuset cpu io memory hugetlb pids rdma misc\n";
  const cpus = (): string => `0-${Math.max(1, Math.ceil(kernel.hardware.cpus)) - 1}\n`;
  return {
    "cgroup.controllers": controllers,
    "cgroup.events": () => lines({ populated: box.processes.size > 0 ? 1 : 0, frozen: 0 }),
    "cgroup.max.depth": () => "max\n",
    "cgroup.max.descendants": () => "max\n",
    "cgroup.procs": () => [...box.processes].map((p) => `${p.pid}\n`).join(""),
    "cgroup.subtree_control": () => "",
    "cgroup.type": () => "domain\n",
    "cpu.max": () => `${cpu.limit === undefined ? "max" : Math.max(1000, cpu.limit * (PERIOD / 1000))} ${PERIOD}\n`,
    "cpu.max.burst": () => "0\n",
    "cpu.stat": () => {
      const used = kernel.cpu.usage(cpu) * 1000;
      return lines({
        usage_usec: used,
        user_usec: used,
        system_usec: 0,
        nr_periods: cpu.throttling?.periods ?? 0,
        nr_throttled: cpu.throttling?.throttled ?? 0,
        throttled_usec: (cpu.throttling?.ms ?? 0) * 1000,
        nr_bursts: 0,
        burst_usec: 0,
      });
    },
    "cpu.weight": () => `${cpuWeight(cpu.shares)}\n`,
    "cpuset.cpus": () => "\n",
    "cpuset.cpus.effective": cpus,
    "memory.current": () => `${box.memory + (box.cache ?? 0)}\n`,
    "memory.events": () => events(box),
    "memory.events.local": () => events(box),
    "memory.high": () => "max\n",
    "memory.low": () => "0\n",
    "memory.max": () => `${bound(box.memoryLimit)}\n`,
    "memory.min": () => "0\n",
    "memory.oom.group": () => "1\n",
    "memory.peak": () => `${box.peak ?? box.memory}\n`,
    "memory.stat": () => {
      const { shmem = 0, cache = 0 } = box;
      const anon = box.memory - shmem;
      return lines({
        anon,
        file: shmem + cache,
        kernel: 0,
        shmem,
        file_mapped: 0,
        file_dirty: 0,
        file_writeback: 0,
        inactive_anon: shmem,
        active_anon: anon,
        inactive_file: cache,
        active_file: 0,
        unevictable: 0,
      });
    },
    "memory.swap.current": () => "0\n",
    "memory.swap.max": () => "0\n",
    "pids.current": () => `${box.processes.size}\n`,
    "pids.events": () => lines({ max: box.forksRefused ?? 0 }),
    // The kubelet's limit is on the pod's cgroup, which no container sees.
    "pids.max": () => "max\n",
  };
}
