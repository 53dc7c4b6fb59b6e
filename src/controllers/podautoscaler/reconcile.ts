import type { ControllerContext, PacedController } from "../context.ts";
import { Sync, type Surroundings } from "./sync.ts";
import { createTargets } from "./targets.ts";

/** k8s: --horizontal-pod-autoscaler-sync-period: what happens to an autoscaler is seen this much later, too. */
const SYNC_MS = 15_000;

/** Scales what a HorizontalPodAutoscaler points at (k8s: pkg/controller/podautoscaler/horizontal.go). */
export function createHorizontalPodAutoscaling({ informers, clock, recorder }: ControllerContext): PacedController {
  const autoscalers = informers.of("horizontalpodautoscalers");
  const pods = informers.of("pods");
  const around: Surroundings = {
    clock,
    events: recorder("horizontal-pod-autoscaler"),
    targets: createTargets(informers),
    histories: new Map(),
    selectors: new Map(),
    podsOf(namespace, selector) {
      const sure = selector.requirements.find((r) => r.operator === "=" || r.operator === "==");
      const some = sure ? pods.by("label", `${sure.key}=${sure.values[0]}`) : pods.by("namespace", namespace);
      return some.filter((p) => p.metadata?.namespace === namespace && selector.matches(p.metadata?.labels));
    },
  };
  return {
    name: "horizontal-pod-autoscaler",
    watches: [
      {
        resource: "horizontalpodautoscalers",
        after: () => SYNC_MS,
        keys({ key, object }) {
          if (object === undefined) around.selectors.delete(key);
          return [key];
        },
      },
    ],
    async reconcile(key, context) {
      const hpa = autoscalers.get(key);
      if (hpa === undefined) {
        around.histories.delete(key);
        return;
      }
      await new Sync(around, key, hpa, context).run();
      return SYNC_MS;
    },
  };
}
