import { podAmounts, type Pod } from "../../api/index.ts";
import { formatQuantity, parseQuantity, value, valueOf } from "../../machinery/index.ts";
import { specOf } from "../pod.ts";
import type { PodUse } from "./rank.ts";

const STORAGE = "ephemeral-storage";

/** Whether a pod says how much of the disk it may have at most. */
export function hasStorageLimits(pod: Pod): boolean {
  const { volumes, containers } = specOf(pod);
  return (
    volumes?.some((v) => v.emptyDir?.sizeLimit !== undefined) === true ||
    containers.some((c) => c.resources?.limits?.[STORAGE] !== undefined)
  );
}

/** Why a pod that keeps more than it may has to go, and what upstream counts it under (k8s: eviction_manager.go localStorageEviction). */
export function storageExcess(pod: Pod, use: PodUse): { readonly message: string; readonly signal: string } | undefined {
  const excess = (signal: string, message: string) => ({ signal, message });
  for (const { name, emptyDir } of specOf(pod).volumes ?? []) {
    const limit = emptyDir?.sizeLimit;
    const used = use.volumes.find((v) => v.name === name)?.bytes;
    if (limit !== undefined && value(limit) > 0 && used !== undefined && used > value(limit))
      return excess(
        "emptydirfs.limit",
        `Usage of EmptyDir volume ${JSON.stringify(name)} exceeds the limit ${JSON.stringify(formatQuantity(parseQuantity(limit)))}. `,
      );
  }
  const whole = podAmounts(pod.spec, "limits")[STORAGE];
  const total = [...use.containers.map((c) => c.disk), ...use.volumes.map((v) => v.bytes)].reduce((a, b) => a + b, 0);
  if (whole !== undefined && total > valueOf(whole))
    return excess(
      "ephemeralpodfs.limit",
      `Pod ephemeral local storage usage exceeds the total limit of containers ${formatQuantity(whole)}. `,
    );
  for (const { name, disk } of use.containers) {
    const limit = specOf(pod).containers.find((c) => c.name === name)?.resources?.limits?.[STORAGE];
    if (limit !== undefined && value(limit) > 0 && disk > value(limit))
      return excess(
        "ephemeralcontainerfs.limit",
        `Container ${name} exceeded its local ephemeral storage limit ${JSON.stringify(formatQuantity(parseQuantity(limit)))}. `,
      );
  }
  return undefined;
}
