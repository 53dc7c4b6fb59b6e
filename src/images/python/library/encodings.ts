import { PyByteArray, PyBytes, type Value } from "../values.ts";
import { raised } from "../vm/errors.ts";
import { escaped } from "../vm/repr.ts";

export const bytesOf = (v: Value): Uint8Array | undefined => (v instanceof PyBytes || v instanceof PyByteArray ? v.data : undefined);
const plainName = (name: string): string => name.toLowerCase().replace(/[-_ ]/g, "");

/** bytes.decode */
export function decoded(data: Uint8Array, encoding = "utf-8", errors = "strict"): string {
  const name = plainName(encoding);
  if (name === "latin1" || name === "iso88591" || name === "ascii") {
    let text = "";
    for (const [i, b] of data.entries()) {
      if (name === "ascii" && b > 127 && errors !== "ignore") {
        if (errors === "strict")
          throw raised(
            "UnicodeDecodeError",
            `'ascii' codec can't decode byte 0x${b.toString(16)} in position ${i}: ordinal not in range(128)`,
          );
        text += "\ufffd";
      } else if (name !== "ascii" || b < 128) text += String.fromCharCode(b);
    }
    return text;
  }
  if (name !== "utf8" && name !== "utf8sig") throw raised("LookupError", `unknown encoding: ${encoding}`);
  if (errors === "strict") {
    const at = firstBad(data);
    if (at)
      throw raised(
        "UnicodeDecodeError",
        `'utf-8' codec can't decode byte 0x${(data[at.i] as number).toString(16)} in position ${at.i}: ${at.why}`,
      );
  }
  const text = new TextDecoder("utf-8", { ignoreBOM: name === "utf8" }).decode(data);
  return errors === "ignore" ? text.replaceAll("\ufffd", "") : text;
}
function firstBad(data: Uint8Array): { readonly i: number; readonly why: string } | undefined {
  for (let i = 0; i < data.length;) {
    const b = data[i] as number;
    const n = b < 0x80 ? 1 : b >= 0xc2 && b < 0xe0 ? 2 : b >= 0xe0 && b < 0xf0 ? 3 : b >= 0xf0 && b < 0xf5 ? 4 : 0;
    if (n === 0) return { i, why: "invalid start byte" };
    for (let j = 1; j < n; j++) {
      if (i + j >= data.length) return { i, why: "unexpected end of data" };
      if (((data[i + j] as number) & 0xc0) !== 0x80) return { i, why: "invalid continuation byte" };
    }
    i += n;
  }
  return undefined;
}
/** str.encode */
export function encoded(text: string, encoding = "utf-8", errors = "strict"): Uint8Array {
  const name = plainName(encoding);
  if (name === "utf8" || name === "utf8sig") {
    const lone = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/.exec(text);
    if (lone && errors === "strict")
      throw raised(
        "UnicodeEncodeError",
        `'utf-8' codec can't encode character '${escaped(lone[0].charCodeAt(0))}' in position ${lone.index}: surrogates not allowed`,
      );
    return new TextEncoder().encode(text);
  }
  const most = name === "ascii" ? 127 : name === "latin1" || name === "iso88591" ? 255 : undefined;
  if (most === undefined) throw raised("LookupError", `unknown encoding: ${encoding}`);
  const out: number[] = [];
  for (const [i, c] of [...text].entries()) {
    const point = c.codePointAt(0) as number;
    if (point <= most) out.push(point);
    else if (errors === "strict")
      throw raised(
        "UnicodeEncodeError",
        `'${name === "ascii" ? "ascii" : "latin-1"}' codec can't encode character '${escaped(point)}' in position ${i}: ordinal not in range(${most + 1})`,
      );
    else if (errors === "replace") out.push(63);
  }
  return Uint8Array.from(out);
}
