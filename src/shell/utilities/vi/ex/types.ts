import type { Co } from "../../screen/ask.ts";
import type { Editor } from "../state.ts";
import type { Range } from "./range.ts";

/** A command as it was called. */
export interface Call {
  readonly range: Range;
  readonly bang: boolean;
  /** What stands after the name. */
  readonly args: string;
  readonly name: string;
  /** As it was typed, without the colon. */
  readonly line: string;
  /** Within :global: says nothing of its own. */
  readonly quiet: boolean;
  /** Its address was 0: before the first line. */
  readonly zero: boolean;
}
export interface Command {
  readonly name: string;
  /** The shortest that is understood. */
  readonly short: string;
  /** Whether addresses may stand before it. */
  readonly range: boolean;
  readonly busybox?: boolean;
  run(ed: Editor, c: Call): Co;
}
