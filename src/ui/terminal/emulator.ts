import { FitAddon } from "@xterm/addon-fit";
import { type IMarker, Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";
import { announce } from "../announce.ts";
import type { Connection, TerminalLink } from "../connection.ts";
import { t } from "../i18n.ts";
import { useSession } from "../session.ts";
import { followDark, useSettings } from "../settings.ts";
import { copyText, guardPaste } from "./clipboard.ts";
import { keys } from "./keys.ts";
import { createSearch } from "./search.ts";
import { leaving, rang, said, setCopying, settled, type Emulator } from "./terminals.ts";
import { MONO } from "./fonts.ts";
import * as themes from "./themes.ts";
import { createTrack } from "./track.ts";

const SCROLLBACK = 10_000;
const FLASH_MS = 150;

/**
 * A terminal emulator on a login shell of its own, first shown in `parent`. Opens a new shell when the worker is a
 * new one.
 */
export function createEmulator(parent: HTMLElement, id: number, on: { search(): void; log(): void }): Emulator {
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
    // What a program prints as a link (OSC 8) is opened as one that is found.
    linkHandler: { activate: (_, uri) => void import("./links.ts").then((links) => links.openWeb(uri)) },
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
  let copying: ((event: KeyboardEvent) => void) | undefined;
  const track = createTrack(terminal, { ended: (prompt, status) => decorate(terminal, prompt, status), prompt: () => said(id, "") });
  const search = createSearch(terminal);

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
        track.restart();
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
    atPrompt: () => !!link && track.atPrompt(),
    type: input,
    track,
    search,
    copyMode() {
      terminal.focus();
      setCopying(id, true);
      // Keys that come before its code does are its own already.
      const early: KeyboardEvent[] = [];
      copying = (event) => {
        event.preventDefault();
        early.push(event);
      };
      void import("./copy-mode.ts").then(({ startCopyMode }) => {
        copying = startCopyMode(terminal, {
          ended() {
            copying = undefined;
            setCopying(id, false);
          },
          copied: (text) => void copyText(text),
        });
        for (const event of early) copying?.(event);
      });
    },
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
  const own = keys(terminal, {
    search: on.search,
    log: on.log,
    copy: () => void (terminal.hasSelection() && copyText(terminal.getSelection())),
    copyMode: () => instance.copyMode(),
    copyOutput: () => void copyText(track.lastOutput() ?? ""),
    jump: (step) => void (track.jump(step) || announce(t("terminal.noCommand"))),
    leaving(escaped) {
      // Escape alone is an editor's key, where Tab is no way out that anybody looks for.
      const out = escaped && terminal.buffer.active.type === "normal";
      leaving(out);
      if (out) announce(t("terminal.leaving"));
    },
  });
  terminal.attachCustomKeyEventHandler((event) => {
    if (!copying) return own(event);
    if (event.type === "keydown" && !/^(?:Control|Shift|Alt|Meta)$/.test(event.key)) copying(event);
    return false;
  });
  guardPaste(host, terminal);
  terminal.onTitleChange((title) => said(id, title));
  terminal.onBell(() => {
    rang(id);
    host.dataset["rang"] = "";
    setTimeout(() => delete host.dataset["rang"], FLASH_MS);
  });

  const observer = new ResizeObserver(() => {
    // Hidden panes measure nothing; a shell of 2 columns would wrap its history.
    if (host.clientWidth > 40 && host.clientHeight > 20) fit.fit();
  });
  observer.observe(host);
  fit.fit();

  const stops = [
    followDark((dark) => void (terminal.options.theme = dark ? themes.dark : themes.light)),
    useSettings.subscribe((s) => readOut(terminal, host, s)),
    useSession.subscribe((now, before) => {
      if (now.connection === before.connection) return;
      link = undefined;
      ended = false;
      track.restart();
      if (!now.connection) return;
      if (shells > 0) terminal.write(`\r\n\x1b[2m${t("terminal.reconnected")}\x1b[0m\r\n`);
      attach(now.connection);
    }),
    () => observer.disconnect(),
  ];
  readOut(terminal, host, useSettings.getState());
  const { connection } = useSession.getState();
  if (connection) attach(connection);
  void later(terminal, track.folder).then(async () => {
    if (navigator.maxTouchPoints > 0) stops.push((await import("./touch.ts")).selectByTouch(host, terminal));
  });
  return instance;
}

/** Where the command log is shown it says what is new, once and politely: xterm's own voice would say it again. */
function readOut(terminal: Terminal, host: HTMLElement, settings: { readonly screenReader: boolean; readonly commandLog: boolean }): void {
  if (terminal.options.screenReaderMode !== settings.screenReader) terminal.options.screenReaderMode = settings.screenReader;
  host.querySelector(".live-region")?.setAttribute("aria-live", settings.commandLog ? "off" : "assertive");
}

/** A small mark beside the prompt of a command that has ended: by its shape, not its colour alone, it tells how. */
function decorate(terminal: Terminal, prompt: IMarker | undefined, status: number | undefined): void {
  if (!prompt || prompt.isDisposed || status === undefined) return;
  terminal.registerDecoration({ marker: prompt, layer: "top" })?.onRender((element) => {
    element.classList.add("command-mark");
    element.dataset["status"] = status === 0 ? "ok" : "failed";
    element.title = t("terminal.status", { status });
  });
}

/** What only becomes useful after the first prompt. */
async function later(terminal: Terminal, folder: () => string | undefined): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const [{ WebLinksAddon }, { fileLinks, openWeb }, { programsCopy }, { scrollPrograms }] = await Promise.all([
    import("@xterm/addon-web-links"),
    import("./links.ts"),
    import("./programs-copy.ts"),
    import("./scrolling.ts"),
  ]);
  programsCopy(terminal);
  scrollPrograms(terminal);
  terminal.loadAddon(new WebLinksAddon((_, uri) => openWeb(uri)));
  fileLinks(terminal, folder);
  // WebGL in software is slower than the DOM.
  if (!hasGraphicsHardware()) return;
  try {
    const { WebglAddon } = await import("@xterm/addon-webgl");
    const addon = new WebglAddon();
    addon.onContextLoss(() => {
      terminal.options.minimumContrastRatio = 1;
      addon.dispose();
    });
    terminal.loadAddon(addon);
    // What a program's own colours lack. Not without WebGL: xterm's DOM renderer takes inverse text for text on its own
    // colour, and greys it.
    terminal.options.minimumContrastRatio = 4.5;
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
