import { utcFields } from "../sim/index.ts";
import type { CronFields, CronSchedule } from "./cron.ts";
import { zoneOffset } from "./zone.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const QUARTER = 15 * MINUTE;
const DAY = 24 * 60 * MINUTE;
/** A schedule that does not come within so many years never comes: "59 23 31 2 *" (robfig/cron: SpecSchedule.Next). */
const YEARS = 5;

/**
 * The first time after `after` (both in milliseconds) at which the schedule fires by the clocks of `zone`, an IANA name;
 * undefined when it never does. What clocks skip in spring is skipped; what they show twice in autumn fires twice.
 */
export function nextCron(schedule: CronSchedule, after: number, zone?: string): number | undefined {
  if ("everyMs" in schedule) {
    const every = Math.max(SECOND, Math.floor(schedule.everyMs / SECOND) * SECOND);
    return Math.floor(after / SECOND) * SECOND + every;
  }
  const offset = (ms: number): number => (zone === undefined || zone === "UTC" ? 0 : zoneOffset(ms, zone));
  const lastYear = utcFields(after + offset(after)).year + YEARS;
  let time = (Math.floor(after / MINUTE) + 1) * MINUTE;
  for (;;) {
    const local = time + offset(time);
    const fields = utcFields(local);
    if (fields.year > lastYear) return undefined;
    if (!isDay(schedule, fields)) time = midnightAfter(time, local, offset);
    else if (!schedule.hours.has(fields.hour)) time = (Math.floor(time / QUARTER) + 1) * QUARTER;
    else if (!schedule.minutes.has(fields.minute)) time += MINUTE;
    else return time;
  }
}

function isDay(schedule: CronFields, { month, day, weekday }: ReturnType<typeof utcFields>): boolean {
  if (!schedule.months.has(month)) return false;
  const [byDay, byWeekday] = [schedule.daysOfMonth.has(day), schedule.daysOfWeek.has(weekday)];
  return schedule.anyDayOfMonth || schedule.anyDayOfWeek ? byDay && byWeekday : byDay || byWeekday;
}

/** When the local day ends; where clocks skip midnight, the first moment of the next day. */
function midnightAfter(time: number, local: number, offset: (ms: number) => number): number {
  const today = Math.floor(local / DAY);
  const plain = time + (today + 1) * DAY - local;
  const adjusted = plain - (offset(plain) - (local - time));
  return Math.floor((adjusted + offset(adjusted)) / DAY) > today ? adjusted : plain;
}
