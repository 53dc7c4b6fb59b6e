import type { Node, Pod, PodCondition } from "../../api/index.ts";
import { type Change, type Client, type Controller, keyOfObject } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import type { ControllerContext } from "../context.ts";
import { isPodTerminal } from "../pods.ts";
import { excessTerminated, isOutOfService, QUARANTINE_MS, TERMINATED_THRESHOLD } from "./decide.ts";

const TERMINATED = "terminated";

/** Removes pods that no kubelet will ever finish, and old finished ones (k8s: pkg/controller/podgc). */
export function createPodGcController({ informers, clock }: ControllerContext): Controller {
  const pods = informers.of("pods");
  const nodes = informers.of("nodes");
  pods.index("nodeName", (p) => [p.spec?.nodeName ?? ""]);
  const finished = new Set<string>();
  /** When each missing node was first missed. */
  const missed = new Map<string, number>();

  const podKeys = ({ key, object, old }: Change<Pod>): readonly string[] => {
    if (!object || !isPodTerminal(object)) finished.delete(key);
    else if (!finished.has(key)) {
      finished.add(key);
      if (finished.size > TERMINATED_THRESHOLD) return [TERMINATED];
    }
    if (!object) return [];
    const node = object.spec?.nodeName ?? "";
    if (node === "") return object.metadata?.deletionTimestamp !== undefined ? [`pod/${key}`] : [];
    const host = nodes.get(node);
    if (!host) return old?.spec?.nodeName !== node ? [`node/${node}`] : [];
    return object.metadata?.deletionTimestamp !== undefined && isOutOfService(host) ? [`node/${node}`] : [];
  };

  const remove = async (client: Client, pod: Pod): Promise<void> => {
    const { namespace, name = "", uid } = pod.metadata ?? {};
    try {
      await client.delete("pods", namespace, name, { gracePeriodSeconds: 0, ...(uid === undefined ? {} : { preconditions: { uid } }) });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };

  /** Fails it first, so that nobody takes it for running, and says why where there is a word for it (k8s: markFailedAndDeletePodWithCondition). */
  const failAndRemove = async (client: Client, pod: Pod, condition?: PodCondition): Promise<void> => {
    if (!isPodTerminal(pod)) {
      // A patch is all that it may do to a status.
      const { namespace, name = "", uid } = pod.metadata ?? {};
      const patch = { metadata: { uid }, status: { phase: "Failed", ...(condition ? { conditions: [condition] } : {}) } };
      try {
        await client.patch("pods", namespace, name, "strategic", patch, "status");
      } catch (error) {
        if (!isNotFound(error)) throw error;
        return;
      }
    }
    await remove(client, pod);
  };

  const look = async (client: Client, node: string): Promise<number | undefined> => {
    const host = nodes.get(node);
    if (host && isOutOfService(host))
      for (const pod of pods.by("nodeName", node)) if (pod.metadata?.deletionTimestamp !== undefined) await failAndRemove(client, pod);
    const orphans = host ? [] : pods.by("nodeName", node);
    if (orphans.length === 0) return void missed.delete(node);
    const since = missed.get(node) ?? clock.now();
    missed.set(node, since);
    const wait = since + QUARANTINE_MS - clock.now();
    if (wait > 0) return wait;
    try {
      await client.get("nodes", undefined, node);
      return undefined;
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const condition = {
      type: "DisruptionTarget",
      status: "True",
      reason: "DeletionByPodGC",
      message: "PodGC: node no longer exists",
      lastTransitionTime: rfc3339(clock.now()),
    };
    for (const pod of orphans) await failAndRemove(client, pod, condition);
    missed.delete(node);
    return undefined;
  };

  return {
    name: "pod-garbage-collector",
    watches: [
      { resource: "pods", keys: (change) => podKeys(change as Change<Pod>) },
      { resource: "nodes", keys: ({ key, object }) => (object && !isOutOfService(object as Node) ? [] : [`node/${key}`]) },
    ],
    async reconcile(key, { client }) {
      if (key === TERMINATED) {
        const excess = excessTerminated([...finished].map((k) => pods.get(k)).filter((p) => p !== undefined));
        for (const pod of excess) await remove(client, pod);
        return;
      }
      if (key.startsWith("node/")) return look(client, key.slice("node/".length));
      // Deleted before it was ever assigned: no kubelet will confirm (k8s: gcUnscheduledTerminating).
      const pod = pods.get(key.slice("pod/".length));
      if (pod && !pod.spec?.nodeName && pod.metadata?.deletionTimestamp !== undefined && keyOfObject(pod) === key.slice("pod/".length))
        await failAndRemove(client, pod);
      return;
    },
  };
}
