import type { Statement } from "../sql/ast.ts";
import type { Context } from "../sql/context.ts";
import { SqlError } from "../sql/errors.ts";
import type { Outcome } from "../sql/session.ts";
import { type Row, VARCHAR } from "../sql/values.ts";
import type { MysqlServer } from "./server.ts";

/** ANALYZE, CHECK and OPTIMIZE TABLE, FLUSH: accounts are obeyed as they are written, and indexes are made of rows. */
export function maintain(server: MysqlServer, ctx: Context, s: Statement & { readonly kind: "maintenance" }): Partial<Outcome> {
  const find = (name: { readonly database: string | undefined; readonly name: string }) => {
    const database = name.database ?? ctx.session.database;
    if (database === "") throw ctx.words.noDatabase();
    return { full: `${database}.${name.name}`, table: ctx.store.databases.get(database)?.tables.get(name.name) };
  };
  if (s.what === "flush privileges") return {};
  if (s.what === "flush tables") {
    for (const name of s.tables) {
      const { full, table } = find(name);
      if (!table) throw new SqlError(1146, "42S02", `Table '${full}' doesn't exist`);
    }
    server.disk.flush();
    return {};
  }
  const rows = s.tables.flatMap((name): readonly Row[] => {
    const { full, table } = find(name);
    const line = (type: string, text: string): Row => [full, s.what, type, text];
    if (!table) return [line("Error", `Table '${full}' doesn't exist`), line("status", "Operation failed")];
    if (s.what !== "optimize") return [line("status", "OK")];
    server.disk.flush();
    return [line("note", "Table does not support optimize, doing recreate + analyze instead"), line("status", "OK")];
  });
  const fields = ["Table", "Op", "Msg_type", "Msg_text"].map((name) => ({ name, type: VARCHAR }));
  return { rows: { fields, rows }, affected: 0 };
}
