import type { Value } from "../values.ts";

/** Where it stands in its source: lines from 1, columns (UTF-16) from 0; the end is exclusive. */
export interface Pos {
  readonly line: number;
  readonly col: number;
  readonly endLine: number;
  readonly endCol: number;
}

/** What a program of a learner could not be read for. */
export class SyntaxFault {
  readonly kind: "SyntaxError" | "IndentationError" | "TabError";
  readonly message: string;
  readonly at: Pos;
  constructor(message: string, at: Pos, kind: SyntaxFault["kind"] = "SyntaxError") {
    this.message = message;
    this.at = at;
    this.kind = kind;
  }
}

export interface Arguments {
  readonly positionalOnly: number;
  readonly positional: readonly Parameter[];
  readonly rest: Parameter | undefined;
  readonly keywordOnly: readonly Parameter[];
  readonly keywords: Parameter | undefined;
}
export interface Parameter {
  readonly name: string;
  readonly annotation: Expr | undefined;
  readonly fallback: Expr | undefined;
}
export interface Keyword {
  /** Undefined: `**mapping`. */
  readonly name: string | undefined;
  readonly value: Expr;
}
export interface Comprehension {
  readonly target: Expr;
  readonly iterable: Expr;
  readonly conditions: readonly Expr[];
}

export type Expr = Pos & ExprKind;
type ExprKind =
  | { readonly t: "const"; readonly value: Value }
  | { readonly t: "name"; readonly id: string }
  | { readonly t: "fstring"; readonly parts: readonly (string | Formatted)[] }
  | { readonly t: "binary"; readonly op: string; readonly left: Expr; readonly right: Expr }
  | { readonly t: "unary"; readonly op: "-" | "+" | "~" | "not"; readonly operand: Expr }
  | { readonly t: "bool"; readonly op: "and" | "or"; readonly values: readonly Expr[] }
  | { readonly t: "compare"; readonly first: Expr; readonly ops: readonly string[]; readonly rest: readonly Expr[] }
  | { readonly t: "call"; readonly fn: Expr; readonly args: readonly Expr[]; readonly keywords: readonly Keyword[] }
  | { readonly t: "attribute"; readonly of: Expr; readonly name: string }
  | { readonly t: "subscript"; readonly of: Expr; readonly index: Expr }
  | { readonly t: "slice"; readonly lower: Expr | undefined; readonly upper: Expr | undefined; readonly step: Expr | undefined }
  | { readonly t: "list" | "tuple" | "set"; readonly items: readonly Expr[] }
  | { readonly t: "dict"; readonly keys: readonly (Expr | undefined)[]; readonly values: readonly Expr[] }
  | {
      readonly t: "comprehension";
      readonly of: "list" | "set" | "dict" | "generator";
      readonly item: Expr;
      readonly value: Expr | undefined;
      readonly clauses: readonly Comprehension[];
    }
  | { readonly t: "lambda"; readonly args: Arguments; readonly body: Expr }
  | { readonly t: "if"; readonly test: Expr; readonly then: Expr; readonly other: Expr }
  | { readonly t: "yield"; readonly value: Expr | undefined }
  | { readonly t: "yield from" | "await" | "starred"; readonly value: Expr }
  | { readonly t: "walrus"; readonly target: Expr & { readonly t: "name" }; readonly value: Expr };

export interface Formatted {
  readonly value: Expr;
  readonly conversion: "" | "r" | "s" | "a";
  readonly spec: readonly (string | Formatted)[];
}

export interface Handler {
  readonly type: Expr | undefined;
  readonly name: string | undefined;
  readonly body: readonly Stmt[];
  readonly at: Pos;
}
export interface WithItem {
  readonly context: Expr;
  readonly target: Expr | undefined;
}
export interface FunctionNode {
  readonly t: "function";
  readonly name: string;
  readonly args: Arguments;
  readonly body: readonly Stmt[];
  readonly decorators: readonly Expr[];
  readonly returns: Expr | undefined;
  readonly isAsync: boolean;
}
export type Pattern = Pos &
  (
    | { readonly t: "value"; readonly value: Expr }
    | { readonly t: "capture"; readonly name: string | undefined }
    | { readonly t: "star"; readonly name: string | undefined }
    | { readonly t: "sequence"; readonly items: readonly Pattern[] }
    | { readonly t: "mapping"; readonly keys: readonly Expr[]; readonly items: readonly Pattern[]; readonly rest: string | undefined }
    | {
        readonly t: "class";
        readonly of: Expr;
        readonly items: readonly Pattern[];
        readonly named: readonly (readonly [string, Pattern])[];
      }
    | { readonly t: "or"; readonly items: readonly Pattern[] }
    | { readonly t: "as"; readonly pattern: Pattern; readonly name: string }
  );
export interface Case {
  readonly pattern: Pattern;
  readonly guard: Expr | undefined;
  readonly body: readonly Stmt[];
}
export type Stmt = Pos & StmtKind;
type StmtKind =
  | { readonly t: "expr"; readonly value: Expr }
  | { readonly t: "assign"; readonly targets: readonly Expr[]; readonly value: Expr }
  | { readonly t: "augment"; readonly target: Expr; readonly op: string; readonly value: Expr }
  | { readonly t: "annotate"; readonly target: Expr; readonly annotation: Expr; readonly value: Expr | undefined }
  | { readonly t: "pass" | "break" | "continue" }
  | { readonly t: "return"; readonly value: Expr | undefined }
  | { readonly t: "raise"; readonly value: Expr | undefined; readonly cause: Expr | undefined }
  | { readonly t: "assert"; readonly test: Expr; readonly message: Expr | undefined }
  | { readonly t: "global" | "nonlocal"; readonly names: readonly string[] }
  | { readonly t: "delete"; readonly targets: readonly Expr[] }
  | { readonly t: "import"; readonly names: readonly (readonly [module: string, as: string | undefined])[] }
  | {
      readonly t: "from";
      readonly module: string;
      readonly level: number;
      /** Undefined: `*`. */
      readonly names: readonly (readonly [name: string, as: string])[] | undefined;
    }
  | { readonly t: "if block"; readonly test: Expr; readonly body: readonly Stmt[]; readonly other: readonly Stmt[] }
  | { readonly t: "while"; readonly test: Expr; readonly body: readonly Stmt[]; readonly other: readonly Stmt[] }
  | {
      readonly t: "for";
      readonly target: Expr;
      readonly iterable: Expr;
      readonly body: readonly Stmt[];
      readonly other: readonly Stmt[];
      readonly isAsync: boolean;
    }
  | {
      readonly t: "try";
      readonly body: readonly Stmt[];
      readonly handlers: readonly Handler[];
      readonly other: readonly Stmt[];
      readonly last: readonly Stmt[];
    }
  | { readonly t: "with"; readonly items: readonly WithItem[]; readonly body: readonly Stmt[]; readonly isAsync: boolean }
  | FunctionNode
  | {
      readonly t: "class";
      readonly name: string;
      readonly bases: readonly Expr[];
      readonly keywords: readonly Keyword[];
      readonly body: readonly Stmt[];
      readonly decorators: readonly Expr[];
    }
  | { readonly t: "match"; readonly subject: Expr; readonly cases: readonly Case[] };
