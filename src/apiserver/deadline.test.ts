import { describe, expect, it } from "vitest";
import { testClock } from "../sim/testing.ts";
import { isLongRunning, withinDeadline } from "./deadline.ts";
import type { ApiResponse } from "./types.ts";

describe("an answer that does not come", () => {
  it.each([
    ["list", 60_000, 60_000, "Timeout: request did not complete within the allotted timeout"],
    ["get", 5_000, 5_000, "Timeout: request did not complete within the allotted timeout"],
    ["create", 60_000, 34_000, "Timeout: request did not complete within requested timeout - context deadline exceeded"],
    ["patch", 1_000, 1_000, "Timeout: request did not complete within requested timeout - context deadline exceeded"],
  ])("to a %s that may take %d ms is given up after %d", async (verb, wanted, limit, message) => {
    const clock = testClock(0);
    const said: string[] = [];
    void withinDeadline(clock, verb, wanted, new Promise<ApiResponse>(() => {})).catch((error: Error) => said.push(error.message));
    await clock.advance(limit - 1);
    expect(said).toEqual([]);
    await clock.advance(1);
    expect(said).toEqual([message]);
  });

  it("is waited for when it is a watch, a log or a session", () => {
    const info = { group: "", version: "v1", resource: "pods", namespace: "default", name: "p", rest: "" };
    const long = ["log", "exec", "attach", "portforward", "proxy", "status", ""].filter((subresource) =>
      isLongRunning("get", { ...info, subresource }),
    );
    expect([long, isLongRunning("watch", undefined)]).toEqual([["log", "exec", "attach", "portforward", "proxy"], true]);
  });
});
