import { coredns, type Manifest } from "./coredns.ts";
import { localPathStorage } from "./local-path-storage.ts";

export type { Manifest } from "./coredns.ts";
export { createLocalPathLink } from "./local-path/provisioner.ts";

/** What a cluster of this preset holds besides what the API server makes itself: the recordings' presets have no addons. */
export function addonsFor(preset: string, options: { readonly nodes?: number } = {}): readonly Manifest[] {
  if (preset.startsWith("reference")) return [];
  return [...coredns({ replicas: (options.nodes ?? 1) > 1 ? 2 : 1 }), ...localPathStorage()];
}
