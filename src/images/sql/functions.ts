import type { Context } from "./context.ts";
import { asNumber, common, convert, timestampMs, timestampText } from "./convert.ts";
import { databaseOf } from "./define.ts";
import { dateFormat, DAYS, difference, MONTHS, part, toChar, truncated } from "./moments.ts";
import { currval, nextval, ownedBy, setval } from "./sequences.ts";
import {
  BIGINT,
  BOOL,
  decimal,
  DOUBLE,
  INT,
  isDecimal,
  isWhole,
  numeric,
  rescale,
  type SqlType,
  TEXT,
  textOf,
  toDecimal,
  type Value,
  VARCHAR,
} from "./values.ts";

/** A function of values. Unless it says so it is null when an argument is. */
export interface SqlFunction {
  readonly args: readonly [number, number];
  readonly type: SqlType | ((args: readonly SqlType[]) => SqlType);
  readonly nulls?: true;
  readonly only?: "mysql" | "pg";
  readonly run: (ctx: Context, args: readonly Value[], types: readonly SqlType[]) => Value;
}

const f = (min: number, max: number, type: SqlFunction["type"], run: SqlFunction["run"], more: Partial<SqlFunction> = {}): SqlFunction => ({
  args: [min, max],
  type,
  run,
  ...more,
});

const NULLS = { nulls: true } as const;

const MYSQL = { only: "mysql" } as const;

const PG = { only: "pg" } as const;

const text = (fn: (s: string, ...rest: readonly Value[]) => Value, min = 1, max = min, type: SqlType = TEXT): SqlFunction =>
  f(min, max, type, (ctx, [s, ...rest]) => fn(textOf(s as Value, ctx.pg), ...rest));

const math = (fn: (n: number, m: number) => number, min = 1): SqlFunction =>
  f(min, min, DOUBLE, (_, [n, m]) => {
    const result = fn(asNumber(n as Value), asNumber(m ?? null));
    return Number.isFinite(result) ? result : null;
  });

const same = ([first]: readonly SqlType[]): SqlType => first ?? DOUBLE;

const chars = (s: string): readonly string[] => [...s];

function substring(s: string, from: Value, length?: Value): string {
  const all = chars(s);
  const at = asNumber(from);
  const start = at > 0 ? at - 1 : at < 0 ? all.length + at : all.length;
  const n = length === undefined || length === null ? Infinity : asNumber(length);
  return start < 0 ? "" : all.slice(start, n < 0 ? start : start + n).join("");
}

function pgSubstring(s: string, from: Value, length?: Value): string {
  const start = asNumber(from) - 1;
  const end = length === undefined || length === null ? Infinity : start + asNumber(length);
  return chars(s).slice(Math.max(0, start), Math.max(0, end)).join("");
}

function round(ctx: Context, [value, places]: readonly Value[], up: "half" | "down" = "half"): Value {
  const p = places === undefined ? 0 : asNumber(places);
  if (value === null || value === undefined) return null;
  if (isDecimal(value) || (typeof value === "number" && Number.isInteger(value))) {
    const exact = toDecimal(value as number);
    if (up === "down" && p < exact.scale) {
      const unit = 10n ** BigInt(exact.scale - Math.max(0, p));
      return { n: exact.n / unit, scale: Math.max(0, p) };
    }
    const done = rescale(exact, p);
    return isDecimal(value) ? (places !== undefined && p > exact.scale && !ctx.pg ? exact : done) : Number(done.n);
  }
  const n = numeric(value);
  const scale = 10 ** p;
  return up === "down" ? Math.trunc(n * scale) / scale : (Math.sign(n) * Math.round(Math.abs(n) * scale)) / scale;
}

const now: SqlFunction = f(0, 1, { name: "timestamptz" }, (ctx) =>
  ctx.pg ? `${timestampText(ctx.now, true)}+00` : timestampText(ctx.now, false),
);

const version: SqlFunction = f(0, 0, VARCHAR, (ctx) => ctx.version);

const user: SqlFunction = f(0, 0, { name: "name" }, ({ pg, session }) => (pg ? session.user : `${session.user}@${session.host}`));

const account: SqlFunction = f(0, 0, { name: "name" }, ({ pg, session, store }) => {
  if (pg) return session.user;
  const known = store.users.find((u) => u.user === session.user && (u.host === session.host || u.host === "%"));
  return `${session.user}@${known?.host ?? session.host}`;
});

const database: SqlFunction = f(0, 0, { name: "name" }, ({ session }) => (session.database === "" ? null : session.database));

const sleeping: SqlFunction = f(1, 1, INT, (ctx, [seconds]) => {
  ctx.sleep += Math.max(0, asNumber(seconds ?? null)) * 1000;
  return ctx.pg ? "" : 0;
});

const concat: SqlFunction["run"] = (ctx, args) =>
  !ctx.pg && args.includes(null)
    ? null
    : args.map((a) => (ctx.pg && typeof a === "boolean" ? (a ? "t" : "f") : textOf(a, ctx.pg))).join("");

const extreme = (sign: 1 | -1): SqlFunction =>
  f(
    1,
    99,
    (t) => common(t),
    (_, args) => args.filter((a) => a !== null).reduce((a, b) => ((asNumber(a) - asNumber(b)) * sign >= 0 ? a : b)),
    NULLS,
  );

export const functions: Readonly<Record<string, SqlFunction>> = {
  now,
  current_timestamp: now,
  localtimestamp: now,
  localtime: now,
  sysdate: { ...now, ...MYSQL },
  transaction_timestamp: { ...now, ...PG },
  clock_timestamp: { ...now, ...PG },
  utc_timestamp: { ...now, ...MYSQL },
  curdate: f(0, 0, { name: "date" }, ({ now: ms }) => timestampText(ms, false).slice(0, 10), MYSQL),
  current_date: f(0, 0, { name: "date" }, ({ now: ms }) => timestampText(ms, false).slice(0, 10)),
  curtime: f(0, 0, { name: "time" }, ({ now: ms }) => timestampText(ms, false).slice(11), MYSQL),
  current_time: f(0, 0, { name: "time" }, ({ now: ms }) => timestampText(ms, false).slice(11)),
  version,
  user: { ...user },
  session_user: user,
  system_user: { ...user, ...MYSQL },
  current_user: account,
  current_role: account,
  database: { ...database, ...MYSQL },
  schema: { ...database, ...MYSQL },
  current_database: { ...database, ...PG },
  current_catalog: { ...database, ...PG },
  current_schema: f(0, 0, { name: "name" }, () => "public", PG),
  connection_id: f(0, 0, BIGINT, ({ connection }) => connection, MYSQL),
  pg_backend_pid: f(0, 0, INT, ({ connection }) => connection, PG),
  last_insert_id: f(0, 0, BIGINT, ({ session }) => session.lastInsertId, MYSQL),
  row_count: f(0, 0, BIGINT, ({ session }) => session.rowCount, MYSQL),
  sleep: { ...sleeping, ...MYSQL },
  pg_sleep: { ...sleeping, ...PG, type: TEXT },
  pg_is_in_recovery: f(0, 0, BOOL, () => false, PG),
  pg_postmaster_start_time: f(0, 0, { name: "timestamptz" }, (ctx) => ctx.setting("timonel.started") ?? null, PG),
  inet_server_port: f(0, 0, INT, (ctx) => Number(ctx.setting("port")), PG),
  nextval: f(1, 1, BIGINT, (ctx, [name]) => nextval(ctx, String(name)), PG),
  currval: f(1, 1, BIGINT, (ctx, [name]) => currval(ctx, String(name)), PG),
  lastval: f(0, 0, BIGINT, (ctx) => currval(ctx, undefined), PG),
  setval: f(2, 3, BIGINT, (ctx, [name, n, called = true]) => setval(ctx, String(name), asNumber(n as Value), called === true), PG),
  pg_get_serial_sequence: f(
    2,
    2,
    TEXT,
    (ctx, [table, column]) => {
      const name = String(table).replace(/^public\./, "");
      const [owned] = ownedBy(databaseOf(ctx, undefined), name, String(column));
      return owned ? `public.${owned.name}` : null;
    },
    PG,
  ),
  set_config: f(
    3,
    3,
    TEXT,
    (ctx, [name, value, local]) => {
      ctx.configure(String(name), String(value), local === true);
      return String(value);
    },
    PG,
  ),
  current_setting: f(1, 2, TEXT, (ctx, [name]) => ctx.setting(textOf(name as Value, true)) ?? null, PG),
  pg_size_pretty: f(1, 1, TEXT, (_, [n]) => pretty(asNumber(n as Value)), PG),
  uuid: f(0, 0, VARCHAR, ({ random }) => random.uuid(), MYSQL),
  gen_random_uuid: f(0, 0, { name: "uuid" }, ({ random }) => random.uuid(), PG),
  rand: f(0, 1, DOUBLE, ({ random }) => random.next(), MYSQL),
  random: f(0, 0, DOUBLE, ({ random }) => random.next(), PG),

  concat: f(1, 99, TEXT, concat, NULLS),
  concat_ws: f(
    2,
    99,
    TEXT,
    (ctx, [by, ...rest]) =>
      by === null
        ? null
        : rest
            .filter((a) => a !== null)
            .map((a) => textOf(a, ctx.pg))
            .join(textOf(by as Value, ctx.pg)),
    NULLS,
  ),
  upper: text((s) => s.toUpperCase()),
  ucase: { ...text((s) => s.toUpperCase()), ...MYSQL },
  lower: text((s) => s.toLowerCase()),
  lcase: { ...text((s) => s.toLowerCase()), ...MYSQL },
  initcap: { ...text((s) => s.toLowerCase().replace(/[a-z0-9]+/g, (w) => w[0]?.toUpperCase() + w.slice(1))), ...PG },
  length: f(1, 1, INT, (ctx, [s]) =>
    ctx.pg ? chars(textOf(s as Value, true)).length : new TextEncoder().encode(textOf(s as Value, false)).length,
  ),
  char_length: text((s) => chars(s).length, 1, 1, INT),
  character_length: text((s) => chars(s).length, 1, 1, INT),
  octet_length: text((s) => new TextEncoder().encode(s).length, 1, 1, INT),
  substring: f(2, 3, TEXT, (ctx, [s, from, n]) => (ctx.pg ? pgSubstring : substring)(textOf(s as Value, ctx.pg), from as Value, n)),
  substr: f(2, 3, TEXT, (ctx, [s, from, n]) => (ctx.pg ? pgSubstring : substring)(textOf(s as Value, ctx.pg), from as Value, n)),
  mid: { ...text((s, from, n) => substring(s, from as Value, n), 3, 3), ...MYSQL },
  left: text(
    (s, n) => (asNumber(n as Value) < 0 ? chars(s).slice(0, asNumber(n as Value)) : chars(s).slice(0, asNumber(n as Value))).join(""),
    2,
  ),
  right: text(
    (s, n) =>
      asNumber(n as Value) === 0
        ? ""
        : chars(s)
            .slice(-asNumber(n as Value))
            .join(""),
    2,
  ),
  btrim: text((s, c) => trim(s, c, true, true), 1, 2),
  trim: text((s, c) => trim(s, c, true, true), 1, 2),
  ltrim: text((s, c) => trim(s, c, true, false), 1, 2),
  rtrim: text((s, c) => trim(s, c, false, true), 1, 2),
  replace: text((s, a, b) => (a === "" ? s : s.replaceAll(String(a), String(b))), 3),
  reverse: text((s) => chars(s).toReversed().join("")),
  repeat: f(2, 2, TEXT, (ctx, [s, n]) => repeated(ctx, textOf(s as Value, ctx.pg), asNumber(n as Value))),
  space: { ...text((s) => " ".repeat(Math.max(0, Math.min(1_000_000, Number(s))))), ...MYSQL },
  lpad: text((s, n, by = " ") => pad(s, asNumber(n as Value), String(by), true), 2, 3),
  rpad: text((s, n, by = " ") => pad(s, asNumber(n as Value), String(by), false), 2, 3),
  instr: { ...text((s, of) => s.toLowerCase().indexOf(String(of).toLowerCase()) + 1, 2, 2, INT), ...MYSQL },
  locate: { ...text((of, s) => String(s).toLowerCase().indexOf(of.toLowerCase()) + 1, 2, 2, INT), ...MYSQL },
  position: text((of, s) => String(s).indexOf(of) + 1, 2, 2, INT),
  strpos: { ...text((s, of) => s.indexOf(String(of)) + 1, 2, 2, INT), ...PG },
  split_part: { ...text((s, by, n) => s.split(String(by))[asNumber(n as Value) - 1] ?? "", 3), ...PG },
  ascii: text((s) => s.codePointAt(0) ?? 0, 1, 1, INT),
  chr: { ...f(1, 1, TEXT, (_, [n]) => String.fromCodePoint(Math.min(0x10ffff, Math.max(1, asNumber(n as Value))))), ...PG },
  md5: text((s) => s, 1, 1),
  quote_ident: { ...text((s) => (/^[a-z_][a-z0-9_]*$/.test(s) ? s : `"${s.replaceAll('"', '""')}"`)), ...PG },
  hex: {
    ...f(1, 1, TEXT, (_, [v]) =>
      (typeof v === "string"
        ? [...new TextEncoder().encode(v)].map((b) => b.toString(16).padStart(2, "0")).join("")
        : asNumber(v as Value).toString(16)
      ).toUpperCase(),
    ),
    ...MYSQL,
  },

  abs: f(1, 1, same, (_, [n]) =>
    isDecimal(n as Value)
      ? { ...(n as { n: bigint; scale: number }), n: (n as { n: bigint }).n < 0n ? -(n as { n: bigint }).n : (n as { n: bigint }).n }
      : Math.abs(asNumber(n as Value)),
  ),
  ceil: f(1, 1, integral, (_, [n]) => up(n as Value, Math.ceil)),
  ceiling: f(1, 1, integral, (_, [n]) => up(n as Value, Math.ceil)),
  floor: f(1, 1, integral, (_, [n]) => up(n as Value, Math.floor)),
  round: f(1, 2, rounded, (ctx, args) => round(ctx, args)),
  truncate: f(2, 2, rounded, (ctx, args) => round(ctx, args, "down"), MYSQL),
  trunc: f(1, 2, rounded, (ctx, args) => round(ctx, args, "down"), PG),
  sqrt: math(Math.sqrt),
  power: math((a, b) => a ** b, 2),
  pow: math((a, b) => a ** b, 2),
  exp: math(Math.exp),
  ln: math(Math.log),
  log10: math(Math.log10),
  pi: f(0, 0, DOUBLE, (ctx) => (ctx.pg ? Math.PI : 3.141593)),
  sign: f(1, 1, INT, (_, [n]) => Math.sign(asNumber(n as Value))),
  mod: f(2, 2, same, (ctx, [a, b]) =>
    asNumber(b as Value) === 0 ? (ctx.pg ? divisionByZero(ctx) : null) : asNumber(a as Value) % asNumber(b as Value),
  ),
  greatest: extreme(1),
  least: extreme(-1),

  coalesce: f(
    1,
    99,
    (t) => common(t),
    (_, args) => args.find((a) => a !== null) ?? null,
    NULLS,
  ),
  ifnull: f(
    2,
    2,
    (t) => common(t),
    (_, [a, b]) => a ?? b ?? null,
    { ...NULLS, ...MYSQL },
  ),
  nullif: f(
    2,
    2,
    same,
    (ctx, [a, b]) => (a !== null && b !== null && textOf(a as Value, ctx.pg) === textOf(b as Value, ctx.pg) ? null : (a ?? null)),
    NULLS,
  ),
  if: f(
    3,
    3,
    ([, a, b]) => common([a as SqlType, b as SqlType]),
    (_, [c, a, b]) => (c !== null && numeric(c as Value) !== 0 ? (a ?? null) : (b ?? null)),
    { ...NULLS, ...MYSQL },
  ),
  isnull: f(1, 1, INT, (_, [a]) => (a === null ? 1 : 0), { ...NULLS, ...MYSQL }),
  format: f(
    2,
    2,
    TEXT,
    (_, [n, p]) =>
      asNumber(n as Value).toLocaleString("en-US", {
        minimumFractionDigits: asNumber(p as Value),
        maximumFractionDigits: asNumber(p as Value),
      }),
    MYSQL,
  ),

  extract: f(2, 2, decimal(), (ctx, [field, of]) =>
    ctx.pg ? toDecimal(part(String(field), of as Value)) : part(String(field), of as Value),
  ),
  date_part: f(2, 2, DOUBLE, (_, [field, of]) => part(String(field), of as Value), PG),
  date_trunc: f(2, 2, { name: "timestamptz" }, (_, [unit, of]) => truncated(String(unit).toLowerCase(), textOf(of as Value, true)), PG),
  age: f(
    1,
    2,
    TEXT,
    (ctx) => {
      throw ctx.words.notSimulated("age() is not simulated by Timonel");
    },
    PG,
  ),
  to_char: f(2, 2, TEXT, (_, [of, format]) => toChar(textOf(of as Value, true), String(format)), PG),
  to_timestamp: f(1, 1, { name: "timestamptz" }, (_, [n]) => `${timestampText(asNumber(n as Value) * 1000, true)}+00`, PG),
  ...Object.fromEntries(
    (["year", "month", "day", "hour", "minute", "second", "quarter"] as const).map((name) => [
      name,
      f(1, 1, INT, (_, [of]) => part(name, of as Value), MYSQL),
    ]),
  ),
  dayofmonth: f(1, 1, INT, (_, [of]) => part("day", of as Value), MYSQL),
  dayofweek: f(1, 1, INT, (_, [of]) => part("dow", of as Value) + 1, MYSQL),
  dayname: f(1, 1, VARCHAR, (_, [of]) => DAYS[part("dow", of as Value)] ?? null, MYSQL),
  monthname: f(1, 1, VARCHAR, (_, [of]) => MONTHS[part("month", of as Value) - 1] ?? null, MYSQL),
  date: f(1, 1, { name: "date" }, (ctx, [of]) => convert(ctx, of as Value, { name: "date" }, undefined, true)),
  time: f(1, 1, { name: "time" }, (ctx, [of]) => convert(ctx, of as Value, { name: "time" }, undefined, true), MYSQL),
  date_format: f(2, 2, VARCHAR, (_, [of, format]) => dateFormat(textOf(of as Value, false), String(format)), MYSQL),
  datediff: f(
    2,
    2,
    INT,
    (_, [a, b]) => Math.floor(timestampMs(String(a)) / 86_400_000) - Math.floor(timestampMs(String(b)) / 86_400_000),
    MYSQL,
  ),
  timestampdiff: f(3, 3, BIGINT, (_, [unit, a, b]) => difference(String(unit), String(a), String(b)), MYSQL),
  unix_timestamp: f(0, 1, BIGINT, (ctx, [of]) => Math.floor((of === undefined ? ctx.now : timestampMs(String(of))) / 1000), MYSQL),
  from_unixtime: f(1, 1, { name: "datetime" }, (_, [n]) => timestampText(asNumber(n as Value) * 1000, false), MYSQL),
};

delete (functions as Record<string, SqlFunction>)["md5"];

function integral([of]: readonly SqlType[]): SqlType {
  return of && (isWhole(of) || of.name === "decimal") ? (of.name === "decimal" ? decimal(undefined, 0) : BIGINT) : DOUBLE;
}

function rounded([of]: readonly SqlType[]): SqlType {
  return of?.name === "decimal" ? decimal() : (of ?? DOUBLE);
}

function up(n: Value, fn: (n: number) => number): Value {
  const done = fn(asNumber(n));
  return isDecimal(n) ? { n: BigInt(done), scale: 0 } : done;
}

function divisionByZero(ctx: Context): never {
  throw ctx.words.notSimulated("division by zero");
}

function trim(s: string, given: Value | undefined, left: boolean, right: boolean): string {
  const set = given === undefined || given === null ? " " : String(given);
  let [a, b] = [0, s.length];
  while (left && a < b && set.includes(s[a] as string)) a++;
  while (right && b > a && set.includes(s[b - 1] as string)) b--;
  return s.slice(a, b);
}

function pad(s: string, n: number, by: string, left: boolean): string {
  const all = chars(s);
  const size = Math.min(n, 1_000_000);
  if (all.length >= size) return all.slice(0, Math.max(0, size)).join("");
  const fill = by === "" ? "" : by.repeat(Math.ceil((size - all.length) / by.length)).slice(0, size - all.length);
  return left ? fill + s : s + fill;
}

function repeated(ctx: Context, s: string, n: number): string {
  if (s.length * n > 16 * 1024 * 1024) throw ctx.words.notSimulated("texts of more than 16 MiB are not simulated by Timonel");
  return s.repeat(Math.max(0, Math.floor(n)));
}

function pretty(n: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let i = 0;
  while (Math.abs(n) >= 10_240 && i < units.length - 1) {
    n /= 1024;
    i++;
  }
  return `${Math.round(n)} ${units[i]}`;
}
