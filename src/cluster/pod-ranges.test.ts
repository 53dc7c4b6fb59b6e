import { expect, it } from "vitest";
import { PodRanges } from "./pod-ranges.ts";

it("gives each node the next free range, what was released last of all, and none when all are taken", () => {
  const ranges = new PodRanges(4, [["old", "10.244.1.0/24"]]);
  expect([ranges.of("a"), ranges.of("b"), ranges.of("a")]).toEqual(["10.244.2.0/24", "10.244.3.0/24", "10.244.2.0/24"]);
  ranges.release("a");
  expect([ranges.of("c"), ranges.of("d"), ranges.of("e"), ranges.of("old")]).toEqual([
    "10.244.0.0/24",
    "10.244.2.0/24",
    undefined,
    "10.244.1.0/24",
  ]);
});
