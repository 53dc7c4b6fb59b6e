import type { Screen } from "../screen/difference.ts";
import { selection } from "./visual.ts";
import { blockColumns, type Region } from "./buffer.ts";
import { compile, matchLine, type Pattern } from "./pattern.ts";
import { follow, gutter, lastShown, lineHeight, textColumns } from "./scroll.ts";
import { RegexError } from "../../regex.ts";
import type { Editor } from "./state.ts";
import { isModified, lineOf } from "./state.ts";
import { byteSize, cells, displayColumn } from "./text.ts";
import { textWidth } from "../../readline/width.ts";
import { yamlColours } from "./yaml-colours.ts";

const STYLE = {
  number: "33",
  filler: "94",
  search: "30;43",
  incremental: "7",
  visual: "7",
  error: "97;41",
  warning: "31",
  mode: "1",
  special: "34",
} as const;
const LONGEST = 3000;

export function render(ed: Editor): Screen {
  follow(ed);
  const rows: string[] = [];
  const columns = textColumns(ed);
  const numbers = gutter(ed);
  let [row, column] = [0, 0];
  const marks = highlighter(ed);
  const selected = ed.visual ? selection(ed) : undefined;
  let line = ed.top;
  for (; line < ed.lines.length && rows.length < ed.rows; line++) {
    const height = lineHeight(ed, line);
    if (rows.length > 0 && rows.length + height > ed.rows && ed.options.wrap) break;
    const cursorHere = line === ed.cursor.line;
    if (cursorHere) ({ row, column } = cursorPlace(ed, rows.length, columns, numbers));
    const parts = lineRows(ed, line, columns, marks(line, selected));
    for (const [i, part] of parts.slice(0, ed.rows - rows.length).entries()) {
      const bare = numbers > 0 ? styled(i === 0 ? lineNumber(ed, line, numbers) : " ".repeat(numbers), STYLE.number) : "";
      rows.push(bare + part);
    }
  }
  const fill = line < ed.lines.length ? "@" : "~";
  while (rows.length < ed.rows) rows.push(ed.flavour === "vim" ? styled(fill, STYLE.filler) : fill);
  const bottom = bottomRow(ed);
  rows.push(bottom.text);
  const { commandLine } = ed;
  if (ed.pages) return pagesOver(ed, rows);
  if (commandLine) return { rows, row: ed.rows, column: bottom.cursor ?? 0 };
  return { rows, row: Math.min(row, ed.rows - 1), column };
}
const styled = (text: string, style: string): string => (text === "" || style === "" ? text : `\x1b[${style}m${text}\x1b[m`);

function lineNumber(ed: Editor, line: number, width: number): string {
  const { number, relativenumber } = ed.options;
  const distance = Math.abs(line - ed.cursor.line);
  if (!relativenumber) return `${String(line + 1).padStart(width - 1)} `;
  if (distance === 0 && number) return `${String(line + 1).padEnd(width - 1)} `;
  return `${String(distance).padStart(width - 1)} `;
}

function cursorPlace(ed: Editor, from: number, columns: number, numbers: number): { row: number; column: number } {
  const text = lineOf(ed);
  let at = displayColumn(text, ed.cursor.column, ed.options.tabstop);
  const c = text[ed.cursor.column];
  if (c === "\t" && ed.mode !== "insert" && ed.mode !== "replace" && !ed.options.list && ed.flavour === "vim")
    at += cells("\t", at, ed.options.tabstop) - 1;
  if (!ed.options.wrap) return { row: from, column: numbers + Math.min(columns - 1, Math.max(0, at - ed.left)) };
  return { row: from + Math.floor(at / columns), column: numbers + (at % columns) };
}

type Styles = readonly { readonly from: number; readonly to: number; readonly style: string }[];
/** What in each line stands out, what is most important last. */
function highlighter(ed: Editor): (line: number, selected: Region | undefined) => Styles {
  const patternFor = (source: string | undefined): Pattern | undefined => {
    if (!source) return undefined;
    try {
      return compile(source, ed.options);
    } catch (error) {
      if (error instanceof RegexError) return undefined;
      throw error;
    }
  };
  const typing = ed.incremental;
  const found =
    ed.options.hlsearch && ed.highlight ? patternFor(typing && typing.pattern !== "" ? typing.pattern : ed.search?.pattern) : undefined;
  const typed = typing?.at ? patternFor(typing.pattern) : undefined;
  return (line, selected) => {
    const text = lineOf(ed, line);
    const styles: { from: number; to: number; style: string }[] = [];
    if (ed.options.syntax === "yaml" && text.length < LONGEST) styles.push(...yamlColours(text));
    if (found) {
      let at = 0;
      for (let m = matchLine(found, ed.lines, line, 0); m && styles.length < 500; m = matchLine(found, ed.lines, line, at)) {
        styles.push({ from: m.start, to: Math.max(m.end, m.start + 1), style: STYLE.search });
        at = Math.max(m.end, m.start + 1);
        if (at > text.length) break;
      }
    }
    if (typed && typing?.at?.line === line) {
      const m = matchLine(typed, ed.lines, line, typing.at.column);
      if (m) styles.push({ from: m.start, to: Math.max(m.end, m.start + 1), style: STYLE.incremental });
    }
    if (ed.asked?.line === line)
      styles.push({ from: ed.asked.from, to: Math.max(ed.asked.to, ed.asked.from + 1), style: STYLE.incremental });
    if (selected) {
      const [from, to] = selectedColumns(ed, selected, line, text);
      if (to > from) styles.push({ from, to, style: STYLE.visual });
    }
    return styles;
  };
}
function selectedColumns(ed: Editor, r: Region, line: number, text: string): readonly [number, number] {
  const [first, last] = r.kind === "char" ? [r.start.line, r.end.line] : [r.from, r.to];
  if (line < first || line > last) return [0, 0];
  if (r.kind === "line") return [0, Math.max(1, text.length)];
  if (r.kind === "block") return blockColumns(ed, line, r.left, r.right);
  const end = line === last ? r.end.column : text.length + 1;
  return [line === first ? r.start.column : 0, end];
}

/** A line cut into rows, each with its escapes. */
function lineRows(ed: Editor, line: number, columns: number, styles: Styles): string[] {
  const text = lineOf(ed, line);
  const { tabstop, list, wrap } = ed.options;
  const rows: string[] = [];
  let [out, style, used, at, column] = ["", "", 0, 0, 0];
  const turn = (next: string): void => {
    if (next === style) return;
    out += style === "" ? `\x1b[${next}m` : next === "" ? "\x1b[m" : `\x1b[m\x1b[${next}m`;
    style = next;
  };
  const put = (piece: string, width: number, how: string): void => {
    if (!wrap && (at < ed.left || at >= ed.left + columns)) {
      at += width;
      return;
    }
    if (wrap && used + width > columns) {
      turn("");
      rows.push(out);
      [out, used] = ["", 0];
    }
    turn(how);
    out += piece;
    used += width;
    at += width;
  };
  const enough = columns * ed.rows + ed.left + columns;
  for (const c of text) {
    if (at > enough) break;
    let how = "";
    for (const s of styles) if (column >= s.from && column < s.to) how = s.style;
    if (c === "\t" && !list) for (let n = cells(c, at, tabstop); n > 0; n--) put(" ", 1, how);
    else if (c < " " || c === "\x7f") {
      put("^", 1, how || STYLE.special);
      put(String.fromCharCode(c.charCodeAt(0) ^ 64), 1, how || STYLE.special);
    } else put(c, cells(c, at, tabstop), how);
    column += c.length;
  }
  if (list) put("$", 1, STYLE.filler);
  else if (styles.some((s) => s.style === STYLE.visual && s.to > text.length)) put(" ", 1, STYLE.visual);
  turn("");
  rows.push(out);
  return rows;
}

/** The last row: a command that is typed, a message, the mode; and the ruler. */
function bottomRow(ed: Editor): { readonly text: string; readonly cursor?: number } {
  const { columns } = ed;
  if (ed.commandLine) {
    const { prefix, text, at } = ed.commandLine;
    const shown = prefix + text;
    const from = Math.max(0, at + prefix.length - columns + 1);
    return { text: shown.slice(from, from + columns - 1), cursor: textWidth(shown.slice(from, at + prefix.length)) };
  }
  return { text: ed.flavour === "vim" ? vimRow(ed) : busyboxRow(ed) };
}
function vimRow(ed: Editor): string {
  const { columns } = ed;
  const rulerAt = ed.options.ruler ? Math.max(0, columns - 18) : columns;
  const showAt = ed.options.showcmd ? Math.max(0, rulerAt - 10 - (ed.options.ruler ? 0 : 1)) : rulerAt;
  const mode = modeText(ed);
  const [left, style] =
    ed.message && ed.mode !== "visual" ? [ed.message.text.split("\n").at(-1) as string, messageStyle(ed)] : [mode, STYLE.mode];
  const room = showAt - 1;
  const width = textWidth(left);
  const clear = width <= room;
  const text = clear ? left : left.slice(0, columns - 1);
  let out = styled(text, style);
  if (!clear) return out;
  let used = width;
  const pad = (to: number): void => {
    out += " ".repeat(Math.max(0, to - used));
    used = Math.max(used, to);
  };
  const pending = ed.visual ? String(selectedLines(ed)) : printable(ed.pending).slice(-10);
  if (ed.options.showcmd && pending !== "") {
    pad(showAt);
    out += pending;
    used += pending.length;
  }
  if (ed.options.ruler && columns > 40) {
    pad(rulerAt);
    out += ruler(ed);
  }
  return out.trimEnd();
}
const messageStyle = (ed: Editor): string =>
  ed.message?.kind === "error" ? STYLE.error : ed.message?.kind === "warning" ? STYLE.warning : "";
// oxlint-disable-next-line no-control-regex
const printable = (text: string): string =>
  text.replace(/[\x00-\x1f\x7f]/g, (c) => `^${String.fromCharCode(c.charCodeAt(0) ^ 64)}`).replace(/[\uE000-\uE0FF]/g, "");
function selectedLines(ed: Editor): string {
  const v = ed.visual;
  if (!v) return "";
  const lines = Math.abs(v.start.line - ed.cursor.line) + 1;
  const columns = Math.abs(v.start.column - ed.cursor.column) + 1;
  return v.kind === "block" ? `${lines}x${columns}` : v.kind === "char" && lines === 1 ? String(columns) : String(lines);
}
function modeText(ed: Editor): string {
  const visual = ed.visual && { char: "-- VISUAL --", line: "-- VISUAL LINE --", block: "-- VISUAL BLOCK --" }[ed.visual.kind];
  const paste = ed.options.paste ? "(paste) " : "";
  const mode = visual ?? (ed.mode === "insert" ? `-- INSERT ${paste}--` : ed.mode === "replace" ? `-- REPLACE ${paste}--` : "");
  return `${ed.options.showmode ? mode : ""}${ed.recording ? `recording @${ed.recording.register}` : ""}`;
}
function ruler(ed: Editor): string {
  const text = lineOf(ed);
  const byte = byteSize([text.slice(0, ed.cursor.column)], 0) + 1;
  const shown = displayColumn(text, ed.cursor.column, ed.options.tabstop) + 1;
  const empty = text === "" && ed.mode !== "insert";
  const tab = text[ed.cursor.column] === "\t" && ed.mode !== "insert" ? cells("\t", shown - 1, ed.options.tabstop) - 1 : 0;
  const column = empty ? "0-1" : shown + tab === byte ? String(byte) : `${byte}-${shown + tab}`;
  const number = ed.lines.length === 1 && ed.lines[0] === "" && !isModified(ed) ? 0 : ed.cursor.line + 1;
  return `${number},${column}`.padEnd(14) + relative(ed);
}
function relative(ed: Editor): string {
  const bottom = lastShown(ed);
  if (ed.top === 0) return bottom >= ed.lines.length - 1 ? "All" : "Top";
  if (bottom >= ed.lines.length - 1) return "Bot";
  return `${String(Math.floor((ed.top * 100) / (ed.top + ed.lines.length - bottom - 1)))}%`.padStart(3);
}
/** `- /etc/hosts [Modified] 3/7 42%`. */
function busyboxRow(ed: Editor): string {
  if (ed.message) return styled(ed.message.text.slice(0, ed.columns - 1), ed.message.kind === "error" ? "7" : "");
  const mode = ed.mode === "insert" ? "I" : ed.mode === "replace" ? "R" : "-";
  const total = ed.lines.length;
  const readonly = ed.options.readonly || ed.file.readonly;
  return `${mode} ${ed.file.name ?? "No file"}${readonly ? " [Readonly]" : ""}${isModified(ed) ? " [Modified]" : ""} ${ed.cursor.line + 1}/${total} ${Math.floor(((ed.cursor.line + 1) * 100) / total)}%`.slice(
    0,
    ed.columns - 1,
  );
}

/** Text of more than a row, over the lower part of the window. */
function pagesOver(ed: Editor, rows: readonly string[]): Screen {
  const pages = (ed.pages as string[]).flatMap((p) => p.split("\n"));
  const shown = pages.slice(-(ed.rows - 1));
  const prompt = styled("Press ENTER or type command to continue", "32");
  const typed = ed.message?.kind === "search" ? [ed.message.text] : [];
  const over = [...typed, ...shown.map((p) => p.slice(0, ed.columns)), prompt].slice(-(ed.rows + 1));
  const all = [...rows.slice(over.length, ed.rows + 1).map((r) => r), ...over];
  return { rows: all, row: all.length - 1, column: Math.min(39, ed.columns - 1) };
}
