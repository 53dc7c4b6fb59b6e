import { backslashEscapes } from "./expand/escapes.ts";
import { backslashQuote, quoteIfNeeded } from "./expand/transform.ts";
import { strftime } from "./strftime.ts";

/** Whose printf: they word refusals differently, and BusyBox's gives 0 for a number that it does not like. */
export type Wording = "bash" | "dash" | "busybox" | "gnu";

export interface Printed {
  readonly text: string;
  /** Complaints, without the command's name. */
  readonly errors: readonly string[];
}

const SPEC = /%(%|([-+ 0#']*)(\*|\d+)?(?:\.(\*|-?\d+)?)?(?:\(([^)]*)\)T|(?:hh|h|ll|l|L|q|j|z|t)?([a-zA-Z])))/g;

/** printf(1): the format is used again until the arguments are used up. `now` in ms serves %(…)T. */
export function printf(format: string, args: readonly string[], now: number, style: Wording): Printed {
  const errors: string[] = [];
  let at = 0;
  let out = "";
  let stop = false;
  const pieces = splitFormat(format, errors, style);
  if (errors.length > 0 && pieces.length === 0) return { text: "", errors };
  do {
    const before = at;
    for (const piece of pieces) {
      if (stop) break;
      if (typeof piece === "string") {
        const { text, stop: end } = backslashEscapes(style === "dash" ? piece.replace(/\\x/g, "\\\\x") : piece, "plain");
        out += text;
        stop = end;
        continue;
      }
      const take = (): string | undefined => args[at++];
      const width = piece.width === "*" ? starred(take(), errors, style) : Number(piece.width ?? 0);
      const precision = piece.precision === "*" ? Number(take() ?? 0) : piece.precision === undefined ? undefined : Number(piece.precision);
      const one = convert(piece, take, width, precision, errors, now, style);
      out += one.text;
      stop ||= one.stop;
    }
    if (at === before || stop) break;
  } while (at < args.length);
  return { text: out, errors };
}

interface Spec {
  readonly flags: string;
  readonly width: string | undefined;
  readonly precision: string | undefined;
  readonly time: string | undefined;
  readonly letter: string;
}

function splitFormat(format: string, errors: string[], style: Wording): (string | Spec)[] {
  const out: (string | Spec)[] = [];
  let last = 0;
  SPEC.lastIndex = 0;
  for (let m = SPEC.exec(format); m; m = SPEC.exec(format)) {
    if (m.index > last) out.push(format.slice(last, m.index));
    last = m.index + m[0].length;
    if (m[1] === "%") out.push("%");
    else
      out.push({
        flags: m[2] ?? "",
        width: m[3],
        precision: m[0].includes(".") && m[5] === undefined ? (m[4] ?? "0") : m[4],
        time: m[5],
        letter: m[6] ?? "T",
      });
  }
  if (last < format.length) out.push(format.slice(last));
  const letters = style === "bash" ? "diouxXeEfFgGaAcsbqT" : style === "gnu" ? "diouxXeEfFgGaAcsbq" : "diouxXeEfFgGaAcsb";
  const bad = out.find((p) => typeof p === "object" && !letters.includes(p.letter));
  if (typeof bad === "object")
    errors.push(
      style === "bash"
        ? `\`${bad.letter}': invalid format character`
        : style === "dash"
          ? `%${bad.letter}: invalid directive`
          : style === "gnu"
            ? `%${bad.letter}: invalid conversion specification`
            : `%${bad.letter}: invalid format`,
    );
  return out.filter((p) => p !== bad);
}

function convert(
  spec: Spec,
  take: () => string | undefined,
  width: number,
  precision: number | undefined,
  errors: string[],
  now: number,
  style: Wording,
): { text: string; stop: boolean } {
  const left = spec.flags.includes("-") || width < 0;
  const size = Math.abs(width);
  const pad = (text: string, zero = false): string => {
    const length = Array.from(text).length;
    if (length >= size) return text;
    if (left) return text + " ".repeat(size - length);
    if (!zero || !spec.flags.includes("0")) return " ".repeat(size - length) + text;
    const sign = /^[-+ ]?(0[xX])?/.exec(text)?.[0] ?? "";
    return sign + "0".repeat(size - length) + text.slice(sign.length);
  };
  const cut = (text: string): string => (precision === undefined || precision < 0 ? text : Array.from(text).slice(0, precision).join(""));
  const sign = (text: string): string =>
    text.startsWith("-") ? text : spec.flags.includes("+") ? `+${text}` : spec.flags.includes(" ") ? ` ${text}` : text;
  const { letter } = spec;
  if (letter === "s") return { text: pad(cut(take() ?? "")), stop: false };
  if (letter === "c") return { text: pad(Array.from(take() ?? "")[0] ?? ""), stop: false };
  if (letter === "b") {
    const { text, stop } = backslashEscapes(take() ?? "");
    return { text: pad(cut(text)), stop };
  }
  if (letter === "q") return { text: pad(style === "bash" ? backslashQuote(take() ?? "") : quoteIfNeeded(take() ?? "")), stop: false };
  if (letter === "T") {
    const argument = take();
    return {
      text: pad(strftime(spec.time || "%X", argument === undefined || Number(argument) < 0 ? now : Number(argument) * 1000)),
      stop: false,
    };
  }
  if ("diouxX".includes(letter)) {
    let value = integer(take(), errors, style);
    if (letter !== "d" && letter !== "i") value = BigInt.asUintN(64, value);
    let digits = (value < 0n ? -value : value).toString(letter === "o" ? 8 : letter === "x" || letter === "X" ? 16 : 10);
    if (precision !== undefined) digits = digits.padStart(precision, "0");
    if (spec.flags.includes("#") && value !== 0n) digits = (letter === "o" ? "0" : letter === "u" || letter === "d" ? "" : "0x") + digits;
    if (letter === "X") digits = digits.toUpperCase();
    const text = (value < 0n ? "-" : "") + digits;
    return { text: pad(letter === "d" || letter === "i" ? sign(text) : text, precision === undefined), stop: false };
  }
  return {
    text: pad(sign(formatFloat(float(take(), errors, style), letter, precision ?? 6, spec.flags.includes("#"))), true),
    stop: false,
  };
}

/** The width that a `*` takes: BusyBox reads it as decimal only. */
function starred(text: string | undefined, errors: string[], style: Wording): number {
  if (style !== "busybox") return Number(integer(text, errors, style));
  if (text !== undefined && /^-?\d+$/.test(text)) return Number(text);
  errors.push(`invalid number '${text ?? ""}'`);
  return 0;
}

/** What is said of an argument that is no number, or not all of it one. */
function refusal(text: string, some: boolean, style: Wording): string {
  if (style === "bash") return `${text}: invalid number`;
  if (style === "busybox") return `invalid number '${text}'`;
  const said = some ? "not completely converted" : "expected numeric value";
  return style === "dash" ? `${text}: ${said}` : `‘${text}’: ${some ? "value not completely converted" : "expected a numeric value"}`;
}

function integer(text: string | undefined, errors: string[], style: Wording): bigint {
  if (style === "busybox" && (text === undefined || text === "")) errors.push("invalid number ''");
  if (text === undefined || text === "") return 0n;
  if (/^["']/.test(text)) return BigInt(text.codePointAt(1) ?? 0);
  const m = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|0[0-7]*|[1-9]\d*)/.exec(text);
  const whole = m !== null && m[0].length === text.length;
  if (!whole) errors.push(refusal(text, m !== null, style));
  if (!m || (!whole && style === "busybox")) return 0n;
  const digits = m[2] as string;
  const value = BigInt(/^0[0-7]+$/.test(digits) ? `0o${digits.slice(1)}` : digits);
  return m[1] === "-" ? -value : value;
}
function float(text: string | undefined, errors: string[], style: Wording): number {
  if (text === undefined || text === "") return 0;
  if (/^["']/.test(text)) return text.codePointAt(1) ?? 0;
  const value = /^[-+]?(inf|infinity)$/i.test(text) ? (text.startsWith("-") ? -Infinity : Infinity) : Number.parseFloat(text);
  if (Number.isNaN(value) || !/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$|inf/i.test(text))
    errors.push(refusal(text, !Number.isNaN(value), style));
  return Number.isNaN(value) ? 0 : value;
}

/** %e, %f, %g of C. */
export function formatFloat(value: number, letter: string, precision: number, alternate = false): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "nan" : value < 0 ? "-inf" : "inf";
  const exponent = (text: string): string => text.replace(/e([-+])(\d)$/, "e$10$2");
  let text: string;
  switch (letter.toLowerCase()) {
    case "f":
      text =
        Math.abs(value) < 1e21
          ? value.toFixed(Math.min(precision, 100))
          : BigInt(Math.trunc(value)).toString() + (precision > 0 ? `.${"0".repeat(precision)}` : "");
      break;
    case "e":
      text = exponent(value.toExponential(Math.min(precision, 100)));
      break;
    default: {
      const p = precision === 0 ? 1 : Math.min(precision, 100);
      const e = value === 0 ? 0 : Number(value.toExponential(p - 1).split("e")[1]);
      text = e < -4 || e >= p ? exponent(value.toExponential(p - 1)) : value.toFixed(Math.max(0, p - 1 - e));
      if (!alternate && text.includes(".")) text = text.replace(/\.?0+(e|$)/, "$1");
    }
  }
  return letter === letter.toUpperCase() ? text.toUpperCase() : text;
}
