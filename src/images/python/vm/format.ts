import { PyFloat, PyFunc, PyObj, typeOf, type Value } from "../values.ts";
import { typeError, valueError } from "./errors.ts";
import type { Gen } from "./frame.ts";
import { plain, typeName } from "./names.ts";
import { asInt, fixedText, floatRepr, type Int, intText } from "./numbers.ts";
import { strOf } from "./repr.ts";

export interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly grouping: string;
  readonly precision: number | undefined;
  readonly type: string;
}
const SPEC = /^(?:(.)?([<>=^]))?([-+ ])?z?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?(.)?$/su;
const WIDEST = 1 << 20;

function parse(text: string, v: Value): Spec {
  const m = SPEC.exec(text);
  if (!m)
    throw valueError(
      /\.(?!\d)/.test(text)
        ? "Format specifier missing precision"
        : `Invalid format specifier '${text}' for object of type '${typeName(v)}'`,
    );
  const [, fill, align, sign, alternate, zero, width, grouping, precision, type] = m;
  const spec = {
    fill: fill ?? (zero && !align ? "0" : " "),
    align: align ?? (zero ? "=" : ""),
    sign: sign ?? "-",
    alternate: alternate !== undefined,
    width: Number(width ?? 0),
    grouping: grouping ?? "",
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? "",
  };
  if (spec.width > WIDEST || (spec.precision ?? 0) > WIDEST) throw valueError("Too many decimal digits in format string");
  return spec;
}
function padded(text: string, { fill, align, width }: Spec, usual: string): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  const how = align || usual;
  if (how === "<") return text + fill.repeat(missing);
  if (how === "^") return fill.repeat(missing >> 1) + text + fill.repeat(missing - (missing >> 1));
  return fill.repeat(missing) + text;
}
/** Sign, digits with groups, and what fills the room between. */
function number(negative: boolean, prefix: string, digits: string, rest: string, spec: Spec, group = 3): string {
  const sign = (negative ? "-" : spec.sign === "-" ? "" : spec.sign) + prefix;
  const grouped = (d: string): string =>
    spec.grouping === "" ? d : d.replace(new RegExp(`\\B(?=(?:[0-9a-fA-F]{${group}})+$)`, "g"), spec.grouping);
  let body = grouped(digits);
  if (spec.align !== "=") return padded(sign + body + rest, spec, ">");
  const room = spec.width - sign.length - rest.length;
  if (spec.fill === "0" && spec.grouping !== "")
    for (let d = digits; body.length < room; body = grouped(d)) {
      d = `0${d}`;
      if (grouped(d).length > room && grouped(d).startsWith("0")) break;
    }
  return sign + spec.fill.repeat(Math.max(0, room - body.length)) + body + rest;
}

/** Digits of a float in a way: e, f, g or %. */
export function floatDigits(x: number, type: string, precision: number | undefined, alternate = false): string {
  if (!Number.isFinite(x)) return Number.isNaN(x) ? "nan" : "inf";
  const lower = type.toLowerCase();
  const p = precision ?? 6;
  let text: string;
  if (lower === "f" || lower === "%") text = fixedText(lower === "%" ? x * 100 : x, p);
  else if (lower === "e") text = exponent(x.toExponential(Math.min(p, 100)));
  else {
    const n = p === 0 ? 1 : p;
    const e = x === 0 ? 0 : Number(x.toExponential(Math.min(n - 1, 100)).split("e")[1]);
    if (e < -4 || e >= n) text = exponent(trimmed(x.toExponential(Math.min(n - 1, 100)), alternate));
    else text = trimmed(fixedText(x, Math.max(0, n - 1 - e)), alternate);
  }
  if (lower === "%") text += "%";
  return type === type.toUpperCase() && type !== "%" ? text.toUpperCase() : text;
}
const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");
const trimmed = (text: string, keep: boolean): string => (keep || !text.includes(".") ? text : text.replace(/\.?0+(?=e|$)/, ""));

function formatFloat(x: number, spec: Spec, v: Value): string {
  const negative = x < 0 || Object.is(x, -0);
  const size = Math.abs(x);
  let text: string;
  if (spec.type === "" || spec.type === "n") {
    if (spec.precision === undefined) text = floatRepr(size);
    else {
      text = floatDigits(size, "g", spec.precision);
      const e = Number(size.toExponential(Math.max(0, spec.precision - 1)).split("e")[1]);
      if (!text.includes(".") && !text.includes("e") && Number.isFinite(size))
        text = e >= spec.precision - 1 ? exponent(trimmed(size.toExponential(Math.max(0, spec.precision - 1)), false)) : `${text}.0`;
    }
  } else if ("eEfFgG%".includes(spec.type)) text = floatDigits(size, spec.type, spec.precision, spec.alternate);
  else throw valueError(`Unknown format code '${spec.type}' for object of type '${typeName(v)}'`);
  const [, digits = "", rest = ""] = /^(\d+)?(.*)$/s.exec(text) as RegExpExecArray;
  return number(negative, "", digits, rest, spec);
}
function formatInt(n: Int, spec: Spec, v: Value): string {
  const { type } = spec;
  if ("eEfFgG%".includes(type) && type !== "") return formatFloat(Number(n), spec, v);
  if (spec.precision !== undefined) throw valueError("Precision not allowed in integer format specifier");
  if (type === "c") return padded(String.fromCodePoint(Number(n)), spec, "<");
  const base = { "": 10, d: 10, n: 10, b: 2, o: 8, x: 16, X: 16 }[type];
  if (base === undefined) throw valueError(`Unknown format code '${type}' for object of type '${typeName(v)}'`);
  if (spec.grouping === "," && base !== 10) throw valueError(`Cannot specify ',' with '${type}'.`);
  let digits = intText(n < 0 ? -n : n, base);
  if (type === "X") digits = digits.toUpperCase();
  const prefix = spec.alternate && base !== 10 ? `0${type}` : "";
  return number(n < 0, prefix, digits, "", spec, base === 10 ? 3 : 4);
}

/** format(v, text) */
export function* formatValue(v: Value, text: string): Gen<string> {
  const cls = typeOf(v);
  const own = cls.own ? cls.find("__format__") : undefined;
  if (own instanceof PyFunc) {
    const made = (yield (t) => t.call(own, [v, text])) as Value;
    if (typeof made !== "string") throw typeError(`__format__ must return a str, not ${typeName(made)}`);
    return made;
  }
  if (text === "") return yield* strOf(v);
  const value = plain(v);
  if (v instanceof PyObj && v.prim !== undefined && cls.find("__str__") instanceof PyFunc && typeof value === "string")
    return formatText(yield* strOf(v), text);
  if (typeof value === "string") return formatText(value, text);
  if (value instanceof PyFloat) return formatFloat(value.v, parse(text, v), v);
  const n = asInt(value);
  if (n === undefined) throw typeError(`unsupported format string passed to ${typeName(v)}.__format__`);
  const spec = parse(text, v);
  if (typeof value === "boolean" && spec.type === "" && spec.grouping === "" && !/\d/.test(text))
    return formatText(value ? "True" : "False", text);
  return formatInt(n, spec, v);
}
function formatText(value: string, text: string): string {
  const spec = parse(text, value);
  if (spec.type !== "" && spec.type !== "s") throw valueError(`Unknown format code '${spec.type}' for object of type 'str'`);
  if (spec.align === "=" && !/^0|[^<>^]0\d/.test(text)) throw valueError("'=' alignment not allowed in string format specifier");
  if (/^[-+ ]/.test(text) && !/^.[<>^]/.test(text))
    throw valueError(text.startsWith(" ") ? "Space not allowed in string format specifier" : "Sign not allowed in string format specifier");
  if (spec.grouping !== "") throw valueError(`Cannot specify '${spec.grouping}' with 's'.`);
  const cut = spec.precision === undefined ? value : [...value].slice(0, spec.precision).join("");
  return padded(cut, { ...spec, align: spec.align === "=" ? "<" : spec.align }, "<");
}
