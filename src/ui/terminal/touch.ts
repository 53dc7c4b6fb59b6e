import type { Terminal } from "@xterm/xterm";
import { t } from "../i18n.ts";
import { copyText, pasteText } from "./clipboard.ts";
import { scrollBy } from "./scrolling.ts";
import { wordAt } from "./word-at.ts";

/** How long a finger rests before it selects (ms), and how far it may stray meanwhile (px). */
const PRESS_MS = 450;
const STRAY = 10;
/** What is left of a swipe's speed after a millisecond, and when it has come to rest (px/ms). */
const GLIDE = 0.996;
const REST = 0.05;

type Label = "terminal.copy" | "terminal.selectAll" | "terminal.paste";

/** A cell of the whole buffer, scrollback included. */
interface Cell {
  readonly x: number;
  readonly y: number;
}
const before = (a: Cell, b: Cell): boolean => a.y < b.y || (a.y === b.y && a.x < b.x);

/**
 * Selecting with a finger: a long press takes the word, going on with it extends, two handles move the ends, and a bar
 * above copies, takes all or pastes. A finger that moves at once scrolls, and what it scrolled glides on.
 */
export function selectByTouch(host: HTMLElement, terminal: Terminal): () => void {
  let [from, to]: [Cell | undefined, Cell | undefined] = [undefined, undefined];
  let timer: ReturnType<typeof setTimeout> | undefined;
  let start: { readonly x: number; readonly y: number } | undefined;
  /** The word that was pressed, while the finger is still down. */
  let word: readonly [Cell, Cell] | undefined;
  /** A finger that scrolls: where it was when, how fast it went (px/ms), and pixels that make no line yet. */
  let swipe: { y: number; time: number; speed: number; rest: number } | undefined;
  let glide = 0;
  /** Our own selecting is no news. */
  let own = false;

  const layer = document.createElement("div");
  layer.className = "touch-selection";
  layer.hidden = true;
  const bar = document.createElement("div");
  bar.className = "touch-bar";
  bar.setAttribute("role", "toolbar");
  // It must not take the focus, or the phone's keyboard would fold away.
  bar.addEventListener("pointerdown", (event) => event.preventDefault());
  const handles = [document.createElement("div"), document.createElement("div")] as const;
  layer.append(...handles, bar);
  host.append(layer);

  const screen = (): DOMRect => (host.querySelector(".xterm-screen") ?? host).getBoundingClientRect();
  const cellAt = (x: number, y: number): Cell => {
    const { left, top, width, height } = screen();
    const within = (at: number, size: number, count: number): number => Math.max(0, Math.min(count - 1, Math.floor((at / size) * count)));
    return {
      x: within(x - left, width, terminal.cols),
      y: terminal.buffer.active.viewportY + within(y - top, height, terminal.rows),
    };
  };
  const place = (): void => {
    if (!from || !to) return;
    const box = screen();
    const base = host.getBoundingClientRect();
    const [w, h] = [box.width / terminal.cols, box.height / terminal.rows];
    const top = terminal.buffer.active.viewportY;
    const point = (cell: Cell, right: number): readonly [number, number] => [
      box.left - base.left + (cell.x + right) * w,
      box.top - base.top + (cell.y - top + 1) * h,
    ];
    for (const [i, [x, y]] of [point(from, 0), point(to, 1)].entries()) {
      const handle = handles[i] as HTMLElement;
      handle.hidden = y < h / 2 || y > box.height + h / 2;
      handle.style.translate = `${x}px ${y}px`;
    }
    // Above the selection, or below it where there is no room.
    const above = point(from, 0)[1] - h - bar.offsetHeight - 8;
    const below = point(to, 0)[1] + 28;
    const y = above >= 0 ? above : Math.min(below, base.height - bar.offsetHeight);
    const x = Math.max(0, Math.min(point(from, 0)[0], base.width - bar.offsetWidth));
    bar.style.translate = `${x}px ${y}px`;
  };
  const show = (a: Cell, b: Cell): void => {
    [from, to] = before(b, a) ? [b, a] : [a, b];
    own = true;
    terminal.select(from.x, from.y, (to.y - from.y) * terminal.cols + to.x - from.x + 1);
    own = false;
    // In the language of now.
    bar.setAttribute("aria-label", t("terminal.selection"));
    for (const child of bar.children) child.textContent = t((child as HTMLElement).dataset["label"] as Label);
    layer.hidden = false;
    place();
  };
  const hide = (): void => {
    layer.hidden = true;
    from = to = word = undefined;
  };
  const clear = (): void => {
    hide();
    terminal.clearSelection();
  };
  const button = (label: Label, run: () => void): void => {
    const made = document.createElement("button");
    made.type = "button";
    made.dataset["label"] = label;
    made.addEventListener("click", run);
    bar.append(made);
  };
  button("terminal.copy", () => {
    const text = terminal.getSelection();
    clear();
    void copyText(text);
  });
  button("terminal.selectAll", () => {
    const { length } = terminal.buffer.active;
    show({ x: 0, y: 0 }, { x: terminal.cols - 1, y: length - 1 });
  });
  button("terminal.paste", () => {
    clear();
    void pasteText(terminal);
  });

  const press = (x: number, y: number): void => {
    const at = cellAt(x, y);
    const line = terminal.buffer.active.getLine(at.y)?.translateToString(true) ?? "";
    const [first, last] = wordAt(line, at.x);
    word = [
      { x: first, y: at.y },
      { x: last, y: at.y },
    ];
    navigator.vibrate?.(10);
    show(...word);
  };
  const moved = (by: number, at: { readonly clientX: number; readonly clientY: number } | undefined): void => {
    if (!swipe) return;
    const height = screen().height / terminal.rows;
    swipe.rest += by;
    const lines = Math.trunc(swipe.rest / height);
    swipe.rest -= lines * height;
    if (lines !== 0) scrollBy(terminal, -lines, at);
  };
  /** Only the scrollback glides: a program gets no keys that no finger asked for. */
  const glideOn = (last: number): void => {
    glide = requestAnimationFrame((now) => {
      if (!swipe || Math.abs(swipe.speed) < REST || terminal.buffer.active.type !== "normal") return void (swipe = undefined);
      const ms = Math.min(50, now - last);
      moved(swipe.speed * ms, undefined);
      swipe.speed *= GLIDE ** ms;
      glideOn(now);
    });
  };
  const still = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const taken = (event: TouchEvent): void => {
    if (event.cancelable) event.preventDefault();
    event.stopPropagation();
  };
  // Fingers that move here are ours; two of them zoom the page still.
  host.style.touchAction = "pinch-zoom";
  const listeners = new AbortController();
  const listen = (type: "touchstart" | "touchmove" | "touchend" | "touchcancel", on: (event: TouchEvent) => void): void =>
    host.addEventListener(type, on, { capture: true, passive: false, signal: listeners.signal });
  listen("touchstart", (event) => {
    still();
    const touch = event.touches[0];
    cancelAnimationFrame(glide);
    swipe = undefined;
    if (!touch || event.touches.length > 1 || layer.contains(event.target as Node)) return;
    start = { x: touch.clientX, y: touch.clientY };
    timer = setTimeout(() => press(touch.clientX, touch.clientY), PRESS_MS);
  });
  listen("touchmove", (event) => {
    const touch = event.touches[0];
    if (!touch) return;
    if (word) {
      taken(event);
      const at = cellAt(touch.clientX, touch.clientY);
      return before(at, word[0]) ? show(at, word[1]) : show(word[0], before(word[1], at) ? at : word[1]);
    }
    if (swipe) {
      taken(event);
      const [by, ms] = [touch.clientY - swipe.y, Math.max(1, event.timeStamp - swipe.time)];
      Object.assign(swipe, { y: touch.clientY, time: event.timeStamp, speed: by / ms });
      return moved(by, touch);
    }
    if (timer === undefined || !start || Math.hypot(touch.clientX - start.x, touch.clientY - start.y) <= STRAY) return;
    still();
    if (Math.abs(touch.clientY - start.y) > Math.abs(touch.clientX - start.x))
      swipe = { y: touch.clientY, time: event.timeStamp, speed: 0, rest: touch.clientY - start.y };
  });
  for (const type of ["touchend", "touchcancel"] as const)
    listen(type, (event) => {
      still();
      // A tap would follow, and take the selection away.
      if (word || swipe) taken(event);
      word = undefined;
      // A finger that rested before it left throws nothing.
      if (swipe && event.timeStamp - swipe.time < 60) glideOn(performance.now());
      else swipe = undefined;
    });
  for (const [i, handle] of handles.entries()) {
    handle.className = "touch-handle";
    handle.dataset["end"] = i === 0 ? "from" : "to";
    handle.addEventListener("pointerdown", (event) => {
      event.preventDefault();
      handle.setPointerCapture(event.pointerId);
    });
    handle.addEventListener("pointermove", (event) => {
      if (!handle.hasPointerCapture(event.pointerId) || !from || !to) return;
      // The finger is below the line that it means.
      const at = cellAt(event.clientX, event.clientY - screen().height / terminal.rows);
      show(i === 0 ? at : from, i === 0 ? to : at);
    });
  }
  // What a long press means elsewhere: a menu of the browser's.
  const unmenu = (event: Event): void => {
    if (from) event.preventDefault();
  };
  host.addEventListener("contextmenu", unmenu, { signal: listeners.signal });
  const watched = [
    terminal.onScroll(place),
    terminal.onResize(hide),
    terminal.onSelectionChange(() => void (!own && !terminal.hasSelection() && hide())),
  ];
  return () => {
    listeners.abort();
    cancelAnimationFrame(glide);
    for (const one of watched) one.dispose();
    layer.remove();
  };
}
