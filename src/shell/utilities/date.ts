import { parseTime, utcFields } from "../../sim/index.ts";
import { strftime } from "../strftime.ts";
import type { Utility } from "./tool.ts";

export const date: Utility = {
  name: "date",
  usage: "[-u] [-d DATE] [-I[SPEC]] [-R] [+FMT]",
  about: "Display time",
  flags: {
    utc: { short: "u", long: "universal", help: "UTC" },
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
        ? parseDate(given, t.proc.clock.now())
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
/** @seconds, ISO dates, "now", "yesterday", "2 days ago", "+1 hour". NaN when it is none. */
export function parseDate(text: string, now: number): number {
  const item = /([+-]?\s*\d+|next|last|an?)\s*(sec|second|min|minute|hour|day|week|fortnight|month|year)s?\b(\s+ago)?/gi;
  const items = [...text.matchAll(item)].filter((m) => !/^[+-]?\d{4}-/.test(m[0]));
  if (items.length === 0) return dateOf(text, now);
  let at = dateOf(text.replace(item, " ").trim(), now);
  for (const [, count = "", unit = "", ago] of items) {
    const n = (/^next|^an?$/i.test(count) ? 1 : /^last/i.test(count) ? -1 : Number(count.replace(/\s+/g, ""))) * (ago ? -1 : 1);
    const months = { month: 1, year: 12 }[unit.toLowerCase()];
    at = months === undefined ? at + n * (SPANS[unit.toLowerCase()] as number) : addMonths(at, n * months);
  }
  return at;
}

const SPANS: Readonly<Record<string, number>> = {
  sec: 1000,
  second: 1000,
  min: 60_000,
  minute: 60_000,
  hour: 3_600_000,
  day: 86_400_000,
  week: 604_800_000,
  fortnight: 1_209_600_000,
};

/** As mktime(3) does: the 31st of a month that has none is early in the next. */
function addMonths(ms: number, months: number): number {
  const f = utcFields(ms);
  const month = f.year * 12 + f.month - 1 + months;
  const first = parseTime(
    `${String(Math.floor(month / 12)).padStart(4, "0")}-${String((((month % 12) + 12) % 12) + 1).padStart(2, "0")}-01T00:00:00Z`,
  );
  return first + (f.day - 1) * 86_400_000 + (ms % 86_400_000);
}

function dateOf(text: string, now: number): number {
  if (/^@-?\d+(\.\d+)?$/.test(text)) return Number(text.slice(1)) * 1000;
  const word = text.trim().toLowerCase();
  if (word === "now" || word === "today" || word === "") return now;
  if (word === "yesterday") return now - 86_400_000;
  if (word === "tomorrow") return now + 86_400_000;
  const clock = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(word);
  if (clock)
    return (
      Math.floor(now / 86_400_000) * 86_400_000 + Number(clock[1]) * 3_600_000 + Number(clock[2]) * 60_000 + Number(clock[3] ?? 0) * 1000
    );
  return parseTime(
    /^\d{4}-\d\d-\d\d \d/.test(text)
      ? `${text.replace(" ", "T")}${/[zZ+]|-\d\d:?\d\d$/.test(text.slice(11)) ? "" : "Z"}`
      : /^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text)
        ? `${text}Z`
        : text,
  );
}
