import type { Command, CommandNode, PipelineNode, AndOr, Statement, Word } from "unbash";
import { type Child, type Description, Errno, type ExecOptions } from "../../runtime/index.ts";
import { builtinTable } from "../builtins/index.ts";
import { expandWords } from "../expand/words.ts";
import { lineAt, type NodeAddress, parseScript } from "../parse.ts";
import type { Shell } from "../shell.ts";
import { ShellError, type ShellState } from "../state.ts";
import { openRedirects } from "./redirect.ts";
import { interruption } from "./traps.ts";

export interface SpawnHow {
  /** A command substitution: bash drops -e in it. */
  readonly substitution?: boolean;
  readonly group?: "new" | number;
}
export type Fds = Readonly<Record<number, Description>>;
/** What a subshell process starts from: a checkpoint whose position is a node of the source. */
export interface SubshellState extends ShellState {
  readonly node?: NodeAddress | undefined;
}

/** Runs text in a subshell. */
export function spawnSource(sh: Shell, source: string, fds: Fds, how: SpawnHow = {}): Promise<Child> {
  return spawnSubshell(sh, { source, line: sh.line }, fds, how);
}

async function spawnSubshell(sh: Shell, at: { source: string; line: number; node?: NodeAddress }, fds: Fds, how: SpawnHow): Promise<Child> {
  const base = sh.snapshot([]);
  const numbers = Object.entries(fds).map(([n, d]) => [Number(n), d.id] as const);
  const dropped = sh.guarded > 0 || (how.substitution && sh.dialect.bash && !sh.options.has("inherit_errexit"));
  const state: SubshellState = {
    ...base,
    ...at,
    // A text of its own is run from its beginning, wherever this shell itself began.
    node: at.node,
    subshell: sh.subshell + 1,
    ...(how.substitution && { nested: sh.nested + 1 }),
    interactive: false,
    jobs: base.jobs.filter((job) => job.status === null).map((job) => ({ ...job, foreign: true })),
    fds: numbers,
    traps: Object.fromEntries(Object.entries(base.traps).filter(([, action]) => action === "")),
    options: dropped ? base.options.filter((o) => o !== "errexit") : base.options,
  };
  await sh.proc.cpu(1);
  if (sh.interactive && sh.interrupted) throw await interruption(sh);
  try {
    return await sh.proc.spawn({
      argv: sh.proc.argv,
      program: { name: "subshell", arguments: state },
      env: sh.environment(),
      cwd: sh.proc.cwd,
      fds,
      ...(how.group !== undefined && { group: how.group }),
    });
  } catch (error) {
    if (error instanceof Errno)
      throw new ShellError(
        sh.dialect.bash
          ? `fork: ${error.code === "EAGAIN" ? "retry: Resource temporarily unavailable" : error.message}`
          : "can't fork: Resource temporarily unavailable",
        sh.dialect.bash ? 254 : 2,
      );
    throw error;
  }
}

/** Starts a command as a process: an external one directly, everything else in a subshell. */
export async function spawnNode(
  sh: Shell,
  node: CommandNode | PipelineNode | AndOr | Statement["command"],
  source: string,
  fds: Fds,
  how: SpawnHow = {},
): Promise<Child> {
  const simple = node.type === "Command" ? node : undefined;
  const alias = simple && aliasOf(sh, simple);
  if (simple && alias !== undefined) {
    const text = withAlias(simple, alias, source);
    const [only, ...more] = parseScript(text).commands;
    const meant = only?.command;
    if (meant?.type === "Command" && more.length === 0 && !only?.background && !sh.aliases.has(meant.name?.text ?? ""))
      return spawnNode(sh, meant, text, fds, how);
  }
  if (
    simple?.name &&
    !/[`]|\$\(|[<>]\(|:?=|\$\{!|\+\+|--\)/.test(source.slice(simple.pos, simple.end)) &&
    !sh.traps.has("EXIT") &&
    !sh.options.has("xtrace")
  ) {
    const name = simple.name.parts === undefined ? simple.name.value : undefined;
    if (name && !sh.functions.has(name) && !builtinTable()[name] && !sh.aliases.has(name)) {
      const argv = await expandWords(sh, [simple.name, ...(simple.suffix.filter((s) => s.type === "Word") as Word[])]);
      const table = new Map(Object.entries(fds).map(([n, d]) => [Number(n), d]));
      let opened: Description[] = [];
      let failed: unknown;
      try {
        opened = await openRedirects(sh, simple.redirects, table);
      } catch (error) {
        failed = error;
      }
      if (failed === undefined) {
        try {
          const child = await spawnExternal(sh, argv, Object.fromEntries(table), {}, how.group, true);
          if (typeof child !== "number") return child;
        } catch (error) {
          failed = error;
        } finally {
          for (const d of opened) sh.proc.close(d);
        }
      }
    }
  }
  return spawnSubshell(
    sh,
    { source, line: source === sh.source ? sh.lineOffset + 1 : sh.line, node: { type: node.type, pos: node.pos, end: node.end } },
    fds,
    how,
  );
}

/** What a command's first word stands for. */
export function aliasOf(sh: Shell, node: Command): string | undefined {
  if (sh.aliases.size === 0 || !node.name || node.name.parts) return undefined;
  if (sh.dialect.bash && !sh.interactive && !sh.options.has("expand_aliases")) return undefined;
  const name = node.name.text;
  return sh.expanding.has(name) ? undefined : sh.aliases.get(name);
}

/** A command with the alias in its first word's place; its here-documents come after it, as they did. */
export function withAlias({ pos, end, name, redirects }: Command, alias: string, source: string): string {
  const documents = redirects.map((r) => (r.type === "HereDoc" ? `\n${source.slice(r.body.pos, r.closing?.end ?? r.body.end)}` : ""));
  return source.slice(pos, name?.pos) + alias + source.slice(name?.end, end) + documents.join("");
}

/** Starts a program from PATH; a number is the exit status when it cannot be started, already complained about unless `quiet`. */
export function spawnExternal(
  sh: Shell,
  argv: readonly string[],
  fds: Fds,
  env: Readonly<Record<string, string>>,
  group?: "new" | number,
  quiet = false,
): Promise<Child | number> {
  return launch(sh, argv, fds, env, quiet ? "quiet" : "plain", (words, options) =>
    sh.proc.spawn({ ...options, argv: words, ...(group !== undefined && { group }) }),
  );
}

/** Becomes a program from PATH; resolves only, with the exit status, when it cannot be started. */
export function execExternal(
  sh: Shell,
  argv: readonly string[],
  fds: Fds,
  env: Readonly<Record<string, string>>,
  builtin: boolean,
): Promise<number> {
  return launch<never>(sh, argv, fds, env, builtin ? "exec" : "plain", (words, options) => sh.proc.exec(words, options));
}

/** How a refusal is put: not at all, as a command's, or as that of the builtin `exec`. */
type Words = "quiet" | "plain" | "exec";

async function launch<T>(
  sh: Shell,
  argv: readonly string[],
  fds: Fds,
  env: Readonly<Record<string, string>>,
  words: Words,
  start: (argv: readonly string[], options: ExecOptions) => Promise<T>,
): Promise<T | number> {
  const name = argv[0] as string;
  await sh.proc.cpu(1);
  if (sh.interactive && sh.interrupted) throw await interruption(sh);
  // One for all children where it is the same: nobody changes it.
  const plain = !sh.dialect.bash && Object.keys(env).length === 0;
  const environment = plain ? sh.environment() : { ...sh.environment(), ...env, ...(sh.dialect.bash && { _: name }) };
  const options = { env: environment, cwd: sh.proc.cwd, fds };
  try {
    if (name === "") throw new Errno("ENOENT", "No such file or directory");
    if (name.includes("/") && sh.proc.fs.exists(name) && sh.proc.fs.stat(name).type === "directory")
      throw sh.dialect.bash ? new Errno("EISDIR", "Is a directory") : new Errno("EACCES", "Permission denied");
    return await start(argv, options);
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    if (error.code === "ENOEXEC") {
      const path = name.includes("/") ? name : (which(sh, name) ?? name);
      return start([sh.dialect.bash ? "bash" : "sh", path, ...argv.slice(1)], options);
    }
    return refused(sh, name, error, words, fds[2]);
  }
}

async function refused(sh: Shell, name: string, error: Errno, words: Words, to: Description | undefined): Promise<number> {
  const missing = error.code === "ENOENT" || error.code === "ENOTDIR";
  const text =
    missing && sh.dialect.bash && name.includes("/") && sh.proc.fs.exists(name)
      ? "cannot execute: required file not found"
      : missing && !(sh.dialect.bash && name.includes("/"))
        ? words === "exec"
          ? "not found"
          : sh.dialect.notFound
        : error.code === "EAGAIN"
          ? "fork: retry: Resource temporarily unavailable"
          : error.message;
  const prefix = sh.dialect.prefix({
    arg0: sh.scriptName(),
    line: sh.line,
    interactive: sh.interactive || sh.options.has("interactive"),
    script: sh.script,
    command: words === "exec" && !(sh.dialect.bash && name.includes("/")) ? "exec" : undefined,
  });
  if (words !== "quiet") await to?.write(`${prefix}${name}: ${text}\n`);
  return missing ? 127 : 126;
}

/** Where PATH has `name`, if anywhere. */
export function which(
  sh: Shell,
  name: string,
  path = sh.get("PATH") ?? "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
): string | undefined {
  if (name.includes("/")) return executable(sh, name) ? name : undefined;
  for (const dir of path.split(":")) {
    const full = `${dir === "" ? "." : dir}/${name}`;
    if (executable(sh, full)) return full;
  }
  return undefined;
}

function executable(sh: Shell, path: string): boolean {
  try {
    const stat = sh.proc.fs.stat(path);
    return stat.type !== "directory" && (stat.mode & 0o111) !== 0;
  } catch {
    return false;
  }
}

/** Notes the line that runs, for messages and LINENO. */
export function atLine(sh: Shell, pos: number): void {
  sh.line = sh.lineOffset + (sh.source.length < 20_000 ? lineAt(sh.source, pos) : 1);
}
