import { defaults, type Options } from "./options.ts";

/** From zero; `column` counts UTF-16 units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}
/** What was yanked or deleted: pieces of lines, whole lines, or a rectangle. */
export interface Register {
  readonly kind: "char" | "line" | "block";
  readonly text: readonly string[];
}
export type VisualKind = "char" | "line" | "block";
export interface Visual {
  readonly kind: VisualKind;
  readonly start: Position;
  /** `$` in a block: each line to its end. */
  readonly toEnd?: boolean;
}
export type Mode = "normal" | "insert" | "replace" | "visual" | "operator" | "command";

/** A step that can be undone: `removed` stood at `at`, `added` stands there now. */
export interface Change {
  readonly id: number;
  readonly at: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
  readonly cursor: Position;
  /** Virtual milliseconds, for "3 seconds ago". */
  readonly time: number;
}
/** What `.` does again. */
export interface Repeat {
  readonly count: number | undefined;
  readonly register: string | undefined;
  readonly keys: string;
  /** Over a selection of the same size. */
  readonly visual?: { readonly kind: VisualKind; readonly lines: number; readonly columns: number; readonly toEnd: boolean };
}
/** Keys that nobody types: a macro, or what `.` repeats. */
export interface Frame {
  readonly keys: readonly string[];
  at: number;
  times: number;
}
export interface Search {
  readonly pattern: string;
  readonly forward: boolean;
  /** What stood after the pattern: `e`, `s+1`, `-2`. */
  readonly offset: string;
}
export interface Substitution {
  readonly pattern: string;
  readonly replacement: string;
  readonly flags: string;
}
export interface Message {
  readonly text: string;
  readonly kind: "info" | "error" | "warning" | "search";
}
export interface FileState {
  readonly name: string | undefined;
  readonly readonly: boolean;
  /** Lines end with CR LF. */
  readonly dos: boolean;
  /** The change that it was last written after. */
  readonly saved: number;
  /** When it was last read or written. */
  readonly mtime?: number;
}

/** An editor with its buffer, all of it plain data. */
export interface Editor {
  readonly flavour: "vim" | "busybox";
  lines: string[];
  cursor: Position;
  /** The display column that j and k keep to; Infinity after `$`. */
  want: number;
  mode: Mode;
  visual: Visual | undefined;
  lastVisual: (Visual & { readonly end: Position }) | undefined;
  /** First line shown, and first column where lines do not wrap. */
  top: number;
  left: number;
  /** Of the text's window: without the last row. */
  rows: number;
  columns: number;
  options: Options;
  /** What holds again once `paste` is off. */
  beforePaste?: Partial<Options>;
  file: FileState;
  alternate: string | undefined;
  registers: Record<string, Register>;
  marks: Record<string, Position>;
  jumps: Position[];
  jump: number;
  message: Message | undefined;
  /** More than a row of it: shown over the text until a key. */
  pages: string[] | undefined;
  commandLine: { readonly prefix: string; readonly text: string; readonly at: number } | undefined;
  history: Record<string, string[]>;
  lastCommand: string;
  search: Search | undefined;
  /** Off after :nohlsearch, until the next search. */
  highlight: boolean;
  /** What is being typed after / and ?. */
  incremental: { readonly pattern: string; readonly at: Position | undefined } | undefined;
  /** What Control-N completes, and where it stands. */
  completion: { readonly base: string; readonly at: Position } | undefined;
  substitution: Substitution | undefined;
  /** A match that :s///c asks about. */
  asked: { readonly line: number; readonly from: number; readonly to: number } | undefined;
  find: { readonly char: string; readonly forward: boolean; readonly till: boolean } | undefined;
  repeat: Repeat | undefined;
  captured: string | undefined;
  lastInsert: string;
  recording: { readonly register: string; keys: string } | undefined;
  lastMacro: string | undefined;
  frames: Frame[];
  /** What is typed of a command, as `showcmd` shows it. */
  pending: string;
  undo: Change[];
  redo: Change[];
  changes: number;
  open: { readonly before: readonly string[]; readonly cursor: Position } | undefined;
  lastInsertAt: Position | undefined;
  /** Files of the command line, and which of them is open. */
  files: readonly string[];
  fileAt: number;
  /** The first file has been opened. */
  started: boolean;
  /** That there are more files has been said. */
  warned: boolean;
  filetype: string;
  /** What :syntax and :filetype have switched on. */
  features: { readonly syntax: boolean; readonly plugin: boolean; readonly indent: boolean };
  bell: number;
  /** What the mouse did last, as its key says it. */
  mouse?: string;
  /** Exit code, once it is to end. */
  quit: number | undefined;
  /** One command from insert mode: the cursor may be after the last character. */
  once: boolean;
  /** Asks since the last key that somebody typed. */
  untyped: number;
  now: number;
}

export interface Start {
  readonly flavour?: "vim" | "busybox";
  readonly rows?: number;
  readonly columns?: number;
  readonly files?: readonly string[];
  /** `defaults`: there is no ~/.vimrc, and defaults.vim is read in its place. */
  readonly settings?: "defaults" | "vimrc" | "none";
}

export function newEditor(start: Start = {}): Editor {
  const flavour = start.flavour ?? "vim";
  return {
    flavour,
    lines: [""],
    cursor: { line: 0, column: 0 },
    want: 0,
    mode: "normal",
    visual: undefined,
    lastVisual: undefined,
    top: 0,
    left: 0,
    rows: start.rows ?? 23,
    columns: start.columns ?? 80,
    options: defaults(flavour, start.settings ?? "none"),
    file: { name: undefined, readonly: false, dos: false, saved: 0 },
    alternate: undefined,
    registers: {},
    marks: {},
    jumps: [],
    jump: 0,
    message: undefined,
    pages: undefined,
    commandLine: undefined,
    history: {},
    lastCommand: "",
    search: undefined,
    highlight: true,
    incremental: undefined,
    completion: undefined,
    substitution: undefined,
    asked: undefined,
    find: undefined,
    repeat: undefined,
    captured: undefined,
    lastInsert: "",
    recording: undefined,
    lastMacro: undefined,
    frames: [],
    pending: "",
    undo: [],
    redo: [],
    changes: 0,
    open: undefined,
    lastInsertAt: undefined,
    files: start.files ?? [],
    fileAt: 0,
    started: false,
    warned: false,
    filetype: "",
    features:
      start.settings === "defaults" ? { syntax: true, plugin: true, indent: true } : { syntax: false, plugin: false, indent: false },
    bell: 0,
    quit: undefined,
    once: false,
    untyped: 0,
    now: 0,
  };
}

export const lineOf = (ed: Editor, line = ed.cursor.line): string => ed.lines[line] ?? "";
/** Its number, or 0 where nothing was changed. */
export const lastChange = (ed: Editor): number => ed.undo.at(-1)?.id ?? 0;
export function isModified(ed: Editor): boolean {
  if (lastChange(ed) !== ed.file.saved) return true;
  const before = ed.open?.before;
  return before !== undefined && (before.length !== ed.lines.length || before.some((l, i) => l !== ed.lines[i]));
}
export const say = (ed: Editor, text: string, kind: Message["kind"] = "info"): void => void (ed.message = { text, kind });
