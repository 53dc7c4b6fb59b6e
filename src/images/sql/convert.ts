import { dateOf, daysOf } from "../civil-days.ts";
import { SqlError } from "./errors.ts";
import type { ColumnDef } from "./ast.ts";
import type { Context } from "./context.ts";
import {
  decimalText,
  isDecimal,
  isNumber,
  isWhole,
  numeric,
  parseDecimal,
  rescale,
  type SqlType,
  textOf,
  toDecimal,
  toNumber,
  type Value,
} from "./values.ts";

const LIMITS: Readonly<Record<string, readonly [number, number]>> = {
  tinyint: [-128, 127],
  smallint: [-32_768, 32_767],
  mediumint: [-8_388_608, 8_388_607],
  int: [-2_147_483_648, 2_147_483_647],
  bigint: [-(2 ** 63), 2 ** 63],
  year: [0, 2155],
};
const PG_NAMES: Readonly<Record<string, string>> = {
  tinyint: "smallint",
  smallint: "smallint",
  mediumint: "integer",
  int: "integer",
  bigint: "bigint",
  decimal: "numeric",
  float: "real",
  double: "double precision",
  char: "character",
  varchar: "character varying",
  bool: "boolean",
  timestamp: "timestamp without time zone",
  timestamptz: "timestamp with time zone",
  time: "time without time zone",
  blob: "bytea",
};
/** A type as PostgreSQL spells it out. */
export function pgTypeName(type: SqlType, sized = true): string {
  const name = type.written === "jsonb" ? "jsonb" : type.written === "unknown" ? "unknown" : (PG_NAMES[type.name] ?? type.name);
  if (!sized || type.size === undefined) return name;
  return /^(char|varchar)$/.test(type.name)
    ? `${name}(${type.size})`
    : type.name === "decimal"
      ? `${name}(${type.size},${type.scale ?? 0})`
      : name;
}

/** The nearest number that a whole type holds. */
export function nearest(type: SqlType, n: number): number {
  const [low, high] = LIMITS[type.name] ?? [n, n];
  return type.unsigned ? Math.min(Math.max(n, 0), high * 2 + 1) : Math.min(Math.max(n, low), high);
}

/** Where a value is going, for what is said when it does not fit. */
export interface Target {
  readonly column: string;
  /** `shop`.`users`.`age` */
  readonly full: string;
  readonly row: number;
  readonly at: number | undefined;
}
const NOWHERE: Target = { column: "", full: "", row: 1, at: undefined };

/** A value as a type holds it. Throws what the server says when it does not fit. */
export function convert(ctx: Context, value: Value, type: SqlType, target: Target = NOWHERE, explicit = false): Value {
  if (value === null) return null;
  const { words, pg } = ctx;
  if (isWhole(type)) return whole(ctx, value, type, target, explicit);
  switch (type.name) {
    case "decimal": {
      const text = textOf(value, pg);
      const parsed = isDecimal(value) ? value : parseDecimal(text);
      if (!parsed) {
        if (explicit && !pg) return rescale(toDecimal(numeric(value)), type.scale ?? 0);
        throw words.badValue(pg ? "numeric" : "decimal", text, target.full, target.row, target.at);
      }
      if (type.size === undefined) return parsed;
      const fit = rescale(parsed, type.scale ?? 0);
      if (decimalText(fit).replace(/[-.]/g, "").replace(/^0+/, "").length > type.size)
        throw pg
          ? new SqlError(0, "22003", "numeric field overflow", {
              detail: `A field with precision ${type.size}, scale ${type.scale ?? 0} must round to an absolute value less than 10^${type.size - (type.scale ?? 0)}.`,
            })
          : words.outOfRange(target.column, "decimal", target.row);
      return fit;
    }
    case "float":
    case "double": {
      if (typeof value === "number") return type.name === "float" ? Math.fround(value) : value;
      if (
        typeof value === "string" &&
        !/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(value) &&
        !(pg && /^(nan|[+-]?infinity)$/i.test(value))
      ) {
        if (explicit && !pg) return numeric(value);
        throw words.badValue(
          pg ? (type.name === "float" ? "real" : "double precision") : "double",
          value,
          target.full,
          target.row,
          target.at,
        );
      }
      return numeric(value);
    }
    case "bool": {
      if (typeof value === "boolean") return value;
      if (typeof value === "number") return value !== 0;
      const word = textOf(value, pg).trim().toLowerCase();
      if (/^(t|true|y|yes|on|1)$/.test(word)) return true;
      if (/^(f|false|n|no|off|0)$/.test(word)) return false;
      throw words.badValue("boolean", textOf(value, pg), target.full, target.row, target.at);
    }
    case "date":
    case "datetime":
    case "timestamp":
    case "timestamptz":
    case "time":
      return moment(ctx, value, type, target, explicit);
    case "char":
    case "varchar": {
      const text = pg && typeof value === "boolean" ? String(value) : textOf(value, pg);
      const length = [...text].length;
      if (type.size === undefined || length <= type.size)
        return pg && type.name === "char" && type.size !== undefined ? text.padEnd(type.size) : text;
      if (explicit || /^\s*$/.test([...text].slice(type.size).join(""))) return [...text].slice(0, type.size).join("");
      throw words.tooLong(target.column, type.size, pg ? pgTypeName(type, false) : type.name, target.row);
    }
    case "uuid": {
      const text = textOf(value, pg).toLowerCase();
      if (!/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(text)) throw words.badValue("uuid", text, target.full, target.row, target.at);
      return text;
    }
    case "json": {
      const text = textOf(value, pg);
      try {
        const parsed: unknown = JSON.parse(text);
        return type.written === "jsonb" ? JSON.stringify(parsed).replace(/([:,])(?=(?:[^"]*"[^"]*")*[^"]*$)/g, "$1 ") : text;
      } catch {
        throw words.badValue("json", text, target.full, target.row, target.at);
      }
    }
    case "enum": {
      const found = type.values?.find((v) => v.toLowerCase() === textOf(value, pg).toLowerCase());
      if (found === undefined) throw words.tooLong(target.column, 0, "enum", target.row);
      return found;
    }
    default:
      return pg && typeof value === "boolean" ? String(value) : typeof value === "string" ? value : textOf(value, pg);
  }
}

function whole(ctx: Context, value: Value, type: SqlType, target: Target, explicit: boolean): Value {
  const { words, pg } = ctx;
  const name = pg ? pgTypeName(type) : type.name === "int" || type.name === "bigint" ? "integer" : "integer";
  let n: number;
  if (typeof value === "string") {
    const fine = pg ? /^\s*[+-]?\d+\s*$/ : /^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i;
    if (!fine.test(value) && !(explicit && !pg)) throw words.badValue(name, value, target.full, target.row, target.at);
    n = Math.round(numeric(value));
  } else if (typeof value === "number") n = pg ? roundEven(value) : Math.round(value);
  else n = isDecimal(value) ? Number(rescale(value, 0).n) : value === true ? 1 : 0;
  const [low, high] = LIMITS[type.name] as readonly [number, number];
  const [from, to] = type.unsigned ? [0, high * 2 + 1] : [low, high];
  if (n < from || n > to) {
    if (explicit && !pg) return Math.max(from, Math.min(to, n));
    throw words.outOfRange(target.column, name, target.row);
  }
  return n;
}
function roundEven(n: number): number {
  const r = Math.round(n);
  return Math.abs(n % 1) === 0.5 && r % 2 !== 0 ? r - 1 : r;
}

/** `2026-01-02 03:04:05.6` and shorter, with the separators people write. */
function moment(ctx: Context, value: Value, type: SqlType, target: Target, explicit: boolean): Value {
  const text = textOf(value, ctx.pg).trim();
  const bad = (): Value => {
    if (explicit && !ctx.pg) return null;
    const name = ctx.pg
      ? pgTypeName(type).replace(/ with.*$/, "")
      : type.name === "date"
        ? "date"
        : type.name === "time"
          ? "time"
          : "datetime";
    throw ctx.words.badValue(name, text, target.full, target.row, target.at);
  };
  if (ctx.pg && /^now$/i.test(text)) return moment(ctx, timestampText(ctx.now, true), type, target, explicit);
  if (type.name === "time") {
    const [, h, m, s = "00"] = /^(?:\d{4}-\d\d-\d\d[ T])?(\d{1,3}):(\d\d)(?::(\d\d(?:\.\d+)?))?$/.exec(text) ?? [];
    return h === undefined || Number(m) > 59 ? bad() : `${h.padStart(2, "0")}:${m}:${s}`;
  }
  const [, year, month = "", day = "", rest = ""] =
    /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(.*)$/.exec(text) ?? /^(\d{4})(\d\d)(\d\d)()$/.exec(text) ?? [];
  if (year === undefined) return bad();
  const [y, mo, d] = [Number(year), Number(month), Number(day)];
  const days = [31, y % 4 === 0 && (y % 100 !== 0 || y % 400 === 0) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][mo - 1] ?? 0;
  if (d < 1 || d > days) return bad();
  const date = `${year}-${month.padStart(2, "0")}-${day.padStart(2, "0")}`;
  if (type.name === "date") return date;
  const [, h = "0", m = "00", s = "00", f = ""] =
    /^[ T](\d{1,2}):(\d\d)(?::(\d\d)(\.\d+)?)?(?:Z|[+-]\d\d(?::?\d\d)?)?$/.exec(rest) ?? (rest === "" ? [] : ["", "99"]);
  if (Number(h) > 23 || Number(m) > 59 || Number(s) > 59) return bad();
  const fraction = ctx.pg
    ? f.replace(/0+$/, "").replace(/^\.$/, "").slice(0, 7)
    : type.size === undefined
      ? ""
      : f.padEnd(type.size + 1, "0").slice(0, type.size + 1);
  const zone = type.name === "timestamptz" ? "+00" : "";
  return `${date} ${h.padStart(2, "0")}:${m}:${s}${fraction}${zone}`;
}

/** The virtual moment as a timestamp in UTC; `fine`: to microseconds. */
export function timestampText(ms: number, fine: boolean): string {
  const seconds = Math.floor(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const { year: y, month: m, day: d } = dateOf(days);
  const two = (n: number): string => String(n).padStart(2, "0");
  const rest = seconds - days * 86_400;
  const micro = Math.round((ms - seconds * 1000) * 1000);
  const fraction = fine && micro > 0 ? `.${String(micro).padStart(6, "0").replace(/0+$/, "")}` : "";
  return `${y}-${two(m)}-${two(d)} ${two(Math.floor(rest / 3600))}:${two(Math.floor(rest / 60) % 60)}:${two(rest % 60)}${fraction}`;
}
/** Milliseconds of a timestamp in UTC; NaN when it is none. */
export function timestampMs(text: string): number {
  const [, y, m = "1", d = "1", h = "0", mi = "0", s = "0"] =
    /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d):(\d\d(?:\.\d+)?))?/.exec(text) ?? [];
  if (y === undefined) return NaN;
  const days = daysOf(Number(y), Number(m), Number(d));
  return ((days * 24 + Number(h)) * 60 + Number(mi)) * 60_000 + Number(s) * 1000;
}

/** What a row reads like in "Failing row contains". */
export const shownRow = (row: readonly Value[], columns: readonly ColumnDef[]): readonly string[] =>
  columns.map((_, i) => {
    const value = row[i] ?? null;
    return value === null ? "null" : textOf(value, true);
  });

export const asNumber = (value: Value): number => (isDecimal(value) ? toNumber(value) : numeric(value));
/** The type that both sides of a UNION, CASE or COALESCE become. */
export function common(types: readonly SqlType[]): SqlType {
  const real = types.filter((t) => t.name !== "null");
  const [first] = real;
  if (!first) return { name: "text" };
  if (real.every(isNumber)) {
    const order = ["tinyint", "smallint", "mediumint", "year", "int", "bigint", "decimal", "float", "double"];
    const widest = real.reduce((a, b) => (order.indexOf(b.name) > order.indexOf(a.name) ? b : a));
    return widest.name === "decimal"
      ? { name: "decimal", ...(widest.scale !== undefined && { scale: Math.max(...real.map((t) => t.scale ?? 0)) }) }
      : widest;
  }
  if (real.every((t) => t.name === first.name)) return first;
  const sure = real.filter((t) => t.written !== "unknown");
  if (sure.length > 0 && sure.every((t) => t.name === sure[0]?.name)) return sure[0] as SqlType;
  return { name: "text" };
}
