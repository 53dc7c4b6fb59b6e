import { Errno } from "../../runtime/index.ts";
import { isIncomplete, parseScript } from "../parse.ts";
import { completeLine, type Completed, expandHistory, type Last, LineEditor, parseInputrc } from "../readline/index.ts";
import { expandPrompt } from "../readline/prompt.ts";
import type { Shell } from "../shell.ts";
import { type CompletionSpec, Leave, ShellError } from "../state.ts";
import { list, withSource } from "./execute.ts";
import { reportJobs } from "./jobs.ts";
import { commandBegins, commandEnds, promptBegins, promptEnds } from "./marks.ts";
import { compoundSyntax } from "./syntax.ts";
import { runPendingTraps } from "./traps.ts";

/** The read, evaluate, print loop. Checkpoints at each prompt; history is in HISTFILE as it is typed. */
export async function interactive(sh: Shell, how: { readonly login: boolean; readonly norc: boolean }): Promise<number> {
  sh.options.add("emacs");
  for (const signal of ["TERM", "QUIT", "TSTP"] as const) if (!sh.traps.has(signal)) sh.proc.on(signal, () => undefined);
  if (!sh.traps.has("INT"))
    sh.proc.on("INT", () => {
      sh.interrupted = true;
      for (const wake of sh.signalled.splice(0)) wake();
    });
  // On in interactive shells, and inherited by their subshells: `k get pods &` knows k.
  sh.options.add("expand_aliases");
  if (sh.dialect.bash && !sh.find("HISTFILE") && sh.get("HOME")) sh.put("HISTFILE", { value: `${sh.get("HOME")}/.bash_history` });
  if (sh.dialect.bash) sh.options.add("histexpand");
  loadHistory(sh);
  readInputrc(sh);
  if (!how.norc) {
    const home = sh.get("HOME") ?? "";
    const files = how.login ? ["/etc/profile", `${home}/.profile`] : [];
    for (const file of sh.dialect.bash ? [...(how.login ? ["/etc/profile", `${home}/.bash_profile`] : []), `${home}/.bashrc`] : files)
      await runFile(sh, file);
  }
  const editor = new LineEditor({
    input: sh.proc.stdin,
    output: sh.proc.stderr,
    history: sh.history,
    bindings: sh.bindings,
    edit: (text) => editElsewhere(sh, text, sh.get("VISUAL") || sh.get("EDITOR") || "vi", (command) => runText(sh, command)),
    complete: (line, cursor) => completeLine(sh, (spec, words) => runCompletion(sh, spec, words), line, cursor),
  });
  const last: Last = {};
  for (;;) {
    sh.interrupted = false;
    await reportJobs(sh);
    await runPendingTraps(sh);
    const command = sh.get("PROMPT_COMMAND");
    if (command && sh.dialect.bash) await runText(sh, command);
    sh.proc.checkpoint(sh.snapshot([]));
    const source = await readCommand(sh, editor, last);
    if (source === undefined) {
      await sh.fds.get(2)?.write(sh.dialect.bash ? "exit\n" : "\n");
      throw new Leave("exit", sh.status);
    }
    if (source === "") continue;
    remember(sh, source);
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
  if (!sh.options.has("histexpand")) return line;
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
function readInputrc(sh: Shell): void {
  const path = sh.get("INPUTRC") ?? `${sh.get("HOME") ?? ""}/.inputrc`;
  if (!sh.dialect.bash || !sh.proc.fs.access(path, 4)) return;
  for (const [keys, command] of parseInputrc(sh.proc.fs.readText(path), () => {})) sh.bindings.set(keys, command);
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

/** Programmable completion: what a function leaves in COMPREPLY, a command prints, or a list of words has. */
async function runCompletion(sh: Shell, spec: CompletionSpec, words: readonly string[]): Promise<Completed> {
  const word = words.at(-1) ?? "";
  if (spec.by === "words") return { ...spec, replies: spec.value.split(/\s+/).filter((w) => w !== "" && w.startsWith(word)) };
  sh.completing = spec;
  const { status } = sh;
  const quoted = [words[0] ?? "", word, words.at(-2) ?? ""].map((w) => `'${w.replaceAll("'", "'\\''")}'`).join(" ");
  sh.put("COMP_WORDS", { array: Object.fromEntries(words.map((w, i) => [String(i), w])) });
  sh.put("COMP_CWORD", { value: String(words.length - 1) });
  sh.put("COMP_LINE", { value: words.join(" "), exported: spec.by === "command" });
  sh.put("COMPREPLY", { array: {} });
  await runText(
    sh,
    spec.by === "function"
      ? `${spec.value} ${quoted}`
      : `__complete_by_command() { local IFS=$'\\n'; COMPREPLY=($(${spec.value} ${quoted})); }; __complete_by_command; unset -f __complete_by_command`,
  );
  sh.status = status;
  const told = sh.completing ?? spec;
  sh.completing = undefined;
  const reply = sh.find("COMPREPLY");
  return { ...told, replies: reply?.array ? Object.values(reply.array) : reply?.value ? [reply.value] : [] };
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
  if (sh.history.length > 5000) sh.history.splice(0, sh.history.length - 5000);
  const file = sh.get("HISTFILE");
  if (!file) return;
  try {
    sh.proc.fs.writeFile(file, `${line.replace(/\n/g, "; ")}\n`, { append: true, mode: 0o600 });
  } catch (error) {
    // A read-only home keeps no history.
    if (!(error instanceof Errno)) throw error;
  }
}
