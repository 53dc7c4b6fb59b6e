import type { Machine, MachineKubelet } from "../api/index.ts";
import type { KubeletConfig } from "../kubelet/index.ts";
import { parseDuration } from "../machinery/index.ts";
import { nodeAddress } from "../network/index.ts";
import type { Architecture } from "../runtime/index.ts";
import { parseTime } from "../sim/index.ts";

/** What a computer is. */
export interface MachineSpec {
  readonly name: string;
  readonly cpu: string;
  readonly memory: string;
  /** A quantity; undefined: 100Gi. */
  readonly disk?: string;
  /** What its kubelet goes by beyond the defaults. */
  readonly kubelet?: MachineKubelet;
  readonly pods: number;
  /** Default amd64. */
  readonly architecture?: Architecture;
  readonly zone: string | undefined;
  /** In the machines' network. */
  readonly address: string;
  /** When it was switched on last, in virtual ms; undefined: when the cluster was made. */
  readonly bootedAt: number | undefined;
}

/** What an object says of its machine; `address` where it does not say. */
export function machineSpec({ metadata, spec, status }: Machine, address: string): MachineSpec {
  const { cpu = "2", memory = "4Gi", pods = 110, zone, disk, kubelet } = spec ?? {};
  const bootedAt = status?.bootedAt;
  const again = bootedAt !== undefined && bootedAt !== metadata?.creationTimestamp;
  return {
    name: metadata?.name ?? "",
    cpu,
    memory,
    pods,
    ...(spec?.architecture === undefined ? {} : { architecture: spec.architecture as Architecture }),
    ...(disk === undefined ? {} : { disk }),
    ...(kubelet === undefined ? {} : { kubelet }),
    zone,
    address: status?.address ?? address,
    bootedAt: again ? parseTime(bootedAt) : undefined,
  };
}

/** The first that no machine has; the control plane has the very first. */
export function freeAddress(taken: Iterable<{ readonly address: string }>): string {
  const used = new Set([...taken].map(({ address }) => address));
  for (let i = 1; ; i++) if (!used.has(nodeAddress(i))) return nodeAddress(i);
}

/** 172.18.0.10 comes after 172.18.0.9. */
export function addressOrder(a: string, b: string): number {
  const [x, y] = [a.split(".").map(Number), b.split(".").map(Number)];
  const at = x.findIndex((n, i) => n !== y[i]);
  return at < 0 ? 0 : (x[at] ?? 0) - (y[at] ?? 0);
}

/** A machine's settings as its kubelet takes them: durations in milliseconds. */
export function kubeletConfig(given: MachineKubelet = {}): Partial<KubeletConfig> {
  const {
    evictionPressureTransitionPeriod: transition,
    shutdownGracePeriod: whole,
    shutdownGracePeriodCriticalPods: last,
    ...same
  } = given;
  return {
    ...same,
    ...(transition === undefined ? {} : { evictionPressureTransitionPeriod: parseDuration(transition) }),
    ...(whole === undefined ? {} : { shutdownGracePeriod: parseDuration(whole) }),
    ...(last === undefined ? {} : { shutdownGracePeriodCriticalPods: parseDuration(last) }),
  };
}
