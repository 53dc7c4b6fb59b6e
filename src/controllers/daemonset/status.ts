import type { DaemonSet, DaemonSetStatus } from "../../api/index.ts";
import { deepEqual } from "../../machinery/index.ts";
import { isPodReady } from "../pods.ts";
import { availableIn, bySeniority, type Daemons } from "./decide.ts";
import { isUpdated, placementOn } from "./placement.ts";

/**
 * What the nodes and pods add up to, the old status by reference when it says the same; and the milliseconds until the
 * next ready pod becomes available (k8s: updateDaemonSetStatus).
 */
export function daemonSetStatus(
  d: DaemonSet,
  { nodes, pods }: Daemons,
  hash: string,
  observed: boolean,
  now: number,
): { readonly status: DaemonSetStatus; readonly nextAvailability: number | undefined } {
  let [desired, current, misscheduled, ready, updated, available] = [0, 0, 0, 0, 0, 0];
  let nextAvailability: number | undefined;
  for (const node of nodes) {
    // Of several the senior one stands for the node.
    const [pod] = [...(pods.get(node.metadata?.name ?? "") ?? [])].sort(bySeniority);
    if (!placementOn(d, node).run) {
      if (pod) misscheduled++;
      continue;
    }
    desired++;
    if (!pod) continue;
    current++;
    if (isUpdated(d, pod, hash)) updated++;
    if (!isPodReady(pod)) continue;
    ready++;
    const wait = availableIn(d, pod, now);
    if (wait === 0) available++;
    else if (wait !== undefined) nextAvailability = Math.min(wait, nextAvailability ?? wait);
  }
  const { observedGeneration, collisionCount, conditions } = d.status ?? {};
  const generation = observed ? d.metadata?.generation : observedGeneration;
  const status: DaemonSetStatus = {
    currentNumberScheduled: current,
    numberMisscheduled: misscheduled,
    desiredNumberScheduled: desired,
    numberReady: ready,
    ...(generation === undefined ? {} : { observedGeneration: generation }),
    ...(updated ? { updatedNumberScheduled: updated } : {}),
    ...(available ? { numberAvailable: available } : {}),
    ...(desired > available ? { numberUnavailable: desired - available } : {}),
    ...(collisionCount === undefined ? {} : { collisionCount }),
    ...(conditions === undefined ? {} : { conditions }),
  };
  return { status: d.status && deepEqual(d.status, status) ? d.status : status, nextAvailability };
}
