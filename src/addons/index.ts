import { coredns, type Manifest } from "./coredns.ts";
import { diskStorage } from "./disk-storage.ts";
import { ingressNginx } from "./ingress-nginx.ts";
import { localPathStorage } from "./local-path-storage.ts";
import { metricsServer } from "./metrics-server.ts";

export type { Manifest } from "./coredns.ts";
export { startDiskController } from "./disk-csi/index.ts";
export { DISK_DRIVER, MAX_DISKS, RpcError, ZONE } from "./disk-csi/cloud.ts";
export type { Disk, DiskCloud } from "./disk-csi/cloud.ts";
export { publishDevices } from "./dra-example-driver.ts";
export { createIngressLink } from "./ingress-nginx/controller.ts";
export { createLocalPathLink } from "./local-path/provisioner.ts";

/** What a cluster of this preset holds besides what the API server makes itself: the recordings' presets have no addons. */
export function addonsFor(preset: string, options: { readonly nodes?: number } = {}): readonly Manifest[] {
  if (preset.startsWith("reference")) return [];
  // In a cloud claims get disks, elsewhere directories.
  const storage = preset === "cloud" ? diskStorage() : localPathStorage();
  return [...coredns({ replicas: (options.nodes ?? 1) > 1 ? 2 : 1 }), ...storage, ...metricsServer(), ...ingressNginx()];
}
