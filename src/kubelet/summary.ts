import type { Pod } from "../api/index.ts";
import type { ContainerRuntime, DiskUse } from "../runtime/index.ts";
import { rfc3339 } from "../sim/index.ts";
import { specOf } from "./pod.ts";
import type { PodUsage, UsageReader } from "./usage.ts";
import { emptyDirId } from "./volumes/volume-manager.ts";

/** A rate is measured over at least this much virtual time. */
const WINDOW_MS = 1000;

interface Sample {
  readonly at: number;
  /** Cumulative CPU milliseconds. */
  readonly cpu: number;
  readonly nanoCores: number;
}

export interface SummaryOptions {
  readonly nodeName: string;
  readonly usage: UsageReader;
  readonly runtime: ContainerRuntime;
  /** When the machine was started, in virtual ms; undefined: nobody knows. */
  readonly bootedAt?: number;
  pod(uid: string): Pod | undefined;
}

/** The kubelet's `/stats/summary` (k8s: kubelet/apis/stats/v1alpha1): what containers use, measured when it is asked. */
export class Summary {
  readonly #samples = new Map<string, Sample>();
  readonly #o: SummaryOptions;

  constructor(options: SummaryOptions) {
    this.#o = options;
  }

  /** `only`: CPU and memory alone (`?only_cpu_and_memory=true`). */
  read(only = false): object {
    const { nodeName, usage: reader, runtime } = this.#o;
    const usage = reader.read();
    const { memory, disk, processes } = runtime.use();
    const time = rfc3339(usage.at);
    const fs = (used: number, inodesUsed: number) => ({
      time,
      availableBytes: disk.capacity.bytes - disk.used.bytes,
      capacityBytes: disk.capacity.bytes,
      usedBytes: used,
      inodesFree: disk.capacity.inodes - disk.used.inodes,
      inodes: disk.capacity.inodes,
      inodesUsed,
    });
    const alive = new Set<string>();
    const pods = usage.pods.map((pod) => {
      const containers = pod.containers.map((c) => {
        alive.add(c.id);
        const { nanoCores } = this.#sample(c.id, c.cpu, c.startedAt, usage.at);
        const kept = only ? undefined : runtime.diskStats(c.id);
        return {
          name: c.name,
          startTime: rfc3339(c.startedAt),
          cpu: { time, usageNanoCores: nanoCores, usageCoreNanoSeconds: Math.round(c.cpu * 1e6) },
          memory: { time, usageBytes: c.memory + c.cache, workingSetBytes: c.memory, rssBytes: c.memory - c.shared },
          ...(kept === undefined ? {} : { rootfs: fs(kept.rootfs.bytes, kept.rootfs.inodes), logs: fs(kept.logs.bytes, kept.logs.inodes) }),
        };
      });
      const sum = (of: (c: (typeof containers)[number]) => number): number => containers.reduce((n, c) => n + of(c), 0);
      const volumes = only ? [] : this.#volumes(pod);
      const own = volumes.filter((v) => !v.inMemory);
      const bytes = sum((c) => (c.rootfs?.usedBytes ?? 0) + (c.logs?.usedBytes ?? 0)) + own.reduce((n, v) => n + v.use.bytes, 0);
      const inodes = sum((c) => (c.rootfs?.inodesUsed ?? 0) + (c.logs?.inodesUsed ?? 0)) + own.reduce((n, v) => n + v.use.inodes, 0);
      return {
        podRef: { name: pod.name, namespace: pod.namespace, uid: pod.uid },
        startTime: rfc3339(pod.createdAt),
        containers,
        cpu: { time, usageNanoCores: sum((c) => c.cpu.usageNanoCores), usageCoreNanoSeconds: sum((c) => c.cpu.usageCoreNanoSeconds) },
        memory: {
          time,
          usageBytes: sum((c) => c.memory.usageBytes),
          workingSetBytes: sum((c) => c.memory.workingSetBytes),
          rssBytes: sum((c) => c.memory.rssBytes),
        },
        ...(volumes.length > 0 ? { volume: volumes.map(({ name, use }) => ({ ...fs(use.bytes, use.inodes), name })) } : {}),
        ...(only
          ? {}
          : {
              "ephemeral-storage": fs(bytes, inodes),
              process_stats: { process_count: pod.containers.reduce((n, c) => n + c.processes, 0) },
            }),
      };
    });
    for (const id of this.#samples.keys()) if (!alive.has(id)) this.#samples.delete(id);
    return {
      node: {
        nodeName,
        ...(this.#o.bootedAt === undefined ? {} : { startTime: rfc3339(this.#o.bootedAt) }),
        cpu: {
          time,
          usageNanoCores: pods.reduce((n, p) => n + p.cpu.usageNanoCores, 0),
          usageCoreNanoSeconds: Math.round(usage.cpu * 1e6),
        },
        memory: {
          time,
          availableBytes: memory.capacity - memory.used,
          usageBytes: memory.used,
          workingSetBytes: memory.used,
          rssBytes: memory.used,
        },
        ...(only
          ? {}
          : {
              fs: fs(disk.used.bytes, disk.used.inodes),
              runtime: { imageFs: fs(disk.images, 0), containerFs: fs(disk.used.bytes - disk.images, disk.used.inodes) },
              rlimit: { time, maxpid: processes.most, curproc: processes.running },
            }),
      },
      pods,
    };
  }

  #volumes({ uid }: PodUsage): readonly { readonly name: string; readonly use: DiskUse; readonly inMemory: boolean }[] {
    const pod = this.#o.pod(uid);
    return (pod === undefined ? [] : (specOf(pod).volumes ?? [])).flatMap(({ name, emptyDir }) => {
      const use = pod === undefined || emptyDir === undefined ? undefined : this.#o.runtime.volumeStats(emptyDirId(pod, name));
      return use === undefined ? [] : [{ name, use, inMemory: emptyDir?.medium === "Memory" }];
    });
  }

  /** Use since the last sample that is old enough; the first covers the container's life so far. */
  #sample(id: string, cpu: number, startedAt: number, now: number): Sample {
    const last = this.#samples.get(id) ?? { at: startedAt, cpu: 0, nanoCores: 0 };
    if (now - last.at < WINDOW_MS) return last;
    const sample = { at: now, cpu, nanoCores: Math.round(((cpu - last.cpu) / (now - last.at)) * 1e9) };
    this.#samples.set(id, sample);
    return sample;
  }
}
