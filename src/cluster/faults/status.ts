import type { Fault } from "../../api/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import { endOf } from "./effects.ts";

type Status = NonNullable<Fault["status"]>;

/** What a fault does, in words. */
function doing({ spec }: Fault): string {
  const { componentStop, componentSlow, watchLag, networkPartition, machineCrash, diskFull, leaseExpiry } = spec ?? {};
  if (componentStop) return `${componentStop.component} is stopped`;
  if (componentSlow) return `each piece of work of ${componentSlow.component} takes ${componentSlow.delay} longer`;
  if (watchLag) return `${watchLag.component} sees what changes ${watchLag.delay} late`;
  if (networkPartition)
    return `${networkPartition.machines.join(", ")} ${networkPartition.machines.length === 1 ? "is" : "are"} cut off from everything else`;
  if (machineCrash) return `${machineCrash.machine} has no power`;
  if (diskFull) return `the disk of ${diskFull.machine} is full`;
  return `renewals of lease ${leaseExpiry?.namespace}/${leaseExpiry?.name} are lost`;
}

/** A fault's status; `missing`: what of its targets there is not. The condition's time moves when its status does. */
export function faultStatus(
  fault: Fault,
  { now, since, missing }: { readonly now: number; readonly since: number; readonly missing: string | undefined },
): Status {
  const end = endOf(fault, since);
  const over = now >= end;
  const active = !over && missing === undefined;
  const [reason, message] = over
    ? ["DurationEnded", `it was over after ${fault.spec?.duration}`]
    : missing === undefined
      ? ["Injected", doing(fault)]
      : ["TargetNotFound", `there is no ${missing}`];
  const status = active ? "True" : "False";
  const before = fault.status?.conditions?.find((c) => c.type === "Active");
  const generation = fault.metadata?.generation;
  const lastTransitionTime = before?.status === status ? before.lastTransitionTime : rfc3339(now);
  const observed = generation === undefined ? {} : { observedGeneration: generation };
  return {
    active,
    since: rfc3339(since),
    ...(end === Infinity ? {} : { until: rfc3339(end) }),
    message,
    ...observed,
    conditions: [{ type: "Active", status, ...observed, lastTransitionTime, reason, message }],
  };
}
