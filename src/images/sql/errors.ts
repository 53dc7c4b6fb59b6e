/** What a statement is refused with, as the real server words it. */
export class SqlError extends Error {
  override readonly name = "SqlError";
  /** MySQL's number; 0 for PostgreSQL. */
  readonly code: number;
  readonly state: string;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** Where in the statement, from 0. */
  readonly at: number | undefined;
  constructor(
    code: number,
    state: string,
    message: string,
    more: { readonly detail?: string; readonly hint?: string; readonly at?: number | undefined } = {},
  ) {
    super(message);
    this.code = code;
    this.state = state;
    this.detail = more.detail;
    this.hint = more.hint;
    this.at = more.at;
  }
}

/** Somebody else's transaction has the row: try again when it has ended. */
export class LockWait extends Error {
  readonly holder: number;
  /** A whole table is locked, which is waited for much longer. */
  readonly table: boolean;
  constructor(holder: number, table = false) {
    super("lock wait");
    this.holder = holder;
    this.table = table;
  }
}

/** The refusals on which both dialects agree in kind, each in its own words. */
export interface Words {
  notSimulated(what: string): SqlError;
  unknownColumn(name: string, table: string | undefined, clause: string, at: number): SqlError;
  ambiguousColumn(name: string, clause: string, at: number): SqlError;
  unknownTable(database: string, name: string, at: number): SqlError;
  unknownDatabase(name: string): SqlError;
  noDatabase(): SqlError;
  tableExists(name: string): SqlError;
  databaseExists(name: string): SqlError;
  unknownFunction(name: string, types: readonly string[], at: number, database: string): SqlError;
  duplicateKey(table: string, key: string, columns: readonly string[], values: readonly string[]): SqlError;
  notNull(table: string, column: string, row: readonly string[]): SqlError;
  noDefault(column: string): SqlError;
  tooLong(column: string, size: number, type: string, row: number): SqlError;
  outOfRange(column: string, type: string, row: number): SqlError;
  badValue(type: string, value: string, column: string, row: number, at: number | undefined): SqlError;
  columnCount(row: number, more: boolean, at: number): SqlError;
  foreignMissing(f: ForeignWords): SqlError;
  foreignInUse(f: ForeignWords): SqlError;
  checkFailed(table: string, name: string, database: string, row: readonly string[]): SqlError;
  notGrouped(column: string, position: number, at: number): SqlError;
  subqueryRows(): SqlError;
  subqueryColumns(at: number): SqlError;
}
export interface ForeignWords {
  readonly database: string;
  readonly table: string;
  readonly name: string;
  readonly columns: readonly string[];
  readonly parent: string;
  readonly references: readonly string[];
  readonly values: readonly string[];
  readonly onDelete: string;
  readonly onUpdate: string;
}
