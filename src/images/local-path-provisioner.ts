import type { ImageDefinition } from "../runtime/index.ts";

/** What the provisioner's process knows, for the loop that works through the API. */
export interface ProvisionerSettings {
  /** `rancher.io/local-path`, as storage classes name it. */
  readonly provisioner: string;
  /** `<host name>_<uuid>`, which tells this process apart in events. */
  readonly identity: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly configMap: string;
  /** The contents of config.json, as they are now. Throws what is wrong with the file. */
  readonly config: () => unknown;
  /** The helper pod's template, as it is now. */
  readonly helperPod: () => unknown;
  /** The service account's token, as it is now. */
  readonly token: () => string;
  readonly log: (level: "debug" | "info" | "warning" | "error", message: string) => void;
}

/**
 * The loop behind the process: the composition root joins it to the API server, as it joins CoreDNS. What goes over the
 * network in a real cluster (the service account's requests) goes by reference here, with the same rights.
 */
export interface ProvisionerLink {
  start(settings: ProvisionerSettings): { readonly ready: () => boolean; readonly stop: () => void };
}

export const image: ImageDefinition = {
  repository: "docker.io/rancher/local-path-provisioner",
  tags: ["v0.0.37", "v0.0.36", "v0.0.35", "v0.0.34", "v0.0.33", "v0.0.32", "v0.0.31", "v0.0.30"],
  size: 22_000_000,
  config: { entrypoint: ["local-path-provisioner"], env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" } },
  files: { "/usr/bin/local-path-provisioner": { program: "local-path-provisioner" } },
};
