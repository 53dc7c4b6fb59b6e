import { parseTime, utcFields } from "../../sim/index.ts";
import { strftime } from "../strftime.ts";
import type { Utility } from "./tool.ts";

export const date: Utility = {
  name: "date",
  usage: "[-u] [-d DATE] [-I[SPEC]] [-R] [+FMT]",
  about: "Display time",
  flags: {
    utc: { short: "u", long: "utc", help: "UTC" },
    date: { short: "d", long: "date", value: "TIME", help: "Display TIME" },
    iso: { short: "I", long: "iso-8601", value: "[SPEC]", help: "ISO 8601" },
    rfc: { short: "R", long: "rfc-email", help: "RFC 5322" },
    rfc3339: { long: "rfc-3339", value: "SPEC", help: "RFC 3339" },
    reference: { short: "r", value: "FILE", help: "Time of FILE" },
    set: { short: "s", value: "TIME", help: "Set time" },
  },
  async run(t) {
    if (t.has("set")) return t.fail("cannot set date: Operation not permitted");
    const given = t.value("date");
    const when =
      given !== undefined
        ? dateOf(given, t.proc.clock.now(), !t.busybox)
        : t.has("reference")
          ? t.proc.fs.stat(t.value("reference") as string).mtime
          : t.proc.clock.now();
    if (Number.isNaN(when)) return t.fail(t.busybox ? `invalid date '${given}'` : `invalid date ‘${given}’`);
    const format = t.args[0];
    if (format !== undefined && !format.startsWith("+")) return t.fail(`invalid date '${format}'`);
    const spec = t.value("iso");
    const iso = {
      "": "%Y-%m-%d",
      date: "%Y-%m-%d",
      hours: "%Y-%m-%dT%H%:z",
      minutes: "%Y-%m-%dT%H:%M%:z",
      seconds: "%Y-%m-%dT%H:%M:%S%:z",
      ns: "%Y-%m-%dT%H:%M:%S,%N%:z",
    }[spec ?? ""];
    const rfc3339 = { date: "%Y-%m-%d", seconds: "%Y-%m-%d %H:%M:%S%:z", ns: "%Y-%m-%d %H:%M:%S.%N%:z" }[t.value("rfc3339") ?? "seconds"];
    await t.out(
      `${strftime(format?.slice(1) ?? (t.has("iso") ? (iso ?? "%F") : t.has("rfc") ? "%a, %d %b %Y %H:%M:%S %z" : t.has("rfc3339") ? (rfc3339 ?? "%F") : "%a %b %e %H:%M:%S %Z %Y"), when)}\n`,
    );
    return 0;
  },
};
/** A date as GNU's tools read it. NaN when it is none. */
export const parseDate = (text: string, now: number): number => dateOf(text, now, true);

/** @seconds, ISO dates, and GNU's words before or after them: "now", "yesterday", "2 days ago", "next friday". NaN when it is none. */
function dateOf(text: string, now: number, gnu: boolean): number {
  if (/^@-?\d+(\.\d+)?$/.test(text)) return Number(text.slice(1)) * 1000;
  let rest = text.trim().toLowerCase().replace(/,/g, " ");
  if (rest === "") return gnu ? Math.floor(now / DAY) * DAY : Number.NaN;
  let base = now;
  const absolute = /^(\d{4}-\d\d-\d\d)(?:[t ]+(\d\d?:\d\d(?::\d\d(?:\.\d+)?)?))?\s*(z|utc|gmt|[+-]\d\d:?\d\d)?(?=\s|$)/.exec(rest);
  if (absolute) {
    const [all, day, time = "00:00", zone = "z"] = absolute;
    const offset = /^[+-]/.test(zone) ? zone.replace(/^(...)(\d\d)$/, "$1:$2") : "Z";
    base = parseTime(
      `${day}T${time.padStart(time.length + (time.indexOf(":") === 1 ? 1 : 0), "0")}${time.length < 6 ? ":00" : ""}${offset}`,
    );
    rest = rest.slice(all.length).trim();
  }
  const clock = /(?:^|\s)(\d\d?):(\d\d)(?::(\d\d))?(?=\s|$)/.exec(rest);
  if (clock) {
    base = Math.floor(base / DAY) * DAY + Number(clock[1]) * 3_600_000 + Number(clock[2]) * 60_000 + Number(clock[3] ?? 0) * 1000;
    rest = rest.replace(clock[0], " ").trim();
  }
  if (rest !== "" && !gnu) return Number.NaN;
  return relative(rest, base);
}

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: DAY,
  week: 7 * DAY,
  fortnight: 14 * DAY,
};
const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

/** GNU's relative items, one after the other. */
function relative(text: string, from: number): number {
  let at = from;
  let rest = text;
  while (rest !== "") {
    const word = /^(now|today|yesterday|tomorrow|utc|z|midnight|noon)(?=\s|$)/.exec(rest);
    const step =
      /^(?:([+-]?)\s*(\d+)\s*|(next|last|this|an?)\s+)(sec|second|min|minute|hour|day|week|fortnight|month|year)s?(\s+ago)?(?=\s|$)/.exec(
        rest,
      );
    const weekday = /^(?:(next|last|this)\s+)?(sun|mon|tue|wed|thu|fri|sat)[a-z]*(?=\s|$)/.exec(rest);
    if (word) {
      if (word[1] === "yesterday") at -= DAY;
      if (word[1] === "tomorrow") at += DAY;
      if (word[1] === "midnight") at = Math.floor(at / DAY) * DAY;
      if (word[1] === "noon") at = Math.floor(at / DAY) * DAY + DAY / 2;
      rest = rest.slice(word[0].length).trim();
    } else if (step) {
      const [all, sign, digits, which, unit = ""] = step;
      const count =
        (which === "next" || which === "a" || which === "an" ? 1 : which === "last" ? -1 : which === "this" ? 0 : Number(digits)) *
        (sign === "-" ? -1 : 1) *
        (step[5] ? -1 : 1);
      if (unit === "month" || unit === "year") at = addMonths(at, unit === "year" ? 12 * count : count);
      else at += count * (UNITS[unit] as number);
      rest = rest.slice(all.length).trim();
    } else if (weekday) {
      const day = Math.floor(at / DAY);
      const ahead = (WEEKDAYS.indexOf(weekday[2] as string) - ((day + 4) % 7) + 7) % 7;
      at = (day + ahead + (weekday[1] === "next" && ahead === 0 ? 7 : weekday[1] === "last" ? -7 : 0)) * DAY;
      rest = rest.slice(weekday[0].length).trim();
    } else return Number.NaN;
  }
  return at;
}

/** The same day of another month; what is too much runs over into the next. */
function addMonths(ms: number, months: number): number {
  const f = utcFields(ms);
  const all = f.year * 12 + f.month - 1 + months;
  const first = `${String(Math.floor(all / 12)).padStart(4, "0")}-${String((all % 12) + 1).padStart(2, "0")}-01T00:00:00Z`;
  return parseTime(first) + (f.day - 1) * DAY + (ms - Math.floor(ms / DAY) * DAY);
}
