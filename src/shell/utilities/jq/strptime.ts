import { parseTime } from "../../../sim/index.ts";
import { DAYS, MONTHS } from "../../strftime.ts";

const NAMES = (list: readonly string[]): string => list.flatMap((n) => [n, n.slice(0, 3)]).join("|");
const PARTS: Readonly<Record<string, string>> = {
  Y: "\\d{4}",
  m: "\\d{1,2}",
  d: "\\d{1,2}",
  e: "\\s*\\d{1,2}",
  H: "\\d{1,2}",
  I: "\\d{1,2}",
  M: "\\d{1,2}",
  S: "\\d{1,2}",
  j: "\\d{1,3}",
  y: "\\d{2}",
  b: NAMES(MONTHS),
  B: NAMES(MONTHS),
  h: NAMES(MONTHS),
  a: NAMES(DAYS),
  A: NAMES(DAYS),
  p: "AM|PM|am|pm",
  Z: "[A-Za-z]+",
  z: "Z|[-+]\\d\\d:?\\d\\d",
  s: "\\d+",
};
const WHOLE: Readonly<Record<string, string>> = { T: "%H:%M:%S", D: "%m/%d/%y", F: "%Y-%m-%d", R: "%H:%M" };

/** A text read by strptime(3)'s format as jq has times: year, month from 0, day, hour, minute, second, weekday, day of the year. */
export function strptime(source: string, format: string): number[] | undefined {
  const letters: string[] = [];
  const layout = format.replace(/%([TDFR])/g, (_, c: string) => WHOLE[c] ?? "");
  let pattern = "";
  for (let i = 0; i < layout.length; i++) {
    const c = layout[i] as string;
    if (c === "%") {
      const letter = layout[++i] ?? "";
      if (letter === "%") pattern += "%";
      else if (letter === "n" || letter === "t") pattern += "\\s*";
      else if (!PARTS[letter]) return undefined;
      else {
        letters.push(letter);
        pattern += `(${PARTS[letter]})`;
      }
    } else pattern += /\s/.test(c) ? "\\s*" : c.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }
  const found = source.length > 200 ? null : new RegExp(`^${pattern}$`, "i").exec(source);
  if (!found) return undefined;
  let [year, month, day, hour, minute, second, noon] = [1900, 0, 1, 0, 0, 0, ""];
  letters.forEach((letter, i) => {
    const text = found[i + 1] ?? "";
    const n = Number(text);
    if (letter === "Y") year = n;
    else if (letter === "y") year = n >= 69 ? 1900 + n : 2000 + n;
    else if (letter === "m") month = n - 1;
    else if ("bBh".includes(letter)) month = MONTHS.findIndex((name) => name.toLowerCase().startsWith(text.slice(0, 3).toLowerCase()));
    else if (letter === "d" || letter === "e") day = n;
    else if (letter === "H" || letter === "I") hour = n;
    else if (letter === "M") minute = n;
    else if (letter === "S") second = n;
    else if (letter === "p") noon = text.toUpperCase();
  });
  if (noon === "PM" && hour < 12) hour += 12;
  if (noon === "AM" && hour === 12) hour = 0;
  if (month < 0 || month > 11 || day < 1 || day > 31 || hour > 24 || minute > 59 || second > 61) return undefined;
  const start = parseTime(`${String(year).padStart(4, "0")}-01-01T00:00:00Z`);
  const first = parseTime(`${String(year).padStart(4, "0")}-${String(month + 1).padStart(2, "0")}-01T00:00:00Z`);
  const at = first + (day - 1) * 86_400_000;
  return [year, month, day, hour, minute, second, (((Math.floor(at / 86_400_000) + 4) % 7) + 7) % 7, Math.round((at - start) / 86_400_000)];
}
