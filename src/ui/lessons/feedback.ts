import type { Block, CheckView, StepView } from "../../browser/protocol.ts";
import type { t as translate } from "../i18n.ts";
import { filled, plain } from "./prose/nodes.ts";

type Verdict = NonNullable<CheckView["verdict"]>;

/** How a check stands, for who looks at it. "holding": an invariant that nobody has broken yet. */
export type Standing = "waiting" | "passed" | "failed" | "broken" | "holding";

/** `touched`: the learner has done something in this step. Before that, what is not so yet is no failure, and its feedback would tell too much. */
export function standingOf(
  { kind, verdict }: CheckView,
  { done, touched }: { readonly done: boolean; readonly touched: boolean },
): Standing {
  if (verdict?.actual.kind === "broken") return "broken";
  if (done) return "passed";
  if (!verdict) return "waiting";
  if (verdict.passed) return kind === "history" ? "holding" : "passed";
  return touched ? "failed" : "waiting";
}

export interface Feedback {
  /** The author's own, with what was expected and found filled in. */
  readonly words: readonly Block[];
  /** The engine's: a sentence. */
  readonly sentence: string | undefined;
  readonly expected: string | undefined;
  readonly found: string | undefined;
}

/** What a failed check tells: the author's words where there are some, and what they leave out. */
export function feedbackOf(
  { kind, verdict }: CheckView,
  author: readonly Block[] | undefined,
  t: typeof translate,
  clock: (at: number) => string,
): Feedback | undefined {
  if (!verdict || verdict.passed) return undefined;
  const { actual } = verdict;
  const found = actual.kind === "value" ? actual.text.trim() : undefined;
  const says = (key: string): boolean => author?.some((node) => plain(node).includes(`{{${key}}}`)) === true;
  const values = { actual: found || t("lessons.foundNothing"), expected: verdict.expected ?? "" };
  return {
    words: author ? filled(author, values) : [],
    sentence: sentenceOf(kind, verdict, author !== undefined, t, clock),
    expected: author || kind === "command" ? undefined : verdict.expected,
    found: says("actual") || found === undefined ? undefined : found || t("lessons.foundNothing"),
  };
}

function sentenceOf(
  kind: CheckView["kind"],
  { actual }: Verdict,
  hasAuthor: boolean,
  t: typeof translate,
  clock: (at: number) => string,
): string | undefined {
  switch (actual.kind) {
    case "missing":
      return t(`lessons.missing.${actual.what}`, { name: actual.name });
    case "broken":
      return t("lessons.brokenText", { time: clock(actual.at), revision: actual.revision });
    case "nothing":
      return hasAuthor ? undefined : t(kind === "command" ? "lessons.noCommand" : "lessons.notYet");
    case "value":
      return undefined;
  }
}

/** An author's id, as words. */
export const nameOf = ({ id }: Pick<CheckView, "id">): string => id.replaceAll("-", " ");

/** Of what is required; an invariant counts when the step is done. */
export function countOf({ state, checks }: Pick<StepView, "state" | "checks">): { readonly passed: number; readonly total: number } {
  const required = checks.filter(({ advisory }) => !advisory);
  const passed = required.filter(({ kind, verdict }) => state === "done" || (kind !== "history" && verdict?.passed));
  return { passed: passed.length, total: required.length };
}
