import type { Lease, Node } from "../../api/index.ts";
import type { Change, Client, Controller, ReconcileContext } from "../../client/index.ts";
import { isNotFound } from "../../machinery/index.ts";
import { parseTime, rfc3339 } from "../../sim/index.ts";
import type { ControllerContext } from "../context.ts";
import { podCondition, withPodCondition } from "../pods.ts";
import {
  EVICTION_PERIOD_MS,
  evictionTaint,
  isEvicting,
  missingLabels,
  MONITOR_GRACE_MS,
  readyOf,
  STARTUP_GRACE_MS,
  unknownConditions,
  untilLook,
  wantedTaints,
} from "./decide.ts";
import { Zones } from "./zones.ts";

const LEASE_NAMESPACE = "kube-node-lease";

/** Watches over the kubelets' heartbeats and taints what they say or stop saying (k8s: pkg/controller/nodelifecycle). */
export function createNodeLifecycleController({ informers, clock, recorder }: ControllerContext): Controller {
  const nodes = informers.of("nodes");
  const pods = informers.of("pods");
  const events = recorder("node-controller");
  pods.index("nodeName", (p) => [p.spec?.nodeName ?? ""]);
  /** When each node was last heard of, by our own clock. */
  const heard = new Map<string, number>();
  /** Nodes whose NoExecute taint was granted a place in their zone's queue. */
  const granted = new Set<string>();
  /** Since when nodes wait for that. */
  const inLine = new Map<string, number>();
  const start = clock.now();
  const registered = new Set<string>();
  /** Nodes that became not ready and whose pods are still to be told. */
  const fallen = new Set<string>();
  const zones = new Zones();

  const leaseKeys = ({ object, old }: Change<Lease>): readonly string[] => {
    const { name = "", namespace } = object?.metadata ?? {};
    // Only a later time is news.
    if (namespace !== LEASE_NAMESPACE || (object?.spec?.renewTime ?? "") <= (old?.spec?.renewTime ?? "")) return [];
    heard.set(name, clock.now());
    // A renewal alone is no work: the node's one timer looks at `heard` when it fires.
    return [];
  };

  const nodeKeys = ({ key, object, old }: Change<Node>): readonly string[] => {
    const disrupted = zones.allDisrupted;
    const flipped = zones.observe(key, object);
    // Somebody answers again: the others get their time anew (k8s: handleDisruption, exiting master disruption mode).
    if (disrupted && !zones.allDisrupted) for (const name of zones.names) heard.set(name, clock.now());
    if (!object) {
      for (const set of [granted, fallen]) set.delete(key);
      heard.delete(key);
      inLine.delete(key);
      return flipped ? [key, ...zones.names] : [key];
    }
    const [ready, before] = [readyOf(object), old && readyOf(old)];
    if (ready?.status !== "Unknown" && (!old || ready?.lastHeartbeatTime !== before?.lastHeartbeatTime)) heard.set(key, clock.now());
    if (ready && ready.status !== "True" && before?.status === "True") fallen.add(key);
    if (ready?.status === "True") {
      fallen.delete(key);
      granted.delete(key);
    }
    if (flipped) return [...zones.names];
    const same =
      old &&
      old.spec === object.spec &&
      old.metadata?.labels === object.metadata?.labels &&
      (old.status === object.status || sameStatuses(old, object));
    return same ? [] : [key];
  };

  const heartbeat = async (node: Node, client: Client): Promise<{ readonly node: Node; readonly wait: number }> => {
    const name = node.metadata?.name ?? "";
    const reported = readyOf(node) !== undefined;
    const last = heard.get(name) ?? (reported ? clock.now() : parseTime(node.metadata?.creationTimestamp ?? ""));
    heard.set(name, last);
    const grace = reported ? MONITOR_GRACE_MS : STARTUP_GRACE_MS;
    const wait = untilLook(last + grace, start, clock.now());
    if (wait > 0) return { node, wait };
    const conditions = unknownConditions(node, rfc3339(clock.now()));
    if (conditions === node.status?.conditions) return { node, wait: Infinity };
    // Its own event brings the node back here with its taints and pods to do.
    return { node: await client.update("nodes", { ...node, status: { ...node.status, conditions } }, "status"), wait: Infinity };
  };

  /** k8s: MarkPodsNotReady. */
  const markPods = async (node: string, { client, causes }: ReconcileContext): Promise<void> => {
    const lastTransitionTime = rfc3339(clock.now());
    for (const pod of pods.by("nodeName", node)) {
      const ready = podCondition(pod, "Ready");
      if (ready?.status !== "True") continue;
      const conditions = withPodCondition(pod.status?.conditions ?? [], { ...ready, status: "False", lastTransitionTime });
      try {
        await client.update("pods", { ...pod, status: { ...pod.status, conditions } }, "status");
        events.event(pod, "Warning", "NodeNotReady", "Node is not ready", causes);
      } catch (error) {
        if (!isNotFound(error)) throw error;
      }
    }
  };

  /** Ms until the NoExecute taint may come; 0 when it may be there (or is not wanted). */
  const mayEvict = (node: Node): number => {
    const name = node.metadata?.name ?? "";
    if (evictionTaint(node) === undefined || zones.allDisrupted) {
      granted.delete(name);
      inLine.delete(name);
      return zones.allDisrupted ? Infinity : 0;
    }
    if (granted.has(name) || isEvicting(node)) return 0;
    // What state the zone is in is known once all its nodes have been looked at.
    const since = inLine.get(name) ?? clock.now();
    inLine.set(name, since);
    const early = since + EVICTION_PERIOD_MS - clock.now();
    if (early > 0) return early;
    const wait = zones.take(node, clock.now());
    if (wait === 0) granted.add(name);
    return wait;
  };

  return {
    name: "node-lifecycle",
    watches: [
      { resource: "nodes", keys: (change) => nodeKeys(change as Change<Node>) },
      { resource: "leases", keys: (change) => leaseKeys(change as Change<Lease>) },
    ],
    async reconcile(name, context) {
      const { client, causes } = context;
      const cached = nodes.get(name);
      const about = { apiVersion: "v1", kind: "Node", metadata: cached?.metadata ?? { name, uid: name } };
      if (!cached) {
        if (registered.delete(name))
          events.event(about, "Normal", "RemovingNode", `Node ${name} event: Removing Node ${name} from Controller`, causes);
        return;
      }
      if (!registered.has(name)) {
        registered.add(name);
        events.event(about, "Normal", "RegisteredNode", `Node ${name} event: Registered Node ${name} in Controller`, causes);
      }
      const { node, wait } = await heartbeat(cached, client);
      if (fallen.has(name)) {
        events.event(about, "Normal", "NodeNotReady", `Node ${name} status is now: NodeNotReady`, causes);
        await markPods(name, context);
        fallen.delete(name);
      }
      const evictionWait = mayEvict(node);
      const taints = wantedTaints(node, evictionWait === 0, rfc3339(clock.now()));
      if (taints !== node.spec?.taints) {
        const { resourceVersion } = node.metadata ?? {};
        await client.patch("nodes", undefined, name, "merge", {
          metadata: { resourceVersion },
          spec: { taints: taints?.length ? taints : null },
        });
      }
      const labels = missingLabels(node);
      if (labels) await client.patch("nodes", undefined, name, "strategic", { metadata: { labels } });
      const next = Math.min(wait, evictionWait > 0 ? evictionWait : Infinity);
      return next === Infinity ? undefined : next;
    },
  };
}

function sameStatuses(a: Node, b: Node): boolean {
  const [x, y] = [a.status?.conditions ?? [], b.status?.conditions ?? []];
  return x.length === y.length && x.every((c, i) => c.type === y[i]?.type && c.status === y[i].status);
}
