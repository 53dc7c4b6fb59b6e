import { integer, PyFloat, PyObj, type Value } from "../values.ts";
import { raised, valueError } from "./errors.ts";

export type Int = number | bigint;
/** Bits that an integer may have here. */
const WIDEST = 1 << 23;
/** Digits that a decimal form may have (sys.get_int_max_str_digits). */
const MOST_DIGITS = 4300;

/** An int or bool as an int; undefined: neither. */
export function asInt(v: Value): Int | undefined {
  if (typeof v === "number" || typeof v === "bigint") return v;
  if (typeof v === "boolean") return v ? 1 : 0;
  return v instanceof PyObj && v.prim !== undefined ? asInt(v.prim) : undefined;
}
/** Any number as a float's value; undefined: not a number. */
export function asFloat(v: Value): number | undefined {
  if (v instanceof PyFloat) return v.v;
  const n = asInt(v);
  if (n === undefined) return undefined;
  const x = Number(n);
  if (!Number.isFinite(x)) throw raised("OverflowError", "int too large to convert to float");
  return x;
}
const big = (n: Int): bigint => (typeof n === "bigint" ? n : BigInt(n));

function bounded(n: bigint, bits: number): Int {
  if (bits > WIDEST) throw raised("MemoryError");
  return integer(n);
}
export function bitLength(n: Int): number {
  if (typeof n === "number") return widthOf(Math.abs(n));
  const hex = (n < 0n ? -n : n).toString(16);
  return (hex.length - 1) * 4 + widthOf(parseInt(hex[0] as string, 16));
}
function widthOf(n: number): number {
  return n === 0 ? 0 : n < 4294967296 ? 32 - Math.clz32(n) : 64 - Math.clz32(Math.floor(n / 4294967296));
}

export const ints = {
  "+": (a: Int, b: Int): Int => {
    if (typeof a === "number" && typeof b === "number") {
      const sum = a + b;
      if (Number.isSafeInteger(sum)) return sum;
    }
    return integer(big(a) + big(b));
  },
  "-": (a: Int, b: Int): Int => {
    if (typeof a === "number" && typeof b === "number") {
      const rest = a - b;
      if (Number.isSafeInteger(rest)) return rest;
    }
    return integer(big(a) - big(b));
  },
  "*": (a: Int, b: Int): Int => {
    if (typeof a === "number" && typeof b === "number") {
      const product = a * b;
      if (Number.isSafeInteger(product)) return product + 0;
    }
    if (typeof a === "bigint" && typeof b === "bigint" && bitLength(a) + bitLength(b) > WIDEST) throw raised("MemoryError");
    return integer(big(a) * big(b));
  },
  "//": (a: Int, b: Int): Int => {
    if (b === 0) throw raised("ZeroDivisionError", "integer division or modulo by zero");
    if (typeof a === "number" && typeof b === "number")
      return Math.floor(a / b) === a / b || Math.abs(a) < 2 ** 46 ? Math.floor(a / b) + 0 : integer(floorDiv(big(a), big(b)));
    return integer(floorDiv(big(a), big(b)));
  },
  "%": (a: Int, b: Int): Int => {
    if (b === 0) throw raised("ZeroDivisionError", "integer modulo by zero");
    if (typeof a === "number" && typeof b === "number") {
      const rest = a % b;
      return rest !== 0 && rest < 0 !== b < 0 ? rest + b : rest + 0;
    }
    const [x, y] = [big(a), big(b)];
    const rest = x % y;
    return integer(rest !== 0n && rest < 0n !== y < 0n ? rest + y : rest);
  },
  "&": (a: Int, b: Int): Int => (small(a) && small(b) ? a & b : integer(big(a) & big(b))),
  "|": (a: Int, b: Int): Int => (small(a) && small(b) ? a | b : integer(big(a) | big(b))),
  "^": (a: Int, b: Int): Int => (small(a) && small(b) ? a ^ b : integer(big(a) ^ big(b))),
  "<<": (a: Int, b: Int): Int => {
    if (b < 0) throw valueError("negative shift count");
    if (a === 0) return 0;
    if (b > WIDEST) throw raised("MemoryError");
    return bounded(big(a) << big(b), bitLength(a) + Number(b));
  },
  ">>": (a: Int, b: Int): Int => {
    if (b < 0) throw valueError("negative shift count");
    return small(a) && b < 32 ? a >> Number(b) : integer(big(a) >> big(b));
  },
} as const;
const small = (n: Int): n is number => typeof n === "number" && n >= -0x80000000 && n <= 0x7fffffff;

function floorDiv(a: bigint, b: bigint): bigint {
  const q = a / b;
  return a % b !== 0n && a < 0n !== b < 0n ? q - 1n : q;
}

export function power(a: Int, b: Int): Value {
  if (b < 0) {
    if (a === 0) throw raised("ZeroDivisionError", "0.0 cannot be raised to a negative power");
    return floats["**"](Number(a), Number(b));
  }
  if (a === 0 || a === 1) return b === 0 ? 1 : a;
  if (a === -1) return ints["%"](b, 2) === 0 ? 1 : -1;
  if (bitLength(a) * Number(b) > WIDEST * 1.02) throw raised("MemoryError");
  if (typeof a === "number") {
    const fast = a ** Number(b);
    if (Number.isSafeInteger(fast)) return fast;
  }
  return integer(big(a) ** big(b));
}
/** pow(a, b, m) */
export function powerModulo(a: Int, b: Int, m: Int): Int {
  if (m === 0) throw valueError("pow() 3rd argument cannot be 0");
  if (b < 0) throw valueError("base is not invertible for the given modulus");
  let [base, exponent] = [big(ints["%"](a, m)), big(b)];
  const modulus = big(m);
  let result = 1n;
  for (; exponent > 0n; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % modulus;
    base = (base * base) % modulus;
  }
  return ints["%"](integer(result), m);
}

export const floats = {
  "+": (a: number, b: number): Value => new PyFloat(a + b),
  "-": (a: number, b: number): Value => new PyFloat(a - b),
  "*": (a: number, b: number): Value => new PyFloat(a * b),
  "/": (a: number, b: number): Value => {
    if (b === 0) throw raised("ZeroDivisionError", "float division by zero");
    return new PyFloat(a / b);
  },
  "//": (a: number, b: number): Value => {
    if (b === 0) throw raised("ZeroDivisionError", "float floor division by zero");
    return new PyFloat(Math.floor((a - floatMod(a, b)) / b + 0.5));
  },
  "%": (a: number, b: number): Value => {
    if (b === 0) throw raised("ZeroDivisionError", "float modulo");
    return new PyFloat(floatMod(a, b));
  },
  "**": (a: number, b: number): Value => {
    if (a === 0 && b < 0) throw raised("ZeroDivisionError", "0.0 cannot be raised to a negative power");
    if (a < 0 && !Number.isInteger(b)) throw raised("NotImplementedError", "complex numbers are not simulated in Timonel");
    const x = a === 1 ? 1 : a ** b;
    if (!Number.isFinite(x) && Number.isFinite(a) && Number.isFinite(b)) throw raised("OverflowError", 34, "Numerical result out of range");
    return new PyFloat(x);
  },
} as const;
function floatMod(a: number, b: number): number {
  const rest = a % b;
  if (rest === 0) return b < 0 ? -0 : 0;
  return rest < 0 !== b < 0 ? rest + b : rest;
}

/** a / b of two integers, rounded once. */
export function trueDivide(a: Int, b: Int): Value {
  if (b === 0) throw raised("ZeroDivisionError", "division by zero");
  if (typeof a === "number" && typeof b === "number") return new PyFloat(a / b);
  const [x, y] = [Number(a), Number(b)];
  if (Number.isFinite(x) && Number.isFinite(y)) return new PyFloat(x / y);
  const shift = BigInt(Math.max(0, Math.max(bitLength(a), bitLength(b)) - 1000));
  const scaled = Number(big(a) >> shift) / Number(big(b) >> shift);
  if (!Number.isFinite(scaled)) throw raised("OverflowError", "integer division result too large for a float");
  return new PyFloat(scaled);
}

/** repr() of a float: the shortest digits that give it again. */
export function floatRepr(x: number): string {
  if (Number.isNaN(x)) return "nan";
  if (!Number.isFinite(x)) return x < 0 ? "-inf" : "inf";
  if (x === 0) return Object.is(x, -0) ? "-0.0" : "0.0";
  const [digits = "", exponent = "0"] = x.toExponential().split("e");
  const e = Number(exponent);
  if (e < -4 || e >= 16) return `${digits}e${e < 0 ? "-" : "+"}${String(Math.abs(e)).padStart(2, "0")}`;
  const text = String(x);
  if (!text.includes("e")) return text.includes(".") ? text : `${text}.0`;
  return x.toFixed(Math.max(1, digits.replace(/^-?\d\.?/, "").length - e));
}
/** So many places after the point; what is exactly between two goes to the even one. */
export function fixedText(x: number, places: number): string {
  if (Math.abs(x) >= 1e21) {
    const whole = BigInt(Math.trunc(x)).toString();
    return places === 0 ? whole : `${whole}.${"0".repeat(places)}`;
  }
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- 100 is what ECMAScript 2018 allows
  if (places > 99) return x.toFixed(100) + "0".repeat(places - 100);
  // oxlint-disable-next-line oxc/number-arg-out-of-range -- as above
  const exact = x.toFixed(100);
  const point = exact.indexOf(".");
  if (!/^50*$/.test(exact.slice(point + 1 + places))) return x.toFixed(places);
  const digits = exact.slice(0, point + 1 + places).replace(".", "");
  const n = BigInt(digits);
  const even = n % 2n === 0n ? n : n + (x < 0 ? -1n : 1n);
  const text = (even < 0n ? -even : even).toString().padStart(places + 1, "0");
  const sign = x < 0 ? "-" : "";
  return places === 0 ? sign + text : `${sign}${text.slice(0, -places)}.${text.slice(-places)}`;
}
export function intText(n: Int, base = 10): string {
  if (typeof n === "number") return n.toString(base);
  if (base === 10 && bitLength(n) > MOST_DIGITS * 3.32) {
    const text = n.toString();
    if (text.replace("-", "").length > MOST_DIGITS)
      throw valueError(
        `Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit`,
      );
    return text;
  }
  return n.toString(base);
}

const DIGITS: Readonly<Record<number, RegExp>> = { 2: /^[01]+$/, 8: /^[0-7]+$/, 10: /^\d+$/, 16: /^[0-9a-f]+$/ };
const PREFIX: Readonly<Record<string, number>> = { "0b": 2, "0o": 8, "0x": 16 };
/** int("…", base); undefined: not a number. */
export function parseInteger(given: string, base: number): Int | undefined {
  let text = given.trim().toLowerCase();
  const negative = text.startsWith("-");
  text = text.replace(/^[+-]/, "");
  const prefixed = PREFIX[text.slice(0, 2)];
  if (prefixed !== undefined && (base === 0 || base === prefixed)) {
    base = prefixed;
    text = text.slice(2).replace(/^_/, "");
  } else if (base === 0) base = 10;
  if (/^_|__|_$/.test(text)) return undefined;
  text = text.replaceAll("_", "");
  if (base === 10 && text.length > MOST_DIGITS)
    throw valueError(
      `Exceeds the limit (${MOST_DIGITS} digits) for integer string conversion: value has ${text.length} digits; use sys.set_int_max_str_digits() to increase the limit`,
    );
  const pattern = DIGITS[base];
  if (pattern) {
    if (!pattern.test(text)) return undefined;
    const name = base === 16 ? "0x" : base === 8 ? "0o" : base === 2 ? "0b" : "";
    const n = BigInt(name + text);
    return integer(negative ? -n : n);
  }
  let n = 0n;
  if (text === "") return undefined;
  for (const c of text) {
    const d = parseInt(c, 36);
    if (Number.isNaN(d) || d >= base) return undefined;
    n = n * BigInt(base) + BigInt(d);
  }
  return integer(negative ? -n : n);
}
const FLOAT = /^[+-]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:e[+-]?\d+)?$/i;
export function parseFloatText(given: string): number | undefined {
  const text = given.trim();
  if (FLOAT.test(text)) return Number(text.replaceAll("_", ""));
  const word = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (!word) return undefined;
  const value = word[2]?.toLowerCase() === "nan" ? NaN : Infinity;
  return word[1] === "-" ? -value : value;
}
