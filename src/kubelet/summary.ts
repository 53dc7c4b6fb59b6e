import { rfc3339 } from "../sim/index.ts";
import type { UsageReader } from "./usage.ts";

/** A rate is measured over at least this much virtual time. */
const WINDOW_MS = 1000;

interface Sample {
  readonly at: number;
  /** Cumulative CPU milliseconds. */
  readonly cpu: number;
  readonly nanoCores: number;
}

/** The kubelet's `/stats/summary` (k8s: kubelet/apis/stats/v1alpha1): what containers use, measured when it is asked. */
export class Summary {
  readonly #samples = new Map<string, Sample>();
  readonly #nodeName: string;
  readonly #usage: UsageReader;

  constructor(nodeName: string, usage: UsageReader) {
    this.#nodeName = nodeName;
    this.#usage = usage;
  }

  read(): object {
    const usage = this.#usage.read();
    const time = rfc3339(usage.at);
    const pods = usage.pods.map(({ name, namespace, uid, createdAt, containers: running }) => {
      const containers = running.map((c) => {
        const { nanoCores } = this.#sample(c.id, c.cpu, c.startedAt, usage.at);
        return {
          name: c.name,
          startTime: rfc3339(c.startedAt),
          cpu: { time, usageNanoCores: nanoCores, usageCoreNanoSeconds: Math.round(c.cpu * 1e6) },
          memory: { time, usageBytes: c.memory, workingSetBytes: c.memory, rssBytes: c.memory },
        };
      });
      const sum = (of: (c: (typeof containers)[number]) => number): number => containers.reduce((n, c) => n + of(c), 0);
      return {
        podRef: { name, namespace, uid },
        startTime: rfc3339(createdAt),
        containers,
        cpu: { time, usageNanoCores: sum((c) => c.cpu.usageNanoCores), usageCoreNanoSeconds: sum((c) => c.cpu.usageCoreNanoSeconds) },
        memory: { time, usageBytes: sum((c) => c.memory.usageBytes), workingSetBytes: sum((c) => c.memory.workingSetBytes) },
      };
    });
    return {
      node: {
        nodeName: this.#nodeName,
        cpu: {
          time,
          usageNanoCores: pods.reduce((n, p) => n + p.cpu.usageNanoCores, 0),
          usageCoreNanoSeconds: Math.round(usage.cpu * 1e6),
        },
        memory: { time, usageBytes: usage.memory, workingSetBytes: usage.memory },
      },
      pods,
    };
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
