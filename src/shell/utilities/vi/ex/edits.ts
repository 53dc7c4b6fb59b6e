import { complain } from "../ask.ts";
import type { Co } from "../../screen/ask.ts";
import { change, cursorColumn, spliceLines } from "../buffer.ts";
import { executeKeys } from "../execute.ts";
import { joinLines, shiftLines, filterLines } from "../operators.ts";
import { isRegister, keep, register, tellLines, tellYanked } from "../registers.ts";
import type { Editor } from "../state.ts";
import { lineOf, say } from "../state.ts";
import { columnAt, firstNonBlank } from "../text.ts";
import { runShell } from "../ask.ts";
import { readAddress } from "./range.ts";
import { runCommandLine } from "./run.ts";
import type { Call, Command } from "./types.ts";

const toLine = (ed: Editor, line: number): void => {
  const to = Math.max(0, Math.min(line, ed.lines.length - 1));
  ed.cursor = { line: to, column: firstNonBlank(lineOf(ed, to)) };
};
/** A register and a count after a command's name: `:d x 3`. */
function operands(ed: Editor, c: Call): { readonly name: string | undefined; readonly from: number; readonly to: number } {
  const m = /^([^\d\s|]?)\s*(\d*)$/.exec(c.args.trim());
  if (!m || (m[1] !== "" && !isRegister(m[1] as string))) return complain(ed, `E488: Trailing characters: ${c.args.trim()}`);
  const count = Number(m[2]);
  const from = m[2] === "" ? c.range.from : c.range.to;
  return { name: m[1] || undefined, from, to: m[2] === "" ? c.range.to : Math.min(ed.lines.length - 1, from + count - 1) };
}

// oxlint-disable-next-line require-yield
function* remove(ed: Editor, c: Call): Co {
  const { name, from, to } = operands(ed, c);
  const n = ed.lines.length;
  toLine(ed, from);
  keep(ed, name, { kind: "line", text: ed.lines.slice(from, to + 1) }, "delete");
  spliceLines(ed, from, to - from + 1, []);
  toLine(ed, from);
  if (to - from + 1 === n && ed.flavour === "vim") say(ed, "--No lines in buffer--");
  else if (!c.quiet) tellLines(ed, ed.lines.length - n);
}
// oxlint-disable-next-line require-yield
function* yank(ed: Editor, c: Call): Co {
  const { name, from, to } = operands(ed, c);
  const value = { kind: "line" as const, text: ed.lines.slice(from, to + 1) };
  keep(ed, name, value, "yank");
  if (!c.quiet) tellYanked(ed, value, name);
}
function* destination(ed: Editor, c: Call): Co<number> {
  const text = c.args.trim();
  if (text === "") return complain(ed, "E14: Invalid address");
  if (text === "0") return -1;
  const address = yield* readAddress(ed, text, ed.cursor.line);
  if (!address || address.line > ed.lines.length - 1) return complain(ed, address ? "E16: Invalid range" : "E14: Invalid address");
  return address.line;
}
function* move(ed: Editor, c: Call): Co {
  const to = yield* destination(ed, c);
  const { from, to: last } = c.range;
  if (to >= from && to < last) return complain(ed, "E134: Cannot move a range of lines into itself");
  const text = ed.lines.slice(from, last + 1);
  if (to >= last) {
    spliceLines(ed, to + 1, 0, text);
    spliceLines(ed, from, text.length, []);
    toLine(ed, to);
  } else {
    spliceLines(ed, from, text.length, []);
    spliceLines(ed, to + 1, 0, text);
    toLine(ed, to + text.length);
  }
  if (text.length > 2 && !c.quiet) say(ed, `${text.length} lines moved`);
}
function* copy(ed: Editor, c: Call): Co {
  const to = yield* destination(ed, c);
  const text = ed.lines.slice(c.range.from, c.range.to + 1);
  spliceLines(ed, to + 1, 0, text);
  toLine(ed, to + text.length);
  if (!c.quiet) tellLines(ed, text.length);
}
// oxlint-disable-next-line require-yield
function* join(ed: Editor, c: Call): Co {
  const to = c.range.given === 2 && c.range.to > c.range.from ? c.range.to : Math.min(ed.lines.length - 1, c.range.to + 1);
  if (to > c.range.from) joinLines(ed, c.range.from, to, !c.bang);
  toLine(ed, c.range.from);
}
// oxlint-disable-next-line require-yield
function* putLines(ed: Editor, c: Call): Co {
  const { text } = register(ed, c.args.trim() || undefined);
  const at = c.bang || c.zero ? c.range.to : c.range.to + 1;
  spliceLines(ed, at, 0, text);
  toLine(ed, at + text.length - 1);
}
const shift = (sign: 1 | -1) =>
  // oxlint-disable-next-line require-yield
  function* (ed: Editor, c: Call): Co {
    const more = /^[<>]*/.exec(c.args)?.[0].length ?? 0;
    shiftLines(ed, c.range.from, c.range.to, sign * (1 + more));
    toLine(ed, c.range.to);
    const n = c.range.to - c.range.from + 1;
    if (n > 2 && !c.quiet) say(ed, `${n} lines ${sign > 0 ? ">" : "<"}ed ${1 + more} time${more === 0 ? "" : "s"}`);
  };
function* normal(ed: Editor, c: Call): Co {
  const lines = c.range.given === 0 ? [ed.cursor.line] : Array.from({ length: c.range.to - c.range.from + 1 }, (_, i) => c.range.from + i);
  change(ed);
  for (const l of lines) {
    if (c.range.given > 0) ed.cursor = { line: Math.min(l, ed.lines.length - 1), column: 0 };
    yield* executeKeys(ed, c.args);
  }
}
// oxlint-disable-next-line require-yield
function* sort(ed: Editor, c: Call): Co {
  const flags = c.args.replace(/\s/g, "");
  if (!/^[nriu]*$/.test(flags)) return complain(ed, `E474: Invalid argument: ${c.args}`);
  const [from, to] = c.range.given === 0 ? [0, ed.lines.length - 1] : [c.range.from, c.range.to];
  const folded = (l: string): string => (flags.includes("i") ? l.toLowerCase() : l);
  const number = (l: string): number => Number(/-?\d+/.exec(l)?.[0] ?? -Infinity);
  const order = (a: string, b: string): number =>
    flags.includes("n") ? number(a) - number(b) || 0 : folded(a) < folded(b) ? -1 : folded(a) > folded(b) ? 1 : 0;
  let sorted = ed.lines.slice(from, to + 1).sort(order);
  if (c.bang) sorted = sorted.reverse();
  if (flags.includes("u")) sorted = sorted.filter((l, i) => i === 0 || order(l, sorted[i - 1] as string) !== 0);
  spliceLines(ed, from, to - from + 1, sorted);
  toLine(ed, from);
}
// oxlint-disable-next-line require-yield
function* print(ed: Editor, c: Call): Co {
  const width = Math.max(3, String(ed.lines.length).length);
  const shown = ed.lines
    .slice(c.range.from, c.range.to + 1)
    .map((l, i) => (c.name === "number" || c.name === "#" ? `${String(c.range.from + i + 1).padStart(width)} ${l}` : l));
  toLine(ed, c.range.to);
  if (shown.length === 1 && !c.quiet) say(ed, shown[0] as string);
  else ed.pages = shown;
}
function* bang(ed: Editor, c: Call): Co {
  const command = c.args.replace(/(?<!\\)%/g, ed.file.name ?? "").replaceAll("\\%", "%");
  if (c.range.given > 0) return yield* filterLines(ed, c.range.from, c.range.to, command);
  yield* runShell(command, false);
}
// oxlint-disable-next-line require-yield
function* mark(ed: Editor, c: Call): Co {
  const name = c.args.trim();
  if (!/^[a-zA-Z'`]$/.test(name)) return complain(ed, "E191: Argument must be a letter or forward/backward quote");
  ed.marks[name] = { line: c.range.to, column: 0 };
}
// oxlint-disable-next-line require-yield
function* lineNumber(ed: Editor, c: Call): Co {
  say(ed, String(c.range.given === 0 ? ed.lines.length : c.range.to + 1));
}
// oxlint-disable-next-line require-yield
function* retab(ed: Editor, c: Call): Co {
  const { tabstop, expandtab } = ed.options;
  const shown = cursorColumn(ed);
  change(ed);
  const [from, to] = c.range.given === 0 ? [0, ed.lines.length - 1] : [c.range.from, c.range.to];
  for (let l = from; l <= to; l++) {
    let column = 0;
    let out = "";
    for (const part of lineOf(ed, l).split(/([ \t]*\t[ \t]*)/)) {
      if (/^[ \t]*\t/.test(part)) {
        const start = column;
        for (const ch of part) column += ch === "\t" ? tabstop - (column % tabstop) : 1;
        if (expandtab) out += " ".repeat(column - start);
        else {
          let at = start;
          while (Math.floor(at / tabstop + 1) * tabstop <= column) {
            out += "\t";
            at = Math.floor(at / tabstop + 1) * tabstop;
          }
          out += " ".repeat(column - at);
        }
      } else {
        out += part;
        column += [...part].length;
      }
    }
    ed.lines[l] = out;
  }
  ed.cursor = { line: ed.cursor.line, column: columnAt(lineOf(ed), shown, tabstop) };
}
function* again(ed: Editor, c: Call): Co {
  const name = c.args.trim() || "@";
  const text = name === ":" || name === "@" ? ed.lastCommand : register(ed, name).text.join("\n");
  for (const line of text.split("\n")) yield* runCommandLine(ed, line);
}

const row = (name: string, short: string, run: Command["run"], busybox = false): Command => ({ name, short, range: true, busybox, run });
export const edits: readonly Command[] = [
  row("delete", "d", remove, true),
  row("yank", "y", yank, true),
  row("move", "m", move),
  row("t", "t", copy),
  row("copy", "co", copy),
  row("join", "j", join),
  row("put", "pu", putLines),
  row(">", ">", shift(1)),
  row("<", "<", shift(-1)),
  row("normal", "norm", normal),
  row("sort", "sor", sort),
  row("print", "p", print),
  row("number", "nu", print),
  row("#", "#", print),
  row("!", "!", bang, true),
  row("mark", "ma", mark),
  row("k", "k", mark),
  row("=", "=", lineNumber, true),
  row("retab", "ret", retab),
  row("@", "@", again),
];
