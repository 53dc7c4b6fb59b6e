import { PyBytes, PyFloat, PyTuple, type Value } from "../values.ts";
import { PyDict } from "./dicts.ts";
import { raised, typeError, valueError } from "./errors.ts";
import { floatDigits } from "./format.ts";
import type { Gen } from "./frame.ts";
import { plain, typeName } from "./names.ts";
import { asFloat, asInt, type Int, intText } from "./numbers.ts";
import { escaped, reprOf, strOf } from "./repr.ts";

const FIELD = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)?/gsu;
const WIDEST = 1 << 20;

/** text % args */
export function* percentFormat(text: string, args: Value): Gen<string> {
  const list = args instanceof PyTuple ? args.items : [args];
  let next = 0;
  const take = (): Value => {
    if (next >= list.length) throw typeError("not enough arguments for format string");
    return list[next++] as Value;
  };
  let out = "";
  let last = 0;
  let named = false;
  for (const m of text.matchAll(FIELD)) {
    const [all, key, flags = "", widthText, precisionText, type] = m;
    out += text.slice(last, m.index);
    last = m.index + all.length;
    if (type === undefined) throw valueError("incomplete format");
    if (type === "%") {
      out += "%";
      continue;
    }
    const width = widthText === "*" ? Number(asInt(take())) : Number(widthText ?? 0);
    const precision = precisionText === undefined ? undefined : precisionText === "*" ? Number(asInt(take())) : Number(precisionText);
    if (width > WIDEST || (precision ?? 0) > WIDEST) throw raised("MemoryError");
    let value: Value;
    if (key === undefined) value = take();
    else {
      named = true;
      if (!(args instanceof PyDict)) throw typeError("format requires a mapping");
      const found = args.text(key);
      if (found === undefined) throw raised("KeyError", key);
      value = found;
    }
    const body = yield* field(value, type, flags, precision, m.index);
    const pad = Math.max(0, width - [...body].length);
    if (flags.includes("-")) out += body + " ".repeat(pad);
    else if (flags.includes("0") && "diouxXeEfFgG".includes(type)) {
      const sign = /^[-+ ]?(?:0[xXob])?/.exec(body)?.[0] ?? "";
      out += sign + "0".repeat(pad) + body.slice(sign.length);
    } else out += " ".repeat(pad) + body;
  }
  if (next < list.length && !named && !(args instanceof PyDict && next === 0))
    throw typeError("not all arguments converted during string formatting");
  return out + text.slice(last);
}
function* field(value: Value, type: string, flags: string, precision: number | undefined, at: number): Gen<string> {
  const cut = (text: string): string => (precision === undefined ? text : [...text].slice(0, precision).join(""));
  const signed = (negative: boolean, text: string): string =>
    negative ? `-${text}` : flags.includes("+") ? `+${text}` : flags.includes(" ") ? ` ${text}` : text;
  switch (type) {
    case "s":
      return cut(value instanceof PyBytes ? yield* reprOf(value) : yield* strOf(value));
    case "r":
      return cut(yield* reprOf(value));
    case "a":
      return cut((yield* reprOf(value)).replace(/[^\0-\x7f]/gu, (c) => escaped(c.codePointAt(0) as number)));
    case "c":
      return typeof value === "string" ? value : String.fromCodePoint(Number(asInt(value)));
    case "d":
    case "i":
    case "u":
    case "x":
    case "X":
    case "o": {
      const v = plain(value);
      let n: Int | undefined = asInt(v);
      if (n === undefined && v instanceof PyFloat && "diu".includes(type)) n = BigInt(Math.trunc(v.v));
      if (n === undefined)
        throw typeError(`%${type} format: ${"diu".includes(type) ? "a real number" : "an integer"} is required, not ${typeName(value)}`);
      const base = type === "o" ? 8 : type.toLowerCase() === "x" ? 16 : 10;
      let digits = intText(n < 0 ? -n : n, base);
      if (precision !== undefined) digits = digits.padStart(precision, "0");
      if (flags.includes("#") && base !== 10) digits = `0${type}${digits}`;
      return signed(n < 0, type === "X" ? digits.toUpperCase() : digits);
    }
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G": {
      const x = asFloat(plain(value));
      if (x === undefined) throw typeError(`must be real number, not ${typeName(value)}`);
      return signed(x < 0 || Object.is(x, -0), floatDigits(Math.abs(x), type, precision, flags.includes("#")));
    }
    default:
      throw valueError(`unsupported format character '${type}' (0x${type.charCodeAt(0).toString(16)}) at index ${at + 1}`);
  }
}
