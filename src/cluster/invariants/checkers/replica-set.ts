import type { KubeObject, Pod, ReplicaSet } from "../../../api/index.ts";
import type { Checker } from "../checker.ts";
import { isActive, isReady, nameOf } from "../pods.ts";
import { keyOfObject, type View, type Write } from "../view.ts";

const USER = "system:serviceaccount:kube-system:replicaset-controller";

/** Pods that may be believed to be active, though somebody else took them this moment. */
function believedActive(view: View, rs: ReplicaSet, doneBy: (object: KubeObject | undefined) => boolean): number {
  let count = 0;
  for (const pod of view.list("pods", rs.metadata?.namespace)) {
    if (!pod.metadata?.ownerReferences?.some((r) => r.uid === rs.metadata?.uid)) continue;
    if (isActive(pod)) count++;
    else if (!doneBy(pod) && view.believed(keyOfObject(pod)).some((p) => p && isActive(p as Pod))) count++;
  }
  return count;
}

/** A ReplicaSet neither makes a pod that it has no room for, nor takes one that it needs. */
export const replicaSetSize = (): Checker => {
  /** Pods that ReplicaSets themselves took: of these they know. */
  const taken = new Set<string>();
  return {
    name: "a ReplicaSet has no more and no fewer pods than it wants",
    *at(write, view) {
      if (write.plural !== "pods" || write.origin.user !== USER) return;
      const { before, after } = write as Write<Pod>;
      const ref = (after ?? before)?.metadata?.ownerReferences?.find((r) => r.controller && r.kind === "ReplicaSet");
      const rs = ref && (view.byUid(ref.uid) as ReplicaSet | undefined);
      if (!rs) return;
      const sizes = view.inPlay(rs).map((v) => v.spec?.replicas ?? 0);
      if (!before) {
        const active = view.controlled("pods", ref.uid).filter(isActive).length;
        const most = Math.max(...sizes);
        if (active > most) yield `${nameOf(rs)} creates its pod number ${active}, and wants ${most}`;
        return;
      }
      if (!isActive(before) || (after && isActive(after))) return;
      taken.add(before.metadata?.uid ?? "");
      const left = believedActive(view, rs, (pod) => taken.has(pod?.metadata?.uid ?? ""));
      const least = Math.min(...sizes);
      if (rs.metadata?.deletionTimestamp === undefined && left < least)
        yield `${nameOf(rs)} deletes ${before.metadata?.name} and is left with ${left} pods of ${least}`;
    },
    *settled(view) {
      for (const rs of view.list("replicasets")) {
        const pods = view.controlled("pods", rs.metadata?.uid ?? "").filter(isActive);
        const { replicas = 0, readyReplicas = 0 } = rs.status ?? {};
        const truth = [pods.length, pods.filter(isReady).length];
        if (pods.length !== (rs.spec?.replicas ?? 0)) yield `${nameOf(rs)} has ${pods.length} pods and wants ${rs.spec?.replicas}`;
        if (replicas !== truth[0] || readyReplicas !== truth[1])
          yield `${nameOf(rs)} says ${replicas} pods, ${readyReplicas} ready, and has ${truth.join(", ")}`;
      }
    },
  };
};
