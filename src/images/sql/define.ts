import type { ForeignDef, Statement, TableDef } from "./ast.ts";
import type { Context } from "./context.ts";
import { SqlError } from "./errors.ts";
import { findTable, searched } from "./from.ts";
import { unchecked } from "./rows.ts";
import { runSelect } from "./select.ts";
import { ownedBy, withSequence } from "./sequences.ts";
import type { Database } from "./store.ts";
import type { Check, Foreign, Index, Shape, Table } from "./table.ts";
import { textOf } from "./values.ts";
import { mindViews, plainColumn } from "./views.ts";

export type Of<K extends Statement["kind"]> = Statement & { readonly kind: K };

export function databaseOf(ctx: Context, name: string | undefined): Database {
  const where = ctx.pg ? ctx.session.database : (name ?? ctx.session.database);
  if (where === "") throw ctx.words.noDatabase();
  const database = ctx.store.databases.get(where);
  if (!database) throw ctx.words.unknownDatabase(where);
  return database;
}

/** A name that nothing of the kind has yet: name, name1, name2. */
function free(base: string, taken: (name: string) => boolean, from = ""): string {
  if (!taken(base + from)) return base + from;
  for (let n = from === "" ? 1 : Number(from) + 1; ; n++)
    if (!taken(base + (from === "" ? (n === 1 ? "1" : String(n)) : String(n)))) return base + String(n);
}

const indexNames = (database: Database): Set<string> =>
  new Set([...database.tables.values()].flatMap((t) => [t.name, ...t.shape.indexes.map((i) => i.name)]));

/** Constraints to a shape that may have some already. */
export function constrained(
  ctx: Context,
  database: Database,
  name: string,
  shape: Shape,
  part: Pick<TableDef, "keys" | "foreign" | "checks">,
): Shape {
  let columns = shape.columns;
  const indexes: Index[] = [...shape.indexes];
  const foreign: Foreign[] = [...shape.foreign];
  const checks: Check[] = [...shape.checks];
  const known = indexNames(database);
  const has = (column: string): boolean => columns.some((c) => c.name.toLowerCase() === column.toLowerCase());
  for (const key of part.keys) {
    for (const column of key.columns)
      if (!has(column))
        throw ctx.pg
          ? new SqlError(0, "42703", `column "${column}" named in key does not exist`)
          : new SqlError(1072, "42000", `Key column '${column}' doesn't exist in table`);
    if (key.kind === "primary") {
      if (indexes.some((i) => i.kind === "primary"))
        throw ctx.pg
          ? new SqlError(0, "42P16", `multiple primary keys for table "${name}" are not allowed`)
          : new SqlError(1068, "42000", "Multiple primary key defined");
      columns = columns.map((c) => (key.columns.some((k) => k.toLowerCase() === c.name.toLowerCase()) ? { ...c, nullable: false } : c));
      indexes.unshift({ kind: "primary", name: ctx.pg ? (key.name ?? `${name}_pkey`) : "PRIMARY", columns: key.columns });
      continue;
    }
    const first = key.columns[0] as string;
    const base = ctx.pg ? `${name}_${key.columns.join("_")}_${key.kind === "unique" ? "key" : "idx"}` : first;
    const taken = (n: string): boolean =>
      ctx.pg ? known.has(n) || indexes.some((i) => i.name === n) : indexes.some((i) => i.name.toLowerCase() === n.toLowerCase());
    const chosen = key.name ?? (ctx.pg ? free(base, taken) : taken(base) ? free(`${base}_`, taken, "2") : base);
    if (key.name !== undefined && taken(key.name))
      throw ctx.pg ? ctx.words.tableExists(key.name) : new SqlError(1061, "42000", `Duplicate key name '${key.name}'`);
    indexes.push({ kind: key.kind, name: chosen, columns: key.columns });
  }
  for (const f of part.foreign) foreign.push(reference(ctx, database, name, { ...shape, columns, indexes }, f, foreign, indexes));
  for (const check of part.checks) {
    const taken = (n: string): boolean => checks.some((c) => c.name === n);
    const chosen =
      check.name ??
      (ctx.pg
        ? free(`${name}_${check.column === undefined ? "" : `${check.column}_`}check`, taken)
        : (check.column ?? free("CONSTRAINT_", taken, "1")));
    checks.push({ ...check, name: chosen });
  }
  return { ...shape, columns, indexes, foreign, checks };
}

function reference(
  ctx: Context,
  database: Database,
  name: string,
  shape: Shape,
  f: ForeignDef,
  foreign: readonly Foreign[],
  indexes: Index[],
): Foreign {
  const parent = f.table === name ? shape : database.tables.get(f.table)?.shape;
  const fail = (): never => {
    throw new SqlError(
      1005,
      "HY000",
      `Can't create table \`${database.name}\`.\`${name}\` (errno: 150 "Foreign key constraint is incorrectly formed")`,
    );
  };
  if (!parent) {
    // The table of a dump that is still to come.
    if (unchecked(ctx) && f.references.length > 0)
      return { ...f, name: f.name ?? free(`${name}_ibfk_`, (n) => foreign.some((x) => x.name === n), "1") };
    if (ctx.pg) throw ctx.words.unknownTable("", f.table, -1);
    return fail();
  }
  const references = f.references.length > 0 ? f.references : (parent.indexes.find((i) => i.kind === "primary")?.columns ?? []);
  const unique = parent.indexes.some(
    (i) =>
      (i.kind !== "index" || !ctx.pg) &&
      i.columns.length === references.length &&
      i.columns.every((c) => references.some((r) => r.toLowerCase() === c.toLowerCase())),
  );
  if (!unique) {
    if (ctx.pg) throw new SqlError(0, "42830", `there is no unique constraint matching given keys for referenced table "${f.table}"`);
    return fail();
  }
  const taken = (n: string): boolean => foreign.some((x) => x.name === n);
  const chosen = f.name ?? (ctx.pg ? free(`${name}_${f.columns.join("_")}_fkey`, taken) : free(`${name}_ibfk_`, taken, "1"));
  // InnoDB makes the index that a foreign key needs.
  if (!ctx.pg && !indexes.some((i) => i.columns[0]?.toLowerCase() === f.columns[0]?.toLowerCase()))
    indexes.push({ kind: "index", name: f.name ?? (f.columns[0] as string), columns: f.columns });
  return { ...f, references, name: chosen };
}

export function createTable(ctx: Context, s: Of<"create table">): { readonly affected: number } {
  const database = databaseOf(ctx, s.table.database);
  const { name } = s.table;
  if (database.tables.has(name)) {
    const error = ctx.words.tableExists(name);
    if (!s.quietly) throw error;
    ctx.warnings.push({ level: "Note", code: 1050, message: ctx.pg ? `${error.message}, skipping` : error.message });
    return { affected: 0 };
  }
  if (ctx.pg && s.table.database === undefined && !searched(ctx))
    throw new SqlError(0, "3F000", "no schema has been selected to create in");
  const empty: Shape = {
    columns: s.def.columns,
    indexes: [],
    foreign: [],
    checks: [],
    options: s.def.options,
    owner: ctx.session.user,
    created: ctx.now,
  };
  if (s.like) {
    const { shape } = findTable(ctx, s.like).table;
    ctx.store.createTable(ctx.tx, database, name, { ...shape, foreign: [], created: ctx.now });
    return { affected: 0 };
  }
  if (s.as) {
    const { fields, rows } = runSelect(ctx, s.as);
    const columns = fields.map((f) => plainColumn(f.name, f.type));
    const table = ctx.store.createTable(ctx.tx, database, name, { ...empty, columns });
    for (const row of rows) ctx.store.write(ctx.tx, database.name, table, table.add(), row);
    return { affected: rows.length };
  }
  const seen = new Set<string>();
  for (const c of s.def.columns) {
    if (seen.has(c.name.toLowerCase()))
      throw ctx.pg
        ? new SqlError(0, "42701", `column "${c.name}" specified more than once`)
        : new SqlError(1060, "42S21", `Duplicate column name '${c.name}'`);
    seen.add(c.name.toLowerCase());
    if (!ctx.pg && c.type.name === "varchar" && c.type.size === undefined)
      throw new SqlError(1064, "42000", "You have an error in your SQL syntax; VARCHAR needs a length");
  }
  engineOf(ctx, s.def);
  const columns = s.def.columns.map((c) => withSequence(ctx, database, name, c));
  const shape = constrained(ctx, database, name, { ...empty, columns }, s.def);
  if (!ctx.pg && s.def.columns.some((c) => c.auto && !shape.indexes.some((i) => i.columns[0]?.toLowerCase() === c.name.toLowerCase())))
    throw new SqlError(1075, "42000", "Incorrect table definition; there can be only one auto column and it must be defined as a key");
  const table = ctx.store.createTable(ctx.tx, database, name, shape);
  const start = Number(s.def.options["auto_increment"]);
  if (start > 1) ctx.store.setAuto(ctx.tx, database.name, table, start);
  return { affected: 0 };
}

/** Every table is one of InnoDB's. */
function engineOf(ctx: Context, { options }: TableDef): void {
  const engine = options["engine"];
  if (ctx.pg || engine === undefined || /^innodb$/i.test(engine)) return;
  if (/^(myisam|memory|heap|csv|archive|aria|merge|blackhole|federated|ndb|ndbcluster)$/i.test(engine))
    throw ctx.words.notSimulated(`the storage engine ${engine} is not simulated by Timonel`);
  throw new SqlError(1286, "42000", `Unknown storage engine '${engine}'`);
}

export function dropTables(ctx: Context, s: Of<"drop table">): void {
  const missing: string[] = [];
  for (const t of s.tables) {
    const database = databaseOf(ctx, t.database);
    const table = database.tables.get(t.name);
    if (!table) {
      missing.push(ctx.pg ? t.name : `${database.name}.${t.name}`);
      if (ctx.pg && !s.quietly) throw new SqlError(0, "42P01", `table "${t.name}" does not exist`);
      ctx.warnings.push({
        level: "Note",
        code: 1051,
        message: ctx.pg ? `table "${t.name}" does not exist, skipping` : `Unknown table '${database.name}.${t.name}'`,
      });
      continue;
    }
    const { view, sequence } = table.shape;
    if (view || sequence) {
      if (!ctx.pg) {
        if (!s.quietly) throw new SqlError(1965, "42S02", `'${database.name}.${t.name}' is a view`);
        ctx.warnings.push({ level: "Note", code: 1965, message: `'${database.name}.${t.name}' is a view` });
        continue;
      }
      throw new SqlError(0, "42809", `"${t.name}" is not a table`, {
        hint: `Use DROP ${view ? "VIEW" : "SEQUENCE"} to remove a ${view ? "view" : "sequence"}.`,
      });
    }
    mindViews(ctx, database, t.name, "table", s.cascade, s.tables);
    for (const child of unchecked(ctx) ? [] : database.tables.values()) {
      const keys = child.shape.foreign.filter((f) => f.table === t.name);
      if (child === table || keys.length === 0 || s.tables.some((o) => o.name === child.name)) continue;
      const [f] = keys as [Foreign];
      if (!ctx.pg) throw new SqlError(1451, "23000", "Cannot delete or update a parent row: a foreign key constraint fails");
      const what = `constraint ${f.name} on table ${child.name}`;
      if (!s.cascade)
        throw new SqlError(0, "2BP01", `cannot drop table ${t.name} because other objects depend on it`, {
          detail: `${what} depends on table ${t.name}`,
          hint: "Use DROP ... CASCADE to drop the dependent objects too.",
        });
      ctx.warnings.push({ level: "Note", code: 0, message: `drop cascades to ${what}` });
      ctx.store.reshape(ctx.tx, database, child, { ...child.shape, foreign: child.shape.foreign.filter((x) => x.table !== t.name) });
    }
    for (const owned of ownedBy(database, t.name)) ctx.store.dropTable(ctx.tx, database, owned);
    ctx.store.dropTable(ctx.tx, database, table);
  }
  if (missing.length > 0 && !s.quietly && !ctx.pg) throw new SqlError(1051, "42S02", `Unknown table '${missing.join(",")}'`);
}

export function truncate(ctx: Context, s: Of<"truncate">): void {
  for (const t of s.tables) {
    const { database, table } = findTable(ctx, t);
    const child = [...database.tables.values()].find(
      (c) => c !== table && c.shape.foreign.some((f) => f.table === table.name) && !s.tables.some((o) => o.name === c.name),
    );
    if (table.shape.view || table.shape.sequence) throw new SqlError(0, "42809", `"${table.name}" is not a table`);
    if (child && !s.cascade && !unchecked(ctx)) {
      const f = child.shape.foreign.find((x) => x.table === table.name) as Foreign;
      if (ctx.pg)
        throw new SqlError(0, "0A000", "cannot truncate a table referenced in a foreign key constraint", {
          detail: `Table "${child.name}" references "${table.name}".`,
          hint: `Truncate table "${child.name}" at the same time, or use TRUNCATE ... CASCADE.`,
        });
      throw new SqlError(
        1701,
        "42000",
        `Cannot truncate a table referenced in a foreign key constraint (\`${database.name}\`.\`${child.name}\`, CONSTRAINT \`${f.name}\` FOREIGN KEY (\`${f.columns.join("`, `")}\`) REFERENCES \`${database.name}\`.\`${table.name}\` (\`${f.references.join("`, `")}\`))`,
      );
    }
    for (const slot of [...table.visible({ id: ctx.tx.id })]) ctx.store.write(ctx.tx, database.name, table, slot, null);
    if (!ctx.pg) ctx.store.setAuto(ctx.tx, database.name, table, 1);
    else if (s.restart)
      for (const owned of ownedBy(database, table.name)) ctx.store.setAuto(ctx.tx, database.name, owned, owned.shape.sequence?.start ?? 1);
    if (child && s.cascade) truncate(ctx, { ...s, tables: [{ database: undefined, name: child.name, at: 0 }] });
  }
}

export function createIndex(ctx: Context, s: Of<"create index">): void {
  const { database, table } = findTable(ctx, s.table);
  if (s.quietly && s.name !== undefined && table.shape.indexes.some((i) => i.name === s.name)) {
    ctx.warnings.push({
      level: "Note",
      code: 1061,
      message: ctx.pg ? `relation "${s.name}" already exists, skipping` : `Duplicate key name '${s.name}'`,
    });
    return;
  }
  const shape = constrained(ctx, database, table.name, table.shape, {
    keys: [{ kind: s.unique ? "unique" : "index", name: s.name, columns: s.columns }],
    foreign: [],
    checks: [],
  });
  if (s.unique) checkUniqueIn(ctx, table, shape.indexes.at(-1) as Index);
  ctx.store.reshape(ctx.tx, database, table, shape);
}

export function checkUniqueIn(ctx: Context, table: Table, index: Index): void {
  const seen = new Set<string>();
  for (const { row } of table.visible({ id: ctx.tx.id })) {
    const key = table.keyText(index.columns, row);
    if (key === undefined) continue;
    if (!seen.has(key)) {
      seen.add(key);
      continue;
    }
    const values = index.columns.map((c) => textOf(row[table.position(c)] ?? null, ctx.pg));
    if (ctx.pg)
      throw new SqlError(0, "23505", `could not create unique index "${index.name}"`, {
        detail: `Key (${index.columns.join(", ")})=(${values.join(", ")}) is duplicated.`,
      });
    throw ctx.words.duplicateKey(table.name, index.name, index.columns, values);
  }
}

export function dropIndex(ctx: Context, s: Of<"drop index">): void {
  const database = databaseOf(ctx, s.table?.database);
  for (const table of database.tables.values()) {
    if (s.table && table.name !== s.table.name) continue;
    const index = table.shape.indexes.find((i) => i.name === s.name);
    if (!index) continue;
    if (ctx.pg && index.kind === "primary")
      throw new SqlError(0, "2BP01", `cannot drop index ${s.name} because constraint ${s.name} on table ${table.name} requires it`, {
        hint: `You can drop constraint ${s.name} on table ${table.name} instead.`,
      });
    return ctx.store.reshape(ctx.tx, database, table, { ...table.shape, indexes: table.shape.indexes.filter((i) => i !== index) });
  }
  if (s.quietly) return;
  throw ctx.pg
    ? new SqlError(0, "42704", `index "${s.name}" does not exist`)
    : new SqlError(1091, "42000", `Can't DROP INDEX \`${s.name}\`; check that it exists`);
}
