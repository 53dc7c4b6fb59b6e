import type { SearchAddon } from "@xterm/addon-search";
import { FitAddon } from "@xterm/addon-fit";
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import type { Connection, TerminalLink } from "../connection.ts";
import { t } from "../i18n.ts";
import { useSession } from "../session.ts";
import { followDark, useSettings } from "../settings.ts";
import { otherSide, settled, toggleSplit, useTerminals, type Emulator } from "./terminals.ts";
import { MONO } from "./fonts.ts";
import * as themes from "./themes.ts";

const SCROLLBACK = 10_000;

/** The learner's own prompt with nothing after it; a container's ("/ # ", "root@web:/# ") is not one. */
const PROMPT = /^[^/].*\$ $/;

/**
 * A terminal emulator on a login shell of its own, first shown in `parent`. Opens a new shell when the worker is a
 * new one.
 */
export function createEmulator(parent: HTMLElement, id: number, on: { search(): void }): Emulator {
  // Its own element, so that it can move when the layout changes and keep its screen.
  const host = document.createElement("div");
  host.className = "terminal-host";
  parent.append(host);
  const terminal = new Terminal({
    fontFamily: MONO,
    fontSize: matchMedia("(max-width: 760px)").matches ? 12 : 13,
    lineHeight: 1.25,
    scrollback: SCROLLBACK,
    cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    screenReaderMode: useSettings.getState().screenReader,
    macOptionIsMeta: true,
    allowProposedApi: true,
    minimumContrastRatio: 4.5,
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(host);

  let link: TerminalLink | undefined;
  let ended = false;
  let control = false;
  let shells = 0;
  /** What is typed while there is no shell; the next one reads it. */
  let ahead = "";

  const attach = (connection: Connection) => {
    ended = false;
    const size = { columns: terminal.cols, rows: terminal.rows };
    const mine = connection.terminal(size, {
      // Acknowledged once parsed and handed to the painter: an endless writer waits for the screen.
      output: (data) =>
        terminal.write(data, () => {
          mine.acknowledge(data.byteLength);
          settled(id);
        }),
      closed() {
        ended = true;
        link = undefined;
        terminal.write(`\r\n\x1b[2m${t("terminal.closed")}\x1b[0m\r\n`);
      },
    });
    link = mine;
    shells++;
    if (ahead) mine.input(ahead);
    ahead = "";
  };

  const input = (data: string) => {
    if (link) link.input(data);
    else if (!ended) ahead += data;
  };

  const instance: Emulator = {
    onControlUsed: undefined,
    moveTo: (next) => next.append(host),
    focus: () => terminal.focus(),
    atPrompt() {
      const buffer = terminal.buffer.active;
      const line = buffer.getLine(buffer.baseY + buffer.cursorY)?.translateToString(false, 0, buffer.cursorX) ?? "";
      return !!link && buffer.type === "normal" && PROMPT.test(line);
    },
    type: input,
    find: (text, direction) => void finder().then((f) => (direction === "next" ? f.findNext(text, found) : f.findPrevious(text, found))),
    control: (value) => void (control = value),
    dispose() {
      for (const stop of stops) stop();
      link?.close();
      terminal.dispose();
    },
  };

  terminal.onData((data) => {
    let send = data;
    if (control && data.length === 1) {
      send = String.fromCharCode(data.toUpperCase().charCodeAt(0) & 0x1f);
      control = false;
      instance.onControlUsed?.();
    }
    const { connection } = useSession.getState();
    if (ended && connection && send === "\r") attach(connection);
    else input(send);
  });
  terminal.onResize(({ cols, rows }) => link?.resize(cols, rows));
  terminal.attachCustomKeyEventHandler(keys(terminal, on));

  let search: Promise<SearchAddon> | undefined;
  const finder = () =>
    (search ??= import("@xterm/addon-search").then(({ SearchAddon }) => {
      const addon = new SearchAddon();
      terminal.loadAddon(addon);
      return addon;
    }));
  const found = {
    decorations: {
      matchOverviewRuler: "#e3b663",
      activeMatchColorOverviewRuler: "#e3b663",
      matchBackground: "#6b5520",
      activeMatchBackground: "#a87a1c",
    },
  };

  const observer = new ResizeObserver(() => {
    // Hidden panes measure nothing; a shell of 2 columns would wrap its history.
    if (host.clientWidth > 40 && host.clientHeight > 20) fit.fit();
  });
  observer.observe(host);
  fit.fit();

  const stops = [
    followDark((dark) => void (terminal.options.theme = dark ? themes.dark : themes.light)),
    useSettings.subscribe((s) => void (terminal.options.screenReaderMode = s.screenReader)),
    useSession.subscribe((now, before) => {
      if (now.connection === before.connection) return;
      link = undefined;
      ended = false;
      if (!now.connection) return;
      if (shells > 0) terminal.write(`\r\n\x1b[2m${t("terminal.reconnected")}\x1b[0m\r\n`);
      attach(now.connection);
    }),
    () => observer.disconnect(),
  ];
  const { connection } = useSession.getState();
  if (connection) attach(connection);
  void later(terminal);
  return instance;
}

/** What only becomes useful after the first prompt. */
async function later(terminal: Terminal): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const { WebLinksAddon } = await import("@xterm/addon-web-links");
  terminal.loadAddon(new WebLinksAddon((_, uri) => void window.open(uri, "_blank", "noopener,noreferrer")));
  // WebGL in software is slower than the DOM.
  if (!hasGraphicsHardware()) return;
  try {
    const { WebglAddon } = await import("@xterm/addon-webgl");
    const addon = new WebglAddon();
    addon.onContextLoss(() => addon.dispose());
    terminal.loadAddon(addon);
  } catch {
    // The DOM renderer goes on.
  }
}

function hasGraphicsHardware(): boolean {
  const gl = document.createElement("canvas").getContext("webgl2", { failIfMajorPerformanceCaveat: true });
  const info = gl?.getExtension("WEBGL_debug_renderer_info");
  const renderer = info ? String(gl?.getParameter(info.UNMASKED_RENDERER_WEBGL)) : "";
  gl?.getExtension("WEBGL_lose_context")?.loseContext();
  return gl !== null && !/swiftshader|llvmpipe|software|basic render/i.test(renderer);
}

function keys(terminal: Terminal, on: { search(): void }): (event: KeyboardEvent) => boolean {
  let escaped = false;
  return (event) => {
    if (event.type !== "keydown") return true;
    if (event.key === "Tab" && escaped) {
      // Esc, then Tab: the browser moves the focus on.
      escaped = false;
      return false;
    }
    if (event.key !== "Shift") escaped = event.key === "Escape";
    if (!event.ctrlKey || !event.shiftKey) return true;
    switch (event.code) {
      case "KeyC":
        event.preventDefault();
        if (terminal.hasSelection()) void navigator.clipboard.writeText(terminal.getSelection());
        return false;
      case "KeyV":
        // The browser pastes into xterm's text area, and xterm brackets it.
        return false;
      case "KeyF":
        event.preventDefault();
        on.search();
        return false;
      case "Digit5":
        event.preventDefault();
        toggleSplit();
        return false;
      case "ArrowLeft":
      case "ArrowRight":
        if (useTerminals.getState().beside === undefined) return true;
        event.preventDefault();
        otherSide();
        return false;
      default:
        return true;
    }
  };
}
