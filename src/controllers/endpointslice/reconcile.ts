import type { EndpointSlice, Pod, Service } from "../../api/index.ts";
import type { Change, ReconcileContext } from "../../client/index.ts";
import { type ControllerContext, MANAGER_PACE, type PacedController, weightOf } from "../context.ts";
import { messageOf } from "../refusals.ts";
import { createSettled } from "../settled.ts";
import { createServicePods } from "../service-pods.ts";
import { CONTROLLER, planSlices, type PortGroup } from "./decide.ts";
import { type AddressType, addressOf, addressTypesOf, createEndpointCache, endpointPorts } from "./endpoints.ts";
import { createTriggerTimes } from "./trigger-times.ts";
import { createSliceWriter, serviceKeyOf } from "./writer.ts";

/** Keeps EndpointSlices of the pods that each Service selects (k8s: pkg/controller/endpointslice). */
export function createEndpointSliceController({ clock, informers, recorder }: ControllerContext): PacedController {
  const services = informers.of("services");
  const nodes = informers.of("nodes");
  const slices = informers.of("endpointslices");
  const selection = createServicePods(informers);
  const triggers = createTriggerTimes();
  const settled = createSettled(clock);
  slices.index("service", (s) => [serviceKeyOf(s, CONTROLLER) ?? ""]);
  const writer = createSliceWriter(CONTROLLER);
  const events = recorder("endpoint-slice-controller");
  const selectedCount = new Map<string, number>();
  const endpointFor = createEndpointCache();

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

  /** Pods whose node is not there any more serve nobody; they are looked for again, lest the node be only late (k8s: reconcileByAddressType). */
  const lost = (service: Service, selected: readonly Pod[]): readonly Pod[] =>
    service.spec?.publishNotReadyAddresses ? [] : selected.filter(({ spec }) => spec?.nodeName && !nodes.get(spec.nodeName));

  const bringAbout = async (
    key: string,
    service: Service,
    selected: readonly Pod[],
    slicesOf: readonly EndpointSlice[],
    { client }: ReconcileContext,
  ): Promise<void> => {
    const triggerTime = triggers.next(key, service, selected);
    const own = slicesOf.filter((s) => s.metadata?.deletionTimestamp === undefined);
    const types = addressTypesOf(service);
    const homeless = lost(service, selected);
    const serving = homeless.length > 0 ? selected.filter((pod) => !homeless.includes(pod)) : selected;
    for (const addressType of types) {
      const ofType = own.filter((s) => s.addressType === addressType);
      const groups = groupsOf(service, serving, addressType);
      await writer.apply(client, key, planSlices({ service, addressType, slices: ofType, groups, triggerTime }));
    }
    const stray = own.filter((s) => !types.includes(s.addressType as AddressType));
    if (stray.length > 0) await writer.apply(client, key, { create: [], update: [], remove: stray });
    const problems = homeless.map(
      ({ metadata, spec }) => `skipping Pod ${metadata?.name} for Service ${key}: Node ${spec?.nodeName} Not Found`,
    );
    if (problems.length > 0) throw new Error(problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`);
  };

  return {
    name: "endpointslice",
    pace: MANAGER_PACE,
    // k8s: defaultSyncBackOff, maxSyncBackOff, maxRetries.
    retry: { firstMs: 1000, mostMs: 1_000_000, times: 15 },
    weight: (key) => weightOf(selectedCount.get(key) ?? 0),
    watches: [
      { resource: "services", keys: ({ key }) => [key] },
      { resource: "pods", keys: (change) => selection.servicesOf(change as Change<Pod>) },
      { resource: "endpointslices", keys: (change) => writer.keysOf(change as Change<EndpointSlice>) },
    ],
    async reconcile(key, context) {
      const service = services.get(key);
      if (!service) {
        // Its slices go with their owner.
        writer.forget(key);
        settled.forget(key);
        selectedCount.delete(key);
        return triggers.forget(key);
      }
      if (service.spec?.selector === undefined || service.spec.type === "ExternalName") return;
      if (writer.mustWait(key)) return;
      const selected = selection.podsOf(service);
      selectedCount.set(key, selected.length);
      const there = slices.by("service", key);
      const hosts = new Set(selected.map((pod) => nodes.get(pod.spec?.nodeName ?? "")));
      try {
        await settled.turn(key, [service, ...there, ...selected, ...hosts], context, (watched) =>
          bringAbout(key, service, selected, there, watched),
        );
      } catch (error) {
        const message = `Error updating Endpoint Slices for Service ${key}: ${messageOf(error)}`;
        events.event(service, "Warning", "FailedToUpdateEndpointSlices", message, context.causes);
        throw error;
      }
    },
  };
}
