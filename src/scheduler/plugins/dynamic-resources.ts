import type { SchedulerPlugin } from "../types.ts";
import { POD_CHANGED } from "./hints.ts";

/** k8s: plugins/dynamicresources. Pods with claims are refused by name until devices are simulated (law 10). */
export const dynamicResources: SchedulerPlugin = {
  name: "DynamicResources",
  retryOn: [POD_CHANGED],
  preFilter: ({ pod }) =>
    pod.spec?.resourceClaims?.length
      ? { rejection: { reasons: ["resource claims: not simulated yet in Timonel"], unresolvable: true } }
      : { skip: true },
  // Without a state of its own it fails, in the words of the state's store (k8s: PostFilter, CycleState.Read).
  postFilter: ({ prepared }) =>
    prepared("DynamicResources") ? { message: "no new claims to deallocate" } : { message: "not found", failed: true },
};
