import { findTable } from "./from.ts";
import type { Alteration, ColumnDef } from "./ast.ts";
import type { Context } from "./context.ts";
import { pgTypeName, shownRow } from "./convert.ts";
import { checkUniqueIn, constrained, databaseOf, type Of } from "./define.ts";
import { SqlError } from "./errors.ts";
import { checkParents, defaultOf, fitting, type Place } from "./rows.ts";
import { findSequence, nextOf, ownedBy, sequenceOf, withSequence } from "./sequences.ts";
import type { Shape } from "./table.ts";
import { isText, type Row } from "./values.ts";
import { dependents } from "./views.ts";

export function alterTable(ctx: Context, s: Of<"alter table">): void {
  if (s.quietly && !databaseOf(ctx, s.table.database).tables.has(s.table.name)) {
    ctx.warnings.push({ level: "Note", code: 1051, message: `relation "${s.table.name}" does not exist, skipping` });
    return;
  }
  const place: Place = { ctx, ...findTable(ctx, s.table) };
  const { view, sequence } = place.table.shape;
  if ((view || sequence) && !s.changes.every((c) => c.kind === "owner" || c.kind === "rename"))
    throw ctx.words.notSimulated("altering a view or sequence as a table is not simulated by Timonel");
  const under = ctx.pg && s.changes.some((c) => /^(drop|type|rename|rename column)$/.test(c.kind));
  if (under && dependents(place.database, place.table.name).length > 0)
    throw ctx.words.notSimulated("altering a table that a view depends on is not simulated by Timonel");
  for (const change of s.changes) alter(place, change);
}

function positionOf({ ctx, table }: Place, column: string, verb: string): number {
  const i = table.position(column);
  if (i < 0)
    throw ctx.pg
      ? new SqlError(0, "42703", `column "${column}" of relation "${table.name}" does not exist`)
      : verb === "drop"
        ? new SqlError(1091, "42000", `Can't DROP COLUMN \`${column}\`; check that it exists`)
        : new SqlError(1054, "42S22", `Unknown column '${column}' in '${table.name}'`);
  return i;
}

/** Rows of a new shape, in the same transaction. */
function rewrite(place: Place, shape: Shape, row: (old: Row) => Row): void {
  const { ctx, database, table } = place;
  const rows = [...table.visible({ id: ctx.tx.id })].map((slot) => [slot, slot.row] as const);
  const made = rows.map(([slot, old]) => [slot, row(old)] as const);
  for (const [, next] of made)
    for (const [i, c] of shape.columns.entries())
      if (!c.nullable && (next[i] ?? null) === null && ctx.pg)
        throw new SqlError(0, "23502", `column "${c.name}" of relation "${table.name}" contains null values`, {});
  ctx.store.reshape(ctx.tx, database, table, shape);
  for (const [slot, next] of made) ctx.store.write(ctx.tx, database.name, table, slot, next);
}

function alter(place: Place, change: Alteration): void {
  const { ctx, database, table } = place;
  const { shape } = table;
  const set = (next: Shape): void => ctx.store.reshape(ctx.tx, database, table, next);
  switch (change.kind) {
    case "add": {
      if (table.position(change.column.name) >= 0) {
        if (change.quietly) return;
        throw ctx.pg
          ? new SqlError(0, "42701", `column "${change.column.name}" of relation "${table.name}" already exists`)
          : new SqlError(1060, "42S21", `Duplicate column name '${change.column.name}'`);
      }
      const at = change.after === undefined ? shape.columns.length : change.after === "" ? 0 : positionOf(place, change.after, "add") + 1;
      const added = withSequence(ctx, database, table.name, change.column);
      const columns = shape.columns.toSpliced(at, 0, added);
      const wide = constrained(ctx, database, table.name, { ...shape, columns }, change.part);
      ctx.store.reshape(ctx.tx, database, table, { ...shape, columns });
      const filled: Row[] = [...table.visible({ id: ctx.tx.id })].map(({ row }) =>
        row.toSpliced(at, 0, defaultOf(place, at) ?? (ctx.pg ? null : zeroOf(change.column))),
      );
      ctx.store.reshape(ctx.tx, database, table, shape);
      let n = 0;
      return rewrite(place, wide, () => filled[n++] as Row);
    }
    case "drop": {
      if (change.quietly && table.position(change.column) < 0) return;
      const at = positionOf(place, change.column, "drop");
      const name = (shape.columns[at] as ColumnDef).name;
      for (const owned of ownedBy(database, table.name, name)) ctx.store.dropTable(ctx.tx, database, owned);
      const without = <T extends { readonly columns: readonly string[] }>(list: readonly T[]): readonly T[] =>
        list.filter((x) => !x.columns.includes(name));
      return rewrite(
        place,
        {
          ...shape,
          columns: shape.columns.toSpliced(at, 1),
          indexes: without(shape.indexes),
          foreign: without(shape.foreign),
          checks: shape.checks.filter((c) => c.column !== name),
        },
        (row) => row.toSpliced(at, 1),
      );
    }
    case "change":
    case "type": {
      const at = positionOf(place, change.column, "change");
      const old = shape.columns[at] as ColumnDef;
      if (change.kind === "type" && ctx.pg && !change.using && isText(old.type) && !isText(change.type))
        throw new SqlError(0, "42804", `column "${old.name}" cannot be cast automatically to type ${pgTypeName(change.type, false)}`, {
          hint: `You might need to specify "USING ${old.name}::${pgTypeName(change.type, false)}".`,
        });
      const column: ColumnDef =
        change.kind === "type"
          ? { ...old, type: change.type }
          : {
              ...change.to,
              nullable: change.to.nullable && !shape.indexes.some((i) => i.kind === "primary" && i.columns.includes(old.name)),
            };
      const next = renamed({ ...shape, columns: shape.columns.with(at, column) }, old.name, column.name);
      const rows = [...table.visible({ id: ctx.tx.id })].map(({ row }) => row);
      ctx.store.reshape(ctx.tx, database, table, next);
      const made = rows.map((row, n) => row.with(at, fitting(place, at, row[at] ?? null, n + 1)));
      ctx.store.reshape(ctx.tx, database, table, shape);
      let n = 0;
      return rewrite(place, next, () => made[n++] as Row);
    }
    case "rename column": {
      const at = positionOf(place, change.column, "rename");
      const old = shape.columns[at] as ColumnDef;
      return set(renamed({ ...shape, columns: shape.columns.with(at, { ...old, name: change.to }) }, old.name, change.to));
    }
    case "rename":
      if (database.tables.has(change.to)) throw ctx.words.tableExists(change.to);
      return ctx.store.rename(ctx.tx, database, table, change.to);
    case "constraint": {
      const next = constrained(ctx, database, table.name, shape, change.part);
      for (const index of next.indexes) if (!shape.indexes.includes(index) && index.kind !== "index") checkUniqueIn(ctx, table, index);
      set(next);
      for (const { row } of table.visible({ id: ctx.tx.id })) {
        checkParents(place, row);
        for (const c of next.columns)
          if (!c.nullable && row[table.position(c.name)] === null) throw ctx.words.notNull(table.name, c.name, shownRow(row, next.columns));
      }
      return;
    }
    case "drop key": {
      const { name, what } = change;
      const indexes = shape.indexes.filter((i) => !(what === "primary" ? i.kind === "primary" : what !== "foreign" && i.name === name));
      const foreign = shape.foreign.filter((f) => !((what === "foreign" || what === "constraint") && f.name === name));
      const checks = shape.checks.filter((c) => !(what === "constraint" && c.name === name));
      if (indexes.length + foreign.length + checks.length === shape.indexes.length + shape.foreign.length + shape.checks.length)
        throw ctx.pg
          ? new SqlError(0, "42704", `constraint "${name}" of relation "${table.name}" does not exist`)
          : new SqlError(
              1091,
              "42000",
              `Can't DROP ${what === "foreign" ? "FOREIGN KEY" : what === "constraint" ? "CONSTRAINT" : "INDEX"} \`${name}\`; check that it exists`,
            );
      return set({ ...shape, indexes, foreign, checks });
    }
    case "identity": {
      const at = positionOf(place, change.column, "alter");
      const old = shape.columns[at] as ColumnDef;
      const made = withSequence(ctx, database, table.name, { ...old, auto: true, identity: change.how });
      const name = sequenceOf(made.default) as string;
      if (change.sequence !== undefined && change.sequence !== name) {
        const sequence = database.tables.get(name);
        if (sequence) ctx.store.rename(ctx.tx, database, sequence, change.sequence);
      }
      return set({ ...shape, columns: shape.columns.with(at, { ...made, ...nextOf(change.sequence ?? name) }) });
    }
    case "default": {
      const at = positionOf(place, change.column, "alter");
      const sequence = ctx.pg ? sequenceOf(change.to) : undefined;
      if (sequence !== undefined) {
        findSequence(ctx, `public."${sequence}"`);
        return set({ ...shape, columns: shape.columns.with(at, { ...(shape.columns[at] as ColumnDef), ...nextOf(sequence) }) });
      }
      return set({
        ...shape,
        columns: shape.columns.with(at, { ...(shape.columns[at] as ColumnDef), default: change.to, defaultText: change.text }),
      });
    }
    case "nullable": {
      const at = positionOf(place, change.column, "alter");
      return rewrite(
        place,
        { ...shape, columns: shape.columns.with(at, { ...(shape.columns[at] as ColumnDef), nullable: change.nullable }) },
        (row) => row,
      );
    }
    case "auto":
      return ctx.store.setAuto(ctx.tx, database.name, table, change.value);
    case "keys":
      ctx.warnings.push({
        level: "Note",
        code: 1031,
        message: `Storage engine InnoDB of the table \`${database.name}\`.\`${table.name}\` doesn't have this option`,
      });
      return;
    case "owner":
      if (!ctx.store.users.some((u) => u.user === change.to)) throw new SqlError(0, "42704", `role "${change.to}" does not exist`);
      for (const owned of ownedBy(database, table.name)) ctx.store.reshape(ctx.tx, database, owned, { ...owned.shape, owner: change.to });
      return set({ ...shape, owner: change.to });
  }
}

function zeroOf(column: ColumnDef): Row[number] {
  if (column.nullable) return null;
  return /int|decimal|float|double|year/.test(column.type.name) ? 0 : "";
}

function renamed(shape: Shape, from: string, to: string): Shape {
  if (from === to) return shape;
  const names = (list: readonly string[]): readonly string[] => list.map((c) => (c === from ? to : c));
  return {
    ...shape,
    indexes: shape.indexes.map((i) => ({ ...i, columns: names(i.columns) })),
    foreign: shape.foreign.map((f) => ({ ...f, columns: names(f.columns) })),
  };
}
