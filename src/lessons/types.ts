/** A lesson as lesson.yaml says it, defaults filled in; prose is apart, one file a locale, joined by ids. */
export interface Lesson {
  readonly id: string;
  /** A bump resets progress. */
  readonly version: number;
  readonly cluster: LessonCluster;
  readonly minutes: number;
  readonly level: Level;
  /** Ids of lessons that come before. */
  readonly requires: readonly string[];
  readonly tags: readonly string[];
  readonly setup: Setup;
  readonly steps: readonly Step[];
}
export type Level = "beginner" | "intermediate" | "advanced";

export interface LessonCluster {
  /** A cluster's preset, or one-node, two-node, three-node: the default one with as many machines. */
  readonly preset: string;
  readonly seed: number;
  readonly nodes: number | undefined;
}

export interface Setup {
  /** Files of the lesson's folder, applied in order. */
  readonly apply: readonly string[];
  /** A script of the lesson's folder, run in the learner's shell. */
  readonly run: string | undefined;
  /** When the lesson may begin. */
  readonly until: Condition | undefined;
  /** Virtual ms to wait for it. */
  readonly within: number;
  readonly line: number;
}

export interface Step {
  readonly id: string;
  /** What it is worth; shared among its required checks. */
  readonly points: number;
  readonly quiz: Quiz | undefined;
  readonly checks: readonly Check[];
  /** A script that passes every required check. */
  readonly solution: string | undefined;
  /** Other scripts that pass them, too. */
  readonly alternatives: readonly string[];
  /** Scripts after which the step is not done. */
  readonly mustFail: readonly Wrong[];
  readonly line: number;
}

/** A plausible mistake. */
export interface Wrong {
  readonly run: string;
  /** What its feedback must say, in any locale's words: a check that fails, and text of what is there. */
  readonly check: string | undefined;
  readonly says: string | undefined;
  readonly line: number;
}

export interface Quiz {
  readonly type: "single" | "multiple" | "number" | "text";
  /** Ids; their words are in the prose. None for numbers and text. */
  readonly options: readonly string[];
  /** Ids, or what must be typed; or where the cluster says it. */
  readonly answer: readonly string[] | Condition;
}

/** Something that is looked up in the cluster: an expression over an object, or over all of them. */
export interface Condition {
  /** kind/name or kind/namespace/name; absent: `cel` sees every kind by its plural name. */
  readonly resource: string | undefined;
  readonly cel: string | undefined;
  readonly jsonpath: string | undefined;
  readonly line: number;
}

/** What a value must be. */
export interface Expected {
  readonly matches: string | undefined;
  readonly equals: string | undefined;
}

export type Check = CheckBase &
  (
    | (Expected & {
        readonly kind: "resource";
        /** JSONPath of what a failed expression shows as found. */
        readonly shows: string | undefined;
        readonly resource: string | undefined;
        readonly cel: string | undefined;
        readonly jsonpath: string | undefined;
      })
    | (Expected & { readonly kind: "file"; readonly file: string; readonly jsonpath: string | undefined })
    | { readonly kind: "script"; readonly script: string; /** Virtual ms. */ readonly timeout: number }
    | { readonly kind: "history"; readonly cel: string }
    | { readonly kind: "command"; readonly pattern: string }
  );
interface CheckBase {
  readonly id: string;
  /** Virtual ms that a solution may take to make it true. */
  readonly within: number;
  /** Shown, never required. */
  readonly advisory: boolean;
  readonly line: number;
}

/** Something that is wrong with a lesson: where, what, and what to do. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  readonly message: string;
  readonly fix: string;
}

/** A lesson's folder: paths from it, and what the files hold. What lies in `files/` the learner finds at home. */
export type LessonFiles = ReadonlyMap<string, Uint8Array>;
