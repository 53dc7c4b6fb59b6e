import type { Device, ResourceSlice } from "../api/index.ts";
import { type Client, createInformers, createWorkQueue } from "../client/index.ts";
import type { DevicePluginSettings } from "../images/index.ts";
import { deepEqual, isAlreadyExists, isConflict, StatusError } from "../machinery/index.ts";
import { type Clock, createRandom, timerCause } from "../sim/index.ts";

const KEY = "slice";

/** The GPUs that the example driver pretends a node to have; always the same ones for a node (k8s-sigs: dra-example-driver discovery.go). */
export function pretendedDevices(node: string, count: number): readonly Device[] {
  const random = createRandom(0).fork(node);
  return Array.from({ length: count }, (_, index) => ({
    name: `gpu-${index}`,
    attributes: {
      driverVersion: { version: "1.0.0" },
      index: { int: index },
      model: { string: "LATEST-GPU-MODEL" },
      uuid: { string: `gpu-${random.uuid()}` },
    },
    capacity: { memory: { value: "80Gi" } },
  }));
}

/** Keeps the node's ResourceSlice as the driver has it (k8s: dynamic-resource-allocation/resourceslice). */
export function publishDevices(
  parts: { readonly clock: Clock; readonly client: (token: () => string, agent: string) => Client },
  { driver, node, devices, token, pid }: DevicePluginSettings,
): { readonly stop: () => void } {
  const { clock } = parts;
  const client = parts.client(token, "dra-example-kubeletplugin");
  const informers = createInformers(client, clock);
  const slices = informers.of("resourceslices", { fieldSelector: `spec.driver=${driver},spec.nodeName=${node}` });
  const wanted = pretendedDevices(node, devices);
  const queue = createWorkQueue({
    clock,
    name: "resourceslices",
    retry: { firstMs: 1000, mostMs: 60_000 },
    async process(key, causes) {
      await informers.synced();
      const stamped = client.because(causes);
      const [found] = slices.list();
      try {
        if (found && deepEqual(found.spec.devices, wanted)) return;
        const generation = (found?.spec.pool.generation ?? 0) + 1;
        const spec = { driver, nodeName: node, pool: { name: node, generation, resourceSliceCount: 1 }, devices: wanted };
        if (found) await stamped.update("resourceslices", { ...found, spec });
        else {
          const owner = await client.get("nodes", undefined, node);
          await stamped.create("resourceslices", sliceOf(node, driver, owner.metadata?.uid ?? "", spec));
        }
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        if (!isConflict(error) && !isAlreadyExists(error)) queue.addRateLimited(key, [timerCause("resourceslices", causes)]);
      }
    },
  });
  const cancel = slices.on(({ causes }) => queue.add(KEY, causes));
  queue.add(KEY, [{ kind: "process", machine: node, pid, what: "dra-example-kubeletplugin registers" }]);
  return {
    stop() {
      cancel();
      queue.stop();
      informers.stop();
    },
  };
}

const sliceOf = (node: string, driver: string, uid: string, spec: ResourceSlice["spec"]): ResourceSlice => ({
  apiVersion: "resource.k8s.io/v1",
  kind: "ResourceSlice",
  metadata: {
    generateName: `${node}-${driver}-`,
    ownerReferences: [{ apiVersion: "v1", kind: "Node", name: node, uid, controller: true }],
  },
  spec,
});
