import { type Description, Errno, type ProcessContext } from "../../../runtime/index.ts";
import type { Ask, FileText, Ran, Written } from "./ask.ts";
import { editor, isIdle, type Opening, resume } from "./editor.ts";
import { difference, type Screen } from "../screen/difference.ts";
import { END, Keys } from "../screen/input.ts";
import { CR } from "../screen/keys.ts";
import { render } from "./screen.ts";
import { type Editor, newEditor, type Start } from "./state.ts";

/** Keys after which the state is kept whole, so that little has to be typed again after a thaw. */
const KEYS_BETWEEN = 500;
const ENTER = "\x1b[?1049h\x1b[?2004h";
const LEAVE = "\x1b[?2004l\x1b[?1049l";

/** Runs the editor on a terminal: reads keys and files for it, and draws what it has become. */
export async function runEditor(proc: ProcessContext, start: Start, opening: Opening): Promise<number> {
  // With the text on standard input, keys come from where messages go.
  const tty = opening.text === undefined ? proc.stdin : proc.stderr;
  const screen = proc.stdout;
  const held = proc.restored as { readonly editor: Editor } | undefined;
  const ed = held ? structuredCopy(held.editor) : newEditor({ ...start, ...sizeOf(screen) });
  const run = held ? resume(ed) : editor(ed, opening);
  const keys = new Keys(tty);
  let shown: Screen | undefined;
  let bells = ed.bell;
  let pressed = 0;
  const draw = async (): Promise<void> => {
    const next = render(ed);
    const out = difference(shown, next) + (ed.bell > bells && ed.flavour === "busybox" ? "\x07" : "");
    bells = ed.bell;
    shown = next;
    if (out !== "") await screen.write(out);
  };
  const off = proc.on("WINCH", () => {
    Object.assign(ed, sizeOf(screen));
    shown = undefined;
    void draw().catch(() => undefined);
  });
  tty.setRaw?.(true);
  if (!held) await screen.write(ed.flavour === "vim" ? ENTER : "\x1b[?1049h");
  const answer = async (ask: Ask): Promise<unknown> => {
    switch (ask.ask) {
      case "key": {
        let k: string | typeof END | undefined = keys.next();
        if (k === undefined) {
          await draw();
          if (pressed > KEYS_BETWEEN && isIdle(ed) && !keys.waiting) {
            proc.checkpoint({ editor: structuredCopy(ed) });
            pressed = 0;
          }
          k = await keys.read();
          ed.now = proc.clock.now();
        }
        pressed++;
        return k;
      }
      case "pause":
        await proc.cpu(2);
        return false;
      case "read":
        return readText(proc, ask.path);
      case "write":
        return writeText(proc, ask);
      case "glob":
        return names(proc, ask.path);
      case "shell":
        shown = undefined;
        return shell(proc, ask, { tty, screen, keys });
      case "suspend":
        shown = undefined;
        await screen.write(`${LEAVE}\r\n`);
        tty.setRaw?.(false);
        proc.kill(proc.pid, "TSTP");
        // It stands still here, until somebody says fg.
        await proc.clock.sleep(0);
        tty.setRaw?.(true);
        await screen.write(ENTER);
        return undefined;
    }
  };
  let code: number | undefined;
  let ended = false;
  try {
    let asked = run.next();
    while (!asked.done) {
      const got = await answer(asked.value);
      if (got === END) break;
      asked = run.next(got);
    }
    code = asked.done ? asked.value : 1;
    ended = !asked.done;
  } finally {
    off();
    tty.setRaw?.(false);
    const rows = sizeOf(screen).rows + 1;
    await screen.write(`\x1b[${rows};1H\x1b[K${ed.flavour === "vim" ? LEAVE : "\x1b[?1049l"}`).catch(() => undefined);
  }
  if (ended && ed.flavour === "vim") await proc.stderr.write("Vim: Error reading input, exiting...\nVim: Finished.\n");
  return code;
}

/** Plain data, and not shared: the editor changes its own. */
const structuredCopy = (ed: Editor): Editor =>
  JSON.parse(
    JSON.stringify(ed, (_, v: unknown) => (v === Infinity ? "∞" : v)),
    (_, v: unknown) => (v === "∞" ? Infinity : v),
  ) as Editor;

function sizeOf(screen: Description): { rows: number; columns: number } {
  const size = screen.size ?? { columns: 80, rows: 24 };
  return { rows: Math.max(1, size.rows - 1), columns: Math.max(2, size.columns) };
}

const pathOf = (proc: ProcessContext, path: string): string =>
  path === "~" || path.startsWith("~/") ? `${proc.env["HOME"] ?? "/"}${path.slice(1)}` : path;

function readText(proc: ProcessContext, name: string): FileText {
  const path = pathOf(proc, name);
  try {
    const stat = proc.fs.stat(path);
    if (stat.type === "directory") return { directory: true, error: "EISDIR" };
    return { text: proc.fs.readText(path), readonly: !proc.fs.access(path, 2), mtime: stat.mtime };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return { error: error.code };
  }
}
function writeText(proc: ProcessContext, ask: Ask & { readonly ask: "write" }): Written {
  const path = pathOf(proc, ask.path);
  const existed = proc.fs.exists(path);
  try {
    if (existed && proc.fs.stat(path).type === "directory") return { existed, error: "EISDIR" };
    if (existed && !proc.fs.access(path, 2)) {
      if (!ask.force) return { existed, error: "EACCES", readonly: true };
      // A file of somebody else's, in a folder of one's own, is replaced.
      const { mode } = proc.fs.stat(path);
      proc.fs.unlink(path);
      proc.fs.writeFile(path, ask.text, { mode });
    } else proc.fs.writeFile(path, ask.text, { append: ask.append ?? false, mode: 0o666 & ~proc.umask });
    return { existed, mtime: proc.fs.stat(path).mtime };
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return { existed, error: error.code };
  }
}
function names(proc: ProcessContext, typed: string): readonly string[] {
  const folder = typed.includes("/") ? typed.slice(0, typed.lastIndexOf("/") + 1) : "";
  const start = typed.slice(folder.length);
  try {
    const dir = pathOf(proc, folder === "" ? "." : folder);
    return proc.fs
      .readdir(dir)
      .filter((n) => n.startsWith(start) && (start.startsWith(".") || !n.startsWith(".")))
      .map((n) => `${folder}${n}${proc.fs.stat(`${dir}/${n}`).type === "directory" ? "/" : ""}`);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return [];
  }
}

/** A command of a shell: with the terminal to itself, or with its output as the answer. */
async function shell(
  proc: ProcessContext,
  ask: Ask & { readonly ask: "shell" },
  on: { readonly tty: Description; readonly screen: Description; readonly keys: Keys },
): Promise<Ran> {
  const argv = [proc.env["SHELL"] ?? "/bin/sh", "-c", ask.command];
  const input = ask.input === undefined ? undefined : proc.pipe();
  const output = ask.capture ? proc.pipe() : undefined;
  if (!ask.capture) {
    on.tty.setRaw?.(false);
    await on.screen.write(`\x1b[?2004l\x1b[?1049l\r\x1b[K:!${ask.command}\r\n`);
  }
  let text = "";
  let code = 127;
  try {
    const child = await proc.spawn({
      argv,
      fds: { 0: input?.read ?? on.tty, 1: output?.write ?? on.screen, 2: output?.write ?? on.screen },
    });
    if (input) proc.close(input.read);
    if (output) proc.close(output.write);
    if (input) void feed(proc, input.write, ask.input ?? "");
    if (output) {
      const decoder = new TextDecoder();
      for (let chunk = await output.read.read(); chunk !== null; chunk = await output.read.read())
        text += decoder.decode(chunk, { stream: true });
      proc.close(output.read);
    }
    ({ code } = await child.exited);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    text = `${argv[0]}: ${error.message}\n`;
    if (!ask.capture) await on.screen.write(text);
  }
  if (!ask.capture) {
    if (code !== 0) await on.screen.write(`\r\nshell returned ${code}\r\n`);
    on.tty.setRaw?.(true);
    await on.screen.write("\r\nPress ENTER or type command to continue");
    for (let k = on.keys.next() ?? (await on.keys.read()); k !== CR && k !== " " && k !== "\n" && k !== END;)
      k = on.keys.next() ?? (await on.keys.read());
    await on.screen.write("\x1b[?1049h\x1b[?2004h");
  }
  return { output: text, code };
}
async function feed(proc: ProcessContext, to: Description, text: string): Promise<void> {
  try {
    await to.write(text);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
  } finally {
    proc.close(to);
  }
}
