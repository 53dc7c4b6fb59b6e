import type { Kind } from "../../api/index.ts";
import { prefixOf, type ServerContext } from "../context.ts";
import type { RequestRecord } from "./requests.ts";

/** Upper bounds of the duration histogram in seconds, as kube-apiserver has them. */
const BOUNDS = [0.005, 0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];

/** How often one combination of labels was answered, and how long that took in virtual time. */
interface Cell {
  readonly labels: string;
  readonly code: number;
  count: number;
  seconds: number;
  /** By BOUNDS, not cumulative; only what took time is here. */
  slow: Map<number, number> | undefined;
}

const VERBS: Readonly<Record<string, string>> = {
  get: "GET",
  list: "LIST",
  watch: "WATCH",
  create: "POST",
  update: "PUT",
  patch: "PATCH",
  delete: "DELETE",
  deletecollection: "DELETECOLLECTION",
};

/** What is counted: every request, including those that are not kept. */
export class Metrics {
  /** By kind (undefined: what is no resource), then by subresource, then by the rest of the labels as one number. */
  readonly #cells = new Map<Kind | undefined, Map<string, Map<number, Cell>>>();
  readonly #inflight = { mutating: 0, readOnly: 0 };
  #watches = 0;

  /** A request begins to be answered, or has been. */
  inflight(method: string, change: 1 | -1): void {
    this.#inflight[READS.includes(method) ? "readOnly" : "mutating"] += change;
  }

  /** A watch is open until the answer's function is first called, which calls `closed`. */
  watching(closed: () => void): () => void {
    let open = true;
    this.#watches++;
    return () => {
      if (!open) return;
      open = false;
      this.#watches--;
      closed();
    };
  }

  count(record: RequestRecord, kind: Kind | undefined, dryRun: boolean, seconds: number): void {
    const { info, status, verb } = record;
    let bySubresource = this.#cells.get(kind);
    if (!bySubresource) this.#cells.set(kind, (bySubresource = new Map()));
    const subresource = kind === undefined ? knownPath(record) : (info?.subresource ?? "");
    let cells = bySubresource.get(subresource);
    if (!cells) bySubresource.set(subresource, (cells = new Map()));
    const scope = kind === undefined ? 0 : info?.name ? 3 : info?.namespace ? 2 : 1;
    const key = ((VERB_NUMBERS.get(verb) ?? 0) * 4 + scope) * 2000 + (dryRun ? 1000 : 0) + status;
    let cell = cells.get(key);
    if (!cell)
      cells.set(
        key,
        (cell = { labels: labelsOf(record, kind, subresource, scope, dryRun), code: status, count: 0, seconds: 0, slow: undefined }),
      );
    cell.count++;
    if (seconds === 0) return;
    cell.seconds += seconds;
    const slow = (cell.slow ??= new Map<number, number>());
    const at = BOUNDS.findIndex((bound) => seconds <= bound);
    slow.set(at, (slow.get(at) ?? 0) + 1);
  }

  /** Prometheus' text format. */
  text(server: ServerContext): string {
    const cells = [...this.#cells.values()].flatMap((kinds) => [...kinds.values()]).flatMap((byLabels) => [...byLabels.values()]);
    const lines = [
      ...heading("apiserver_request_total", "counter", "Requests by verb, resource, scope and code."),
      ...cells.map((c) => `apiserver_request_total{code="${c.code}",component="apiserver",${c.labels}} ${c.count}`).sort(),
      ...heading("apiserver_request_duration_seconds", "histogram", "Virtual time that requests took, but for watches and other streams."),
      ...durations(cells),
      ...heading("apiserver_current_inflight_requests", "gauge", "Requests that are being answered."),
      ...Object.entries(this.#inflight).map(([kind, n]) => `apiserver_current_inflight_requests{request_kind="${kind}"} ${n}`),
      ...heading("apiserver_longrunning_requests", "gauge", "Watches that are open."),
      `apiserver_longrunning_requests{component="apiserver",verb="WATCH"} ${this.#watches}`,
      ...heading("apiserver_storage_objects", "gauge", "Stored objects by resource."),
      ...objectCounts(server),
      ...heading("etcd_mvcc_current_revision", "gauge", "The store's newest revision."),
      `etcd_mvcc_current_revision ${server.store.revision}`,
      ...heading("etcd_mvcc_compact_revision", "gauge", "Below this revision nothing can be read."),
      `etcd_mvcc_compact_revision ${server.store.compactRevision}`,
    ];
    return `${lines.join("\n")}\n`;
  }
}

const READS = ["GET", "HEAD", "OPTIONS"];
const VERB_NUMBERS = new Map(Object.keys(VERBS).map((verb, i) => [verb, i + 1]));
const SCOPES = ["", "cluster", "namespace", "resource"];
const LONG = /verb="(?:WATCH|CONNECT)"/;

function labelsOf({ verb, method }: RequestRecord, kind: Kind | undefined, subresource: string, scope: number, dryRun: boolean): string {
  const labels = {
    dry_run: dryRun ? "All" : "",
    group: kind?.group ?? "",
    resource: kind?.plural ?? "",
    scope: SCOPES[scope] as string,
    subresource,
    verb: VERBS[verb] ?? method,
    version: kind?.version ?? "",
  };
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${value}"`)
    .join(",");
}

const ROOTS = ["/healthz", "/livez", "/readyz", "/metrics", "/version", "/openapi", "/apis", "/api"];

/** A label must not have as many values as there are paths. */
const knownPath = ({ path, info }: RequestRecord): string => (info ? "" : (ROOTS.find((root) => path.startsWith(root)) ?? ""));

const heading = (name: string, type: string, help: string): readonly string[] => [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`];

function durations(cells: readonly Cell[]): readonly string[] {
  const merged = new Map<string, Cell[]>();
  for (const cell of cells) if (!LONG.test(cell.labels)) merged.set(cell.labels, [...(merged.get(cell.labels) ?? []), cell]);
  const name = "apiserver_request_duration_seconds";
  return [...merged]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([labels, group]) => {
      const total = group.reduce((n, c) => n + c.count, 0);
      const slow = (at: number): number => group.reduce((n, c) => n + (c.slow?.get(at) ?? 0), 0);
      const all = BOUNDS.map((_, at) => slow(at));
      let below = total - all.reduce((a, b) => a + b, 0) - slow(-1);
      const buckets = BOUNDS.map(
        (bound, at) => `${name}_bucket{component="apiserver",${labels},le="${bound}"} ${(below += all[at] as number)}`,
      );
      return [
        ...buckets,
        `${name}_bucket{component="apiserver",${labels},le="+Inf"} ${total}`,
        `${name}_sum{component="apiserver",${labels}} ${group.reduce((n, c) => n + c.seconds, 0)}`,
        `${name}_count{component="apiserver",${labels}} ${total}`,
      ];
    });
}

function objectCounts({ kinds, store }: ServerContext): readonly string[] {
  const counts = new Map<string, number>();
  for (const kind of kinds.all) {
    if (kind.virtual || kind.storedAs) continue;
    const resource = kind.group === "" ? kind.plural : `${kind.plural}.${kind.group}`;
    counts.set(resource, store.count(prefixOf(kind)));
  }
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1)).map(([resource, n]) => `apiserver_storage_objects{resource="${resource}"} ${n}`);
}
