import { NetError, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import { Errno, type ProcessContext, type Program } from "../../runtime/index.ts";
import { runServer } from "../run-server.ts";
import { HttpService } from "../serving.ts";
import { isoTime } from "../times.ts";
import { bytes, CALLS, header, kv, RpcError } from "./api.ts";
import { readDb } from "./disk.ts";
import { readFlags, type Settings, USAGE } from "./flags.ts";
import { clusterId, memberId } from "./member.ts";
import { EtcdServer, type StoredServer } from "./server.ts";
import { RevisionError, Store, type WatchedEvent } from "./store.ts";
import { goDuration, minor, versionOf } from "./version.ts";

type Json = Readonly<Record<string, unknown>>;
type Log = (level: "info" | "warn" | "fatal", caller: string, msg: string, fields?: Json) => Promise<void>;

/** zap's lines. */
const logger =
  (proc: ProcessContext): Log =>
  (level, caller, msg, fields = {}) =>
    proc.stderr.write(`${JSON.stringify({ level, ts: isoTime(proc.clock.now()), caller, msg, ...fields })}\n`);
const portOf = (url: string): number => Number(/:(\d+)$/.exec(url)?.[1] ?? 80);
const hostOf = (url: string): string => url.replace(/^\w+:\/\//, "").replace(/:\d+$/, "");

/** A server of one member. Its API is the gateway's JSON over HTTP (/v3/…), which its clients here speak too: gRPC is not simulated. */
export const etcd: Program = async (proc) => {
  const version = versionOf(proc);
  const log = logger(proc);
  const [first] = proc.argv.slice(1);
  if (first === "--version") {
    await proc.stdout.write(
      `etcd Version: ${version}\nGit SHA: Not provided (use ./build instead of go build)\nGo Version: go1.24.6\nGo OS/Arch: linux/amd64\n`,
    );
    return 0;
  }
  if (first === "-h" || first === "--help") {
    await proc.stdout.write(USAGE);
    return 0;
  }
  const s = readFlags(proc);
  const stored = proc.restored as StoredServer | undefined;
  if ("error" in s) {
    if (s.code === 2) await proc.stderr.write(`${s.error}\n`);
    else await log("fatal", "etcdmain/etcd.go:186", "discovery failed", { error: s.error });
    return s.code;
  }
  const id = memberId(s.peers, s.token);
  const member = { name: s.name, id, cluster: clusterId([id]), peers: s.peers, clients: s.clients };
  if (stored)
    return serve(new EtcdServer(proc, { version, folder: s.folder, member, store: new Store(), term: 0, index: 0 }, stored), s, log);
  proc.memory(18 * 1024 * 1024);
  await proc.cpu(25);
  await starting(proc, s, version, log);
  let found: ReturnType<typeof readDb>;
  try {
    found = readDb(proc, s.folder);
    if (found === "damaged") {
      await log("fatal", "etcdserver/backend.go:101", "failed to open database", {
        path: `${s.folder}/member/snap/db`,
        error: "invalid database",
      });
      return 1;
    }
    const kept = found?.member;
    const server = new EtcdServer(proc, {
      version,
      folder: s.folder,
      member: kept ? { ...kept, clients: s.clients } : member,
      store: found?.store ?? new Store(),
      term: (found?.term ?? 1) + 1,
      index: found ? found.index + 2 : 4,
    });
    server.flush();
    return await elected(server, s, log, found === undefined);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await log("fatal", "etcdmain/etcd.go:186", "discovery failed", {
      error: `cannot access data directory: mkdir ${s.folder}: ${error.message.toLowerCase()}`,
    });
    return 1;
  }
};

async function starting(proc: ProcessContext, s: Settings, version: string, log: Log): Promise<void> {
  if (minor(version) >= 5) await log("info", "etcdmain/etcd.go:73", "Running: ", { args: proc.argv });
  if (proc.fs.exists(`${s.folder}/member`))
    await log("info", "etcdmain/etcd.go:116", "server has been already initialized", { "data-dir": s.folder, "dir-type": "member" });
  await log("info", "embed/etcd.go:124", "configuring peer listeners", { "listen-peer-urls": s.listenPeers });
  await log("info", "embed/etcd.go:132", "configuring client listeners", { "listen-client-urls": s.listenClients });
  await log("info", "embed/etcd.go:306", "starting an etcd server", {
    "etcd-version": version,
    "go-os": "linux",
    "go-arch": "amd64",
    "member-initialized": proc.fs.exists(`${s.folder}/member`),
    name: s.name,
    "data-dir": s.folder,
    "initial-advertise-peer-urls": s.peers,
    "listen-peer-urls": s.listenPeers,
    "advertise-client-urls": s.clients,
    "listen-client-urls": s.listenClients,
    "listen-metrics-urls": s.metrics,
    "initial-cluster-token": s.token,
  });
}
/** A cluster of one elects itself when its election timer has run out. */
async function elected(server: EtcdServer, s: Settings, log: Log, fresh: boolean): Promise<number> {
  const { proc, member, folder } = server;
  const { id, cluster } = member;
  const raft = (msg: string): Promise<void> => log("info", "etcdserver/zap_raft.go:77", msg);
  await log("info", "etcdserver/backend.go:81", "opened backend db", {
    path: `${folder}/member/snap/db`,
    took: goDuration(0.8 + proc.random.next()),
  });
  await log("info", "etcdserver/raft.go:494", fresh ? "starting local member" : "restarting local member", {
    "cluster-id": cluster,
    "local-member-id": id,
    ...(!fresh && { "commit-index": server.index }),
  });
  const before = server.term - 1;
  await raft(`${id} became follower at term ${before}`);
  await log("info", "etcdserver/server.go:858", "starting etcd server", {
    "local-member-id": id,
    "local-server-version": server.version,
    "cluster-version": "to_be_decided",
  });
  await log("info", "embed/etcd.go:275", "now serving peer/client/metrics", {
    "local-member-id": id,
    "initial-advertise-peer-urls": s.peers,
    "listen-peer-urls": s.listenPeers,
    "advertise-client-urls": s.clients,
    "listen-client-urls": s.listenClients,
    "listen-metrics-urls": s.metrics,
  });
  await proc.clock.sleep(400 + proc.random.int(600));
  await raft(`${id} is starting a new election at term ${before}`);
  await raft(`${id} became candidate at term ${server.term}`);
  await raft(`${id} became leader at term ${server.term}`);
  await raft(`raft.node: ${id} elected leader ${id} at term ${server.term}`);
  await log("info", "etcdserver/server.go:2062", "published local member to cluster through raft", {
    "local-member-id": id,
    "cluster-id": cluster,
    "publish-timeout": "7s",
  });
  await log("info", "embed/serve.go:103", "ready to serve client requests");
  return serve(server, s, log);
}

async function serve(server: EtcdServer, s: Settings, log: Log): Promise<number> {
  const { proc, member, folder } = server;
  const again = proc.restored !== undefined;
  // One port may be said twice, for addresses that one machine has.
  const clients = [
    ...new Map(
      [...s.listenClients, ...s.metrics, ...s.listenPeers].map((u) => [`${portOf(u)} ${local(u) ? "127.0.0.1" : ""}`, u]),
    ).values(),
  ];
  const others = clients.filter(local);
  const ports = [...new Set(clients.filter((u) => !local(u)).map(portOf))];
  const extra = async (service: HttpService): Promise<void> => {
    for (const url of others)
      if (!ports.includes(portOf(url))) void service.accept(await proc.net.listen(portOf(url), { address: "127.0.0.1" }));
  };
  const metrics = new Set(s.metrics.map(portOf));
  const closing = async (name: string): Promise<void> => {
    const about = { name: member.name, "data-dir": folder, "advertise-peer-urls": member.peers, "advertise-client-urls": member.clients };
    await log("info", "osutil/interrupt_unix.go:64", "received signal; shutting down", { signal: name });
    await log("info", "embed/etcd.go:375", "closing etcd server", about);
    await log("info", "etcdserver/server.go:1513", "skipped leadership transfer for single voting member cluster", {
      "local-member-id": member.id,
      "current-leader-member-id": member.id,
    });
    await proc.clock.sleep(100);
    server.defragment();
    await log("info", "embed/etcd.go:377", "closed etcd server", about);
  };
  const ended = proc.pid === 1 ? 0 : 143;
  const spare = new HttpService((request, peer) => answer(server, request, metrics.has(peer.socket.local.port)), { idle: () => cut() });
  let cut = (): void => {};
  try {
    await extra(spare);
    return await runServer(proc, {
      ports,
      handle: (request, peer) =>
        answer(server, request, metrics.has(peer.socket.local.port) && !s.listenClients.some((u) => portOf(u) === peer.socket.local.port)),
      state: () => ({ ...server.save() }),
      quiet: () => spare.open === 0,
      cuts: (fn) => {
        cut = fn;
        server.changed = fn;
      },
      started: async () => {
        for (const url of s.listenClients)
          await log("info", "embed/serve.go:187", "serving client traffic insecurely; this is strongly discouraged!", {
            traffic: "grpc+http",
            address: url.replace("http://", ""),
          });
      },
      taken: async (port) => {
        await log("fatal", "etcdmain/etcd.go:186", "discovery failed", {
          error: `listen tcp 0.0.0.0:${port}: bind: address already in use`,
        });
        return 1;
      },
      stops: { TERM: async () => (await closing("terminated"), ended), INT: async () => (await closing("interrupt"), ended) },
    });
  } catch (error) {
    if (!(error instanceof NetError) || again) throw error;
    await log("fatal", "etcdmain/etcd.go:186", "discovery failed", { error: `listen tcp: bind: ${error.message.toLowerCase()}` });
    return 1;
  }
}
const local = (url: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+)$/.test(hostOf(url));

const json = (body: unknown, status = 200): ServerResponse => ({
  status,
  headers: [["Content-Type", "application/json"]],
  body: JSON.stringify(body),
});
const refused = (code: number, status: number, message: string): ServerResponse => json({ error: message, message, code }, status);

async function answer(server: EtcdServer, request: ServerRequest, only: boolean): Promise<ServerResponse> {
  const { proc } = server;
  const { path } = request;
  if (path === "/health" && request.method === "GET") return json({ health: "true", ...(minor(server.version) >= 5 && { reason: "" }) });
  if (minor(server.version) >= 5 && (path === "/livez" || path === "/readyz"))
    return { status: 200, headers: [["Content-Type", "text/plain; charset=utf-8"]], body: "ok\n" };
  if (path === "/metrics")
    return { status: 200, headers: [["Content-Type", "text/plain; version=0.0.4; charset=utf-8"]], body: metricsText(server) };
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
    return call ? json(call(server, q as Json)) : watched(server, q as Json);
  } catch (error) {
    if (error instanceof RpcError) return refused(error.code, error.status, error.message);
    if (error instanceof RevisionError) return refused(11, 400, error.message);
    if (error instanceof Errno) return refused(8, 429, `etcdserver: mvcc: database space exceeded`);
    throw error;
  }
}
/** Events that a watcher may be behind. */
const MAX_WAITING = 1000;
/** Events as they come, a line of JSON each. */
function watched(server: EtcdServer, q: Json): ServerResponse {
  const create = q["create_request"] as Json | undefined;
  if (!create) return refused(3, 400, "a watch without create_request is not simulated by Timonel");
  const [key, end, from] = [bytes(create["key"]), bytes(create["range_end"]), Number(create["start_revision"] ?? 0)];
  const lines = [JSON.stringify({ result: { header: header(server), created: true } })];
  let wake: (() => void) | undefined;
  const tell = (events: readonly WatchedEvent[]): void => {
    const shown = events.map((e) => ({
      ...(e.type === "DELETE" && { type: "DELETE" }),
      kv: kv(e.pair),
      ...(create["prev_kv"] === true && e.before && { prev_kv: kv(e.before) }),
    }));
    lines.push(JSON.stringify({ result: { header: header(server), events: shown } }));
    wake?.();
    wake = undefined;
  };
  if (from > 0 && from < server.store.compacted)
    lines.push(JSON.stringify({ result: { header: header(server), canceled: true, compact_revision: String(server.store.compacted) } }));
  else if (from > 0) {
    const past = server.store.since(key, end, from);
    if (past.length > 0) tell(past);
  }
  const unwatch = server.watch({
    key,
    end,
    events: (events) => {
      tell(events);
      // Whoever does not take what it asked for has gone.
      if (lines.length > MAX_WAITING) unwatch();
    },
  });
  return {
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body: async () => {
      if (lines.length === 0) await new Promise<void>((resolve) => (wake = resolve));
      return new TextEncoder().encode(`${lines.splice(0).join("\n")}\n`);
    },
  };
}
function metricsText(server: EtcdServer): string {
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
