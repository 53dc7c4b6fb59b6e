import type { Fault } from "../../api/index.ts";
import { parseDuration } from "../../machinery/index.ts";

/** What is wanted to go wrong with one component. */
export interface ComponentEffects {
  readonly stopped: boolean;
  /** Ms. */
  readonly delay: number;
  readonly lag: number;
  /** Names of the faults behind it. */
  readonly faults: readonly string[];
}

export interface MachineEffects {
  readonly crashed: boolean;
  readonly diskFull: boolean;
  readonly cut: boolean;
  readonly faults: readonly string[];
}

/** All that faults want, by whom it happens to. */
export interface Effects {
  readonly components: ReadonlyMap<string, ComponentEffects>;
  readonly machines: ReadonlyMap<string, MachineEffects>;
  /** The far sides of partitions. */
  readonly partitions: readonly ReadonlySet<string>[];
  /** `namespace/name`. */
  readonly leases: ReadonlyMap<string, readonly string[]>;
}

export const NO_COMPONENT_EFFECTS: ComponentEffects = { stopped: false, delay: 0, lag: 0, faults: [] };
export const NO_MACHINE_EFFECTS: MachineEffects = { crashed: false, diskFull: false, cut: false, faults: [] };
export const NO_EFFECTS: Effects = { components: new Map(), machines: new Map(), partitions: [], leases: new Map() };

/** When a fault that began then ends by itself; Infinity: it does not. */
export function endOf({ spec }: Fault, since: number): number {
  return spec?.duration === undefined ? Infinity : since + parseDuration(spec.duration);
}

/** Whether a fault that began then is in force at `now`. */
export function inForce(fault: Fault, since: number, now: number): boolean {
  return fault.metadata?.deletionTimestamp === undefined && now < endOf(fault, since);
}

/** What a fault is about, as its status names what is missing. */
export function targetsOf({ spec }: Fault): { readonly component?: string | undefined; readonly machines: readonly string[] } {
  const component = (spec?.componentStop ?? spec?.componentSlow ?? spec?.watchLag)?.component;
  const machine = (spec?.machineCrash ?? spec?.diskFull)?.machine;
  return { component, machines: spec?.networkPartition?.machines ?? (machine === undefined ? [] : [machine]) };
}

/** The effects of these faults together: a stop outweighs a delay, of several delays the longest counts. */
export function effectsOf(faults: readonly Fault[]): Effects {
  const components = new Map<string, ComponentEffects>();
  const machines = new Map<string, MachineEffects>();
  const leases = new Map<string, readonly string[]>();
  const partitions: ReadonlySet<string>[] = [];
  for (const { metadata, spec } of faults) {
    const name = metadata?.name ?? "";
    const component = (of: string, change: Partial<ComponentEffects>): void => {
      const { stopped, delay, lag, faults: names } = components.get(of) ?? NO_COMPONENT_EFFECTS;
      components.set(of, {
        stopped: stopped || (change.stopped ?? false),
        delay: Math.max(delay, change.delay ?? 0),
        lag: Math.max(lag, change.lag ?? 0),
        faults: [...names, name],
      });
    };
    const machine = (of: string, change: Partial<MachineEffects>): void => {
      const before = machines.get(of) ?? NO_MACHINE_EFFECTS;
      machines.set(of, { ...before, ...change, faults: [...before.faults, name] });
    };
    const { componentStop, componentSlow, watchLag, networkPartition, machineCrash, diskFull, leaseExpiry } = spec ?? {};
    if (componentStop) component(componentStop.component, { stopped: true });
    if (componentSlow) component(componentSlow.component, { delay: parseDuration(componentSlow.delay) });
    if (watchLag) component(watchLag.component, { lag: parseDuration(watchLag.delay) });
    if (networkPartition) {
      partitions.push(new Set(networkPartition.machines));
      for (const of of networkPartition.machines) machine(of, { cut: true });
    }
    if (machineCrash) machine(machineCrash.machine, { crashed: true });
    if (diskFull) machine(diskFull.machine, { diskFull: true });
    if (leaseExpiry) {
      const key = `${leaseExpiry.namespace}/${leaseExpiry.name}`;
      leases.set(key, [...(leases.get(key) ?? []), name]);
    }
  }
  return { components, machines, partitions, leases };
}

/** Whether packets between two places are lost; undefined: neither is a machine. */
export function severed(partitions: readonly ReadonlySet<string>[], a: string | undefined, b: string | undefined): boolean {
  return partitions.some((far) => far.has(a ?? "") !== far.has(b ?? ""));
}
