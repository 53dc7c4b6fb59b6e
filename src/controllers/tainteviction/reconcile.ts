import type { Node, Pod } from "../../api/index.ts";
import { type Change, type Client, type Controller, keyOfObject } from "../../client/index.ts";
import { deepEqual, isNotFound } from "../../machinery/index.ts";
import { type Cause, rfc3339 } from "../../sim/index.ts";
import type { ControllerContext } from "../context.ts";
import { withPodCondition } from "../pods.ts";
import { noExecute, tolerationMs } from "./decide.ts";

/** Evicts pods from nodes with NoExecute taints when their tolerations end (k8s: pkg/controller/tainteviction). */
export function createTaintEvictionController({ informers, clock, recorder }: ControllerContext): Controller {
  const pods = informers.of("pods");
  const nodes = informers.of("nodes");
  const events = recorder("taint-eviction-controller");
  pods.index("nodeName", (p) => [p.spec?.nodeName ?? ""]);
  /** Pods that are to go, and when. */
  const due = new Map<string, number>();

  const podKeys = ({ key, object, old }: Change<Pod>): readonly string[] => {
    if (!object) {
      due.delete(key);
      return [];
    }
    const node = object.spec?.nodeName;
    if (!node || (old && old.spec === object.spec)) return [];
    return due.has(key) || noExecute(nodes.get(node)?.spec?.taints).length > 0 ? [key] : [];
  };
  const nodeKeys = ({ key, object, old }: Change<Node>): readonly string[] => {
    if (!object || object.spec?.taints === old?.spec?.taints) return [];
    const [before, after] = [noExecute(old?.spec?.taints), noExecute(object.spec?.taints)];
    if (before.length === 0 && after.length === 0) return [];
    return deepEqual(before, after) ? [] : pods.by("nodeName", key).map(keyOfObject);
  };

  /** Upstream names the pod and nothing more, so that `kubectl describe` does not find these (k8s: emitPodDeletionEvent). */
  const tell = (pod: Pod, message: string, causes: readonly Cause[]): void => {
    const { name, namespace } = pod.metadata ?? {};
    const about = { apiVersion: "v1", kind: "Pod", metadata: { ...(name ? { name } : {}), ...(namespace ? { namespace } : {}) } };
    events.event(about, "Normal", "TaintManagerEviction", message, causes);
  };

  /** k8s: addConditionAndDeletePod, which reads the pod anew. */
  const evict = async (client: Client, { metadata }: Pod): Promise<void> => {
    const { namespace, name = "" } = metadata ?? {};
    try {
      const pod = await client.get("pods", namespace, name);
      const conditions = withPodCondition(pod.status?.conditions ?? [], {
        type: "DisruptionTarget",
        status: "True",
        reason: "DeletionByTaintManager",
        message: "Taint manager: deleting due to NoExecute taint",
        lastTransitionTime: rfc3339(clock.now()),
      });
      if (conditions !== pod.status?.conditions) await client.update("pods", { ...pod, status: { ...pod.status, conditions } }, "status");
      await client.delete("pods", namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };

  return {
    name: "taint-eviction-controller",
    watches: [
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>) },
      { resource: "nodes", keys: (change) => nodeKeys(change as Change<Node>) },
    ],
    async reconcile(key, { client, causes }) {
      const pod = pods.get(key);
      if (!pod || pod.metadata?.deletionTimestamp !== undefined) return void due.delete(key);
      const taints = noExecute(nodes.get(pod.spec?.nodeName ?? "")?.spec?.taints);
      const stay = taints.length === 0 ? Infinity : tolerationMs(taints, pod.spec?.tolerations ?? []);
      const planned = due.get(key);
      if (stay === Infinity) {
        if (due.delete(key)) tell(pod, `Cancelling deletion of Pod ${key}`, causes);
        return;
      }
      // What was planned earlier stands, whatever is tolerated now, unless nothing is (k8s: processPodOnNode).
      const plan = planned && stay > 0 ? planned : clock.now() + stay;
      due.set(key, plan);
      const wait = plan - clock.now();
      if (wait > 0) return wait;
      if (planned && planned > clock.now()) tell(pod, `Cancelling deletion of Pod ${key}`, causes);
      tell(pod, `Marking for deletion Pod ${key}`, causes);
      await evict(client, pod);
      due.delete(key);
      return;
    },
  };
}
