import type { IBuffer, IMarker, Terminal } from "@xterm/xterm";

/** What a shell has run, as its own marks tell it (OSC 133, see shell/run/marks.ts). */
export interface ShellCommand {
  readonly id: number;
  readonly text: string;
  readonly running: boolean;
  /** Unknown while it runs, and of a shell that handed its terminal to another one. */
  readonly status: number | undefined;
  readonly output: string;
  /** Lines before those of `output`, which are not kept. */
  readonly before: number;
}

export interface Track {
  /** The shell waits for a command and nothing is typed yet. */
  atPrompt(): boolean;
  /** The folder that the shell is in. */
  folder(): string | undefined;
  /** Oldest first; the same array as long as nothing has changed. */
  commands(): readonly ShellCommand[];
  /** Calls `on` when that has changed; while somebody listens, the output of what runs is read now and then. */
  subscribe(on: () => void): () => void;
  /** The whole output of the newest command that has ended, as far as the screen holds it. */
  lastOutput(): string | undefined;
  /** Scrolls to the command before or after the one at the top; false when there is none. */
  jump(step: -1 | 1): boolean;
  /** A new shell: what ran in the old one has ended with it. */
  restart(): void;
}

interface Entry {
  readonly id: number;
  readonly text: string;
  readonly prompt: IMarker | undefined;
  readonly from: IMarker | undefined;
  to: IMarker | undefined;
  /** Where on that line it ended: right of 0 when its last line had no end. */
  column: number;
  running: boolean;
  status: number | undefined;
  /** Kept once it has ended and somebody has looked: the screen forgets. */
  kept: Pick<ShellCommand, "output" | "before"> | undefined;
}

const MOST_COMMANDS = 200;
const MOST_LINES = 500;
/** How often the output of what runs is read for those who listen (ms). */
const READ_EVERY_MS = 700;

export function createTrack(
  terminal: Terminal,
  on: { ended(prompt: IMarker | undefined, status: number | undefined): void; prompt(): void },
): Track {
  let entries: Entry[] = [];
  let serial = 0;
  let folder: string | undefined;
  let promptLine: IMarker | undefined;
  /** Where typing begins, while a prompt waits. */
  let input: { readonly line: number; readonly column: number } | undefined;
  let shown: readonly ShellCommand[] | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const listeners = new Set<() => void>();

  const changed = (): void => {
    shown = undefined;
    clearTimeout(timer);
    timer = undefined;
    for (const listener of listeners) listener();
  };
  const mark = (): IMarker | undefined => (terminal.buffer.active.type === "normal" ? terminal.registerMarker(0) : undefined);
  const running = (): Entry | undefined => {
    const last = entries.at(-1);
    return last?.running ? last : undefined;
  };
  const end = (status: number | undefined): void => {
    const entry = running();
    if (!entry) return;
    entry.running = false;
    entry.status = status;
    entry.to = mark();
    entry.column = terminal.buffer.active.cursorX;
    if (listeners.size > 0) entry.kept = read(terminal.buffer.normal, entry, MOST_LINES);
    on.ended(entry.prompt, status);
    changed();
  };
  const begin = (text: string): void => {
    input = undefined;
    entries.push({
      id: ++serial,
      text,
      prompt: promptLine,
      from: mark(),
      to: undefined,
      column: 0,
      running: true,
      status: undefined,
      kept: undefined,
    });
    for (const old of entries.splice(0, Math.max(0, entries.length - MOST_COMMANDS)))
      for (const marker of [old.prompt, old.from, old.to]) marker?.dispose();
    changed();
  };

  terminal.parser.registerOscHandler(133, (data) => {
    const [letter, ...rest] = data.split(";");
    const { active } = terminal.buffer;
    if (letter === "A") {
      // A prompt while something runs is that of a shell within: it is what the outer one runs.
      end(undefined);
      // Drawn again, it is the same prompt.
      if (promptLine?.line !== active.baseY + active.cursorY) promptLine = mark();
      on.prompt();
    } else if (letter === "B") input = { line: active.baseY + active.cursorY, column: active.cursorX };
    else if (letter === "C") begin(decoded(rest.find((part) => part.startsWith("cmdline_url="))?.slice(12) ?? ""));
    else if (letter === "D") end(Number(rest[0] ?? 0));
    return true;
  });
  terminal.parser.registerOscHandler(7, (data) => {
    const path = /^file:\/\/[^/]*(\/.*)$/.exec(data)?.[1];
    if (path !== undefined) folder = decoded(path);
    return true;
  });
  terminal.onWriteParsed(() => {
    if (listeners.size > 0 && running()) timer ??= setTimeout(changed, READ_EVERY_MS);
  });

  const seen = (entry: Entry): ShellCommand => ({
    id: entry.id,
    text: entry.text,
    running: entry.running,
    status: entry.status,
    ...(entry.kept ?? read(terminal.buffer.normal, entry, MOST_LINES)),
  });

  return {
    atPrompt() {
      const { active } = terminal.buffer;
      const line = active.baseY + active.cursorY;
      if (!input || active.type !== "normal" || input.line !== line || input.column !== active.cursorX) return false;
      return active.getLine(line)?.translateToString(true, active.cursorX) === "";
    },
    folder: () => folder,
    commands: () => (shown ??= entries.map(seen)),
    subscribe(listener) {
      // What ran while nobody listened was not read.
      if (listeners.size === 0) shown = undefined;
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    lastOutput() {
      const entry = entries.findLast((e) => !e.running);
      return entry && read(terminal.buffer.normal, entry, Infinity).output;
    },
    jump(step) {
      const top = terminal.buffer.active.viewportY;
      const lines = entries.map((e) => e.prompt?.line ?? -1).filter((line) => line >= 0);
      if (promptLine && promptLine.line >= 0) lines.push(promptLine.line);
      const line = step < 0 ? lines.findLast((l) => l < top) : lines.find((l) => l > top);
      if (line === undefined) return false;
      terminal.scrollToLine(line);
      return true;
    },
    restart() {
      end(undefined);
      input = undefined;
    },
  };
}

/** The lines of a command's output, the last `most`; lines that the screen broke are whole again. */
function read(buffer: IBuffer, entry: Entry, most: number): Pick<ShellCommand, "output" | "before"> {
  const { from, to } = entry;
  // What has scrolled away or was cleared is not there any more: then what is left begins at the top.
  if (!from || (from.isDisposed && (!to || to.isDisposed))) return { output: "", before: 0 };
  const first = Math.max(0, from.line);
  const ended = to && !to.isDisposed;
  // The next prompt begins where the output has ended.
  const last = ended ? to.line - (entry.column === 0 ? 1 : 0) : buffer.baseY + buffer.cursorY;
  const lines: string[] = [];
  // Twice as many rows as lines are wanted: most are not broken.
  const begin = Math.max(first, last - most * 2);
  for (let y = begin; y <= last; y++) {
    const row = buffer.getLine(y);
    if (!row) break;
    const whole = !buffer.getLine(y + 1)?.isWrapped;
    const text = ended && y === to.line ? row.translateToString(false, 0, entry.column) : row.translateToString(whole);
    if (row.isWrapped && lines.length > 0) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  while (lines.at(-1) === "") lines.pop();
  const kept = lines.slice(-most);
  return { output: kept.join("\n"), before: begin - first + lines.length - kept.length };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
