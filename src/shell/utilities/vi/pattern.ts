import { posixRegex, type Regex, RegexError } from "../../regex.ts";

/** vim's patterns, translated for a linear engine. */
export interface Pattern {
  readonly regex: Regex;
  /** It may match over the end of a line. */
  readonly multiline: boolean;
  /** Without any of these characters in a row, a line cannot match. */
  readonly literal: string | undefined;
  /** Which group is what counts as the match (\zs, \ze), and which are \1 to \9. */
  readonly whole: number;
  readonly groups: readonly number[];
}
export interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly string[];
}
export interface PatternOptions {
  readonly ignorecase: boolean;
  readonly smartcase: boolean;
  readonly magic: boolean;
}

const CLASSES: Readonly<Record<string, string>> = {
  s: "[ \\t]",
  S: "[^ \\t\\n]",
  d: "[0-9]",
  D: "[^0-9\\n]",
  w: "[0-9A-Za-z_]",
  W: "[^0-9A-Za-z_\\n]",
  x: "[0-9A-Fa-f]",
  X: "[^0-9A-Fa-f\\n]",
  o: "[0-7]",
  a: "[A-Za-z]",
  A: "[^A-Za-z\\n]",
  h: "[A-Za-z_]",
  H: "[^A-Za-z_\\n]",
  l: "[a-z]",
  L: "[^a-z\\n]",
  u: "[A-Z]",
  U: "[^A-Z\\n]",
  i: "[0-9A-Za-z_\\x{c0}-\\x{ff}]",
  I: "[A-Za-z_\\x{c0}-\\x{ff}]",
  k: "[0-9A-Za-z_\\x{c0}-\\x{ff}]",
  K: "[A-Za-z_\\x{c0}-\\x{ff}]",
  f: "[0-9A-Za-z/.\\-_+,#$%~=]",
  p: "[^\\x00-\\x1f\\x7f]",
  n: "\\n",
  t: "\\t",
  e: "\\x1b",
  r: "\\r",
  "<": "\\b",
  ">": "\\b",
};
const cache = new Map<string, Pattern>();

/** Throws RegexError. */
export function compile(source: string, o: PatternOptions): Pattern {
  const key = `${o.ignorecase}${o.smartcase}${o.magic}:${source}`;
  const known = cache.get(key);
  if (known) return known;
  const made = translate(source, o);
  if (cache.size > 200) cache.clear();
  cache.set(key, made);
  return made;
}

function translate(source: string, o: PatternOptions): Pattern {
  let fold = o.ignorecase;
  if (fold && o.smartcase && /[A-Z]/.test(source.replace(/\\./g, ""))) fold = false;
  let magic = (o.magic ? "m" : "M") as "v" | "m" | "M" | "V";
  let out = "";
  let literal: string | undefined = "";
  let opened = 0;
  let [whole, zs, ze, shift] = [0, -1, -1, 0];
  const groups: number[] = [];
  const stack: string[] = [];
  let atStart = true;
  let multiline = false;
  const special = (c: string): boolean => {
    if (magic === "v") return !/[0-9A-Za-z_]/.test(c) && "^$.*[~+?={}()|@%<>&".includes(c);
    if (magic === "m") return "^$.*[~".includes(c);
    return magic === "M" ? "^$".includes(c) : false;
  };
  const plain = (c: string): void => {
    out += /[A-Za-z0-9_ ]/.test(c) || c.charCodeAt(0) > 127 ? c : `\\${c}`;
    if (literal !== undefined) literal += c;
    atStart = false;
  };
  const add = (text: string): void => {
    out += text;
    literal = undefined;
    atStart = false;
  };
  for (let i = 0; i < source.length; i++) {
    let c = source[i] as string;
    let escaped = false;
    if (c === "\\") {
      c = source[++i] ?? "";
      escaped = true;
      if (c === "") {
        plain("\\");
        break;
      }
    }
    if (escaped && "cCvVmM".includes(c)) {
      if (c === "c" || c === "C") fold = c === "c";
      else magic = c as typeof magic;
      continue;
    }
    const active = escaped ? !special(c) : special(c);
    if (escaped && !active) {
      plain(c);
      continue;
    }
    if (escaped && /[a-zA-Z<>]/.test(c) && CLASSES[c] !== undefined && !(magic === "v" && "<>".includes(c))) {
      if (c === "n") multiline = true;
      add(CLASSES[c] as string);
      continue;
    }
    if (escaped && c === "_" && source[i + 1] !== undefined) {
      const next = source[++i] as string;
      multiline = true;
      if (next === "^" || next === "$") add(next === "^" ? "(?m:^)" : "(?m:$)");
      else if (next === ".") add("(?s:.)");
      else if (CLASSES[next]) add(`(?:${CLASSES[next]}|\\n)`);
      else throw new RegexError(`E63: Invalid use of \\_`);
      continue;
    }
    if (escaped && c === "z" && (source[i + 1] === "s" || source[i + 1] === "e")) {
      if (stack.length > 0) throw new RegexError("E68: Invalid character after \\z");
      if (source[++i] === "s") zs = out.length;
      else ze = out.length;
      literal = undefined;
      continue;
    }
    if (!active) {
      plain(c);
      continue;
    }
    switch (c) {
      case "^":
        if (atStart || magic === "v") add("(?m:^)");
        else plain("^");
        atStart = true;
        break;
      case "$": {
        const rest = source.slice(i + 1);
        if (rest === "" || magic === "v" || /^(\\[|)&n]|\\z[se])/.test(rest)) add("(?m:$)");
        else plain("$");
        break;
      }
      case ".":
        add(".");
        break;
      case "*":
        if (atStart) plain("*");
        else add("*");
        break;
      case "~":
        plain("~");
        break;
      case "+":
        add("+");
        break;
      case "=":
      case "?":
        add("?");
        break;
      case "{": {
        const m = /^(-?)(\d*)(,?)(\d*)\\?\}/.exec(source.slice(i + 1));
        if (!m) throw new RegexError("E554: Syntax error in \\{...}");
        i += m[0].length;
        const lazy = m[1] === "-" ? "?" : "";
        if (m[2] === "" && m[4] === "") add(`*${lazy}`);
        else add(`{${m[2] || 0}${m[3]}${m[4]}}${lazy}`);
        break;
      }
      case "(":
        groups.push(++opened);
        stack.push("(");
        add("(");
        atStart = true;
        break;
      case "%":
        if (source[i + 1] === "(") {
          i++;
          stack.push("(");
          add("(?:");
          atStart = true;
        } else if (source[i + 1] === "^" || source[i + 1] === "$") add(source[++i] === "^" ? "\\A" : "\\z");
        else throw new RegexError("E71: Invalid character after \\%");
        break;
      case ")":
        if (stack.pop() === undefined) throw new RegexError("E55: Unmatched \\)");
        add(")");
        break;
      case "|":
        add("|");
        atStart = true;
        break;
      case "[": {
        const end = setEnd(source, i);
        if (end < 0) {
          plain("[");
          break;
        }
        add(characterSet(source.slice(i + 1, end)));
        i = end;
        break;
      }
      case "<":
      case ">":
        add("\\b");
        break;
      default:
        if (/[1-9]/.test(c)) {
          add(`\\${c}`);
          break;
        }
        if ("@&".includes(c)) throw new RegexError(`\\${c} is not available in this vim: patterns are matched in linear time`);
        if (escaped && /[A-Za-z0-9]/.test(c)) throw new RegexError(`E71: Invalid character after \\${c}`);
        plain(c);
    }
  }
  if (stack.length > 0) throw new RegexError("E54: Unmatched \\(");
  if (zs >= 0 || ze >= 0) {
    const from = Math.max(0, zs);
    const to = ze >= 0 ? ze : out.length;
    shift = countGroups(out.slice(0, from));
    whole = shift + 1;
    out = `${out.slice(0, from)}(${out.slice(from, to)})${out.slice(to)}`;
    for (const [n, g] of groups.entries()) if (g > shift) groups[n] = g + 1;
  }
  return {
    regex: posixRegex(out, { extended: true, perl: true, ignoreCase: fold }),
    multiline,
    literal: fold || literal === "" ? undefined : literal,
    whole,
    groups,
  };
}
const countGroups = (text: string): number => (text.match(/(?<!\\)(?:\\\\)*\((?!\?)/g) ?? []).length;

function setEnd(source: string, open: number): number {
  let i = open + 1;
  if (source[i] === "^") i++;
  if (source[i] === "]") i++;
  for (; i < source.length; i++) {
    if (source[i] === "\\") i++;
    else if (source.startsWith("[:", i)) i = Math.max(i, source.indexOf(":]", i) + 1);
    else if (source[i] === "]") return i;
  }
  return -1;
}
function characterSet(body: string): string {
  let out = "[";
  let i = 0;
  if (body[0] === "^") {
    out += "^\\n";
    i++;
  }
  for (; i < body.length; i++) {
    const c = body[i] as string;
    const named = body.startsWith("[:", i) ? /^\[:\w+:\]/.exec(body.slice(i)) : null;
    if (named) {
      out += named[0];
      i += named[0].length - 1;
    } else if (c === "\\" && /[etrnb\\\]^-]/.test(body[i + 1] ?? "")) {
      const next = body[++i] as string;
      out += next === "e" ? "\\x1b" : next === "b" ? "\\x08" : /[trn]/.test(next) ? `\\${next}` : `\\${next}`;
    } else if (c === "-" && i > 0 && i < body.length - 1) out += "-";
    else out += /[A-Za-z0-9 ]/.test(c) ? c : `\\${c}`;
  }
  return `${out}]`;
}

/** Lines that one match can be over. */
const SPAN = 60;

/** The first match in a line at or after a column; its end may lie lines below (a column beyond the line's own). */
export function matchLine(p: Pattern, lines: readonly string[], line: number, from: number): Match | undefined {
  const own = lines[line] ?? "";
  if (p.literal !== undefined) {
    const at = own.indexOf(p.literal, from);
    return at < 0 ? undefined : { start: at, end: at + p.literal.length, groups: [p.literal] };
  }
  const text = p.multiline ? lines.slice(line, line + SPAN).join("\n") : own;
  const m = p.regex.matcher(text);
  let at = from;
  while (at <= own.length && m.find(at)) {
    const start = m.start(p.whole);
    const end = m.end(p.whole);
    if (start > own.length) return undefined;
    if (start >= from) return { start, end, groups: [text.slice(start, end), ...p.groups.map((g) => m.group(g) ?? "")] };
    at = Math.max(m.start() + 1, at + 1);
  }
  return undefined;
}
