import type { ColumnDef, TableName } from "./ast.ts";
import type { Context } from "./context.ts";
import { databaseOf, type Of } from "./define.ts";
import { SqlError } from "./errors.ts";
import { searched } from "./from.ts";
import { tablesOf } from "./locks.ts";
import { runSelect } from "./select.ts";
import type { Database } from "./store.ts";
import type { Shape, Table } from "./table.ts";

export const plainColumn = (name: string, type: ColumnDef["type"]): ColumnDef => ({
  name,
  type,
  nullable: true,
  default: undefined,
  defaultText: undefined,
  auto: false,
  onUpdateNow: false,
  comment: undefined,
  identity: false,
});

export function createView(ctx: Context, s: Of<"create view">): void {
  const database = databaseOf(ctx, s.table.database);
  if (ctx.pg && s.table.database === undefined && !searched(ctx))
    throw new SqlError(0, "3F000", "no schema has been selected to create in");
  const { name } = s.table;
  const old = database.tables.get(name);
  if (old && s.quietly) {
    ctx.warnings.push({ level: "Note", code: 1050, message: `Table '${name}' already exists` });
    return;
  }
  if (old && !s.replace) throw ctx.words.tableExists(name);
  if (old && !old.shape.view)
    throw ctx.pg
      ? new SqlError(0, "42809", `"${name}" is not a view`)
      : new SqlError(1347, "HY000", `'${database.name}.${name}' is not of type 'VIEW'`);
  const { fields } = runSelect(ctx, s.select);
  if (s.columns.length > fields.length || (!ctx.pg && s.columns.length > 0 && s.columns.length !== fields.length))
    throw ctx.pg
      ? new SqlError(0, "42601", "CREATE VIEW specifies more column names than columns")
      : new SqlError(1353, "HY000", "View's SELECT and view's field list have different column counts");
  const columns = fields.map((f, i) => plainColumn(s.columns[i] ?? f.name, f.type));
  const twice = columns.find((c, i) => columns.findIndex((o) => o.name.toLowerCase() === c.name.toLowerCase()) !== i);
  if (twice)
    throw ctx.pg
      ? new SqlError(0, "42701", `column "${twice.name}" specified more than once`)
      : new SqlError(1060, "42S21", `Duplicate column name '${twice.name}'`);
  if (old && ctx.pg) sameColumns(old, columns);
  const shape: Shape = {
    columns,
    indexes: [],
    foreign: [],
    checks: [],
    options: old?.shape.options ?? {},
    owner: old?.shape.owner ?? ctx.session.user,
    created: ctx.now,
    view: ctx.pg ? qualified(database, s) : { select: s.select, text: s.text, full: s.text },
  };
  if (old) ctx.store.reshape(ctx.tx, database, old, shape);
  else ctx.store.createTable(ctx.tx, database, name, shape);
}
/** A view means the tables that it meant when it was made, whatever is searched later. */
function qualified(database: Database, s: Of<"create view">): NonNullable<Shape["view"]> {
  const places: number[] = [];
  const walk = <T>(of: T): T => {
    if (typeof of !== "object" || of === null) return of;
    if (Array.isArray(of)) return of.map(walk) as T;
    const here = of as { readonly kind?: string; readonly name?: string; readonly database?: string; readonly at?: number };
    const made = Object.fromEntries(Object.entries(of).map(([k, v]) => [k, walk(v)]));
    if (here.kind !== "table" || here.database !== undefined || !database.tables.has(here.name ?? "")) return made as T;
    places.push(here.at ?? 0);
    return { ...made, database: "public" } as T;
  };
  const select = walk(s.select);
  let full = s.text;
  for (const at of places.toSorted((a, b) => b - a)) full = `${full.slice(0, at - s.textAt)}public.${full.slice(at - s.textAt)}`;
  return { select, text: s.text, full };
}
function sameColumns(old: Table, columns: readonly ColumnDef[]): void {
  if (columns.length < old.shape.columns.length) throw new SqlError(0, "42P16", "cannot drop columns from view");
  for (const [i, c] of old.shape.columns.entries())
    if (c.name !== columns[i]?.name)
      throw new SqlError(0, "42P16", `cannot change name of view column "${c.name}" to "${columns[i]?.name ?? ""}"`, {
        hint: "Use ALTER VIEW ... RENAME COLUMN ... to change name of view column instead.",
      });
}

/** Views that look at a table or view. */
export const dependents = (database: Database, name: string): readonly Table[] =>
  [...database.tables.values()].filter(
    (t) => t.shape.view && t.name !== name && tablesOf(t.shape.view.select).some((x) => x.name === name),
  );

/** PostgreSQL: nothing goes away under a view, unless the view goes too. */
export function mindViews(
  ctx: Context,
  database: Database,
  name: string,
  what: "table" | "view",
  cascade: boolean,
  going: readonly TableName[],
): void {
  if (!ctx.pg) return;
  const views = dependents(database, name).filter((v) => !going.some((g) => g.name === v.name));
  const [first] = views;
  if (!first) return;
  if (!cascade)
    throw new SqlError(0, "2BP01", `cannot drop ${what} ${name} because other objects depend on it`, {
      detail: views.map((v) => `view ${v.name} depends on ${what} ${name}`).join("\n"),
      hint: "Use DROP ... CASCADE to drop the dependent objects too.",
    });
  for (const view of views) {
    ctx.warnings.push({ level: "Note", code: 0, message: `drop cascades to view ${view.name}` });
    mindViews(ctx, database, view.name, "view", true, going);
    if (database.tables.get(view.name) === view) ctx.store.dropTable(ctx.tx, database, view);
  }
}

export function dropViews(ctx: Context, s: Of<"drop view">): void {
  const missing: string[] = [];
  for (const { database: of, name } of s.tables) {
    const database = databaseOf(ctx, of);
    const view = database.tables.get(name);
    if (!view) {
      if (ctx.pg && !s.quietly) throw new SqlError(0, "42P01", `view "${name}" does not exist`);
      missing.push(`${database.name}.${name}`);
      const message = ctx.pg ? `view "${name}" does not exist, skipping` : `Unknown VIEW: '${database.name}.${name}'`;
      ctx.warnings.push({ level: "Note", code: 4092, message });
      continue;
    }
    if (!view.shape.view)
      throw ctx.pg
        ? new SqlError(0, "42809", `"${name}" is not a view`, { hint: "Use DROP TABLE to remove a table." })
        : new SqlError(1347, "HY000", `'${database.name}.${name}' is not of type 'VIEW'`);
    mindViews(ctx, database, name, "view", s.cascade, s.tables);
    ctx.store.dropTable(ctx.tx, database, view);
  }
  if (missing.length > 0 && !s.quietly) throw new SqlError(4092, "42S02", `Unknown VIEW: '${missing.join(",")}'`);
}
