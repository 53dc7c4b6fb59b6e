import type { Machine } from "../api/index.ts";
import { type Client, createWorkQueue, type Informers, type WorkQueue } from "../client/index.ts";
import { deepEqual, isConflict, isNotFound } from "../machinery/index.ts";
import { type Cancel, type Cause, type Clock, rfc3339 } from "../sim/index.ts";
import { type Effects, NO_EFFECTS } from "./faults/effects.ts";
import { freeAddress, type MachineSpec, machineSpec } from "./machine-spec.ts";
import type { ClusterMachine } from "./machines.ts";

export interface ParkOptions {
  readonly clock: Clock;
  /** Puts a machine together and joins it to the others. */
  readonly build: (spec: MachineSpec) => ClusterMachine;
  /** It is there now, or is no more. */
  readonly onChange: (machine: ClusterMachine, there: boolean, causes: readonly Cause[]) => void;
}

/** The machines of a cluster: those it was made with, and those that come and go as Machine objects do. */
export class MachinePark {
  readonly machines = new Map<string, ClusterMachine>();
  readonly #options: ParkOptions;
  #effects: Effects = NO_EFFECTS;
  #queue: WorkQueue | undefined;

  constructor(options: ParkOptions) {
    this.#options = options;
  }

  add(spec: MachineSpec): ClusterMachine {
    const machine = this.#options.build(spec);
    this.machines.set(spec.name, machine);
    return machine;
  }

  /** Does what Machine objects say, from now on. */
  watch(client: Client, informers: Informers): Cancel {
    const objects = informers.of("machines");
    const queue = (this.#queue = createWorkQueue({
      clock: this.#options.clock,
      name: "machines",
      process: async (name, causes) => {
        try {
          await this.#reconcile(name, objects.get(name), client.because(causes), causes);
          queue.forget(name);
        } catch (error) {
          if (!isConflict(error) && !isNotFound(error)) throw error;
          queue.addRateLimited(name, causes);
        }
      },
    }));
    const stop = objects.on(({ key, causes }) => queue.add(key, causes.length > 0 ? causes : START));
    return () => {
      stop();
      queue.stop();
    };
  }

  /** Faults that are about machines; a plug is pulled at once. */
  obey(effects: Effects, causes: (faults: readonly string[]) => readonly Cause[]): void {
    const before = this.#effects;
    this.#effects = effects;
    for (const [name, machine] of this.machines) {
      const [was, is] = [before.machines.get(name), effects.machines.get(name)];
      const why = causes([...(was?.faults ?? []), ...(is?.faults ?? [])]);
      if (is?.crashed) machine.crash(why);
      machine.fillDisk(is?.diskFull ?? false);
      machine.kubelet.cut(is?.cut ?? false, why);
      if (was?.crashed !== is?.crashed) this.#queue?.add(name, why);
    }
  }

  async #reconcile(name: string, object: Machine | undefined, client: Client, causes: readonly Cause[]): Promise<void> {
    let machine = this.machines.get(name);
    if (!object) {
      if (!machine) return;
      machine.crash(causes);
      this.machines.delete(name);
      return this.#options.onChange(machine, false, causes);
    }
    if (!machine) {
      machine = this.add(machineSpec(object, freeAddress(this.machines.values())));
      if (object.spec?.power === "Off") machine.crash(causes);
      this.#options.onChange(machine, true, causes);
      machine.begin(causes);
    }
    machine.adapt(machineSpec(object, machine.address), causes);
    if (this.#effects.machines.get(name)?.crashed) machine.crash(causes);
    else if (object.spec?.power !== "Off") machine.switchOn(causes);
    else machine.shutDown(causes, () => this.#queue?.add(name, [{ kind: "process", machine: name, pid: 1, what: "poweroff" }]));
    const bootedAt = machine.bootedAt === undefined ? object.metadata?.creationTimestamp : rfc3339(machine.bootedAt);
    const status = { power: machine.power, address: machine.address, ...(bootedAt === undefined ? {} : { bootedAt }) };
    if (!deepEqual(status, object.status)) await client.update("machines", { ...object, status }, "status");
  }
}

const START: readonly Cause[] = [{ kind: "timer", name: "machines", armedBy: [] }];
