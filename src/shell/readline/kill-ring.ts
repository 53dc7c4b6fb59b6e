import type { LineEditor } from "./editor.ts";

const MAX_KILLS = 10;

/** Puts what was killed into the ring; after another kill it becomes one with it. */
export function remember(e: LineEditor, text: string, forward: boolean): void {
  const running = /kill|discard|rubout/.test(e.last);
  const [newest = ""] = e.kills;
  if (running) e.kills[0] = forward ? newest + text : text + newest;
  else if (text !== "") e.kills.unshift(text);
  e.kills.length = Math.min(e.kills.length, MAX_KILLS);
}
