import { addAmounts, type Amounts, heldSpec, podAmounts, type ResourceSlice } from "../../api/index.ts";
import { formatQuantity, milliValue, parseQuantity, value, type Quantity } from "../../machinery/index.ts";
import { annotationLines, labelLines, longTime, since, type Page } from "./page.ts";
import type { Condition, Describer, Pod } from "./types.ts";
import type { Resource } from "../types.ts";

interface Node extends Resource {
  readonly spec?: {
    readonly unschedulable?: boolean;
    readonly taints?: readonly { readonly key: string; readonly value?: string; readonly effect: string }[];
    readonly podCIDR?: string;
    readonly podCIDRs?: readonly string[];
    readonly providerID?: string;
  };
  readonly status?: {
    readonly conditions?: readonly Condition[];
    readonly addresses?: readonly { readonly type: string; readonly address: string }[];
    readonly capacity?: Readonly<Record<string, string>>;
    readonly allocatable?: Readonly<Record<string, string>>;
    readonly nodeInfo?: Readonly<Record<string, string>>;
  };
}

const SYSTEM: readonly (readonly [string, string])[] = [
  ["Machine ID", "machineID"],
  ["System UUID", "systemUUID"],
  ["Boot ID", "bootID"],
  ["Kernel Version", "kernelVersion"],
  ["OS Image", "osImage"],
  ["Operating System", "operatingSystem"],
  ["Architecture", "architecture"],
  ["Container Runtime Version", "containerRuntimeVersion"],
  ["Kubelet Version", "kubeletVersion"],
];

export const node: Describer = {
  group: "",
  kind: "Node",
  events: true,
  async describe(page, object, { session }) {
    const n = object as Node;
    const { spec = {}, status = {} } = n;
    page.line(0, `Name:\t${n.metadata.name}`);
    const roles = Object.entries(n.metadata.labels ?? {}).flatMap(([k, v]) =>
      k.startsWith("node-role.kubernetes.io/") && k.length > 24 ? [k.slice(24)] : k === "kubernetes.io/role" && v ? [v] : [],
    );
    page.line(0, `Roles:\t${[...new Set(roles)].sort().join(",") || "<none>"}`);
    labelLines(page, "Labels", n.metadata.labels);
    annotationLines(page, "Annotations", n.metadata.annotations);
    page.line(0, `CreationTimestamp:\t${longTime(n.metadata.creationTimestamp)}`);
    taintLines(page, n);
    page.line(0, `Unschedulable:\t${spec.unschedulable ?? false}`);
    await leaseLines(page, () =>
      session.object("GET", `/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/${n.metadata.name}`),
    );
    if (status.conditions?.length) {
      page.line(0, "Conditions:\n  Type\tStatus\tLastHeartbeatTime\tLastTransitionTime\tReason\tMessage");
      page.line(1, "----\t------\t-----------------\t------------------\t------\t-------");
      for (const c of status.conditions)
        page.line(
          1,
          `${c.type} \t${c.status} \t${longTime(c.lastHeartbeatTime)} \t${longTime(c.lastTransitionTime)} \t${c.reason ?? ""} \t${c.message ?? ""}`,
        );
    }
    page.line(0, "Addresses:");
    for (const a of status.addresses ?? []) page.line(1, `${a.type}:\t${a.address}`);
    for (const [title, list] of [
      ["Capacity", status.capacity],
      ["Allocatable", status.allocatable],
    ] as const) {
      const names = Object.keys(list ?? {}).sort();
      if (names.length > 0) page.line(0, `${title}:`);
      for (const name of names) page.line(1, `${name}:\t${formatQuantity(parseQuantity(list?.[name] ?? "0"))}`);
    }
    await sliceLines(page, () => session.object("GET", SLICES, { query: { fieldSelector: `spec.nodeName=${n.metadata.name}` } }));
    page.line(0, "System Info:");
    for (const [title, field] of SYSTEM) page.line(1, `${title}:\t${status.nodeInfo?.[field] ?? ""}`);
    if (spec.podCIDR) page.line(0, `PodCIDR:\t${spec.podCIDR}`);
    if (spec.podCIDRs?.length) page.line(0, `PodCIDRs:\t${spec.podCIDRs.join(",")}`);
    if (spec.providerID) page.line(0, `ProviderID:\t${spec.providerID}`);
    const query = { fieldSelector: `spec.nodeName=${n.metadata.name},status.phase!=Succeeded,status.phase!=Failed` };
    const pods = await session.object("GET", "/api/v1/pods", { query }).catch(() => undefined);
    if (pods) podLines(page, n, (pods as { items?: readonly Pod[] }).items ?? []);
    else page.line(0, "Pods:\tnot authorized");
  },
};

function taintLines(page: Page, n: Node): void {
  const taints = [...(n.spec?.taints ?? [])].sort((a, b) => (`${a.effect},${a.key}` < `${b.effect},${b.key}` ? -1 : 1));
  if (taints.length === 0) page.line(0, "Taints:\t<none>");
  taints.forEach((t, i) => page.line(0, `${i === 0 ? "Taints:" : ""}\t${t.key}${t.value ? `=${t.value}` : ""}:${t.effect}`));
}

async function leaseLines(page: Page, get: () => Promise<object>): Promise<void> {
  try {
    const { spec = {} } = (await get()) as { spec?: { holderIdentity?: string; acquireTime?: string; renewTime?: string } };
    page.line(0, "Lease:");
    page.line(1, `HolderIdentity:\t${spec.holderIdentity ?? "<unset>"}`);
    page.line(1, `AcquireTime:\t${spec.acquireTime ? longTime(spec.acquireTime) : "<unset>"}`);
    page.line(1, `RenewTime:\t${spec.renewTime ? longTime(spec.renewTime) : "<unset>"}`);
  } catch (error) {
    page.line(0, `Lease:\tFailed to get lease: ${error instanceof Error ? error.message : String(error)}`);
  }
}

const SLICES = "/apis/resource.k8s.io/v1/resourceslices";
const MOST_POOLS = 10;

/** The devices that only this node has, by driver and pool (k8s: describe.go describeNodeResourceSlices). */
async function sliceLines(page: Page, get: () => Promise<object>): Promise<void> {
  const { items = [] } = (await get().catch(() => ({}))) as { items?: readonly ResourceSlice[] };
  const pools = new Map<string, { readonly driver: string; readonly pool: string; slices: number; devices: number }>();
  for (const { spec } of items) {
    const key = `${spec.driver}/${spec.pool.name}`;
    const found = pools.get(key) ?? { driver: spec.driver, pool: spec.pool.name, slices: 0, devices: 0 };
    pools.set(key, { ...found, slices: found.slices + 1, devices: found.devices + (spec.devices?.length ?? 0) });
  }
  if (pools.size === 0) return;
  page.line(0, "Node-Local ResourceSlices:");
  page.line(1, "Driver\tPool\tSlices\tDevices");
  page.line(1, "------\t----\t------\t-------");
  for (const key of [...pools.keys()].sort().slice(0, MOST_POOLS)) {
    const { driver = "", pool = "", slices = 0, devices = 0 } = pools.get(key) ?? {};
    page.line(1, `${driver}\t${pool}\t${slices}\t${devices}`);
  }
  if (pools.size > MOST_POOLS) page.line(1, `...and ${pools.size - MOST_POOLS} more pools`);
}

const ZERO = parseQuantity("0");

function podLines(page: Page, n: Node, pods: readonly Pod[]): void {
  const capacity = Object.keys(n.status?.allocatable ?? {}).length > 0 ? n.status?.allocatable : n.status?.capacity;
  const percent = (amount: Quantity | undefined, name: string): string => {
    const [part, whole] =
      name === "cpu"
        ? [milliValue(formatQuantity(amount ?? ZERO)), milliValue(capacity?.["cpu"])]
        : [value(formatQuantity(amount ?? ZERO)), value(capacity?.[name])];
    return `${formatQuantity(amount ?? ZERO)} (${whole === 0 ? 0 : Math.trunc((part / whole) * 100)}%)`;
  };
  page.line(0, `Non-terminated Pods:\t(${pods.length} in total)`);
  page.line(1, "Namespace\tName\t\tCPU Requests\tCPU Limits\tMemory Requests\tMemory Limits\tAge");
  page.line(1, "---------\t----\t\t------------\t----------\t---------------\t-------------\t---");
  let requests: Amounts = {};
  let limits: Amounts = {};
  for (const pod of pods) {
    // What each holds while it is resized, and in the sums what it asks for (k8s: describe.go describeNodeResource).
    const r = podAmounts(heldSpec(pod, "requests"), "requests");
    const l = podAmounts(heldSpec(pod, "limits"), "limits");
    requests = addAmounts(requests, podAmounts(pod.spec, "requests"));
    limits = addAmounts(limits, podAmounts(pod.spec, "limits"));
    page.line(
      1,
      `${pod.metadata.namespace ?? ""}\t${pod.metadata.name}\t\t${percent(r["cpu"], "cpu")}\t${percent(l["cpu"], "cpu")}\t${percent(r["memory"], "memory")}\t${percent(l["memory"], "memory")}\t${since(pod.metadata.creationTimestamp, page.now)}`,
    );
  }
  page.line(0, "Allocated resources:\n  (Total limits may be over 100 percent, i.e., overcommitted.)");
  page.line(1, "Resource\tRequests\tLimits");
  page.line(1, "--------\t--------\t------");
  for (const name of ["cpu", "memory", "ephemeral-storage"])
    page.line(1, `${name}\t${percent(requests[name], name)}\t${percent(limits[name], name)}`);
  const names = Object.keys(capacity ?? {}).sort();
  const others = [
    ...names.filter((k) => k.startsWith("hugepages-")),
    ...names.filter((k) => !k.startsWith("hugepages-") && !["cpu", "memory", "ephemeral-storage", "pods"].includes(k)),
  ];
  for (const name of others) {
    const text = (t: Amounts): string => (name.startsWith("hugepages-") ? percent(t[name], name) : formatQuantity(t[name] ?? ZERO));
    page.line(1, `${name}\t${text(requests)}\t${text(limits)}`);
  }
}
