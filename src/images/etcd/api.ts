import { base64Decode, base64Encode } from "../../machinery/index.ts";
import { fromBinary, toBinary } from "../database/binary.ts";
import { decimal } from "./member.ts";
import type { EtcdBackend } from "./backend.ts";
import { type Pair, RevisionError } from "./store.ts";

type Json = Readonly<Record<string, unknown>>;
/** A refusal of gRPC's, as the gateway tells it. */
export class RpcError extends Error {
  readonly code: number;
  readonly status: number;
  constructor(code: number, status: number, message: string) {
    super(message);
    this.code = code;
    this.status = status;
  }
}
export const NOT_FOUND = 5;
export const bytes = (v: unknown): string => {
  if (typeof v !== "string" || v === "") return "";
  const raw = base64Decode(v);
  if (typeof raw === "number") throw new RpcError(3, 400, `illegal base64 data at input byte ${raw}`);
  return toBinary(raw);
};
const text = (binary: string): string => base64Encode(fromBinary(binary));
const int = (v: unknown): number => (typeof v === "string" ? Number(v) : typeof v === "number" ? v : 0);

/** Fields that are nothing are left out, as protobuf's JSON does. */
const lean = (o: Json): Json =>
  Object.fromEntries(Object.entries(o).filter(([, v]) => v !== undefined && v !== "" && v !== "0" && v !== false));
export const kv = (p: Omit<Pair, "value"> & { readonly value: string | undefined }): Json =>
  lean({
    key: text(p.key),
    create_revision: String(p.create),
    mod_revision: String(p.mod),
    version: String(p.version),
    value: p.value === undefined ? undefined : text(p.value),
    lease: String(p.lease),
  });
export const header = (s: EtcdBackend, revision = s.store.revision): Json =>
  lean({ cluster_id: decimal(s.member.cluster), member_id: decimal(s.member.id), revision: String(revision), raft_term: String(s.term) });

function range(s: EtcdBackend, q: Json): Json {
  if (bytes(q["key"]) === "") throw new RpcError(3, 400, "etcdserver: key is not provided");
  let found = [...s.store.range(bytes(q["key"]), bytes(q["range_end"]), int(q["revision"]))];
  const target = String(q["sort_target"] ?? "KEY");
  const by = (p: Pair): string | number =>
    target === "VALUE" ? p.value : target === "CREATE" ? p.create : target === "MOD" ? p.mod : target === "VERSION" ? p.version : p.key;
  const order = String(q["sort_order"] ?? "NONE");
  if (order !== "NONE" || target !== "KEY") {
    const way = order === "DESCEND" ? -1 : 1;
    found.sort((a, b) => (by(a) < by(b) ? -way : by(a) > by(b) ? way : 0));
  }
  const count = found.length;
  const limit = int(q["limit"]);
  if (limit > 0) found = found.slice(0, limit);
  const kvs = q["count_only"] === true ? [] : found.map((p) => (q["keys_only"] === true ? lean({ ...kv(p), value: undefined }) : kv(p)));
  return {
    header: header(s),
    ...(kvs.length > 0 && { kvs }),
    ...(limit > 0 && count > limit && { more: true }),
    ...(count > 0 && { count: String(count) }),
  };
}
function put(s: EtcdBackend, q: Json): Json {
  const key = bytes(q["key"]);
  if (key === "") throw new RpcError(3, 400, "etcdserver: key is not provided");
  const lease = int(q["lease"]);
  if (lease !== 0 && !s.store.leases.has(lease)) throw new RpcError(NOT_FOUND, 404, "etcdserver: requested lease not found");
  const old = s.store.get(key);
  const value = q["ignore_value"] === true ? (old?.value ?? "") : bytes(q["value"]);
  if (value.length > 1_572_864) throw new RpcError(3, 400, "etcdserver: request is too large");
  s.put(key, value, q["ignore_lease"] === true ? (old?.lease ?? 0) : lease);
  return { header: header(s), ...(q["prev_kv"] === true && old && { prev_kv: kv(old) }) };
}
function deleteRange(s: EtcdBackend, q: Json): Json {
  const gone = s.store.range(bytes(q["key"]), bytes(q["range_end"]));
  s.remove(gone.map((p) => p.key));
  return {
    header: header(s),
    ...(gone.length > 0 && { deleted: String(gone.length) }),
    ...(q["prev_kv"] === true && gone.length > 0 && { prev_kvs: gone.map(kv) }),
  };
}
/** Whether a comparison of a transaction holds. */
function holds(s: EtcdBackend, c: Json): boolean {
  const p = s.store.get(bytes(c["key"]));
  const target = String(c["target"] ?? "VERSION");
  const [have, want]: readonly [string | number, string | number] =
    target === "VALUE"
      ? [p?.value ?? "", bytes(c["value"])]
      : target === "CREATE"
        ? [p?.create ?? 0, int(c["create_revision"])]
        : target === "MOD"
          ? [p?.mod ?? 0, int(c["mod_revision"])]
          : target === "LEASE"
            ? [p?.lease ?? 0, int(c["lease"])]
            : [p?.version ?? 0, int(c["version"])];
  if (target === "VALUE" && !p) return false;
  const result = String(c["result"] ?? "EQUAL");
  return result === "GREATER" ? have > want : result === "LESS" ? have < want : result === "NOT_EQUAL" ? have !== want : have === want;
}
function txn(s: EtcdBackend, q: Json): Json {
  const succeeded = ((q["compare"] ?? []) as readonly Json[]).every((c) => holds(s, c));
  const operations = ((succeeded ? q["success"] : q["failure"]) ?? []) as readonly Json[];
  const responses = s.together(() =>
    operations.map((o) => {
      if (o["request_put"]) return { response_put: put(s, o["request_put"] as Json) };
      if (o["request_range"]) return { response_range: range(s, o["request_range"] as Json) };
      if (o["request_delete_range"]) return { response_delete_range: deleteRange(s, o["request_delete_range"] as Json) };
      if (o["request_txn"]) return { response_txn: txn(s, o["request_txn"] as Json) };
      throw new RpcError(3, 400, "etcdserver: key is not provided");
    }),
  );
  return { header: header(s), ...(succeeded && { succeeded }), ...(responses.length > 0 && { responses }) };
}

type Call = (s: EtcdBackend, q: Json) => Json;
const leaseOf = (s: EtcdBackend, q: Json): number => {
  const id = int(q["ID"]);
  if (!s.store.leases.has(id)) throw new RpcError(NOT_FOUND, 404, "etcdserver: requested lease not found");
  return id;
};

/** The gateway's calls, by path (https://etcd.io/docs/v3.5/dev-guide/api_grpc_gateway/). */
export const CALLS: Readonly<Record<string, Call>> = {
  "/v3/kv/range": range,
  "/v3/kv/put": put,
  "/v3/kv/deleterange": deleteRange,
  "/v3/kv/txn": txn,
  "/v3/kv/compaction": (s, q) => {
    const revision = int(q["revision"]);
    if (revision <= s.store.compacted) throw new RevisionError("etcdserver: mvcc: required revision has been compacted");
    if (revision > s.store.revision) throw new RevisionError("etcdserver: mvcc: required revision is a future revision");
    s.compact(revision);
    return { header: header(s) };
  },
  "/v3/lease/grant": (s, q) => {
    const ttl = int(q["TTL"]);
    if (ttl > 9_000_000_000) throw new RpcError(11, 400, "etcdserver: too large lease TTL");
    const id = s.grant(int(q["ID"]), Math.max(2, ttl));
    return { header: header(s), ID: String(id), TTL: String(Math.max(2, ttl)) };
  },
  "/v3/lease/revoke": (s, q) => {
    s.revoke(leaseOf(s, q));
    return { header: header(s) };
  },
  "/v3/kv/lease/revoke": (s, q) => {
    s.revoke(leaseOf(s, q));
    return { header: header(s) };
  },
  "/v3/lease/keepalive": (s, q) => {
    const id = int(q["ID"]);
    const ttl = s.keepAlive(id);
    return { result: { header: header(s), ID: String(id), ...(ttl > 0 && { TTL: String(ttl) }) } };
  },
  "/v3/lease/timetolive": (s, q) => {
    const id = int(q["ID"]);
    const lease = s.store.leases.get(id);
    if (!lease) return { header: header(s), ID: String(id), TTL: "-1" };
    const left = Math.max(0, Math.ceil((lease.expires - s.now()) / 1000));
    const keys = q["keys"] === true ? s.store.attached(id).map(text) : [];
    return { header: header(s), ID: String(id), TTL: String(left), grantedTTL: String(lease.ttl), ...(keys.length > 0 && { keys }) };
  },
  "/v3/lease/leases": (s) => ({ header: header(s), leases: [...s.store.leases.keys()].map((id) => ({ ID: String(id) })) }),
  "/v3/cluster/member/list": (s) => ({
    header: header(s, 0),
    members: [{ ID: decimal(s.member.id), name: s.member.name, peerURLs: s.member.peers, clientURLs: s.member.clients }],
  }),
  "/v3/maintenance/status": (s) => ({
    header: header(s),
    version: s.version,
    dbSize: String(s.dbSize),
    leader: decimal(s.member.id),
    raftIndex: String(s.index),
    raftTerm: String(s.term),
    raftAppliedIndex: String(s.index),
    dbSizeInUse: String(s.dbSize),
  }),
  "/v3/maintenance/hash": (s) => ({ header: header(s), hash: s.hash() }),
  "/v3/maintenance/defragment": (s) => {
    s.defragment();
    return {};
  },
  "/v3/maintenance/alarm": (s) => ({ header: header(s) }),
  // Where the real one streams pieces, this is all of them.
  "/v3/maintenance/snapshot": (s) => ({ result: { blob: text(s.snapshot()) } }),
};
