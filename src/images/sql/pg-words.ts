import { SqlError, type Words } from "./errors.ts";

const names = (columns: readonly string[]): string => columns.join(", ");
const failing = (row: readonly string[]): string => `Failing row contains (${row.join(", ")}).`;

/** PostgreSQL: ereport's words and SQLSTATEs. */
export const pgWords: Words = {
  notSimulated: (what) => new SqlError(0, "0A000", what),
  unknownColumn: (name, table, clause, at) =>
    new SqlError(
      0,
      "42703",
      clause.startsWith("relation ")
        ? `column "${name}" of ${clause} does not exist`
        : table === undefined
          ? `column "${name}" does not exist`
          : `column ${table}.${name} does not exist`,
      { at },
    ),
  ambiguousColumn: (name, _clause, at) => new SqlError(0, "42702", `column reference "${name}" is ambiguous`, { at }),
  unknownTable: (database, name, at) =>
    new SqlError(0, "42P01", `relation "${database === "" || database === "public" ? "" : `${database}.`}${name}" does not exist`, { at }),
  unknownDatabase: (name) => new SqlError(0, "3D000", `database "${name}" does not exist`),
  noDatabase: () => new SqlError(0, "3D000", "no database selected"),
  tableExists: (name) => new SqlError(0, "42P07", `relation "${name}" already exists`),
  databaseExists: (name) => new SqlError(0, "42P04", `database "${name}" already exists`),
  unknownFunction: (name, types, at) =>
    new SqlError(0, "42883", `function ${name}(${types.join(", ")}) does not exist`, {
      at,
      hint: "No function matches the given name and argument types. You might need to add explicit type casts.",
    }),
  duplicateKey: (_table, key, columns, values) =>
    new SqlError(0, "23505", `duplicate key value violates unique constraint "${key}"`, {
      detail: `Key (${names(columns)})=(${values.join(", ")}) already exists.`,
    }),
  notNull: (table, column, row) =>
    new SqlError(0, "23502", `null value in column "${column}" of relation "${table}" violates not-null constraint`, {
      detail: failing(row),
    }),
  noDefault: (column) => new SqlError(0, "23502", `null value in column "${column}" violates not-null constraint`),
  tooLong: (_column, size, type) => new SqlError(0, "22001", `value too long for type ${type}(${size})`),
  outOfRange: (_column, type) => new SqlError(0, "22003", `${type} out of range`),
  badValue: (type, value, _column, _row, at) =>
    new SqlError(0, /date|time/.test(type) ? "22007" : "22P02", `invalid input syntax for type ${type}: "${value}"`, { at }),
  columnCount: (_row, more, at) =>
    new SqlError(0, "42601", more ? "INSERT has more expressions than target columns" : "INSERT has more target columns than expressions", {
      at,
    }),
  foreignMissing: (f) =>
    new SqlError(0, "23503", `insert or update on table "${f.table}" violates foreign key constraint "${f.name}"`, {
      detail: `Key (${names(f.columns)})=(${f.values.join(", ")}) is not present in table "${f.parent}".`,
    }),
  foreignInUse: (f) =>
    new SqlError(0, "23503", `update or delete on table "${f.parent}" violates foreign key constraint "${f.name}" on table "${f.table}"`, {
      detail: `Key (${names(f.references)})=(${f.values.join(", ")}) is still referenced from table "${f.table}".`,
    }),
  checkFailed: (table, name, _database, row) =>
    new SqlError(0, "23514", `new row for relation "${table}" violates check constraint "${name}"`, { detail: failing(row) }),
  notGrouped: (column, _position, at) =>
    new SqlError(0, "42803", `column "${column}" must appear in the GROUP BY clause or be used in an aggregate function`, { at }),
  subqueryRows: () => new SqlError(0, "21000", "more than one row returned by a subquery used as an expression"),
  subqueryColumns: (at) => new SqlError(0, "42601", "subquery must return only one column", { at }),
};
