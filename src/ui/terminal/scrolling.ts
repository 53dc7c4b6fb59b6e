import type { Terminal } from "@xterm/xterm";

/** Lines that a notch of a wheel is worth, and its size where the browser tells pixels. */
const NOTCH = 3;
const NOTCH_PX = 100;

/** Scrolls what is in view: the scrollback; or in a full-screen program, as far as the arrow keys or its own wheel do. */
export function scrollBy(terminal: Terminal, lines: number, at?: { readonly clientX: number; readonly clientY: number }): void {
  if (terminal.buffer.active.type === "normal") return terminal.scrollLines(lines);
  const step = lines < 0 ? -1 : 1;
  const screen = terminal.element?.querySelector(".xterm-screen");
  if (terminal.modes.mouseTrackingMode !== "none") {
    const wheel = (): WheelEvent =>
      new WheelEvent("wheel", { deltaY: step, deltaMode: WheelEvent.DOM_DELTA_LINE, bubbles: true, cancelable: true, ...at });
    for (let i = 0; i !== lines; i += step) screen?.dispatchEvent(wheel());
    return;
  }
  const key = `\x1b${terminal.modes.applicationCursorKeysMode ? "O" : "["}${step < 0 ? "A" : "B"}`;
  terminal.input(key.repeat(Math.abs(lines)));
}

/** A wheel over less or man moves by lines, not by one for each event however far it was turned. */
export function scrollPrograms(terminal: Terminal): void {
  let rest = 0;
  terminal.attachCustomWheelEventHandler((event) => {
    if (terminal.buffer.active.type === "normal" || terminal.modes.mouseTrackingMode !== "none" || event.shiftKey) return true;
    event.preventDefault();
    const lines = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? (event.deltaY / NOTCH_PX) * NOTCH : event.deltaY;
    if (Math.sign(lines) !== Math.sign(rest)) rest = 0;
    rest += lines;
    const whole = Math.trunc(rest);
    rest -= whole;
    if (whole !== 0) scrollBy(terminal, whole);
    return false;
  });
}
