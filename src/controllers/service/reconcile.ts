import type { LoadBalancerStatus, Node, Service } from "../../api/index.ts";
import type { Change, Client, ReconcileContext } from "../../client/index.ts";
import { deepEqual, isNotFound } from "../../machinery/index.ts";
import type { LoadBalancers } from "../cloud.ts";
import type { ControllerContext, PacedController } from "../context.ts";
import { messageOf } from "../refusals.ts";
import {
  concernsBalancers,
  FINALIZER,
  hasFinalizer,
  isEligible,
  namesOf,
  needsCleanup,
  needsUpdate,
  poolOf,
  wantsLoadBalancer,
} from "./decide.ts";

/** The key under which all load balancers are told of other nodes; no Service's, which have a slash. */
const NODES = "nodes";

/** Gives each Service of type LoadBalancer a load balancer of the cloud (k8s: cloud-provider controllers/service). */
export function createServiceController({ informers, recorder }: ControllerContext, balancers: LoadBalancers): PacedController {
  const services = informers.of("services");
  const nodes = informers.of("nodes");
  const events = recorder("service-controller");
  /** Services whose load balancer is ours to make, as they were then, the nodes it was last told of, and whether it is made. */
  const known = new Map<string, { readonly service: Service; pool: string; made: boolean }>();

  const serviceKeys = ({ key, object, old }: Change<Service>): readonly string[] => {
    if (!object) return known.has(key) ? [key] : [];
    const due = needsCleanup(object) || (old ? needsUpdate(old, object) : wantsLoadBalancer(object));
    return due ? [key] : [];
  };

  const eligible = (): readonly Node[] => [...nodes.list()].filter(isEligible);

  const remove = async (key: string, service: Service, { client, causes }: ReconcileContext): Promise<void> => {
    if (balancers.get(service)) {
      events.event(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer", causes);
      attempt("failed to delete load balancer", () => balancers.delete(service));
    }
    const released = hasFinalizer(service)
      ? await named("failed to remove load balancer cleanup finalizer", withFinalizer(client, service, false))
      : service;
    events.event(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer", causes);
    await named("failed to update load balancer status", writeStatus(client, released, {}));
    known.delete(key);
  };

  const ensure = async (key: string, service: Service, { client, causes }: ReconcileContext): Promise<void> => {
    events.event(service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer", causes);
    // Held before there is anything to clean up, so that nothing can be left behind.
    const held = hasFinalizer(service)
      ? service
      : await named("failed to add load balancer cleanup finalizer", withFinalizer(client, service, true));
    const pool = eligible();
    if (pool.length === 0) noNodes(service, causes);
    const entry = { service, pool: poolOf(pool), made: false };
    known.set(key, entry);
    const status = await named("failed to ensure load balancer", balancers.ensure(service, pool));
    events.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer", causes);
    await named("failed to update load balancer status", writeStatus(client, services.get(key) ?? held, status));
    entry.made = true;
  };

  const noNodes = (service: Service, causes: ReconcileContext["causes"]): void =>
    events.event(service, "Warning", "UnAvailableLoadBalancer", "There are no available nodes for LoadBalancer", causes);

  /** All load balancers get the nodes there are now. */
  const tellNodes = (causes: ReconcileContext["causes"]): void => {
    const pool = eligible();
    const told = poolOf(pool);
    for (const entry of known.values()) {
      const { service } = entry;
      if (!wantsLoadBalancer(service) || entry.pool === told) continue;
      entry.pool = told;
      try {
        balancers.update(service, pool);
        if (pool.length === 0) noNodes(service, causes);
        else events.event(service, "Normal", "UpdatedLoadBalancer", "Updated load balancer with new hosts", causes);
      } catch (error) {
        if (!balancers.get(service)) continue;
        const about = `${namesOf(pool)} [node names limited, total number of nodes: ${pool.length}], error: ${messageOf(error)}`;
        events.event(service, "Warning", "UpdateLoadBalancerFailed", `Error updating load balancer with new hosts ${about}`, causes);
        entry.pool = "";
        throw error;
      }
    }
  };

  /** It went without a word to us: somebody took the finalizer away. */
  const forget = (key: string, causes: ReconcileContext["causes"]): void => {
    const service = known.get(key)?.service;
    if (service && wantsLoadBalancer(service)) {
      events.event(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer", causes);
      balancers.delete(service);
      events.event(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer", causes);
    }
    known.delete(key);
  };

  return {
    name: "service",
    // k8s: minRetryDelay, maxRetryDelay.
    retry: { firstMs: 5000, mostMs: 300_000 },
    watches: [
      { resource: "services", keys: (change) => serviceKeys(change as Change<Service>) },
      { resource: "nodes", keys: ({ object, old }) => (concernsBalancers(old as Node, object as Node) ? [NODES] : []) },
    ],
    async reconcile(key, context) {
      if (key === NODES) return tellNodes(context.causes);
      const service = services.get(key);
      if (!service) return forget(key, context.causes);
      const last = known.get(key);
      if (isSettled(service, last)) return;
      if (last && last.service.metadata?.uid !== service.metadata?.uid) forget(key, context.causes);
      try {
        if (!wantsLoadBalancer(service) || needsCleanup(service)) await remove(key, service, context);
        else await ensure(key, service, context);
        return;
      } catch (error) {
        events.event(service, "Warning", "SyncLoadBalancerFailed", `Error syncing load balancer: ${messageOf(error)}`, context.causes);
        throw error;
      }
    },
  };
}

/** Nothing has been asked for, or nothing but what is there. */
function isSettled(service: Service, last: { readonly service: Service; readonly made: boolean } | undefined): boolean {
  if (needsCleanup(service)) return false;
  if (!last) return !wantsLoadBalancer(service);
  return last.made && !needsUpdate(last.service, service) && hasFinalizer(service) && service.status?.loadBalancer?.ingress !== undefined;
}

function attempt(what: string, act: () => void): void {
  try {
    act();
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
  }
}

async function named<T>(what: string, act: Promise<T>): Promise<T> {
  try {
    return await act;
  } catch (error) {
    throw new Error(`${what}: ${messageOf(error)}`, { cause: error });
  }
}

/** The controller may write nothing of a Service but through its status (k8s: servicehelper.PatchService). */
function withFinalizer(client: Client, { metadata }: Service, held: boolean): Promise<Service> {
  const finalizers = held ? { finalizers: [FINALIZER] } : { "$deleteFromPrimitiveList/finalizers": [FINALIZER] };
  return client.patch("services", metadata?.namespace, metadata?.name ?? "", "strategic", { metadata: finalizers }, "status");
}

async function writeStatus(client: Client, { metadata, status }: Service, loadBalancer: LoadBalancerStatus): Promise<void> {
  if (deepEqual(status?.loadBalancer?.ingress ?? [], loadBalancer.ingress ?? [])) return;
  const patch = { status: { loadBalancer: { ingress: loadBalancer.ingress ?? null } } };
  try {
    await client.patch("services", metadata?.namespace, metadata?.name ?? "", "merge", patch, "status");
  } catch (error) {
    // It went with its finalizer.
    if (!isNotFound(error)) throw error;
  }
}
