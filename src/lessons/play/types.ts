import type { Actual, Verdict } from "../checks/verdict.ts";
import type { Prose } from "../prose/types.ts";
import type { Check, Lesson, Quiz } from "../types.ts";
import type { Since } from "../stage.ts";

/** What is kept of a lesson that is being played: JSON. */
export interface Saved {
  readonly id: string;
  readonly version: number;
  /** Undefined: the stage is not set yet. */
  readonly step: string | undefined;
  /** Where that step begins. */
  readonly since: Since;
  readonly finished: boolean;
  readonly steps: Readonly<Record<string, SavedStep>>;
}

export interface SavedStep {
  readonly done: boolean;
  /** Of the step's points, the most there have been. */
  readonly earned: number;
  /** Hints that were asked for. */
  readonly hints: number;
  /** Whether the solution was shown: nothing is earned from then on. */
  readonly solution: boolean;
  /** The last answer to its quiz; undefined before the first. */
  readonly given: readonly string[] | undefined;
  /** Whether it was right when it was given. */
  readonly right: boolean;
  readonly tries: number;
  /** Invariants that were broken, by check: what is past cannot be looked at for ever. */
  readonly broken: Readonly<Record<string, Extract<Actual, { readonly kind: "broken" }>>>;
}

/** What a page shows. */
export interface LessonView {
  readonly id: string;
  readonly minutes: number;
  readonly level: Lesson["level"];
  readonly points: number;
  readonly earned: number;
  /** Where the learner is; undefined while the stage is being set. */
  readonly current: string | undefined;
  readonly finished: boolean;
  /** Why it cannot begin: for people. */
  readonly trouble: string | undefined;
  readonly steps: readonly StepView[];
}

export interface StepView {
  readonly id: string;
  readonly state: "ahead" | "current" | "done";
  readonly points: number;
  readonly earned: number;
  readonly quiz: QuizView | undefined;
  readonly checks: readonly CheckView[];
  /** How many hints were asked for. */
  readonly hints: number;
  readonly hasSolution: boolean;
  /** Once it is asked for. */
  readonly solution: string | undefined;
}

export interface QuizView {
  readonly type: Quiz["type"];
  readonly options: readonly string[];
  readonly given: readonly string[] | undefined;
  readonly right: boolean;
  readonly tries: number;
}

export interface CheckView {
  readonly id: string;
  readonly kind: Check["kind"];
  /** The object or file that it is about, where it is about one. */
  readonly about: string | undefined;
  readonly advisory: boolean;
  /** Undefined: not judged yet. */
  readonly verdict: Verdict | undefined;
}

/** What a lesson says, by locale: trees of Markdown, to be shown node by node. */
export type ProseByLocale = Readonly<Record<string, Prose>>;
