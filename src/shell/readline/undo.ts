import { bell } from "./bell.ts";
import { move } from "./buffer.ts";
import type { LineEditor } from "./editor.ts";

/** Takes the last change back; the cursor goes behind what came back, or where what went away was. */
export async function takeBack(e: LineEditor, n: number): Promise<void> {
  for (let i = 0; i < n; i++) {
    const before = e.undo.pop();
    if (!before) return bell(e);
    const [was, now] = [before.chars, e.buffer.chars];
    let same = 0;
    while (same < was.length && same < now.length && was.at(-1 - same) === now.at(-1 - same)) same++;
    const { cursor } = e.buffer;
    const after = was.length - (now.length - cursor);
    const here =
      after >= cursor && now.slice(0, cursor).every((c, i) => c === was[i]) && now.slice(cursor).every((c, i) => c === was[after + i]);
    await e.set(was.length > now.length ? move(before, here ? after : was.length - same) : before);
  }
}
