import type { ImageDefinition } from "../runtime/index.ts";

/** What the driver's process knows, for the plugin that the kubelet talks to. */
export interface DevicePluginSettings {
  readonly driver: string;
  readonly node: string;
  readonly devices: number;
  readonly pid: number;
  /** The service account's token, as it is now. */
  readonly token: () => string;
}

/** What is behind the process: the composition root joins it to the kubelet that would find its socket, and to the API server. */
export interface DevicePluginLink {
  /** Undefined: there is no such machine. */
  start(settings: DevicePluginSettings): { readonly stop: () => void } | undefined;
}

export const image: ImageDefinition = {
  repository: "registry.k8s.io/dra-example-driver/dra-example-driver",
  tags: ["v0.2.1", "v0.2.0"],
  size: 33_000_000,
  config: { env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" } },
  files: { "/usr/bin/dra-example-kubeletplugin": { program: "dra-example-kubeletplugin" } },
};
