import { NetError, type ServerRequest, type ServerResponse } from "../../network/index.ts";
import { Errno, type ProcessContext, type Program } from "../../runtime/index.ts";
import { runServer } from "../run-server.ts";
import { HttpService } from "../serving.ts";
import { isoTime } from "../times.ts";
import { readDb } from "./disk.ts";
import { answer } from "./gateway.ts";
import { readFlags, type Settings, USAGE } from "./flags.ts";
import { clusterId, memberId } from "./member.ts";
import { EtcdServer, type StoredServer } from "./server.ts";
import { Store } from "./store.ts";
import { watched } from "./watched.ts";
import { goDuration, minor, versionOf } from "./version.ts";

type Json = Readonly<Record<string, unknown>>;
export type Log = (level: "info" | "warn" | "fatal", caller: string, msg: string, fields?: Json) => Promise<void>;

/** zap's lines. */
export const logger =
  (proc: ProcessContext): Log =>
  (level, caller, msg, fields = {}) =>
    proc.stderr.write(`${JSON.stringify({ level, ts: isoTime(proc.clock.now()), caller, msg, ...fields })}\n`);
export const portOf = (url: string): number => Number(/:(\d+)$/.exec(url)?.[1] ?? 80);
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
    await elect(server, s, log, found === undefined);
    return await serve(server, s, log);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await log("fatal", "etcdmain/etcd.go:186", "discovery failed", {
      error: `cannot access data directory: mkdir ${s.folder}: ${error.message.toLowerCase()}`,
    });
    return 1;
  }
};

export async function starting(proc: ProcessContext, s: Settings, version: string, log: Log): Promise<void> {
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
export async function elect(
  server: Pick<EtcdServer, "proc" | "member" | "folder" | "index" | "term" | "version">,
  s: Settings,
  log: Log,
  fresh: boolean,
): Promise<void> {
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
}

async function serve(server: EtcdServer, s: Settings, log: Log): Promise<number> {
  const { proc } = server;
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
  const closing = (name: string): Promise<void> => close(server, log, name, () => server.defragment());
  const ended = proc.pid === 1 ? 0 : 143;
  const reply = (request: ServerRequest, only: boolean): Promise<ServerResponse> =>
    answer(proc, server, request, { only, watch: (q) => watched(server, q) });
  const spare = new HttpService((request, peer) => reply(request, metrics.has(peer.socket.local.port)), { idle: () => cut() });
  let cut = (): void => {};
  try {
    await extra(spare);
    return await runServer(proc, {
      ports,
      handle: (request, peer) =>
        reply(request, metrics.has(peer.socket.local.port) && !s.listenClients.some((u) => portOf(u) === peer.socket.local.port)),
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
/** What it says while it ends; `flush` writes what is not written. */
export async function close(
  { proc, member, folder }: Pick<EtcdServer, "proc" | "member" | "folder">,
  log: Log,
  signal: string,
  flush: () => void,
): Promise<void> {
  const about = { name: member.name, "data-dir": folder, "advertise-peer-urls": member.peers, "advertise-client-urls": member.clients };
  await log("info", "osutil/interrupt_unix.go:64", "received signal; shutting down", { signal });
  await log("info", "embed/etcd.go:375", "closing etcd server", about);
  await log("info", "etcdserver/server.go:1513", "skipped leadership transfer for single voting member cluster", {
    "local-member-id": member.id,
    "current-leader-member-id": member.id,
  });
  await proc.clock.sleep(100);
  flush();
  await log("info", "embed/etcd.go:377", "closed etcd server", about);
}
const local = (url: string): boolean => /^(localhost|127\.\d+\.\d+\.\d+)$/.test(hostOf(url));
