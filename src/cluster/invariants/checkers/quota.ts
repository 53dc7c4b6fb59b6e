import { type Pod, podAmounts, type ResourceQuota } from "../../../api/index.ts";
import { parseQuantity } from "../../../machinery/index.ts";
import { parseTime } from "../../../sim/index.ts";
import type { Checker } from "../checker.ts";
import { isOver, nameOf } from "../pods.ts";
import { keyOfObject, type View, type Write } from "../view.ts";

/** What a namespace really uses of each, in nano units, and creating what it grows by. The histories set no other limits. */
const USES: Readonly<Record<string, { readonly by: string; readonly of: (view: View, namespace: string) => bigint }>> = {
  pods: { by: "pods", of: (view, namespace) => BigInt(quotaed(view, namespace).length) * 1_000_000_000n },
  "requests.cpu": {
    by: "pods",
    of: (view, namespace) => quotaed(view, namespace).reduce((sum, p) => sum + (podAmounts(p.spec, "requests")["cpu"]?.nano ?? 0n), 0n),
  },
  "count/jobs.batch": { by: "jobs", of: (view, namespace) => BigInt(view.list("jobs", namespace).length) * 1_000_000_000n },
};
const quotaed = (view: View, namespace: string): readonly Pod[] =>
  view.list("pods", namespace).filter((p) => !isOver(p) && !isOverdue(p, view.now));

/** Should have been gone by now: it is nobody's charge any more (k8s: quota/v1/evaluator/core QuotaV1Pod). */
function isOverdue({ metadata }: Pod, now: number): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds } = metadata ?? {};
  if (deletionTimestamp === undefined || deletionGracePeriodSeconds === undefined) return false;
  return now > parseTime(deletionTimestamp) + deletionGracePeriodSeconds * 1000;
}
const amount = (text: string | undefined): bigint => parseQuantity(text ?? "0").nano;

/** What a quota says is used never grows above its limit, and never falls short of what is. */
export const quotas = (): Checker => ({
  name: "quotas hold, and say the truth",
  *at(write, view) {
    if (write.plural === "resourcequotas") {
      const { before, after } = write as Write<ResourceQuota>;
      for (const [name, used] of Object.entries(after?.status?.used ?? {})) {
        const limits = after
          ? (view.believed(keyOfObject(after)) as readonly (ResourceQuota | undefined)[]).map((v) => amount(v?.status?.hard?.[name]))
          : [];
        const most = limits.reduce((a, b) => (a > b ? a : b), 0n);
        const grows = before?.status?.used?.[name] !== undefined && amount(used) > amount(before.status.used[name]);
        if (after && grows && amount(used) > most) yield `${nameOf(after)} uses ${used} ${name} of ${after.status?.hard?.[name]}`;
      }
    }
    if (write.before || !write.after) return;
    const namespace = write.after.metadata?.namespace ?? "";
    for (const quota of view.list("resourcequotas", namespace)) yield* over(view, quota, write.plural);
  },
  *settled(view) {
    for (const quota of view.list("resourcequotas")) {
      for (const name of Object.keys(quota.spec?.hard ?? {})) {
        const truth = USES[name]?.of(view, quota.metadata?.namespace ?? "");
        const used = quota.status?.used?.[name];
        if (truth !== undefined && (used === undefined || amount(used) !== truth))
          yield `${nameOf(quota)} says ${used} ${name}, and ${truth} nano are used`;
      }
    }
  },
});

function* over(view: View, quota: ResourceQuota, plural: string): Generator<string> {
  const namespace = quota.metadata?.namespace ?? "";
  for (const name of Object.keys(quota.status?.hard ?? {})) {
    if (USES[name]?.by !== plural) continue;
    const known = view.believed(keyOfObject(quota)) as readonly (ResourceQuota | undefined)[];
    // What a quota had not counted yet when this was let in, it could not refuse.
    if (known.some((q) => q?.status?.hard?.[name] === undefined)) continue;
    const used = USES[name].of(view, namespace);
    const most = known.map((q) => amount(q?.status?.hard?.[name])).reduce((a, b) => (a > b ? a : b), 0n);
    if (used > most) yield `${used} nano of ${name} are used in ${namespace}, and ${nameOf(quota)} allows ${most}`;
  }
}
