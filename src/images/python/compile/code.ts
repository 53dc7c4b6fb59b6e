import type { Pos } from "../syntax/nodes.ts";
import type { Frame } from "../vm/frame.ts";

/** Does one thing. True: the frame on top may be another now. */
export type Instruction = (frame: Frame, arg: never) => boolean | void;

/** What is compiled: a module, a function, a class's body. */
export interface Code {
  readonly name: string;
  readonly qualname: string;
  readonly source: Source;
  readonly firstLine: number;
  readonly kind: "module" | "class" | "function" | "expression";
  readonly yields: "no" | "generator" | "coroutine";
  readonly ops: Instruction[];
  readonly args: unknown[];
  readonly places: Pos[];
  /** Names of fast locals; parameters are the first. */
  readonly locals: readonly string[];
  /** Locals that inner functions use, with the parameter each begins as, or -1; then what comes from outside. */
  readonly cells: readonly (readonly [name: string, parameter: number])[];
  readonly free: readonly string[];
  readonly positionalOnly: number;
  readonly positional: number;
  readonly keywordOnly: number;
  readonly rest: boolean;
  readonly keywords: boolean;
  readonly doc: string | null;
}

export interface Source {
  readonly file: string;
  readonly text: string;
  /** Of the library: its frames are not shown. */
  readonly hidden: boolean;
  /** python -O: assertions are left out. */
  readonly optimized: boolean;
  lines?: readonly string[];
}
