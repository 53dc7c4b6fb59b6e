import type { Description, Later } from "../../runtime/index.ts";

/** What the line editor's user has bound and set: keys (keymaps.ts) to commands, "set NAME" to values. */
export type Bindings = ReadonlyMap<string, string>;

/** What may be put in place of the word before the cursor. */
export interface Completion {
  /** Where in the line (UTF-16) the replaced text starts, after the quote that is open there. */
  readonly from: number;
  readonly quote: "'" | '"' | "";
  readonly matches: readonly string[];
  /** They name files: shown without their folders; a folder gets a slash. */
  readonly files: boolean;
  /** What is special to the shell in them is to be quoted; but for `$` where `unquotable`. */
  readonly quoting: boolean;
  readonly unquotable?: boolean;
  /** What finishes the only match. */
  readonly append: string;
  readonly sorted: boolean;
  folder(match: string): boolean;
}
export const NO_COMPLETION = {
  matches: [] as readonly string[],
  files: false,
  quoting: false,
  append: " ",
  sorted: true,
  folder: (): boolean => false,
} as const;

export interface LineEditorOptions {
  readonly input: Description;
  readonly output: Description;
  /** Shared: the caller appends accepted lines. */
  readonly history: readonly string[];
  readonly bindings?: Bindings;
  /** vi's keys instead of emacs's. */
  vi?(): boolean;
  /** Fetches a part of the editor when it is first needed. */
  code?<T>(later: Later<T>): T | Promise<T>;
  /** `type` and `key` are COMP_TYPE and COMP_KEY. */
  complete?(line: string, cursor: number, how: { readonly type: number; readonly key: number }): Promise<Completion>;
  /** Lets the user edit the line in an editor of their own; undefined when that failed. */
  edit?(text: string): Promise<string | undefined>;
  /** Answers what a line is once it is expanded (shell-expand-line and its kin); undefined: nothing to expand, or it failed. */
  expand?(text: string, how: string): Promise<string | undefined>;
  /** What `bind -x` has bound: runs it with the line, and answers the line and cursor it leaves. */
  command?(text: string, cursor: number, source: string): Promise<{ readonly text: string; readonly cursor: number }>;
}
export type Line = { readonly kind: "line"; readonly text: string } | { readonly kind: "interrupt" } | { readonly kind: "end" };
