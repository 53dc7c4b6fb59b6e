import type { Step } from "../types.ts";

/** What of a step is done. */
export interface Progress {
  readonly passed: number;
  readonly required: number;
  /** Undefined: the step has no quiz. */
  readonly quiz: { readonly right: boolean; readonly tries: number } | undefined;
}

/** Partial credit: every required check is worth as much as any other, and a quiz as much as one; a guess halves what the quiz is worth. */
export function earned({ points }: Pick<Step, "points">, { passed, required, quiz }: Progress): number {
  const parts = required + (quiz ? 1 : 0);
  if (parts === 0) return points;
  const answered = quiz?.right ? 2 ** (1 - Math.max(1, quiz.tries)) : 0;
  return Math.round((100 * points * (passed + answered)) / parts) / 100;
}
