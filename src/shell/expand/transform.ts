import type { Shell } from "../shell.ts";
import { ShellError } from "../state.ts";
import { backslashEscapes } from "./escapes.ts";

/** `text` written so that a shell reads it back: 'a b', or "a b" in declare's form, or $'\n' for control characters. */
export function quoteForShell(text: string, double = false): string {
  if (/[\x00-\x1f\x7f]/.test(text)) {
    const named: Record<string, string> = {
      "\n": "\\n",
      "\t": "\\t",
      "\r": "\\r",
      "\x07": "\\a",
      "\b": "\\b",
      "\x1b": "\\E",
      "\f": "\\f",
      "\v": "\\v",
    };
    return `$'${text.replace(/[\\']/g, "\\$&").replace(/[\x00-\x1f\x7f]/g, (c) => named[c] ?? `\\${c.charCodeAt(0).toString(8).padStart(3, "0")}`)}'`;
  }
  return double ? `"${text.replace(/["\\$`]/g, "\\$&")}"` : `'${text.replace(/'/g, "'\\''")}'`;
}

/** As quoteForShell, but words that need no quotes stay bare (set -x, `set`, alias). */
export function quoteIfNeeded(text: string): string {
  return text === "" ? "''" : /^[\w@%+=:,./-]+$/.test(text) ? text : quoteForShell(text);
}

/** printf %q: backslashes. */
export function backslashQuote(text: string): string {
  if (text === "") return "''";
  if (/[\x00-\x1f\x7f]/.test(text)) return quoteForShell(text);
  return text.replace(/[^\w@%+=:./,\u0080-\uffff-]/g, "\\$&").replace(/,/g, "\\,");
}

function attributes(sh: Shell, name: string): string {
  const v = sh.find(name);
  if (!v) return "";
  return `${v.associative ? "A" : v.array ? "a" : ""}${v.integer ? "i" : ""}${v.case === "lower" ? "l" : ""}${v.readonly ? "r" : ""}${v.case === "upper" ? "u" : ""}${v.exported ? "x" : ""}`;
}

/** ${x@Q} and its kin. */
export function transform(sh: Shell, operator: string, text: string, name: string): string {
  switch (operator) {
    case "Q":
      return quoteForShell(text);
    case "U":
      return text.toUpperCase();
    case "L":
      return text.toLowerCase();
    case "u":
      return text.charAt(0).toUpperCase() + text.slice(1);
    case "E":
      return backslashEscapes(text).text;
    case "A": {
      const letters = attributes(sh, name);
      return `${letters && `declare -${letters} `}${name}=${quoteForShell(text)}`;
    }
    case "a":
      return attributes(sh, name);
    case "K":
    case "k":
      return quoteForShell(text);
    case "P":
      return text;
    default:
      throw new ShellError(`\${${name}@${operator}}: bad substitution`);
  }
}
