import type { ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";
import type { Family } from "../prometheus-text.ts";

const gauge = (name: string, help: string, value: number): Family => ({ name, type: "gauge", help, samples: [[{}, value]] });

/** What each collector reads of the machine; undefined: what it needs is not there. */
export const COLLECTORS: Readonly<Record<string, (proc: ProcessContext, procfs: string) => readonly Family[] | undefined>> = {
  boottime(proc, procfs) {
    const uptime = readIfThere(proc, `${procfs}/uptime`)?.split(" ")[0];
    if (uptime === undefined) return undefined;
    const booted = Math.floor(proc.clock.now() / 1000 - Number(uptime));
    return [gauge("node_boot_time_seconds", "Node boot time, in unixtime.", booted)];
  },
  cpu(proc, procfs) {
    const text = readIfThere(proc, `${procfs}/stat`);
    if (text === undefined) return undefined;
    const modes = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal"];
    const samples = [...text.matchAll(/^cpu(\d+) (.*)$/gm)].flatMap(([, cpu = "", values = ""]) =>
      values
        .split(" ")
        .slice(0, modes.length)
        .map((ticks, i) => [{ cpu, mode: modes[i] as string }, Number(ticks) / 100] as const),
    );
    return [{ name: "node_cpu_seconds_total", type: "counter", help: "Seconds the CPUs spent in each mode.", samples }];
  },
  loadavg(proc, procfs) {
    const [one, five, fifteen] = readIfThere(proc, `${procfs}/loadavg`)?.split(" ") ?? [];
    if (one === undefined) return undefined;
    return [
      gauge("node_load1", "1m load average.", Number(one)),
      gauge("node_load15", "15m load average.", Number(fifteen)),
      gauge("node_load5", "5m load average.", Number(five)),
    ];
  },
  meminfo(proc, procfs) {
    const text = readIfThere(proc, `${procfs}/meminfo`);
    if (text === undefined) return undefined;
    return [...text.matchAll(/^(\w+)(?:\((\w+)\))?:\s+(\d+)( kB)?$/gm)].map(([, name = "", part, value, kb]) => {
      const metric = `${name}${part === undefined ? "" : `_${part}`}${kb === undefined ? "" : "_bytes"}`;
      return gauge(`node_memory_${metric}`, `Memory information field ${metric}.`, Number(value) * (kb === undefined ? 1 : 1024));
    });
  },
  netdev(proc, procfs) {
    const text = readIfThere(proc, `${procfs}/net/dev`);
    if (text === undefined) return undefined;
    const rows = [...text.matchAll(/^\s*([^\s:|]+):\s*(.*)$/gm)].map(([, device = "", values = ""]) => ({
      device,
      values: values.trim().split(/\s+/).map(Number),
    }));
    const counter = (name: string, at: number): Family => ({
      name: `node_network_${name}_total`,
      type: "counter",
      help: `Network device statistic ${name}.`,
      samples: rows.map(({ device, values }) => [{ device }, values[at] ?? 0]),
    });
    return [counter("receive_bytes", 0), counter("receive_packets", 1), counter("transmit_bytes", 8), counter("transmit_packets", 9)];
  },
  time: (proc) => [gauge("node_time_seconds", "System time in seconds since epoch (1970).", proc.clock.now() / 1000)],
  uname(proc) {
    // "Linux version 6.1.0 (…) #1 SMP": a kernel call there, and the same text here.
    const [sysname = "", , release = ""] = readIfThere(proc, "/proc/version")?.split(" ") ?? [];
    if (release === "") return undefined;
    const labels = { domainname: "(none)", machine: "x86_64", nodename: proc.hostname, release, sysname, version: "#1 SMP" };
    return [
      {
        name: "node_uname_info",
        type: "gauge",
        help: "Labeled system information as provided by the uname system call.",
        samples: [[labels, 1]],
      },
    ];
  },
};
