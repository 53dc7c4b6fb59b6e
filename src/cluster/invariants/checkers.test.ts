import { describe, expect, it } from "vitest";
import { checkHistory } from "./checker.ts";
import { checkers } from "./checkers/index.ts";
import { forge } from "./forged.ts";
import { ruleForgeries } from "./forgeries/rules.ts";
import { workloadForgeries } from "./forgeries/workloads.ts";

const forgeries = [...workloadForgeries, ...ruleForgeries];

describe("a checker", () => {
  for (const [make, cases] of forgeries)
    for (const [problem, write] of cases)
      it(`of whether ${make().name} sees that ${problem.source}`, () => {
        const f = forge();
        write(f);
        const found = checkHistory({ history: f.history, checkers: [make], settled: true });
        expect(found.map((v) => v.problem).join("\n")).toMatch(problem);
      });

  it("has been seen to fail, each of them", () => {
    expect(forgeries.map(([make]) => make)).toEqual(checkers);
  });
});
