import { base64Text } from "../../../machinery/index.ts";
import { JqError } from "./parse.ts";
import { show } from "./print.ts";
import { brief, isObject, type Json } from "./values.ts";

const text = (v: Json): string => (typeof v === "string" ? v : show(v ?? null));
const list = (v: Json, name: string): readonly Json[] => {
  if (!Array.isArray(v)) throw new JqError(`${brief(v)} cannot be ${name}-formatted, only array`);
  return v;
};
const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function decode(source: string): Uint8Array {
  const out: number[] = [];
  let [bits, n] = [0, 0];
  const body = source.replace(/=+$/, "");
  if (/[^A-Za-z0-9+/]/.test(body)) throw new JqError(`${brief(source)} is not valid base64 data`);
  if (body.length % 4 === 1) throw new JqError(`${brief(source)} trailing base64 byte found`);
  for (const c of body) {
    const v = LETTERS.indexOf(c);
    if (v < 0) throw new JqError(`${brief(source)} is not valid base64 data`);
    bits = ((bits << 6) | v) & 0xffffff;
    n += 6;
    if (n >= 8) {
      n -= 8;
      out.push((bits >> n) & 255);
    }
  }
  return Uint8Array.from(out);
}

const cell = (v: Json, name: string): Json => {
  if (Array.isArray(v) || isObject(v)) throw new JqError(`${brief(v)} is not valid in a ${name} row`);
  return v;
};
const shellable = (v: Json): Json => {
  if (Array.isArray(v) || isObject(v)) throw new JqError(`${brief(v)} can not be escaped for shell`);
  return v;
};
const quoted = (v: string): string => `'${v.replaceAll("'", "'\\''")}'`;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
function base32(bytes: Uint8Array): string {
  let [out, bits, n] = ["", 0, 0];
  for (const byte of bytes) {
    bits = ((bits << 8) | byte) & 0xffff;
    for (n += 8; n >= 5; n -= 5) out += BASE32[(bits >> (n - 5)) & 31];
  }
  if (n > 0) out += BASE32[(bits << (5 - n)) & 31];
  return out.padEnd(Math.ceil(out.length / 8) * 8, "=");
}
function unbase32(v: Json): Uint8Array {
  const out: number[] = [];
  let [bits, n] = [0, 0];
  for (const c of text(v).replace(/=+$/, "")) {
    const at = BASE32.indexOf(c);
    if (at < 0) throw new JqError(`${brief(v)} is not valid base32 data`);
    bits = ((bits << 5) | at) & 0xffff;
    n += 5;
    if (n >= 8) {
      n -= 8;
      out.push((bits >> n) & 255);
    }
  }
  return Uint8Array.from(out);
}

/** @text and its kin. */
export const formats: Readonly<Record<string, (v: Json) => string>> = {
  "@text": text,
  "@json": (v) => show(v ?? null),
  "@csv": (v) =>
    list(v, "csv")
      .map((x) => (typeof x === "string" ? `"${x.replace(/"/g, '""')}"` : x === null ? "" : text(cell(x, "csv"))))
      .join(","),
  "@tsv": (v) =>
    list(v, "tsv")
      .map((x) =>
        x === null ? "" : text(cell(x, "tsv")).replace(/\\/g, "\\\\").replace(/\t/g, "\\t").replace(/\n/g, "\\n").replace(/\r/g, "\\r"),
      )
      .join("\t"),
  "@sh": (v) => (Array.isArray(v) ? v : [v]).map((x: Json) => (typeof x === "string" ? quoted(x) : text(shellable(x)))).join(" "),
  "@html": (v) =>
    text(v).replace(/[<>&'"]/g, (c) => ({ "<": "&lt;", ">": "&gt;", "&": "&amp;", "'": "&#39;", '"': "&quot;" })[c] as string),
  "@uri": (v) =>
    Array.from(new TextEncoder().encode(text(v)), (b) =>
      /[\w.~-]/.test(String.fromCharCode(b)) ? String.fromCharCode(b) : `%${b.toString(16).toUpperCase().padStart(2, "0")}`,
    ).join(""),
  "@base32": (v) => base32(new TextEncoder().encode(text(v))),
  "@base32d": (v) => new TextDecoder().decode(unbase32(v)),
  "@base64": (v) => base64Text(text(v)),
  "@base64d": (v) => new TextDecoder().decode(decode(text(v))),
};
