import type { KubeObject, Node, Pod } from "../api/index.ts";
import type { Client, Informers, Resource } from "../client/index.ts";
import type { LabelSelector } from "../machinery/index.ts";
import type { Cause, Clock } from "../sim/index.ts";
import type { PlacedTerms } from "./placed-terms.ts";
import type { PodQuestion, Tally } from "./tally.ts";

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
  /** Of containers and of volumes. */
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
  /** Those in use, and by how many pods. */
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
  /** How many nodes each domain of a topology has. */
  domains(topologyKey: string): ReadonlyMap<string, number>;
  /** How many pods on nodes a question means, by node and by domain. */
  tally(question: PodQuestion): Tally;
  /** The affinity rules of pods on nodes. */
  readonly placedTerms: Pick<PlacedTerms, "of">;
  /** What a pod's Services and its owner select, together (k8s: helper.DefaultSelector); undefined: nothing selects it. */
  defaultSelector(pod: PodInfo): LabelSelector | undefined;
}

/** Why a node won't do. `unresolvable`: taking other pods away would not help (k8s: UnschedulableAndUnresolvable). */
export interface Rejection {
  readonly reasons: readonly string[];
  readonly unresolvable: boolean;
}

/** A rejection, and who made it. */
export interface Verdict extends Rejection {
  readonly plugin: string;
}

/**
 * What happened to an object (k8s: framework.ActionType). Nodes tell which part was updated. Of pods, assigned ones
 * count; "SelfUpdate" is a change of the very pod that waits.
 */
export type Action =
  | "Add"
  | "Update"
  | "Delete"
  | "UpdateAllocatable"
  | "UpdateLabel"
  | "UpdateTaint"
  | "UpdateImages"
  | "ScaleDown"
  | "SelfUpdate";

/** An object before and after. */
export interface ObjectChange {
  readonly object: KubeObject | undefined;
  readonly old: KubeObject | undefined;
}

/** Changes after which a pod that a plugin rejected is worth another try. */
export interface EventHint {
  readonly resource: Resource;
  readonly actions: readonly Action[];
  /** Whether this very change may help this pod; absent: any may (k8s: QueueingHintFn). */
  hint?(pod: PodInfo, change: ObjectChange): boolean;
}

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

/** A plugin cannot say whether a pod fits, for a reason that is not ours: the pod is told, and tried again (k8s: framework.Status Error). */
export class PluginError extends Error {
  override readonly name: string = "PluginError";
}

/** What a pod needs before it is bound did not come about: it is tried again, and said as it is worded. */
export class BindingFailure extends PluginError {
  override readonly name = "BindingFailure";
}

/** What a plugin holds for a pod between the decision and its end. */
export interface Reservation {
  /** Makes true what must be true before the pod is bound; may wait, and throws to give up (k8s: PreBind). */
  preBind?(context: { readonly client: Client; readonly causes: readonly Cause[] }): Promise<void>;
  /** The pod won't be bound after all (k8s: Unreserve). */
  undo(): void;
  /** The pod is bound (k8s: PostBind). */
  bound?(): void;
}

/** A plugin wants the binding to wait for its word (k8s: Permit answering Wait). */
export interface Wait {
  /** A rejection, or null to go on; at the latest after the time that the plugin set itself. */
  readonly answer: Promise<Rejection | null>;
}

/** A node as it would be with other pods on it than there are. */
export interface Trial {
  remove(pod: PodInfo): void;
  add(pod: PodInfo): void;
  /** What stands in the pod's way on the node as it is now, with and without the pods nominated to it. */
  rejection(): Rejection | null;
}

/** What a cycle knows of a pod that fits nowhere. */
export interface Failure {
  readonly pod: PodInfo;
  readonly nodes: readonly NodeInfo[];
  /** What was said about each node. */
  readonly verdictOn: (node: string) => Rejection | undefined;
  readonly try: (node: NodeInfo) => Trial;
  /** Whether a plugin came to prepare for the pod in this cycle: a rejection before its turn ends the cycle. */
  readonly prepared: (plugin: string) => boolean;
}

/** What a plugin did for a pod that fits nowhere. */
export interface PostFiltered {
  /** Said behind the reasons in FailedScheduling; absent when the pod was helped. */
  readonly message?: string;
  /** It could not do its part: nobody after it is asked. */
  readonly failed?: true;
  /** Where the pod is to fit once the victims are gone; null takes back an earlier nomination. */
  readonly nominated?: string | null;
  readonly victims?: readonly PodInfo[];
  /** Nodes that were considered, with the pods that would have to go. */
  readonly candidates?: readonly Candidate[];
}

/** A node where a pod fits if others leave. */
export interface Candidate {
  readonly node: string;
  /** The most important first. */
  readonly victims: readonly PodInfo[];
  /** How many of them a PodDisruptionBudget protects. */
  readonly violations: number;
}

/**
 * One plugin, one row of the table. All functions but `reserve` and `permit` are pure; state that a plugin wants to
 * compute once a cycle is what its `preFilter`/`preScore` answers, handed back to it at every node.
 */
export interface SchedulerPlugin<State = unknown> {
  readonly name: string;
  /** A pod that it rejects waits until one of `retryOn` happens, without a cycle of its own. */
  preEnqueue?(pod: PodInfo): Rejection | null;
  preFilter?(pod: PodInfo, snapshot: Snapshot): PreFiltered<State>;
  filter?(pod: PodInfo, node: NodeInfo, state: State): Rejection | null;
  /** The state as it were if `other` were (1), or were not (-1), on `node` (k8s: PreFilterExtensions). */
  withPod?(state: State, pod: PodInfo, other: PodInfo, node: NodeInfo, by: 1 | -1): State;
  postFilter?(failure: Failure): PostFiltered;
  preScore?(pod: PodInfo, snapshot: Snapshot, feasible: readonly NodeInfo[]): State | "skip" | undefined;
  /** 0 to 100, unless `normalize` brings it there. */
  score?(pod: PodInfo, node: NodeInfo, state: State, snapshot: Snapshot): number;
  normalize?(scores: number[]): void;
  /** Weight of its score in the default profile. */
  readonly weight?: number;
  /** `state` is what its `preFilter` answered. */
  reserve?(pod: PodInfo, node: NodeInfo, state: State): Reservation | Rejection | null;
  permit?(pod: PodInfo, node: NodeInfo): Wait | Rejection | null;
  /** Events after which a pod this plugin rejected is worth another try. */
  readonly retryOn: readonly EventHint[];
}

/** What a plugin is made from (k8s: framework.Handle). */
export interface Handle {
  readonly informers: Informers;
  readonly clock: Clock;
  readonly snapshot: Snapshot;
  /** An integer from 0, below its argument. */
  readonly pick: (below: number) => number;
}

/** Makes a plugin for one profile; `args` is its pluginConfig, undefined when there is none. */
// oxlint-disable-next-line typescript/no-explicit-any -- each plugin has a state of its own, which only it looks into
export type PluginFactory = (handle: Handle, args: unknown) => SchedulerPlugin<any>;
