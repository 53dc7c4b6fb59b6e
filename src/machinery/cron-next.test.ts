import { describe, expect, it } from "vitest";
import { parseTime, rfc3339 } from "../sim/index.ts";
import { parseCron } from "./cron.ts";
import { nextCron } from "./cron-next.ts";

const next = (text: string, after: string, zone?: string): string | undefined => {
  const time = nextCron(parseCron(text), parseTime(after), zone);
  return time === undefined ? undefined : rfc3339(time);
};

describe("nextCron", () => {
  it.each([
    ["* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01:00Z"],
    ["* * * * *", "2026-01-01T00:00:59Z", "2026-01-01T00:01:00Z"],
    ["*/5 9-17 * * mon-fri", "2026-01-02T17:58:00Z", "2026-01-05T09:00:00Z"],
    ["0 0 1 * *", "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00:00Z"],
    ["@hourly", "2026-01-01T00:00:30Z", "2026-01-01T01:00:00Z"],
    ["@every 90s", "2026-01-01T00:00:10Z", "2026-01-01T00:01:40Z"],
    ["59 23 31 12 *", "2026-12-31T23:59:00Z", "2027-12-31T23:59:00Z"],
  ])("%s after %s is %s", (text, after, wanted) => expect(next(text, after)).toBe(wanted));

  it("takes either day field when both are restricted, and both when one is open", () => {
    expect(next("0 0 13 * fri", "2026-01-02T00:00:00Z")).toBe("2026-01-09T00:00:00Z");
    expect(next("0 0 13 * *", "2026-01-02T00:00:00Z")).toBe("2026-01-13T00:00:00Z");
  });

  it("never comes on the 31st of February", () => expect(next("59 23 31 2 *", "2026-01-01T00:00:00Z")).toBeUndefined());

  it("goes by the clocks of a zone: what they skip is skipped, what they show twice comes twice", () => {
    const berlin = (text: string, after: string) => next(text, after, "Europe/Berlin");
    expect(berlin("0 9 * * *", "2026-01-01T00:00:00Z")).toBe("2026-01-01T08:00:00Z");
    expect(berlin("0 9 * * *", "2026-07-01T00:00:00Z")).toBe("2026-07-01T07:00:00Z");
    expect(berlin("30 2 * * *", "2026-03-28T12:00:00Z")).toBe("2026-03-30T00:30:00Z");
    expect(berlin("30 2 * * *", "2026-10-24T12:00:00Z")).toBe("2026-10-25T00:30:00Z");
    expect(berlin("30 2 * * *", "2026-10-25T00:30:00Z")).toBe("2026-10-25T01:30:00Z");
    expect(berlin("0 0 * * mon", "2026-10-25T00:00:00Z")).toBe("2026-10-25T23:00:00Z");
    expect(next("0 12 * * *", "2026-01-01T00:00:00Z", "Asia/Kolkata")).toBe("2026-01-01T06:30:00Z");
    expect(next("0 0 * * *", "2026-09-05T12:00:00Z", "America/Santiago")).toBe("2026-09-07T03:00:00Z");
    expect(next("0 6 6 9 *", "2026-09-05T12:00:00Z", "America/Santiago")).toBe("2026-09-06T09:00:00Z");
  });
});
