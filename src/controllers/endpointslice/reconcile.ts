import type { EndpointSlice, Pod, Service } from "../../api/index.ts";
import { type Change, type Client, keyOfObject } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { type ControllerContext, MANAGER_PACE, type PacedController, weightOf } from "../context.ts";
import { createServicePods } from "../service-pods.ts";
import { isMoot } from "../serviceaccount/index.ts";
import { CONTROLLER, MANAGED_BY, planSlices, type PortGroup, SERVICE_NAME } from "./decide.ts";
import { type AddressType, addressOf, addressTypesOf, createEndpointCache, endpointPorts } from "./endpoints.ts";
import { createTriggerTimes } from "./trigger-times.ts";

/** What the cache is still to show: the version of a slice written, or that it is gone. */
type Written = number | "deleted";

/** Keeps EndpointSlices of the pods that each Service selects (k8s: pkg/controller/endpointslice). */
export function createEndpointSliceController({ informers }: ControllerContext): PacedController {
  const services = informers.of("services");
  const nodes = informers.of("nodes");
  const slices = informers.of("endpointslices");
  const selection = createServicePods(informers);
  const triggers = createTriggerTimes();
  slices.index("service", (s) => [serviceKeyOf(s) ?? ""]);
  /** Writes by Service, then slice, that the cache is still to show: planning before that would create slices twice. */
  const unseen = new Map<string, Map<string, Written>>();
  const waiting = new Set<string>();
  const selectedCount = new Map<string, number>();
  const endpointFor = createEndpointCache();

  const sliceKeys = ({ key, object, old }: Change<EndpointSlice>): readonly string[] => {
    const owners = [...new Set([object, old].map((s) => s && serviceKeyOf(s)).filter((k) => k !== undefined))];
    return owners.filter((owner) => {
      const written = unseen.get(owner);
      const ours = written?.get(key);
      if (ours === undefined) return true;
      const version = object ? Number(object.metadata?.resourceVersion) : "deleted";
      if (version !== "deleted" && ours !== "deleted" && version < ours) return false;
      if (version !== "deleted" && ours === "deleted") return false;
      written?.delete(key);
      if (written?.size === 0) unseen.delete(owner);
      if (version !== ours) return true;
      return !unseen.has(owner) && waiting.delete(owner);
    });
  };

  const groupsOf = (service: Service, selected: readonly Pod[], type: AddressType): readonly PortGroup[] => {
    const numbered = (service.spec?.ports ?? []).every((p) => typeof p.targetPort !== "string");
    const groups = new Map<string, { ports: PortGroup["ports"]; endpoints: PortGroup["endpoints"][number][] }>();
    for (const pod of selected) {
      const address = addressOf(pod, type);
      if (address === undefined) continue;
      // Only named target ports can differ between pods.
      const ports = numbered ? undefined : endpointPorts(service, pod);
      const key = ports ? ports.map((p) => `${p.name}:${p.port}/${p.protocol}`).join() : "";
      let group = groups.get(key);
      if (!group) groups.set(key, (group = { ports: ports ?? endpointPorts(service, pod), endpoints: [] }));
      group.endpoints.push(endpointFor(pod, service, nodes.get(pod.spec?.nodeName ?? ""), address));
    }
    return [...groups.values()];
  };

  const apply = async (client: Client, key: string, plan: ReturnType<typeof planSlices>): Promise<void> => {
    const note = (slice: string, written: Written): void => {
      let ofService = unseen.get(key);
      if (!ofService) unseen.set(key, (ofService = new Map()));
      ofService.set(slice, written);
    };
    const saw = (slice: EndpointSlice): void => note(keyOfObject(slice), Number(slice.metadata?.resourceVersion));
    for (const slice of plan.create) {
      try {
        saw(await client.create("endpointslices", slice));
      } catch (error) {
        if (!isMoot(error)) throw error;
      }
    }
    for (const slice of plan.update) saw(await client.update("endpointslices", slice));
    for (const { metadata } of plan.remove) {
      try {
        await client.delete(
          "endpointslices",
          metadata?.namespace,
          metadata?.name ?? "",
          metadata?.uid ? { preconditions: { uid: metadata.uid } } : {},
        );
        note(`${metadata?.namespace}/${metadata?.name}`, "deleted");
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  };

  return {
    name: "endpointslice",
    pace: MANAGER_PACE,
    weight: (key) => weightOf(selectedCount.get(key) ?? 0),
    watches: [
      { resource: "services", keys: ({ key }) => [key] },
      { resource: "pods", keys: (change) => selection.servicesOf(change as Change<Pod>) },
      { resource: "endpointslices", keys: (change) => sliceKeys(change as Change<EndpointSlice>) },
    ],
    async reconcile(key, { client }) {
      const service = services.get(key);
      if (!service) {
        // Its slices go with their owner.
        unseen.delete(key);
        waiting.delete(key);
        selectedCount.delete(key);
        return triggers.forget(key);
      }
      if (service.spec?.selector === undefined || service.spec.type === "ExternalName") return;
      if (unseen.has(key)) return void waiting.add(key);
      const selected = selection.podsOf(service);
      selectedCount.set(key, selected.length);
      const triggerTime = triggers.next(key, service, selected);
      const own = slices.by("service", key).filter((s) => s.metadata?.deletionTimestamp === undefined);
      const types = addressTypesOf(service);
      for (const addressType of types) {
        const ofType = own.filter((s) => s.addressType === addressType);
        await apply(
          client,
          key,
          planSlices({ service, addressType, slices: ofType, groups: groupsOf(service, selected, addressType), triggerTime }),
        );
      }
      const stray = own.filter((s) => !types.includes(s.addressType as AddressType));
      if (stray.length > 0) await apply(client, key, { create: [], update: [], remove: stray });
    },
  };
}

/** The Service of a slice that this controller manages. */
function serviceKeyOf({ metadata }: EndpointSlice): string | undefined {
  const name = metadata?.labels?.[SERVICE_NAME];
  return name && metadata?.labels?.[MANAGED_BY] === CONTROLLER ? `${metadata.namespace}/${name}` : undefined;
}
