import type { Client, EventRecorder } from "../client/index.ts";
import { isNotFound, StatusError } from "../machinery/index.ts";
import { type Cause, type Clock, rfc3339 } from "../sim/index.ts";
import type { PodInfo } from "./types.ts";

/** Sends the victims of a preemption away (k8s: framework/preemption Executor.PreemptPod). */
export async function evict(
  { client, clock, recorder }: { readonly client: Client; readonly clock: Clock; readonly recorder: EventRecorder },
  preemptor: PodInfo,
  node: string,
  victims: readonly PodInfo[],
  causes: readonly Cause[],
): Promise<void> {
  const acting = client.because(causes);
  const by = preemptor.pod.spec?.schedulerName ?? "default-scheduler";
  await Promise.all(
    victims.map(async ({ pod }) => {
      if (pod.metadata?.deletionTimestamp) return;
      const { namespace, name = "", generation, uid } = pod.metadata ?? {};
      const condition = {
        type: "DisruptionTarget",
        status: "True",
        reason: "PreemptionByScheduler",
        message: `${by}: preempting to accommodate a higher priority pod`,
        lastTransitionTime: rfc3339(clock.now()),
        ...(generation === undefined ? {} : { observedGeneration: generation }),
      };
      try {
        await acting.patch("pods", namespace, name, "strategic", { status: { conditions: [condition] } }, "status");
        await acting.delete("pods", namespace, name, uid === undefined ? {} : { preconditions: { uid } });
      } catch (error) {
        // Who is gone already needs no pushing.
        if (error instanceof StatusError && isNotFound(error)) return;
        throw error;
      }
      recorder.event(pod, "Normal", "Preempted", `Preempted by pod ${preemptor.uid} on node ${node}`, causes);
    }),
  );
}
