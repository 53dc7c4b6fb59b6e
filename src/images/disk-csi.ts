import type { ImageDefinition } from "../runtime/index.ts";

/** What the driver's controller process knows, for the loops that work through the API. */
export interface DiskControllerSettings {
  /** `<host name>_<uuid>`, which tells this process apart in events. */
  readonly identity: string;
  /** The service account's token, as it is now. */
  readonly token: () => string;
  readonly log: (message: string) => void;
}

/**
 * What is behind the processes of the disk driver: the composition root joins its controller to the API server and to
 * the cloud, and its nodes' plugin to the kubelet that would find its socket in a real cluster.
 */
export interface DiskDriverLink {
  controller(settings: DiskControllerSettings): { readonly stop: () => void };
  /** Undefined: there is no such machine in this cloud. */
  node(machine: string, pid: number): { readonly stop: () => void } | undefined;
}

export const DISK_DRIVER_VERSION = "v1.0.0";

export const image: ImageDefinition = {
  repository: "registry.timonel.dev/disk-csi-driver",
  tags: [DISK_DRIVER_VERSION],
  size: 18_000_000,
  config: { entrypoint: ["/bin/disk-csi-driver"], env: { PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" } },
  files: { "/bin/disk-csi-driver": { program: "disk-csi-driver" } },
};
