import { formatQuantity, parseQuantity, quantity, value } from "../../machinery/index.ts";
import { podAmounts, type Pod } from "../../api/index.ts";
import { valueOf } from "../../machinery/index.ts";
import { specOf } from "../pod.ts";
import type { Starved } from "./thresholds.ts";

/** What a pod's running containers use, and its volumes on the disk. */
export interface PodUse {
  readonly containers: readonly {
    readonly name: string;
    readonly memory: number;
    readonly disk: number;
    readonly inodes: number;
  }[];
  /** Of emptyDirs that are not in memory. */
  readonly volumes: readonly { readonly name: string; readonly bytes: number; readonly inodes: number }[];
  readonly processes: number;
}

export interface Candidate {
  readonly pod: Pod;
  readonly use: PodUse;
}

function usedBy({ containers, volumes, processes }: PodUse, what: Starved): number {
  const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
  switch (what) {
    case "memory":
      return sum(containers.map((c) => c.memory));
    case "ephemeral-storage":
      return sum(containers.map((c) => c.disk)) + sum(volumes.map((v) => v.bytes));
    case "inodes":
      return sum(containers.map((c) => c.inodes)) + sum(volumes.map((v) => v.inodes));
    case "pids":
      return processes;
  }
}

function requestOf(pod: Pod, what: Starved): number {
  const asked = podAmounts(pod.spec, "requests")[what];
  return asked === undefined ? 0 : valueOf(asked);
}

/**
 * Who goes first: who uses more than it asked for, then by priority, then who uses most beyond what it asked for
 * (k8s: eviction/helpers.go rankMemoryPressure, rankDiskPressureFunc, rankPIDPressure).
 */
export function ranked<T extends Candidate>(candidates: readonly T[], what: Starved): readonly T[] {
  const rows = candidates.map((candidate) => {
    const [used, asked] = [usedBy(candidate.use, what), requestOf(candidate.pod, what)];
    return { candidate, exceeds: used > asked, priority: specOf(candidate.pod).priority ?? 0, beyond: used - asked };
  });
  return rows
    .toSorted((a, b) => {
      const exceeding = what === "pids" ? 0 : Number(b.exceeds) - Number(a.exceeds);
      return exceeding || a.priority - b.priority || b.beyond - a.beyond;
    })
    .map((row) => row.candidate);
}

export interface EvictionWords {
  readonly message: string;
  readonly annotations: Readonly<Record<string, string>>;
}

const binary = (amount: number): string => formatQuantity(quantity(amount, "BinarySI"));

/** Why a pod has to go (k8s: eviction/helpers.go evictionMessage). `threshold`: what was met. */
export function evictionWords({ pod, use }: Candidate, what: Starved, threshold: string): EvictionWords {
  let message = `The node was low on resource: ${what}. ${threshold}`;
  const names: string[] = [];
  const amounts: string[] = [];
  for (const { name, memory, disk } of use.containers) {
    const container = specOf(pod).containers.find((c) => c.name === name);
    if (container === undefined || (what !== "memory" && what !== "ephemeral-storage")) continue;
    const used = what === "memory" ? memory : disk;
    const request = container.resources?.requests?.[what];
    if (used <= value(request)) continue;
    const asked = request === undefined ? "0" : formatQuantity(parseQuantity(request));
    message += `Container ${name} was using ${binary(used)}, request is ${asked}, has larger consumption of ${what}. `;
    names.push(name);
    amounts.push(binary(used));
  }
  const annotations = { offending_containers: names.join(","), offending_containers_usage: amounts.join(","), starved_resource: what };
  return { message, annotations };
}
