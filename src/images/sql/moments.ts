import { timestampMs, timestampText } from "./convert.ts";
import { textOf, type Value } from "./values.ts";

export const part = (name: string, value: Value): number => {
  const iso = textOf(value as Value, true);
  const [, y = "0", m = "0", d = "0"] = /^(\d{4})-(\d\d)-(\d\d)/.exec(iso) ?? [];
  const [, h = "0", mi = "0", s = "0"] = /(\d\d):(\d\d):(\d\d(?:\.\d+)?)/.exec(iso) ?? [];
  const ms = timestampMs(iso);
  const day = (((Math.floor(ms / 86_400_000) + 4) % 7) + 7) % 7;
  switch (name) {
    case "year":
      return Number(y);
    case "month":
      return Number(m);
    case "day":
      return Number(d);
    case "hour":
      return Number(h);
    case "minute":
      return Number(mi);
    case "second":
      return Number(s);
    case "dow":
      return day;
    case "quarter":
      return Math.ceil(Number(m) / 3);
    case "doy":
      return Math.floor((ms - timestampMs(`${y}-01-01`)) / 86_400_000) + 1;
    case "epoch":
      return ms / 1000;
    default:
      return NaN;
  }
};

export const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];

export const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

const two = (n: number): string => String(n).padStart(2, "0");

export function dateFormat(value: string, format: string): string {
  const p = (name: string): number => part(name, value);
  const fields: Readonly<Record<string, () => string>> = {
    Y: () => String(p("year")),
    y: () => two(p("year") % 100),
    m: () => two(p("month")),
    c: () => String(p("month")),
    d: () => two(p("day")),
    e: () => String(p("day")),
    H: () => two(p("hour")),
    h: () => two(p("hour") % 12 || 12),
    i: () => two(p("minute")),
    s: () => two(Math.floor(p("second"))),
    S: () => two(Math.floor(p("second"))),
    p: () => (p("hour") < 12 ? "AM" : "PM"),
    W: () => DAYS[p("dow")] as string,
    a: () => (DAYS[p("dow")] as string).slice(0, 3),
    M: () => MONTHS[p("month") - 1] as string,
    b: () => (MONTHS[p("month") - 1] as string).slice(0, 3),
    T: () => `${two(p("hour"))}:${two(p("minute"))}:${two(Math.floor(p("second")))}`,
    j: () => String(p("doy")).padStart(3, "0"),
  };
  return format.replace(/%(.)/g, (_, c: string) => fields[c]?.() ?? c);
}

export function toChar(value: string, format: string): string {
  const p = (name: string): number => part(name, value);
  const fields: Readonly<Record<string, () => string>> = {
    YYYY: () => String(p("year")),
    MM: () => two(p("month")),
    DD: () => two(p("day")),
    HH24: () => two(p("hour")),
    HH12: () => two(p("hour") % 12 || 12),
    HH: () => two(p("hour") % 12 || 12),
    MI: () => two(p("minute")),
    SS: () => two(Math.floor(p("second"))),
    Mon: () => (MONTHS[p("month") - 1] as string).slice(0, 3),
    Month: () => (MONTHS[p("month") - 1] as string).padEnd(9),
    Day: () => (DAYS[p("dow")] as string).padEnd(9),
    Dy: () => (DAYS[p("dow")] as string).slice(0, 3),
  };
  return format.replace(/YYYY|MM|DD|HH24|HH12|HH|MI|SS|Month|Mon|Day|Dy/g, (c) => fields[c]?.() ?? c);
}

const UNITS: Readonly<Record<string, number>> = {
  microsecond: 0.001,
  millisecond: 1,
  second: 1000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
};

/** A moment so much later. */
export function shifted(value: string, amount: number, unit: string): string | null {
  const name = unit.toLowerCase().replace(/s$/, "");
  const ms = timestampMs(value);
  if (Number.isNaN(ms)) return null;
  const whole = /^\d{4}-\d\d-\d\d$/.test(value);
  const months = name === "month" ? amount : name === "quarter" ? amount * 3 : name === "year" ? amount * 12 : undefined;
  if (months !== undefined) {
    const total = part("year", value) * 12 + part("month", value) - 1 + months;
    const [y, m] = [Math.floor(total / 12), (total % 12) + 1];
    const last = part("day", timestampText(timestampMs(`${m === 12 ? y + 1 : y}-${two(m === 12 ? 1 : m + 1)}-01`) - 1, false));
    return `${y}-${two(m)}-${two(Math.min(last, part("day", value)))}${value.slice(10)}`;
  }
  const scale = UNITS[name];
  if (scale === undefined) return null;
  const moved = timestampText(ms + amount * scale, true);
  return whole && scale >= 86_400_000 ? moved.slice(0, 10) : moved;
}

export function difference(unit: string, a: string, b: string): number {
  const months = (part("year", b) - part("year", a)) * 12 + part("month", b) - part("month", a) - (part("day", b) < part("day", a) ? 1 : 0);
  if (unit === "year") return Math.trunc(months / 12);
  if (unit === "month") return months;
  return Math.trunc((timestampMs(b) - timestampMs(a)) / (UNITS[unit] ?? 1000));
}

export function truncated(unit: string, value: string): Value {
  const full = value.length === 10 ? `${value} 00:00:00` : value;
  const zone = full.endsWith("+00") ? "+00" : "";
  const cut = {
    year: `${full.slice(0, 4)}-01-01 00:00:00`,
    month: `${full.slice(0, 7)}-01 00:00:00`,
    day: `${full.slice(0, 10)} 00:00:00`,
    hour: `${full.slice(0, 13)}:00:00`,
    minute: `${full.slice(0, 16)}:00`,
    second: full.slice(0, 19),
  }[unit];
  return cut === undefined ? null : cut + zone;
}
