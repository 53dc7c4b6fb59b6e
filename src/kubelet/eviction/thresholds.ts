import { formatQuantity, parseDuration, quantity, value } from "../../machinery/index.ts";
import type { MachineUse } from "../../runtime/index.ts";
import type { KubeletConfig } from "../types.ts";

export type Signal =
  | "memory.available"
  | "nodefs.available"
  | "nodefs.inodesFree"
  | "imagefs.available"
  | "imagefs.inodesFree"
  | "pid.available";

/** In the order in which they are looked at: memory is short first (k8s: eviction/helpers.go byEvictionPriority). */
const SIGNALS: readonly Signal[] = [
  "memory.available",
  "imagefs.available",
  "nodefs.available",
  "imagefs.inodesFree",
  "nodefs.inodesFree",
  "pid.available",
];

export type Pressure = "MemoryPressure" | "DiskPressure" | "PIDPressure";
export type Starved = "memory" | "ephemeral-storage" | "inodes" | "pids";

export const pressureOf = (signal: Signal): Pressure =>
  signal === "memory.available" ? "MemoryPressure" : signal === "pid.available" ? "PIDPressure" : "DiskPressure";

export function resourceOf(signal: Signal): Starved {
  if (signal === "memory.available") return "memory";
  if (signal === "pid.available") return "pids";
  return signal.endsWith("inodesFree") ? "inodes" : "ephemeral-storage";
}

/** "10%" or a quantity. */
type Amount = string;

export interface Threshold {
  readonly signal: Signal;
  readonly amount: Amount;
  /** Ms for which it must be met before anything is done; 0: a hard one. */
  readonly grace: number;
  /** What must be there beyond it before it counts as over. */
  readonly reclaim?: Amount;
}

/** What a KubeletConfiguration says of eviction (k8s: ParseThresholdConfig). */
export function thresholdsOf(config: KubeletConfig): readonly Threshold[] {
  const { evictionHard, evictionSoft, evictionSoftGracePeriod, evictionMinimumReclaim } = config;
  const of = (amounts: Readonly<Record<string, Amount>>, soft: boolean): readonly Threshold[] =>
    SIGNALS.flatMap((signal) => {
      const amount = amounts[signal];
      if (amount === undefined || amount === "0%" || amount === "100%") return [];
      const grace = soft ? parseDuration(evictionSoftGracePeriod[signal] ?? "0s") : 0;
      const reclaim = evictionMinimumReclaim[signal];
      return [{ signal, amount, grace, ...(reclaim === undefined ? {} : { reclaim }) }];
    });
  return [...of(evictionHard, false), ...of(evictionSoft, true)];
}

export interface Observation {
  readonly available: number;
  readonly capacity: number;
}
export type Observations = Readonly<Record<Signal, Observation>>;

/** What is left of everything. Images and all else are on one disk, so that its signals are the same twice. */
export function observe({ memory, disk, processes }: MachineUse): Observations {
  const left = (capacity: number, used: number): Observation => ({ capacity, available: Math.max(0, capacity - used) });
  const bytes = left(disk.capacity.bytes, disk.used.bytes);
  const inodes = left(disk.capacity.inodes, disk.used.inodes);
  return {
    "memory.available": left(memory.capacity, memory.used),
    "nodefs.available": bytes,
    "nodefs.inodesFree": inodes,
    "imagefs.available": bytes,
    "imagefs.inodesFree": inodes,
    "pid.available": left(processes.most, processes.running),
  };
}

/** An amount of a whole. */
export function amountOf(amount: Amount, capacity: number): number {
  return amount.endsWith("%") ? Math.floor(capacity * (Number.parseFloat(amount) / 100)) : value(amount);
}

/** Those that are met; `resolved`: also those above which not enough has been reclaimed yet. */
export function metBy(thresholds: readonly Threshold[], seen: Observations, resolved = false): readonly Threshold[] {
  return thresholds.filter(({ signal, amount, reclaim }) => {
    const { available, capacity } = seen[signal];
    const margin = resolved && reclaim !== undefined ? amountOf(reclaim, capacity) : 0;
    return amountOf(amount, capacity) + margin > available;
  });
}

const binary = (amount: number): string => formatQuantity(quantity(amount, "BinarySI"));

/** "Threshold quantity: 100Mi, available: 90Mi. " */
export function thresholdWords({ signal, amount }: Threshold, seen: Observations): string {
  const { available, capacity } = seen[signal];
  const limit = amount.endsWith("%") ? binary(amountOf(amount, capacity)) : amount;
  return `Threshold quantity: ${limit}, available: ${binary(available)}. `;
}
