import { SqlError, type ForeignWords, type Words } from "./errors.ts";

const list = (names: readonly string[], quote = "`"): string => names.map((n) => `${quote}${n}${quote}`).join(", ");
const action = (word: string, f: "DELETE" | "UPDATE"): string => (word === "no action" ? "" : ` ON ${f} ${word.toUpperCase()}`);
const constraint = (f: ForeignWords): string =>
  `(\`${f.database}\`.\`${f.table}\`, CONSTRAINT \`${f.name}\` FOREIGN KEY (${list(f.columns)}) REFERENCES \`${f.parent}\` (${list(f.references)})${action(f.onDelete, "DELETE")}${action(f.onUpdate, "UPDATE")})`;

/** MySQL and MariaDB: numbers and texts of sql/share/errmsg. */
export const mysqlWords: Words = {
  notSimulated: (what) => new SqlError(1235, "42000", `This version of MariaDB doesn't yet support '${what}'`),
  unknownColumn: (name, table, clause) =>
    new SqlError(1054, "42S22", `Unknown column '${table === undefined ? "" : `${table}.`}${name}' in '${clause}'`),
  ambiguousColumn: (name, clause) => new SqlError(1052, "23000", `Column '${name}' in ${clause} is ambiguous`),
  unknownTable: (database, name) => new SqlError(1146, "42S02", `Table '${database}.${name}' doesn't exist`),
  unknownDatabase: (name) => new SqlError(1049, "42000", `Unknown database '${name}'`),
  noDatabase: () => new SqlError(1046, "3D000", "No database selected"),
  tableExists: (name) => new SqlError(1050, "42S01", `Table '${name}' already exists`),
  databaseExists: (name) => new SqlError(1007, "HY000", `Can't create database '${name}'; database exists`),
  unknownFunction: (name, _types, _at, database) =>
    new SqlError(1305, "42000", `FUNCTION ${database === "" ? "" : `${database}.`}${name} does not exist`),
  duplicateKey: (_table, key, _columns, values) => new SqlError(1062, "23000", `Duplicate entry '${values.join("-")}' for key '${key}'`),
  notNull: (_table, column) => new SqlError(1048, "23000", `Column '${column}' cannot be null`),
  noDefault: (column) => new SqlError(1364, "HY000", `Field '${column}' doesn't have a default value`),
  tooLong: (column, _size, _type, row) => new SqlError(1406, "22001", `Data too long for column '${column}' at row ${row}`),
  outOfRange: (column, _type, row) => new SqlError(1264, "22003", `Out of range value for column '${column}' at row ${row}`),
  badValue: (type, value, column, row) =>
    new SqlError(/date|time/.test(type) ? 1292 : 1366, "22007", `Incorrect ${type} value: '${value}' for column ${column} at row ${row}`),
  columnCount: (row) => new SqlError(1136, "21S01", `Column count doesn't match value count at row ${row}`),
  foreignMissing: (f) => new SqlError(1452, "23000", `Cannot add or update a child row: a foreign key constraint fails ${constraint(f)}`),
  foreignInUse: (f) => new SqlError(1451, "23000", `Cannot delete or update a parent row: a foreign key constraint fails ${constraint(f)}`),
  checkFailed: (table, name, database) => new SqlError(4025, "23000", `CONSTRAINT \`${name}\` failed for \`${database}\`.\`${table}\``),
  notGrouped: (column, position) =>
    new SqlError(
      1055,
      "42000",
      `Expression #${position} of SELECT list is not in GROUP BY clause and contains nonaggregated column '${column}'`,
    ),
  subqueryRows: () => new SqlError(1242, "21000", "Subquery returns more than 1 row"),
  subqueryColumns: () => new SqlError(1241, "21000", "Operand should contain 1 column(s)"),
};
