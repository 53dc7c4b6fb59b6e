import type { DaemonSet, Node, Pod } from "../../../api/index.ts";
import type { Checker } from "../checker.ts";
import { isActive, isAvailable, isGoing, isOver, isReady, nameOf, share } from "../pods.ts";
import { keyOfObject, type View, type Write } from "../view.ts";

const USER = "system:serviceaccount:kube-system:daemon-set-controller";

const NODE_NAME = "metadata.name";
/** The node that a daemon's pod is for, be it bound or not. */
export function nodeFor(pod: Pod): string | undefined {
  if (pod.spec?.nodeName) return pod.spec.nodeName;
  const terms = pod.spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  for (const { matchFields = [] } of terms) for (const { key, values = [] } of matchFields) if (key === NODE_NAME) return values[0];
  return undefined;
}

const surgeOf = (d: DaemonSet): number => (share(d.spec?.updateStrategy?.rollingUpdate?.maxSurge, 100, true) > 0 ? 1 : 0);
const isRolling = (d: DaemonSet): boolean => d.spec?.updateStrategy?.type === "RollingUpdate";

/** The taints that every daemon bears (k8s: daemon/util AddOrUpdateDaemonPodTolerations). */
const BORNE = new Set([
  ...["not-ready", "unreachable"].map((name) => `node.kubernetes.io/${name}:NoExecute`),
  ...["disk-pressure", "memory-pressure", "pid-pressure", "unschedulable"].map((name) => `node.kubernetes.io/${name}:NoSchedule`),
]);

/** Whether it is to run there. Of taints it bears those that every daemon bears, and no others. */
function isFor(d: DaemonSet, node: Node): boolean {
  const selector = Object.entries(d.spec?.template?.spec?.nodeSelector ?? {});
  const labels = node.metadata?.labels ?? {};
  const taints = node.spec?.taints ?? [];
  return (
    selector.every(([k, v]) => labels[k] === v) &&
    taints.every(({ key, effect }) => effect === "PreferNoSchedule" || BORNE.has(`${key}:${effect}`))
  );
}

/** A node gets one pod of a daemon, or a second one for as long as a surge lasts; a rollout leaves most nodes served. */
export const daemonSetNodes = (): Checker => ({
  name: "a DaemonSet has at most one pod a node, and one more while it surges",
  *at(write, view) {
    if (write.plural !== "pods" || write.origin.user !== USER) return;
    const { before, after } = write as Write<Pod>;
    const ref = (after ?? before)?.metadata?.ownerReferences?.find((r) => r.controller && r.kind === "DaemonSet");
    const d = ref && (view.byUid(ref.uid) as DaemonSet | undefined);
    if (!d) return;
    const specs = view.inPlay(d);
    const pods = view.controlled("pods", ref.uid);
    if (!before && after) {
      const node = nodeFor(after);
      const there = pods.filter((p) => nodeFor(p) === node && (isActive(p) || (isGoing(p) && !isOver(p))));
      const most = 1 + Math.max(...specs.map(surgeOf));
      const staying = most > 1 ? there.filter((p) => !isGoing(p)) : there;
      if (staying.length > most)
        yield `${nameOf(d)} has ${staying.length} pods for ${node}: ${staying.map((p) => p.metadata?.name).join()}`;
      return;
    }
    if (!before || !isActive(before) || (after && isActive(after))) return;
    yield* replaced(view, d, specs, pods, before);
  },
  *settled(view) {
    const nodes = view.list("nodes");
    for (const d of view.list("daemonsets")) {
      const pods = view.controlled("pods", d.metadata?.uid ?? "");
      const wanted = nodes.filter((n) => isFor(d, n));
      const served = pods.map((p) => nodeFor(p) ?? "").sort();
      const names = wanted.map((n) => n.metadata?.name ?? "").sort();
      if (served.join() !== names.join()) yield `${nameOf(d)} has pods on ${served.join()} and is for ${names.join()}`;
      const { desiredNumberScheduled = 0, numberReady = 0, observedGeneration } = d.status ?? {};
      if (desiredNumberScheduled !== names.length || numberReady !== pods.filter(isReady).length)
        yield `${nameOf(d)} says ${numberReady} ready of ${desiredNumberScheduled}, and has ${pods.filter(isReady).length} of ${names.length}`;
      if (observedGeneration !== d.metadata?.generation) yield `${nameOf(d)} was not observed since generation ${observedGeneration}`;
    }
  },
});

/** Taking an available pod for a newer one must leave enough nodes with one that is available. */
function* replaced(view: View, d: DaemonSet, specs: readonly DaemonSet[], pods: readonly Pod[], gone: Pod): Generator<string> {
  const node = nodeFor(gone);
  const onNode = view.list("nodes").find((n) => n.metadata?.name === node);
  if (!specs.every(isRolling) || !onNode || !specs.every((s) => isFor(s, onNode)) || isGoing(d as never)) return;
  const minReady = Math.min(...specs.map((s) => s.spec?.minReadySeconds ?? 0));
  const serving = (p: Pod): boolean =>
    view.believed(keyOfObject(p)).some((v) => v !== undefined && !isGoing(v as Pod) && isAvailable(v as Pod, minReady, view.now));
  // What served nobody, as far as anyone may believe, is no loss.
  if (view.believed(keyOfObject(gone)).some((v) => !v || !isAvailable(v as Pod, minReady, view.now))) return;
  const others = pods.filter((p) => p.metadata?.uid !== gone.metadata?.uid && !isGoing(p));
  if (others.some((p) => nodeFor(p) === node && isActive(p))) return;
  const wanted = view.list("nodes").filter((n) => specs.every((s) => isFor(s, n)));
  const served = wanted.filter((n) => others.some((p) => nodeFor(p) === n.metadata?.name && serving(p))).length;
  const most = Math.max(...specs.map((s) => share(s.spec?.updateStrategy?.rollingUpdate?.maxUnavailable, wanted.length, true)), 1);
  if (wanted.length - served > most)
    yield `${nameOf(d)} takes ${gone.metadata?.name}: ${wanted.length - served} of ${wanted.length} nodes are without, and ${most} may be`;
}
