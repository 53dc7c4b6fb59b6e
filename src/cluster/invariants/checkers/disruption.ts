import type { Pod, PodDisruptionBudget } from "../../../api/index.ts";
import { labelSelector } from "../../../machinery/index.ts";
import type { Checker } from "../checker.ts";
import { isGoing, isReady, nameOf } from "../pods.ts";
import { keyOfObject, type View, type Write } from "../view.ts";

const EVICTED = "EvictionByEvictionAPI";
const isEvicted = (pod: Pod | undefined): boolean =>
  pod?.status?.conditions?.some((c) => c.type === "DisruptionTarget" && c.reason === EVICTED) ?? false;
const isHealthy = (pod: Pod): boolean => !isGoing(pod) && isReady(pod);

function podsOf(view: View, pdb: PodDisruptionBudget): readonly Pod[] {
  const selector = labelSelector(pdb.spec?.selector);
  return view.list("pods", pdb.metadata?.namespace).filter((p) => selector.matches(p.metadata?.labels));
}

/** An eviction never takes a pod that its budget needs. */
export const disruptionBudgets = (): Checker => ({
  name: "evictions respect the budgets",
  *at(write, view) {
    if (write.plural !== "pods") return;
    const { before, after } = write as Write<Pod>;
    if (!before || !after || isEvicted(before) || !isEvicted(after) || !isHealthy(before) || before.status?.phase !== "Running") return;
    for (const pdb of view.list("poddisruptionbudgets", before.metadata?.namespace)) {
      if (!pdb.spec?.selector || !labelSelector(pdb.spec.selector).matches(before.metadata?.labels)) continue;
      const left = podsOf(view, pdb).filter(
        (p) => p !== after && !isEvicted(p) && view.believed(keyOfObject(p)).some((v) => v && isHealthy(v as Pod)),
      );
      const believed = view
        .believed(keyOfObject(pdb))
        .map((v) => (v as PodDisruptionBudget | undefined)?.status?.desiredHealthy ?? Infinity);
      const least = Math.min(...believed);
      if (left.length < least)
        yield `${nameOf(before)} is evicted, and ${left.length} healthy pods are left of ${least} that ${nameOf(pdb)} needs`;
      const { minAvailable } = pdb.spec;
      const { desiredHealthy = 0, observedGeneration } = pdb.status ?? {};
      const counted = observedGeneration === pdb.metadata?.generation;
      if (counted && typeof minAvailable === "number" && desiredHealthy < minAvailable)
        yield `${nameOf(pdb)} says that ${desiredHealthy} pods must be healthy, and wants ${minAvailable}`;
    }
  },
  *settled(view) {
    for (const pdb of view.list("poddisruptionbudgets")) {
      // What could not be counted allows nothing.
      if (pdb.status?.conditions?.some((c) => c.reason === "SyncFailed")) continue;
      const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0, observedGeneration } = pdb.status ?? {};
      const healthy = podsOf(view, pdb).filter(isHealthy).length;
      if (currentHealthy !== healthy) yield `${nameOf(pdb)} says that ${currentHealthy} pods are healthy, and ${healthy} are`;
      const allowed = Math.max(0, healthy - desiredHealthy);
      if (disruptionsAllowed !== allowed) yield `${nameOf(pdb)} allows ${disruptionsAllowed} disruptions, and there is room for ${allowed}`;
      if (observedGeneration !== pdb.metadata?.generation) yield `${nameOf(pdb)} was not observed since generation ${observedGeneration}`;
    }
  },
});
