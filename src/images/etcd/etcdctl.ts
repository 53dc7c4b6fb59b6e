import { Errno, type ProcessContext, type Program } from "../../runtime/index.ts";
import { base64Decode, base64Encode } from "../../machinery/index.ts";
import { toBinary } from "../database/binary.ts";
import { isoTime } from "../times.ts";
import { type Asked, readCommand } from "./options.ts";
import { fields, hexId, numbered, plain, table } from "./print.ts";
import { call, type Json, type Outcome, stream } from "./remote.ts";
import { restore, save, status } from "./snapshot.ts";
import { goDuration, humanize, minor, versionOf } from "./version.ts";

const encoder = new TextEncoder();
const b64 = (text: string): string => base64Encode(encoder.encode(text));
/** The key after all that begin with this. */
function prefixEnd(text: string): string {
  const bytes = [...encoder.encode(text)];
  for (let i = bytes.length - 1; i >= 0; i--)
    if ((bytes[i] as number) < 255) return base64Encode(Uint8Array.from([...bytes.slice(0, i), (bytes[i] as number) + 1]));
  return b64("\0");
}
const duration = (text: string): number | undefined => {
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((n, [, v, u]) => n + Number(v) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[u as "s"] ?? 0), 0);
};

class Tool {
  readonly proc: ProcessContext;
  readonly asked: Asked;
  readonly version: string;
  readonly endpoints: readonly string[];
  readonly timeout: number;
  readonly output: string;
  constructor(proc: ProcessContext, asked: Asked, version: string) {
    this.proc = proc;
    this.asked = asked;
    this.version = version;
    this.endpoints = (asked.flags.get("endpoints") ?? "127.0.0.1:2379").split(",").map((e) => e.trim());
    this.timeout = duration(asked.flags.get("command-timeout") ?? "5s") ?? 5000;
    this.output = asked.flags.get("write-out") ?? "simple";
  }
  has(flag: string): boolean {
    return this.asked.flags.get(flag) === "true";
  }
  out(text: string): Promise<void> {
    return this.proc.stdout.write(text);
  }
  async fail(message: string, code = 1): Promise<number> {
    await this.proc.stderr.write(`Error: ${message}\n`);
    return code;
  }
  warn(endpoint: string, error: string): Promise<void> {
    const at = `${endpoint.replace(/^\w+:\/\//, "")}`;
    return this.proc.stderr.write(
      `${JSON.stringify({ level: "warn", ts: isoTime(this.proc.clock.now()), logger: "etcd-client", caller: `v3@v${this.version}/retry_interceptor.go:63`, msg: "retrying of unary invoker failed", target: `etcd-endpoints://${at}`, attempt: 0, error })}\n`,
    );
  }
  /** At the first endpoint that answers. */
  async ask(path: string, body: Json): Promise<Json | { readonly $failed: string }> {
    const each = this.timeout / this.endpoints.length;
    let last: Outcome | undefined;
    for (const endpoint of this.endpoints) {
      last = await call(this.proc, endpoint, path, body, each);
      if ("ok" in last) return last.ok;
      const text =
        "refused" in last
          ? `rpc error: code = ${last.code === 5 ? "NotFound" : last.code === 11 ? "OutOfRange" : "Unknown"} desc = ${last.refused}`
          : last.silent;
      await this.warn(endpoint, text);
      if ("refused" in last) return { $failed: last.refused };
    }
    return { $failed: "context deadline exceeded" };
  }
  /** Prints in the wanted way. Undefined: it is for the command's own. */
  async shown(json: Json): Promise<boolean> {
    if (this.output === "json") return (await this.out(`${numbered(json)}\n`), true);
    if (this.output === "fields") return (await this.out(fields(json)), true);
    return false;
  }
}
const failure = (json: Json | { readonly $failed: string }): string | undefined =>
  typeof json["$failed"] === "string" ? json["$failed"] : undefined;

async function printPairs(t: Tool, kvs: readonly Json[], how: { readonly keys?: boolean; readonly values?: boolean }): Promise<void> {
  const show = (v: unknown): string => {
    if (!t.has("hex")) return plain(v);
    const raw = base64Decode(String(v ?? ""));
    return typeof raw === "number" ? "" : [...raw].map((b) => `\\x${b.toString(16).padStart(2, "0")}`).join("");
  };
  for (const kv of kvs) {
    if (how.values !== true) await t.out(`${show(kv["key"])}\n`);
    await t.out(how.keys === true ? "\n" : `${show(kv["value"])}\n`);
  }
}
/** `key [end]` with --prefix and --from-key. */
function range(t: Tool): Json | string {
  const [key = "", end] = t.asked.args;
  if (t.has("prefix") && t.has("from-key")) return "`--prefix` and `--from-key` cannot be set at the same time, choose one";
  if (end !== undefined && (t.has("prefix") || t.has("from-key")))
    return "too many arguments, only accept one argument when `--prefix` or `--from-key` is set";
  if (t.has("prefix")) return key === "" ? { key: b64("\0"), range_end: b64("\0") } : { key: b64(key), range_end: prefixEnd(key) };
  if (t.has("from-key")) return { key: b64(key === "" ? "\0" : key), range_end: b64("\0") };
  return { key: b64(key), ...(end !== undefined && { range_end: b64(end) }) };
}
async function all(proc: ProcessContext): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let data = await proc.stdin.read(); data !== null && text.length < 2_000_000; data = await proc.stdin.read())
    text += decoder.decode(data, { stream: true });
  return text;
}
const leaseId = (text: string): string | undefined => (/^[0-9a-f]+$/i.test(text) ? BigInt(`0x${text}`).toString() : undefined);
const lease16 = (decimal: unknown): string => hexId(decimal).padStart(16, "0");

async function get(t: Tool): Promise<number> {
  const { args, flags } = t.asked;
  if (args.length === 0 || args.length > 2)
    return t.fail("get command needs one argument as key and an optional argument as range_end", 128);
  if (t.has("count-only") && minor(t.version) < 5) return t.fail("unknown flag: --count-only");
  const q = range(t);
  if (typeof q === "string") return t.fail(q, 128);
  const order = (flags.get("order") ?? "").toUpperCase();
  const by = (flags.get("sort-by") ?? "").toUpperCase();
  if (!/^(|ASCEND|DESCEND)$/.test(order)) return t.fail(`bad sort order ${flags.get("order")}`, 128);
  if (!/^(|CREATE|KEY|MODIFY|VALUE|VERSION)$/.test(by)) return t.fail(`bad sort target ${flags.get("sort-by")}`, 128);
  const reply = await t.ask("/v3/kv/range", {
    ...q,
    ...(flags.has("rev") && { revision: flags.get("rev") }),
    ...(flags.has("limit") && { limit: flags.get("limit") }),
    ...(order !== "" && { sort_order: order }),
    ...(by !== "" && { sort_target: by === "MODIFY" ? "MOD" : by, ...(order === "" && { sort_order: "ASCEND" }) }),
    ...(t.has("keys-only") && { keys_only: true }),
    ...(t.has("count-only") && { count_only: true }),
  });
  const wrong = failure(reply);
  if (wrong !== undefined) return t.fail(wrong);
  if (await t.shown(reply)) return 0;
  const kvs = ((reply as Json)["kvs"] ?? []) as readonly Json[];
  if (t.output === "table") return t.fail("table is not supported as output format for this command", 128);
  await printPairs(t, kvs, { keys: t.has("keys-only"), values: t.has("print-value-only") });
  return 0;
}
async function put(t: Tool): Promise<number> {
  const { args, flags } = t.asked;
  if (args.length === 0 || args.length > 2) return t.fail("put command needs 1 argument and input from stdin or 2 arguments", 128);
  const value = args[1] ?? (t.has("ignore-value") ? "" : await all(t.proc));
  if (args.length === 1 && value === "" && !t.has("ignore-value"))
    return t.fail("put command needs 1 argument and input from stdin or 2 arguments", 128);
  const lease = flags.has("lease") ? leaseId(flags.get("lease") as string) : undefined;
  if (flags.has("lease") && lease === undefined)
    return t.fail(`bad lease ID (strconv.ParseInt: parsing "${flags.get("lease")}": invalid syntax), expecting ID in Hex`, 128);
  const reply = await t.ask("/v3/kv/put", {
    key: b64(args[0] as string),
    value: b64(value),
    ...(lease !== undefined && { lease }),
    ...(t.has("prev-kv") && { prev_kv: true }),
    ...(t.has("ignore-value") && { ignore_value: true }),
    ...(t.has("ignore-lease") && { ignore_lease: true }),
  });
  const wrong = failure(reply);
  if (wrong !== undefined) return t.fail(wrong);
  if (await t.shown(reply)) return 0;
  await t.out("OK\n");
  const old = (reply as Json)["prev_kv"];
  if (old !== undefined) await printPairs(t, [old as Json], {});
  return 0;
}
async function del(t: Tool): Promise<number> {
  if (t.asked.args.length === 0 || t.asked.args.length > 2)
    return t.fail("del command needs one argument as key and an optional argument as range_end", 128);
  const q = range(t);
  if (typeof q === "string") return t.fail(q, 128);
  const reply = await t.ask("/v3/kv/deleterange", { ...q, ...(t.has("prev-kv") && { prev_kv: true }) });
  const wrong = failure(reply);
  if (wrong !== undefined) return t.fail(wrong);
  if (await t.shown(reply)) return 0;
  await t.out(`${String((reply as Json)["deleted"] ?? 0)}\n`);
  await printPairs(t, ((reply as Json)["prev_kvs"] ?? []) as readonly Json[], {});
  return 0;
}
async function watch(t: Tool): Promise<number> {
  if (t.asked.args.length === 0) return t.fail("watch in interactive mode is not simulated by Timonel");
  const q = range(t);
  if (typeof q === "string") return t.fail(q, 128);
  const body = {
    create_request: {
      ...q,
      ...(t.asked.flags.has("rev") && { start_revision: t.asked.flags.get("rev") }),
      ...(t.has("prev-kv") && { prev_kv: true }),
    },
  };
  const wrong = await stream(t.proc, t.endpoints[0] as string, "/v3/watch", body, async ({ result }) => {
    const {
      events = [],
      canceled,
      compact_revision: compacted,
    } = result as { readonly events?: readonly Json[]; readonly canceled?: boolean; readonly compact_revision?: string };
    if (canceled) {
      await t.proc.stderr.write(
        `watch was canceled (etcdserver: mvcc: required revision has been compacted)\nError: watch is canceled by the server${compacted === undefined ? "" : ""}\n`,
      );
      return false;
    }
    if (t.output === "json") {
      if (events.length > 0)
        await t.out(
          `${numbered({ Header: (result as Json)["header"], Events: events, CompactRevision: 0, Canceled: false, Created: false })}\n`,
        );
      return true;
    }
    for (const e of events) {
      const type = String(e["type"] ?? "PUT");
      await t.out(`${type}\n`);
      if (e["prev_kv"] !== undefined) await printPairs(t, [e["prev_kv"] as Json], {});
      await printPairs(t, [e["kv"] as Json], {});
    }
    return true;
  });
  return wrong === undefined ? 1 : t.fail(wrong);
}
async function lease(t: Tool): Promise<number> {
  const [, verb = ""] = t.asked.command.split(" ");
  const [given = ""] = t.asked.args;
  if (verb === "list") {
    const reply = await t.ask("/v3/lease/leases", {});
    const wrong = failure(reply);
    if (wrong !== undefined) return t.fail(wrong);
    if (await t.shown(reply)) return 0;
    const ids = ((reply as Json)["leases"] ?? []) as readonly Json[];
    await t.out(`found ${ids.length} leases\n${ids.map((l) => `${lease16(l["ID"])}\n`).join("")}`);
    return 0;
  }
  if (given === "") return t.fail(`lease ${verb} command needs ${verb === "grant" ? "TTL" : "lease ID"} as argument`, 128);
  if (verb === "grant") {
    if (!/^\d+$/.test(given)) return t.fail(`bad TTL (strconv.ParseInt: parsing "${given}": invalid syntax)`, 128);
    const reply = await t.ask("/v3/lease/grant", { TTL: given });
    const wrong = failure(reply);
    if (wrong !== undefined) return t.fail(`failed to grant lease (${wrong})`);
    if (t.output === "json") {
      const { header, ...rest } = reply as Json;
      await t.out(`${numbered({ ...(header as Json), ...rest, Error: "" })}\n`);
    } else await t.out(`lease ${lease16((reply as Json)["ID"])} granted with TTL(${String((reply as Json)["TTL"])}s)\n`);
    return 0;
  }
  const id = leaseId(given);
  if (id === undefined) return t.fail(`bad lease ID (strconv.ParseInt: parsing "${given}": invalid syntax), expecting ID in Hex`, 128);
  if (verb === "revoke") {
    const wrong = failure(await t.ask("/v3/lease/revoke", { ID: id }));
    if (wrong !== undefined) return t.fail(`failed to revoke lease (${wrong})`);
    await t.out(`lease ${lease16(id)} revoked\n`);
    return 0;
  }
  if (verb === "timetolive") {
    const reply = await t.ask("/v3/lease/timetolive", { ID: id, keys: t.has("keys") });
    const wrong = failure(reply);
    if (wrong !== undefined) return t.fail(wrong);
    const {
      TTL,
      grantedTTL,
      keys = [],
    } = reply as { readonly TTL?: string; readonly grantedTTL?: string; readonly keys?: readonly string[] };
    if (TTL === "-1") await t.out(`lease ${lease16(id)} already expired\n`);
    else
      await t.out(
        `lease ${lease16(id)} granted with TTL(${grantedTTL}s), remaining(${TTL ?? 0}s)${t.has("keys") ? `, attached keys([${keys.map(plain).join(" ")}])` : ""}\n`,
      );
    return 0;
  }
  for (;;) {
    const reply = await t.ask("/v3/lease/keepalive", { ID: id });
    const wrong = failure(reply);
    if (wrong !== undefined) return t.fail(wrong);
    const ttl = Number(((reply as Json)["result"] as Json)["TTL"] ?? 0);
    if (ttl === 0) {
      await t.out(`lease ${lease16(id)} expired or revoked.\n`);
      return 0;
    }
    await t.out(`lease ${lease16(id)} keepalived with TTL(${ttl})\n`);
    if (t.has("once")) return 0;
    await t.proc.clock.sleep((ttl / 3) * 1000);
  }
}
async function members(t: Tool): Promise<number> {
  const reply = await t.ask("/v3/cluster/member/list", {});
  const wrong = failure(reply);
  if (wrong !== undefined) return t.fail(wrong);
  if (t.output === "json") return (await t.out(`${numbered(reply)}\n`), 0);
  const rows = ((reply as Json)["members"] as readonly Json[]).map((m) => [
    hexId(m["ID"]),
    "started",
    String(m["name"]),
    (m["peerURLs"] as readonly string[]).join(","),
    (m["clientURLs"] as readonly string[]).join(","),
    "false",
  ]);
  if (t.output === "table") await t.out(table(["ID", "STATUS", "NAME", "PEER ADDRS", "CLIENT ADDRS", "IS LEARNER"], rows));
  else await t.out(rows.map((r) => `${r.join(", ")}\n`).join(""));
  return 0;
}
async function endpoint(t: Tool): Promise<number> {
  const [, verb] = t.asked.command.split(" ");
  const path = verb === "health" ? "/v3/kv/range" : verb === "status" ? "/v3/maintenance/status" : "/v3/maintenance/hash";
  const rows: string[][] = [];
  const bodies: Json[] = [];
  let failed = false;
  for (const at of t.endpoints) {
    const from = t.proc.clock.now();
    const got = await call(t.proc, at, path, verb === "health" ? { key: b64("health") } : {}, t.timeout);
    const took = goDuration(t.proc.clock.now() - from);
    if (!("ok" in got)) {
      failed = true;
      const text = "silent" in got ? got.silent : got.refused;
      await t.warn(at, text);
      if (verb === "health") {
        rows.push([at, "false", took, "context deadline exceeded"]);
        bodies.push({ endpoint: at, health: false, took, error: "context deadline exceeded" });
        if (t.output === "simple") await t.out(`${at} is unhealthy: failed to commit proposal: context deadline exceeded\n`);
      } else await t.proc.stderr.write(`Failed to get the status of endpoint ${at} (context deadline exceeded)\n`);
      continue;
    }
    const { ok } = got;
    if (verb === "health") {
      rows.push([at, "true", took, ""]);
      bodies.push({ endpoint: at, health: true, took });
      if (t.output === "simple") await t.out(`${at} is healthy: successfully committed proposal: took = ${took}\n`);
    } else if (verb === "status") {
      const id = hexId((ok["header"] as Json)["member_id"]);
      const leader = ok["leader"] === (ok["header"] as Json)["member_id"];
      rows.push([
        at,
        id,
        String(ok["version"]),
        humanize(Number(ok["dbSize"])),
        String(leader),
        "false",
        String(ok["raftTerm"]),
        String(ok["raftIndex"]),
        String(ok["raftAppliedIndex"]),
        "",
      ]);
      bodies.push({ Endpoint: at, Status: ok });
      if (t.output === "simple") await t.out(`${(rows.at(-1) as string[]).join(", ")}\n`);
    } else await t.out(`${at}, ${String(ok["hash"])}\n`);
  }
  if (t.output === "json") await t.out(`${numbered(bodies)}\n`);
  if (t.output === "table")
    await t.out(
      verb === "health"
        ? table(["ENDPOINT", "HEALTH", "TOOK", "ERROR"], rows)
        : table(
            ["ENDPOINT", "ID", "VERSION", "DB SIZE", "IS LEADER", "IS LEARNER", "RAFT TERM", "RAFT INDEX", "RAFT APPLIED INDEX", "ERRORS"],
            rows,
          ),
    );
  return failed ? (verb === "health" ? t.fail("unhealthy cluster") : 1) : 0;
}
async function snapshot(t: Tool): Promise<number> {
  const [, verb] = t.asked.command.split(" ");
  const [path] = t.asked.args;
  if (path === undefined || t.asked.args.length > 1) return t.fail(`snapshot ${verb} expects one argument`, 128);
  if (verb !== "save") {
    if (minor(t.version) >= 6) return t.fail(`unknown command "${verb}" for "etcdctl snapshot"`);
    if (minor(t.version) === 5) await t.proc.stderr.write(`Deprecated: Use \`etcdutl snapshot ${verb}\` instead.\n\n`);
    return verb === "status" ? status(t.proc, path, t.output) : restore(t.proc, path, t.asked.flags);
  }
  if (t.endpoints.length > 1)
    return t.fail("snapshot must be requested to one selected node, not multiple " + `[${t.endpoints.join(" ")}]`, 128);
  const [at] = t.endpoints as [string];
  const line = (caller: string, msg: string, about: Json = {}, client = false): Promise<void> =>
    t.proc.stderr.write(
      `${JSON.stringify({ level: "info", ts: isoTime(t.proc.clock.now()), ...(client && { logger: "client" }), caller, msg, ...about })}\n`,
    );
  const from = t.proc.clock.now();
  try {
    save(t.proc, `${path}.part`, "");
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return t.fail(`could not open ${path}.part (open ${path}.part: ${error.message.toLowerCase()})`);
  }
  await line("snapshot/v3_snapshot.go:65", "created temporary db file", { path: `${path}.part` });
  const got = await call(t.proc, at, "/v3/maintenance/snapshot", {}, t.timeout);
  if (!("ok" in got)) {
    await t.warn(at, "silent" in got ? got.silent : got.refused);
    t.proc.fs.unlink(`${path}.part`);
    return t.fail("silent" in got ? "context deadline exceeded" : got.refused);
  }
  await line(`v3@v${t.version}/maintenance.go:212`, "opened snapshot stream; downloading", {}, true);
  await line("snapshot/v3_snapshot.go:73", "fetching snapshot", { endpoint: at });
  const raw = base64Decode(String((got.ok["result"] as Json)["blob"]));
  const text = typeof raw === "number" ? "" : toBinary(raw);
  await line(`v3@v${t.version}/maintenance.go:220`, "completed snapshot read; closing", {}, true);
  try {
    save(t.proc, `${path}.part`, text);
    t.proc.fs.rename(`${path}.part`, path);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return t.fail(`could not write ${path}.part: ${error.message.toLowerCase()}`);
  }
  await line("snapshot/v3_snapshot.go:88", "fetched snapshot", {
    endpoint: at,
    size: humanize(text.length),
    took: goDuration(t.proc.clock.now() - from),
  });
  await line("snapshot/v3_snapshot.go:97", "saved", { path });
  await t.out(`Snapshot saved at ${path}\n`);
  return 0;
}
async function simple(t: Tool): Promise<number> {
  const { command, args } = t.asked;
  if (command === "compaction") {
    const [revision] = args;
    if (revision === undefined) return t.fail("compaction command needs 1 argument", 128);
    if (!/^\d+$/.test(revision)) return t.fail(`strconv.ParseInt: parsing "${revision}": invalid syntax`);
    const wrong = failure(await t.ask("/v3/kv/compaction", { revision }));
    if (wrong !== undefined) return t.fail(wrong);
    await t.out(`compacted revision ${revision}\n`);
  } else if (command === "defrag") {
    for (const at of t.endpoints) {
      const got = await call(t.proc, at, "/v3/maintenance/defragment", {}, t.timeout);
      if (!("ok" in got)) return t.fail(`Failed to defragment etcd member[${at}] (context deadline exceeded)`);
      await t.out(`Finished defragmenting etcd member[${at}]\n`);
    }
  } else if (command === "alarm list") {
    const wrong = failure(await t.ask("/v3/maintenance/alarm", {}));
    if (wrong !== undefined) return t.fail(wrong);
  }
  return 0;
}
const compareOf = (line: string): Json | undefined => {
  const [, what, key, sign, value] = /^\s*(\w+)\("([^"]*)"\)\s*([=<>]|!=)\s*"?([^"]*)"?\s*$/.exec(line) ?? [];
  const target = {
    ver: "VERSION",
    version: "VERSION",
    c: "CREATE",
    create: "CREATE",
    m: "MOD",
    mod: "MOD",
    val: "VALUE",
    value: "VALUE",
    lease: "LEASE",
  }[what ?? ""];
  if (target === undefined) return undefined;
  const field = { VERSION: "version", CREATE: "create_revision", MOD: "mod_revision", VALUE: "value", LEASE: "lease" }[target] as string;
  return {
    key: b64(key as string),
    target,
    result: { "=": "EQUAL", "<": "LESS", ">": "GREATER", "!=": "NOT_EQUAL" }[sign as "="],
    [field]: target === "VALUE" ? b64(value as string) : value,
  };
};
function operationOf(line: string): Json | undefined {
  const [verb, ...given] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? (m[2] as string));
  const prefix = given.includes("--prefix");
  const [key = "", value = ""] = given.filter((w) => !w.startsWith("--"));
  const span = { key: b64(key), ...(prefix && { range_end: prefixEnd(key) }) };
  if (verb === "put") return { request_put: { key: b64(key), value: b64(value) } };
  if (verb === "get") return { request_range: span };
  return verb === "del" ? { request_delete_range: span } : undefined;
}
/** Three parts with an empty line after each: comparisons, what to do then, what to do else. */
async function txn(t: Tool): Promise<number> {
  const lines = (await all(t.proc)).split("\n");
  const parts: string[][] = [[], [], []];
  let at = 0;
  for (const line of lines) {
    if (line.trim() === "") at++;
    else parts[Math.min(at, 2)]?.push(line);
  }
  const compare = (parts[0] as string[]).map(compareOf);
  const [success, orElse] = [parts[1], parts[2]].map((p) => (p as string[]).map(operationOf)) as [
    (Json | undefined)[],
    (Json | undefined)[],
  ];
  if (compare.includes(undefined)) return t.fail(`malformed comparison: ${(parts[0] as string[])[compare.indexOf(undefined)]}`, 128);
  if (success.includes(undefined) || orElse.includes(undefined)) return t.fail("malformed txn", 128);
  const reply = await t.ask("/v3/kv/txn", { compare, success, failure: orElse });
  const wrong = failure(reply);
  if (wrong !== undefined) return t.fail(wrong);
  if (await t.shown(reply)) return 0;
  await t.out((reply as Json)["succeeded"] === true ? "SUCCESS\n" : "FAILURE\n");
  for (const r of ((reply as Json)["responses"] ?? []) as readonly Json[]) {
    await t.out("\n");
    if (r["response_put"]) await t.out("OK\n");
    else if (r["response_delete_range"]) await t.out(`${String((r["response_delete_range"] as Json)["deleted"] ?? 0)}\n`);
    else await printPairs(t, ((r["response_range"] as Json)["kvs"] ?? []) as readonly Json[], {});
  }
  return 0;
}

const COMMANDS: Readonly<Record<string, (t: Tool) => Promise<number>>> = {
  get,
  put,
  del,
  watch,
  txn,
  compaction: simple,
  defrag: simple,
  "alarm list": simple,
  "member list": members,
};

export const etcdctl: Program = async (proc) => {
  await proc.cpu(12);
  const version = versionOf(proc);
  const asked = readCommand(proc, "etcdctl", proc.argv.slice(1));
  if ("error" in asked) {
    await (asked.code === 0 ? proc.stdout : proc.stderr).write(asked.error);
    return asked.code;
  }
  if (proc.env["ETCDCTL_API"] === "2") {
    await proc.stderr.write("Error: API v2 is not simulated by Timonel\n");
    return 1;
  }
  if (asked.command === "version") {
    await proc.stdout.write(`etcdctl version: ${version}\nAPI version: 3.${minor(version)}\n`);
    return 0;
  }
  const t = new Tool(proc, asked, version);
  if (!/^(simple|json|fields|table)$/.test(t.output)) return t.fail(`${t.output} is not supported as output format here`, 128);
  const [group] = asked.command.split(" ");
  const run = COMMANDS[asked.command] ?? { lease, endpoint, snapshot }[group as "lease"];
  return run ? run(t) : 1;
};

/** What works on files: no server is asked. */
export const etcdutl: Program = async (proc) => {
  await proc.cpu(12);
  const version = versionOf(proc);
  const asked = readCommand(proc, "etcdutl", proc.argv.slice(1));
  if ("error" in asked) {
    await (asked.code === 0 ? proc.stdout : proc.stderr).write(asked.error);
    return asked.code;
  }
  const [path] = asked.args;
  if (asked.command === "version") {
    await proc.stdout.write(`etcdutl version: ${version}\nAPI version: 3.${minor(version)}\n`);
    return 0;
  }
  if (asked.command === "snapshot status" && path !== undefined) return status(proc, path, asked.flags.get("write-out") ?? "simple");
  if (asked.command === "snapshot restore" && path !== undefined) return restore(proc, path, asked.flags);
  await proc.stderr.write(`Error: unknown command "${asked.command}" for "etcdutl"\n`);
  return 1;
};
