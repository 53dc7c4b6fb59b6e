import type { ServerRequest, ServerResponse } from "../../network/index.ts";
import type { ProcessContext, Program } from "../../runtime/index.ts";
import type { EtcdBackend } from "./backend.ts";
import { bytes, header, RpcError } from "./api.ts";
import { RevisionError } from "./store.ts";
import { hashOf, readDb, writeDbText } from "./disk.ts";
import { readFlags, type Settings, USAGE } from "./flags.ts";
import { answer, refused } from "./gateway.ts";
import { close, elect, etcd as ownEtcd, type Log, logger, portOf, starting } from "./main.ts";
import { mutualTls } from "../mutual-tls.ts";
import { versionOf } from "./version.ts";
import { eventsLine } from "./watched.ts";
import { readIfThere } from "../process.ts";
import { runServer } from "../run-server.ts";
import { HttpService } from "../serving.ts";
import type { EtcdLink, EtcdRun } from "../etcd-link.ts";

type Json = Readonly<Record<string, unknown>>;
/** How often a watch looks whether something has happened: what it finds is in the journal, so that a thaw finds the same. */
const LOOK_MS = 200;

/** etcd: a server of its own, or, where kubeadm's manifest runs it, the one that the cluster's API server keeps everything in. */
export const etcdFor =
  (link: EtcdLink | undefined): Program =>
  (proc) =>
    link?.home(proc.hostname) && proc.argv.some((word) => /^--?cert-file\b/.test(word)) ? clusterEtcd(proc, link) : ownEtcd(proc);

async function clusterEtcd(proc: ProcessContext, link: EtcdLink): Promise<number> {
  const version = versionOf(proc);
  const log = logger(proc);
  const run = { machine: proc.hostname, pid: proc.pid };
  const fail = async (error: string): Promise<number> => {
    link.failed(run, "etcd");
    await log("fatal", "etcdmain/etcd.go:186", "discovery failed", { error });
    return 1;
  };
  const s = readFlags(proc, true);
  if ("error" in s) {
    if (s.code !== 2) return fail(s.error);
    link.failed(run, "etcd");
    await proc.stderr.write(`${s.error}\n${s.error.includes(USAGE) ? "" : USAGE}`);
    return 2;
  }
  for (const flag of FILES) {
    const path = s.files.get(flag);
    if (path !== undefined && readIfThere(proc, path) === undefined) return fail(`open ${path}: no such file or directory`);
  }
  const resumed = proc.restored !== undefined;
  if (!resumed) {
    proc.memory(60 * 1024 * 1024);
    await proc.cpu(120);
    await starting(proc, s, version, log);
  }
  const db = resumed ? undefined : readDb(proc, s.folder);
  if (db === "damaged") {
    link.failed(run, "etcd");
    await log("fatal", "etcdserver/backend.go:101", "failed to open database", {
      path: `${s.folder}/member/snap/db`,
      error: "invalid database",
    });
    return 1;
  }
  const fresh = !resumed && db === undefined;
  const began = link.etcd(run, resumed ? "resumed" : db && { hash: db.hash, revision: db.store.revision, pairs: () => pairsOf(db.store) }, {
    name: s.name,
    peers: s.peers,
    clients: s.clients,
    token: s.token,
    version,
  });
  if (!began) return fail("another etcd of the control plane runs on this machine");
  const flush = (): void => {
    const text = began.backend.snapshot();
    writeDbText(proc, s.folder, text);
    began.written(hashOf(text));
  };
  proc.signal.addEventListener("abort", () => began.stop(), { once: true });
  const server = { ...aboutOf(began.backend), proc, folder: s.folder };
  if (!resumed) {
    flush();
    await elect(server, s, log, fresh);
  }
  began.serve();
  return serve(proc, server, s, log, began, flush);
}

const FILES = ["cert-file", "key-file", "trusted-ca-file", "peer-cert-file", "peer-key-file", "peer-trusted-ca-file"];
const aboutOf = ({ member, version, index, term }: EtcdBackend) => ({ member, version, index, term });

function* pairsOf(store: { range(key: string, end: string): readonly { readonly key: string; readonly value: string }[] }) {
  for (const { key, value } of store.range("", "\0")) yield [key, value] as const;
}

async function serve(
  proc: ProcessContext,
  server: { readonly proc: ProcessContext; readonly folder: string; readonly member: EtcdBackend["member"] },
  s: Settings,
  log: Log,
  run: EtcdRun,
  flush: () => void,
): Promise<number> {
  const { backend } = run;
  // Whom it asks is beyond the process: what it is told must be the same after a thaw.
  const reply = (request: ServerRequest, only: boolean): Promise<ServerResponse> =>
    answer(proc, backend, request, { only, watch: (q) => watched(proc, backend, q), outside: (ask) => asked(proc, ask) });
  const metrics = new HttpService((request) => reply(request, true), { idle: () => cut() });
  let cut = (): void => {};
  for (const url of s.metrics) void metrics.accept(await proc.net.listen(portOf(url), { address: "127.0.0.1" }));
  const file = (name: string): string | undefined => s.files.get(name);
  const authority = file("client-cert-auth") === "true" || file("trusted-ca-file") ? file("trusted-ca-file") : undefined;
  const end = async (signal: string): Promise<number> => {
    await close(server, log, signal, flush);
    run.stop();
    return proc.pid === 1 ? 0 : 143;
  };
  return runServer(proc, {
    ports: [...new Set([...s.listenClients, ...s.listenPeers].map(portOf))],
    secure: mutualTls(proc, { certificate: file("cert-file"), key: file("key-file"), authority }),
    handle: (request) => reply(request, false),
    state: () => ({ began: true }),
    quiet: () => metrics.open === 0,
    cuts: (fn) => (cut = fn),
    started: async () => {
      for (const url of s.listenClients)
        await log("info", "embed/serve.go:250", "serving client traffic securely", {
          traffic: "grpc+http",
          address: url.replace(/^\w+:\/\//, ""),
        });
    },
    taken: async (port) => {
      run.stop();
      await log("fatal", "etcdmain/etcd.go:186", "discovery failed", { error: `listen tcp 0.0.0.0:${port}: bind: address already in use` });
      return 1;
    },
    stops: { TERM: () => end("terminated"), INT: () => end("interrupt") },
  });
}

/** An answer, or the refusal that it is, as the journal keeps it. */
function asked<T>(proc: ProcessContext, ask: () => T): T {
  const told = proc.outside("etcd", () => {
    try {
      return { value: ask() };
    } catch (error) {
      if (error instanceof RpcError) return { refusal: [error.code, error.status, error.message] as const };
      if (error instanceof RevisionError) return { past: error.message };
      throw error;
    }
  });
  if (told.refusal !== undefined) throw new RpcError(...told.refusal);
  if (told.past !== undefined) throw new RevisionError(told.past);
  return told.value as T;
}

/** Events as they come, a line of JSON each. */
function watched(proc: ProcessContext, backend: EtcdBackend, q: Json): ServerResponse {
  const create = q["create_request"] as Json | undefined;
  if (!create) return refused(3, 400, "a watch without create_request is not simulated by Timonel");
  const [key, end, from] = [bytes(create["key"]), bytes(create["range_end"]), Number(create["start_revision"] ?? 0)];
  const first = proc.outside("etcd watch", () => {
    const { revision, compacted } = backend.store;
    const gone = from > 0 && from < compacted;
    return { next: from > 0 ? from : revision + 1, head: header(backend), ...(gone && { compacted: String(compacted) }) };
  });
  let lines = [JSON.stringify({ result: { header: first.head, created: true } })];
  if (first.compacted !== undefined)
    lines.push(JSON.stringify({ result: { header: first.head, canceled: true, compact_revision: first.compacted } }));
  let { next } = first;
  const look = () =>
    proc.outside("etcd watch", () => {
      const { revision } = backend.store;
      if (revision < next) return { revision, line: undefined };
      const events = backend.store.since(key, end, next);
      return { revision, line: events.length === 0 ? undefined : eventsLine(backend, events, create["prev_kv"] === true) };
    });
  return {
    status: 200,
    headers: [["Content-Type", "application/json"]],
    body: async () => {
      for (;;) {
        if (lines.length > 0) {
          const text = `${lines.join("\n")}\n`;
          lines = [];
          return new TextEncoder().encode(text);
        }
        const { revision, line } = look();
        next = Math.max(next, revision + 1);
        if (line !== undefined) lines.push(line);
        else await proc.clock.sleep(LOOK_MS);
      }
    },
  };
}
