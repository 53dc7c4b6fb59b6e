import type { Endpoints, Pod } from "../../api/index.ts";
import type { Change, ReconcileContext } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { type ControllerContext, FIFTEEN_TIMES, MANAGER_PACE, type PacedController, weightOf } from "../context.ts";
import { createTriggerTimes } from "../endpointslice/index.ts";
import { createSettled } from "../settled.ts";
import { createServicePods } from "../service-pods.ts";
import { isMoot } from "../serviceaccount/index.ts";
import { endpointsOf, isLock } from "./decide.ts";

/** Keeps the Endpoints of Services that select pods, for who does not read EndpointSlices yet (k8s: pkg/controller/endpoint). */
export function createEndpointsController({ clock, informers, recorder }: ControllerContext): PacedController {
  const services = informers.of("services");
  const endpoints = informers.of("endpoints");
  const events = recorder("endpoint-controller");
  const selection = createServicePods(informers);
  const triggers = createTriggerTimes();
  const settled = createSettled(clock);
  const selectedCount = new Map<string, number>();
  /** Endpoints written that the cache is still to show, and those whose Service has changed meanwhile. */
  const unseen = new Set<string>();
  const waiting = new Set<string>();

  const endpointsKeys = ({ key, object, old, causes }: Change<Endpoints>): readonly string[] => {
    unseen.delete(key);
    if (waiting.delete(key) || !object) return [key];
    // What was there at the start may have lost its Service while nobody looked.
    return !old && causes.length === 0 && !isLock(object) ? [key] : [];
  };

  const write = async (
    key: string,
    next: Endpoints,
    current: Endpoints | undefined,
    { client, causes }: ReconcileContext,
  ): Promise<void> => {
    try {
      const { metadata } = current ? await client.update("endpoints", next) : await client.create("endpoints", next);
      if (metadata?.resourceVersion !== current?.metadata?.resourceVersion) unseen.add(key);
    } catch (error) {
      if (!current && isMoot(error)) return;
      const message = error instanceof Error ? error.message : String(error);
      if (current) events.event(next, "Warning", "FailedToUpdateEndpoint", `Failed to update endpoint ${key}: ${message}`, causes);
      else events.event(next, "Warning", "FailedToCreateEndpoint", `Failed to create endpoint for service ${key}: ${message}`, causes);
      throw error;
    }
  };

  const remove = async (key: string, { client }: ReconcileContext): Promise<void> => {
    const [namespace, name = ""] = key.split("/");
    try {
      await client.delete("endpoints", namespace, name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  };

  return {
    name: "endpoint",
    pace: MANAGER_PACE,
    retry: FIFTEEN_TIMES,
    weight: (key) => weightOf(selectedCount.get(key) ?? 0),
    watches: [
      { resource: "services", keys: ({ key }) => [key] },
      { resource: "pods", keys: (change) => selection.servicesOf(change as Change<Pod>) },
      { resource: "endpoints", keys: (change) => endpointsKeys(change as Change<Endpoints>) },
    ],
    async reconcile(key, context) {
      const service = services.get(key);
      if (!service) {
        selectedCount.delete(key);
        triggers.forget(key);
        settled.forget(key);
        return remove(key, context);
      }
      if (service.spec?.selector === undefined || service.spec.type === "ExternalName") return;
      if (unseen.has(key)) return void waiting.add(key);
      const selected = selection.podsOf(service);
      selectedCount.set(key, selected.length);
      const current = endpoints.get(key);
      return settled.turn(key, [service, current, ...selected], context, async (watched) => {
        const next = endpointsOf(service, selected, current, triggers.next(key, service, selected));
        if (next !== current) await write(key, next, current, watched);
      });
    },
  };
}
