import { beep, complain, key, pause } from "../ask.ts";
import type { Co } from "../../screen/ask.ts";
import { change, clamp, room, spliceLines } from "../buffer.ts";
import { ctrl, ESC } from "../../screen/keys.ts";
import { matchLine } from "../pattern.ts";
import { patternOf } from "../search.ts";
import type { Editor } from "../state.ts";
import { lineOf, say } from "../state.ts";
import { firstNonBlank } from "../text.ts";
import { runCommandLine } from "./run.ts";
import type { Call, Command } from "./types.ts";

/** Cuts `/a/b/flags`; the delimiter is any that is no letter. */
function cut(text: string): { readonly parts: readonly string[]; readonly rest: string } {
  const delimiter = text[0] as string;
  const parts: string[] = [];
  let part = "";
  let i = 1;
  for (; i < text.length && parts.length < 2; i++) {
    const c = text[i] as string;
    if (c === "\\" && text[i + 1] === delimiter) {
      part += parts.length === 0 && delimiter !== "/" && ".*[]^$~".includes(delimiter) ? `\\${delimiter}` : delimiter;
      i++;
    } else if (c === "\\") part += c + (text[++i] ?? "");
    else if (c === delimiter) {
      parts.push(part);
      part = "";
    } else part += c;
  }
  if (parts.length < 2) parts.push(part);
  return { parts, rest: text.slice(i) };
}

/** What stands for a match: `&`, `\1`, `\r`, `\u` and the like. Line breaks are \r here. */
export function expand(replacement: string, groups: readonly string[], previous: string, magic: boolean): string {
  let out = "";
  let once: ((c: string) => string) | undefined;
  let all: ((c: string) => string) | undefined;
  const put = (text: string): void => {
    for (const c of text) {
      out += once ? once(c) : all ? all(c) : c;
      once = undefined;
    }
  };
  for (let i = 0; i < replacement.length; i++) {
    const c = replacement[i] as string;
    if (c === "&" && magic) put(groups[0] ?? "");
    else if (c === "~" && magic) put(previous);
    else if (c === "\r") out += "\r";
    else if (c !== "\\") put(c);
    else {
      const next = replacement[++i] ?? "\\";
      if (/\d/.test(next)) put(groups[Number(next)] ?? "");
      else if (next === "&" && !magic) put(groups[0] ?? "");
      else if (next === "n") out += "\0";
      else if (next === "r") out += "\r";
      else if (next === "t") out += "\t";
      else if (next === "u" || next === "l") once = (x) => (next === "u" ? x.toUpperCase() : x.toLowerCase());
      else if (next === "U" || next === "L") all = (x) => (next === "U" ? x.toUpperCase() : x.toLowerCase());
      else if (next === "e" || next === "E") once = all = undefined;
      else put(next);
    }
  }
  return out;
}

function* substitute(ed: Editor, c: Call): Co {
  const vim = ed.flavour === "vim";
  let { args } = c;
  let pattern = ed.substitution?.pattern;
  let replacement = ed.substitution?.replacement ?? "";
  if (c.name === "substitute" && args !== "" && !/^[a-zA-Z0-9\s"|]/.test(args)) {
    const { parts, rest } = cut(args);
    pattern = parts[0] === "" ? ed.search?.pattern : parts[0];
    const given = parts[1] ?? "";
    replacement = given === "~" ? (ed.substitution?.replacement ?? "") : given;
    args = rest;
    if (pattern === undefined) return complain(ed, "E35: No previous regular expression");
  } else if (pattern === undefined) return complain(ed, vim ? "E35: No previous regular expression" : "No previous regular expression");
  if (replacement.startsWith("\\=")) return complain(ed, "\\= is not available in this vim: it has no expressions");
  const m = /^(&*[cegiInpr#l]*)\s*(\d*)\s*([|"].*)?$/.exec(args.trim());
  if (!m) return complain(ed, `E488: Trailing characters: ${args.trim()}`);
  let flags = m[1] as string;
  if (flags.startsWith("&")) flags = (ed.substitution?.flags ?? "") + flags.slice(1);
  let { from, to } = c.range;
  if (m[2] !== "") [from, to] = [to, Math.min(ed.lines.length - 1, to + Number(m[2]) - 1)];
  const previous = ed.substitution?.replacement ?? "";
  ed.substitution = { pattern, replacement, flags };
  ed.search = { pattern, forward: ed.search?.forward ?? true, offset: "" };
  const folded = flags.includes("i") ? "\\c" : flags.includes("I") ? "\\C" : "";
  yield* replaceAll(ed, { source: folded + pattern, pattern, replacement, previous, from, to, flags, quiet: c.quiet });
  if (m[3]?.startsWith("|")) yield* runCommandLine(ed, m[3].slice(1));
}

interface Job {
  readonly source: string;
  readonly pattern: string;
  readonly replacement: string;
  readonly previous: string;
  readonly from: number;
  readonly to: number;
  readonly flags: string;
  readonly quiet: boolean;
}
function* replaceAll(ed: Editor, job: Job): Co {
  const compiled = patternOf(ed, job.source);
  const { flags } = job;
  const global = flags.includes("g") !== ed.options.gdefault;
  const counting = flags.includes("n");
  let asking = flags.includes("c") && !counting;
  let [hits, lines] = [0, 0];
  let last = -1;
  let { to } = job;
  let stop = false;
  let carry = 0;
  let column_: number | undefined;
  change(ed);
  for (let l = job.from; l <= to && !stop; l++) {
    yield* pause(ed);
    let column = carry;
    carry = 0;
    let touched = false;
    let limit = 1e6;
    for (let match = matchLine(compiled, ed.lines, l, column); match && --limit > 0; match = matchLine(compiled, ed.lines, l, column)) {
      const text = lineOf(ed, l);
      let answer = "y";
      let spanned = 0;
      if (asking) {
        answer = yield* ask(ed, job.replacement, l, match.start, match.end);
        if (answer === "a") asking = false;
        if (answer === "q") {
          stop = true;
          break;
        }
      }
      let advance = Math.max(match.end, match.start + (match.end === match.start ? 1 : 0));
      if (answer !== "n") {
        hits++;
        touched = true;
        last = l;
        if (!counting) {
          spanned =
            match.end > text.length
              ? ed.lines
                  .slice(l, l + 60)
                  .join("\n")
                  .slice(0, match.end)
                  .split("\n").length - 1
              : 0;
          const whole = spanned > 0 ? ed.lines.slice(l, l + spanned + 1).join("\n") : text;
          const made = expand(job.replacement, match.groups, job.previous, ed.options.magic);
          const next = (whole.slice(0, match.start) + made + whole.slice(match.end)).split("\r");
          if (spanned > 0 || next.length > 1) {
            spliceLines(ed, l, spanned + 1, next);
            to += next.length - 1 - spanned;
            l += next.length - 1;
            last = l;
            advance = (made.split("\r").at(-1) as string).length + (next.length === 1 ? match.start : 0);
          } else {
            room(ed, (next[0] as string).length);
            ed.lines[l] = next[0] as string;
            advance = match.start + made.length;
          }
          if (match.end === match.start) advance++;
        }
        if (answer === "l") stop = true;
      }
      if (spanned > 0 && !global && l < to + 1) {
        // What was the next line goes on here.
        carry = column_ = advance;
        l--;
      }
      if (!global || stop || advance >= lineOf(ed, l).length) break;
      // An anchored pattern matches once.
      if (job.pattern.startsWith("^")) break;
      column = advance;
    }
    if (touched) lines++;
  }
  if (hits === 0) {
    if (flags.includes("e") || job.quiet || stop || asking) return;
    return complain(ed, ed.flavour === "vim" ? `E486: Pattern not found: ${job.pattern}` : "No match");
  }
  ed.highlight = true;
  if (!counting) {
    ed.cursor = { line: last, column: column_ ?? firstNonBlank(lineOf(ed, last)) };
    ed.marks["."] = ed.cursor;
    clamp(ed);
  }
  if (job.quiet) return;
  const many = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : what.endsWith("h") ? "es" : "s"}`;
  if (ed.flavour === "busybox") return lines > 1 ? say(ed, `${hits} substitutions on ${lines} lines`) : undefined;
  if (counting || hits > 2) say(ed, `${many(hits, counting ? "match" : "substitution")} on ${many(lines, "line")}`);
}

/** `replace with x (y/n/a/q/l/^E/^Y)?` */
function* ask(ed: Editor, replacement: string, line: number, from: number, to: number): Co<string> {
  ed.asked = { line, from, to };
  ed.cursor = { line, column: from };
  clamp(ed);
  try {
    for (;;) {
      ed.message = { text: `replace with ${replacement} (y/n/a/q/l/^E/^Y)?`, kind: "warning" };
      const k = yield* key(ed);
      if ("ynalq".includes(k)) return k;
      if (k === ESC || k === ctrl("C")) return "q";
    }
  } finally {
    ed.asked = undefined;
    ed.message = undefined;
  }
}

const substituteCommand = (name: string, short: string): Command => ({
  name,
  short,
  range: true,
  busybox: name === "substitute",
  run: substitute,
});
export const substitutes: readonly Command[] = [substituteCommand("substitute", "s"), substituteCommand("&", "&")];

function* global(ed: Editor, c: Call): Co {
  if (c.quiet) return complain(ed, "E147: Cannot do :global recursive with a range");
  const inverse = c.bang || c.name === "vglobal";
  if (c.args === "") return complain(ed, "E148: Regular expression missing from global");
  const delimiter = c.args[0] as string;
  let end = 1;
  while (end < c.args.length && c.args[end] !== delimiter) end += c.args[end] === "\\" ? 2 : 1;
  const source = c.args.slice(1, end).replaceAll(`\\${delimiter}`, delimiter) || ed.search?.pattern;
  if (!source) return complain(ed, "E35: No previous regular expression");
  const command = c.args.slice(end + 1).trim() || "p";
  const pattern = patternOf(ed, source);
  ed.search = { pattern: source, forward: true, offset: "" };
  const [from, to] = c.range.given === 0 ? [0, ed.lines.length - 1] : [c.range.from, c.range.to];
  const hits: number[] = [];
  for (let l = from; l <= to; l++) {
    if (l % 64 === 0) yield* pause(ed);
    if (!!matchLine(pattern, ed.lines, l, 0) !== inverse) hits.push(l);
  }
  if (hits.length === 0) return complain(ed, `E486: Pattern not found: ${source}`);
  change(ed);
  const n = ed.lines.length;
  if (/^d(elete)?\s*$/.test(command)) deleteLines(ed, hits);
  else yield* onEach(ed, hits, command);
  const more = ed.lines.length - n;
  if (Math.abs(more) > 2) say(ed, more > 0 ? `${more} more lines` : `${-more} fewer lines`);
}
/** All at once: one by one would move the rest each time. */
function deleteLines(ed: Editor, hits: readonly number[]): void {
  const gone = new Set(hits);
  const last = hits.at(-1) as number;
  ed.registers['"'] = ed.registers["1"] = { kind: "line", text: [ed.lines[last] as string] };
  const left = ed.lines.filter((_, i) => !gone.has(i));
  spliceLines(ed, 0, ed.lines.length, left.length === 0 ? [""] : left);
  const line = Math.max(0, Math.min(last - hits.length + 1, ed.lines.length - 1));
  ed.cursor = { line, column: firstNonBlank(lineOf(ed, line)) };
}
/** Runs the command on every line that was found, wherever it is by then. */
function* onEach(ed: Editor, hits: readonly number[], command: string): Co {
  // A line is followed by a mark of its own, since commands move, delete and add lines.
  const names = hits.map((_, i) => `\u0000${i}`);
  for (const [i, l] of hits.entries()) ed.marks[names[i] as string] = { line: l, column: 0 };
  const shown: string[] = [];
  try {
    for (const name of names) {
      yield* pause(ed);
      const mark = ed.marks[name];
      if (!mark) continue;
      ed.cursor = { line: mark.line, column: 0 };
      ed.pages = undefined;
      yield* runCommandLine(ed, command, true);
      const { pages } = ed as { pages: string[] | undefined };
      if (pages) shown.push(...pages);
    }
  } finally {
    for (const name of names) delete ed.marks[name];
    ed.pages = shown.length > 0 ? shown : undefined;
  }
  if (ed.quit !== undefined) beep();
}
export const globals: readonly Command[] = [
  { name: "global", short: "g", range: true, run: global },
  { name: "vglobal", short: "v", range: true, run: global },
];
