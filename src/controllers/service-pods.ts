import type { Pod, Service } from "../api/index.ts";
import type { Change, Informers } from "../client/index.ts";
import { mapSelector } from "../machinery/index.ts";
import { endpointChanged, isEndpoint } from "./endpointslice/endpoints.ts";

/** Which Services select which pods, both ways; pods that are no endpoints are left out. */
export interface ServicePods {
  /** Keys of the Services whose endpoints this change can touch (k8s: GetServicesToUpdateOnPodChange). */
  servicesOf(change: Change<Pod>): readonly string[];
  podsOf(service: Service): readonly Pod[];
}

export function createServicePods(informers: Informers): ServicePods {
  const services = informers.of("services");
  const pods = informers.of("pods");
  services.index("selector", (s) => {
    const first = Object.entries(s.spec?.selector ?? {})[0];
    return [first ? `${s.metadata?.namespace}/${first[0]}=${first[1]}` : ""];
  });

  const selecting = (pod: Pod, into: Set<string>): void => {
    const { namespace, labels = {} } = pod.metadata ?? {};
    for (const [k, v] of Object.entries(labels)) {
      for (const service of services.by("selector", `${namespace}/${k}=${v}`)) {
        if (mapSelector(service.spec?.selector).matches(labels)) into.add(`${namespace}/${service.metadata?.name}`);
      }
    }
  };

  return {
    servicesOf({ object, old }) {
      const keys = new Set<string>();
      if (object && old && !endpointChanged(old, object)) return [];
      // Before it has an address a pod is of no interest.
      if (object && (isEndpoint(object) || (old && isEndpoint(old)))) selecting(object, keys);
      if (old && isEndpoint(old) && old.metadata?.labels !== object?.metadata?.labels) selecting(old, keys);
      return [...keys];
    },
    podsOf(service) {
      const selector = mapSelector(service.spec?.selector);
      const first = Object.entries(service.spec?.selector ?? {})[0];
      const candidates = first ? pods.by("label", `${first[0]}=${first[1]}`) : pods.by("namespace", service.metadata?.namespace ?? "");
      return candidates.filter(
        (p) => p.metadata?.namespace === service.metadata?.namespace && isEndpoint(p) && selector.matches(p.metadata?.labels),
      );
    },
  };
}
