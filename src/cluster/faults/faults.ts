import type { Fault } from "../../api/index.ts";
import { type Client, createWorkQueue, type Informers } from "../../client/index.ts";
import { deepEqual, isConflict, isNotFound } from "../../machinery/index.ts";
import { type Cancel, type Cause, type Clock, mergeCauses, parseTime } from "../../sim/index.ts";
import { type Effects, effectsOf, endOf, inForce, targetsOf } from "./effects.ts";
import { faultStatus } from "./status.ts";

export interface FaultsOptions {
  readonly clock: Clock;
  readonly client: Client;
  readonly informers: Informers;
  /** Makes the cluster so; `causes`: of what changed, given the faults that come or go. */
  readonly apply: (effects: Effects, causes: readonly Cause[]) => void;
  /** What of these names there is not. */
  readonly missing: (targets: ReturnType<typeof targetsOf>) => string | undefined;
}

/** Reads Fault objects as any client would, and makes the cluster as bad as they want it. */
export interface Faults {
  /** Resolves when what was in force before is in force again. */
  begin(): Promise<void>;
  /** Machines came or went. */
  targetsChanged(causes: readonly Cause[]): void;
  stop(): void;
}

export function createFaults({ clock, client, informers, apply, missing }: FaultsOptions): Faults {
  const objects = informers.of("faults");
  /** When each fault began, to the millisecond. */
  const begun = new Map<string, number>();
  const cancels: Cancel[] = [];

  const sinceOf = ({ metadata, status }: Fault): number => {
    const uid = metadata?.uid ?? "";
    const known = begun.get(uid) ?? (status?.since === undefined ? clock.now() : parseTime(status.since));
    begun.set(uid, known);
    return known;
  };
  /** One that names what there is not does nothing at all until there is. */
  const acts = (fault: Fault): boolean => inForce(fault, sinceOf(fault), clock.now()) && missing(targetsOf(fault)) === undefined;
  const settle = (causes: readonly Cause[]): void => apply(effectsOf([...objects.list()].filter(acts)), causes);

  const queue = createWorkQueue({
    clock,
    name: "fault",
    async process(name, causes) {
      const own: readonly Cause[] = mergeCauses(causes, [{ kind: "fault", name }]);
      settle(own);
      const fault = objects.get(name);
      if (!fault || fault.metadata?.deletionTimestamp !== undefined) return;
      const since = sinceOf(fault);
      const left = endOf(fault, since) - clock.now();
      if (left > 0 && left !== Infinity) queue.addAfter(name, left, causes);
      const status = faultStatus(fault, { now: clock.now(), since, missing: missing(targetsOf(fault)) });
      if (deepEqual(status, fault.status)) return;
      try {
        await client.because(own).update("faults", { ...fault, status }, "status");
        queue.forget(name);
      } catch (error) {
        if (!isConflict(error) && !isNotFound(error)) throw error;
        queue.addRateLimited(name, causes);
      }
    },
  });

  return {
    async begin() {
      // Who may not look has no faults.
      await informers.answered();
      settle([{ kind: "timer", name: "faults", armedBy: [] }]);
      cancels.push(
        objects.on(({ key, object, old, causes }) => {
          if (!object) begun.delete(old?.metadata?.uid ?? "");
          if (object && old && object.spec === old.spec && object.metadata?.deletionTimestamp === old.metadata?.deletionTimestamp) return;
          queue.add(key, causes.length > 0 ? causes : [{ kind: "timer", name: "faults", armedBy: [] }]);
        }),
      );
    },
    targetsChanged(causes) {
      settle(causes);
      for (const { metadata } of objects.list()) queue.add(metadata?.name ?? "", causes);
    },
    stop() {
      for (const cancel of cancels.splice(0)) cancel();
      queue.stop();
    },
  };
}
