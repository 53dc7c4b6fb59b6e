/** What became of a check: words are chosen where it is shown, in the learner's language. */
export interface Verdict {
  readonly passed: boolean;
  /** What was asked for, as the author wrote it; undefined where only an expression says it. */
  readonly expected: string | undefined;
  readonly actual: Actual;
}

export type Actual =
  | { readonly kind: "value"; readonly text: string }
  /** There is no such object, file or kind. */
  | { readonly kind: "missing"; readonly what: "object" | "file" | "kind"; readonly name: string }
  /** It was true and then was not. */
  | { readonly kind: "broken"; readonly revision: number; readonly at: number }
  | { readonly kind: "nothing" };

export const PASSED: Verdict = { passed: true, expected: undefined, actual: { kind: "nothing" } };

/** Most of a value that is shown. */
const SHOWN = 500;
export const shown = (text: string): Actual => ({ kind: "value", text: text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text });
