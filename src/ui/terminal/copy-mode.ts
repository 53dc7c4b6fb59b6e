import type { Terminal } from "@xterm/xterm";
import { announce } from "../announce.ts";
import { t } from "../i18n.ts";

/** Selecting with the keyboard, in the screen and all that has scrolled away, with keys as in vi and in any text field. */
export function startCopyMode(terminal: Terminal, on: { ended(): void; copied(text: string): void }): (event: KeyboardEvent) => void {
  const buffer = terminal.buffer.active;
  const { cols } = terminal;
  let [x, y] = [buffer.cursorX, buffer.baseY + buffer.cursorY];
  let anchor: { readonly x: number; readonly y: number } | undefined;
  let lines = false;

  const text = (line: number): string => buffer.getLine(line)?.translateToString(true) ?? "";
  const show = (): void => {
    const a = anchor ?? { x, y };
    const [from, to] = a.y < y || (a.y === y && a.x <= x) ? [a, { x, y }] : [{ x, y }, a];
    if (lines) terminal.select(0, from.y, (to.y - from.y + 1) * cols);
    else terminal.select(from.x, from.y, (to.y - from.y) * cols + to.x - from.x + 1);
    const top = buffer.viewportY;
    if (y < top) terminal.scrollToLine(y);
    else if (y >= top + terminal.rows) terminal.scrollToLine(y - terminal.rows + 1);
  };
  const go = (column: number, line: number): void => {
    const before = y;
    y = Math.max(0, Math.min(buffer.length - 1, line));
    x = Math.max(0, Math.min(cols - 1, column));
    show();
    announce(before === y ? text(y).slice(x, x + 1) || t("terminal.blank") : text(y) || t("terminal.blank"));
  };
  const word = (step: -1 | 1): void => {
    const line = text(y);
    if (step > 0) {
      const at = /\S*\s+/.exec(line.slice(x));
      if (at && x + at[0].length < line.length) go(x + at[0].length, y);
      else go(Math.max(0, text(y + 1).search(/\S/)), y + 1);
    } else {
      const at = /\S+\s*$/.exec(line.slice(0, x));
      if (at) go(at.index, y);
      else go(Math.max(0, /\S+\s*$/.exec(text(y - 1))?.index ?? 0), y - 1);
    }
  };
  const end = (): void => {
    terminal.clearSelection();
    terminal.scrollToBottom();
    on.ended();
  };
  const select = (whole: boolean): void => {
    if (anchor && lines === whole) anchor = undefined;
    else anchor ??= { x, y };
    lines = whole && anchor !== undefined;
    show();
    announce(t(anchor ? "terminal.selecting" : "terminal.selectingNot"));
  };
  const copy = (): void => {
    const chosen = terminal.getSelection();
    end();
    on.copied(chosen);
  };
  const page = terminal.rows - 2;
  const moves: Readonly<Record<string, () => void>> = {
    ArrowLeft: () => go(x - 1, y),
    ArrowRight: () => go(x + 1, y),
    ArrowUp: () => go(x, y - 1),
    ArrowDown: () => go(x, y + 1),
    PageUp: () => go(x, y - page),
    PageDown: () => go(x, y + page),
    Home: () => go(0, y),
    End: () => go(Math.max(0, text(y).length - 1), y),
  };
  const others: Readonly<Record<string, () => void>> = {
    h: () => go(x - 1, y),
    l: () => go(x + 1, y),
    k: () => go(x, y - 1),
    j: () => go(x, y + 1),
    w: () => word(1),
    b: () => word(-1),
    "0": () => go(0, y),
    $: () => go(Math.max(0, text(y).length - 1), y),
    g: () => go(0, 0),
    G: () => go(0, buffer.baseY + buffer.cursorY),
    v: () => select(false),
    " ": () => select(false),
    V: () => select(true),
    y: copy,
    Enter: copy,
    q: end,
    Escape: end,
  };

  show();
  announce(t("terminal.copyMode"));
  return (event) => {
    const move = moves[event.key];
    // As in a text field: an arrow with Shift selects.
    if (move && event.shiftKey) anchor ??= { x, y };
    const run = move ?? (event.ctrlKey && event.code !== "KeyC" ? undefined : event.ctrlKey ? copy : others[event.key]);
    event.preventDefault();
    run?.();
  };
}
