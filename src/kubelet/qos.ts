import { isSidecar, qosClass, type Pod } from "../api/index.ts";
import { value } from "../machinery/index.ts";
import { specOf, type AnyContainer } from "./pod.ts";

const GUARANTEED = -997;
const BEST_EFFORT = 1000;
/** k8s: scheduling.SystemNodeCritical's value. */
const NODE_CRITICAL = 2_000_001_000;

/** Whom the machine's OOM killer prefers: the more memory a pod has asked for, the less (k8s: qos/policy.go GetContainerOOMScoreAdjust). */
export function oomScoreAdj(pod: Pod, container: AnyContainer, capacity: number): number {
  const spec = specOf(pod);
  if ((spec.priority ?? 0) >= NODE_CRITICAL) return GUARANTEED;
  const qos = qosClass(pod);
  if (qos !== "Burstable") return qos === "Guaranteed" ? GUARANTEED : BEST_EFFORT;
  const requests = [...(spec.initContainers?.filter(isSidecar) ?? []), ...spec.containers];
  const own = (c: AnyContainer): number => value(c.resources?.requests?.["memory"]);
  // What a pod has asked for as a whole, and its containers have not, is all of theirs in equal parts.
  const whole = value(spec.resources?.requests?.["memory"]);
  const rest = whole === 0 ? 0 : Math.floor((whole - requests.reduce((sum, c) => sum + own(c), 0)) / requests.length);
  const score = (c: AnyContainer): number => {
    const asked = 1000 - Math.floor((1000 * (own(c) + Math.max(0, rest))) / capacity);
    return asked < 1000 + GUARANTEED ? 1000 + GUARANTEED : asked === BEST_EFFORT ? asked - 1 : asked;
  };
  // A sidecar is not taken before those that it serves.
  if (spec.initContainers?.some((c) => c.name === container.name && isSidecar(c)) === true)
    return Math.min(score(container), ...spec.containers.map(score));
  return score(container);
}
