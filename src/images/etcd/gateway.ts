import type { ServerRequest, ServerResponse } from "../../network/index.ts";
import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { CALLS, RpcError } from "./api.ts";
import type { EtcdBackend } from "./backend.ts";
import { RevisionError } from "./store.ts";
import { minor } from "./version.ts";

type Json = Readonly<Record<string, unknown>>;

export const json = (body: unknown, status = 200): ServerResponse => ({
  status,
  headers: [["Content-Type", "application/json"]],
  body: JSON.stringify(body),
});
export const refused = (code: number, status: number, message: string): ServerResponse => json({ error: message, message, code }, status);

/** Answers a request as etcd's gateway does; `only`: on a port for metrics alone. */
export async function answer(
  proc: ProcessContext,
  server: EtcdBackend,
  request: ServerRequest,
  {
    only,
    watch,
    outside = (ask) => ask(),
  }: {
    readonly only: boolean;
    readonly watch: (q: Json) => ServerResponse;
    /** How what it holds is asked, where that is not the process's own. */
    readonly outside?: <T>(ask: () => T) => T;
  },
): Promise<ServerResponse> {
  const { path } = request;
  if (path === "/health" && request.method === "GET") return json({ health: "true", ...(minor(server.version) >= 5 && { reason: "" }) });
  if (minor(server.version) >= 5 && (path === "/livez" || path === "/readyz"))
    return { status: 200, headers: [["Content-Type", "text/plain; charset=utf-8"]], body: "ok\n" };
  if (path === "/metrics")
    return {
      status: 200,
      headers: [["Content-Type", "text/plain; version=0.0.4; charset=utf-8"]],
      body: outside(() => metricsText(server)),
    };
  if (!only && path === "/version")
    return json({ etcdserver: server.version, etcdcluster: `${server.version.split(".").slice(0, 2).join(".")}.0` });
  const call = only ? undefined : CALLS[path];
  if (!call && path !== "/v3/watch")
    return { status: 404, headers: [["Content-Type", "text/plain; charset=utf-8"]], body: "404 page not found\n" };
  if (request.method !== "POST") return refused(12, 501, "Method Not Allowed");
  let q: unknown;
  try {
    const text = await request.body.text();
    q = text.trim() === "" ? {} : JSON.parse(text);
  } catch {
    return refused(3, 400, "invalid character in request body");
  }
  if (q === null || typeof q !== "object") return refused(3, 400, "invalid request body");
  await proc.cpu(0.15);
  try {
    return call ? json(outside(() => call(server, q as Json))) : watch(q as Json);
  } catch (error) {
    if (error instanceof RpcError) return refused(error.code, error.status, error.message);
    if (error instanceof RevisionError) return refused(11, 400, error.message);
    if (error instanceof Errno) return refused(8, 429, `etcdserver: mvcc: database space exceeded`);
    throw error;
  }
}
function metricsText(server: EtcdBackend): string {
  const rows: readonly (readonly [string, string, string, number])[] = [
    ["etcd_server_has_leader", "gauge", "Whether or not a leader exists. 1 is existence, 0 is not.", 1],
    ["etcd_server_is_leader", "gauge", "Whether or not this member is a leader. 1 if is, 0 otherwise.", 1],
    ["etcd_server_leader_changes_seen_total", "counter", "The number of leader changes seen.", 1],
    ["etcd_server_proposals_committed_total", "gauge", "The total number of consensus proposals committed.", server.index],
    ["etcd_server_proposals_applied_total", "gauge", "The total number of consensus proposals applied.", server.index],
    ["etcd_debugging_mvcc_keys_total", "gauge", "Total number of keys.", server.store.range("", "\0").length],
    ["etcd_debugging_mvcc_current_revision", "gauge", "The current revision of store.", server.store.revision],
    ["etcd_debugging_mvcc_compact_revision", "gauge", "The revision of the last compaction in store.", server.store.compacted],
    ["etcd_mvcc_db_total_size_in_bytes", "gauge", "Total size of the underlying database physically allocated in bytes.", server.dbSize],
    ["etcd_mvcc_db_total_size_in_use_in_bytes", "gauge", "Total size of the underlying database logically in use in bytes.", server.dbSize],
  ];
  return rows.map(([name, type, help, n]) => `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${name} ${n}\n`).join("");
}
