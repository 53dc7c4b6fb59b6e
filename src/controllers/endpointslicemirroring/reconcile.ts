import type { Endpoints, EndpointSlice } from "../../api/index.ts";
import type { Change } from "../../client/index.ts";
import { type ControllerContext, MANAGER_PACE, type PacedController } from "../context.ts";
import { createSliceWriter, serviceKeyOf } from "../endpointslice/index.ts";
import { CONTROLLER, isMirrored, MAX_ADDRESSES, planMirror } from "./decide.ts";

/** Makes EndpointSlices of the Endpoints that people write for Services without a selector (k8s: pkg/controller/endpointslicemirroring). */
export function createEndpointSliceMirroring({ informers, recorder }: ControllerContext): PacedController {
  const services = informers.of("services");
  const endpoints = informers.of("endpoints");
  const slices = informers.of("endpointslices");
  const events = recorder("endpoint-slice-mirroring-controller");
  const writer = createSliceWriter(CONTROLLER);
  slices.index("mirror", (s) => [serviceKeyOf(s, CONTROLLER) ?? ""]);

  /** Those of a Service that selects its own pods, or that is not there, are nobody's to mirror. */
  const toMirror = (key: string): Endpoints | undefined => {
    const service = services.get(key);
    const found = endpoints.get(key);
    return service && service.spec?.selector === undefined && found && isMirrored(found) ? found : undefined;
  };

  return {
    name: "endpointslicemirroring",
    pace: MANAGER_PACE,
    // k8s: defaultSyncBackOff, maxSyncBackOff, maxRetries.
    retry: { firstMs: 1000, mostMs: 100_000, times: 15 },
    watches: [
      { resource: "endpoints", keys: ({ key }) => [key] },
      { resource: "services", keys: ({ key }) => [key] },
      { resource: "endpointslices", keys: (change) => writer.keysOf(change as Change<EndpointSlice>) },
    ],
    async reconcile(key, { client, causes }) {
      if (writer.mustWait(key)) return;
      const own = slices.by("mirror", key).filter((s) => s.metadata?.deletionTimestamp === undefined);
      const source = toMirror(key);
      if (!source) return writer.apply(client, key, { create: [], update: [], remove: own });
      const { skipped, create, ...plan } = planMirror(source, own);
      if (skipped > 0) {
        const message = `A max of ${MAX_ADDRESSES} addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`;
        events.event(source, "Warning", "TooManyAddressesToMirror", message, causes);
      }
      await writer.apply(client, key, { ...plan, create: source.metadata?.deletionTimestamp === undefined ? create : [] });
    },
  };
}
