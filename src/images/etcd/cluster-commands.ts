import { base64Decode, base64Text } from "../../machinery/index.ts";
import { Errno } from "../../runtime/index.ts";
import { toBinary } from "../database/binary.ts";
import { isoTime } from "../times.ts";
import { hexId, numbered, plain, table } from "./print.ts";
import { call, type Json } from "./remote.ts";
import { restore, save, status } from "./snapshot.ts";
import { failure, lease16, leaseId, type Tool } from "./tool.ts";
import { goDuration, humanize, minor } from "./version.ts";

export async function lease(t: Tool): Promise<number> {
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
export async function members(t: Tool): Promise<number> {
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
export async function endpoint(t: Tool): Promise<number> {
  const [, verb] = t.asked.command.split(" ");
  const path = verb === "health" ? "/v3/kv/range" : verb === "status" ? "/v3/maintenance/status" : "/v3/maintenance/hash";
  const newer = minor(t.version) >= 6;
  const rows: string[][] = [];
  const bodies: Json[] = [];
  let failed = false;
  for (const at of t.endpoints) {
    const from = t.proc.clock.now();
    const got = await call(t, at, path, verb === "health" ? { key: base64Text("health") } : {}, t.timeout);
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
        ...(newer ? [`${minorOf(String(ok["version"]))}.0`] : []),
        humanize(Number(ok["dbSize"])),
        ...(newer ? [humanize(Number(ok["dbSizeInUse"])), unused(ok), "0 B"] : []),
        String(leader),
        "false",
        String(ok["raftTerm"]),
        String(ok["raftIndex"]),
        String(ok["raftAppliedIndex"]),
        "",
        ...(newer ? ["", "false"] : []),
      ]);
      bodies.push({ Endpoint: at, Status: ok });
      if (t.output === "simple") await t.out(`${(rows.at(-1) as string[]).join(", ")}\n`);
    } else await t.out(`${at}, ${String(ok["hash"])}\n`);
  }
  if (t.output === "json") await t.out(`${numbered(bodies)}\n`);
  if (t.output === "table")
    await t.out(verb === "health" ? table(["ENDPOINT", "HEALTH", "TOOK", "ERROR"], rows) : table(newer ? HEADS_36 : HEADS, rows));
  return failed ? (verb === "health" ? t.fail("unhealthy cluster") : 1) : 0;
}
const HEADS = [
  "ENDPOINT",
  "ID",
  "VERSION",
  "DB SIZE",
  "IS LEADER",
  "IS LEARNER",
  "RAFT TERM",
  "RAFT INDEX",
  "RAFT APPLIED INDEX",
  "ERRORS",
];
const HEADS_36 =
  `ENDPOINT,ID,VERSION,STORAGE VERSION,DB SIZE,IN USE,PERCENTAGE NOT IN USE,QUOTA,IS LEADER,IS LEARNER,RAFT TERM,RAFT INDEX,RAFT APPLIED INDEX,ERRORS,DOWNGRADE TARGET VERSION,DOWNGRADE ENABLED`.split(
    ",",
  );
const minorOf = (version: string): string => version.split(".").slice(0, 2).join(".");
const unused = (ok: Json): string => {
  const [size, used] = [Number(ok["dbSize"]), Number(ok["dbSizeInUse"])];
  return `${size > 0 ? Math.floor((1 - used / size) * 100) : 0}%`;
};

export async function snapshot(t: Tool): Promise<number> {
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
  const got = await call(t, at, "/v3/maintenance/snapshot", {}, t.timeout);
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
