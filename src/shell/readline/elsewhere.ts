import { bell } from "./bell.ts";
import { textOf } from "./buffer.ts";
import type { LineEditor } from "./editor.ts";
import type { Line } from "./types.ts";

/** The line in the user's own editor, which then is run; undefined when that failed. */
export async function elsewhere(e: LineEditor): Promise<Line | undefined> {
  e.o.input.setRaw?.(false);
  const changed = await e.o.edit?.(textOf(e.buffer));
  e.o.input.setRaw?.(true);
  e.row = 0;
  if (changed === undefined) {
    await bell(e);
    await e.paint();
    return undefined;
  }
  await e.write(`${changed.replaceAll("\n", "\r\n")}\r\n`);
  return { kind: "line", text: changed };
}
