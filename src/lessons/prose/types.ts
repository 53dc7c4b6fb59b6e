import type { RootContent } from "mdast";

/** What a lesson says in one locale, joined to its logic by ids. */
export interface Prose {
  readonly locale: string;
  readonly title: string;
  /** A line for lists of lessons; empty without one. */
  readonly summary: string;
  /** Before the first step. */
  readonly intro: readonly Block[];
  readonly steps: ReadonlyMap<string, StepProse>;
}

export interface StepProse {
  readonly line: number;
  /** What stands after the id: `## fix: Mend the tag`; the id itself without one. */
  readonly title: string;
  readonly body: readonly Block[];
  /** Words of a quiz's options, by id. */
  readonly options: ReadonlyMap<string, readonly Block[]>;
  /** From the gentlest on. */
  readonly hints: readonly (readonly Block[])[];
  /** What a failed check says, by its id. */
  readonly feedback: ReadonlyMap<string, readonly Block[]>;
  /** Why it is so: shown when the step is done. */
  readonly explanation: readonly Block[];
}

/** Markdown as a tree (mdast): what is shown is made of it, node by node, so that nothing in it can run. */
export type Block = RootContent;

/** What may stand in `> [!…]` beside what belongs to the engine. */
export const CALLOUTS = ["NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"] as const;
export type Callout = (typeof CALLOUTS)[number];

/** What a piece of code offers to do with itself. */
export type CodeAction = "exec" | "copy";
