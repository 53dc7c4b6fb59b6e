import { dateOf, daysOf } from "../../civil-days.ts";

/** A moment in UTC; Monday is 0. */
export interface Moment {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly weekday: number;
  readonly micro: number;
}
const MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];
const DAY = 86_400_000;

export function civil(ms: number): Moment {
  const days = Math.floor(ms / DAY);
  const rest = ms - days * DAY;
  return {
    ...dateOf(days),
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    weekday: (((days + 3) % 7) + 7) % 7,
    micro: Math.round((rest % 1000) * 1000),
  };
}
export const epochOf = (m: Moment): number =>
  daysOf(m.year, m.month, m.day) * DAY + m.hour * 3_600_000 + m.minute * 60_000 + m.second * 1000;
export const dayOfYear = (m: Moment): number => daysOf(m.year, m.month, m.day) - daysOf(m.year, 1, 1) + 1;

/** strftime(3) in the C locale; `zone` and `offset`: of a moment that has them. */
export function strftime(m: Moment, format: string, zone = "UTC", offset = "+0000"): string {
  const two = (n: number): string => String(n).padStart(2, "0");
  const hour = m.hour % 12 || 12;
  return format.replace(/%([-_])?([a-zA-Z%])/g, (all: string, flag: string | undefined, c: string) => {
    const n = (text: string): string => (flag === "-" ? text.replace(/^0+(?=.)/, "") : text);
    switch (c) {
      case "Y":
        return String(m.year);
      case "m":
        return n(two(m.month));
      case "d":
        return n(two(m.day));
      case "e":
        return String(m.day).padStart(2);
      case "H":
        return n(two(m.hour));
      case "I":
        return n(two(hour));
      case "M":
        return n(two(m.minute));
      case "S":
        return n(two(m.second));
      case "f":
        return String(m.micro).padStart(6, "0");
      case "y":
        return two(m.year % 100);
      case "j":
        return n(String(dayOfYear(m)).padStart(3, "0"));
      case "p":
        return m.hour < 12 ? "AM" : "PM";
      case "A":
        return DAYS[m.weekday] as string;
      case "a":
        return (DAYS[m.weekday] as string).slice(0, 3);
      case "B":
        return MONTHS[m.month - 1] as string;
      case "b":
      case "h":
        return (MONTHS[m.month - 1] as string).slice(0, 3);
      case "w":
        return String((m.weekday + 1) % 7);
      case "u":
        return String(m.weekday + 1);
      case "F":
        return `${m.year}-${two(m.month)}-${two(m.day)}`;
      case "T":
      case "X":
        return `${two(m.hour)}:${two(m.minute)}:${two(m.second)}`;
      case "R":
        return `${two(m.hour)}:${two(m.minute)}`;
      case "D":
      case "x":
        return `${two(m.month)}/${two(m.day)}/${two(m.year % 100)}`;
      case "c":
        return strftime(m, "%a %b %e %H:%M:%S %Y");
      case "s":
        return String(epochOf(m) / 1000);
      case "U":
        return two(Math.floor((dayOfYear(m) + 6 - ((m.weekday + 1) % 7)) / 7));
      case "W":
        return two(Math.floor((dayOfYear(m) + 6 - m.weekday) / 7));
      case "Z":
        return zone;
      case "z":
        return offset;
      case "%":
        return "%";
      case "n":
        return "\n";
      case "t":
        return "\t";
      default:
        return all;
    }
  });
}
