import type { KubeObject } from "./meta.ts";

export const DEFAULT_STORAGE_CLASS = ["storageclass.kubernetes.io/is-default-class", "storageclass.beta.kubernetes.io/is-default-class"];

/** Of the classes that are marked as the default, the newest; of equally new ones the first by name (k8s: GetDefaultClass). */
export function defaultClassOf<T extends KubeObject>(classes: Iterable<T>, annotations: readonly string[]): T | undefined {
  let found: T | undefined;
  for (const one of classes) {
    if (!annotations.some((key) => one.metadata?.annotations?.[key] === "true")) continue;
    if (found === undefined || isNewer(one, found)) found = one;
  }
  return found;
}

function isNewer({ metadata: a }: KubeObject, { metadata: b }: KubeObject): boolean {
  const [made, before] = [a?.creationTimestamp ?? "", b?.creationTimestamp ?? ""];
  return made === before ? (a?.name ?? "") < (b?.name ?? "") : made > before;
}
