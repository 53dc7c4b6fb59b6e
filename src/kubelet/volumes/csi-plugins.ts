import type { CSINode, CSINodeDriver } from "../../api/index.ts";
import type { Client } from "../../client/index.ts";
import { deepEqual, isAlreadyExists, isConflict, isNotFound, isStatusError } from "../../machinery/index.ts";
import { timerCause, type Cancel, type Cause, type Clock } from "../../sim/index.ts";
import type { CsiPlugin } from "../types.ts";

/** Plugins of the tree whose volumes a CSI driver has taken over: what every v1.36 kubelet claims (k8s: nodeinfomanager setMigrationAnnotation). */
const MIGRATED = ["aws-ebs", "azure-disk", "azure-file", "cinder", "gce-pd", "portworx-volume", "vsphere-volume"]
  .map((name) => `kubernetes.io/${name}`)
  .join(",");
/** A CSINode that cannot be written is tried again (k8s: nodeinfomanager updateBackoff, csi_plugin.go initializeCSINode). */
const RETRY = 1000;

type Labels = Readonly<Record<string, string>>;

interface Options {
  readonly nodeName: string;
  readonly client: Client;
  readonly clock: Clock;
}

/** The CSI drivers that have registered with a kubelet, and the CSINode that tells of them (k8s: volume/csi/nodeinfomanager). */
export class CsiPlugins {
  readonly #o: Options;
  readonly #plugins = new Map<string, CsiPlugin>();
  /** Writes go one after another: two drivers may come at once. */
  #writing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: Options) {
    this.#o = options;
  }

  get(driver: string): CsiPlugin | undefined {
    return this.#plugins.get(driver);
  }

  /** A kubelet that starts says that its node can have drivers, and which have stayed. */
  start(): void {
    this.#stopped = false;
    const there = [...this.#plugins.values()];
    this.#write([timerCause("kubelet start", [])], (node) => there.reduce(withDriver, node));
  }

  stop(): void {
    this.#stopped = true;
  }

  register(plugin: CsiPlugin, causes: readonly Cause[]): Cancel {
    this.#plugins.set(plugin.driver, plugin);
    this.#write(causes, (node) => withDriver(node, plugin), plugin.info.topology);
    return () => {
      if (this.#plugins.get(plugin.driver) !== plugin) return;
      this.#plugins.delete(plugin.driver);
      this.#write(causes, (node) => withoutDriver(node, plugin.driver));
    };
  }

  #write(causes: readonly Cause[], change: (node: CSINode) => CSINode, labels: Labels = {}): void {
    this.#writing = this.#writing.then(() => this.#attempt(causes, change, labels));
  }

  async #attempt(causes: readonly Cause[], change: (node: CSINode) => CSINode, labels: Labels): Promise<void> {
    const { client, clock, nodeName } = this.#o;
    const stamped = client.because(causes);
    while (!this.#stopped) {
      try {
        if (Object.keys(labels).length > 0) await this.#label(stamped, labels);
        const found = await this.#read();
        if (found === undefined) {
          const node = await client.get("nodes", undefined, nodeName);
          await stamped.create("csinodes", change(freshNode(nodeName, node.metadata?.uid ?? "")));
        } else {
          const next = change(found);
          if (!deepEqual(next, found)) await stamped.update("csinodes", next);
        }
        return;
      } catch (error) {
        if (!isStatusError(error)) throw error;
        if (isConflict(error) || isAlreadyExists(error)) continue;
        await clock.sleep(RETRY);
      }
    }
  }

  /** Where the driver's volumes can be reached from (k8s: updateTopologyLabels). */
  async #label(client: Client, labels: Labels): Promise<void> {
    const { metadata } = await client.get("nodes", undefined, this.#o.nodeName);
    const missing = Object.entries(labels).filter(([key, value]) => metadata?.labels?.[key] !== value);
    if (missing.length > 0)
      await client.patch("nodes", undefined, this.#o.nodeName, "strategic", { metadata: { labels: Object.fromEntries(missing) } });
  }

  async #read(): Promise<CSINode | undefined> {
    try {
      return await this.#o.client.get("csinodes", undefined, this.#o.nodeName);
    } catch (error) {
      if (isStatusError(error) && isNotFound(error)) return undefined;
      throw error;
    }
  }
}

const freshNode = (name: string, uid: string): CSINode => ({
  apiVersion: "storage.k8s.io/v1",
  kind: "CSINode",
  metadata: {
    name,
    annotations: { "storage.alpha.kubernetes.io/migrated-plugins": MIGRATED },
    ownerReferences: [{ apiVersion: "v1", kind: "Node", name, uid }],
  },
  spec: { drivers: [] },
});

export function withDriver(node: CSINode, { driver, info }: CsiPlugin): CSINode {
  const { nodeID, maxVolumes, topology = {} } = info;
  const keys = Object.keys(topology).sort();
  const row: CSINodeDriver = {
    name: driver,
    nodeID,
    ...(keys.length === 0 ? {} : { topologyKeys: keys }),
    ...(maxVolumes === undefined ? {} : { allocatable: { count: maxVolumes } }),
  };
  const others = (node.spec?.drivers ?? []).filter((d) => d.name !== driver);
  return { ...node, spec: { ...node.spec, drivers: [...others, row] } };
}

function withoutDriver(node: CSINode, driver: string): CSINode {
  return { ...node, spec: { ...node.spec, drivers: (node.spec?.drivers ?? []).filter((d) => d.name !== driver) } };
}
