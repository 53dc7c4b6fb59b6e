import { key } from "./ask.ts";
import type { Co } from "../screen/ask.ts";
import type { Editor } from "./state.ts";

/** What stands before a command. */
export interface Prefix {
  readonly count: number | undefined;
  readonly register: string | undefined;
}
export const MAX_COUNT = 99_999_999;

/** A key that is shown as part of a command. */
export function* typed(ed: Editor, before: string): Co<string> {
  ed.pending += before;
  return yield* key(ed);
}
