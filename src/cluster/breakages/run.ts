import { kindTable, type Event, type Kind, type KubeObject, type List, type Pod } from "../../api/index.ts";
import { StatusError, type Status } from "../../machinery/index.ts";
import { testCluster } from "../testing.ts";
import { conditionLine, containerLines, eventLines, phaseLine } from "./account.ts";
import type { Breakage } from "./types.ts";

/** What was seen of one row. */
export interface Account {
  /** STATUS and the virtual seconds since the pod's creation at which it came up. */
  readonly turns: readonly (readonly [status: string, at: number])[];
  readonly phase: string;
  readonly containers: readonly string[];
  readonly conditions: string;
  readonly events: readonly string[];
  readonly repaired?: { readonly status: string; readonly output: string };
}

interface Broken {
  readonly row: Breakage;
  readonly namespace: string;
  readonly turns: [status: string, at: number][];
  created: number;
}

const statusColumn = (kindTable.pods as Kind).columns.find(({ name }) => name === "Status");
const statusOf = (pod: Pod): string => String(statusColumn?.cell(pod, 0));
const request = {
  user: { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] },
  agent: "breakages",
  causes: [{ kind: "input" as const, at: 0, sequence: 0, what: "test" }],
};

const pathOf = (plural: "pods" | "events", namespace: string): string => `/api/v1/namespaces/${namespace}/${plural}`;
const listOf = (items: readonly object[]): string => JSON.stringify({ kind: "List", apiVersion: "v1", items });

/** Breaks every pod of the rows on one cluster, each in a namespace of its own, and tells what is seen of each. */
export async function breakPods(rows: readonly Breakage[]): Promise<ReadonlyMap<Breakage, Account>> {
  const cluster = await testCluster({ preset: rows[0]?.preset ?? "reference-node" });
  const send = async (method: "GET" | "POST", path: string, body?: unknown, query?: Readonly<Record<string, string>>) => {
    const answer = await cluster.api.handle({ ...request, method, path, body, ...(query && { query }) });
    if (answer.status >= 400) throw new StatusError(answer.body as Status);
    return answer;
  };
  const podOf = async (namespace: string): Promise<Pod | undefined> => {
    const { items } = (await send("GET", pathOf("pods", namespace))).body as List<Pod>;
    return items.find(({ metadata }) => metadata?.name === "it");
  };
  const sh = (namespace: string, script: string): Promise<string> =>
    cluster.sh(`kubectl config set-context --current --namespace=${namespace} >/dev/null\n${script}`);

  const all = rows.map((row, i): Broken => ({ row, namespace: `broken-${i}`, turns: [], created: 0 }));
  for (const { namespace } of all) await send("POST", "/api/v1/namespaces", { metadata: { name: namespace } });
  await cluster.advance(5);
  for (const { row, namespace } of all) if (row.with) await sh(namespace, `kubectl create -f - <<'END'\n${listOf(row.with)}\nEND`);
  await cluster.advance(2);
  for (const { namespace, turns } of all) await follow(namespace, turns);
  for (const broken of all) {
    const { pod: spec, labels, annotations } = broken.row;
    broken.created = cluster.clock.now();
    await send("POST", pathOf("pods", broken.namespace), {
      metadata: { name: "it", ...(labels && { labels }), ...(annotations && { annotations }) },
      spec,
    });
  }
  async function follow(namespace: string, turns: [string, number][]): Promise<void> {
    const { watch } = await send("GET", pathOf("pods", namespace), undefined, { watch: "true" });
    watch?.start((events) => {
      for (const { type, object } of events) {
        if (object.metadata?.name !== "it") continue;
        const status = type === "DELETED" ? "(gone)" : statusOf(object as Pod);
        if (turns.at(-1)?.[0] !== status && (turns.length > 0 || status !== "Pending")) turns.push([status, cluster.clock.now()]);
      }
    });
  }
  for (const { row, namespace } of all) if (row.script) await sh(namespace, row.script);

  const accounts = new Map<Breakage, Account>();
  for (const { row, namespace, turns, created } of all.toSorted((a, b) => a.row.seconds - b.row.seconds)) {
    await cluster.advance(Math.max(0, row.seconds - (cluster.clock.now() - created) / 1000));
    const pod = (await podOf(namespace)) ?? {};
    const events = ((await send("GET", pathOf("events", namespace))).body as List<Event & KubeObject>).items;
    const about = events.filter(({ involvedObject: { kind, name } }) => kind === "Pod" && name === "it");
    accounts.set(row, {
      turns: turns.map(([status, at]) => [status, (at - created) / 1000]),
      phase: phaseLine(pod as Pod, namespace),
      containers: containerLines(pod as Pod, namespace),
      conditions: conditionLine(pod as Pod),
      events: eventLines(about, namespace),
    });
  }
  for (const { row, namespace } of all) {
    const account = accounts.get(row);
    if (!row.repair || !account) continue;
    const output = await sh(namespace, row.repair.script);
    const now = async (): Promise<string> => ((await podOf(namespace)) ? statusOf((await podOf(namespace)) as Pod) : "(gone)");
    let status = await now();
    for (let s = 0; s < row.repair.within && status !== row.repair.status; s++) {
      await cluster.advance(1);
      status = await now();
    }
    accounts.set(row, { ...account, repaired: { status, output } });
  }
  return accounts;
}
