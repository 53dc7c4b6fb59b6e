import type { Context } from "./context.ts";
import type { Row, SqlType, Value } from "./values.ts";

/** A column that can be named. */
export interface Named {
  readonly table: string;
  readonly name: string;
  readonly type: SqlType;
  /** Of a USING: it is found without its table under another's place. */
  readonly hidden?: true;
  readonly notNull?: boolean;
}
/** The row that an expression is about, those around it, and the sums of its group. */
export interface Env {
  readonly row: Row;
  readonly outer: Env | undefined;
  readonly sums?: readonly Value[];
}
export interface Compiled {
  readonly type: SqlType;
  readonly run: (env: Env) => Value;
  /** A quoted literal, whose type is what its neighbours want. */
  readonly literal?: string;
  /** It is never null. */
  readonly notNull?: boolean;
  readonly at: number;
}

/** An aggregate that was met while compiling. */
export interface Aggregate {
  readonly name: string;
  readonly args: readonly Compiled[];
  readonly distinct: boolean;
  readonly star: boolean;
  readonly type: SqlType;
  readonly separator: string;
  readonly order: readonly { readonly by: Compiled; readonly down: boolean }[];
}

export interface Scope {
  readonly ctx: Context;
  readonly columns: readonly Named[];
  readonly outer: Scope | undefined;
  /** What part of the statement this is: "field list", "where clause". */
  readonly clause: string;
  /** Where aggregates go; undefined: they are not allowed here. */
  readonly aggregates: Aggregate[] | undefined;
  /** Inside an aggregate's arguments, and in WHERE. */
  readonly inAggregate?: boolean;
  readonly ctes: ReadonlyMap<
    string,
    { readonly fields: readonly { readonly name: string; readonly type: SqlType }[]; readonly rows: readonly Row[] }
  >;
  /** Columns of the select list that ORDER BY, GROUP BY and HAVING may name. */
  readonly aliases?: ReadonlyMap<string, Compiled>;
  /** PostgreSQL: what a column outside of aggregates must be among. */
  readonly grouped?: (table: string, name: string) => boolean;
}
