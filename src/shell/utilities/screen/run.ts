import { type Description, Errno, type ProcessContext } from "../../../runtime/index.ts";
import type { Ask, FileText, Ran, Written } from "./ask.ts";
import { difference, type Screen } from "./difference.ts";
import { END, Keys } from "./input.ts";
import { CR } from "./keys.ts";

/** A full-screen program: a coroutine, and what it is to look like. */
export interface FullScreen {
  readonly program: Generator<Ask, number, unknown>;
  /** Where keys come from. */
  readonly tty: Description;
  readonly enter: string;
  readonly leave: string;
  /** It goes on after a thaw: the terminal has been entered already. */
  readonly resumed?: boolean;
  resize(columns: number, rows: number): void;
  render(): Screen;
  /** After each key, with how many have been pressed since it last kept anything: what to keep, if it is time. */
  keep?(pressed: number): unknown;
  /** At each key, before the program hears of it. */
  tick?(now: number): void;
  /** What else is to be sent when the screen is drawn: a bell. */
  extra?(): string;
}

/** Runs it on a terminal. Undefined: there are no more keys, and it has not come to an end. */
export async function runScreen(proc: ProcessContext, s: FullScreen): Promise<number | undefined> {
  const { tty } = s;
  const screen = proc.stdout;
  const keys = new Keys(tty);
  let shown: Screen | undefined;
  let pressed = 0;
  const measure = (): void => {
    const size = screen.size ?? { columns: 80, rows: 24 };
    s.resize(Math.max(2, size.columns), Math.max(2, size.rows));
  };
  const draw = async (): Promise<void> => {
    const next = s.render();
    const out = difference(shown, next) + (s.extra?.() ?? "");
    shown = next;
    if (out !== "") await screen.write(out);
  };
  const off = proc.on("WINCH", () => {
    measure();
    shown = undefined;
    void draw().catch(() => undefined);
  });
  const answer = async (ask: Ask): Promise<unknown> => {
    switch (ask.ask) {
      case "key": {
        let k: string | typeof END | undefined = keys.next();
        if (k === undefined) {
          await draw();
          const kept = keys.waiting ? undefined : s.keep?.(pressed);
          if (kept !== undefined) {
            proc.checkpoint(kept);
            pressed = 0;
          }
          k = await keys.read();
          s.tick?.(proc.clock.now());
        }
        pressed++;
        return k;
      }
      case "pause":
        keys.listen();
        await proc.cpu(2);
        return keys.interrupted();
      case "read":
        return readText(proc, ask.path);
      case "write":
        return writeText(proc, ask);
      case "glob":
        return names(proc, ask.path);
      case "shell":
        shown = undefined;
        return shell(proc, ask, s, keys);
      case "suspend":
        shown = undefined;
        await screen.write(`${s.leave}\r\n`);
        tty.setRaw?.(false);
        proc.kill(proc.pid, "TSTP");
        // It stands still here, until somebody says fg.
        await proc.clock.sleep(0);
        tty.setRaw?.(true);
        await screen.write(s.enter);
        return undefined;
    }
  };
  measure();
  tty.setRaw?.(true);
  if (!s.resumed) await screen.write(s.enter);
  try {
    let asked = s.program.next();
    while (!asked.done) {
      const got = await answer(asked.value);
      if (got === END) return undefined;
      asked = s.program.next(got);
    }
    return asked.value;
  } finally {
    off();
    tty.setRaw?.(false);
    await screen.write(`\x1b[${screen.size?.rows ?? 24};1H\x1b[K${s.leave}`).catch(() => undefined);
  }
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
async function shell(proc: ProcessContext, ask: Ask & { readonly ask: "shell" }, s: FullScreen, keys: Keys): Promise<Ran> {
  const argv = [proc.env["SHELL"] ?? "/bin/sh", "-c", ask.command];
  const input = ask.input === undefined ? undefined : proc.pipe();
  const output = ask.capture ? proc.pipe() : undefined;
  if (!ask.capture) {
    s.tty.setRaw?.(false);
    await proc.stdout.write(`${s.leave}\r\x1b[K:!${ask.command}\r\n`);
  }
  let text = "";
  let code = 127;
  try {
    const child = await proc.spawn({
      argv,
      fds: { 0: input?.read ?? s.tty, 1: output?.write ?? proc.stdout, 2: output?.write ?? proc.stdout },
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
    if (!ask.capture) await proc.stdout.write(text);
  }
  if (!ask.capture) {
    if (code !== 0) await proc.stdout.write(`\r\nshell returned ${code}\r\n`);
    s.tty.setRaw?.(true);
    await proc.stdout.write("\r\nPress ENTER or type command to continue");
    for (let k = keys.next() ?? (await keys.read()); k !== CR && k !== " " && k !== "\n" && k !== END;)
      k = keys.next() ?? (await keys.read());
    await proc.stdout.write(s.enter);
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
