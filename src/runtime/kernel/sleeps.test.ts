import { expect, it } from "vitest";
import { sameCall, sleepKey } from "./sleeps.ts";

const at = (...deadlines: number[]): string[] => deadlines.map(sleepKey);

it.each<[what: string, asked: number, pending: string[], answer: string | undefined]>([
  ["the one that ends then", 20, at(10, 20, 30), sleepKey(20)],
  ["the one that ends then, in whatever order they were begun", 10, at(30, 20, 10), sleepKey(10)],
  ["one whose end is past, of a program that does not go below nothing", 15, at(20, 10), sleepKey(10)],
  ["the earliest of several that are past", 15, at(12, 10, 20), sleepKey(10)],
  ["the first of a program that sleeps as long again", 40.5, ["read:3", ...at(50, 60)], sleepKey(50)],
  ["none where none was pending", 10, ["read:3"], undefined],
])("knows a sleep again: %s", (_, asked, pending, answer) => {
  expect(sameCall(sleepKey(asked), pending)).toBe(answer);
});
