import { qosClass, type Pod } from "../../api/index.ts";
import { admit, podRequests, type Room } from "../resources.ts";
import { specOf } from "../pod.ts";
import { withAllocation, type Allocation } from "./allocation.ts";

export interface ResizeRefusal {
  readonly reason: "Deferred" | "Infeasible";
  readonly message: string;
}

/** Whether a node can give a pod what it asks for now; `room` is without what the pod has (k8s: allocation_manager.go canAdmitPod). */
export function resizeRefusal(pod: Pod, room: Room): ResizeRefusal | undefined {
  const asked = podRequests(pod);
  for (const name of ["memory", "cpu"] as const)
    if (asked[name] > room.allocatable[name])
      return {
        reason: "Infeasible",
        message: `Node didn't have enough capacity: ${name}, requested: ${asked[name]}, capacity: ${room.allocatable[name]}`,
      };
  const rejection = admit(pod, { ...room, pressure: [] });
  return rejection === null ? undefined : { reason: "Deferred", message: rejection.message };
}

export interface Waiting {
  readonly pod: Pod;
  readonly allocated: Allocation;
  /** When it was first put off; undefined: it never was. */
  readonly since: number | undefined;
}

/**
 * Who is served first: who does not ask for more, then by priority, then the guaranteed, then who has waited longest
 * (k8s: allocation_manager.go sortPendingResizes).
 */
export function byTurn(a: Waiting, b: Waiting): number {
  const grows = ({ pod, allocated }: Waiting): number => {
    const [now, before] = [podRequests(pod), podRequests(withAllocation(pod, allocated))];
    return Number(now.cpu > before.cpu || now.memory > before.memory);
  };
  const priority = ({ pod }: Waiting): number => specOf(pod).priority ?? 0;
  const lesser = ({ pod }: Waiting): number => Number(qosClass(pod) !== "Guaranteed");
  return (
    grows(a) - grows(b) ||
    priority(b) - priority(a) ||
    lesser(a) - lesser(b) ||
    (a.since === b.since ? 0 : (a.since ?? Infinity) - (b.since ?? Infinity))
  );
}
