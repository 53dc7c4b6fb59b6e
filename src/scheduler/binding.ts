import type { Client } from "../client/index.ts";
import type { Cause } from "../sim/index.ts";
import type { States } from "./cycle.ts";
import type { Profile } from "./profile.ts";
import type { NodeInfo, PodInfo, Rejection, Reservation, Verdict, Wait } from "./types.ts";

/** What plugins hold for a pod until it is bound, or not. */
export interface Held {
  readonly reservations: readonly Reservation[];
  readonly waits: readonly { readonly plugin: string; readonly wait: Wait }[];
}

/** Asks the plugins that reserve, then those that permit; a rejection gives back what was reserved before it (k8s: Reserve, Permit). */
export function hold(pod: PodInfo, node: NodeInfo, profile: Profile, states: States): Held | Verdict {
  const reservations: Reservation[] = [];
  const refuse = (rejection: Rejection, plugin: string): Verdict => {
    undo(reservations);
    return { reasons: rejection.reasons, unresolvable: rejection.unresolvable, plugin };
  };
  for (const plugin of profile.reserves) {
    const answer = plugin.reserve?.(pod, node, states.get(plugin.name)) ?? null;
    if (answer === null) continue;
    if ("reasons" in answer) return refuse(answer, plugin.name);
    reservations.push(answer);
  }
  const waits: { plugin: string; wait: Wait }[] = [];
  for (const plugin of profile.permits) {
    const answer = plugin.permit?.(pod, node) ?? null;
    if (answer === null) continue;
    if ("reasons" in answer) return refuse(answer, plugin.name);
    waits.push({ plugin: plugin.name, wait: answer });
  }
  return { reservations, waits };
}

/** Last come, first gone. */
export function undo(reservations: readonly Reservation[]): void {
  for (const reservation of reservations.toReversed()) reservation.undo();
}

/** Waits for those who asked for it; the first rejection ends it. */
export async function permitted(waits: Held["waits"]): Promise<Verdict | null> {
  for (const { plugin, wait } of waits) {
    const rejection = await wait.answer;
    if (rejection) return { ...rejection, plugin };
  }
  return null;
}

export async function prepare(reservations: readonly Reservation[], client: Client, causes: readonly Cause[]): Promise<void> {
  for (const reservation of reservations) await reservation.preBind?.({ client, causes });
}
