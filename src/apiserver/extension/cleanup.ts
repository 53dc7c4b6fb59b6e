import { CLEANUP_FINALIZER, type CustomResourceDefinition, type KubeObject } from "../../api/index.ts";
import type { Entry } from "../../etcd/index.ts";
import { type Cause, timerCause } from "../../sim/index.ts";
import { prefixOf, type ServerContext } from "../context.ts";
import { type Condition, isTrue, withCondition } from "./conditions.ts";
import { type Handle, LOOPBACK } from "./definitions.ts";

const POLL_MS = 5_000;
/** After a minute the wait is told to have failed, and begins again. */
const PATIENCE = 12;

interface Context {
  readonly server: ServerContext;
  readonly handle: Handle;
  readonly get: (name: string) => CustomResourceDefinition | undefined;
  readonly write: (crd: CustomResourceDefinition, causes: readonly Cause[]) => Promise<void>;
}

const terminating = (status: "True" | "False", reason: string, message: string): Condition => ({
  type: "Terminating",
  status,
  reason,
  message,
});

/**
 * Deletes the objects of a definition that is being deleted, then lets go of it (k8s: controller/finalizer CRDFinalizer).
 * Objects with finalizers of their own are waited for.
 */
export function createCleanup({ server, handle, get, write }: Context): (crd: CustomResourceDefinition, causes: readonly Cause[]) => void {
  const running = new Set<string>();

  const instancesOf = ({ spec }: CustomResourceDefinition): readonly KubeObject[] => {
    const prefix = prefixOf({ group: spec.group, plural: spec.names.plural, custom: true });
    return (server.store.range({ prefix }).entries as readonly Entry<KubeObject>[]).map((e) => e.value);
  };

  const tell = async (name: string, condition: Condition, causes: readonly Cause[]): Promise<void> => {
    const crd = get(name);
    if (crd === undefined) return;
    const next = withCondition(crd, condition, server.clock.now());
    if (next !== crd) await write(next, causes);
  };

  const finish = async (name: string, condition: Condition, causes: readonly Cause[]): Promise<void> => {
    running.delete(name);
    const crd = get(name);
    if (crd === undefined) return;
    const told = withCondition(crd, condition, server.clock.now());
    const finalizers = told.metadata?.finalizers?.filter((f) => f !== CLEANUP_FINALIZER) ?? [];
    await write({ ...told, metadata: { ...told.metadata, finalizers } }, causes);
  };

  /** One DELETE of the collection in each namespace, so that admission sees it. */
  const deleteInstances = async (crd: CustomResourceDefinition, causes: readonly Cause[]): Promise<string[]> => {
    const { group, names, versions, scope } = crd.spec;
    const version = versions.find((v) => v.served && v.storage) ?? versions.find((v) => v.served);
    const namespaces = new Set(instancesOf(crd).map((o) => o.metadata?.namespace ?? ""));
    const refusals: string[] = [];
    for (const namespace of namespaces) {
      const within = scope === "Namespaced" ? `namespaces/${namespace}/` : "";
      const path = `/apis/${group}/${version?.name}/${within}${names.plural}`;
      const { status, body } = await handle({ method: "DELETE", path, user: LOOPBACK, agent: "kube-apiserver", causes });
      if (status >= 400) refusals.push((body as { message?: string }).message ?? "");
    }
    return refusals;
  };

  const wait = (name: string, causes: readonly Cause[], left: number): void => {
    const crd = get(name);
    if (crd === undefined) return void running.delete(name);
    if (instancesOf(crd).length === 0)
      return void finish(name, terminating("False", "InstanceDeletionCompleted", "removed all instances"), causes);
    server.clock.timer(POLL_MS, () => {
      const because = [timerCause("crd_finalizer", causes)];
      if (left > 0) return wait(name, because, left - 1);
      const message = "could not confirm zero CustomResources remaining: context deadline exceeded";
      void tell(name, terminating("True", "InstanceDeletionCheck", message), because).then(() => wait(name, because, PATIENCE));
    });
  };

  const run = async (crd: CustomResourceDefinition, causes: readonly Cause[]): Promise<void> => {
    const name = crd.metadata?.name ?? "";
    await tell(name, terminating("True", "InstanceDeletionInProgress", "CustomResource deletion is in progress"), causes);
    if (!isTrue(crd, "Established"))
      return finish(name, terminating("False", "NeverEstablished", "resource was never established"), causes);
    const refusals = await deleteInstances(crd, causes);
    if (refusals.length > 0) {
      const message = `could not issue all deletes: ${refusals.join(", ")}`;
      await tell(name, terminating("True", "InstanceDeletionFailed", message), causes);
    }
    wait(name, causes, PATIENCE);
  };

  return (crd, causes) => {
    const name = crd.metadata?.name ?? "";
    const held = crd.metadata?.deletionTimestamp !== undefined && crd.metadata.finalizers?.includes(CLEANUP_FINALIZER);
    if (!held || running.has(name)) return;
    running.add(name);
    void run(crd, causes);
  };
}
