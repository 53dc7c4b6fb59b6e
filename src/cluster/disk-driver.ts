import { DISK_DRIVER, MAX_DISKS, startDiskController, ZONE } from "../addons/index.ts";
import type { Client } from "../client/index.ts";
import type { DiskDriverLink } from "../images/index.ts";
import type { CsiPlugin } from "../kubelet/index.ts";
import type { Clock } from "../sim/index.ts";
import { type CloudDisks, filesOf } from "./cloud-disks.ts";
import type { ClusterMachine } from "./machines.ts";

/** Joins the driver's processes to the cloud, the API server and the kubelets. */
export function createDiskDriverLink(options: {
  readonly clock: Clock;
  readonly cloud: CloudDisks;
  readonly machineOf: (name: string) => ClusterMachine | undefined;
  readonly client: (token: () => string, agent: string) => Client;
}): DiskDriverLink {
  const { clock, cloud, machineOf, client } = options;
  return {
    controller: (settings) => startDiskController({ clock, cloud, client }, settings),
    node(name, pid) {
      const machine = machineOf(name);
      const zone = cloud.zoneOf(name);
      if (!machine || zone === undefined) return undefined;
      const causes = [{ kind: "process" as const, machine: name, pid, what: "disk-csi-driver registers" }];
      return { stop: machine.kubelet.registerPlugin(pluginOf(cloud, name, zone), causes) };
    },
  };
}

const pluginOf = (cloud: CloudDisks, machine: string, zone: string): CsiPlugin => ({
  driver: DISK_DRIVER,
  info: { nodeID: machine, maxVolumes: MAX_DISKS, topology: { [ZONE]: zone } },
  publish({ volumeHandle, capacity }) {
    const disk = cloud.get(volumeHandle);
    if (disk?.machine !== machine)
      return {
        refused: `rpc error: code = NotFound desc = Failed to find device path /dev/disk/by-id/${volumeHandle}. lstat /dev/disk/by-id/${volumeHandle}: no such file or directory`,
      };
    cloud.format(volumeHandle, capacity);
    return { volume: filesOf(volumeHandle) };
  },
  expand({ volumeHandle, capacity }) {
    const disk = cloud.get(volumeHandle);
    if (disk?.machine !== machine) return `rpc error: code = NotFound desc = Volume ${JSON.stringify(volumeHandle)} is not attached`;
    cloud.format(volumeHandle, capacity);
    return undefined;
  },
});
