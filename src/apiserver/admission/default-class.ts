import type { KubeObject } from "../../api/index.ts";

/** Of the classes that are marked as the default, the newest; of equally new ones the first by name (k8s: GetDefaultClass). */
export function defaultClassOf<T extends KubeObject>(classes: readonly T[], annotations: readonly string[]): T | undefined {
  let found: T | undefined;
  for (const one of classes) {
    if (!annotations.some((key) => one.metadata?.annotations?.[key] === "true")) continue;
    if (found === undefined || (one.metadata?.creationTimestamp ?? "") > (found.metadata?.creationTimestamp ?? "")) found = one;
  }
  return found;
}
