import { editDistance } from "../machinery/index.ts";
import { root as table } from "./commands/table.ts";
import { completed } from "./completion/later.ts";
import { ApiFailure, CliError, errorText, Exit, Failures, PrintFailure } from "./errors.ts";
import { globalFlags } from "./flags/groups.ts";
import { parseFlags, type FlagTable } from "./flags/parse.ts";
import { helpText } from "./help.ts";
import { klogHead } from "./klog.ts";
import type { Seldom } from "./rest/seldom.ts";
import { Session } from "./rest/session.ts";
import type { preferred as Apply, Preferred } from "./kuberc/apply.ts";
import type { Command, KubectlOptions, KubectlProcess, Later } from "./types.ts";

/** kubectl's main(): what a Host or an image runs as `kubectl`. */
export function createKubectl(options: KubectlOptions): (proc: KubectlProcess) => Promise<number> {
  return async (proc) => {
    try {
      return await run(proc, options);
    } catch (error) {
      if (error instanceof Exit) return error.code;
      if (proc.signal.aborted) return 130;
      // A reader that has gone (`kubectl get … | head`) ends the command quietly, as SIGPIPE does.
      if ((error as { code?: unknown }).code === "EPIPE") return 141;
      if (error instanceof PrintFailure) await proc.stdout.write(error.output);
      const refusal = error instanceof Failures && error.errors.length === 1 ? error.errors[0] : error;
      if (refusal instanceof ApiFailure && verbosity(proc.argv) >= 4) await proc.stderr.write(serverAnswer(proc, refusal));
      const text = errorText(error);
      await proc.stderr.write(text.endsWith("\n") && !(error instanceof Failures && error.errors.length > 1) ? text : `${text}\n`);
      for (const e of error instanceof Failures ? error.errors : [error]) {
        if (e instanceof CliError && e.place !== undefined && proc.stderr.tty) await proc.stderr.write(e.place);
      }
      return error instanceof CliError ? error.code : 1;
    }
  };
}

const verbosity = (argv: readonly string[]): number => Number(/ --?v[= ]?(\d+)(?= |$)/.exec(` ${argv.join(" ")}`)?.[1] ?? 0);

/** What -v=4 tells of a refusal, with the verb that nobody filled in (k8s: cmd/util/helpers.go StandardErrorMessage). */
function serverAnswer({ clock, pid }: KubectlProcess, { status }: ApiFailure): string {
  const { kind, apiVersion, metadata, message, reason, details, code } = status;
  const told = { kind, apiVersion, metadata, status: status.status, message, reason, details, code };
  return `${klogHead("I", clock.now(), pid)} helpers.go:246] server response object: %s[${JSON.stringify(told, null, 2)}]\n`;
}

/** Global flags may precede the command. */
function splitCommand(root: Command, argv: readonly string[]): { path: readonly Command[]; rest: readonly string[]; unknown?: string } {
  const path: Command[] = [root];
  const rest: string[] = [];
  let i = 0;
  for (; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (arg === "--") break;
    if (arg.startsWith("-") && arg.length > 1) {
      rest.push(arg);
      const name = arg.startsWith("--") ? arg.slice(2) : undefined;
      const flag = name === undefined ? Object.values(globalFlags).find((f) => f.short === arg[1] && arg.length === 2) : globalFlags[name];
      if (flag && flag.bare === undefined && i + 1 < argv.length && !arg.includes("=")) rest.push(argv[++i] as string);
      continue;
    }
    const here = path.at(-1) as Command;
    const next = here.subcommands?.find((c) => c.name === arg || c.aliases?.includes(arg));
    if (next) {
      path.push(next);
      continue;
    }
    if (path.length === 1) return { path, rest, unknown: arg };
    break;
  }
  return { path, rest: [...rest, ...argv.slice(i)] };
}

async function run(proc: KubectlProcess, options: KubectlOptions): Promise<number> {
  const [, first, ...more] = proc.argv;
  if (first === "__complete" || first === "__completeNoDesc") return completed(proc, options);
  // `kubectl help get` is `kubectl get --help`.
  const typed = first === "help" ? [...more, "--help"] : proc.argv.slice(1);
  const { root, argv, values, preference } = await preferences(proc, typed);
  const { path, rest, unknown } = splitCommand(root, argv);
  if (unknown === "alpha") {
    await proc.stderr.write("No alpha commands are available in this version of kubectl\n");
    return 0;
  }
  if (unknown !== undefined) {
    const plugin = pluginFor(proc, rest.length === 0 ? proc.argv.slice(1) : []);
    if (!plugin) throw new CliError(unknownCommand(root, unknown));
    return (await (await proc.spawn({ argv: plugin })).exited).code;
  }
  const command = withAlpha(path.at(-1) as Command, proc.env);
  const name = path.map((c) => c.name).join(" ");
  const known: FlagTable = { ...globalFlags, ...command.flags };
  const { flags, args, dash, help } = parseFlags(known, rest, name, values);
  const out = (text: string): Promise<void> => (text === "" ? Promise.resolve() : proc.stdout.write(text));
  const err = (text: string): Promise<void> => proc.stderr.write(text);
  for (const [flag, { deprecated }] of Object.entries(known))
    if (deprecated !== undefined && flags.changed(flag)) await err(`Flag --${flag} has been deprecated, ${deprecated}\n`);
  if (help || !command.run) {
    if (!help && command.subcommands && args.length > 0)
      throw new CliError(`unknown command ${JSON.stringify(args.join(" "))}\nSee '${name} -h' for help and examples`);
    const text = await helpText(proc, [...path.slice(0, -1), command]);
    const [say, code] = help ? [out, 0] : ALONE[name] === undefined ? [err, 1] : [out, ALONE[name]];
    await say(text);
    return code;
  }
  const missing = (command.required ?? []).filter((f) => !flags.changed(f));
  if (missing.length > 0) throw new CliError(`required flag(s) ${missing.map((f) => JSON.stringify(f)).join(", ")} not set`);
  if (options.startMs) await proc.clock.sleep(options.startMs);
  const rarely = SELDOM.some((f) => flags.changed(f))
    ? (seldom.program ?? (await (proc.code ? proc.code(seldom) : seldom.load())))
    : undefined;
  const asked = rarely && new rarely(proc, flags, command.flags?.["profile"] !== undefined);
  const session = new Session(proc, flags, options, name, preference, asked);
  const code = await command.run({ proc, command, path: name, args, dash, flags, session, options, out, err, root });
  if (flags.bool("warnings-as-errors") && session.warnings > 0)
    throw new CliError(`${session.warnings} warning${session.warnings === 1 ? "" : "s"} received`);
  return code ?? 0;
}

/** Commands that do nothing alone print their help: on stderr and as a failure, but for these, whose exit codes are here. */
const ALONE: Readonly<Record<string, number>> = { kubectl: 0, "kubectl certificate": 0, "kubectl rollout": 1 };

/** A command with the flags that the environment asks for. */
const withAlpha = (command: Command, env: Readonly<Record<string, string>>): Command =>
  command.alpha && env[command.alpha.env] === "true" ? { ...command, flags: { ...command.flags, ...command.alpha.flags } } : command;

/** A kuberc file is followed where there is one; without one, nothing is fetched that could. */
async function preferences(proc: KubectlProcess, argv: readonly string[]): Promise<Preferred> {
  const { env, fs } = proc;
  const named = argv.some((a) => a.startsWith("--kuberc")) || (env["KUBERC"] ?? "off") !== "off";
  if (env["KUBECTL_KUBERC"] === "false" || (!named && !fs.exists(`${env["HOME"] ?? "/root"}/.kube/kuberc`)))
    return { root: table, argv, values: new Map() };
  const apply = kuberc.program ?? (await (proc.code ? proc.code(kuberc) : kuberc.load()));
  try {
    return await apply(proc, table, argv);
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    await proc.stderr.write(`error occurred while applying preferences ${error.message}\n`);
    throw new Exit(1);
  }
}
/** Flags of every command that few give. */
const SELDOM = ["cache-dir", "match-server-version", "profile", "request-timeout", "vmodule"];
const seldom: Later<typeof Seldom> = { load: async () => (await import("./rest/seldom.ts")).Seldom, program: undefined };

const kuberc: Later<typeof Apply> = { load: async () => (await import("./kuberc/apply.ts")).preferred, program: undefined };

/** The program on $PATH that a command without a row means: of `kubectl a b c` kubectl-a-b-c, kubectl-a-b or kubectl-a. */
function pluginFor(proc: KubectlProcess, argv: readonly string[]): readonly string[] | undefined {
  const words = argv.slice(0, argv.findIndex((a) => a.startsWith("-")) < 0 ? argv.length : argv.findIndex((a) => a.startsWith("-")));
  for (let n = words.length; n > 0; n--) {
    const name = `kubectl-${words
      .slice(0, n)
      .map((w) => w.replaceAll("-", "_"))
      .join("-")}`;
    for (const folder of (proc.env["PATH"] ?? "").split(":").filter((f) => f !== "")) {
      const file = `${folder.replace(/\/$/, "")}/${name}`;
      if (proc.fs.exists(file) && proc.fs.stat(file).type === "file" && (proc.fs.stat(file).mode & 0o111) !== 0)
        return [file, ...argv.slice(n)];
    }
  }
  return undefined;
}

/** `unknown command "gte" for "kubectl"`, with names at most two edits away (cobra's suggestions). */
function unknownCommand(root: Command, name: string): string {
  const close = (root.subcommands ?? []).map((c) => c.name).filter((c) => editDistance(name, c) <= 2 || c.startsWith(name.toLowerCase()));
  return `unknown command ${JSON.stringify(name)} for "kubectl"${close.length > 0 ? `\n\nDid you mean this?\n${close.map((c) => `\t${c}\n`).join("")}` : ""}`.trimEnd();
}
