import { base64Decode } from "../../machinery/index.ts";
import type { Json } from "./remote.ts";

const decoder = new TextDecoder();
export function plain(base64: unknown): string {
  if (typeof base64 !== "string") return "";
  const bytes = base64Decode(base64);
  return typeof bytes === "number" ? "" : decoder.decode(bytes);
}
/** The gateway's JSON as etcdctl's: numbers are numbers. */
export const numbered = (json: unknown): string =>
  JSON.stringify(json).replace(
    /"(cluster_id|member_id|revision|raft_term|create_revision|mod_revision|version|lease|count|deleted|ID|TTL|grantedTTL|dbSize|leader|raftIndex|raftTerm|raftAppliedIndex|dbSizeInUse|compact_revision)":"(-?\d+)"/g,
    '"$1":$2',
  );
export const hexId = (decimal: unknown): string => BigInt(String(decimal ?? 0)).toString(16);

/** A table as tablewriter draws it: heads in the middle, cells to the right. */
export function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = heads.map((h, i) => Math.max(h.length, ...rows.map((r) => (r[i] ?? "").length)));
  const rule = `+${widths.map((w) => "-".repeat(w + 2)).join("+")}+\n`;
  const head = heads.map((h, i) => {
    const space = (widths[i] as number) - h.length;
    return ` ${" ".repeat(Math.floor(space / 2))}${h}${" ".repeat(Math.ceil(space / 2))} `;
  });
  const lines = rows.map((r) => `|${r.map((c, i) => ` ${c.padStart(widths[i] as number)} `).join("|")}|\n`);
  return `${rule}|${head.join("|")}|\n${rule}${lines.join("")}${rule}`;
}
/** -w fields. */
export function fields(json: Json): string {
  const {
    header = {},
    kvs = [],
    count,
    more,
  } = json as { readonly header?: Json; readonly kvs?: readonly Json[]; readonly count?: string; readonly more?: boolean };
  const lines = [
    `"ClusterID" : ${String(header["cluster_id"] ?? 0)}`,
    `"MemberID" : ${String(header["member_id"] ?? 0)}`,
    `"Revision" : ${String(header["revision"] ?? 0)}`,
    `"RaftTerm" : ${String(header["raft_term"] ?? 0)}`,
  ];
  for (const kv of kvs)
    lines.push(
      `"Key" : ${JSON.stringify(plain(kv["key"]))}`,
      `"CreateRevision" : ${String(kv["create_revision"] ?? 0)}`,
      `"ModRevision" : ${String(kv["mod_revision"] ?? 0)}`,
      `"Version" : ${String(kv["version"] ?? 0)}`,
      `"Value" : ${JSON.stringify(plain(kv["value"]))}`,
      `"Lease" : ${String(kv["lease"] ?? 0)}`,
    );
  lines.push(`"More" : ${more === true}`, `"Count" : ${count ?? 0}`);
  return `${lines.join("\n")}\n`;
}
