import type { SchedulerPlugin } from "../types.ts";
import { POD_CHANGED } from "./hints.ts";

/** k8s: plugins/schedulinggates: a pod waits for the end of all its gates before it is looked at. */
export const schedulingGates: SchedulerPlugin = {
  name: "SchedulingGates",
  retryOn: [POD_CHANGED],
  preEnqueue({ pod }) {
    const gates = pod.spec?.schedulingGates ?? [];
    if (gates.length === 0) return null;
    return { reasons: [`waiting for scheduling gates: [${gates.map((g) => g.name).join(" ")}]`], unresolvable: true };
  },
};
