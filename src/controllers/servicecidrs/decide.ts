import type { IPAddress, ServiceCIDR, ServiceCIDRStatus } from "../../api/index.ts";
import { cidrContains, parseCidr, parseIp } from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";

export const FINALIZER = "networking.k8s.io/service-cidr-finalizer";
/** How long the allocators have to learn that a range goes (k8s: servicecidrs_controller.go deletionGracePeriod). */
const GRACE_MS = 10_000;
const IN_USE = "There are still IPAddresses referencing the ServiceCIDR, please remove them or create a new ServiceCIDR";

const covers = (range: ServiceCIDR, ip: string): boolean => {
  const address = parseIp(ip);
  return (range.spec?.cidrs ?? []).some((text) => {
    const cidr = parseCidr(text);
    return cidr !== null && address !== null && cidrContains(cidr, address);
  });
};

/** Whether some address in the range is in no other that stays (k8s: canDeleteCIDR). */
export function isInUse(range: ServiceCIDR, all: readonly ServiceCIDR[], addresses: readonly IPAddress[]): boolean {
  const others = all.filter((r) => r.metadata?.name !== range.metadata?.name && r.metadata?.deletionTimestamp === undefined);
  return addresses.some(({ metadata }) => {
    const ip = metadata?.name ?? "";
    return covers(range, ip) && !others.some((other) => covers(other, ip));
  });
}

export type Step =
  | { readonly do: "nothing" }
  | { readonly do: "wait"; readonly ms: number }
  | { readonly do: "finalizers"; readonly finalizers: readonly string[] }
  | { readonly do: "status"; readonly status: ServiceCIDRStatus };

/** What is to be done next about a range. `now` in virtual milliseconds, `time` the same as a text. */
export function nextStep(range: ServiceCIDR, inUse: boolean, now: number, time: string): Step {
  const { metadata, status } = range;
  const finalizers = metadata?.finalizers ?? [];
  const held = finalizers.includes(FINALIZER);
  if (metadata?.deletionTimestamp !== undefined) {
    if (!held) return { do: "nothing" };
    if (inUse) return condition(status, { status: "False", reason: "Terminating", message: IN_USE }, time);
    const ms = GRACE_MS - (now - parseTime(metadata.deletionTimestamp));
    return ms > 0 ? { do: "wait", ms } : { do: "finalizers", finalizers: finalizers.filter((f) => f !== FINALIZER) };
  }
  if (!held) return { do: "finalizers", finalizers: [...finalizers, FINALIZER] };
  return condition(status, { status: "True", reason: "", message: "Kubernetes Service CIDR is ready" }, time);
}

function condition(
  old: ServiceCIDRStatus | undefined,
  wanted: { readonly status: string; readonly reason: string; readonly message: string },
  lastTransitionTime: string,
): Step {
  const conditions = old?.conditions ?? [];
  if (conditions.find(({ type }) => type === "Ready")?.status === wanted.status) return { do: "nothing" };
  return {
    do: "status",
    status: { conditions: [...conditions.filter(({ type }) => type !== "Ready"), { type: "Ready", ...wanted, lastTransitionTime }] },
  };
}
