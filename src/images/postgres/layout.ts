import { timestampText } from "../sql/convert.ts";
import type { Layout } from "../sql/disk.ts";

export const layoutOf = (data: string): Layout => ({
  databases: `${data}/base`,
  folder: (_, number) => `${data}/base/${number}`,
  mark: "PG_VERSION.json",
  table: (name) => [name],
  log: `${data}/pg_wal/000000010000000000000001`,
  users: `${data}/global/1260`,
});

/** "2026-01-02 03:04:05.678 UTC" */
export function logTime(ms: number): string {
  const [whole = "", fraction = ""] = timestampText(ms, true).split(".");
  return `${whole}.${fraction.slice(0, 3).padEnd(3, "0")} UTC`;
}
