import type { Screen } from "../screen/difference.ts";
import { cells, displayColumn } from "../vi/text.ts";
import { shownColumn } from "./edit.ts";
import { HELP, type Nano } from "./state.ts";

const inverse = (text: string): string => `\x1b[7m${text}\x1b[m`;
const FOUND = "30;43";

/** Title, text, status or prompt, and two rows of keys. */
export function render(n: Nano): Screen {
  const helpRows = n.help ? 2 : 0;
  const room = Math.max(1, n.rows - 2 - helpRows);
  if (n.cursor.line < n.top) n.top = n.cursor.line < n.top - 1 ? Math.max(0, n.cursor.line - (room >> 1)) : n.cursor.line;
  if (n.cursor.line >= n.top + room)
    n.top = n.cursor.line > n.top + room ? Math.max(0, n.cursor.line - (room >> 1)) : n.cursor.line - room + 1;
  const gutter = n.numbers ? Math.max(2, String(n.lines.length).length) + 1 : 0;
  const width = n.columns - gutter;
  const rows = [title(n)];
  const at = shownColumn(n);
  // A long line is shown from where the cursor is in it.
  const left = at < width - 1 ? 0 : Math.floor((at - width + 8) / (width - 8) + 1) * (width - 8);
  for (let l = n.top; l < n.top + room; l++) {
    const number = n.numbers ? `\x1b[7m${l < n.lines.length ? String(l + 1).padStart(gutter - 1) : " ".repeat(gutter - 1)}\x1b[m ` : "";
    rows.push(l < n.lines.length ? number + textRow(n, l, l === n.cursor.line ? left : 0, width) : "");
  }
  const { prompt } = n;
  const bottom = prompt ? `${prompt.label}${prompt.text}` : "";
  if (prompt) rows.push(inverse(bottom.slice(0, n.columns - 1).padEnd(n.columns - 1)));
  else if (n.message !== "") {
    const text = n.message.slice(0, n.columns - 1);
    rows.push(" ".repeat(Math.max(0, (n.columns - text.length) >> 1)) + inverse(text));
  } else rows.push("");
  if (helpRows > 0) rows.push(...keyRows(n));
  if (prompt) return { rows, row: n.rows - 1 - helpRows, column: Math.min(n.columns - 1, prompt.label.length + prompt.at) };
  return { rows, row: n.cursor.line - n.top + 1, column: Math.min(n.columns - 1, gutter + at - left + (left > 0 ? 1 : 0)) };
}

function title(n: Nano): string {
  const version = "  GNU nano 7.2";
  const name = n.name === "" ? "New Buffer" : n.name;
  const state = n.readonly ? "View" : n.modified ? "Modified" : "";
  // In the middle of what the version and the state leave.
  const start = version.length + Math.max(1, (n.columns - version.length - name.length - 10) >> 1);
  const head = `${version.padEnd(start)}${name}`;
  return inverse(`${head.padEnd(Math.max(0, n.columns - 10))}${state}`.slice(0, n.columns).padEnd(n.columns));
}

function textRow(n: Nano, l: number, left: number, width: number): string {
  const text = n.lines[l] ?? "";
  const marked = selection(n, l);
  const found = n.found?.line === l ? n.found : undefined;
  let [out, at, style, column] = ["", 0, "", 0];
  for (const c of text) {
    const size = cells(c, at, n.tabsize);
    if (at >= left + width - (left > 0 ? 1 : 0)) break;
    if (at >= left) {
      const next =
        found && column >= found.from && column < found.to ? FOUND : marked && column >= marked[0] && column < marked[1] ? "7" : "";
      if (next !== style) {
        out += next === "" ? "\x1b[m" : style === "" ? `\x1b[${next}m` : `\x1b[m\x1b[${next}m`;
        style = next;
      }
      out += c === "\t" ? " ".repeat(size) : c < " " ? `^${String.fromCharCode(c.charCodeAt(0) ^ 64)}` : c;
    }
    at += size;
    column += c.length;
  }
  if (style !== "") out += "\x1b[m";
  const more = displayColumn(text, text.length, n.tabsize) > left + width;
  return `${left > 0 ? inverse("<") : ""}${more ? `${cutTo(out, width - 1)}${inverse(">")}` : out}`;
}
/** Plain rows only: one with colours is left as it is. */
const cutTo = (text: string, width: number): string => (text.includes("\x1b") ? text : text.slice(0, width));
function selection(n: Nano, l: number): readonly [number, number] | undefined {
  if (!n.mark) return undefined;
  const [a, b] =
    n.mark.line < n.cursor.line || (n.mark.line === n.cursor.line && n.mark.column < n.cursor.column)
      ? [n.mark, n.cursor]
      : [n.cursor, n.mark];
  if (l < a.line || l > b.line) return undefined;
  return [l === a.line ? a.column : 0, l === b.line ? b.column : Infinity];
}

function keyRows(n: Nano): readonly string[] {
  const table = HELP[n.prompt?.help ?? "main"];
  const wide = Math.max(...table.map((r) => r.length));
  // As many as the screen has room for.
  const count = Math.max(1, Math.min(wide, Math.floor(n.columns / 12)));
  const width = Math.floor(n.columns / count);
  return table.map((row) =>
    row
      .slice(0, count)
      .map((entry) => {
        if (entry === "") return " ".repeat(width);
        const key = entry.startsWith(" ") ? entry.slice(0, 2) : (entry.split(" ", 1)[0] as string);
        return `${inverse(key)}${entry
          .slice(key.length)
          .slice(0, width - key.length)
          .padEnd(width - key.length)}`;
      })
      .join("")
      .trimEnd(),
  );
}
