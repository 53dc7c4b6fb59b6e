import type { ContainerRuntime, ContainerUse } from "../runtime/index.ts";
import type { Clock } from "../sim/index.ts";

/** What a running container has used. */
export interface ContainerUsage extends ContainerUse {
  readonly id: string;
  readonly name: string;
  readonly startedAt: number;
}

export interface PodUsage {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly createdAt: number;
  readonly containers: readonly ContainerUsage[];
}

export interface NodeUsage {
  readonly at: number;
  readonly pods: readonly PodUsage[];
  /** Of all containers that have run here, also those that have ended: it never falls. */
  readonly cpu: number;
  readonly memory: number;
}

const NONE: ContainerUse = {
  cpu: 0,
  memory: 0,
  shared: 0,
  cache: 0,
  peak: 0,
  processes: 0,
  ooms: 0,
  throttling: { periods: 0, throttled: 0, ms: 0 },
};

/** Reads what the machine's containers use, at the moment it is asked. */
export class UsageReader {
  readonly #runtime: ContainerRuntime;
  readonly #clock: Pick<Clock, "now">;
  #last = new Map<string, number>();
  #ended = 0;

  constructor(runtime: ContainerRuntime, clock: Pick<Clock, "now">) {
    this.#runtime = runtime;
    this.#clock = clock;
  }

  read(): NodeUsage {
    // The clock knows parts of a millisecond, what is written does not.
    const at = Math.floor(this.#clock.now());
    const last = new Map<string, number>();
    let cpu = 0;
    let memory = 0;
    const sandboxes = this.#runtime.sandboxes().filter((s) => s.ready);
    const pods = sandboxes.map(({ id: sandbox, name, namespace, uid, createdAt }) => {
      const running = this.#runtime.containers(sandbox).filter((c) => c.state === "running");
      const containers = running.map((c) => {
        const used = this.#runtime.stats(c.id) ?? NONE;
        last.set(c.id, used.cpu);
        cpu += used.cpu;
        memory += used.memory;
        return { id: c.id, name: c.name, startedAt: c.startedAt ?? at, ...used };
      });
      return { name, namespace, uid, createdAt, containers };
    });
    for (const [id, used] of this.#last) if (!last.has(id)) this.#ended += used;
    this.#last = last;
    return { at, pods, cpu: cpu + this.#ended, memory };
  }
}
