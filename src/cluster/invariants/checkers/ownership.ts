import type { KubeObject } from "../../../api/index.ts";
import type { Checker } from "../checker.ts";
import type { View } from "../view.ts";

const COLLECTOR = "system:serviceaccount:kube-system:generic-garbage-collector";
const FOREGROUND = "foregroundDeletion";

/** The owners that hold an object: those that are there, and do not wait for it to go. */
function holders(view: View, object: KubeObject): readonly KubeObject[] {
  return (object.metadata?.ownerReferences ?? []).flatMap(({ uid }) => {
    const owner = view.byUid(uid);
    const waits = owner?.metadata?.deletionTimestamp !== undefined && owner.metadata.finalizers?.includes(FOREGROUND);
    return owner && !waits ? [owner] : [];
  });
}

/** Nothing has two controllers, nothing is collected that an owner holds, and nothing outlives its owners. */
export const ownership = (): Checker => ({
  name: "objects have one controller, and go with their owners",
  *at({ key, before, after, origin }, view) {
    const controllers = after?.metadata?.ownerReferences?.filter((r) => r.controller) ?? [];
    if (controllers.length > 1) yield `${key} has ${controllers.length} controllers: ${controllers.map((r) => r.name).join()}`;
    const goes =
      before?.metadata?.deletionTimestamp === undefined && (after === undefined || after.metadata?.deletionTimestamp !== undefined);
    if (!before || !goes || origin.user !== COLLECTOR) return;
    if (!before.metadata?.ownerReferences?.length) yield `the garbage collector takes ${key}, which had no owner`;
    for (const owner of holders(view, before))
      yield `the garbage collector takes ${key}, which ${owner.kind} ${owner.metadata?.name} holds`;
  },
  *settled(view) {
    for (const { key, object } of view.all()) {
      const refs = object.metadata?.ownerReferences ?? [];
      if (refs.length > 0 && refs.every(({ uid }) => !view.byUid(uid)))
        yield `${key} is an orphan of ${refs.map((r) => `${r.kind} ${r.name}`).join()}`;
      if (object.metadata?.deletionTimestamp !== undefined)
        yield `${key} is still going, held by ${object.metadata.finalizers?.join() ?? "nothing"}`;
    }
  },
});
