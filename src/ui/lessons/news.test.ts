import { describe, expect, it } from "vitest";
import type { CheckView, LessonView } from "../../browser/protocol.ts";
import { newsOf } from "./news.ts";

const t = ((key: string, values: { what?: string; step?: string }) =>
  `${key.split(".").at(-1)} ${values.what ?? values.step ?? ""}`.trim()) as Parameters<typeof newsOf>[3]["t"];
const passed = { passed: true, expected: undefined, actual: { kind: "nothing" } } as const;
const failed = { ...passed, passed: false } as const;
const broken = { ...failed, actual: { kind: "broken", revision: 9, at: 0 } } as const;
const check = (id: string, kind: CheckView["kind"], verdict: CheckView["verdict"]): CheckView => ({
  id,
  kind,
  about: undefined,
  advisory: false,
  verdict,
});
const view = (checks: readonly CheckView[], more: Partial<LessonView> = {}, state: "current" | "done" = "current"): LessonView => ({
  id: "a",
  minutes: 1,
  level: "beginner",
  points: 2,
  earned: 0,
  current: "fix",
  finished: false,
  trouble: undefined,
  steps: [{ id: "fix", state, points: 2, earned: 0, quiz: undefined, checks, hints: 0, hasSolution: false, solution: undefined }],
  ...more,
});
const news = (before: LessonView, now: LessonView) => newsOf(before, now, undefined, { t, number: String });

describe("what a lesson says aloud", () => {
  it("is a check that has become true, once", () => {
    const [open, done] = [view([check("image", "resource", failed)]), view([check("image", "resource", passed)])];
    expect(news(open, done)).toEqual(["passed image"]);
    expect(news(done, done)).toEqual([]);
  });
  it("is not what was true when the page was opened again", () => {
    expect(news(view([check("image", "resource", undefined)]), view([check("image", "resource", passed)]))).toEqual([]);
    expect(news(view([check("reach", "script", undefined)]), view([check("reach", "script", passed)]))).toEqual(["passed reach"]);
  });
  it("is an invariant that is broken", () => {
    expect(news(view([check("steady", "history", passed)]), view([check("steady", "history", broken)]))).toEqual(["broken steady"]);
    expect(news(view([check("steady", "history", broken)]), view([check("steady", "history", broken)]))).toEqual([]);
  });
  it("is the step, when all of it is done, and the lesson's beginning and end", () => {
    expect(news(view([check("image", "resource", failed)]), view([check("image", "resource", passed)], {}, "done"))).toEqual([
      "stepDone fix",
    ]);
    expect(news(view([], { current: undefined }), view([]))).toEqual(["begun fix"]);
    expect(news(view([]), view([], { finished: true }))).toEqual(["finished"]);
  });
});
