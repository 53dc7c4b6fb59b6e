import { parseDuration } from "./duration.ts";
import { goQuote } from "./fields.ts";

/** When a schedule fires: the values that each field allows; or every so many milliseconds (`@every 5m`). */
export type CronSchedule = CronFields | { readonly everyMs: number };

export interface CronFields {
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 is Sunday. */
  readonly daysOfWeek: ReadonlySet<number>;
  /** A day counts when both its fields allow it if one of them is `*`, else when either does. */
  readonly anyDayOfMonth: boolean;
  readonly anyDayOfWeek: boolean;
}

/** A text that is no schedule; the message is that of the library which Kubernetes uses (robfig/cron v3). */
export class CronError extends Error {
  override readonly name = "CronError";
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  readonly names?: readonly string[];
}

const MINUTES: Bounds = { min: 0, max: 59 };
const HOURS: Bounds = { min: 0, max: 23 };
const DAYS: Bounds = { min: 1, max: 31 };
const MONTHS: Bounds = { min: 1, max: 12, names: ["", ..."jan feb mar apr may jun jul aug sep oct nov dec".split(" ")] };
const WEEKDAYS: Bounds = { min: 0, max: 6, names: "sun mon tue wed thu fri sat".split(" ") };

const DESCRIPTORS: Readonly<Record<string, string>> = {
  "@yearly": "0 0 1 1 *",
  "@annually": "0 0 1 1 *",
  "@monthly": "0 0 1 * *",
  "@weekly": "0 0 * * 0",
  "@daily": "0 0 * * *",
  "@midnight": "0 0 * * *",
  "@hourly": "0 * * * *",
};

/** Five fields or a descriptor (robfig/cron: ParseStandard). A leading `TZ=` is no part of it here. Throws CronError. */
export function parseCron(text: string): CronSchedule {
  if (text === "") throw new CronError("empty spec string");
  if (text.startsWith("@every ")) return { everyMs: everyMs(text) };
  if (text.startsWith("@") && !Object.hasOwn(DESCRIPTORS, text)) throw new CronError(`unrecognized descriptor: ${text}`);
  const fields = (DESCRIPTORS[text] ?? text).split(/\s+/u).filter((f) => f !== "");
  if (fields.length !== 5) throw new CronError(`expected exactly 5 fields, found ${fields.length}: [${fields.join(" ")}]`);
  const [minutes, hours, daysOfMonth, months, daysOfWeek] = fields as [string, string, string, string, string];
  return {
    minutes: allowed(minutes, MINUTES),
    hours: allowed(hours, HOURS),
    daysOfMonth: allowed(daysOfMonth, DAYS),
    months: allowed(months, MONTHS),
    daysOfWeek: allowed(daysOfWeek, WEEKDAYS),
    anyDayOfMonth: isAny(daysOfMonth),
    anyDayOfWeek: isAny(daysOfWeek),
  };
}

function everyMs(text: string): number {
  try {
    return parseDuration(text.slice("@every ".length));
  } catch (error) {
    throw new CronError(`failed to parse duration ${text}: ${(error as Error).message}`);
  }
}

const isAny = (field: string): boolean => field.split(",").some((part) => /^[*?](\/[01])?$/.test(part));

function allowed(field: string, bounds: Bounds): ReadonlySet<number> {
  const values = new Set<number>();
  for (const part of field.split(",")) {
    if (part === "") continue;
    const { start, end, step } = range(part, bounds);
    for (let value = start; value <= end; value += step) values.add(value);
  }
  return values;
}

/** `*`, `5`, `1-5`, each with `/step`; `5/10` goes on to the greatest value. */
function range(text: string, bounds: Bounds): { readonly start: number; readonly end: number; readonly step: number } {
  const [whole = "", stepText, ...moreSlashes] = text.split("/");
  const [low = "", high, ...moreHyphens] = whole.split("-");
  const any = low === "*" || low === "?";
  const start = any ? bounds.min : numberOrName(low, bounds);
  if (!any && moreHyphens.length > 0) throw new CronError(`too many hyphens: ${text}`);
  let end = any ? bounds.max : high === undefined ? start : numberOrName(high, bounds);
  if (moreSlashes.length > 0) throw new CronError(`too many slashes: ${text}`);
  const step = stepText === undefined ? 1 : number(stepText);
  if (stepText !== undefined && high === undefined) end = bounds.max;
  if (start < bounds.min) throw new CronError(`beginning of range (${start}) below minimum (${bounds.min}): ${text}`);
  if (end > bounds.max) throw new CronError(`end of range (${end}) above maximum (${bounds.max}): ${text}`);
  if (start > end) throw new CronError(`beginning of range (${start}) beyond end of range (${end}): ${text}`);
  if (step === 0) throw new CronError(`step of range should be a positive number: ${text}`);
  return { start, end, step };
}

function numberOrName(text: string, { names }: Bounds): number {
  const named = text === "" ? -1 : (names?.indexOf(text.toLowerCase()) ?? -1);
  return named >= 0 ? named : number(text);
}

/** Go: strconv.Atoi. */
function number(text: string): number {
  if (!/^[+-]?[0-9]+$/.test(text))
    throw new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: invalid syntax`);
  const value = Number(text);
  if (Math.abs(value) >= 2 ** 63)
    throw new CronError(`failed to parse int from ${text}: strconv.Atoi: parsing ${goQuote(text)}: value out of range`);
  if (value < 0) throw new CronError(`negative number (${value}) not allowed: ${text}`);
  return value;
}
