import { describe, expect, it } from "vitest";
import { CronError, parseCron, type CronFields } from "./cron.ts";

const fields = (text: string): CronFields => parseCron(text) as CronFields;
const list = (set: ReadonlySet<number>): number[] => [...set];

describe("a cron schedule", () => {
  it("is five fields with lists, ranges, steps and names", () => {
    const made = fields("*/20 8-10,22 1/15 feb,DEC mon-fri");
    expect(list(made.minutes)).toEqual([0, 20, 40]);
    expect(list(made.hours)).toEqual([8, 9, 10, 22]);
    expect(list(made.daysOfMonth)).toEqual([1, 16, 31]);
    expect(list(made.months)).toEqual([2, 12]);
    expect(list(made.daysOfWeek)).toEqual([1, 2, 3, 4, 5]);
    expect([made.anyDayOfMonth, made.anyDayOfWeek]).toEqual([false, false]);
    expect(fields("0 0 ? * */2")).toMatchObject({ anyDayOfMonth: true, anyDayOfWeek: false });
  });

  it("has short names", () => {
    expect(fields("@hourly")).toEqual(fields("0 * * * *"));
    expect(fields("@weekly")).toEqual(fields("0 0 * * sun"));
    expect(parseCron("@every 1h30m")).toEqual({ everyMs: 5_400_000 });
  });

  it.each([
    ["", "empty spec string"],
    ["every morning", "expected exactly 5 fields, found 2: [every morning]"],
    ["* * * * * *", "expected exactly 5 fields, found 6: [* * * * * *]"],
    ["75 25 * * *", "end of range (75) above maximum (59): 75"],
    ["@sometimes", "unrecognized descriptor: @sometimes"],
    ["@every soon", 'failed to parse duration @every soon: time: invalid duration "soon"'],
    ["* * 0 * *", "beginning of range (0) below minimum (1): 0"],
    ["* * * * 7", "end of range (7) above maximum (6): 7"],
    ["30-10 * * * *", "beginning of range (30) beyond end of range (10): 30-10"],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
    ["*/2/3 * * * *", "too many slashes: */2/3"],
    ["a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ["*/-5 * * * *", "negative number (-5) not allowed: -5"],
    ["-5 * * * *", 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
  ])("%j is refused as robfig/cron words it", (text, message) => {
    expect(() => parseCron(text)).toThrow(new CronError(message));
  });
});
