/** An exact number: n / 10^scale. */
export interface Decimal {
  readonly n: bigint;
  readonly scale: number;
}
/** Dates and times are text in their ISO form. MySQL's truth is 1 and 0. */
export type Value = null | number | string | boolean | Decimal;
export type Row = readonly Value[];

export type TypeName =
  | "tinyint"
  | "smallint"
  | "mediumint"
  | "int"
  | "bigint"
  | "decimal"
  | "float"
  | "double"
  | "char"
  | "varchar"
  | "text"
  | "blob"
  | "bool"
  | "date"
  | "time"
  | "datetime"
  | "timestamp"
  | "timestamptz"
  | "year"
  | "json"
  | "uuid"
  | "enum"
  | "interval"
  | "name"
  | "null";

export interface SqlType {
  readonly name: TypeName;
  readonly size?: number;
  readonly scale?: number;
  readonly unsigned?: true;
  /** As it was written where that makes a difference: MEDIUMTEXT, jsonb. */
  readonly written?: string;
  readonly values?: readonly string[];
  /** Fractions of seconds that are kept. */
}

export const INT: SqlType = { name: "int" };
export const BIGINT: SqlType = { name: "bigint" };
export const TEXT: SqlType = { name: "text" };
export const VARCHAR: SqlType = { name: "varchar" };
export const BOOL: SqlType = { name: "bool" };
export const DOUBLE: SqlType = { name: "double" };
export const NULLTYPE: SqlType = { name: "null" };
export const decimal = (size?: number, scale?: number): SqlType => ({
  name: "decimal",
  ...(size !== undefined && { size }),
  ...(scale !== undefined && { scale }),
});

const NUMBERS = new Set<TypeName>(["tinyint", "smallint", "mediumint", "int", "bigint", "decimal", "float", "double", "year"]);
const WHOLE = new Set<TypeName>(["tinyint", "smallint", "mediumint", "int", "bigint", "year"]);
const TEXTS = new Set<TypeName>(["char", "varchar", "text", "blob", "enum", "json", "uuid", "name"]);
export const isNumber = (type: SqlType): boolean => NUMBERS.has(type.name);
export const isWhole = (type: SqlType): boolean => WHOLE.has(type.name);
export const isText = (type: SqlType): boolean => TEXTS.has(type.name);
export const isTime = (type: SqlType): boolean => /^(date|time|datetime|timestamp|timestamptz)$/.test(type.name);

export const isDecimal = (value: Value): value is Decimal => typeof value === "object" && value !== null;

const power = (n: number): bigint => 10n ** BigInt(n);

export function parseDecimal(text: string): Decimal | undefined {
  const [, sign, whole = "", fraction = "", e = "0"] = /^\s*([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?\s*$/i.exec(text) ?? [];
  if (sign === undefined || whole + fraction === "") return undefined;
  const n = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  const scale = fraction.length - Number(e);
  return scale < 0 ? { n: n * power(-scale), scale: 0 } : { n, scale };
}
export function decimalText({ n, scale }: Decimal): string {
  const digits = (n < 0n ? -n : n).toString().padStart(scale + 1, "0");
  const at = digits.length - scale;
  return `${n < 0n ? "-" : ""}${digits.slice(0, at)}${scale > 0 ? `.${digits.slice(at)}` : ""}`;
}
/** To so many places, halves away from zero. */
export function rescale({ n, scale }: Decimal, to: number): Decimal {
  if (to >= scale) return { n: n * power(to - scale), scale: to };
  const unit = power(scale - to);
  const half = unit / 2n;
  const rounded = n < 0n ? -((-n + half) / unit) : (n + half) / unit;
  return to < 0 ? { n: rounded * power(-to), scale: 0 } : { n: rounded, scale: to };
}
export function toDecimal(value: number | Decimal): Decimal {
  if (typeof value === "object") return value;
  if (Number.isSafeInteger(value)) return { n: BigInt(value), scale: 0 };
  return parseDecimal(String(value)) ?? { n: 0n, scale: 0 };
}
export const toNumber = (value: Decimal | number): number => (typeof value === "number" ? value : Number(decimalText(value)));

export function addDecimals(a: Decimal, b: Decimal, sign: 1n | -1n = 1n): Decimal {
  const scale = Math.max(a.scale, b.scale);
  return { n: rescale(a, scale).n + sign * rescale(b, scale).n, scale };
}
export const timesDecimals = (a: Decimal, b: Decimal): Decimal => ({ n: a.n * b.n, scale: a.scale + b.scale });
export function divideDecimals(a: Decimal, b: Decimal, scale: number): Decimal {
  const wanted = scale + 1;
  const n = (a.n * power(Math.max(0, wanted + b.scale - a.scale))) / b.n;
  return rescale({ n, scale: Math.max(wanted, a.scale - b.scale) }, scale);
}

/** What a value reads like: numbers as they are, truth in the dialect's own word. */
export function textOf(value: Value, pg: boolean): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return pg ? (value ? "t" : "f") : value ? "1" : "0";
  if (typeof value === "object") return decimalText(value);
  return numberText(value, pg);
}
function numberText(n: number, pg: boolean): string {
  if (Number.isInteger(n) && Math.abs(n) < 1e15) return Object.is(n, -0) ? "0" : String(n);
  if (!Number.isFinite(n)) return n > 0 ? "Infinity" : n < 0 ? "-Infinity" : "NaN";
  const text = String(n);
  return pg ? text.replace(/e([+-])(\d)$/, "e$10$2") : text.replace(/e\+/, "e");
}

/** Of two values that are not null; texts by what `fold` makes of them. */
export function compare(a: Value, b: Value, fold: (s: string) => string): number {
  if (typeof a === "string" && typeof b === "string") {
    const [x, y] = [fold(a), fold(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  }
  if (isDecimal(a) || isDecimal(b)) {
    const [x, y] = [exact(a), exact(b)];
    if (x && y) {
      const d = addDecimals(x, y, -1n).n;
      return d < 0n ? -1 : d > 0n ? 1 : 0;
    }
  }
  const [x, y] = [numeric(a), numeric(b)];
  return x < y ? -1 : x > y ? 1 : 0;
}
function exact(value: Value): Decimal | undefined {
  if (isDecimal(value)) return value;
  if (typeof value === "number") return Number.isSafeInteger(value) ? { n: BigInt(value), scale: 0 } : undefined;
  if (typeof value === "boolean") return { n: value ? 1n : 0n, scale: 0 };
  return typeof value === "string" ? parseDecimal(value) : undefined;
}
/** As MySQL makes a number of anything: the digits a text begins with. */
export function numeric(value: Value): number {
  if (value === null) return 0;
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value === "object") return toNumber(value);
  const prefix = /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?/i.exec(value);
  return prefix ? Number(prefix[0]) : 0;
}
/** The same for equal values: for grouping and unique keys. */
export function keyOf(value: Value, fold: (s: string) => string): string {
  if (value === null) return "n";
  if (typeof value === "string") return `s${fold(value)}`;
  if (typeof value === "boolean") return `d${value ? 1 : 0}`;
  const text = typeof value === "number" ? String(value) : decimalText(value);
  return `d${text.includes(".") ? text.replace(/0+$/, "").replace(/\.$/, "") : text}`;
}
