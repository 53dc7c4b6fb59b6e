import { expect, it } from "vitest";
import { dateOf, daysOf } from "./civil-days.ts";

it.each([
  [0, 1970, 1, 1],
  [-1, 1969, 12, 31],
  [11_016, 2000, 2, 29],
  [11_017, 2000, 3, 1],
  [-719_162, 1, 1, 1],
  [2_932_896, 9999, 12, 31],
  [115_740_740, 318_857, 5, 20],
])("counts day %i as %i-%i-%i, and back", (days, year, month, day) => {
  expect(dateOf(days)).toEqual({ year, month, day });
  expect(daysOf(year, month, day)).toBe(days);
});
