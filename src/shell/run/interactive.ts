import { Errno, loadLater } from "../../runtime/index.ts";
import { isIncomplete, parseScript } from "../parse.ts";
import type { Last } from "../readline/expansion.ts";
import { LineEditor } from "../readline/index.ts";
import { expandPrompt } from "../readline/prompt.ts";
import type { Shell } from "../shell.ts";
import { Leave, ShellError } from "../state.ts";
import { list, withSource } from "./execute.ts";
import { reportJobs } from "./jobs.ts";
import { commandBegins, commandEnds, promptBegins, promptEnds } from "./marks.ts";
import { compoundSyntax } from "./syntax.ts";
import { runPendingTraps } from "./traps.ts";

/** What an interactive shell needs only once somebody presses Tab, writes `!!` or has an inputrc. */
const completion = loadLater(() => import("../completion/attempt.ts"));
export const expansions = loadLater(() => import("../readline/expansion.ts"));
const joins = loadLater(() => import("../readline/joined.ts"));
const bindings = loadLater(() => import("../readline/bindings.ts"));
const expander = loadLater(() => import("../readline/expand-line.ts"));

/** The read, evaluate, print loop. Checkpoints at each prompt; history is in HISTFILE as it is typed. */
export async function interactive(sh: Shell, how: { readonly login: boolean; readonly norc: boolean }): Promise<number> {
  if (!sh.options.has("vi")) sh.options.add("emacs");
  for (const signal of ["TERM", "QUIT", "TSTP"] as const) if (!sh.traps.has(signal)) sh.proc.on(signal, () => undefined);
  if (!sh.traps.has("INT"))
    sh.proc.on("INT", () => {
      sh.interrupted = true;
      for (const wake of sh.signalled.splice(0)) wake();
    });
  // On in interactive shells, and inherited by their subshells: `k get pods &` knows k.
  sh.options.add("expand_aliases");
  if (sh.dialect.bash && !sh.find("HISTFILE") && sh.get("HOME")) sh.put("HISTFILE", { value: `${sh.get("HOME")}/.bash_history` });
  if (sh.dialect.bash) {
    sh.options.add("histexpand");
    for (const name of ["HISTSIZE", "HISTFILESIZE"]) if (!sh.find(name)) sh.put(name, { value: "500" });
    if (!sh.find("COMP_WORDBREAKS")) sh.put("COMP_WORDBREAKS", { value: " \t\n\"'@><=;|&(:" });
  }
  loadHistory(sh);
  await readInputrc(sh);
  if (!how.norc) {
    const home = sh.get("HOME") ?? "";
    const files = how.login ? ["/etc/profile", `${home}/.profile`] : [];
    // Debian builds bash with a file of the whole system's.
    const bashes = how.login ? ["/etc/profile", `${home}/.bash_profile`] : ["/etc/bash.bashrc"];
    for (const file of sh.dialect.bash ? [...bashes, `${home}/.bashrc`] : files) await runFile(sh, file);
  }
  const editor = new LineEditor({
    input: sh.proc.stdin,
    output: sh.proc.stderr,
    history: sh.history,
    bindings: sh.bindings,
    vi: () => sh.options.has("vi"),
    code: (part) => sh.proc.code(part),
    edit: (text) => editElsewhere(sh, text, sh.get("VISUAL") || sh.get("EDITOR") || "vi", (command) => runText(sh, command)),
    complete: async (line, cursor, how) => (await sh.proc.code(completion)).completeLine(sh, line, cursor, how, runText),
    expand: async (text, how) => (await sh.proc.code(expander)).expandLine(sh, text, how),
    command: async (text, cursor, source) => (await sh.proc.code(expander)).runBound(sh, text, cursor, source, runText),
  });
  sh.proc.on("WINCH", () => void editor.resized());
  const last: Last = {};
  let ends = 0;
  for (;;) {
    sh.interrupted = false;
    await reportJobs(sh);
    await runPendingTraps(sh);
    const command = sh.get("PROMPT_COMMAND");
    if (command && sh.dialect.bash) await runText(sh, command);
    sh.proc.checkpoint(sh.snapshot([]));
    const source = await readCommand(sh, editor, last);
    // `set -o ignoreeof`: so many ends of input in a row are answered with advice.
    const most = sh.get("IGNOREEOF");
    if (source === undefined && most !== undefined && ends++ < (/^\d+$/.test(most) ? Number(most) : 10)) {
      await sh.fds.get(2)?.write('Use "exit" to leave the shell.\n');
      continue;
    }
    if (source !== undefined) ends = 0;
    if (source === undefined) {
      await sh.fds.get(2)?.write(sh.dialect.bash ? "exit\n" : "\n");
      throw new Leave("exit", sh.status);
    }
    if (source === "") continue;
    remember(sh, source.includes("\n") ? (await sh.proc.code(joins)).joined(source) : source);
    const tell = (mark: string): Promise<void> | undefined => (mark === "" ? undefined : sh.proc.stderr.write(mark));
    await tell(commandBegins(sh, source));
    await runText(sh, source);
    await tell(commandEnds(sh));
  }
}

/** A whole command; "" when there is none to run, undefined at the end of input. */
async function readCommand(sh: Shell, editor: LineEditor, last: Last): Promise<string | undefined> {
  let source = "";
  let prompt = promptBegins(sh) + (await expandPrompt(sh, sh.get("PS1") ?? "$ ")) + promptEnds(sh);
  for (;;) {
    const line = await editor.readLine(prompt);
    if (line.kind === "interrupt") {
      sh.status = 130;
      return "";
    }
    if (line.kind === "end") {
      if (source === "") return undefined;
      await sh.fds.get(2)?.write(`${sh.arg0}: syntax error: unexpected end of file\n`);
      sh.status = 2;
      return "";
    }
    const text = await expanded(sh, line.text, last);
    if (text === undefined) return "";
    source += text;
    if (source.trim() === "") return "";
    if (!isIncomplete(source)) return source;
    source += "\n";
    prompt = await expandPrompt(sh, sh.get("PS2") ?? "> ");
  }
}

/** A line with its history expanded, shown when that changed it; undefined when it is not to be run. */
async function expanded(sh: Shell, line: string, last: Last): Promise<string | undefined> {
  if (!sh.options.has("histexpand") || !/!|^\^/.test(line)) return line;
  const { expandHistory } = await sh.proc.code(expansions);
  const expansion = expandHistory(line, sh.history, last);
  if (expansion.kind === "same") return line;
  await sh.fds.get(2)?.write(expansion.kind === "error" ? `${sh.arg0}: ${expansion.message}\n` : `${expansion.text}\n`);
  if (expansion.kind === "error") return undefined;
  if (!expansion.only) return expansion.text;
  remember(sh, expansion.text);
  return undefined;
}

/** Ctrl-X Ctrl-E: the line in the user's own editor. */
async function editElsewhere(
  sh: Shell,
  text: string,
  editor: string,
  run: (command: string) => Promise<unknown>,
): Promise<string | undefined> {
  const path = `/tmp/bash-fc.${Array.from({ length: 6 }, () => sh.proc.random.int(36).toString(36)).join("")}`;
  const { fs } = sh.proc;
  try {
    fs.writeFile(path, `${text}\n`, { mode: 0o600 });
    await run(`${editor} ${path}`);
    return sh.status === 0 ? fs.readText(path).replace(/\n+$/, "") : undefined;
  } catch (error) {
    if (error instanceof Errno) return undefined;
    throw error;
  } finally {
    if (fs.exists(path)) fs.unlink(path);
  }
}

/** What `fc` runs again; with an editor, after it has been there. Resolves to its exit status. */
export async function runHistoryText(sh: Shell, text: string, editor?: string): Promise<number> {
  const run = (source: string): Promise<number> => withSource(sh, source, sh.line, () => list(sh, parseScript(source).commands));
  const changed = editor === undefined ? text : await editElsewhere(sh, text, editor, run);
  if (changed === undefined) return 1;
  if (editor !== undefined) {
    await sh.fds.get(2)?.write(`${changed}\n`);
    sh.history[sh.history.length - 1] = changed;
  }
  return run(changed);
}

/** ~/.inputrc, or what INPUTRC names. Lines that are not understood are passed over, as readline does. */
async function readInputrc(sh: Shell): Promise<void> {
  const path = sh.get("INPUTRC") ?? `${sh.get("HOME") ?? ""}/.inputrc`;
  if (!sh.dialect.bash || !sh.proc.fs.access(path, 4)) return;
  const { parseInputrc } = await sh.proc.code(bindings);
  for (const [keys, command] of parseInputrc(sh.proc.fs.readText(path), () => {})) sh.bindings.set(keys, command);
  if (sh.bindings.get("set editing-mode") === "vi") {
    sh.options.add("vi");
    sh.options.delete("emacs");
  }
}

async function runText(sh: Shell, source: string): Promise<void> {
  sh.source = source;
  sh.lineOffset = 0;
  const wrong = compoundSyntax(sh, source);
  if (wrong) {
    await sh.fds.get(2)?.write(wrong);
    sh.status = 2;
    return;
  }
  try {
    await list(sh, parseScript(source).commands);
  } catch (error) {
    sh.frames = [];
    sh.guarded = sh.loops = sh.depth = 0;
    if (error instanceof Leave) {
      sh.status = error.status;
      // Count 0 marks an error that aborts the command line, not the shell.
      if (error.how === "exit" && error.count !== 0) throw error;
    } else if (error instanceof ShellError) {
      await sh.complain(error.message);
      sh.status = error.status;
    } else if (error instanceof Errno) {
      await sh.complain(error.message);
      sh.status = 1;
    } else throw error;
  }
}

async function runFile(sh: Shell, path: string): Promise<void> {
  if (sh.proc.fs.exists(path)) await runText(sh, sh.proc.fs.readText(path));
}

function loadHistory(sh: Shell): void {
  const file = sh.get("HISTFILE");
  if (file && sh.proc.fs.exists(file))
    sh.history.splice(
      0,
      sh.history.length,
      ...sh.proc.fs
        .readText(file)
        .split("\n")
        .filter((l) => l !== ""),
    );
}

function remember(sh: Shell, line: string): void {
  const control = sh.get("HISTCONTROL") ?? "";
  if (/ignorespace|ignoreboth/.test(control) && line.startsWith(" ")) return;
  if (/ignoredups|ignoreboth/.test(control) && sh.history.at(-1) === line) return;
  sh.history.push(line);
  const size = sh.get("HISTSIZE") ?? "";
  const most = /^\d+$/.test(size) ? Math.min(Number(size), 5000) : 5000;
  if (sh.history.length > most) sh.history.splice(0, sh.history.length - most);
  const file = sh.get("HISTFILE");
  if (!file) return;
  try {
    sh.proc.fs.writeFile(file, `${line}\n`, { append: true, mode: 0o600 });
  } catch (error) {
    // A read-only home keeps no history.
    if (!(error instanceof Errno)) throw error;
  }
}
