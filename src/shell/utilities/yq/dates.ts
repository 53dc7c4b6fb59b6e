import { DurationError, parseDuration, zoneOffset } from "../../../machinery/index.ts";
import { parseTime as parseRfc, utcFields } from "../../../sim/index.ts";
import { DAYS, MONTHS } from "../../strftime.ts";
import { argument, each, evaluate, left, type Operators, right, RFC3339 } from "./evaluate.ts";
import { guessedTag, make, nicePath, replaced, resolvedTag, scalar, YqError } from "./node.ts";

/** An instant and how far ahead of UTC its clock was, in minutes; `zone` is what it calls itself. */
interface Instant {
  readonly at: number;
  readonly offset: number;
  readonly zone: string;
}

/** Go's layouts are the time "Mon Jan 2 15:04:05 MST 2006" in whatever form. */
const PARTS = /January|Jan|Monday|Mon|MST|2006|15|Z07:00|-07:00|Z0700|-0700|-07|01|02|03|04|05|06|_2|PM|pm|\.0+|\.9+|,0+|1|2|3|4|5/g;
const two = (n: number): string => String(n).padStart(2, "0");
const names = (list: readonly string[], short: boolean): string => list.map((n) => (short ? n.slice(0, 3) : n)).join("|");

const PATTERNS: Readonly<Record<string, string>> = {
  January: names(MONTHS, false),
  Jan: names(MONTHS, true),
  Monday: names(DAYS, false),
  Mon: names(DAYS, true),
  MST: "[A-Z]{3,5}|[+-]\\d\\d(?:\\d\\d)?",
  "2006": "\\d{4}",
  "15": "\\d{2}",
  "Z07:00": "Z|[+-]\\d\\d:\\d\\d",
  "-07:00": "[+-]\\d\\d:\\d\\d",
  Z0700: "Z|[+-]\\d{4}",
  "-0700": "[+-]\\d{4}",
  "-07": "[+-]\\d\\d",
  _2: "[ \\d]\\d",
  PM: "AM|PM",
  pm: "am|pm",
  "1": "\\d{1,2}",
  "2": "\\d{1,2}",
  "3": "\\d{1,2}",
  "4": "\\d{1,2}",
  "5": "\\d{1,2}",
};

/** Reads a time by a layout; a date alone will do where the layout is RFC 3339. */
export function parseTime(layout: string, value: string): Instant | undefined {
  if (value.length > 100 || layout.length > 200) return undefined;
  const read = byLayout(layout, value);
  return read ?? (layout === RFC3339 ? byLayout("2006-01-02", value) : undefined);
}

function byLayout(layout: string, value: string): Instant | undefined {
  const parts: string[] = [];
  let pattern = "";
  let at = 0;
  for (const match of layout.matchAll(PARTS)) {
    pattern += layout.slice(at, match.index).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
    at = match.index + match[0].length;
    parts.push(match[0]);
    pattern += `(${PATTERNS[match[0]] ?? (match[0].startsWith(".") || match[0].startsWith(",") ? `[.,]\\d+` : "\\d{2}")})`;
    if (match[0] === "05" && !/^[.,][09]/.test(layout.slice(at))) {
      parts.push("fraction");
      pattern += "([.,]\\d+)?";
    }
  }
  pattern += layout.slice(at).replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = new RegExp(`^${pattern}$`).exec(value);
  if (!found) return undefined;
  let [year, month, day, hour, minute, second, ms, offset, zone, half] = [0, 1, 1, 0, 0, 0, 0, 0, "UTC", ""];
  parts.forEach((part, i) => {
    const text = found[i + 1] ?? "";
    const n = Number(text);
    if (part === "2006") year = n;
    else if (part === "06") year = n >= 69 ? 1900 + n : 2000 + n;
    else if (part === "01" || part === "1") month = n;
    else if (part === "January") month = MONTHS.indexOf(text as (typeof MONTHS)[number]) + 1;
    else if (part === "Jan") month = MONTHS.findIndex((m) => m.startsWith(text)) + 1;
    else if (part === "02" || part === "2" || part === "_2") day = n;
    else if (part === "15" || part === "03" || part === "3") hour = n;
    else if (part === "04" || part === "4") minute = n;
    else if (part === "05" || part === "5") second = n;
    else if (part === "fraction" || /^[.,]/.test(part)) ms = text === "" ? 0 : Math.floor(Number(`0.${text.slice(1)}`) * 1000);
    else if (part === "PM" || part === "pm") half = text.toUpperCase();
    else if (part === "MST") zone = text;
    else if (part.includes("07") && text !== "Z") {
      const [, sign, h = "0", m = "0"] = /([+-])(\d\d):?(\d\d)?/.exec(text) ?? [];
      offset = (sign === "-" ? -1 : 1) * (Number(h) * 60 + Number(m));
      zone = "";
    }
  });
  if (half === "PM" && hour < 12) hour += 12;
  if (half === "AM" && hour === 12) hour = 0;
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59) return undefined;
  const stamp = parseRfc(`${String(year).padStart(4, "0")}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}Z`);
  return Number.isNaN(stamp) ? undefined : { at: stamp + ms - offset * 60_000, offset, zone };
}

export function formatTime(layout: string, when: Instant): string {
  const f = utcFields(when.at + when.offset * 60_000);
  const sign = when.offset < 0 ? "-" : "+";
  const [h, m] = [two(Math.floor(Math.abs(when.offset) / 60)), two(Math.abs(when.offset) % 60)];
  const hour12 = f.hour % 12 === 0 ? 12 : f.hour % 12;
  return layout.replace(PARTS, (part) => {
    switch (part) {
      case "January":
        return MONTHS[f.month - 1] as string;
      case "Jan":
        return (MONTHS[f.month - 1] as string).slice(0, 3);
      case "Monday":
        return DAYS[f.weekday] as string;
      case "Mon":
        return (DAYS[f.weekday] as string).slice(0, 3);
      case "MST":
        return when.zone || (when.offset === 0 ? "UTC" : `${sign}${h}${m === "00" ? "" : m}`);
      case "2006":
        return String(f.year).padStart(4, "0");
      case "06":
        return two(f.year % 100);
      case "15":
        return two(f.hour);
      case "01":
        return two(f.month);
      case "1":
        return String(f.month);
      case "02":
        return two(f.day);
      case "2":
        return String(f.day);
      case "_2":
        return String(f.day).padStart(2);
      case "03":
        return two(hour12);
      case "3":
        return String(hour12);
      case "04":
        return two(f.minute);
      case "4":
        return String(f.minute);
      case "05":
        return two(f.second);
      case "5":
        return String(f.second);
      case "PM":
        return f.hour < 12 ? "AM" : "PM";
      case "pm":
        return f.hour < 12 ? "am" : "pm";
      case "Z07:00":
        return when.offset === 0 ? "Z" : `${sign}${h}:${m}`;
      case "-07:00":
        return `${sign}${h}:${m}`;
      case "Z0700":
        return when.offset === 0 ? "Z" : `${sign}${h}${m}`;
      case "-0700":
        return `${sign}${h}${m}`;
      case "-07":
        return `${sign}${h}`;
      default: {
        const digits = String(f.millisecond)
          .padStart(3, "0")
          .padEnd(part.length - 1, "0")
          .slice(0, part.length - 1);
        return part[1] === "9" ? (digits.replace(/0+$/, "") === "" ? "" : `${part[0]}${digits.replace(/0+$/, "")}`) : `${part[0]}${digits}`;
      }
    }
  });
}

export function addDuration(layout: string, value: string, duration: string, written = duration): string {
  let ms: number;
  try {
    ms = parseDuration(duration);
  } catch (error) {
    if (!(error instanceof DurationError)) throw error;
    throw new YqError(`unable to parse duration [${written}]: ${error.message}`);
  }
  const when = parseTime(layout, value);
  if (!when) throw unreadable(layout, value);
  return formatTime(layout, { ...when, at: when.at + ms });
}
const unreadable = (layout: string, value: string): YqError =>
  new YqError(`parsing time "${value}" as "${layout}": cannot parse "${value}" as "${layout.slice(0, 4)}"`);

export const dateOperators: Operators = {
  now: (at) => [scalar(at.world.room, "!!timestamp", formatTime(RFC3339, { at: at.world.now, offset: 0, zone: "UTC" }))],
  with_dtf: (at, e) => {
    const block = right(e);
    if (block.op !== ";" && block.op !== ",")
      throw new YqError(
        'must provide a date time format string and an expression, e.g. with_dtf("Monday, 02-Jan-06 at 3:04PM MST"; <exp>)',
      );
    return evaluate({ ...at, layout: argument(at, left(block)) }, right(block));
  },
  format_datetime: each((node, at, e) => {
    const when = parseTime(at.layout, node.value);
    if (!when)
      throw new YqError(
        `could not parse datetime of [${nicePath(node)}]: ${unreadable(at.layout === RFC3339 ? "2006-01-02" : at.layout, node.value).message}`,
      );
    const shown = formatTime(argument(at, right(e)), when);
    return make(node.room, { tag: resolvedTag(shown), value: shown, parent: node.parent, key: node.key });
  }),
  tz: each((node, at, e) => {
    const zone = argument(at, right(e));
    const when = parseTime(at.layout, node.value);
    if (!when)
      throw new YqError(
        `could not parse datetime of [${nicePath(node)}] using layout [${at.layout}]: ${unreadable(at.layout, node.value).message}`,
      );
    let offset: number;
    try {
      offset = zone === "UTC" ? 0 : Math.round(zoneOffset(when.at, zone) / 60_000);
    } catch {
      throw new YqError(`could not load tz [${zone}]: unknown time zone ${zone}`);
    }
    return replaced(node, "scalar", node.tag, formatTime(at.layout, { at: when.at, offset, zone: ZONES[`${zone} ${offset}`] ?? "" }));
  }),
  from_unix: each((node) => {
    const tag = guessedTag(node);
    if (tag !== "!!int" && tag !== "!!float") throw new YqError(`from_unix only works on numbers, found ${node.tag} instead`);
    return replaced(
      node,
      "scalar",
      "!!timestamp",
      formatTime(RFC3339, { at: Math.floor(Number(node.value) * 1000), offset: 0, zone: "UTC" }),
    );
  }),
  to_unix: each((node, at) => {
    const when = parseTime(at.layout, node.value);
    if (!when)
      throw new YqError(
        `could not parse datetime of [${nicePath(node)}] using layout [${at.layout}]: ${unreadable(at.layout, node.value).message}`,
      );
    return replaced(node, "scalar", "!!int", String(Math.floor(when.at / 1000)));
  }),
};
/** What zones call themselves, where it is not their offset. */
const ZONES: Readonly<Record<string, string>> = {
  "UTC 0": "UTC",
  "Australia/Sydney 600": "AEST",
  "Australia/Sydney 660": "AEDT",
  "Australia/Perth 480": "AWST",
  "America/New_York -300": "EST",
  "America/New_York -240": "EDT",
  "America/Chicago -360": "CST",
  "America/Chicago -300": "CDT",
  "America/Los_Angeles -480": "PST",
  "America/Los_Angeles -420": "PDT",
  "Europe/London 0": "GMT",
  "Europe/London 60": "BST",
  "Europe/Berlin 60": "CET",
  "Europe/Berlin 120": "CEST",
  "Europe/Madrid 60": "CET",
  "Europe/Madrid 120": "CEST",
  "Europe/Paris 60": "CET",
  "Europe/Paris 120": "CEST",
};
