import type { Container, Pod } from "../../api/index.ts";
import { milliValue } from "../../machinery/index.ts";
import { NoAnswer } from "./replicas.ts";

/** What each pod requests of a resource, in thousandths; of one container if it is named (k8s: calculateRequests). */
export function requestsOf(pods: readonly Pod[], resource: string, container: string): ReadonlyMap<string, number> {
  return new Map(pods.map((pod) => [pod.metadata?.name ?? "", requestOf(pod, resource, container)]));
}

function requestOf(pod: Pod, resource: string, container: string): number {
  const name = pod.metadata?.name ?? "";
  const whole = pod.spec?.resources?.requests;
  if (whole !== undefined && Object.keys(whole).length > 0 && container === "") {
    const amount = whole[resource] ?? total(running(pod), resource);
    if (amount === undefined) throw new NoAnswer(`missing pod-level request for ${resource} in Pod ${name}`);
    return typeof amount === "number" ? amount : milliValue(amount);
  }
  let sum = 0;
  let found = container === "";
  for (const one of running(pod)) {
    if (container !== "" && one.name !== container) continue;
    found = true;
    const amount = one.resources?.requests?.[resource];
    if (amount === undefined) throw new NoAnswer(`missing request for ${resource} in container ${one.name} of Pod ${name}`);
    sum += milliValue(amount);
  }
  if (!found) throw new NoAnswer(`container ${container} not found in Pod ${name}`);
  return sum;
}

/** Containers that run while the pod does: restartable init containers too. */
function running({ spec }: Pod): readonly Container[] {
  const sidecars = (spec?.initContainers ?? []).filter((c) => c.restartPolicy === "Always");
  return [...(spec?.containers ?? []), ...sidecars];
}

function total(containers: readonly Container[], resource: string): number | undefined {
  const amounts = containers.flatMap((c) => c.resources?.requests?.[resource] ?? []);
  return amounts.length === 0 ? undefined : amounts.reduce<number>((sum, amount) => sum + milliValue(amount), 0);
}
