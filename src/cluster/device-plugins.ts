import { publishDevices } from "../addons/index.ts";
import type { ResourceResourceClaim } from "../api/index.ts";
import type { Client } from "../client/index.ts";
import type { DevicePluginLink } from "../images/index.ts";
import type { DeviceDriver, PreparedDevice } from "../kubelet/index.ts";
import { StatusError } from "../machinery/index.ts";
import { type Clock, timerCause } from "../sim/index.ts";
import type { ClusterMachine } from "./machines.ts";

/** How long the kubelet waits for a driver that left to come back before it takes its devices away (k8s: cm/dra/plugin wipingDelay). */
const WIPING_DELAY_MS = 30_000;

/** Joins the processes of device drivers to the kubelets of their machines. */
export function createDevicePluginLink(options: {
  readonly clock: Clock;
  readonly machineOf: (name: string) => ClusterMachine | undefined;
  readonly client: (token: () => string, agent: string) => Client;
  readonly kubelet: (machine: string) => Client;
}): DevicePluginLink {
  const { clock, machineOf } = options;
  return {
    start(settings) {
      const { driver, node } = settings;
      const machine = machineOf(node);
      if (!machine) return undefined;
      const plugin: DeviceDriver = { prepare: (claim) => prepared(claim, driver, node) };
      machine.deviceDrivers.set(driver, plugin);
      const publishing = publishDevices(options, settings);
      let stopped = false;
      return {
        stop() {
          if (stopped) return;
          stopped = true;
          publishing.stop();
          if (machine.deviceDrivers.get(driver) !== plugin) return;
          machine.deviceDrivers.delete(driver);
          clock.timer(WIPING_DELAY_MS, () => {
            if (!machine.deviceDrivers.has(driver) && machine.power === "On") clock.turn(() => wipe(options.kubelet(node), node, driver));
          });
        },
      };
    },
  };
}

/** Devices of a driver that is gone are nobody's to have. */
async function wipe(client: Client, node: string, driver: string): Promise<void> {
  const stamped = client.because([timerCause("dra plugin wiping", [])]);
  try {
    const { items } = await client.list("resourceslices", { fieldSelector: `spec.nodeName=${node}` });
    for (const { metadata, spec } of items)
      if (spec.driver === driver) await stamped.delete("resourceslices", undefined, metadata?.name ?? "");
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
  }
}

/** What dra-example-driver's CDI files make containers see. */
function prepared({ metadata, status }: ResourceResourceClaim, driver: string, node: string): readonly PreparedDevice[] {
  const { results = [], config = [] } = status?.allocation?.devices ?? {};
  return results
    .filter((result) => result.driver === driver)
    .map(({ device, request }) => {
      const last = config.findLast(
        ({ opaque, requests = [] }) => opaque?.driver === driver && (requests.length === 0 || requests.includes(request)),
      );
      const prefix = `GPU_DEVICE_${device.replace(/^gpu-/, "")}`;
      return {
        request,
        env: {
          KUBERNETES_NODE_NAME: node,
          DRA_RESOURCE_DRIVER_NAME: driver,
          [prefix]: device,
          [`${prefix}_RESOURCE_CLAIM`]: metadata?.uid ?? "",
          ...sharing(prefix, last?.opaque?.parameters as GpuConfig | undefined),
        },
      };
    });
}

/** gpu.resource.example.com/v1alpha1 GpuConfig. */
interface GpuConfig {
  readonly sharing?: {
    readonly strategy?: string;
    readonly timeSlicingConfig?: { readonly interval?: string };
    readonly spacePartitioningConfig?: { readonly partitionCount?: number };
  };
}

function sharing(prefix: string, { sharing: wanted = {} }: GpuConfig = {}): Readonly<Record<string, string>> {
  const { strategy = "TimeSlicing", timeSlicingConfig, spacePartitioningConfig } = wanted;
  return {
    [`${prefix}_SHARING_STRATEGY`]: strategy,
    ...(strategy === "SpacePartitioning"
      ? { [`${prefix}_PARTITION_COUNT`]: String(spacePartitioningConfig?.partitionCount ?? 1) }
      : { [`${prefix}_TIMESLICE_INTERVAL`]: timeSlicingConfig?.interval ?? "Default" }),
  };
}
