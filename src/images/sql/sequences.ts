import type { ColumnDef, Expr, SequenceDef } from "./ast.ts";
import type { Context } from "./context.ts";
import { databaseOf, type Of } from "./define.ts";
import { SqlError } from "./errors.ts";
import { searched } from "./from.ts";
import type { Database } from "./store.ts";
import type { Table } from "./table.ts";
import { BIGINT, TEXT } from "./values.ts";

type Sequence = NonNullable<Table["shape"]["sequence"]>;

/** A sequence by its name as nextval() is given it: perhaps with its schema, perhaps quoted. */
export function findSequence(
  ctx: Context,
  given: string,
): { readonly database: Database; readonly table: Table; readonly sequence: Sequence } {
  const database = databaseOf(ctx, undefined);
  const [, schema, raw = given] = /^(?:("?)public\1\.)?(.*)$/s.exec(given) ?? [];
  const name = raw.startsWith('"') ? raw.slice(1, -1) : raw.toLowerCase();
  const table = schema === undefined && !searched(ctx) ? undefined : database.tables.get(name);
  if (!table) throw new SqlError(0, "42P01", `relation "${given}" does not exist`);
  const { sequence } = table.shape;
  if (!sequence) throw new SqlError(0, "42809", `"${name}" is not a sequence`);
  return { database, table, sequence };
}

export function nextval(ctx: Context, given: string): number {
  const { database, table, sequence } = findSequence(ctx, given);
  ctx.mayUse(table, "next");
  const n = table.auto;
  ctx.store.setAuto(ctx.tx, database.name, table, n + sequence.increment);
  ctx.session.sequences = { ...ctx.session.sequences, [table.name]: n, "": n };
  return n;
}
export function currval(ctx: Context, given: string | undefined): number {
  if (given === undefined) {
    const last = ctx.session.sequences?.[""];
    if (last === undefined) throw new SqlError(0, "55000", "lastval is not yet defined in this session");
    return last;
  }
  const { table } = findSequence(ctx, given);
  ctx.mayUse(table, "read");
  const n = ctx.session.sequences?.[table.name];
  if (n === undefined) throw new SqlError(0, "55000", `currval of sequence "${table.name}" is not yet defined in this session`);
  return n;
}
export function setval(ctx: Context, given: string, n: number, called: boolean): number {
  const { database, table, sequence } = findSequence(ctx, given);
  ctx.mayUse(table, "set");
  ctx.store.setAuto(ctx.tx, database.name, table, called ? n + sequence.increment : n);
  if (called) ctx.session.sequences = { ...ctx.session.sequences, [table.name]: n };
  return n;
}

function make(ctx: Context, database: Database, name: string, def: SequenceDef): Table {
  const { increment = 1, start = increment > 0 ? 1 : -1, owned } = def;
  if (increment === 0) throw new SqlError(0, "22023", "INCREMENT must not be zero");
  const sequence = { start, increment, ...(owned && owned !== "none" && { owned }) };
  const table = ctx.store.createTable(ctx.tx, database, name, {
    columns: [],
    indexes: [],
    foreign: [],
    checks: [],
    options: {},
    owner: ctx.session.user,
    created: ctx.now,
    sequence,
  });
  ctx.store.setAuto(ctx.tx, database.name, table, start);
  return table;
}
export function createSequence(ctx: Context, s: Of<"create sequence">): void {
  const database = databaseOf(ctx, undefined);
  if (s.name.database === undefined && !searched(ctx)) throw new SqlError(0, "3F000", "no schema has been selected to create in");
  if (database.tables.has(s.name.name)) {
    if (!s.quietly) throw ctx.words.tableExists(s.name.name);
    ctx.warnings.push({ level: "Note", code: 0, message: `relation "${s.name.name}" already exists, skipping` });
    return;
  }
  make(ctx, database, s.name.name, s.def);
}
export function alterSequence(ctx: Context, s: Of<"alter sequence">): void {
  const { name } = s.name;
  if (s.quietly && !databaseOf(ctx, undefined).tables.has(name)) {
    ctx.warnings.push({ level: "Note", code: 0, message: `relation "${name}" does not exist, skipping` });
    return;
  }
  const { database, table, sequence } = findSequence(ctx, s.name.database === undefined ? name : `public.${name}`);
  const { start = sequence.start, increment = sequence.increment, owned, restart } = s.def;
  const { owned: _, ...rest } = sequence;
  const kept = owned === undefined ? sequence.owned : owned === "none" ? undefined : owned;
  if (owned && owned !== "none" && (database.tables.get(owned.table)?.position(owned.column) ?? -1) < 0)
    throw new SqlError(0, "42P01", `relation "${owned.table}" does not exist`);
  const next = { ...rest, start, increment, ...(kept && { owned: kept }) };
  if (s.def.owner !== undefined && !ctx.store.users.some((u) => u.user === s.def.owner))
    throw new SqlError(0, "42704", `role "${s.def.owner}" does not exist`);
  ctx.store.reshape(ctx.tx, database, table, { ...table.shape, sequence: next, owner: s.def.owner ?? table.shape.owner });
  if (restart !== undefined) ctx.store.setAuto(ctx.tx, database.name, table, restart === "start" ? start : restart);
  else if (increment !== sequence.increment && table.auto !== sequence.start)
    ctx.store.setAuto(ctx.tx, database.name, table, table.auto - sequence.increment + increment);
}
export function dropSequences(ctx: Context, s: Of<"drop sequence">): void {
  const database = databaseOf(ctx, undefined);
  for (const { name } of s.names) {
    const table = database.tables.get(name);
    if (!table) {
      if (!s.quietly) throw new SqlError(0, "42P01", `sequence "${name}" does not exist`);
      ctx.warnings.push({ level: "Note", code: 0, message: `sequence "${name}" does not exist, skipping` });
      continue;
    }
    if (!table.shape.sequence) throw new SqlError(0, "42809", `"${name}" is not a sequence`);
    const users = [...database.tables.values()].flatMap((t) => t.shape.columns.flatMap((c) => (usesSequence(c, name) ? [{ t, c }] : [])));
    if (users.length > 0 && !s.cascade)
      throw new SqlError(0, "2BP01", `cannot drop sequence ${name} because other objects depend on it`, {
        detail: users.map(({ t, c }) => `default value for column ${c.name} of table ${t.name} depends on sequence ${name}`).join("\n"),
        hint: "Use DROP ... CASCADE to drop the dependent objects too.",
      });
    for (const { t, c } of users) {
      ctx.warnings.push({ level: "Note", code: 0, message: `drop cascades to default value for column ${c.name} of table ${t.name}` });
      const columns = t.shape.columns.map((x) => (x === c ? { ...x, default: undefined, defaultText: undefined } : x));
      ctx.store.reshape(ctx.tx, database, t, { ...t.shape, columns });
    }
    ctx.store.dropTable(ctx.tx, database, table);
  }
}

/** nextval('users_id_seq'::regclass) */
export const nextOf = (name: string): { readonly default: Expr; readonly defaultText: string } => ({
  default: {
    kind: "call",
    name: "nextval",
    args: [{ kind: "literal", value: `public."${name}"`, type: TEXT, quoted: true, at: 0 }],
    distinct: false,
    at: 0,
  },
  defaultText: `nextval('${name}'::regclass)`,
});
/** Of which sequence a default is the next value. */
export function sequenceOf(of: Expr | undefined): string | undefined {
  if (of?.kind !== "call" || of.name !== "nextval") return undefined;
  const [arg] = of.args;
  const literal = arg?.kind === "cast" ? arg.of : arg;
  return literal?.kind === "literal" && typeof literal.value === "string"
    ? literal.value.replace(/^"?public"?\./, "").replace(/^"(.*)"$/, "$1")
    : undefined;
}
const usesSequence = (c: ColumnDef, name: string): boolean => sequenceOf(c.default) === name;

/** PostgreSQL: a SERIAL or identity column is one with a sequence of its own. */
export function withSequence(ctx: Context, database: Database, table: string, column: ColumnDef): ColumnDef {
  if (!ctx.pg || !column.auto) return column;
  const base = `${table}_${column.name}_seq`;
  let name = base;
  for (let n = 1; database.tables.has(name); n++) name = `${base}${n}`;
  make(ctx, database, name, { owned: { table, column: column.name } });
  return { ...column, auto: false, nullable: false, ...nextOf(name), ...(column.type.name === "text" && { type: BIGINT }) };
}
export const ownedBy = (database: Database, table: string, column?: string): readonly Table[] =>
  [...database.tables.values()].filter(
    ({ shape: { sequence } }) => sequence?.owned?.table === table && (column === undefined || sequence.owned.column === column),
  );
