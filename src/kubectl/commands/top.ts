import {
  formatDuration,
  formatQuantity,
  milliValue,
  parseFieldSelector,
  parseLabelSelector,
  parseQuantity,
  value,
} from "../../machinery/index.ts";
import { parseTime } from "../../sim/index.ts";
import { CliError } from "../errors.ts";
import { allNamespacesFlag, selectorFlag } from "../flags/groups.ts";
import { bool, str } from "../flags/parse.ts";
import { alignTabs, TABLE } from "../printers/tabs.ts";
import { findType, type ResourceType } from "../rest/discovery.ts";
import { pathOf } from "../rest/session.ts";
import type { Command, Invocation, Resource } from "../types.ts";

type Amounts = Readonly<Record<string, string>>;
interface ContainerUsage {
  readonly name: string;
  readonly usage: Amounts;
}
type NodeMetrics = Resource & { readonly usage: Amounts };
type PodMetrics = Resource & { readonly containers?: readonly ContainerUsage[] };
type Node = Resource & {
  readonly status?: {
    readonly allocatable?: Amounts;
    readonly capacity?: Amounts;
    readonly nodeInfo?: { readonly swap?: { readonly capacity?: number } };
  };
};

const MEASURED = ["cpu", "memory"] as const;
/** How long a pod's metrics may take to come (k8s: top_pod.go metricsCreationDelay). */
const DELAY_MS = 120_000;

const flags = (of: string) => ({
  ...selectorFlag,
  "no-headers": bool("If present, print output without headers"),
  "sort-by": str(`If non-empty, sort ${of}s list using specified field. The field can be either 'cpu' or 'memory'.`),
  "show-swap": bool(`Print ${of} resources related to swap memory.`),
  "use-protocol-buffers": bool("Enables using protocol-buffers to access Metrics API.", undefined, true),
});

/** The metrics API's resource of this name, if a server answers for it. */
async function metricsType({ session }: Invocation, name: "nodes" | "pods"): Promise<ResourceType> {
  const { types } = await session.discovery();
  const found = types.find((t) => t.group === "metrics.k8s.io" && t.version === "v1beta1" && t.name === name);
  if (!found) throw new CliError("Metrics API not available");
  return found;
}

function sorter({ flags }: Invocation): string {
  const by = flags.string("sort-by");
  if (by !== "" && by !== "cpu" && by !== "memory") throw new CliError("--sort-by accepts only cpu or memory");
  return by;
}

/** The largest first; by name where nothing else is asked. */
function sorted<T>(items: readonly T[], by: string, of: (item: T) => Amounts, name: (item: T) => string): readonly T[] {
  const size = (item: T): number => (by === "cpu" ? milliValue(of(item)["cpu"]) : value(of(item)["memory"]));
  return [...items].sort((a, b) => (by === "" ? (name(a) < name(b) ? -1 : 1) : size(b) - size(a)));
}

const resources = ({ flags }: Invocation): readonly string[] => (flags.bool("show-swap") ? [...MEASURED, "swap"] : MEASURED);
const used = (resource: string, amount: string | undefined): string =>
  resource === "cpu" ? `${milliValue(amount)}m` : `${Math.floor(value(amount) / (1024 * 1024))}Mi`;

function total(all: readonly Amounts[]): Amounts {
  const sum = (resource: string): string =>
    formatQuantity({ nano: all.reduce((n, one) => n + parseQuantity(one[resource] ?? "0").nano, 0n), format: "DecimalSI" });
  return Object.fromEntries([...MEASURED, "swap"].map((resource) => [resource, sum(resource)]));
}

/** Every cell is followed by a tab, the last of a line too. */
const print = (invocation: Invocation, rows: readonly (readonly string[])[]): Promise<unknown> =>
  invocation.out(`${alignTabs(rows.map((row) => row.map((cell) => `${cell}\t`).join("")).join("\n"), TABLE)}\n`);

/**
 * Objects as the real one asks for them; it reads both forms, and the answer is JSON here as it is wherever a server has no other.
 * (k8s: top_node.go, client-go rest/request.go NewRequest).
 */
async function asked(
  { flags: given, session }: Invocation,
  type: ResourceType,
  namespace: string | undefined,
  name: string | undefined,
  query: { readonly labelSelector?: string },
): Promise<readonly Resource[]> {
  const packed = type.group === "metrics.k8s.io" && given.bool("use-protocol-buffers");
  const headers = { accept: `application/vnd.kubernetes.protobuf${packed ? ", */*" : ",application/json"}` };
  const path = pathOf(type, namespace, name);
  const answer = (await session.object("GET", path, name === undefined ? { query: { ...query }, headers } : { headers })) as Resource & {
    readonly items?: readonly Resource[];
  };
  return name === undefined ? (answer.items ?? []) : [answer];
}

async function topNode(invocation: Invocation): Promise<void> {
  const { args, flags: given, session } = invocation;
  const by = sorter(invocation);
  const selector = given.string("selector");
  const [name] = args;
  if (args.length > 1) throw new CliError("node [NAME | -l label]");
  if (name !== undefined && selector !== "") throw new CliError("only one of NAME or --selector can be provided");
  const labelSelector = selector === "" ? {} : { labelSelector: parseLabelSelector(selector).toString() };
  const type = await metricsType(invocation, "nodes");
  const get = (of: ResourceType): Promise<readonly Resource[]> => asked(invocation, of, undefined, name, labelSelector);
  const metrics = (await get(type)) as readonly NodeMetrics[];
  if (metrics.length === 0) throw new CliError("metrics not available yet");
  const nodes = (await get(findType(await session.discovery(), "nodes"))) as readonly Node[];

  const measured = resources(invocation);
  const available = new Map(nodes.map((node) => [node.metadata.name, { node, ...capacityOf(node, given.bool("show-capacity")) }]));
  const rows = sorted(
    metrics,
    by,
    (m) => m.usage,
    (m) => m.metadata.name,
  ).map((m) => {
    const found = available.get(m.metadata.name);
    available.delete(m.metadata.name);
    return [m.metadata.name, ...measured.flatMap((resource) => shares(resource, m.usage[resource], found))];
  });
  const unknown = [...available.keys()].map((node) => [node, ...measured.flatMap(() => ["<unknown>", "<unknown>"])]);
  const header = [
    "NAME",
    "CPU(cores)",
    "CPU(%)",
    "MEMORY(bytes)",
    "MEMORY(%)",
    ...(measured.includes("swap") ? ["SWAP(bytes)", "SWAP(%)"] : []),
  ];
  await print(invocation, [...(given.bool("no-headers") ? [] : [header]), ...rows, ...unknown]);
}

interface Capacity {
  readonly amounts: Amounts;
  readonly swap: number | undefined;
}
function capacityOf({ status }: Node, whole: boolean): Capacity {
  return { amounts: (whole ? status?.capacity : status?.allocatable) ?? {}, swap: status?.nodeInfo?.swap?.capacity };
}

function shares(resource: string, amount: string | undefined, capacity: Capacity | undefined): readonly string[] {
  if (resource === "swap" && capacity?.swap === undefined) return ["<unknown>", "<unknown>"];
  const most = resource === "swap" ? String(capacity?.swap) : capacity?.amounts[resource];
  if (most === undefined) return [used(resource, amount)];
  const whole = milliValue(most);
  return [used(resource, amount), `${whole === 0 ? 0 : Math.trunc((milliValue(amount) / whole) * 100)}%`];
}

async function topPod(invocation: Invocation): Promise<void> {
  const { args, flags: given, session } = invocation;
  const by = sorter(invocation);
  const [name] = args;
  if (args.length > 1) throw new CliError("pod [NAME | -l label]");
  const [labels, fields] = [given.string("selector"), given.string("field-selector")];
  if (name !== undefined && (labels !== "" || fields !== "")) throw new CliError("only one of NAME or selector can be provided");
  const labelSelector = labels === "" ? {} : { labelSelector: parseLabelSelector(labels).toString() };
  if (fields !== "") parseFieldSelector(fields);
  const everywhere = given.bool("all-namespaces");
  const namespace = everywhere ? undefined : session.namespace;
  const type = await metricsType(invocation, "pods");
  const there = name === undefined ? namespace : session.namespace;
  let metrics = (await asked(invocation, type, there, name, labelSelector)) as readonly PodMetrics[];

  const podsThere = async (): Promise<readonly Resource[]> => {
    const query = { ...labelSelector, ...(fields === "" ? {} : { fieldSelector: fields }) };
    return (await session.list(findType(await session.discovery(), "pods"), namespace, query)).items;
  };
  const place = ({ metadata }: Resource): string => `${metadata.namespace}/${metadata.name}`;
  if (metrics.length > 0 && fields !== "") {
    const there = new Set((await podsThere()).map(place));
    metrics = metrics.filter((m) => there.has(place(m)));
  }
  if (metrics.length === 0) {
    for (const { metadata } of await podsThere()) {
      const age = session.now - parseTime(metadata.creationTimestamp ?? "");
      if (age > DELAY_MS)
        throw new CliError(`Metrics not available for pod ${metadata.namespace}/${metadata.name}, age: ${formatDuration(age)}`);
    }
    if ((await podsThere()).length > 0) throw new CliError("metrics not available yet");
    await invocation.err(everywhere ? "No resources found\n" : `No resources found in ${session.namespace} namespace.\n`);
    return;
  }
  await printPods(invocation, metrics, by, everywhere);
}

async function printPods(invocation: Invocation, metrics: readonly PodMetrics[], by: string, everywhere: boolean): Promise<void> {
  const { flags: given } = invocation;
  const measured = resources(invocation);
  const each = given.bool("containers");
  const amountsOf = (m: PodMetrics): Amounts => total((m.containers ?? []).map((c) => c.usage));
  const place = ({ metadata }: PodMetrics): string => (everywhere ? `${metadata.namespace}/${metadata.name}` : metadata.name);
  const cells = (amounts: Amounts): readonly string[] => measured.map((resource) => used(resource, amounts[resource]));
  const before = (m: PodMetrics): readonly string[] => (everywhere ? [m.metadata.namespace ?? ""] : []);
  const rows = sorted(metrics, by, amountsOf, place).flatMap((m) =>
    each
      ? sorted(
          m.containers ?? [],
          by,
          (c) => c.usage,
          (c) => c.name,
        ).map((c) => [...before(m), m.metadata.name, c.name, ...cells(c.usage)])
      : [[...before(m), m.metadata.name, ...cells(amountsOf(m))]],
  );
  const header = [
    ...(everywhere ? ["NAMESPACE"] : []),
    ...(each ? ["POD"] : []),
    ...["NAME", "CPU(cores)", "MEMORY(bytes)"],
    ...(measured.includes("swap") ? ["SWAP(bytes)"] : []),
  ];
  const headed = !given.bool("no-headers");
  // Without headers upstream counts fewer columns, and the sum stands further left.
  const width = headed ? header.length : 1 + measured.length;
  const blanks = (n: number): readonly string[] => Array.from({ length: Math.max(0, n) }, () => "");
  const sum = given.bool("sum")
    ? [
        [...blanks(width - 2), "________", "________"],
        [...blanks(width - 3), "", ...cells(total(metrics.map(amountsOf)))],
      ]
    : [];
  await print(invocation, [...(headed ? [header] : []), ...rows, ...sum]);
}

export const top: Command = {
  name: "top",
  group: "Cluster Management Commands",
  short: "Display resource (CPU/memory) usage",
  usage: "[flags] [options]",
  subcommands: [
    {
      name: "node",
      aliases: ["nodes", "no"],
      short: "Display resource (CPU/memory) usage of nodes",
      usage: "[NAME | -l label]",
      arguments: "nodes",
      flags: {
        ...flags("node"),
        "show-capacity": bool("Print node resources based on Capacity instead of Allocatable(default) of the nodes."),
      },
      run: topNode,
    },
    {
      name: "pod",
      aliases: ["pods", "po"],
      short: "Display resource (CPU/memory) usage of pods",
      usage: "[NAME | -l label]",
      arguments: "pod names",
      flags: {
        ...flags("pod"),
        ...allNamespacesFlag,
        "field-selector": str(
          "Selector (field query) to filter on, supports '=', '==', and '!='.(e.g. --field-selector key1=value1,key2=value2).",
        ),
        containers: bool("If present, print usage of containers within a pod."),
        sum: bool("Print the sum of the resource usage"),
      },
      run: topPod,
    },
  ],
};
