import { describe, expect, it } from "vitest";
import type { Block, CheckView } from "../../browser/protocol.ts";
import { feedbackOf, standingOf } from "./feedback.ts";
import { plain } from "./prose/nodes.ts";

const check = (verdict: CheckView["verdict"], kind: CheckView["kind"] = "resource"): CheckView => ({
  id: "image",
  kind,
  about: "pod/web",
  advisory: false,
  verdict,
});
const found = (text: string): CheckView["verdict"] => ({ passed: false, expected: "^nginx", actual: { kind: "value", text } });
const author: readonly Block[] = [{ type: "paragraph", children: [{ type: "text", value: "I see {{actual}}." }] }];
const t = ((key: string, values?: object) => `${key}${values ? JSON.stringify(values) : ""}`) as Parameters<typeof feedbackOf>[2];
const feedback = (one: CheckView, words?: readonly Block[]) => feedbackOf(one, words, t, (at) => `at ${at}`);

describe("how a check stands", () => {
  const fresh = { done: false, touched: false };
  it("calls nothing a failure before the learner has done something", () => {
    expect(standingOf(check(found("httpd")), fresh)).toBe("waiting");
    expect(standingOf(check(found("httpd")), { ...fresh, touched: true })).toBe("failed");
    expect(standingOf(check(undefined), { ...fresh, touched: true })).toBe("waiting");
  });
  it("says of an invariant that it holds so far, until it is broken or the step is done", () => {
    const holds = { passed: true, expected: undefined, actual: { kind: "nothing" } } as const;
    expect(standingOf(check(holds, "history"), fresh)).toBe("holding");
    expect(standingOf(check(holds, "history"), { ...fresh, done: true })).toBe("passed");
    expect(standingOf(check({ ...holds, passed: false, actual: { kind: "broken", revision: 7, at: 1 } }, "history"), fresh)).toBe("broken");
  });
});

describe("feedback", () => {
  it("is the author's, with what was found in it", () => {
    const said = feedback(check(found("nginx:1.2x")), author);
    expect(said?.words.map(plain)).toEqual(["I see nginx:1.2x."]);
    expect(said).toMatchObject({ sentence: undefined, expected: undefined, found: undefined });
  });
  it("adds what the author's words leave out", () => {
    const silent: readonly Block[] = [{ type: "paragraph", children: [{ type: "text", value: "Mend the tag." }] }];
    expect(feedback(check(found("nginx:1.2x")), silent)).toMatchObject({ found: "nginx:1.2x" });
    const gone = feedback(
      check({ passed: false, expected: "^nginx", actual: { kind: "missing", what: "object", name: "pod/web" } }),
      author,
    );
    expect(gone?.words.map(plain)).toEqual(["I see lessons.foundNothing."]);
    expect(gone?.sentence).toBe('lessons.missing.object{"name":"pod/web"}');
  });
  it("is the engine's where the author says nothing", () => {
    expect(feedback(check(found("httpd")))).toEqual({ words: [], sentence: undefined, expected: "^nginx", found: "httpd" });
    expect(feedback(check({ passed: false, expected: undefined, actual: { kind: "nothing" } }))?.sentence).toBe("lessons.notYet");
    expect(
      feedback(check({ passed: false, expected: undefined, actual: { kind: "broken", revision: 7, at: 1 } }, "history"))?.sentence,
    ).toBe('lessons.brokenText{"time":"at 1","revision":7}');
    expect(feedback(check({ passed: true, expected: "a", actual: { kind: "nothing" } }))).toBeUndefined();
  });
});
