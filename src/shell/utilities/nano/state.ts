import { splitText } from "../screen/text-file.ts";

export interface Place {
  readonly line: number;
  readonly column: number;
}
/** What undo brings back, and what it was called: "Undid paste". */
interface Step {
  readonly lines: readonly string[];
  readonly cursor: Place;
  readonly what: string;
  /** Where the cursor was after it. */
  readonly after?: Place;
}
export interface Prompt {
  readonly label: string;
  readonly text: string;
  readonly at: number;
  /** Rows of keys under it. */
  readonly help: keyof typeof HELP;
}
/** An editor and its buffer, all of it plain data. */
export interface Nano {
  lines: string[];
  cursor: Place;
  /** The column that Up and Down keep to. */
  want: number;
  top: number;
  rows: number;
  columns: number;
  name: string;
  dos: boolean;
  readonly: boolean;
  modified: boolean;
  message: string;
  prompt: Prompt | undefined;
  mark: Place | undefined;
  cut: string[];
  /** The last key cut a line: the next one adds to what was cut. */
  cutting: boolean;
  undo: Step[];
  redo: Step[];
  searched: string;
  replaced: string;
  history: string[];
  found: { readonly line: number; readonly from: number; readonly to: number } | undefined;
  numbers: boolean;
  autoindent: boolean;
  tabsToSpaces: boolean;
  tabsize: number;
  caseSensitive: boolean;
  backwards: boolean;
  help: boolean;
  quit: number | undefined;
}

export function newNano(size: { readonly rows: number; readonly columns: number }): Nano {
  return {
    lines: [""],
    cursor: { line: 0, column: 0 },
    want: 0,
    top: 0,
    ...size,
    name: "",
    dos: false,
    readonly: false,
    modified: false,
    message: "",
    prompt: undefined,
    mark: undefined,
    cut: [],
    cutting: false,
    undo: [],
    redo: [],
    searched: "",
    replaced: "",
    history: [],
    found: undefined,
    numbers: false,
    autoindent: false,
    tabsToSpaces: false,
    tabsize: 8,
    caseSensitive: false,
    backwards: false,
    help: false,
    quit: undefined,
  };
}
/** Puts a text into the buffer; the last line is empty, as nano shows it. */
export function load(n: Nano, text: string): number {
  const { lines, dos, noeol } = splitText(text);
  n.lines = text === "" ? [""] : noeol ? lines : [...lines, ""];
  n.dos = dos;
  return text === "" ? 0 : lines.length;
}

const MAX_UNDO = 200;
/** To be called before a change. What is typed in one go is one step. */
export function changing(n: Nano, what: string): void {
  const last = n.undo.at(-1);
  const goesOn =
    last?.what === what &&
    (what === "addition" || what === "deletion") &&
    last.after?.line === n.cursor.line &&
    last.after.column === n.cursor.column;
  if (!goesOn) n.undo.push({ lines: n.lines.slice(), cursor: n.cursor, what });
  if (n.undo.length > MAX_UNDO) n.undo.shift();
  n.redo = [];
  n.modified = true;
}
/** And after it. */
export function changed(n: Nano, cursor: Place): void {
  n.cursor = cursor;
  const last = n.undo.pop();
  if (last) n.undo.push({ ...last, after: cursor });
}

/** The keys under a prompt, two rows. */
export const HELP = {
  main: [
    ["^G Help", "^O Write Out", "^W Where Is", "^K Cut", "^T Execute", "^C Location"],
    ["^X Exit", "^R Read File", "^\\ Replace", "^U Paste", "^J Justify", "^/ Go To Line"],
  ],
  write: [
    ["^G Help", "M-A Append"],
    ["^C Cancel", ""],
  ],
  search: [
    ["^G Help", "M-C Case Sens", "M-B Backwards", "^P Older", "^T Go To Line"],
    ["^C Cancel", "", "^R Replace", "^N Newer"],
  ],
  line: [["^G Help"], ["^C Cancel"]],
  yes: [[" Y Yes"], [" N No", "^C Cancel"]],
  all: [
    [" Y Yes", " A All"],
    [" N No", "^C Cancel"],
  ],
} as const;
