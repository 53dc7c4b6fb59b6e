import { expect, it } from "vitest";
import type { Client } from "../client/index.ts";
import { testClock } from "../sim/testing.ts";
import { createSettled } from "./settled.ts";

it("a turn that would go by the same objects is over, until the time that the last one gave", async () => {
  const clock = testClock();
  const settled = createSettled(clock);
  const [set, pod] = [{}, {}];
  let turns = 0;
  const client = { get: () => 1, create: () => 2 } as unknown as Client;
  const turn = (inputs: readonly unknown[], wait?: number, doing: "reads" | "writes" | "fails" = "reads") =>
    settled.turn("a", inputs, { client, causes: [] }, async (context) => {
      turns++;
      if (doing === "fails") throw new Error("no");
      if (doing === "writes") await context.client.create("pods", {});
      else await context.client.get("pods", "default", "a");
      return wait;
    });
  expect(await turn([set, pod], 1000)).toBe(1000);
  await clock.advance(400);
  expect([await turn([set, pod], 1000), turns]).toEqual([600, 1]);
  await clock.advance(600);
  expect([await turn([set, pod]), turns]).toEqual([undefined, 2]);
  await clock.advance(1_000_000);
  expect([await turn([set, pod], 5), turns]).toEqual([undefined, 2]);
  expect([await turn([set], 5), turns]).toEqual([5, 3]);
  await expect(turn([set, {}], 5, "fails")).rejects.toThrow("no");
  expect([await turn([set], 5), turns]).toEqual([5, 5]);
  settled.forget("a");
  expect([await turn([set], 7), turns]).toEqual([7, 6]);
  // What was written may be taken back.
  expect([await turn([pod], undefined, "writes"), turns]).toEqual([undefined, 7]);
  expect([await turn([pod], 3), turns]).toEqual([3, 8]);
});
