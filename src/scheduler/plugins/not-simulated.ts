import type { SchedulerPlugin } from "../types.ts";
import { POD_CHANGED } from "./hints.ts";

/** Constraints that this scheduler can't honour yet are refused by name rather than ignored (law 10). */
export const notSimulated: SchedulerPlugin = {
  name: "NotSimulated",
  retryOn: [POD_CHANGED],
  preFilter({ pod }) {
    const { volumes } = pod.spec ?? {};
    const what = [
      volumes?.some((v) => v.persistentVolumeClaim !== undefined || v.ephemeral !== undefined) ? "persistent volume claims" : "",
    ].filter((w) => w !== "");
    if (what.length === 0) return {};
    return { rejection: { reasons: [`${what.join(", ")}: not simulated yet in Timonel`], unresolvable: true } };
  },
};
