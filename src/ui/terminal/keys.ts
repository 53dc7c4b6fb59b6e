import type { Terminal } from "@xterm/xterm";
import { otherSide, toggleSplit, useTerminals } from "./terminals.ts";

/** What keys ask of an emulator. */
interface Asked {
  search(): void;
  copy(): void;
  copyMode(): void;
  copyOutput(): void;
  jump(step: -1 | 1): void;
  log(): void;
  /** Escape was pressed, so that Tab leaves; or another key, so that it does not. */
  leaving(on: boolean): void;
}

/**
 * The workbench's own keys in a terminal; everything else is the program's. Ctrl+Shift and a letter are no keys of
 * readline's or an editor's, and other terminals use the same: F finds, C copies, X begins copy mode.
 */
export function keys(terminal: Terminal, ask: Asked): (event: KeyboardEvent) => boolean {
  let escaped = false;
  const own: Readonly<Record<string, () => boolean | void>> = {
    KeyC: () => ask.copy(),
    KeyF: () => ask.search(),
    KeyX: () => ask.copyMode(),
    KeyY: () => ask.copyOutput(),
    KeyL: () => ask.log(),
    Digit5: () => toggleSplit(),
    ArrowUp: () => (terminal.buffer.active.type === "normal" ? ask.jump(-1) : false),
    ArrowDown: () => (terminal.buffer.active.type === "normal" ? ask.jump(1) : false),
    ArrowLeft: () => (useTerminals.getState().beside === undefined ? false : otherSide()),
    ArrowRight: () => (useTerminals.getState().beside === undefined ? false : otherSide()),
  };
  return (event) => {
    if (event.type !== "keydown") return true;
    if (event.key === "Tab" && escaped) {
      // Esc, then Tab: the browser moves the focus on.
      escaped = false;
      ask.leaving(false);
      return false;
    }
    if (event.key !== "Shift") {
      const now = event.key === "Escape";
      if (now !== escaped) ask.leaving(now);
      escaped = now;
    }
    if (!event.ctrlKey || !event.shiftKey || event.altKey) return true;
    // The browser pastes into xterm's text area, and xterm brackets it.
    if (event.code === "KeyV") return false;
    const run = own[event.code];
    if (!run || run() === false) return true;
    event.preventDefault();
    return false;
  };
}
