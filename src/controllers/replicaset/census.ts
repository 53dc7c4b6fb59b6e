import type { Pod } from "../../api/index.ts";
import type { Change } from "../../client/index.ts";
import { controllerOf } from "../owners.ts";
import { isPodActive, isPodTerminating, podCondition } from "../pods.ts";

/** A pod as its ReplicaSet counts it: read once for every change of the pod, not once for every reconcile. */
export interface CountedPod {
  readonly pod: Pod;
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly active: boolean;
  readonly terminating: boolean;
  readonly ready: boolean;
  /** When it became ready. */
  readonly since: string | undefined;
}

export function counted(pod: Pod): CountedPod {
  const condition = podCondition(pod, "Ready");
  return {
    pod,
    labels: pod.metadata?.labels,
    active: isPodActive(pod),
    terminating: isPodTerminating(pod),
    ready: condition?.status === "True",
    since: condition?.lastTransitionTime,
  };
}

const NOBODY: ReadonlyMap<string, CountedPod> = new Map();

/** Counted pods by the uid of what of this kind controls them, kept up by the informer's changes. */
export function createCensus(kind: string): { observe(change: Change<Pod>): void; of(owner: string): ReadonlyMap<string, CountedPod> } {
  const byOwner = new Map<string, Map<string, CountedPod>>();
  const ownerOf = (pod: Pod): string | undefined => {
    const owner = controllerOf(pod);
    return owner?.kind === kind ? owner.uid : undefined;
  };
  return {
    observe({ key, object, old }) {
      const now = object && ownerOf(object);
      const before = old && ownerOf(old);
      if (before !== undefined && before !== now) {
        const pods = byOwner.get(before);
        pods?.delete(key);
        if (pods?.size === 0) byOwner.delete(before);
      }
      if (!object || now === undefined) return;
      const pods = byOwner.get(now);
      if (pods) pods.set(key, counted(object));
      else byOwner.set(now, new Map([[key, counted(object)]]));
    },
    of: (owner) => byOwner.get(owner) ?? NOBODY,
  };
}
