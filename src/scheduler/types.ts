import type { Node, Pod } from "../api/index.ts";
import type { Tally, TallySelector } from "./tally.ts";

/** Amounts that scheduling counts with: CPU in millicores, the rest in units. */
export interface Resources {
  readonly cpu: number;
  readonly memory: number;
  /** ephemeral-storage and extended resources by name; undefined when there are none. */
  readonly others?: ReadonlyMap<string, number>;
}

/** A pod reduced to what cycles look at, computed once a pod. */
export interface PodInfo {
  readonly pod: Pod;
  readonly key: string;
  readonly uid: string;
  readonly priority: number;
  /** What containers ask for (k8s: resourcehelper.PodRequests). */
  readonly requests: Resources;
  /** The same with 100m and 200Mi for containers that ask for nothing (k8s: DefaultMilliCPURequest); for scoring. */
  readonly nonZero: Resources;
  /** Host ports as `protocol/ip/port`. */
  readonly hostPorts: readonly string[];
  readonly images: readonly string[];
}

/** A node and the pods that are, or are assumed to be, on it. Kept up incrementally. */
export interface NodeInfo {
  readonly name: string;
  readonly node: Node;
  readonly allocatable: Resources & { readonly pods: number };
  readonly pods: ReadonlyMap<string, PodInfo>;
  readonly requested: { cpu: number; memory: number; readonly others: Map<string, number> };
  readonly nonZero: { cpu: number; memory: number };
  readonly hostPorts: ReadonlyMap<string, number>;
  /** Bytes by image name. */
  readonly images: ReadonlyMap<string, number>;
}

/** What every plugin may look at in a cycle. */
export interface Snapshot {
  /** In the order of the node tree. */
  readonly nodes: readonly NodeInfo[];
  get(name: string): NodeInfo | undefined;
  /** On how many nodes an image is. */
  nodesWithImage(image: string): number;
  /** Pods per node that match a selector. */
  tally(selector: TallySelector): Tally;
  /** What a pod's Services and its owner select, together (k8s: helper.DefaultSelector); undefined: nothing selects it. */
  defaultSelector(pod: PodInfo): TallySelector | undefined;
}

/** Why a node won't do. `unresolvable`: taking other pods away would not help (k8s: UnschedulableAndUnresolvable). */
export interface Rejection {
  readonly reasons: readonly string[];
  readonly unresolvable: boolean;
}

/** What in the cluster may have changed for the better. */
export type ClusterEvent = "NodeAdd" | "NodeUpdate" | "AssignedPodDelete" | "UnscheduledPodUpdate";

/** What a plugin knows of a pod before it looks at any node. */
export interface PreFiltered<State = unknown> {
  readonly state?: State;
  /** About all nodes. */
  readonly rejection?: Rejection;
  /** The filter has nothing to say about this pod (k8s: framework.Skip). */
  readonly skip?: true;
  /** No other node needs a look (k8s: PreFilterResult.NodeNames). */
  readonly only?: ReadonlySet<string>;
}

/**
 * One plugin, one row of the table. All functions are pure; state that a plugin wants to compute once a cycle is what
 * its `preFilter`/`preScore` answers, handed back to it at every node.
 */
export interface SchedulerPlugin<State = unknown> {
  readonly name: string;
  preFilter?(pod: PodInfo, snapshot: Snapshot): PreFiltered<State>;
  filter?(pod: PodInfo, node: NodeInfo, state: State): Rejection | null;
  preScore?(pod: PodInfo, snapshot: Snapshot): State | "skip";
  /** 0 to 100, unless `normalize` brings it there. */
  score?(pod: PodInfo, node: NodeInfo, state: State, snapshot: Snapshot): number;
  normalize?(scores: number[]): void;
  /** Weight of its score. */
  readonly weight?: number;
  /** Events after which a pod this plugin rejected is worth another try. */
  readonly retryOn: readonly ClusterEvent[];
}
