import type { Random } from "../../sim/index.ts";
import { alterTable } from "./alter.ts";
import type { Statement } from "./ast.ts";
import type { Context, Rows, SessionState, Warning } from "./context.ts";
import { NotSimulated, ParseError } from "./cursor.ts";
import { createIndex, createTable, databaseOf, dropIndex, dropTables, truncate } from "./define.ts";
import { SqlError, type Words } from "./errors.ts";
import { UnknownType } from "./parse-type.ts";
import { parseStatement } from "./parse.ts";
import { runSelect } from "./select.ts";
import type { Store, Transaction } from "./store.ts";
import { insert, remove, update } from "./write.ts";

/** What a statement came to. */
export interface Outcome {
  readonly rows?: Rows;
  readonly affected: number;
  readonly info?: string;
  readonly insertId?: number;
  /** PostgreSQL's command tag. */
  readonly tag: string;
  readonly warnings: readonly Warning[];
  /** Milliseconds that it took on purpose. */
  readonly sleep: number;
  /** Rows looked at: what it cost. */
  readonly steps: number;
  readonly copy?: Statement & { readonly kind: "copy" };
}

type Part = Partial<Omit<Outcome, "warnings" | "sleep" | "steps">>;

/** What the two servers have apart from the language. */
export interface Dialect {
  readonly pg: boolean;
  readonly words: Words;
  readonly version: string;
  readonly hostname: string;
  readonly random: Random;
  readonly now: () => number;
  readonly setting: (session: SessionState, name: string) => string | undefined;
  readonly virtual: (ctx: Context, database: string | undefined, name: string) => Rows | undefined;
  /** SHOW, SET, users and databases; undefined: it is none of its own. */
  readonly own: (ctx: Context, statement: Statement) => Part | undefined;
  /** Whether the user may. Throws SqlError. */
  readonly authorize: (ctx: Context, statement: Statement) => void;
  readonly syntaxError: (sql: string, error: ParseError) => SqlError;
  readonly unknownType: (name: string, at: number) => SqlError;
}

const DDL = new Set<Statement["kind"]>([
  "create table",
  "drop table",
  "alter table",
  "rename table",
  "truncate",
  "create index",
  "drop index",
  "create database",
  "drop database",
  "create user",
  "drop user",
  "grant",
  "set password",
]);

const TAGS: Readonly<Partial<Record<Statement["kind"], string>>> = {
  "create table": "CREATE TABLE",
  "drop table": "DROP TABLE",
  "alter table": "ALTER TABLE",
  truncate: "TRUNCATE TABLE",
  "create index": "CREATE INDEX",
  "drop index": "DROP INDEX",
  begin: "BEGIN",
  commit: "COMMIT",
  rollback: "ROLLBACK",
};

/** One connection's work: its transaction and what it has set. */
export class SqlSession {
  readonly id: number;
  readonly state: SessionState;
  readonly #store: Store;
  readonly #dialect: Dialect;
  #tx: Transaction | undefined;
  /** PostgreSQL: an error has spoilt the transaction. */
  failed = false;

  constructor(id: number, store: Store, dialect: Dialect, state: SessionState) {
    this.id = id;
    this.#store = store;
    this.#dialect = dialect;
    this.state = state;
  }
  get inTransaction(): boolean {
    return this.#tx !== undefined;
  }
  get transaction(): number | undefined {
    return this.#tx?.id;
  }
  close(): void {
    if (this.#tx) this.#store.rollback(this.#tx);
    this.#tx = undefined;
  }

  parse(sql: string): Statement | undefined {
    try {
      return parseStatement(sql, this.#dialect.pg);
    } catch (error) {
      if (error instanceof ParseError) throw this.#dialect.syntaxError(sql, error);
      if (error instanceof UnknownType) throw this.#dialect.unknownType(error.message, error.at);
      if (error instanceof NotSimulated) throw this.#dialect.words.notSimulated(error.message);
      throw error;
    }
  }

  /** Throws SqlError, and LockWait when it has to be tried again. */
  run(statement: Statement): Outcome {
    const { pg } = this.#dialect;
    if (pg && this.failed && !/^(commit|rollback)$/.test(statement.kind))
      throw new SqlError(0, "25P02", "current transaction is aborted, commands ignored until end of transaction block");
    const control = this.#control(statement);
    if (control) return { affected: 0, sleep: 0, steps: 0, tag: control.tag, warnings: control.warnings };
    if (!pg && DDL.has(statement.kind)) this.#finish();
    const autocommit = pg || (this.#dialect.setting(this.state, "autocommit") ?? "ON") === "ON";
    if (!this.#tx && !autocommit && !DDL.has(statement.kind)) this.#tx = this.#store.begin(true);
    const tx = this.#tx ?? this.#store.begin(false);
    const [undo, changes] = [tx.undo.length, tx.changes.length];
    const ctx = this.#context(tx);
    try {
      this.#dialect.authorize(ctx, statement);
      const part = this.#dialect.own(ctx, statement) ?? this.#execute(ctx, statement);
      if (!(statement.kind === "show" && /^(warnings|errors)$/.test(statement.what))) this.state.warnings = ctx.warnings;
      this.state.rowCount = part.rows && !part.affected ? -1 : (part.affected ?? 0);
      if (tx !== this.#tx) this.#store.commit(tx);
      return {
        affected: 0,
        tag: TAGS[statement.kind] ?? statement.kind.toUpperCase(),
        ...part,
        warnings: ctx.warnings,
        sleep: ctx.sleep,
        steps: ctx.steps,
      };
    } catch (error) {
      this.#store.undo(tx, undo, changes);
      if (tx !== this.#tx) this.#store.rollback(tx);
      else if (pg && error instanceof SqlError) this.failed = true;
      if (error instanceof SqlError && !pg)
        this.state.warnings = [...ctx.warnings, { level: "Error", code: error.code, message: error.message }];
      throw error;
    }
  }
  /** After a deadlock or a lost wait: what the session had open is undone. */
  abort(): void {
    if (!this.#tx) return;
    if (this.#dialect.pg) this.failed = true;
    else {
      this.#store.rollback(this.#tx);
      this.#tx = undefined;
    }
  }

  #context(tx: Transaction): Context {
    const { pg, words, version, hostname, random, now, setting, virtual } = this.#dialect;
    const ctx: Context = {
      pg,
      words,
      version,
      hostname,
      random,
      store: this.#store,
      tx,
      session: this.state,
      now: now(),
      connection: this.id,
      setting: (name) => setting(this.state, name),
      virtual: (database, name) => virtual(ctx, database, name),
      steps: 0,
      sleep: 0,
      warnings: [],
    };
    return ctx;
  }
  #finish(): void {
    if (this.#tx) this.#store.commit(this.#tx);
    this.#tx = undefined;
    this.failed = false;
  }

  #control(s: Statement): { readonly tag: string; readonly warnings: readonly Warning[] } | undefined {
    const { pg } = this.#dialect;
    const warned = (message: string): readonly Warning[] => (pg ? [{ level: "Warning", code: 0, message }] : []);
    switch (s.kind) {
      case "begin": {
        if (pg && this.#tx) return { tag: "BEGIN", warnings: warned("there is already a transaction in progress") };
        this.#finish();
        this.#tx = this.#store.begin(true);
        return { tag: "BEGIN", warnings: [] };
      }
      case "commit": {
        const open = this.#tx !== undefined;
        if (this.failed) {
          if (this.#tx) this.#store.rollback(this.#tx);
          this.#tx = undefined;
          this.failed = false;
          return { tag: "ROLLBACK", warnings: [] };
        }
        this.#finish();
        return { tag: "COMMIT", warnings: open ? [] : warned("there is no transaction in progress") };
      }
      case "rollback": {
        if (s.to !== undefined) {
          const at = this.#tx?.savepoints.findLastIndex((p) => p.name === s.to) ?? -1;
          const point = this.#tx?.savepoints[at];
          if (!this.#tx || !point)
            throw pg
              ? new SqlError(0, "3B001", `savepoint "${s.to}" does not exist`)
              : new SqlError(1305, "42000", `SAVEPOINT ${s.to} does not exist`);
          this.#store.undo(this.#tx, point.undo, point.changes);
          this.#tx.savepoints.length = at + 1;
          this.failed = false;
          return { tag: "ROLLBACK", warnings: [] };
        }
        const open = this.#tx !== undefined;
        if (this.#tx) this.#store.rollback(this.#tx);
        this.#tx = undefined;
        this.failed = false;
        return { tag: "ROLLBACK", warnings: open ? [] : warned("there is no transaction in progress") };
      }
      case "savepoint": {
        const tx = this.#tx;
        if (!tx) {
          if (pg) throw new SqlError(0, "25P01", `${s.release ? "RELEASE SAVEPOINT" : "SAVEPOINT"} can only be used in transaction blocks`);
          return { tag: "SAVEPOINT", warnings: [] };
        }
        if (!s.release) tx.savepoints.push({ name: s.name, undo: tx.undo.length, changes: tx.changes.length });
        else
          tx.savepoints.length = Math.max(
            0,
            tx.savepoints.findLastIndex((p) => p.name === s.name),
          );
        return { tag: s.release ? "RELEASE" : "SAVEPOINT", warnings: [] };
      }
      default:
        return undefined;
    }
  }

  #execute(ctx: Context, s: Statement): Part {
    switch (s.kind) {
      case "select": {
        const rows = runSelect(ctx, s);
        return { rows, affected: 0, tag: `SELECT ${rows.rows.length}` };
      }
      case "insert": {
        const done = insert(ctx, s);
        return { ...done, tag: `INSERT 0 ${done.affected}` };
      }
      case "update": {
        const done = update(ctx, s);
        return { ...done, tag: `UPDATE ${done.affected}` };
      }
      case "delete": {
        const done = remove(ctx, s);
        return { ...done, tag: `DELETE ${done.affected}` };
      }
      case "create table": {
        const { affected } = createTable(ctx, s);
        return { affected, ...(s.as && { tag: `SELECT ${affected}`, info: `Records: ${affected}  Duplicates: 0  Warnings: 0` }) };
      }
      case "drop table":
        dropTables(ctx, s);
        return {};
      case "truncate":
        truncate(ctx, s);
        return {};
      case "create index":
        createIndex(ctx, s);
        return { info: "Records: 0  Duplicates: 0  Warnings: 0" };
      case "drop index":
        dropIndex(ctx, s);
        return { info: "Records: 0  Duplicates: 0  Warnings: 0" };
      case "alter table":
        alterTable(ctx, s);
        return s.changes.every((c) => c.kind === "rename") ? {} : { info: "Records: 0  Duplicates: 0  Warnings: 0" };
      case "rename table":
        for (const [from, to] of s.pairs) {
          const database = databaseOf(ctx, from.database);
          const table = database.tables.get(from.name);
          if (!table) throw ctx.words.unknownTable(database.name, from.name, from.at);
          if (database.tables.has(to.name)) throw ctx.words.tableExists(to.name);
          ctx.store.rename(ctx.tx, database, table, to.name);
        }
        return {};
      case "copy":
        return { copy: s, tag: "COPY" };
      case "nothing":
        return { tag: s.tag };
      case "explain":
        throw ctx.words.notSimulated("EXPLAIN is not simulated by Timonel");
      default:
        throw ctx.words.notSimulated(`${s.kind.toUpperCase()} is not simulated by Timonel`);
    }
  }
}
