import type { Assignment, Command, Redirection, Word } from "unbash";
import { type Builtin, builtinTable, provides } from "../builtins/index.ts";
import { assign } from "../builtins/assign.ts";
import { quoteIfNeeded } from "../expand/transform.ts";
import { expandWords } from "../expand/words.ts";
import { parseScript } from "../parse.ts";
import { MAX_DEPTH, type Shell } from "../shell.ts";
import { type FunctionSource, Leave, type SavedFd, ShellError } from "../state.ts";
import { execute, framed, list, resuming, withSource } from "./execute.ts";
import { awaitForeground } from "./jobs.ts";
import { redirectShell, restoreFds } from "./redirect.ts";
import { aliasOf, withAlias, atLine, execExternal, spawnExternal } from "./spawn.ts";
import { endSubstitutions } from "./substitute.ts";
import { traceLine } from "./trace.ts";
import { runDebugTrap, runPendingTraps, runReturnTrap } from "./traps.ts";

/** Builtins whose arguments may be assignments: expanded as such, arrays included. */
const DECLARES = new Set(["declare", "typeset", "local", "export", "readonly"]);
/** POSIX special builtins, whose errors end a non-interactive ash. */
export const SPECIAL = new Set([
  ":",
  ".",
  "break",
  "continue",
  "eval",
  "exec",
  "exit",
  "export",
  "readonly",
  "return",
  "set",
  "shift",
  "times",
  "trap",
  "unset",
]);

/** Runs one simple command: checkpoint, expansions, redirections, then function, builtin or program. */
export async function simple(sh: Shell, node: Command): Promise<number> {
  const held = sh.substitutions.length;
  try {
    return await run(sh, node);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    await sh.complain(error.message);
    sh.status = error.status;
    if (error.fatal && !sh.interactive)
      throw new Leave(sh.dialect.bash && error.status === 1 && !sh.options.has("errexit") ? "line" : "exit", error.status);
    if (error.fatal) throw new Leave("exit", error.status, 0);
    return error.status;
  } finally {
    if (sh.substitutions.length > held) endSubstitutions(sh, held);
  }
}

async function run(sh: Shell, node: Command): Promise<number> {
  if (resuming(sh)) return dispatch(sh, [], [], []);
  atLine(sh, node.pos);
  await runPendingTraps(sh);
  if (!sh.inTrap) {
    sh.commandAt = node;
    sh.commandSource = sh.source;
  }
  if (sh.traps.has("DEBUG")) await runDebugTrap(sh);
  sh.checkpoint();
  const alias = aliasOf(sh, node);
  if (alias !== undefined) return runAlias(sh, node, alias);
  const assignments = node.prefix.filter((p): p is Assignment => p.type === "Assignment");
  if (!node.name) return bare(sh, assignments, node.redirects);
  const words = node.suffix.filter((s): s is Word | Assignment => s.type === "Word" || s.type === "Assignment");
  let argv: string[];
  const declares = node.name.parts === undefined && DECLARES.has(node.name.value) && !sh.functions.has(node.name.value);
  if (declares && builtinTable()[node.name.value]) {
    argv = [node.name.value];
    const plan: (string | Assignment)[] = [];
    for (const word of words) {
      if (word.type === "Assignment") plan.push(word);
      else plan.push(...(await expandWords(sh, [word])));
    }
    return dispatch(sh, argv, assignments, node.redirects, plan);
  }
  argv = await expandWords(sh, [node.name, ...words.map((w): Word => (w.type === "Word" ? w : reword(sh, w)))]);
  if (argv.length === 0) return bare(sh, assignments, node.redirects, true);
  const status = await dispatch(sh, argv, assignments, node.redirects);
  if (sh.dialect.bash) sh.lastWord = argv.at(-1);
  return status;
}

/** An assignment-shaped argument of an ordinary command is an ordinary word. */
function reword(sh: Shell, a: Assignment): Word {
  const command = parseScript(`: "" ${sh.source.slice(a.pos, a.end)}`).commands[0]?.command;
  const last = command?.type === "Command" ? command.suffix.at(-1) : undefined;
  if (last?.type === "Word") return last;
  const value = a.value.type === "Word" ? a.value : undefined;
  const head = a.text.slice(0, a.text.length - (value?.text.length ?? 0));
  const literal = { type: "Literal" as const, text: head, value: head, pos: a.pos, end: a.pos };
  return {
    type: "Word",
    text: a.text,
    value: a.text,
    pos: a.pos,
    end: a.end,
    parts: [literal, ...(value?.parts ?? [{ ...literal, text: value?.text ?? "", value: value?.value ?? "" }])],
  };
}

async function bare(sh: Shell, assignments: readonly Assignment[], redirects: readonly Redirection[], keep = false): Promise<number> {
  await sh.proc.cpu(0.02);
  sh.ran = false;
  const saved = await redirectShell(sh, redirects);
  restoreFds(sh, saved);
  for (const a of assignments) {
    await assign(sh, a);
    if (sh.options.has("xtrace")) await traceLine(sh, traceAssignment(sh, a));
  }
  if (sh.dialect.bash) sh.lastWord = "";
  // The status is that of the last command substitution, which `$?` in an assignment must not lose.
  if (!keep && !sh.ran) sh.status = 0;
  return sh.status;
}

async function runAlias(sh: Shell, node: Command, value: string): Promise<number> {
  const name = node.name?.text ?? "";
  const source = withAlias(node, value, sh.source);
  sh.expanding.add(name);
  try {
    return await withSource(sh, source, sh.line, () => list(sh, parseScript(source).commands));
  } finally {
    sh.expanding.delete(name);
  }
}

async function dispatch(
  sh: Shell,
  argv: readonly string[],
  assignments: readonly Assignment[],
  redirects: readonly Redirection[],
  plan?: readonly (string | Assignment)[],
): Promise<number> {
  const name = argv[0] ?? "";
  if (argv.length > 0 && sh.options.has("xtrace")) await trace(sh, argv, assignments, plan);
  const builtin = builtinTable()[name];
  const known = sh.functions.has(name) || (provides(sh, builtin) && !sh.options.has(`no ${name}`));
  if (argv.length > 0 && !known)
    return external(
      sh,
      argv,
      assignments,
      redirects,
      sh.only && sh.frames.length === 1 && sh.traps.size === 0 && sh.substitutions.length === 0,
    );
  return framed(
    sh,
    async () => {
      await sh.proc.cpu(0.05);
      if (name === "exec") return { kind: "command", argv, saved: [], scoped: false, line: sh.line };
      const saved = await redirectShell(sh, redirects);
      // A prefix assignment lasts for the command; before a special builtin POSIX keeps it.
      const keep = SPECIAL.has(name) && !sh.dialect.bash;
      const scoped = assignments.length > 0 && !keep;
      if (scoped) sh.pushScope();
      for (const a of assignments) await assign(sh, a, scoped ? { scope: sh.scopes.length - 1, exported: true } : {});
      return { kind: "command", argv, saved, scoped, line: sh.line };
    },
    async (frame) => {
      const permanent = frame.argv[0] === "exec";
      try {
        if (permanent) return await execBuiltin(sh, frame.argv, assignments, redirects);
        return (sh.status = await runCommand(sh, frame.argv, plan));
      } finally {
        if (frame.scoped) sh.popScope();
        restoreFds(sh, frame.saved as SavedFd[]);
      }
    },
  );
}

async function trace(
  sh: Shell,
  argv: readonly string[],
  assignments: readonly Assignment[],
  plan?: readonly (string | Assignment)[],
): Promise<void> {
  const quote = tracing(sh);
  const words = [
    ...assignments.map((a) => a.text),
    ...argv.map(quote),
    ...(plan ?? []).map((p) => (typeof p === "string" ? quote(p) : p.text)),
  ];
  await traceLine(sh, words.join(" "));
}

/** How `set -x` shows a word: dash does not quote. */
const tracing = (sh: Shell): ((text: string) => string) => (sh.dialect.name === "dash" ? (text) => text : quoteIfNeeded);

function traceAssignment(sh: Shell, a: Assignment): string {
  if (a.value.type === "ArrayValue") return a.text;
  const value = a.index ? undefined : sh.get(a.name);
  return value === undefined ? a.text : `${a.name}${a.append ? "+" : ""}=${value === "" ? "" : tracing(sh)(value)}`;
}

/** Runs a function or a builtin whose redirections are in place. */
export async function runCommand(
  sh: Shell,
  argv: readonly string[],
  plan?: readonly (string | Assignment)[],
  functions = true,
): Promise<number> {
  const name = argv[0] as string;
  const fn = functions ? sh.functions.get(name) : undefined;
  if (fn || (resuming(sh) && sh.resume?.[sh.frames.length]?.kind === "call")) return call(sh, argv, fn ?? { source: "", line: 1 });
  const builtin = builtinTable()[name] as Builtin;
  try {
    return await builtin.run(sh, argv.slice(1), plan);
  } catch (error) {
    if (!(error instanceof ShellError)) throw error;
    await sh.complain(
      error.message,
      /^[\w.[]+: /.test(error.message) && error.message.startsWith(`${name}: `)
        ? undefined
        : name === "[" || name === "let"
          ? name
          : undefined,
    );
    if (error.fatal && SPECIAL.has(name) && !sh.dialect.bash && !sh.interactive) throw new Leave("exit", error.status);
    if (error.fatal && error.status === 127) throw new Leave("exit", error.status);
    return error.status;
  }
}

async function call(sh: Shell, argv: readonly string[], fn: FunctionSource): Promise<number> {
  const limit = Number(sh.get("FUNCNEST") ?? 0) || MAX_DEPTH;
  if (sh.depth >= limit) {
    await sh.complain(`${argv[0]}: maximum function nesting level exceeded (${limit})`);
    throw new Leave("exit", 1);
  }
  const again = resuming(sh);
  const loops = sh.loops;
  const onReturn = sh.traps.get("RETURN");
  if (onReturn !== undefined && !sh.options.has("functrace")) sh.traps.delete("RETURN");
  return framed(
    sh,
    () => {
      const callerParams = sh.params;
      sh.pushScope();
      sh.params = argv.slice(1);
      return {
        kind: "call",
        name: argv[0] as string,
        file: fn.file,
        source: fn.source,
        line: fn.line,
        callerParams,
        depth: sh.depth,
        at: sh.line,
      };
    },
    async (frame) => {
      sh.depth = frame.depth + 1;
      sh.loops = 0;
      // A function's body alone, kept whole: its text is a command on its own.
      const body = parseScript(frame.source).commands[0]?.command;
      try {
        if (!again) await sh.proc.cpu(0.02);
        return body ? await withSource(sh, frame.source, frame.line, () => execute(sh, body)) : 0;
      } catch (error) {
        if (error instanceof Leave && error.how === "return") return (sh.status = error.status);
        throw error;
      } finally {
        if (sh.traps.has("RETURN")) await runReturnTrap(sh);
        if (onReturn !== undefined) sh.traps.set("RETURN", onReturn);
        sh.params = frame.callerParams;
        sh.popScope();
        sh.depth = frame.depth;
        sh.loops = loops;
      }
    },
  );
}

async function external(
  sh: Shell,
  argv: readonly string[],
  assignments: readonly Assignment[],
  redirects: readonly Redirection[],
  last: boolean,
): Promise<number> {
  const env = await prefixEnvironment(sh, assignments);
  const saved = await redirectShell(sh, redirects);
  try {
    if (sh.interactive && sh.options.has("autocd") && argv.length === 1 && isFolder(sh, argv[0] as string)) {
      await sh.fds.get(2)?.write(`cd -- ${argv[0]}\n`);
      return (sh.status = (await builtinTable()["cd"]?.run(sh, ["--", argv[0] as string])) ?? 1);
    }
    if (last) return (sh.status = await execExternal(sh, argv, Object.fromEntries(sh.fds), env, false));
    const child = await spawnExternal(sh, argv, Object.fromEntries(sh.fds), env, sh.options.has("monitor") ? "new" : undefined);
    if (typeof child === "number") return (sh.status = child);
    const at = sh.commandAt;
    const [code] = await awaitForeground(sh, [child], at && !sh.inTrap ? sh.source.slice(at.pos, at.end) : argv.join(" "));
    return (sh.status = code ?? 0);
  } finally {
    restoreFds(sh, saved);
  }
}

/** `shopt -s autocd`: a folder's name alone goes there. */
function isFolder(sh: Shell, name: string): boolean {
  return sh.proc.fs.exists(name) && sh.proc.fs.stat(name).type === "directory";
}

async function prefixEnvironment(sh: Shell, assignments: readonly Assignment[]): Promise<Record<string, string>> {
  const env: Record<string, string> = {};
  if (assignments.length === 0) return env;
  sh.pushScope();
  try {
    for (const a of assignments) {
      await assign(sh, a, { scope: sh.scopes.length - 1, exported: true });
      env[a.name] = sh.get(a.name) ?? "";
    }
  } finally {
    sh.popScope();
  }
  return env;
}

/** `exec`: with a command replaces the shell; without, its redirections stay. */
async function execBuiltin(
  sh: Shell,
  argv: readonly string[],
  assignments: readonly Assignment[],
  redirects: readonly Redirection[],
): Promise<number> {
  const before = new Set([...sh.fds.values()]);
  await redirectShell(sh, redirects);
  let words = argv.slice(1);
  if (sh.dialect.bash && /^-[acl]/.test(words[0] ?? ""))
    throw new ShellError(`exec: ${words[0]}: not supported by this simulator`, 2, false);
  if (words[0] === "--") words = words.slice(1);
  if (words.length === 0) {
    for (const d of before)
      if (![...sh.fds.values()].includes(d) && d.id !== sh.proc.stdin.id && d.id !== sh.proc.stdout.id && d.id !== sh.proc.stderr.id)
        sh.proc.close(d);
    return (sh.status = 0);
  }
  const env = await prefixEnvironment(sh, assignments);
  const code = await execExternal(sh, words, Object.fromEntries(sh.fds), env, true);
  if (sh.interactive || sh.options.has("execfail")) return (sh.status = code);
  throw new Leave("exit", code);
}
