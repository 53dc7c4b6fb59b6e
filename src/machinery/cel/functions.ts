import { parseType, type Type } from "./types.ts";

/** Takes and gives values; throws CelError. */
export type Implementation = (...args: never[]) => unknown;

/**
 * Function name to overloads: an id (cel-go's, which costs go by), a signature (`.` before it: the first argument is
 * the receiver), and what it does.
 */
export type FunctionTable = Readonly<Record<string, readonly (readonly [id: string, signature: string, run: Implementation])[]>>;

export interface Overload {
  readonly id: string;
  readonly member: boolean;
  readonly args: readonly Type[];
  readonly result: Type;
  /** Names of its type parameters. */
  readonly generic: readonly string[];
  readonly run: (...args: readonly unknown[]) => unknown;
}

export type Functions = ReadonlyMap<string, readonly Overload[]>;

/** One registry of several tables; a name in two tables has the overloads of both. */
export function functionsOf(tables: readonly FunctionTable[]): Functions {
  const all = new Map<string, Overload[]>();
  for (const table of tables)
    for (const [name, rows] of Object.entries(table)) {
      const overloads = rows.map(([id, signature, run]) => overload(id, signature, run));
      all.set(name, [...(all.get(name) ?? []), ...overloads]);
    }
  return all;
}

/** `.(list(A), int) A` */
function overload(id: string, signature: string, run: Implementation): Overload {
  const end = closing(signature);
  const [args, result] = [signature.slice(signature.indexOf("(") + 1, end), signature.slice(end + 1).trim()];
  return {
    id,
    member: signature.startsWith("."),
    args: args === "" ? [] : split(args).map(parseType),
    result: parseType(result),
    generic: [...new Set(signature.match(/\b[A-Z]\b/g) ?? [])],
    run: run as Overload["run"],
  };
}

/** Where the parenthesis closes that the first one opens. */
function closing(text: string): number {
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "(") depth++;
    else if (text[i] === ")" && --depth === 0) return i;
  }
  throw new Error(`not a signature: ${text}`);
}

function split(args: string): string[] {
  const out: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i <= args.length; i++) {
    if (args[i] === "(") depth++;
    else if (args[i] === ")") depth--;
    else if (i === args.length || (args[i] === "," && depth === 0)) {
      out.push(args.slice(start, i).trim());
      start = i + 1;
    }
  }
  return out;
}
