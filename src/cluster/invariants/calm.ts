import type { KubeObject, Pod, PodTemplateSpec } from "../../api/index.ts";
import type { Client, Resource } from "../../client/index.ts";
import { StatusError } from "../../machinery/index.ts";
import { createRandom } from "../../sim/index.ts";
import { objects } from "./operations.ts";
import { isReady } from "./pods.ts";
import type { Stage } from "./run.ts";
import { template } from "./workloads.ts";

type Templated = KubeObject & { readonly spec: { readonly replicas?: number; readonly template: PodTemplateSpec } };

const isOwned = (o: KubeObject): boolean => o.metadata?.ownerReferences?.some((r) => r.controller) ?? false;
const isGoing = (o: KubeObject): boolean => o.metadata?.deletionTimestamp !== undefined;

/** Ends what would never come to rest by itself: schedules, pods that fall over or fit nowhere, limits that are too low. */
export async function calm({ stage, client }: { readonly stage: Stage; readonly client: (what: string) => Client }): Promise<void> {
  const { store } = stage;
  const admin = client("calm");
  /** What was deleted meanwhile, or is held by something that goes, needs nothing. */
  const each = async <T extends KubeObject>(
    plural: string,
    act: (object: T, name: string, namespace: string | undefined) => Promise<unknown>,
  ): Promise<void> => {
    for (const object of objects<T>(store, plural)) {
      if (isGoing(object)) continue;
      try {
        await act(object, object.metadata?.name ?? "", object.metadata?.namespace);
      } catch (error) {
        if (!(error instanceof StatusError && [404, 409].includes(error.status.code ?? 0))) throw error;
      }
    }
  };
  const patch = (resource: Resource, namespace: string | undefined, name: string, spec: object) =>
    admin.patch(resource, namespace, name, "merge", { spec });
  await each("faults.sim.timonel.dev", (_, name) => admin.delete("faults", undefined, name));
  // Machines start, and controllers list what they missed.
  await stage.advance(30);
  await each("nodes", (_, name) => patch("nodes", undefined, name, { unschedulable: null }));
  await each("resourcequotas", (_, name, namespace) =>
    patch("resourcequotas", namespace, name, { hard: { pods: "100", "requests.cpu": "5000", "count/jobs.batch": "100" } }),
  );
  await each("cronjobs", (_, name, namespace) => patch("cronjobs", namespace, name, { suspend: true }));
  await each("jobs", (_, name, namespace) => patch("jobs", namespace, name, { suspend: false, parallelism: 2 }));
  const random = createRandom(1, "calm");
  const calmed = (o: Templated): object => ({ ...o.spec, template: template(random, o.spec.template.metadata?.labels ?? {}, true) });
  await each<Templated>("deployments", (o) =>
    admin.update("deployments", { ...o, spec: { ...calmed(o), paused: false, replicas: Math.min(3, o.spec.replicas ?? 1) } } as never),
  );
  await each<Templated>("statefulsets", (o) =>
    admin.update("statefulsets", {
      ...o,
      spec: { ...calmed(o), replicas: Math.min(3, o.spec.replicas ?? 1), updateStrategy: {} },
    } as never),
  );
  await each<Templated>("daemonsets", (o) => admin.update("daemonsets", { ...o, spec: calmed(o) } as never));
  // What lost its owner has nobody to change its pods.
  for (const plural of ["replicasets", "pods"] as const)
    await each(plural, async (o, name, namespace) => {
      if (!isOwned(o)) await admin.delete(plural, namespace, name, { propagationPolicy: "Background" });
    });
  await each<Pod>("pods", async (pod, name, namespace) => {
    // Pods that only go when somebody deletes them (k8s: StatefulSet, "Forced rollback"; OnDelete).
    if (pod.metadata?.ownerReferences?.some((r) => r.kind === "StatefulSet" || r.kind === "DaemonSet"))
      await admin.delete("pods", namespace, name);
  });
  await stage.advance(90);
  // A set that is stuck with a pod that never serves stays so (k8s: kubernetes/kubernetes#67250).
  await each<Templated>("statefulsets", async (set, name, namespace) => {
    const pods = objects<Pod>(store, "pods").filter((p) => p.metadata?.ownerReferences?.some((r) => r.uid === set.metadata?.uid));
    if (pods.length !== set.spec.replicas || !pods.every(isReady)) await admin.delete("statefulsets", namespace, name);
  });
}
