import type { Random } from "../../sim/index.ts";
import type { SqlError, Words } from "./errors.ts";
import type { Store, Transaction } from "./store.ts";
import type { Table, View } from "./table.ts";
import type { Row, SqlType, Value } from "./values.ts";

/** What a column of a result is called and made of. */
export interface Field {
  readonly name: string;
  readonly type: SqlType;
  /** It is never null: MySQL's client makes such columns narrower. */
  readonly notNull?: boolean;
}
export interface Rows {
  readonly fields: readonly Field[];
  readonly rows: readonly Row[];
}
export interface Warning {
  readonly level: "Note" | "Warning" | "Error";
  readonly code: number;
  readonly message: string;
}

/** What a session has of its own. It outlives statements; a checkpoint keeps it. */
export interface SessionState {
  user: string;
  host: string;
  database: string;
  /** Variables of the learner's own, and settings that were changed. */
  variables: Readonly<Record<string, Value>>;
  settings: Readonly<Record<string, string>>;
  lastInsertId: number;
  warnings: readonly Warning[];
  rowCount: number;
  /** What sequences have given this session. */
  sequences?: Readonly<Record<string, number>>;
}

/** One statement's surroundings. */
export interface Context {
  readonly pg: boolean;
  readonly words: Words;
  readonly store: Store;
  readonly tx: Transaction;
  /** With whose eyes it reads. */
  readonly reads: View;
  readonly session: SessionState;
  readonly now: number;
  readonly random: Random;
  readonly connection: number;
  readonly version: string;
  readonly hostname: string;
  /** A variable of the server. */
  readonly setting: (name: string) => string | undefined;
  /** Tables that are answers of the server about itself. */
  readonly virtual: (database: string | undefined, name: string) => Rows | undefined;
  /** Whether the user may use a sequence so. Throws SqlError. */
  readonly mayUse: (sequence: Table, how: "next" | "read" | "set") => void;
  /** set_config(). */
  readonly configure: (name: string, value: string, local: boolean) => void;
  /** Rows looked at so far. */
  steps: number;
  /** SLEEP and pg_sleep: milliseconds that the answer is late. */
  sleep: number;
  warnings: Warning[];
}

/** How many rows a statement may look at: what a learner types must not stop the simulator. */
const MOST_STEPS = 3_000_000;
export function step(ctx: Context, n = 1): void {
  ctx.steps += n;
  if (ctx.steps > MOST_STEPS) throw tooMuch(ctx);
}
const tooMuch = (ctx: Context): SqlError =>
  ctx.words.notSimulated(`statements that look at more than ${MOST_STEPS} rows are not simulated by Timonel`);
