import { qosClass, type Pod } from "../../api/index.ts";
import { specOf } from "../pod.ts";

/** k8s: scheduling.SystemCriticalPriority. */
const SYSTEM_CRITICAL = 2_000_000_000;

/** Such pods are taken, and kept, whatever the node is short of (k8s: kubelet/types IsCriticalPod). */
export const isCritical = (pod: Pod): boolean =>
  pod.metadata?.annotations?.["kubernetes.io/config.source"] !== undefined ||
  pod.metadata?.annotations?.["kubernetes.io/config.mirror"] !== undefined ||
  (specOf(pod).priority ?? 0) >= SYSTEM_CRITICAL;

const MEMORY_TAINT = "node.kubernetes.io/memory-pressure";

/** Whether a node under pressure turns a pod away (k8s: eviction_manager.go Admit). */
export function refusedUnder(pod: Pod, pressure: readonly string[]): boolean {
  if (isCritical(pod)) return false;
  if (pressure.length > 1 || pressure[0] !== "MemoryPressure") return true;
  if (qosClass(pod) !== "BestEffort") return false;
  const tolerates = specOf(pod).tolerations?.some(
    ({ key, operator = "Equal", effect, value }) =>
      (effect === undefined || effect === "NoSchedule") &&
      (key === undefined || key === "" ? operator === "Exists" : key === MEMORY_TAINT && (operator === "Exists" || (value ?? "") === "")),
  );
  return tolerates !== true;
}
