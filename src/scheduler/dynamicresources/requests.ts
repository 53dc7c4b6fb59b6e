import type { DeviceClass, DeviceSelector, DeviceToleration, ResourceResourceClaim } from "../../api/index.ts";
import { toleratesTaint } from "../../api/index.ts";
import type { PlacedDevice, Pool } from "./pools.ts";

/** The claim, the class or an expression of theirs is at fault: no node would do (k8s: an error of Allocate). */
export class AllocationError extends Error {}

/** One way to satisfy a request: so many devices of a class that match. */
export interface Ask {
  /** As results name it: `gpu`, or `gpu/big` for the alternative of a list. */
  readonly ref: string;
  /** The request it belongs to. */
  readonly request: string;
  readonly deviceClass: DeviceClass;
  readonly selectors: readonly DeviceSelector[];
  readonly tolerations: readonly DeviceToleration[] | undefined;
  /** Looks on, beside whoever has the device. */
  readonly adminAccess: boolean;
  readonly count: number;
  /** For "all": which they are. */
  readonly all: readonly PlacedDevice[] | undefined;
}

export type Selects = (ask: Pick<Ask, "deviceClass" | "selectors">, device: PlacedDevice) => boolean;

const keyOf = ({ metadata }: ResourceResourceClaim): string => `${metadata?.namespace}/${metadata?.name}`;

/** What each request of a claim asks for, in its order of preference (k8s: validateDeviceRequest). */
export function asksOf(
  claim: ResourceResourceClaim,
  pools: readonly Pool[],
  classOf: (name: string) => DeviceClass | undefined,
  selects: Selects,
): readonly (readonly Ask[])[] {
  return (claim.spec.devices?.requests ?? []).map(({ name, exactly, firstAvailable = [] }) => {
    const options = exactly
      ? [{ ...exactly, ref: name }]
      : firstAvailable.map((sub) => ({ ...sub, adminAccess: false, ref: `${name}/${sub.name}` }));
    return options.map((option): Ask => {
      const deviceClass = classOf(option.deviceClassName);
      if (!deviceClass)
        throw new AllocationError(
          `claim ${keyOf(claim)}, request ${option.ref}: could not retrieve device class ${option.deviceClassName}: deviceclass.resource.k8s.io "${option.deviceClassName}" not found`,
        );
      const { selectors = [], tolerations, adminAccess = false, ref } = option;
      const base = { ref, request: name, deviceClass, selectors, tolerations, adminAccess };
      if (option.allocationMode !== "All") return { ...base, count: option.count ?? 1, all: undefined };
      const all = allOf(base, claim, pools, selects);
      return { ...base, count: all.length, all };
    });
  });
}

function allOf(
  ask: Omit<Ask, "count" | "all">,
  claim: ResourceResourceClaim,
  pools: readonly Pool[],
  selects: Selects,
): readonly PlacedDevice[] {
  return pools.flatMap((pool) => {
    const why = pool.incomplete ? "being updated" : pool.invalid ? "invalid" : undefined;
    if (why !== undefined)
      throw new AllocationError(
        `claim ${keyOf(claim)}, request ${ask.ref}: asks for all devices, but resource pool ${pool.id} is currently ${why}`,
      );
    return pool.devices.filter((device) => selects(ask, device));
  });
}

/** Whether taints of a device keep a request from it. */
export const isTainted = ({ device }: PlacedDevice, tolerations: readonly DeviceToleration[] = []): boolean =>
  device.taints?.some(
    (taint) => (taint.effect === "NoSchedule" || taint.effect === "NoExecute") && !tolerations.some((t) => toleratesTaint(t, taint)),
  ) ?? false;
