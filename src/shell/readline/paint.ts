import { type Buffer, textOf } from "./buffer.ts";
import { cursorAfter } from "./width.ts";

/** Control characters as ^X, tabs as blanks up to the next stop. */
function visible(prompt: string, text: string, columns: number): string {
  const shown = text.replace(/[\x00-\x08\x0b-\x1f]/g, (c) => `^${String.fromCharCode(c.charCodeAt(0) + 64)}`);
  if (!shown.includes("\t")) return shown;
  let out = "";
  for (const c of shown) out += c === "\t" ? " ".repeat(8 - (cursorAfter(prompt + out, columns).column % 8)) : c;
  return out;
}

/** What redraws prompt and line when the cursor is `row` rows below the prompt's first; and the row where it is left. */
export function painted(prompt: string, buffer: Buffer, row: number, columns: number): { readonly out: string; readonly row: number } {
  const text = visible(prompt, textOf(buffer), columns);
  const whole = cursorAfter(prompt + text, columns);
  const cursor = cursorAfter(prompt + visible(prompt, buffer.chars.slice(0, buffer.cursor).join(""), columns), columns);
  let out = row > 0 ? `\x1b[${row}A` : "";
  out += `\r\x1b[J${(prompt + text).replace(/\r?\n/g, "\r\n")}`;
  if (whole.column === 0 && whole.row > 0 && !text.endsWith("\n")) out += " \r";
  if (whole.row > cursor.row) out += `\x1b[${whole.row - cursor.row}A`;
  if (whole.row !== cursor.row || whole.column !== cursor.column) out += `\r${cursor.column > 0 ? `\x1b[${cursor.column}C` : ""}`;
  return { out, row: cursor.row };
}
