import type { DialectName } from "./dialect.ts";

/** A variable. Immutable: an assignment replaces it, so that snapshots share it. */
export interface Variable {
  readonly value?: string;
  /** An indexed (keys are decimal) or associative array. */
  readonly array?: Readonly<Record<string, string>>;
  readonly associative?: boolean;
  readonly exported?: boolean;
  readonly readonly?: boolean;
  readonly integer?: boolean;
  readonly case?: "upper" | "lower";
  /** A nameref's target is its value. */
  readonly reference?: boolean;
}

/** One compound command being executed: enough to enter it again where it was (DESIGN §4). */
export type Frame =
  | { kind: "list"; index: number }
  | { kind: "andor"; index: number; status: number }
  | { kind: "if"; arm: number; phase: "clause" | "body" }
  | { kind: "while"; phase: "clause" | "body"; status: number }
  | { kind: "for"; items: readonly string[]; index: number; status: number }
  | { kind: "select"; items: readonly string[]; status: number }
  | { kind: "cfor"; phase: "test" | "body" | "update"; status: number }
  | { kind: "case"; item: number }
  | { kind: "redirect"; saved: readonly SavedFd[] }
  | { kind: "lastpipe"; pids: readonly number[]; saved: readonly SavedFd[] }
  | { kind: "command"; argv: readonly string[]; saved: readonly SavedFd[]; scoped: boolean; line: number }
  | {
      kind: "call";
      name: string;
      file?: string | undefined;
      source: string;
      line: number;
      callerParams: readonly string[];
      depth: number;
      at: number;
    }
  | { kind: "eval"; source: string; line: number; status?: number; callerParams?: readonly string[]; name?: string };

/** A descriptor that a redirection shadows: its number and what was there (a description's id, or null when closed). */
export interface SavedFd {
  readonly fd: number;
  readonly was: number | null;
  /** Whether the description now at `fd` was opened for this redirection, and is to be closed after it. */
  readonly opened: boolean;
}

export interface JobState {
  readonly id: number;
  readonly pids: readonly number[];
  readonly text: string;
  readonly status: number | null;
  readonly signal?: string;
  readonly disowned?: boolean;
  readonly stopped?: boolean;
  /** Of the shell that this one is a subshell of: it can be shown and killed, not waited for. */
  readonly foreign?: boolean;
  /** Of a coprocess: the array that names its ends, and their numbers. */
  readonly coproc?: { readonly name: string; readonly fds: readonly number[] };
}

/** How a command's arguments are completed (`complete`): the union of all that is said. */
export interface CompletionSpec {
  /** Of `-o`, in bash's order. */
  readonly options: readonly string[];
  /** Of `-A`. */
  readonly actions: readonly string[];
  readonly glob?: string;
  readonly words?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly filter?: string;
  readonly function?: string;
  readonly command?: string;
}

/** All of a shell, as plain JSON: what a checkpoint stores, and what a subshell starts from. */
export interface ShellState {
  readonly shell: 1;
  readonly dialect: DialectName;
  readonly source: string;
  /** Line number of the source's first line. */
  readonly line: number;
  readonly arg0: string;
  readonly script: boolean;
  readonly interactive: boolean;
  readonly shellPid: number;
  readonly subshell: number;
  readonly nested?: number | undefined;
  /** Of the line editor: keys to commands, "set NAME" to values. */
  readonly bindings?: Readonly<Record<string, string>> | undefined;
  readonly params: readonly string[];
  readonly lastWord?: string | undefined;
  readonly scopes: readonly Readonly<Record<string, Variable>>[];
  readonly functions: Readonly<Record<string, FunctionSource>>;
  readonly aliases: Readonly<Record<string, string>>;
  readonly completions: Readonly<Record<string, CompletionSpec>>;
  readonly options: readonly string[];
  readonly traps: Readonly<Record<string, string>>;
  readonly jobs: readonly JobState[];
  readonly frames: readonly Frame[];
  readonly fds: readonly (readonly [number, number])[];
  readonly status: number;
  readonly pipeStatus: readonly number[];
  readonly lastBackground: number;
  readonly startedAt: number;
  readonly random: number;
  readonly directories: readonly string[];
  readonly getopts: number;
}

export interface FunctionSource {
  readonly source: string;
  readonly line: number;
  /** Where it was defined, as BASH_SOURCE says. */
  readonly file?: string | undefined;
  /** What a child's environment says of it (`export -f`). */
  readonly exported?: string | undefined;
}

/** How control leaves a command early. Thrown through the evaluator. */
export class Leave extends Error {
  /** `line`: bash drops the rest of the line after an expansion that failed, and goes on with the next. */
  readonly how: "break" | "continue" | "return" | "exit" | "line";
  count: number;
  readonly status: number;
  constructor(how: Leave["how"], status: number, count = 1) {
    super(how);
    this.how = how;
    this.status = status;
    this.count = count;
  }
}

/** An expansion or assignment that failed: the message without the shell's prefix. Ends a non-interactive shell when `fatal`. */
export class ShellError extends Error {
  readonly status: number;
  readonly fatal: boolean;
  constructor(message: string, status = 1, fatal = true) {
    super(message);
    this.status = status;
    this.fatal = fatal;
  }
}
