/** The one place that converts between virtual milliseconds since the Unix epoch and written time. */

/** RFC 3339 with seconds, as `metav1.Time` prints it: `2026-01-01T00:00:00Z`. */
export function rfc3339(ms: number): string {
  const second = Math.floor(ms / 1000);
  if (second !== writtenSecond) {
    written = `${new Date(ms).toISOString().slice(0, 19)}Z`;
    writtenSecond = second;
  }
  return written;
}
/** The second that was written last: most of what happens happens in the same one. A cache of a pure function, no state. */
let writtenSecond = Number.NaN;
let written = "";

/** RFC 3339 with microseconds, as `metav1.MicroTime` prints it. */
export function rfc3339Micro(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 23)}000Z`;
}

/** Milliseconds since the epoch, or NaN when `text` is not a time. */
export function parseTime(text: string): number {
  return Date.parse(text);
}

/** Calendar fields of `ms` in UTC; `month` is 1 to 12, `weekday` 0 (Sunday) to 6. */
export function utcFields(ms: number) {
  const d = new Date(ms);
  return {
    year: d.getUTCFullYear(),
    month: d.getUTCMonth() + 1,
    day: d.getUTCDate(),
    hour: d.getUTCHours(),
    minute: d.getUTCMinutes(),
    second: d.getUTCSeconds(),
    millisecond: d.getUTCMilliseconds(),
    weekday: d.getUTCDay(),
  };
}

const DAYS = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Go's RFC1123Z in UTC: "Fri, 20 Nov 2026 10:00:00 +0000". */
export function rfc1123z(ms: number): string {
  const t = utcFields(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  return `${DAYS[t.weekday]}, ${two(t.day)} ${MONTHS[t.month - 1]} ${t.year} ${two(t.hour)}:${two(t.minute)}:${two(t.second)} +0000`;
}
