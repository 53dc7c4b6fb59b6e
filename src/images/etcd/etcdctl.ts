import { base64Text } from "../../machinery/index.ts";
import type { Program } from "../../runtime/index.ts";
import { endpoint, lease, members, snapshot } from "./cluster-commands.ts";
import { readCommand } from "./options.ts";
import { call, type Json, stream } from "./remote.ts";
import { readIfThere } from "../process.ts";
import { numbered } from "./print.ts";
import { restore, status } from "./snapshot.ts";
import { all, failure, leaseId, prefixEnd, printPairs, range, Tool } from "./tool.ts";
import { minor, versionOf } from "./version.ts";

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
    key: base64Text(args[0] as string),
    value: base64Text(value),
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
  const wrong = await stream(t, t.endpoints[0] as string, "/v3/watch", body, async ({ result }) => {
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
      const got = await call(t, at, "/v3/maintenance/defragment", {}, t.timeout);
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
    key: base64Text(key as string),
    target,
    result: { "=": "EQUAL", "<": "LESS", ">": "GREATER", "!=": "NOT_EQUAL" }[sign as "="],
    [field]: target === "VALUE" ? base64Text(value as string) : value,
  };
};
function operationOf(line: string): Json | undefined {
  const [verb, ...given] = [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((m) => m[1] ?? (m[2] as string));
  const prefix = given.includes("--prefix");
  const [key = "", value = ""] = given.filter((w) => !w.startsWith("--"));
  const span = { key: base64Text(key), ...(prefix && { range_end: prefixEnd(key) }) };
  if (verb === "put") return { request_put: { key: base64Text(key), value: base64Text(value) } };
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
  for (const path of [t.tls?.certificate, t.tls?.key, t.tls?.authority])
    if (path !== undefined && readIfThere(proc, path) === undefined) return t.fail(`open ${path}: no such file or directory`);
  if ((t.tls?.certificate === undefined) !== (t.tls?.key === undefined)) return t.fail("KeyFile and CertFile must both be present");
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
