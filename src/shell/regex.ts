import { RE2JS } from "re2js";
import { Backtracking } from "./backtrack.ts";

/**
 * POSIX regular expressions on RE2 (linear time): basic syntax is rewritten to extended, GNU's \< \> \w \s \+ \? \|
 * are known, and back-references are refused, since no linear engine has them.
 */
export class RegexError extends Error {}

/** What the tools use of a pattern, whichever engine has it. */
export interface Regex {
  test(text: string): boolean;
  matcher(text: string): {
    find(from?: number): boolean;
    start(group?: number): number;
    end(group?: number): number;
    group(group?: number): string | null;
    groupCount(): number;
  };
}

export interface RegexOptions {
  readonly extended: boolean;
  /** Perl's syntax, for `grep -P`: what stands first wins, not what is longest. */
  readonly perl?: boolean;
  readonly ignoreCase?: boolean;
  readonly multiline?: boolean;
}

const cache = new Map<string, Regex>();
/** What no linear engine can do: back-references, look-around, \K, atomic groups. */
const BEYOND = /\\[1-9]|\(\?(?:[=!>]|<[=!])|\\K|[*+?}]\+/;

export function posixRegex(source: string, options: RegexOptions): Regex {
  const key = `${options.perl ? "p" : options.extended ? "e" : "b"}${options.ignoreCase ? "i" : ""}${options.multiline ? "m" : ""}:${source}`;
  const known = cache.get(key);
  if (known) return known;
  let flags = options.perl ? 0 : RE2JS.LONGEST_MATCH | RE2JS.DOTALL;
  if (options.ignoreCase) flags |= RE2JS.CASE_INSENSITIVE;
  if (options.multiline) flags |= RE2JS.MULTILINE;
  let compiled: Regex;
  try {
    const translated = options.perl ? source : options.extended ? fromExtended(source) : fromBasic(source);
    compiled = BEYOND.test(options.perl ? source : translated)
      ? new Backtracking(translated, options.ignoreCase ?? false)
      : RE2JS.compile(translated, flags);
  } catch (error) {
    if (error instanceof RegexError) throw error;
    throw new RegexError(reason(error instanceof Error ? error.message : ""));
  }
  if (cache.size > 300) cache.clear();
  cache.set(key, compiled);
  return compiled;
}

/** glibc's words for what RE2 found. */
function reason(message: string): string {
  if (/missing closing \]/.test(message)) return "Unmatched [, [^, [:, [., or [=";
  if (/missing closing \)/.test(message)) return "Unmatched ( or \\(";
  if (/unexpected \)/.test(message)) return "Unmatched ) or \\)";
  if (/trailing backslash/i.test(message)) return "Trailing backslash";
  if (/repeat|missing argument/.test(message)) return "Invalid preceding regular expression";
  return "Invalid regular expression";
}

const ESCAPES: Readonly<Record<string, string>> = {
  "<": "\\b",
  ">": "\\b",
  w: "\\w",
  W: "\\W",
  s: "\\s",
  S: "\\S",
  b: "\\b",
  B: "\\B",
  n: "\\n",
  t: "\\t",
  "`": "\\A",
  "'": "\\z",
};

export function posixClasses(source: string): string {
  return fromExtended(source);
}

function fromExtended(source: string): string {
  let out = "";
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    if (c === "[") {
      const end = bracketEnd(source, i);
      out += bracket(source.slice(i, end));
      i = end - 1;
    } else if (c === "\\") out += escape(source[++i]);
    else if (c === "{" && !/^\{\d+(,\d*)?\}/.test(source.slice(i))) out += "\\{";
    else if (c === "*" && (out === "" || out.endsWith("(") || out.endsWith("|") || out === "^")) out += "\\*";
    else out += c;
  }
  return out;
}

function fromBasic(source: string): string {
  let out = "";
  for (let i = 0; i < source.length; i++) {
    const c = source[i] as string;
    const start = out === "" || (out.endsWith("(") && !out.endsWith("\\(")) || (out.endsWith("|") && !out.endsWith("\\|"));
    if (c === "[") {
      const end = bracketEnd(source, i);
      out += bracket(source.slice(i, end));
      i = end - 1;
    } else if (c === "\\") {
      const next = source[++i];
      if (next !== undefined && "(){}|+?".includes(next)) out += next;
      else out += escape(next);
    } else if ("(){}|+?".includes(c)) out += `\\${c}`;
    else if (c === "*" && (start || out === "^")) out += "\\*";
    else if (c === "^" && !start) out += "\\^";
    else if (c === "$" && i !== source.length - 1 && source.slice(i + 1, i + 3) !== "\\)" && source.slice(i + 1, i + 3) !== "\\|")
      out += "\\$";
    else out += c;
  }
  return out;
}

function escape(next: string | undefined): string {
  if (next === undefined) throw new RegexError("Trailing backslash");
  if (/[1-9]/.test(next)) return `\\${next}`;
  return ESCAPES[next] ?? (/[A-Za-z0-9]/.test(next) ? next : `\\${next}`);
}

function bracketEnd(source: string, open: number): number {
  let i = open + 1;
  if (source[i] === "^") i++;
  if (source[i] === "]") i++;
  for (; i < source.length; i++) {
    if (source[i] === "[" && ":.=".includes(source[i + 1] ?? " ")) {
      const end = source.indexOf(`${source[i + 1]}]`, i + 2);
      if (end > 0) i = end + 1;
    } else if (source[i] === "]") return i + 1;
  }
  throw new RegexError("Unmatched [, [^, [:, [., or [=");
}

/** In a POSIX bracket a backslash is literal; RE2 reads it as an escape. */
function bracket(text: string): string {
  const negated = text[1] === "^";
  let body = text.slice(negated ? 2 : 1, -1);
  let out = negated ? "[^" : "[";
  if (body.startsWith("]")) {
    out += "\\]";
    body = body.slice(1);
  }
  for (let i = 0; i < body.length; i++) {
    const c = body[i] as string;
    if (c === "[" && body[i + 1] === ":") {
      const end = body.indexOf(":]", i);
      if (end > 0) {
        out += body.slice(i, end + 2);
        i = end + 1;
        continue;
      }
    }
    if (c === "\\" && /[nt]/.test(body[i + 1] ?? "")) {
      out += c + (body[++i] as string);
    } else if (c === "\\" && "]\\/.".includes(body[i + 1] ?? " ")) {
      out += `\\${body[++i] as string}`;
    } else out += c === "\\" || c === "[" || c === "&" || c === "~" ? `\\${c}` : c;
  }
  return `${out}]`;
}
