import { matchesNodeTerm, type Device, type Node, type NodeSelector, type ResourceSlice } from "../../api/index.ts";

/** A device, and where it is from. */
export interface PlacedDevice {
  /** `driver/pool/device`. */
  readonly id: string;
  readonly driver: string;
  readonly pool: string;
  readonly device: Device;
  readonly slice: ResourceSlice;
}

/** The devices of a pool that a node can reach. */
export interface Pool {
  /** `driver/pool`. */
  readonly id: string;
  readonly devices: readonly PlacedDevice[];
  /** Not all of its slices are there yet. */
  readonly incomplete: boolean;
  /** What is there contradicts itself. */
  readonly invalid: boolean;
}

/** All slices of the newest generation of each pool, in the order of their names. */
export type Pools = ReadonlyMap<string, readonly ResourceSlice[]>;

/** Slices of an older generation are out of date (k8s: GatherPools). */
export function gatherPools(slices: Iterable<ResourceSlice>): Pools {
  const pools = new Map<string, ResourceSlice[]>();
  for (const slice of slices) {
    const { driver, pool } = slice.spec;
    const id = `${driver}/${pool.name}`;
    const known = pools.get(id);
    const newest = known?.[0]?.spec.pool.generation ?? -1;
    if (!known || pool.generation > newest) pools.set(id, [slice]);
    else if (pool.generation === newest) known.push(slice);
  }
  for (const list of pools.values()) list.sort((a, b) => (a.metadata?.name ?? "").localeCompare(b.metadata?.name ?? ""));
  return new Map([...pools].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

interface Placement {
  readonly nodeName?: string;
  readonly allNodes?: boolean;
  readonly nodeSelector?: NodeSelector;
}

const reaches = ({ nodeName, allNodes, nodeSelector }: Placement, node: Node): boolean => {
  if (nodeName) return node.metadata?.name === nodeName;
  if (allNodes) return true;
  return nodeSelector !== undefined && matchesSelector(nodeSelector, node);
};

export const matchesSelector = ({ nodeSelectorTerms }: NodeSelector, node: Node): boolean =>
  nodeSelectorTerms.some((term) => matchesNodeTerm(term, node));

/** What each pool has for a node; pools with nothing for it are left out. */
export function poolsOn(pools: Pools, node: Node): readonly Pool[] {
  const found: Pool[] = [];
  for (const [id, slices] of pools) {
    const devices: PlacedDevice[] = [];
    let near = false;
    for (const slice of slices) {
      const { spec } = slice;
      if (!spec.perDeviceNodeSelection && !reaches(spec, node)) continue;
      for (const device of spec.devices ?? []) {
        if (spec.perDeviceNodeSelection && !reaches(device, node)) continue;
        near = true;
        devices.push({ id: `${id}/${device.name}`, driver: spec.driver, pool: spec.pool.name, device, slice });
      }
      near ||= !spec.perDeviceNodeSelection;
    }
    if (!near) continue;
    const incomplete = slices.length !== slices[0]?.spec.pool.resourceSliceCount;
    const names = new Set(devices.map((d) => d.id));
    found.push({ id, devices, incomplete, invalid: names.size < devices.length });
  }
  return found;
}

/** Which nodes can reach all of these devices; undefined: all can (k8s: createNodeSelector). */
export function selectorFor(devices: readonly PlacedDevice[]): NodeSelector | undefined {
  let matchExpressions: readonly object[] = [];
  let matchFields: readonly object[] = [];
  for (const { device, slice } of devices) {
    const { nodeName, nodeSelector } = slice.spec.perDeviceNodeSelection ? device : slice.spec;
    if (nodeName) return { nodeSelectorTerms: [{ matchFields: [{ key: "metadata.name", operator: "In", values: [nodeName] }] }] };
    const term = nodeSelector?.nodeSelectorTerms[0];
    matchExpressions = added(matchExpressions, term?.matchExpressions ?? []);
    matchFields = added(matchFields, term?.matchFields ?? []);
  }
  if (matchExpressions.length === 0 && matchFields.length === 0) return undefined;
  const term = {
    ...(matchExpressions.length > 0 ? { matchExpressions } : {}),
    ...(matchFields.length > 0 ? { matchFields } : {}),
  };
  return { nodeSelectorTerms: [term] } as NodeSelector;
}

function added(list: readonly object[], more: readonly object[]): readonly object[] {
  const known = new Set(list.map((o) => JSON.stringify(o)));
  const fresh = more.filter((o) => !known.has(JSON.stringify(o)));
  return fresh.length > 0 ? [...list, ...fresh] : list;
}
