import type { Random } from "../../sim/index.ts";
import { alterTable } from "./alter.ts";
import type { Isolation, Statement, TxMode } from "./ast.ts";
import type { Context, Rows, SessionState, Warning } from "./context.ts";
import { NotSimulated, ParseError } from "./cursor.ts";
import { createIndex, createTable, databaseOf, dropIndex, dropTables, truncate } from "./define.ts";
import { SqlError, type Words } from "./errors.ts";
import { UnknownType } from "./parse-type.ts";
import { parseStatement } from "./parse.ts";
import { findTable } from "./from.ts";
import { lockTables, minding } from "./locks.ts";
import { DDL, refuseWriting, TAGS } from "./read-only.ts";
import { runSelect } from "./select.ts";
import { alterSequence, createSequence, dropSequences } from "./sequences.ts";
import type { Store, TableLocks, Transaction } from "./store.ts";
import type { Table, View } from "./table.ts";
import { createView, dropViews } from "./views.ts";
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
  readonly mayUse: (ctx: Context, sequence: Table, how: "next" | "read" | "set") => void;
  readonly configure: (ctx: Context, name: string, value: string, local: boolean) => void;
  /** SHOW, SET, users and databases; undefined: it is none of its own. */
  readonly own: (ctx: Context, statement: Statement) => Part | undefined;
  /** Whether the user may. Throws SqlError. */
  readonly authorize: (ctx: Context, statement: Statement) => void;
  readonly syntaxError: (sql: string, error: ParseError) => SqlError;
  readonly unknownType: (name: string, at: number) => SqlError;
}

/** What takes no snapshot. */
const LOOKS_AWAY = new Set<Statement["kind"]>(["set", "show", "set transaction", "maintenance"]);

/** One connection's work: its transaction and what it has set. */
export class SqlSession {
  readonly id: number;
  readonly state: SessionState;
  readonly #store: Store;
  readonly #dialect: Dialect;
  #tx: Transaction | undefined;
  #locks: TableLocks | undefined;
  /** MySQL's SET TRANSACTION: for the next one. */
  #next: TxMode = {};
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
    this.#unlock();
  }
  /** Gives up what LOCK TABLES has taken. */
  #unlock(): void {
    if (!this.#locks) return;
    this.#store.tableLocks.delete(this.#locks);
    this.#store.rollback(this.#locks.tx);
    this.#locks = undefined;
  }
  #setting(name: string): string {
    return this.#dialect.setting(this.state, name)?.toLowerCase().replaceAll("-", " ") ?? "";
  }
  #begin(mode: TxMode): Transaction {
    const { pg } = this.#dialect;
    const isolation = (mode.isolation ??
      this.#next.isolation ??
      this.#setting(pg ? "default_transaction_isolation" : "transaction_isolation")) as Isolation;
    const usual = this.#setting(pg ? "default_transaction_read_only" : "transaction_read_only") === "on";
    const tx = this.#store.begin(true, isolation, mode.readOnly ?? this.#next.readOnly ?? usual);
    this.#next = {};
    if (mode.snapshot && isolation === "repeatable read") tx.past = new Map();
    this.#tx = tx;
    if (pg) this.#say(tx);
    return tx;
  }
  /** PostgreSQL shows what the transaction is like, until it ends. */
  #say(tx: Transaction): void {
    const own = { transaction_isolation: tx.isolation, transaction_read_only: tx.readOnly ? "on" : "off" };
    this.state.settings = { ...this.state.settings, ...own };
    tx.locals[0] ??= () => {
      const { transaction_isolation: _, transaction_read_only: __, ...rest } = this.state.settings;
      this.state.settings = rest;
    };
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
    if (!this.#tx && !autocommit && !DDL.has(statement.kind)) this.#begin({});
    const tx = this.#tx ?? this.#store.begin(false, "read committed", pg && this.#setting("default_transaction_read_only") === "on");
    const [undo, changes] = [tx.undo.length, tx.changes.length];
    const ctx = this.#context(tx, this.#reads(tx, statement));
    try {
      if (tx.readOnly) refuseWriting(ctx, statement);
      this.#dialect.authorize(ctx, statement);
      if (!pg) minding(this.#store, this.#locks, statement, this.state.database);
      const part =
        statement.kind === "lock tables"
          ? this.#lock(ctx, statement)
          : (this.#dialect.own(ctx, statement) ?? this.#execute(ctx, statement));
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

  /** With whose eyes a statement reads: at REPEATABLE READ with those of the transaction's first. */
  #reads(tx: Transaction, statement: Statement): View {
    const { pg } = this.#dialect;
    if (LOOKS_AWAY.has(statement.kind)) return tx;
    tx.used = true;
    // InnoDB: what is going to be changed or locked is read as it is now.
    if (!pg && !(statement.kind === "select" && !statement.lock)) return { id: tx.id };
    if (tx.explicit && tx.isolation === "repeatable read") tx.past ??= new Map();
    return !pg && tx.isolation === "read uncommitted" ? { id: tx.id, dirty: true } : tx;
  }
  #lock(ctx: Context, statement: Statement & { readonly kind: "lock tables" }): Part {
    this.#unlock();
    this.#locks = lockTables(this.#store, statement, (of) => findTable(ctx, { ...of, at: 0 }).table);
    return {};
  }
  #context(tx: Transaction, reads: View): Context {
    const { pg, words, version, hostname, random, now, setting, virtual, mayUse, configure } = this.#dialect;
    const ctx: Context = {
      pg,
      words,
      version,
      hostname,
      random,
      store: this.#store,
      tx,
      reads,
      session: this.state,
      now: now(),
      connection: this.id,
      setting: (name) => setting(this.state, name),
      virtual: (database, name) => virtual(ctx, database, name),
      mayUse: (sequence, how) => mayUse(ctx, sequence, how),
      configure: (name, value, local) => configure(ctx, name, value, local),
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
        this.#unlock();
        this.#begin(s.mode);
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
      case "unlock tables":
        if (this.#locks) this.#finish();
        this.#unlock();
        return { tag: "UNLOCK TABLES", warnings: [] };
      case "set transaction":
        return s.scope === "next" ? { tag: "SET", warnings: this.#mode(s.mode, warned) } : undefined;
      default:
        return undefined;
    }
  }
  #mode(mode: TxMode, warned: (message: string) => readonly Warning[]): readonly Warning[] {
    const tx = this.#tx;
    if (!this.#dialect.pg) {
      if (tx) throw new SqlError(1568, "25001", "Transaction characteristics can't be changed while a transaction is in progress");
      this.#next = mode;
      return [];
    }
    if (!tx) return warned("SET TRANSACTION can only be used in transaction blocks");
    if (tx.used && mode.isolation !== undefined && mode.isolation !== tx.isolation) {
      this.failed = true;
      throw new SqlError(0, "25001", "SET TRANSACTION ISOLATION LEVEL must be called before any query");
    }
    tx.isolation = mode.isolation ?? tx.isolation;
    tx.readOnly = mode.readOnly ?? tx.readOnly;
    this.#say(tx);
    return [];
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
        if (s.word === "VIEW") return { tag: "ALTER VIEW" };
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
      case "create view":
        createView(ctx, s);
        return {};
      case "drop view":
        dropViews(ctx, s);
        return {};
      case "create sequence":
        createSequence(ctx, s);
        return {};
      case "alter sequence":
        alterSequence(ctx, s);
        return {};
      case "drop sequence":
        dropSequences(ctx, s);
        return {};
      case "explain":
        throw ctx.words.notSimulated("EXPLAIN is not simulated by Timonel");
      default:
        throw ctx.words.notSimulated(`${s.kind.toUpperCase()} is not simulated by Timonel`);
    }
  }
}
