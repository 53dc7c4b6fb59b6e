import { isPodTerminal, type KubeObject, type Node, type Pod } from "../api/index.ts";
import type { Change, Client, EventRecorder, Informer, Informers, Resource } from "../client/index.ts";
import { isNotFound, StatusError } from "../machinery/index.ts";
import type { Cause, Clock, Random } from "../sim/index.ts";
import { type Advice, advise } from "./advice/advise.ts";
import { hold, permitted, prepare, undo } from "./binding.ts";
import { SchedulerCache } from "./cache.ts";
import { actionsOf, assignedPodActions, nodeActions } from "./changes.ts";
import { DEFAULT_SCHEDULER, type KubeSchedulerConfiguration, makeProfiles } from "./configuration.ts";
import { type Decision, type Rotation, schedule } from "./cycle.ts";
import { defaultSelectors } from "./default-selector.ts";
import { fitError } from "./fit-error.ts";
import { Nominator } from "./nominator.ts";
import { podInfo } from "./pod-info.ts";
import { plugins } from "./plugins/index.ts";
import { evict } from "./preemptor.ts";
import { eventKey, type Profile } from "./profile.ts";
import { type QueuedPod, type QueueSizes, SchedulingQueue } from "./queue.ts";
import { podScheduled, type Nomination } from "./pod-status.ts";
import {
  type Action,
  PluginError,
  type Candidate,
  type Handle,
  type ObjectChange,
  type PodInfo,
  type PostFiltered,
  type Verdict,
} from "./types.ts";

export interface SchedulerOptions {
  readonly client: Client;
  readonly informers: Informers;
  /** One recorder a scheduler name, as `source.component` names it. */
  readonly recorder: (component: string) => EventRecorder;
  readonly clock: Clock;
  readonly random: Random;
  /** Default: one profile, default-scheduler, with all plugins. Must be valid (`validateConfiguration`). */
  readonly configuration?: KubeSchedulerConfiguration;
  /** Told of every decision, for SchedulingDecision. */
  readonly onDecision?: (decision: Decision) => void;
  /** What each cycle takes longer, in ms: a fault's doing. */
  readonly delay?: () => number;
}

/** A scheduler at work. */
export interface RunningScheduler {
  readonly queue: QueueSizes;
  /** Cycles so far. */
  readonly attempts: number;
  readonly lastError: { readonly message: string; readonly at: number } | undefined;
  /** What would give a pod that waits a node, smallest change first; none for a pod that does not wait. */
  advise(key: string): readonly Advice[];
  stop(): void;
}

const PREEMPTION = "DefaultPreemption";

/** kube-scheduler: one pod a cycle, one cycle a turn; binding goes on beside the next cycle. */
export function startScheduler(options: SchedulerOptions): RunningScheduler {
  const { client, informers, recorder, clock, random, configuration = {} } = options;
  const cache = new SchedulerCache(defaultSelectors(informers));
  const pick = (below: number): number => random.int(below);
  const handle: Handle = { informers, clock, snapshot: cache, pick };
  const profiles = makeProfiles(configuration, plugins, handle);
  const profileOf = ({ pod }: PodInfo): Profile => profiles.get(nameOf(pod)) as Profile;
  const nominator = new Nominator();
  const rotation: Rotation = { next: 0 };
  /** Pods that have a node of which the API server may not know yet. */
  const bound = new Set<string>();
  /** Pods whose victims are being sent away. */
  const preempting = new Set<string>();
  let cycling = false;
  let stopped = false;
  let attempts = 0;
  let lastError: RunningScheduler["lastError"];

  const gate = (info: PodInfo): string | undefined => {
    // Its victims are on their way out: there is nothing to look at before they have been told.
    if (preempting.has(info.uid)) return PREEMPTION;
    return profileOf(info).preEnqueue.find((plugin) => plugin.preEnqueue?.(info))?.name;
  };
  const queue = new SchedulingQueue({
    clock,
    onReady: () => next(),
    gate,
    ...(configuration.podInitialBackoffSeconds ? { initialBackoffMs: configuration.podInitialBackoffSeconds * 1000 } : {}),
    ...(configuration.podMaxBackoffSeconds ? { maxBackoffMs: configuration.podMaxBackoffSeconds * 1000 } : {}),
  });

  const next = (): void => {
    if (cycling || stopped) return;
    cycling = true;
    const slow = options.delay?.() ?? 0;
    const begin = (turn: () => Promise<void> | undefined): void =>
      slow > 0 ? void clock.timer(slow, () => clock.turn(turn)) : clock.turn(turn);
    begin(() => {
      cycling = false;
      const pod = stopped ? undefined : queue.pop();
      if (!pod) return undefined;
      const bindingOrFailure = cycle(pod);
      if (queue.ready) next();
      return bindingOrFailure;
    });
  };

  const cycle = (pod: QueuedPod): Promise<void> => {
    attempts++;
    const profile = profileOf(pod.info);
    let outcome: ReturnType<typeof schedule>;
    try {
      outcome = schedule(pod.info, { profile, snapshot: cache, nominator, rotation, pick });
    } catch (error) {
      return failWith(pod, error);
    }
    const { decision, states } = outcome;
    const node = decision.node === undefined ? undefined : cache.get(decision.node);
    if (!node) {
      options.onDecision?.(decision);
      return fail(pod, decision).catch(retry(pod));
    }
    // The node is taken from now on, whatever the API server says later (k8s: assume).
    cache.place(pod.info, node.name);
    const held = hold(pod.info, node, profile, states);
    if ("plugin" in held) {
      cache.forget(pod.info.uid);
      const refused = refusedOn(decision, node.name, held);
      options.onDecision?.(refused);
      return fail(pod, refused).catch(retry(pod));
    }
    options.onDecision?.(decision);
    bound.add(pod.info.uid);
    nominator.forget(pod.info.uid);
    const giveUp = (): void => {
      undo(held.reservations);
      bound.delete(pod.info.uid);
      if (cache.forget(pod.info.uid)) moved("pods", ["Delete"], { object: undefined, old: pod.info.pod }, pod.causes);
    };
    const settle = async (): Promise<void> => {
      const refusal = await permitted(held.waits);
      if (refusal) {
        giveUp();
        return fail(pod, refusedOn(decision, node.name, refusal));
      }
      if (held.reservations.some((r) => r.preBind !== undefined)) await announce(pod, node.name);
      await prepare(held.reservations, client.because(pod.causes), pod.causes);
      await bindPod(pod, node.name);
      for (const reservation of held.reservations) reservation.bound?.();
    };
    const plain = held.reservations.length === 0 && held.waits.length === 0;
    return (plain ? bindPod(pod, node.name) : settle()).catch((error: unknown) => {
      giveUp();
      return failWith(pod, error);
    });
  };

  /** A refusal of the API is tried again; anything else is a fault of ours and must be seen. */
  const retry =
    (pod: QueuedPod) =>
    (error: unknown): void => {
      lastError = { message: error instanceof Error ? error.message : String(error), at: clock.now() };
      queue.retry(pod);
      if (!(error instanceof StatusError || error instanceof PluginError)) throw error;
    };

  const bindPod = async (pod: QueuedPod, node: string): Promise<void> => {
    const { name = "", namespace = "" } = pod.info.pod.metadata ?? {};
    const binding = { apiVersion: "v1", kind: "Binding", metadata: { name, namespace }, target: { kind: "Node", name: node } };
    await client.because(pod.causes).create("pods", binding as unknown as Pod, "binding");
    const message = `Successfully assigned ${namespace}/${name} to ${node}`;
    recorder(nameOf(pod.info.pod)).event(pod.info.pod, "Normal", "Scheduled", message, pod.causes);
  };

  /** Others may see where a pod is going while what it needs is made ready (k8s: NominatedNodeNameForExpectation). */
  const announce = async (pod: QueuedPod, node: string): Promise<void> => {
    const { namespace, name = "" } = pod.info.pod.metadata ?? {};
    if (pod.info.pod.status?.nominatedNodeName === node) return;
    await client.because(pod.causes).patch("pods", namespace, name, "strategic", { status: { nominatedNodeName: node } }, "status");
  };

  const latest = (info: PodInfo): Pod => informers.of("pods").get(info.key) ?? info.pod;

  /** Nothing could be found for the pod: says so, makes room for it if that helps, and sets it aside. */
  const fail = async (pod: QueuedPod, decision: Decision): Promise<void> => {
    queue.park(pod, rejectors(decision));
    const made = decision.after.find((a) => a.victims !== undefined);
    const nomination = nominationOf(decision.after);
    if (made?.nominated) makeRoom(pod, made.nominated, made.victims ?? []);
    else if (nomination === "") nominator.forget(pod.info.uid);
    await report(pod, "Unschedulable", fitError(decision), nomination);
  };

  /** The pod had a node, but what came after failed. */
  const failWith = async (pod: QueuedPod, error: unknown): Promise<void> => {
    // A pod that is gone needs no node.
    if (error instanceof StatusError && isNotFound(error) && !informers.of("pods").get(pod.info.key)) return;
    retry(pod)(error);
    const said = error instanceof Error ? error.message : String(error);
    await report(pod, "SchedulerError", said, "").catch(retry(pod));
  };

  const report = async (pod: QueuedPod, reason: string, message: string, nomination: Nomination): Promise<void> => {
    const current = latest(pod.info);
    if (current.metadata?.uid !== pod.info.uid) return;
    recorder(nameOf(current)).event(current, "Warning", "FailedScheduling", message, pod.causes);
    const patch = podScheduled(current, reason, message, nomination, clock.now());
    if (!patch) return;
    const { namespace, name = "" } = current.metadata ?? {};
    try {
      await client.because(pod.causes).patch("pods", namespace, name, "strategic", patch, "status");
    } catch (error) {
      if (!(error instanceof StatusError && isNotFound(error))) throw error;
    }
  };

  const makeRoom = (pod: QueuedPod, node: string, victims: Candidate["victims"]): void => {
    const weaker = [...nominator.on(node)].filter((other) => other.priority < pod.info.priority);
    nominator.nominate(pod.info, node);
    preempting.add(pod.info.uid);
    const work = async (): Promise<void> => {
      // Pods of less importance that were to land there look for another place.
      for (const other of weaker) await takeBack(other, pod.causes);
      await evict({ client, clock, recorder: recorder(nameOf(pod.info.pod)) }, pod.info, node, victims, pod.causes);
    };
    clock.turn(() =>
      work()
        .catch((error: unknown) => {
          queue.delete(pod.info.uid);
          retry(pod)(error);
        })
        .finally(() => {
          preempting.delete(pod.info.uid);
          queue.moved((p) => p.info.uid === pod.info.uid && p.rejectedBy.has(PREEMPTION), pod.causes);
        }),
    );
  };

  const takeBack = async (other: PodInfo, causes: readonly Cause[]): Promise<void> => {
    nominator.forget(other.uid);
    const { namespace, name = "" } = other.pod.metadata ?? {};
    await client.because(causes).patch("pods", namespace, name, "strategic", { status: { nominatedNodeName: null } }, "status");
    queue.moved((p) => p.info.uid === other.uid, causes);
  };

  /** Wakes the pods whom a change may help. */
  const moved = (resource: Resource, actions: readonly Action[], change: ObjectChange, causes: readonly Cause[]): void => {
    if (actions.length === 0) return;
    queue.moved((pod) => helps(profileOf(pod.info), pod, resource, actions, change), causes);
  };

  const onPod = ({ object, old, causes }: Change<Pod>): void => {
    const pod = object ?? (old as Pod);
    const uid = pod.metadata?.uid ?? "";
    // Another pod of the same name took its place unseen.
    if (old && object && old.metadata?.uid !== uid) onPod({ key: "", object: undefined, old, causes });
    if (!object || isPodTerminal(object)) {
      queue.delete(uid);
      bound.delete(uid);
      nominator.forget(uid);
      if (cache.forget(uid)) moved("pods", ["Delete"], { object: undefined, old: pod }, causes);
      return;
    }
    if (object.spec?.nodeName) {
      const fresh = !bound.delete(uid) && !old?.spec?.nodeName;
      queue.delete(uid);
      nominator.forget(uid);
      cache.observe(object);
      if (!old?.spec?.nodeName || fresh) moved("pods", ["Add"], { object, old: undefined }, causes);
      else moved("pods", assignedPodActions(object, old), { object, old }, causes);
      return;
    }
    if (bound.has(uid) || !profiles.has(nameOf(object))) return;
    onWaiting(object, old, causes);
  };

  /** A pod without a node is new, or was changed. */
  const onWaiting = (object: Pod, old: Pod | undefined, causes: readonly Cause[]): void => {
    const uid = object.metadata?.uid ?? "";
    if (object.metadata?.deletionTimestamp) return queue.delete(uid);
    const claims = object.status?.resourceClaimStatuses;
    const same =
      old &&
      old.spec === object.spec &&
      old.metadata?.labels === object.metadata?.labels &&
      // Claims that were made for it are told of in its status (k8s: UpdatePodGeneratedResourceClaim).
      old.status?.resourceClaimStatuses === claims;
    // Its status tells where it is nominated to.
    if (same && queue.has(uid)) return queue.refresh(uid, (info) => ({ ...info, pod: object }));
    const info = podInfo(object);
    const nominated = object.status?.nominatedNodeName;
    if (nominated && !old) nominator.nominate(info, nominated);
    if (!queue.has(uid)) {
      // It is in a cycle's hands, or is new.
      if (!old || !same) queue.add(info, origin(object, causes));
      return;
    }
    queue.refresh(uid, () => info);
    const change = { object, old };
    queue.moved((pod) => pod.info.uid === uid && helps(profileOf(info), pod, "pods", ["SelfUpdate"], change), causes);
  };

  const onNode = ({ key, object, old, causes }: Change<Node>): void => {
    const actions = nodeActions(object, old);
    if (actions.length === 0) return;
    if (object) cache.setNode(object);
    else cache.removeNode(key);
    moved("nodes", actions, { object, old }, causes);
  };

  const others = new Set<Resource>();
  for (const { hints } of profiles.values()) for (const list of hints.values()) for (const { hint } of list) others.add(hint.resource);
  const cancels = [informers.of("nodes").on(onNode), informers.of("pods").on(onPod)];
  for (const resource of others) {
    if (resource === "nodes" || resource === "pods") continue;
    const informer = informers.of(resource) as unknown as Informer<KubeObject>;
    cancels.push(
      informer.on(({ object, old, causes }) =>
        moved(resource, actionsOf(object, old), { object, old }, origin((object ?? old) as KubeObject, causes)),
      ),
    );
  }
  return {
    get queue() {
      return queue.sizes;
    },
    get attempts() {
      return attempts;
    },
    get lastError() {
      return lastError;
    },
    advise(key) {
      const pod = informers.of("pods").get(key);
      const profile = pod && !pod.spec?.nodeName && !bound.has(pod.metadata?.uid ?? "") ? profiles.get(nameOf(pod)) : undefined;
      return pod && profile ? advise(podInfo(pod), cache, profile) : [];
    },
    stop() {
      stopped = true;
      for (const cancel of cancels) cancel();
    },
  };
}

const nameOf = (pod: Pod): string => pod.spec?.schedulerName ?? DEFAULT_SCHEDULER;

/** The first list has no revision of its own to name: the object's stands for it. */
function origin(object: KubeObject, causes: readonly Cause[]): readonly Cause[] {
  return causes.length > 0 ? causes : [{ kind: "revision", revision: Number(object.metadata?.resourceVersion) }];
}

/** Whether one of the plugins that rejected a pod sees hope in a change. */
function helps(profile: Profile, pod: QueuedPod, resource: Resource, actions: readonly Action[], change: ObjectChange): boolean {
  if (pod.rejectedBy.size === 0) return true;
  for (const action of actions) {
    for (const { plugin, hint } of profile.hints.get(eventKey(resource, action)) ?? []) {
      if (pod.rejectedBy.has(plugin) && (hint.hint?.(pod.info, change) ?? true)) return true;
    }
  }
  return false;
}

function rejectors({ verdicts, rejection }: Decision): ReadonlySet<string> {
  const names = new Set(rejection ? [rejection.plugin] : []);
  for (const { plugin } of verdicts.values()) names.add(plugin);
  return names;
}

/** What becomes of the pod's nomination: a node, "" for none any more, undefined for no change. */
function nominationOf(after: readonly PostFiltered[]): Nomination {
  const last = after.at(-1);
  return last?.nominated === null ? "" : last?.nominated;
}

/** The node was found, and refused afterwards: only it is spoken of (k8s: schedulingCycle's FitError of one node). */
function refusedOn(decision: Decision, node: string, verdict: Verdict): Decision {
  return { ...decision, node: undefined, nodes: 1, verdicts: new Map([[node, verdict]]), after: [] };
}
