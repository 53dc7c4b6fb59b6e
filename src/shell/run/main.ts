import type { Script } from "unbash";
import { ByteDecoder, Errno, loadLater, type ProcessContext } from "../../runtime/index.ts";
import { SHOPTS } from "../builtins/names.ts";
import { refusesOption, setOption } from "../builtins/settings.ts";
import type { DialectName } from "../dialect.ts";
import { dialects } from "../dialect.ts";
import { findNode, lineAt, parseScript } from "../parse.ts";
import { Shell } from "../shell.ts";
import { Leave, ShellError } from "../state.ts";
import { execute, list } from "./execute.ts";
import { interactive } from "./interactive.ts";
import type { SubshellState } from "./spawn.ts";
import { compoundSyntax, endsOpen } from "./syntax.ts";
import { runExitTrap, runPendingTraps, setTrap } from "./traps.ts";

const shoptions = loadLater(() => import("./shopt.ts"));

/** `sh` or `bash` as a program. Thaws when the kernel hands back a checkpoint. */
export function shellProgram(dialect: DialectName) {
  return async (proc: ProcessContext, argv: readonly string[] = proc.argv): Promise<number> => {
    proc.reap();
    proc.memory(dialect === "bash" ? 3_500_000 : 1_000_000);
    if (isState(proc.restored)) return resumeShell(proc, proc.restored);
    return startShell(proc, dialect, argv);
  };
}

/** The program of a subshell: its argument is a shell's state, and so is every checkpoint of it. */
export async function subshellProgram(proc: ProcessContext): Promise<number> {
  const state = isState(proc.restored) ? proc.restored : proc.arguments;
  if (!isState(state)) throw new Error("a subshell was started without a shell's state");
  return resumeShell(proc, state);
}

function isState(value: unknown): value is SubshellState {
  return typeof value === "object" && value !== null && "shell" in value;
}

async function resumeShell(proc: ProcessContext, state: SubshellState): Promise<number> {
  const sh = Shell.from(proc, state);
  sh.node = state.node;
  for (const [name, action] of sh.traps) setTrap(sh, name, action);
  if (sh.interactive) return finish(sh, () => interactive(sh, { login: false, norc: true }));
  return finish(sh, () => runSource(sh));
}

/** Runs the shell's source, or the node of it that a subshell is. */
async function runSource(sh: Shell): Promise<number> {
  sh.root = { source: sh.source, offset: sh.lineOffset };
  const script = parseScript(sh.source);
  if (sh.node) {
    const node = findNode(script, sh.node);
    // The subshell that we are runs its list itself, not another subshell.
    if (node?.type === "Subshell") return list(sh, node.body.commands);
    return node ? execute(sh, node) : 0;
  }
  sh.only = sh.options.has("command") && isOneCommand(script);
  const wrong = compoundSyntax(sh, sh.source, sh.script || sh.subshell > 0 || !sh.dialect.bash ? undefined : "-c");
  if (!wrong) return list(sh, script.commands);
  // What stands on earlier lines has run by the time a shell reads the bad one.
  const bad = lineAt(sh.source, script.errors?.[0]?.pos ?? 0);
  const closed = endsOpen(sh.source) ? script.commands.slice(0, -1) : script.commands;
  const whole = closed.filter((c) => lineAt(sh.source, c.end) < bad);
  if (whole.length > 0) await list(sh, whole);
  await sh.fds.get(2)?.write(wrong);
  return (sh.status = 2);
}

/** One simple command in the foreground. A here-document may need its writer, so it does not count. */
function isOneCommand(script: Script): boolean {
  const [only, ...more] = script.commands;
  if (!only || more.length > 0 || only.background || only.command.type !== "Command") return false;
  return !only.command.redirects.some((r) => r.type === "HereDoc");
}

/** Runs to the end: exit, EXIT trap, fatal errors. Resolves to the exit code. */
async function finish(sh: Shell, body: () => Promise<number>): Promise<number> {
  let status: number;
  try {
    await body();
    await runPendingTraps(sh);
    status = sh.status;
  } catch (error) {
    if (error instanceof Leave) status = error.how === "break" || error.how === "continue" ? 0 : error.status;
    else if (error instanceof ShellError) {
      await sh.complain(error.message);
      status = error.status;
    } else if (error instanceof Errno && error.code === "EPIPE") status = 141;
    else throw error;
  }
  sh.frames = [];
  sh.resume = undefined;
  return (await runExitTrap(sh, status)) & 255;
}

interface Invocation {
  command?: string;
  readonly options: string[];
  interactive: boolean;
  login: boolean;
  stdin: boolean;
  norc: boolean;
  rest: readonly string[];
}

function parseArguments(args: readonly string[]): Invocation | string {
  const out: Invocation = { options: [], interactive: false, login: false, stdin: false, norc: false, rest: [] };
  let wantsCommand = false;
  let i = 0;
  for (; i < args.length; i++) {
    const word = args[i] as string;
    if (word === "--" || word === "-") {
      i++;
      break;
    }
    if (word === "--login") out.login = true;
    else if (word === "--norc" || word === "--noprofile") out.norc = true;
    else if (/^--./.test(word)) return word;
    else if (/^[-+]./.test(word)) {
      for (const letter of word.slice(1)) {
        if (letter === "c") wantsCommand = true;
        else if (letter === "i") out.interactive = true;
        else if (letter === "l") out.login = true;
        else if (letter === "s") out.stdin = true;
        else if (letter === "o" || letter === "O") out.options.push(args[++i] ?? "");
        else if (!"aefhmnuvxBCEHPT".includes(letter)) return `-${letter}`;
        else out.options.push(letter);
      }
    } else break;
  }
  if (wantsCommand) {
    if (args[i] === undefined) return "-c";
    out.command = args[i++] as string;
  }
  out.rest = args.slice(i);
  return out;
}

async function startShell(proc: ProcessContext, dialect: DialectName, argv: readonly string[]): Promise<number> {
  const name = argv[0] ?? dialect;
  const arg0 = name.replace(/^-/, "");
  const bash = dialect === "bash";
  const args = argv.slice(1);
  if (args[0] === "--version" && bash) {
    await proc.stdout.write("GNU bash, version 5.2.37(1)-release (simulated by Timonel)\n");
    return 0;
  }
  const call = parseArguments(args);
  if (typeof call === "string") {
    await proc.stderr.write(
      call === "-c"
        ? `${arg0}: -c${bash ? ": option" : ""} requires an argument\n`
        : `${arg0}: ${bash ? `${call}: invalid option` : `illegal option ${call}`}\n`,
    );
    return 2;
  }
  const sh = new Shell(proc, dialects[dialect], arg0);
  for (const [key, value] of Object.entries(proc.env)) if (/^[A-Za-z_]\w*$/.test(key)) sh.put(key, { value, exported: true });
  if (bash)
    for (const [key, value] of Object.entries(proc.env)) {
      const name = /^BASH_FUNC_(.+)%%$/.exec(key)?.[1];
      if (name && value.startsWith("() {")) sh.setFunction(name, { source: value.slice(3), line: 1, exported: value, file: "environment" });
    }
  const initial: Record<string, string> = {
    IFS: " \t\n",
    OPTIND: "1",
    PS1: bash ? "\\s-\\v\\$ " : dialect === "dash" ? (proc.uid === 0 ? "# " : "$ ") : "\\w \\$ ",
    PS2: "> ",
    PS4: "+ ",
    ...(bash && {
      BASH: "/bin/bash",
      SHELLOPTS: "",
      BASH_VERSION: "5.2.37(1)-release",
      HOSTNAME: proc.hostname,
      HOSTTYPE: "x86_64",
      OSTYPE: "linux-gnu",
      MACHTYPE: "x86_64-pc-linux-gnu",
    }),
  };
  for (const [key, value] of Object.entries(initial)) if (!sh.find(key) || key === "IFS" || key === "OPTIND") sh.put(key, { value });
  if (!sh.find("PATH")) sh.put("PATH", { value: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin" });
  sh.put("PWD", { value: proc.cwd, exported: true });
  if (bash) sh.put("SHLVL", { value: String(Number(sh.get("SHLVL") ?? 0) + 1), exported: true });
  if (bash) {
    sh.put("BASH_VERSINFO", { array: { 0: "5", 1: "2", 2: "37", 3: "1", 4: "release", 5: "x86_64-pc-linux-gnu" }, readonly: true });
    sh.put("GROUPS", { array: Object.fromEntries(proc.groups.map((g, i) => [i, String(g)])) });
  }
  sh.options.add("hashall");
  if (bash) sh.options.add("braceexpand").add("interactive-comments");
  for (const option of call.options) {
    const refused = refusesOption(option);
    if (bash && !refused && SHOPTS.includes(option)) {
      if ((await (await proc.code(shoptions)).shopt(sh, ["-s", option])) === 0) continue;
      return 2;
    }
    if (!refused && setOption(sh, option, true)) continue;
    await proc.stderr.write(`${arg0}: ${option}: ${refused ? "not supported by this simulator" : "invalid option name"}\n`);
    return 2;
  }
  const [file, ...rest] = call.rest;
  if (call.command !== undefined) {
    if (file !== undefined) sh.arg0 = file;
    sh.params = rest;
    sh.source = call.command;
    // busybox: the lines of a -c string count from 0 (up to 1.36).
    if (dialect === "ash") sh.lineOffset = -1;
    sh.options.add("command");
    return finish(sh, () => runSource(sh));
  }
  if (file !== undefined && !call.stdin) {
    sh.arg0 = file;
    sh.params = rest;
    sh.script = true;
    try {
      const path = file.includes("/") || proc.fs.exists(file) ? file : `/bin/${file}`;
      sh.source = proc.fs.readText(path);
    } catch (error) {
      if (!(error instanceof Errno)) throw error;
      const directory = error.code === "EISDIR";
      await proc.stderr.write(
        bash ? `${arg0}: ${file}: ${directory ? "Is a directory" : error.message}\n` : `${arg0}: can't open '${file}': ${error.message}\n`,
      );
      return directory ? 126 : bash ? (error.code === "ENOENT" ? 127 : 126) : 2;
    }
    return finish(sh, () => runSource(sh));
  }
  sh.params = call.rest;
  if (call.interactive || (proc.stdin.tty && proc.stderr.tty)) {
    sh.interactive = true;
    sh.options.add("interactive");
    sh.options.add("monitor");
    if (bash && (call.login || name.startsWith("-"))) sh.options.add("login_shell");
    return finish(sh, () => interactive(sh, { login: call.login || name.startsWith("-"), norc: call.norc }));
  }
  return finish(sh, () => fromInput(sh));
}

/** A script on standard input: all of it, then as a script (children that read the same input find it at its end). */
async function fromInput(sh: Shell): Promise<number> {
  const decoder = new ByteDecoder();
  let text = "";
  for (let chunk = await sh.proc.stdin.read(); chunk !== null; chunk = await sh.proc.stdin.read()) text += decoder.decode(chunk);
  sh.source = text + decoder.decode();
  sh.options.add("stdin");
  return runSource(sh);
}
