import type { LessonHost } from "../host.ts";
import type { Check } from "../types.ts";
import { compileExpression } from "./expression.ts";
import { PASSED, type Verdict } from "./verdict.ts";
import type { WorldKind } from "./world.ts";

/** An invariant over every revision of a step, judged once for each. */
export interface Invariant {
  judge(host: LessonHost): Verdict;
}

/** `from`: the revision that the step began with. Throws an Error that says what is wrong with the expression. */
export function invariant(check: Extract<Check, { kind: "history" }>, kinds: readonly WorldKind[], from: number): Invariant {
  const compiled = compileExpression(check.cel, kinds, false);
  if ("problem" in compiled) throw new Error(compiled.problem);
  const { expression } = compiled;
  let judged = from;
  let broken: Verdict | undefined;
  return {
    judge(host) {
      if (broken) return broken;
      host.replay(judged, ({ revision, at, plural }, world) => {
        judged = revision;
        if (!expression.kinds.has(plural)) return true;
        const outcome = expression.value(world);
        if ("value" in outcome && outcome.value === true) return true;
        broken = { passed: false, expected: undefined, actual: { kind: "broken", revision, at } };
        return false;
      });
      return broken ?? PASSED;
    },
  };
}
