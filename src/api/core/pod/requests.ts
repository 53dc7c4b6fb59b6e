import { type Amounts, addAmounts, largestAmounts, parseAmounts } from "../amounts.ts";
import { isHugePages } from "../resource-names.ts";
import type { Container, PodSpec } from "../../generated/types.ts";
import { isSidecar } from "./sidecar.ts";

type Which = "requests" | "limits";

/** What a pod may say of itself as a whole (k8s: resource.IsSupportedPodLevelResource). */
export const isPodLevelResource = (name: string): boolean => name === "cpu" || name === "memory" || isHugePages(name);

/**
 * What a pod asks for, or is limited to, by resource: what it says of itself as a whole, or else its containers and
 * sidecars together, or its biggest step of initialization, and the overhead of its runtime class
 * (k8s: component-helpers/resource PodRequests, PodLimits). `absent`: what containers that ask for nothing are taken to ask.
 */
export function podAmounts(spec: PodSpec | undefined, which: Which, absent?: Amounts): Amounts {
  let total = containerAmounts(spec, which, absent);
  const whole = parseAmounts(spec?.resources?.[which]);
  for (const name in whole) if (isPodLevelResource(name)) total = { ...total, [name]: whole[name] as Amounts[string] };
  const overhead = parseAmounts(spec?.overhead);
  if (which === "requests") return addAmounts(total, overhead);
  // Where there is no limit, overhead makes none.
  for (const name in overhead) if (total[name] !== undefined) total = addAmounts(total, { [name]: overhead[name] as Amounts[string] });
  return total;
}

/**
 * Step i of initialization needs container i and the sidecars before it: with sidecar s (1) before init i (3), and
 * app a (1), the pod needs max(a + s, s + i) = 4.
 */
export function containerAmounts(spec: PodSpec | undefined, which: Which, absent?: Amounts): Amounts {
  const of = (container: Container): Amounts => {
    const own = parseAmounts(container.resources?.[which]);
    return absent === undefined ? own : { ...absent, ...own };
  };
  let total: Amounts = parseAmounts(undefined);
  for (const container of spec?.containers ?? []) total = addAmounts(total, of(container));
  if (!spec?.initContainers?.length) return total;
  let sidecars: Amounts = parseAmounts(undefined);
  let peak: Amounts = sidecars;
  for (const container of spec.initContainers) {
    const own = of(container);
    const step = addAmounts(sidecars, own);
    peak = largestAmounts(peak, step);
    if (!isSidecar(container)) continue;
    sidecars = step;
    total = addAmounts(total, own);
  }
  return largestAmounts(total, peak);
}
