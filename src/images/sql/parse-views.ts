import type { SequenceDef, Statement } from "./ast.ts";
import { type Cursor, NotSimulated } from "./cursor.ts";
import { account } from "./parse-accounts.ts";
import { parseSelect } from "./parse-select.ts";
import { tableName } from "./parse-table.ts";

/** MySQL's words between CREATE and VIEW; what they ask for is what a view is here anyway. */
export function viewWords(c: Cursor): void {
  const mark = c.mark();
  if (c.takes("algorithm")) {
    c.wantsOp("=");
    c.next();
  }
  if (c.takes("definer")) {
    c.wantsOp("=");
    account(c);
  }
  if (c.takes("sql", "security") && !c.takes("definer")) throw new NotSimulated("SQL SECURITY INVOKER is not simulated by Timonel");
  if (!c.sees("view")) c.reset(mark);
}

export function createView(c: Cursor, replace: boolean): Statement {
  const quietly = !c.pg && c.takes("if", "not", "exists");
  const table = tableName(c);
  const columns = c.seesOp("(") ? c.inParens(() => c.name()) : [];
  if (c.sees("with")) throw new NotSimulated("options of views are not simulated by Timonel");
  c.wants("as");
  const from = c.token.at;
  const select = parseSelect(c);
  const text = c.sql.slice(from, c.last.end);
  if (c.sees("with")) throw new NotSimulated("WITH CHECK OPTION is not simulated by Timonel");
  return { kind: "create view", table, columns, select, text, textAt: from, replace, quietly };
}

/** CREATE and ALTER SEQUENCE. */
export function sequence(c: Cursor, kind: "create sequence" | "alter sequence"): Statement {
  const quietly = kind === "create sequence" ? c.takes("if", "not", "exists") : c.takes("if", "exists");
  const name = tableName(c);
  let def: SequenceDef = {};
  const number = (): number => (c.takesOp("-") ? -c.integer() : c.integer());
  for (;;) {
    if (c.takes("as")) {
      if (!/^(small|big)?int(eger)?$/.test(c.next().lower)) c.fail();
    } else if (c.takes("start")) {
      c.takes("with");
      def = { ...def, start: number() };
    } else if (c.takes("increment")) {
      c.takes("by");
      def = { ...def, increment: number() };
    } else if (c.takes("restart")) {
      const told = c.takes("with") || c.token.kind === "number";
      def = { ...def, restart: told ? number() : "start" };
    } else if (c.takes("owned", "by")) {
      if (c.takes("none")) def = { ...def, owned: "none" };
      else {
        const { database = "", name: last } = tableName(c);
        def = { ...def, owned: c.takesOp(".") ? { table: last, column: c.name() } : { table: database, column: last } };
      }
    } else if (kind === "alter sequence" && c.takes("owner", "to")) def = { ...def, owner: c.name() };
    else if (c.takes("cache")) {
      if (c.integer() !== 1) throw new NotSimulated("sequences with a CACHE are not simulated by Timonel");
    } else if (c.sees("minvalue") || c.sees("maxvalue") || c.sees("cycle") || c.sees("rename"))
      throw new NotSimulated(`sequences with ${c.token.text.toUpperCase()} are not simulated by Timonel`);
    else if (!c.takes("no", "minvalue") && !c.takes("no", "maxvalue") && !c.takes("no", "cycle")) break;
  }
  return { kind, name, quietly, def };
}
