import {
  failure,
  formatDuration,
  formatQuantity,
  notFound,
  parseFieldSelector,
  parseLabelSelector,
  parseQuantity,
  StatusError,
} from "../../machinery/index.ts";
import { rfc3339 } from "../../sim/index.ts";
import type { ClusterNode, ClusterObjects, ClusterPod } from "./cluster.ts";
import { nodeUsage, podUsage, type Store, type Usage } from "./store.ts";

const GROUP = "metrics.k8s.io";
const VERSION = "v1beta1";
const GROUP_VERSION = `${GROUP}/${VERSION}`;

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly accept: string;
}
interface Answer {
  readonly status: number;
  readonly body: object;
}

/** What the API shows of a node or a pod. */
interface Metrics {
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly timestamp: string;
  readonly window: string;
  readonly usage?: Amounts;
  readonly containers?: readonly { readonly name: string; readonly usage: Amounts }[];
}
interface Amounts {
  readonly cpu: string;
  readonly memory: string;
}

const version = { groupVersion: GROUP_VERSION, version: VERSION };
const group = { name: GROUP, versions: [version], preferredVersion: version };
const resource = (name: string, kind: string, namespaced: boolean) => ({
  name,
  singularName: "",
  namespaced,
  kind,
  verbs: ["get", "list"],
});
const DISCOVERY: Readonly<Record<string, object>> = {
  "/apis": { kind: "APIGroupList", apiVersion: "v1", groups: [group] },
  [`/apis/${GROUP}`]: { kind: "APIGroup", apiVersion: "v1", ...group },
  [`/apis/${GROUP_VERSION}`]: {
    kind: "APIResourceList",
    apiVersion: "v1",
    groupVersion: GROUP_VERSION,
    resources: [resource("nodes", "NodeMetrics", false), resource("pods", "PodMetrics", true)],
  },
};

/** Answers for metrics.k8s.io; undefined where nothing is served. */
export function answer(asked: Asked, store: Store, cluster: ClusterObjects, now: number): Answer | undefined {
  const discovery = DISCOVERY[asked.path.replace(/\/$/, "")];
  if (discovery) return { status: 200, body: discovery };
  const match = new RegExp(`^/apis/${GROUP_VERSION}(?:/namespaces/([^/]+))?/(nodes|pods)(?:/([^/]+))?$`).exec(asked.path);
  if (!match) return undefined;
  const [, namespace, plural = "", name] = match;
  const kind = plural === "nodes" ? "NodeMetrics" : "PodMetrics";
  try {
    if (asked.method !== "GET" || /^(1|true)$/.test(asked.query.get("watch") ?? "")) throw notAllowed();
    if (name !== undefined) {
      const one = plural === "nodes" ? ofNode(store, cluster, name, now) : ofPod(store, cluster, namespace ?? "", name, now);
      return { status: 200, body: shown(asked, [one]) ?? { kind, apiVersion: GROUP_VERSION, ...one } };
    }
    const items = plural === "nodes" ? nodes(store, cluster, asked, now) : pods(store, cluster, asked, namespace, now);
    return { status: 200, body: shown(asked, items) ?? { kind: `${kind}List`, apiVersion: GROUP_VERSION, metadata: {}, items } };
  } catch (error) {
    if (error instanceof StatusError) return { status: error.code, body: error.status };
    throw error;
  }
}

const notAllowed = (): StatusError => failure(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");

function nodes(store: Store, cluster: ClusterObjects, asked: Asked, now: number): readonly Metrics[] {
  return selected(cluster.nodes(), asked).flatMap((node) => metricsOfNode(store, node, now) ?? []);
}
function pods(store: Store, cluster: ClusterObjects, asked: Asked, namespace: string | undefined, now: number): readonly Metrics[] {
  const own = namespace === undefined ? cluster.pods() : cluster.pods().filter((p) => p.metadata?.namespace === namespace);
  return selected(own, asked).flatMap((pod) => metricsOfPod(store, pod, now) ?? []);
}

/** Those that both selectors of the request match, by namespace and name. */
function selected<T extends ClusterNode | ClusterPod>(objects: readonly T[], { query }: Asked): readonly T[] {
  const labels = parseLabelSelector(query.get("labelSelector") ?? "");
  const fields = parseFieldSelector(query.get("fieldSelector") ?? "");
  const fieldsOf = ({ metadata }: T) => ({ "metadata.name": metadata?.name ?? "", "metadata.namespace": metadata?.namespace ?? "" });
  const place = ({ metadata }: T): string => `${metadata?.namespace ?? ""}/${metadata?.name ?? ""}`;
  return objects
    .filter((o) => labels.matches(o.metadata?.labels) && fields.matches(fieldsOf(o)))
    .sort((a, b) => (place(a) < place(b) ? -1 : 1));
}

function ofNode(store: Store, cluster: ClusterObjects, name: string, now: number): Metrics {
  const node = cluster.nodes().find((n) => n.metadata?.name === name);
  if (!node) throw notFound("nodes", name);
  const metrics = metricsOfNode(store, node, now);
  if (!metrics) throw notFound("nodemetrics", name, GROUP);
  return metrics;
}
function ofPod(store: Store, cluster: ClusterObjects, namespace: string, name: string, now: number): Metrics {
  const pod = cluster.pods().find((p) => p.metadata?.name === name && p.metadata.namespace === namespace);
  if (!pod) throw notFound("pods", name);
  const metrics = metricsOfPod(store, pod, now);
  if (!metrics) throw notFound("podmetrics", `${namespace}/${name}`, GROUP);
  return metrics;
}

const amounts = ({ cpu, memory }: Usage): Amounts => ({
  cpu: formatQuantity({ nano: BigInt(Math.trunc(cpu * 1e9)), format: "DecimalSI" }),
  memory: formatQuantity({ nano: BigInt(Math.round(memory)) * 1_000_000_000n, format: "BinarySI" }),
});
const metadataOf = ({ metadata: { name = "", namespace, labels } = {} }: ClusterNode | ClusterPod, now: number) => ({
  name,
  ...(namespace ? { namespace } : {}),
  creationTimestamp: rfc3339(now),
  ...(labels ? { labels } : {}),
});
const measured = ({ at, window }: Usage) => ({ timestamp: rfc3339(at), window: formatDuration(window) });

function metricsOfNode(store: Store, node: ClusterNode, now: number): Metrics | undefined {
  const usage = nodeUsage(store, node.metadata?.name ?? "");
  return usage && { metadata: metadataOf(node, now), ...measured(usage), usage: amounts(usage) };
}
function metricsOfPod(store: Store, pod: ClusterPod, now: number): Metrics | undefined {
  const used = podUsage(store, `${pod.metadata?.namespace}/${pod.metadata?.name}`);
  const [earliest] = Object.values(used ?? {}).sort((a, b) => a.at - b.at);
  if (!used || !earliest) return undefined;
  const containers = Object.entries(used).map(([name, usage]) => ({ name, usage: amounts(usage) }));
  return { metadata: metadataOf(pod, now), ...measured(earliest), containers };
}

function total(all: readonly Amounts[], of: keyof Amounts): string {
  const nano = all.reduce((sum, amount) => sum + parseQuantity(amount[of]).nano, 0n);
  return formatQuantity({ nano, format: of === "cpu" ? "DecimalSI" : "BinarySI" });
}

/** A Table where one is asked for (k8s-sigs/metrics-server: api/table.go). */
function shown({ accept }: Asked, items: readonly Metrics[]): object | undefined {
  if (!accept.includes("as=Table")) return undefined;
  const column = (name: string, format: string, description = "") => ({ name, type: "string", format, description, priority: 0 });
  const columns = [
    column("Name", "name", "Name of the resource"),
    column("cpu", "quantity"),
    column("memory", "quantity"),
    column("Window", "duration"),
  ];
  return {
    kind: "Table",
    apiVersion: "meta.k8s.io/v1",
    metadata: {},
    columnDefinitions: items.length === 0 ? null : columns,
    rows: items.map(({ metadata, usage, containers, window }) => {
      const all = usage ? [usage] : (containers ?? []).map((c) => c.usage);
      return {
        cells: [metadata.name, total(all, "cpu"), total(all, "memory"), window],
        object: { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata },
      };
    }),
  };
}
