import { describe, expect, it } from "vitest";
import type { LessonProgress } from "../../browser/index.ts";
import { fits, offerOf, standingIn } from "./catalogue.ts";

type LessonSummary = Parameters<typeof offerOf>[0][number];

const lesson = (id: string): LessonSummary => ({
  id,
  version: 1,
  minutes: 10,
  level: "beginner",
  requires: [],
  tags: ["ckad", "images"],
  steps: 4,
  words: {
    en: { title: "The pod that will not start", summary: "" },
    es: { title: "El pod que no arranca", summary: "Imágenes y étiquetas" },
  },
});
const lessons = ["a", "b", "c"].map(lesson);
const row = (id: string, finished: boolean, updated: number): readonly [string, LessonProgress] => [
  id,
  { id, version: 1, earned: 3, points: 6, done: 2, steps: 4, finished, updated },
];
const offered = (...rows: (readonly [string, LessonProgress])[]) => {
  const offer = offerOf(lessons, new Map(rows));
  return offer && `${offer.why} ${offer.lesson.id}`;
};

describe("what the home page offers first", () => {
  it("is the first lesson to somebody new", () => expect(offered()).toBe("first a"));
  it("is what was under way last", () => expect(offered(row("a", true, 9), row("b", false, 3), row("c", false, 5))).toBe("begun c"));
  it("is what comes after what was finished last", () => {
    expect(offered(row("b", true, 9))).toBe("next c");
    expect(offered(row("c", true, 9))).toBe("next a");
  });
  it("is nothing once all is done", () => expect(offered(row("a", true, 1), row("b", true, 2), row("c", true, 3))).toBeUndefined());
  it("does not count what was reached in another version", () => {
    const [id, old] = row("a", true, 1);
    expect(standingIn(new Map([[id, { ...old, version: 2 }]]), lesson("a")).state).toBe("new");
  });
});

describe("the search", () => {
  it("finds words of any language and tags, without accents and in any order", () => {
    for (const words of ["", "POD", "etiquetas imagenes", "#ckad start", "arranca", "a"]) expect(fits(lesson("a"), words)).toBe(true);
    expect(fits(lesson("a"), "pod volume")).toBe(false);
  });
});
