import { type Kind, kinds, type KubeObject, type Namespace } from "../../api/index.ts";
import { type Client, type Controller, resourceOf } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { parseTime, rfc3339 } from "../../sim/index.ts";
import type { ControllerContext } from "../context.ts";
import { customKinds } from "../custom-resources.ts";
import { DELETION_GRACE_MS, estimateSeconds, namespaceConditions, type Remaining, retryMs, unexpected } from "./decide.ts";

const can = (kind: Kind, verb: string): boolean => kind.verbs === undefined || kind.verbs.includes(verb);
const FINALIZER = "kubernetes";

/** Empties terminating namespaces, pods first, and lets them go (k8s: pkg/controller/namespace). */
export function createNamespaceController({ informers, clock }: ControllerContext): Controller {
  const namespaces = informers.of("namespaces");
  const definitions = informers.of("customresourcedefinitions");

  /** Asks for the deletion of all objects of a kind; answers what is left. */
  const empty = async (client: Client, kind: Kind, namespace: string, errors: string[]): Promise<Remaining | undefined> => {
    const resource = resourceOf(kind);
    const found = (await client.list(resource, { namespace })).items as readonly KubeObject[];
    if (found.length === 0) return undefined;
    for (const { metadata } of found) {
      if (metadata?.deletionTimestamp !== undefined) continue;
      try {
        await client.delete(resource, namespace, metadata?.name ?? "", { propagationPolicy: "Background" });
      } catch (error) {
        if (!isNotFound(error)) errors.push(error instanceof Error ? error.message : String(error));
      }
    }
    const objects = (await client.list(resource, { namespace })).items as readonly KubeObject[];
    if (objects.length === 0) return undefined;
    const left = { plural: kind.plural, group: kind.group, objects };
    const problem = unexpected(namespace, kind.version, left);
    if (problem !== undefined) errors.push(problem);
    return left;
  };

  const emptyAll = async (client: Client, namespace: string, errors: string[]): Promise<readonly Remaining[]> => {
    const contents = [...kinds, ...customKinds(definitions.list())].filter(
      (k) => k.namespaced && !k.storedAs && can(k, "delete") && can(k, "list"),
    );
    const remaining: Remaining[] = [];
    // Pods go first: what they need must not be taken from under them (k8s: OrderedNamespaceDeletion).
    for (const first of [true, false]) {
      for (const kind of contents) {
        if ((kind.plural === "pods") !== first) continue;
        const left = await empty(client, kind, namespace, errors);
        if (left) remaining.push(left);
      }
      if (remaining.length > 0) return remaining;
    }
    return remaining;
  };

  return {
    name: "namespace",
    // k8s: nsControllerRateLimiter.
    retry: { firstMs: 5, mostMs: 60_000 },
    watches: [{ resource: "namespaces", keys: ({ key, object }) => (object?.metadata?.deletionTimestamp === undefined ? [] : [key]) }],
    async reconcile(name, { client }) {
      const cached = namespaces.get(name);
      if (cached?.metadata?.deletionTimestamp === undefined) return;
      const wait = parseTime(cached.metadata.deletionTimestamp) + DELETION_GRACE_MS - clock.now();
      if (wait > 0) return wait;
      let namespace: Namespace;
      try {
        namespace = await client.get("namespaces", undefined, name);
      } catch (error) {
        if (isNotFound(error)) return;
        throw error;
      }
      // A newer one of this name, or already let go.
      if (namespace.metadata?.deletionTimestamp === undefined || !namespace.spec?.finalizers?.includes(FINALIZER)) return;
      const errors: string[] = [];
      const remaining = await emptyAll(client, name, errors);
      const old = namespace.status?.conditions ?? [];
      const conditions = namespaceConditions(old, remaining, errors, rfc3339(clock.now()));
      if (conditions !== old) {
        namespace = await client.update("namespaces", { ...namespace, status: { ...namespace.status, conditions } }, "status");
      }
      if (errors.length > 0) throw new Error(errors.join(", "));
      if (remaining.length > 0) return retryMs(estimateSeconds(remaining));
      const finalizers = (namespace.spec?.finalizers ?? []).filter((f) => f !== FINALIZER);
      try {
        await client.update("namespaces", { ...namespace, spec: { ...namespace.spec, finalizers } }, "finalize");
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
      return;
    },
  };
}
