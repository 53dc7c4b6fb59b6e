/** What a kubelet said of a container or of itself at one moment. Times in ms. */
export interface Point {
  /** When the container started, and had used nothing. */
  readonly start: number;
  readonly at: number;
  /** Core-seconds since the start. */
  readonly cpu: number;
  /** Bytes. */
  readonly memory: number;
}
type Containers = Readonly<Record<string, Point>>;

/** One round over all kubelets; pods by `namespace/name`. */
export interface Batch {
  readonly nodes: Readonly<Record<string, Point>>;
  readonly pods: Readonly<Record<string, Containers>>;
}

/** The last round, and for each point the one it is measured against. Plain data: it outlives a reload. */
export interface Store {
  readonly last: Batch;
  readonly previous: Batch;
}

export interface Usage {
  /** Cores. */
  readonly cpu: number;
  readonly memory: number;
  readonly at: number;
  readonly window: number;
}

const NOTHING: Batch = { nodes: {}, pods: {} };
export const EMPTY: Store = { last: NOTHING, previous: NOTHING };

/** Between these ages a new container is measured against its start (k8s-sigs/metrics-server: storage/pod.go freshContainerMinMetricsResolution). */
const FRESH_MS = 10_000;

/** Takes in a round (k8s-sigs/metrics-server: storage/node.go, storage/pod.go Store). */
export function stored(store: Store, batch: Batch, resolution: number): Store {
  const nodes: Record<string, Point> = {};
  for (const [name, point] of Object.entries(batch.nodes)) {
    const before = earlier(point, store.last.nodes[name], store.previous.nodes[name]);
    if (before) nodes[name] = before;
  }
  const pods: Record<string, Containers> = {};
  for (const [pod, containers] of Object.entries(batch.pods)) {
    const found: Record<string, Point> = {};
    for (const [name, point] of Object.entries(containers)) {
      const age = point.at - point.start;
      const last = store.last.pods[pod]?.[name];
      if (age < resolution && age >= FRESH_MS) found[name] = { ...point, at: point.start, cpu: 0 };
      else if (last && point.start < last.at) {
        const before = earlier(point, last, store.previous.pods[pod]?.[name]);
        if (before) found[name] = before;
      }
    }
    if (Object.keys(found).length > 0) pods[pod] = found;
  }
  return { last: batch, previous: { nodes, pods } };
}

function earlier(point: Point, last: Point | undefined, previous: Point | undefined): Point | undefined {
  if (!last) return undefined;
  if (point.at > last.at) return last;
  return previous && previous.at < point.at ? previous : undefined;
}

/** Whether anything can be said of nodes and of pods. */
export const isReady = ({ previous }: Store): boolean => Object.keys(previous.nodes).length > 0 && Object.keys(previous.pods).length > 0;

export function nodeUsage({ last, previous }: Store, name: string): Usage | undefined {
  return usage(last.nodes[name], previous.nodes[name]);
}

/** What each container uses; undefined while one of them has been seen only once. */
export function podUsage({ last, previous }: Store, pod: string): Readonly<Record<string, Usage>> | undefined {
  const containers = last.pods[pod];
  if (!containers || !previous.pods[pod]) return undefined;
  const used: Record<string, Usage> = {};
  for (const [name, point] of Object.entries(containers)) {
    const before = previous.pods[pod][name];
    if (!before) return undefined;
    const measured = usage(point, before);
    if (measured) used[name] = measured;
  }
  return used;
}

/** k8s-sigs/metrics-server: storage/types.go resourceUsage. */
function usage(last: Point | undefined, previous: Point | undefined): Usage | undefined {
  if (!last || !previous || last.start < previous.start || last.cpu < previous.cpu) return undefined;
  const window = last.at - previous.at;
  return { cpu: ((last.cpu - previous.cpu) * 1000) / window, memory: last.memory, at: last.at, window };
}
