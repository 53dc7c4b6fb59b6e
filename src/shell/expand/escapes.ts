import { byteText, joined } from "../../runtime/index.ts";

const NAMED: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  e: "\x1b",
  E: "\x1b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

/**
 * Backslash escapes as echo -e and printf know them. `strict`: bash's echo wants the zero of an octal; `dash`: knows no hexadecimal. `stop`: \c was met. Octal is \0nnn for echo and %b, \nnn in a
 * printf format. Bytes above 127 stand as bytes do in text.
 */
export function backslashEscapes(
  text: string,
  octal: "zero" | "plain" | "strict" | "dash" = "zero",
): { readonly text: string; readonly stop: boolean } {
  if (!text.includes("\\")) return { text, stop: false };
  let out = "";
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c !== "\\" || i + 1 >= text.length) {
      out += c;
      continue;
    }
    const next = text[++i] as string;
    if (next === "c") return { text: joined(out), stop: true };
    const rest = text.slice(i);
    const zero = octal !== "plain";
    const hex =
      octal === "dash"
        ? null
        : (/^x([0-9a-fA-F]{1,2})/.exec(rest) ?? /^u([0-9a-fA-F]{1,4})/.exec(rest) ?? /^U([0-9a-fA-F]{1,8})/.exec(rest));
    const oct =
      (zero ? /^0([0-7]{0,3})/ : /^([0-7]{1,3})/).exec(rest) ?? (zero && octal !== "strict" ? /^([1-7][0-7]{0,2})/.exec(rest) : null);
    if (NAMED[next] !== undefined) out += NAMED[next];
    else if (hex) {
      out += next === "x" ? byteText(Number.parseInt(hex[1] as string, 16)) : String.fromCodePoint(Number.parseInt(hex[1] as string, 16));
      i += hex[0].length - 1;
    } else if (oct) {
      out += byteText(Number.parseInt(oct[1] || "0", 8) & 255);
      i += oct[0].length - 1;
    } else out += octal === "plain" && (next === '"' || next === "'") ? next : `\\${next}`;
  }
  return { text: joined(out), stop: false };
}
