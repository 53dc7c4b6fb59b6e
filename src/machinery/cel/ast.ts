/** What the parser makes: macros are expanded already. `at` is an offset in the source, in code points. */
export type Expr = { readonly at: number } & (
  | { readonly kind: "literal"; readonly value: Literal }
  | { readonly kind: "ident"; readonly name: string }
  | { readonly kind: "select"; readonly operand: Expr; readonly field: string; readonly test: boolean }
  | { readonly kind: "call"; readonly name: string; readonly target?: Expr; readonly args: readonly Expr[] }
  | { readonly kind: "list"; readonly items: readonly ListItem[] }
  | { readonly kind: "map"; readonly entries: readonly MapEntry[] }
  | { readonly kind: "struct"; readonly name: string; readonly fields: readonly StructField[] }
  | Fold
);

/** A comprehension. `second`: the value's variable when there are two. */
export interface Fold {
  readonly kind: "fold";
  readonly at: number;
  readonly range: Expr;
  readonly first: string;
  readonly second?: string;
  readonly accumulator: string;
  readonly init: Expr;
  readonly condition: Expr;
  readonly step: Expr;
  readonly result: Expr;
}

/** An unsigned integer: CEL tells 1u from 1. */
export class Uint {
  readonly value: bigint;
  constructor(value: bigint) {
    this.value = value;
  }
}

export type Literal = null | boolean | bigint | Uint | number | string | Uint8Array;

export interface ListItem {
  readonly value: Expr;
  readonly optional: boolean;
}
export interface MapEntry {
  readonly at: number;
  readonly key: Expr;
  readonly value: Expr;
  readonly optional: boolean;
}
export interface StructField {
  readonly at: number;
  readonly name: string;
  readonly value: Expr;
  readonly optional: boolean;
}

/** The variable in which macros accumulate: no expression can name it. */
export const ACCUMULATOR = "@result";

/** Something wrong with an expression, and where. */
export interface Problem {
  readonly at: number;
  readonly message: string;
}

/** As cel-go words problems: place, message, the line and a caret under it. */
export function problemsText(source: string, problems: readonly Problem[]): string {
  const points = [...source];
  const sorted = [...problems].sort((a, b) => a.at - b.at);
  return sorted.map((problem) => problemText(points, problem)).join("\n");
}

function problemText(points: readonly string[], { at, message }: Problem): string {
  const before = points.slice(0, Math.max(at, 0));
  const start = before.lastIndexOf("\n") + 1;
  const end = points.indexOf("\n", start);
  const line = points.slice(start, end === -1 ? undefined : end).map((c) => (c === "\t" ? " " : c));
  const row = before.filter((c) => c === "\n").length + 1;
  const column = Math.max(at, 0) - start;
  const wide = (c: string | undefined) => c !== undefined && c > "\u007f";
  const dots = line.slice(0, column).map((c) => (wide(c) ? "\uff0e" : "."));
  const caret = wide(line[column]) ? "\uff3e" : "^";
  if (at < 0) return `ERROR: <input>:-1:0: ${message}`;
  return `ERROR: <input>:${row}:${column + 1}: ${message}\n | ${line.join("")}\n | ${dots.join("")}${caret}`;
}
