import type { EventRecorder } from "../../client/index.ts";
import type { ContainerRuntime } from "../../runtime/index.ts";
import type { Cause } from "../../sim/index.ts";
import { isTerminalPhase, specOf } from "../pod.ts";
import { emptyDirId } from "../volumes/volume-manager.ts";
import type { PodWorker } from "../worker.ts";
import { hasStorageLimits } from "./local-storage.ts";
import { EvictionManager, type EvictionOptions } from "./manager.ts";
import type { Candidate, PodUse } from "./rank.ts";

export interface Active extends Candidate {
  readonly worker: PodWorker;
}

/** What a pod has of its machine, asked when it matters. */
function useOf({ observed, pod }: PodWorker, runtime: ContainerRuntime): PodUse {
  const containers = [...observed.containers.values()].flatMap(({ latest }) => {
    const disk = runtime.diskStats(latest.id);
    if (disk === undefined) return [];
    const { memory = 0, processes = 0 } = latest.state === "exited" ? {} : (runtime.stats(latest.id) ?? {});
    const { rootfs, logs } = disk;
    return [{ name: latest.name, processes, memory, disk: rootfs.bytes + logs.bytes, inodes: rootfs.inodes + logs.inodes }];
  });
  const volumes = (specOf(pod).volumes ?? []).flatMap(({ name, emptyDir }) => {
    if (emptyDir === undefined || emptyDir.medium === "Memory") return [];
    const use = runtime.volumeStats(emptyDirId(pod, name));
    return use === undefined ? [] : [{ name, ...use }];
  });
  return { containers, volumes, processes: containers.reduce((sum, c) => sum + c.processes, 0) };
}

/** The eviction manager of a kubelet's pods. */
export function createEviction(
  options: Pick<EvictionOptions<Active>, "clock" | "recorder" | "runtime" | "config" | "node" | "reclaimImages" | "changed"> & {
    readonly workers: () => Iterable<PodWorker>;
    /** It is to end, whatever it is about. */
    readonly wake: (worker: PodWorker, causes: readonly Cause[]) => void;
    readonly recorder: EventRecorder;
  },
): EvictionManager<Active> {
  const { runtime, recorder, workers, wake, ...rest } = options;
  let looked = -1;
  const active = (worker: PodWorker): boolean =>
    worker.phase === "syncing" && worker.verdict === undefined && !isTerminalPhase(worker.pod.status?.phase);
  const those = (filter: (worker: PodWorker) => boolean): readonly Active[] =>
    [...workers()].filter(filter).map((worker) => ({ worker, pod: worker.pod, use: useOf(worker, runtime) }));
  return new EvictionManager<Active>({
    ...rest,
    runtime,
    recorder,
    active: () => those(active),
    limited() {
      const { version } = runtime.use().disk;
      if (version === looked) return [];
      looked = version;
      return those((worker) => active(worker) && hasStorageLimits(worker.pod));
    },
    evict({ worker }, { message, annotations }, grace, disrupts, causes) {
      const extra = Object.keys(annotations).length > 0 ? { annotations } : {};
      recorder.event(worker.pod, "Warning", "Evicted", message, causes, extra);
      worker.verdict = { phase: "Failed", reason: "Evicted", message, grace, ...(disrupts ? { disruption: "TerminationByKubelet" } : {}) };
      wake(worker, causes);
    },
    gone: ({ worker }) => worker.phase === "terminated",
  });
}
