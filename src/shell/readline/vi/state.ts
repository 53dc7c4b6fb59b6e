import { move } from "../buffer.ts";
import type { LineEditor } from "../editor.ts";
import type { Key } from "../keys.ts";

/** What vi's keys remember while a line is edited. */
export interface Vi {
  inserting: boolean;
  /** Where the insertion began, and what the line was: one undo takes it back whole. */
  group: number | undefined;
  /** Keys of the last change, for `.`; those of the change that is being typed. */
  change: { readonly name: string; readonly count: number | undefined; readonly key: Key; keys: Key[]; typed: string } | undefined;
  readonly marks: Map<string, number>;
}
interface Lasting {
  find?: { readonly kind: string; readonly char: string };
  search?: { readonly text: string; readonly step: -1 | 1 };
}

export function viOf(e: LineEditor): Vi {
  let vi = e.kept.get("vi") as Vi | undefined;
  if (!vi) {
    vi = { inserting: true, group: undefined, change: lastChange(e), marks: new Map() };
    e.kept.set("vi", vi);
  }
  return vi;
}
/** The last change outlives its line. */
const lastChange = (e: LineEditor): Vi["change"] => e.kept.get("vi change") as Vi["change"];
export function lasting(e: LineEditor): Lasting {
  let known = e.kept.get("vi lasting") as Lasting | undefined;
  if (!known) e.kept.set("vi lasting", (known = {}));
  return known;
}

/** In command mode the cursor stands on a character. */
export async function clamp(e: LineEditor): Promise<void> {
  const { cursor, chars } = e.buffer;
  if (!viOf(e).inserting && cursor > 0 && cursor >= chars.length) await e.set(move(e.buffer, chars.length - 1));
}
