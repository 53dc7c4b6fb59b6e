import { CR, ctrl, ESC, KEY } from "../screen/keys.ts";
import { lineRows, matcher, type Pager, plainText, shownLines, view } from "./view.ts";

/** What a key makes of a pager. `reach`: lines have to be read first, so many or all. */
export type Next =
  | { readonly pager: Pager }
  | { readonly pager: Pager; readonly reach: number; readonly then: string }
  | { readonly quit: number }
  | { readonly edit: number; readonly pager: Pager }
  | { readonly file: 1 | -1; readonly pager: Pager };

const at = (p: Pager, top: number): Pager => ({ ...p, top: Math.max(0, top), fresh: false, message: "" });
const count = (p: Pager): number => shownLines(p)?.length ?? p.lines.length;

/** The last top from which the end is on the screen. */
export function lastTop(p: Pager): number {
  const shown = shownLines(p);
  let rows = 0;
  let line = count(p);
  while (line > 0) {
    rows += lineRows(p, shown ? (shown[line - 1] as number) : line - 1).length;
    if (rows > p.rows - 1) break;
    line--;
  }
  return line;
}

/** Down by lines; more are read before, where there may be more. */
function down(p: Pager, lines: number, k: string): Next {
  const wanted = p.top + lines + p.rows;
  if (!p.ended && p.lines.length < wanted) return { pager: p, reach: wanted, then: k };
  return { pager: at(p, Math.min(p.top + lines, Math.max(p.top, p.ended ? lastTop(p) : Infinity))) };
}

/** A key, with the number that was typed before it. */
export function press(p: Pager, k: string, n: number | undefined): Next {
  const room = p.rows - 1;
  const shown = view(p);
  switch (k) {
    case "q":
    case "Q":
      return { quit: 0 };
    case " ":
    case "f":
    case ctrl("F"):
    case ctrl("V"):
    case KEY.pageDown:
      return down(p, n ?? Math.max(1, shown.bottom - p.top), k);
    case "b":
    case ctrl("B"):
    case KEY.pageUp:
      return { pager: at(p, p.top - (n ?? room)) };
    case "d":
    case ctrl("D"):
      return down(p, n ?? room >> 1, k);
    case "u":
    case ctrl("U"):
      return { pager: at(p, p.top - (n ?? room >> 1)) };
    case "j":
    case "e":
    case CR:
    case "\n":
    case ctrl("N"):
    case ctrl("E"):
    case KEY.down:
      return down(p, n ?? 1, k);
    case "k":
    case "y":
    case ctrl("P"):
    case ctrl("Y"):
    case ctrl("K"):
    case KEY.up:
      return { pager: at(p, p.top - (n ?? 1)) };
    case "g":
    case "<":
    case KEY.home:
      if (n !== undefined && !p.ended && p.lines.length < n + p.rows) return { pager: p, reach: n + p.rows, then: k };
      return { pager: at(p, Math.min((n ?? 1) - 1, Math.max(0, count(p) - 1))) };
    case "G":
    case ">":
    case KEY.end:
      if (!p.ended) return { pager: p, reach: Infinity, then: k };
      return { pager: at(p, n === undefined ? lastTop(p) : Math.min(n - 1, Math.max(0, count(p) - 1))) };
    case "p":
    case "%":
      if (!p.ended) return { pager: p, reach: Infinity, then: k };
      return { pager: at(p, Math.min(lastTop(p), Math.floor((count(p) * (n ?? 0)) / 100))) };
    case KEY.right:
      return { pager: { ...at(p, p.top), left: p.left + (n ?? p.columns >> 1), chop: true } };
    case KEY.left:
      return { pager: { ...at(p, p.top), left: Math.max(0, p.left - (n ?? p.columns >> 1)) } };
    case "/":
    case "?":
    case "&":
    case "-":
    case ":":
      return { pager: { ...p, message: "", typing: { prefix: k === "&" ? "&/" : k, text: "" } } };
    case "n":
    case "N":
      return again(p, k === "N", n ?? 1, k);
    case "=":
    case ctrl("G"): {
      if (!p.ended && p.name !== undefined) return { pager: p, reach: Infinity, then: k };
      const size = p.lines.reduce((sum, l) => sum + l.length + 1, 0);
      const before = p.lines.slice(0, shown.bottom).reduce((sum, l) => sum + l.length + 1, 0);
      const total = p.ended ? `/${p.lines.length}` : "";
      const share = p.ended && size > 0 ? ` ${Math.round((before * 100) / size)}% ` : " ";
      const name = p.name === undefined ? "" : `${p.name} `;
      return {
        pager: {
          ...p,
          fresh: false,
          message: `${name}lines ${p.top + 1}-${shown.bottom}${total} byte ${before}${p.ended ? `/${size}` : ""}${share} ${shown.atEnd ? "(END) " : ""}(press RETURN)`,
        },
      };
    }
    case "v":
      return { edit: p.top + Math.ceil((shown.bottom - p.top) / 2), pager: p };
    case "r":
    case ctrl("L"):
      return { pager: at(p, p.top) };
    case "h":
    case "H":
    case "F":
    case "|":
    case "s":
    case "m":
    case "'":
      return { pager: { ...p, message: `${k} is not available in this less  (press RETURN)` } };
    case ESC:
      return { pager: p };
    default:
      return { pager: { ...at(p, p.top) } };
  }
}

/** A key while something is typed at the bottom. */
export function type(p: Pager, k: string): Next {
  const typing = p.typing as NonNullable<Pager["typing"]>;
  const keep = (text: string): Next => ({ pager: { ...p, typing: { ...typing, text } } });
  const done = { ...p, typing: undefined };
  if (k === ESC || k === ctrl("C") || k === ctrl("G") || ((k === "\x7f" || k === "\b") && typing.text === "")) return { pager: done };
  if (k === "\x7f" || k === "\b") return keep(typing.text.slice(0, -1));
  if (k === ctrl("U")) return keep("");
  if (typing.prefix === "-") return option(done, k);
  if (typing.prefix === ":" && k !== CR) {
    if (k === "q" || k === "Q") return { quit: 0 };
    if (k === "n" || k === "p") return { file: k === "n" ? 1 : -1, pager: done };
    return { pager: done };
  }
  if (k !== CR && k !== "\n") return k >= " " && k < "\uE000" ? keep(typing.text + k) : { pager: p };
  if (typing.prefix === "&/") return { pager: { ...at(done, 0), filter: typing.text }, reach: Infinity, then: "r" };
  const pattern = typing.text === "" ? p.pattern : typing.text;
  if (pattern === "") return { pager: { ...done, message: "No previous regular expression  (press RETURN)" } };
  if (!matcher(pattern, p.fold)) return { pager: { ...done, message: "Invalid pattern  (press RETURN)" } };
  const backwards = typing.prefix === "?";
  return again({ ...done, pattern, backwards, highlight: true }, false, 1, "n", true);
}

/** The next line that matches, from the one after the first shown (or from it, where it is searched for anew). */
function again(p: Pager, reverse: boolean, n: number, k: string, fresh = false): Next {
  const test = p.pattern === "" ? undefined : matcher(p.pattern, p.fold);
  if (!test) return { pager: { ...p, message: "No previous regular expression  (press RETURN)" } };
  const step = p.backwards !== reverse ? -1 : 1;
  const shown = shownLines(p);
  const total = count(p);
  let left = n;
  for (let line = p.top + (fresh && step > 0 ? 0 : step); line >= 0 && line < total; line += step) {
    if (test(plainText(p.lines[shown ? (shown[line] as number) : line] ?? "")).length > 0 && --left === 0)
      return { pager: { ...at(p, line), highlight: true } };
  }
  if (step > 0 && !p.ended) return { pager: p, reach: Infinity, then: k };
  return { pager: { ...p, fresh: false, message: "Pattern not found  (press RETURN)" } };
}

function option(p: Pager, k: string): Next {
  switch (k) {
    case "S":
      return { pager: { ...p, chop: !p.chop, left: 0, message: `${p.chop ? "Fold" : "Chop"} long lines  (press RETURN)` } };
    case "N":
      return {
        pager: {
          ...p,
          numbers: !p.numbers,
          message: `${p.numbers ? "Don't use line numbers" : "Constantly display line numbers"}  (press RETURN)`,
        },
      };
    case "i":
    case "I": {
      const fold = p.fold !== 0 ? 0 : k === "i" ? 1 : 2;
      return {
        pager: {
          ...p,
          fold,
          message: `${fold === 0 ? "Case is significant in searches" : fold === 1 ? "Ignore case in searches" : "Ignore case in searches and in patterns"}  (press RETURN)`,
        },
      };
    }
    case "R":
      return { pager: { ...p, raw: !p.raw } };
    case "G":
      return { pager: { ...p, highlight: !p.highlight } };
    default:
      return { pager: { ...p, message: `There is no -${k} option in this less  (press RETURN)` } };
  }
}
