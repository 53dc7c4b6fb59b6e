/**
 * resource.Quantity (k8s: apimachinery/pkg/api/resource). Exact: amounts are whole nano-units, finer parts are rounded
 * away from zero, and what exceeds an int64 is capped, as upstream does. Objects carry quantities as strings.
 */
export type QuantityFormat = "DecimalSI" | "BinarySI" | "DecimalExponent";

export interface Quantity {
  readonly nano: bigint;
  readonly format: QuantityFormat;
}

/** A text that is no quantity; the message is upstream's. */
export class QuantityError extends Error {
  override readonly name = "QuantityError";
}

const WRONG_FORMAT = "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'";
const WRONG_SUFFIX = "unable to parse quantity's suffix";
const WRONG_NUMBER = "unable to parse numeric part of quantity";

const DECIMAL = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"] as const;
const BINARY = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"] as const;
const GIGA = 1_000_000_000n;
const MAX = 9_223_372_036_854_775_807n * GIGA;
const CACHE_LIMIT = 4096;

interface Parsed {
  readonly quantity: Quantity;
  readonly value: number;
  readonly milli: number;
}
const cache = new Map<string, Parsed>();

/** Throws QuantityError. JSON numbers are taken as upstream's decoder takes them. */
export function parseQuantity(text: string | number): Quantity {
  return lookup(text).quantity;
}

/** What is wrong with a text as a quantity, in upstream's words; null when nothing is. */
export function quantityProblem(text: string | number): string | null {
  try {
    lookup(text);
    return null;
  } catch (e) {
    if (e instanceof QuantityError) return e.message;
    throw e;
  }
}

/** Whole units, rounded up (away from zero). Absent counts as 0. Throws QuantityError. */
export function value(text: string | number | undefined): number {
  return text === undefined ? 0 : lookup(text).value;
}

/** Thousandths, rounded up (away from zero): "250m" and "0.25" are 250. Absent counts as 0. Throws QuantityError. */
export function milliValue(text: string | number | undefined): number {
  return text === undefined ? 0 : lookup(text).milli;
}

/** As `value`, of what has been read already. */
export const valueOf = ({ nano }: Quantity): number => Number(divideUp(nano, GIGA));
/** As `milliValue`, of what has been read already. */
export const milliValueOf = ({ nano }: Quantity): number => Number(divideUp(nano, 1_000_000n));

function lookup(text: string | number): Parsed {
  const key = typeof text === "number" ? String(text) : text;
  const known = cache.get(key);
  if (known !== undefined) return known;
  const quantity = parse(key);
  const parsed = {
    quantity,
    value: valueOf(quantity),
    milli: milliValueOf(quantity),
  };
  if (cache.size >= CACHE_LIMIT) cache.clear();
  cache.set(key, parsed);
  return parsed;
}

function divideUp(n: bigint, by: bigint): bigint {
  const whole = n / by;
  if (whole * by === n) return whole;
  return n > 0n ? whole + 1n : whole - 1n;
}

const SHAPE = /^([+-]?)([0-9]*)(?:\.([0-9]*))?([eEinumkKMGTP]*[-+]?[0-9]*)$/;

function parse(text: string): Quantity {
  const m = SHAPE.exec(text.trim());
  if (m === null || text === "") throw new QuantityError(WRONG_FORMAT);
  const [, sign = "", whole = "", fraction = "", suffix = ""] = m;
  const scale = interpret(suffix);
  if (scale === null) throw new QuantityError(WRONG_SUFFIX);
  if (whole === "" && fraction === "") throw new QuantityError(WRONG_NUMBER);
  const magnitude = amount(whole, fraction, scale);
  const capped = magnitude > MAX ? MAX : magnitude;
  // A fraction of a unit has no binary form.
  const format = scale.format === "BinarySI" && capped > 0n && capped < GIGA ? "DecimalSI" : scale.format;
  return { nano: sign === "-" ? -capped : capped, format };
}

interface Scale {
  readonly base: 2 | 10;
  readonly exponent: number;
  readonly format: QuantityFormat;
}

function interpret(suffix: string): Scale | null {
  const decimal = DECIMAL.indexOf(suffix as (typeof DECIMAL)[number]);
  if (decimal >= 0) return { base: 10, exponent: (decimal - 3) * 3, format: "DecimalSI" };
  const binary = BINARY.indexOf(suffix as (typeof BINARY)[number]);
  if (binary >= 0) return { base: 2, exponent: binary * 10, format: "BinarySI" };
  const m = /^[eE]([-+]?[0-9]+)$/.exec(suffix);
  return m === null ? null : { base: 10, exponent: Number(m[1]), format: "DecimalExponent" };
}

/** The size in nano-units, rounded up; work is bounded whatever the number of digits. */
function amount(whole: string, fraction: string, scale: Scale): bigint {
  const digits = (whole + fraction).replace(/^0+/, "");
  if (digits === "") return 0n;
  // digits * 10^power * 2^shift nano-units
  const power = 9 - fraction.length + (scale.base === 10 ? scale.exponent : 0);
  const shift = scale.base === 2 ? BigInt(scale.exponent) : 0n;
  const size = digits.length + power;
  if (size > 40) return MAX + 1n;
  if (size < -40) return 1n;
  if (power >= 0) return (BigInt(digits) * 10n ** BigInt(power)) << shift;
  const kept = digits.slice(0, 80);
  const lost = digits.length - kept.length;
  const sticky = /[1-9]/.test(digits.slice(80)) ? 1n : 0n;
  const rounded = divideUp((BigInt(kept) + sticky) << shift, 10n ** BigInt(Math.max(0, -power - lost)));
  return rounded;
}

/** The canonical text (k8s: Quantity.CanonicalizeBytes): "1500m", "1Gi", "1k". */
export function formatQuantity(q: Quantity): string {
  if (q.nano === 0n) return "0";
  const wholeUnits = q.nano % GIGA === 0n;
  const small = q.nano > -1024n * GIGA && q.nano < 1024n * GIGA;
  if (q.format === "BinarySI" && !small && wholeUnits) {
    let n = q.nano / GIGA;
    let i = 0;
    while (n % 1024n === 0n && i < BINARY.length - 1) {
      n /= 1024n;
      i++;
    }
    return `${n}${BINARY[i]}`;
  }
  let n = q.nano;
  let thousands = 0;
  while (n % 1000n === 0n && thousands < DECIMAL.length - 1) {
    n /= 1000n;
    thousands++;
  }
  if (q.format !== "DecimalExponent") return `${n}${DECIMAL[thousands]}`;
  return thousands === 3 ? `${n}` : `${n}e${(thousands - 3) * 3}`;
}

/** The canonical form of a text: "0.5" gives "500m". Throws QuantityError. */
export function canonicalQuantity(text: string | number): string {
  return formatQuantity(parseQuantity(text));
}

/** Negative, zero or positive. */
export function compareQuantities(a: Quantity, b: Quantity): number {
  return a.nano < b.nano ? -1 : a.nano > b.nano ? 1 : 0;
}

const clamp = (nano: bigint): bigint => (nano > MAX ? MAX : nano < -MAX ? -MAX : nano);

/** Keeps the format of `a`, unless that is zero. */
export function addQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: clamp(a.nano + b.nano), format: a.nano === 0n ? b.format : a.format };
}

/** As `addQuantities`. */
export function subtractQuantities(a: Quantity, b: Quantity): Quantity {
  return { nano: clamp(a.nano - b.nano), format: a.nano === 0n ? b.format : a.format };
}

/** A whole number of units, or of thousandths. */
export function quantity(units: number, format: QuantityFormat = "DecimalSI"): Quantity {
  return { nano: clamp(BigInt(Math.trunc(units)) * GIGA), format };
}
export function milliQuantity(thousandths: number, format: QuantityFormat = "DecimalSI"): Quantity {
  return { nano: clamp(BigInt(Math.trunc(thousandths)) * 1_000_000n), format };
}
