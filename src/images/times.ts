import { rfc3339Micro, utcFields } from "../sim/index.ts";

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n: number): string => (n < 10 ? `0${n}` : String(n));

/** "2026/01/02 15:04:05": Go's log package, and nginx's error log. */
export function logTime(ms: number): string {
  const t = utcFields(ms);
  return `${t.year}/${two(t.month)}/${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}`;
}

/** "02/Jan/2026:15:04:05 +0000": the common log format. */
export function accessTime(ms: number): string {
  const t = utcFields(ms);
  return `${two(t.day)}/${MONTHS[t.month - 1]}/${t.year}:${two(t.hour)}:${two(t.minute)}:${two(t.second)} +0000`;
}

/** "Fri, 02 Jan 2026 15:04:05 GMT": HTTP headers. */
export function httpDate(ms: number): string {
  const t = utcFields(ms);
  return `${DAYS[t.weekday]}, ${two(t.day)} ${MONTHS[t.month - 1]} ${t.year} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} GMT`;
}

/** "Fri Jan 02 15:04:05.000000 2026": Apache's error log. */
export function apacheTime(ms: number): string {
  const t = utcFields(ms);
  const micro = String(Math.floor(t.millisecond * 1000)).padStart(6, "0");
  return `${DAYS[t.weekday]} ${MONTHS[t.month - 1]} ${two(t.day)} ${two(t.hour)}:${two(t.minute)}:${two(t.second)}.${micro} ${t.year}`;
}

/** "2026-01-02T15:04:05.000Z": JavaScript's toISOString, and whoever logs as it does. */
export const isoTime = (ms: number): string => `${rfc3339Micro(ms).slice(0, 23)}Z`;
