import type { ServiceCIDR } from "../../api/index.ts";
import type { Controller } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import type { ControllerContext } from "../context.ts";
import { isInUse, nextStep } from "./decide.ts";

/** Says when a range of cluster IPs is ready, and keeps one that is deleted until nothing needs it (k8s: pkg/controller/servicecidrs). */
export function createServiceCidrController({ informers, clock }: ControllerContext): Controller {
  const ranges = informers.of("servicecidrs");
  const addresses = informers.of("ipaddresses");
  const going = (): readonly string[] =>
    [...ranges.list()].flatMap(({ metadata }) => (metadata?.deletionTimestamp === undefined ? [] : [metadata.name ?? ""]));
  return {
    name: "service-cidrs",
    watches: [
      // Another range may take over the addresses of one that goes.
      { resource: "servicecidrs", keys: ({ key, object }) => [...(object ? [key] : []), ...going()] },
      { resource: "ipaddresses", keys: ({ object }) => (object ? [] : going()) },
    ],
    async reconcile(name, { client }) {
      let range: ServiceCIDR;
      try {
        range = await client.get("servicecidrs", undefined, name);
      } catch (error) {
        if (isNotFound(error)) return;
        throw error;
      }
      const leaving = range.metadata?.deletionTimestamp !== undefined;
      const inUse = leaving && isInUse(range, [...ranges.list()], [...addresses.list()]);
      const step = nextStep(range, inUse, clock.now(), rfc3339(clock.now()));
      if (step.do === "wait") return step.ms;
      if (step.do === "status") await client.update("servicecidrs", { ...range, status: step.status }, "status");
      if (step.do === "finalizers")
        await client.update("servicecidrs", { ...range, metadata: { ...range.metadata, finalizers: step.finalizers } });
      return;
    },
  };
}
