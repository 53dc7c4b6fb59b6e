import type { SqlType, Value } from "./values.ts";

export type Expr = { readonly at: number } & (
  | { readonly kind: "literal"; readonly value: Value; readonly type: SqlType; readonly quoted?: true }
  | { readonly kind: "column"; readonly table: string | undefined; readonly name: string }
  | { readonly kind: "star"; readonly table: string | undefined }
  | { readonly kind: "unary"; readonly op: string; readonly of: Expr }
  | { readonly kind: "binary"; readonly op: string; readonly left: Expr; readonly right: Expr }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Expr[];
      readonly distinct: boolean;
      readonly order?: readonly OrderBy[];
      readonly separator?: string;
    }
  | {
      readonly kind: "case";
      readonly of: Expr | undefined;
      readonly whens: readonly (readonly [Expr, Expr])[];
      readonly otherwise: Expr | undefined;
    }
  | { readonly kind: "cast"; readonly of: Expr; readonly type: SqlType; readonly implicitName?: string }
  | { readonly kind: "in"; readonly of: Expr; readonly list: readonly Expr[] | Select; readonly not: boolean }
  | { readonly kind: "between"; readonly of: Expr; readonly low: Expr; readonly high: Expr; readonly not: boolean }
  | { readonly kind: "like"; readonly of: Expr; readonly pattern: Expr; readonly not: boolean; readonly fold: boolean | undefined }
  | { readonly kind: "matches"; readonly of: Expr; readonly pattern: Expr; readonly not: boolean; readonly fold: boolean }
  | { readonly kind: "is"; readonly of: Expr; readonly what: "null" | "true" | "false"; readonly not: boolean }
  | { readonly kind: "exists"; readonly select: Select }
  | { readonly kind: "subquery"; readonly select: Select }
  | { readonly kind: "variable"; readonly scope: "user" | "global" | "session"; readonly name: string }
  | { readonly kind: "interval"; readonly amount: Expr; readonly unit: string }
  | { readonly kind: "default" }
);

export interface OrderBy {
  readonly by: Expr;
  readonly down: boolean;
  readonly nulls: "first" | "last" | undefined;
}
export interface SelectItem {
  readonly of: Expr;
  readonly alias: string | undefined;
  /** As it was written: what MySQL calls the column. */
  readonly text: string;
}
export type Source = { readonly at: number } & (
  | { readonly kind: "table"; readonly database: string | undefined; readonly name: string; readonly alias: string }
  | { readonly kind: "select"; readonly select: Select; readonly alias: string; readonly columns: readonly string[] }
  | {
      readonly kind: "call";
      readonly name: string;
      readonly args: readonly Expr[];
      readonly alias: string;
      readonly columns: readonly string[];
    }
  | {
      readonly kind: "join";
      readonly how: "inner" | "left" | "right" | "cross" | "full";
      readonly left: Source;
      readonly right: Source;
      readonly on: Expr | undefined;
      readonly using: readonly string[] | undefined;
    }
);

export interface Select {
  readonly kind: "select";
  readonly distinct: boolean;
  readonly items: readonly SelectItem[];
  readonly from: Source | undefined;
  readonly where: Expr | undefined;
  readonly group: readonly Expr[];
  readonly having: Expr | undefined;
  readonly order: readonly OrderBy[];
  readonly limit: Expr | undefined;
  readonly offset: Expr | undefined;
  /** VALUES (…), (…). */
  readonly values: readonly (readonly Expr[])[] | undefined;
  readonly unions: readonly { readonly all: boolean; readonly op: "union" | "except" | "intersect"; readonly select: Select }[];
  readonly ctes: readonly { readonly name: string; readonly columns: readonly string[]; readonly select: Select }[];
  readonly lock: boolean;
  /** What is locked is passed over, or complained of. */
  readonly locked?: "skip" | "nowait";
}

export interface ColumnDef {
  readonly name: string;
  readonly type: SqlType;
  readonly nullable: boolean;
  readonly default: Expr | undefined;
  readonly defaultText: string | undefined;
  readonly auto: boolean;
  readonly onUpdateNow: boolean;
  readonly comment: string | undefined;
  /** GENERATED … AS IDENTITY rather than SERIAL. */
  readonly identity: false | "always" | "by default";
}
export interface KeyDef {
  readonly kind: "primary" | "unique" | "index";
  readonly name: string | undefined;
  readonly columns: readonly string[];
}
export interface ForeignDef {
  readonly name: string | undefined;
  readonly columns: readonly string[];
  readonly table: string;
  readonly references: readonly string[];
  readonly onDelete: "restrict" | "cascade" | "set null" | "no action";
  readonly onUpdate: "restrict" | "cascade" | "set null" | "no action";
}
export interface CheckDef {
  readonly name: string | undefined;
  readonly of: Expr;
  readonly text: string;
  readonly column: string | undefined;
}
export interface TableDef {
  readonly columns: readonly ColumnDef[];
  readonly keys: readonly KeyDef[];
  readonly foreign: readonly ForeignDef[];
  readonly checks: readonly CheckDef[];
  readonly options: Readonly<Record<string, string>>;
}
export interface TableName {
  readonly database: string | undefined;
  readonly name: string;
  readonly at: number;
}
export type Alteration =
  | {
      readonly kind: "add";
      readonly column: ColumnDef;
      readonly after: string | undefined;
      readonly part: TableDef;
      readonly quietly: boolean;
    }
  | { readonly kind: "drop"; readonly column: string; readonly quietly: boolean }
  | { readonly kind: "change"; readonly column: string; readonly to: ColumnDef }
  | { readonly kind: "rename column"; readonly column: string; readonly to: string }
  | { readonly kind: "rename"; readonly to: string }
  | { readonly kind: "constraint"; readonly part: TableDef }
  | { readonly kind: "drop key"; readonly name: string; readonly what: "primary" | "index" | "foreign" | "constraint" }
  | { readonly kind: "type"; readonly column: string; readonly type: SqlType; readonly using: boolean }
  | { readonly kind: "default"; readonly column: string; readonly to: Expr | undefined; readonly text: string | undefined }
  | { readonly kind: "nullable"; readonly column: string; readonly nullable: boolean }
  | { readonly kind: "auto"; readonly value: number }
  | { readonly kind: "identity"; readonly column: string; readonly how: "always" | "by default"; readonly sequence: string | undefined }
  | { readonly kind: "owner"; readonly to: string }
  /** DISABLE KEYS: what InnoDB does not do, and says so. */
  | { readonly kind: "keys" };

/** How a transaction is to run. */
export interface TxMode {
  readonly isolation?: Isolation;
  readonly readOnly?: boolean;
  /** WITH CONSISTENT SNAPSHOT. */
  readonly snapshot?: true;
}
export type Isolation = "read uncommitted" | "read committed" | "repeatable read";

export interface SequenceDef {
  readonly start?: number;
  readonly increment?: number;
  /** The column with which it goes. */
  readonly owned?: { readonly table: string; readonly column: string } | "none";
  readonly restart?: number | "start";
  readonly owner?: string;
}

export interface Account {
  readonly user: string;
  readonly host: string;
}
export type Statement =
  | Select
  | {
      readonly kind: "insert";
      readonly table: TableName;
      readonly columns: readonly string[] | undefined;
      readonly columnsAt: readonly number[];
      readonly rows: readonly (readonly Expr[])[] | undefined;
      readonly select: Select | undefined;
      readonly replace: boolean;
      /** Also columns that are generated always are given (OVERRIDING SYSTEM VALUE, COPY). */
      readonly overriding: boolean;
      readonly ignore: boolean;
      readonly onConflict:
        | {
            readonly columns: readonly string[];
            readonly constraint?: string;
            readonly set: readonly (readonly [string, Expr])[] | undefined;
          }
        | undefined;
      readonly returning: readonly SelectItem[] | undefined;
    }
  | {
      readonly kind: "update";
      readonly table: TableName;
      readonly alias: string;
      readonly set: readonly (readonly [string, Expr, number])[];
      readonly where: Expr | undefined;
      readonly order: readonly OrderBy[];
      readonly limit: Expr | undefined;
      readonly returning: readonly SelectItem[] | undefined;
    }
  | {
      readonly kind: "delete";
      readonly table: TableName;
      readonly alias: string;
      readonly where: Expr | undefined;
      readonly order: readonly OrderBy[];
      readonly limit: Expr | undefined;
      readonly returning: readonly SelectItem[] | undefined;
    }
  | {
      readonly kind: "create table";
      readonly table: TableName;
      readonly def: TableDef;
      readonly quietly: boolean;
      readonly like: TableName | undefined;
      readonly as: Select | undefined;
    }
  | { readonly kind: "drop table"; readonly tables: readonly TableName[]; readonly quietly: boolean; readonly cascade: boolean }
  | {
      readonly kind: "alter table";
      readonly table: TableName;
      readonly changes: readonly Alteration[];
      readonly quietly: boolean;
      readonly word: "TABLE" | "VIEW";
    }
  | { readonly kind: "rename table"; readonly pairs: readonly (readonly [TableName, TableName])[] }
  | { readonly kind: "truncate"; readonly tables: readonly TableName[]; readonly restart: boolean; readonly cascade: boolean }
  | {
      readonly kind: "create index";
      readonly name: string | undefined;
      readonly table: TableName;
      readonly columns: readonly string[];
      readonly unique: boolean;
      readonly quietly: boolean;
    }
  | { readonly kind: "drop index"; readonly name: string; readonly table: TableName | undefined; readonly quietly: boolean }
  | {
      readonly kind: "create database";
      readonly name: string;
      readonly quietly: boolean;
      readonly owner: string | undefined;
      readonly options: Readonly<Record<string, string>>;
      readonly what: "database" | "schema";
    }
  | {
      readonly kind: "drop database";
      readonly name: string;
      readonly quietly: boolean;
      readonly what: "database" | "schema";
      /** Whoever is connected to it is cut off. */
      readonly force: boolean;
    }
  | { readonly kind: "use"; readonly name: string }
  | { readonly kind: "begin"; readonly mode: TxMode }
  | { readonly kind: "set transaction"; readonly scope: "next" | "session" | "global"; readonly mode: TxMode }
  | {
      readonly kind: "comment";
      readonly on: "table" | "column" | "database" | "view" | "sequence";
      readonly name: TableName;
      readonly column: string | undefined;
      readonly text: string | undefined;
    }
  | {
      readonly kind: "lock tables";
      readonly tables: readonly { readonly table: TableName; readonly alias: string; readonly write: boolean }[];
    }
  | { readonly kind: "unlock tables" }
  | {
      readonly kind: "create view";
      readonly table: TableName;
      readonly columns: readonly string[];
      readonly select: Select;
      readonly text: string;
      /** Where that stands in the statement. */
      readonly textAt: number;
      readonly replace: boolean;
      readonly quietly: boolean;
    }
  | { readonly kind: "drop view"; readonly tables: readonly TableName[]; readonly quietly: boolean; readonly cascade: boolean }
  | { readonly kind: "create sequence"; readonly name: TableName; readonly quietly: boolean; readonly def: SequenceDef }
  | { readonly kind: "alter sequence"; readonly name: TableName; readonly quietly: boolean; readonly def: SequenceDef }
  | { readonly kind: "drop sequence"; readonly names: readonly TableName[]; readonly quietly: boolean; readonly cascade: boolean }
  | {
      readonly kind: "maintenance";
      readonly what: "analyze" | "check" | "optimize" | "vacuum" | "checkpoint" | "flush privileges" | "flush tables" | "discard";
      readonly tables: readonly TableName[];
    }
  | { readonly kind: "set names"; readonly charset: string; readonly collation: string | undefined; readonly results: boolean }
  | { readonly kind: "role setting"; readonly role: string; readonly name: string; readonly value: string | undefined }
  | { readonly kind: "database owner"; readonly name: string; readonly owner: string }
  | { readonly kind: "commit" }
  | { readonly kind: "rollback"; readonly to: string | undefined }
  | { readonly kind: "savepoint"; readonly name: string; readonly release: boolean }
  | {
      readonly kind: "set";
      readonly items: readonly { readonly scope: "user" | "global" | "session"; readonly name: string; readonly value: Expr | undefined }[];
      /** SET LOCAL: until the transaction ends. */
      readonly local: boolean;
    }
  | { readonly kind: "set password"; readonly account: Account | undefined; readonly password: string }
  | {
      readonly kind: "show";
      readonly what: string;
      readonly name: string | undefined;
      readonly table: TableName | undefined;
      readonly like: string | undefined;
      readonly where: Expr | undefined;
      readonly full: boolean;
      readonly account?: Account | undefined;
    }
  | {
      readonly kind: "create user";
      readonly accounts: readonly (readonly [Account, string | undefined])[];
      readonly quietly: boolean;
      readonly alter: boolean;
      readonly attributes: Readonly<Record<string, boolean>>;
      readonly word: "user" | "role";
    }
  | { readonly kind: "drop user"; readonly accounts: readonly Account[]; readonly quietly: boolean; readonly word: "user" | "role" }
  | {
      readonly kind: "grant";
      readonly revoke: boolean;
      readonly privileges: readonly string[];
      readonly on:
        | {
            readonly database: string;
            readonly table: string;
            readonly what: "table" | "database" | "schema" | "sequence" | "all tables" | "all sequences";
          }
        | undefined;
      readonly accounts: readonly Account[];
      readonly passwords: readonly (string | undefined)[];
      readonly option: boolean;
    }
  | { readonly kind: "explain"; readonly of: Statement }
  | {
      readonly kind: "copy";
      readonly table: TableName;
      readonly columns: readonly string[] | undefined;
      /** COPY (SELECT …) TO. */
      readonly select: Select | undefined;
      readonly from: boolean;
      readonly delimiter: string;
      readonly csv: boolean;
      readonly header: boolean;
      readonly nothing: string;
    }
  | { readonly kind: "kill"; readonly id: number };
