import type { Description } from "../../runtime/index.ts";
import type { Bindings } from "./bindings.ts";
import type { Completion } from "./candidates.ts";

export interface LineEditorOptions {
  readonly input: Description;
  readonly output: Description;
  /** Shared: the caller appends accepted lines. */
  readonly history: readonly string[];
  /** What the user has bound and set. */
  readonly bindings?: Bindings;
  complete?(line: string, cursor: number): Promise<Completion>;
  /** Lets the user edit the line in an editor of their own; undefined when that failed. */
  edit?(text: string): Promise<string | undefined>;
}
export type Line = { readonly kind: "line"; readonly text: string } | { readonly kind: "interrupt" } | { readonly kind: "end" };
