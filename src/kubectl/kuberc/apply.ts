import { CliError, errorMessage } from "../errors.ts";
import { globalFlags } from "../flags/groups.ts";
import { flagProblem, type FlagTable } from "../flags/parse.ts";
import type { Command, KubectlProcess } from "../types.ts";
import { loadPreference, type Alias, type CommandOption, type Preference } from "./file.ts";

/** A command line as the preferences make it. */
export interface Preferred {
  readonly root: Command;
  readonly argv: readonly string[];
  /** Values that flags have which the line does not set. */
  readonly values: ReadonlyMap<string, string>;
  readonly preference?: Preference;
}

const ALIAS = /^[a-zA-Z]+$/;

/**
 * Follows ~/.kube/kuberc: an alias becomes the command that it stands for, and flags get the values that somebody prefers
 * (k8s: kuberc.go Apply). What is wrong with the file ends the command.
 */
export async function preferred(proc: KubectlProcess, root: Command, argv: readonly string[]): Promise<Preferred> {
  const plain: Preferred = { root, argv, values: new Map() };
  if (argv.length === 0) return plain;
  const said = explicitPath(argv);
  const preference = await loadPreference(proc, said).catch((error: unknown) => {
    throw new CliError(`kuberc error ${errorMessage(error)}`);
  });
  if (!preference) return plain;
  check(preference);
  const aliased = withAlias(preference, plain);
  const values = new Map([...aliased.values, ...(await overrides(proc, preference, aliased))]);
  return { ...aliased, values, preference };
}

/** The value of --kuberc, before anything is parsed. */
function explicitPath(argv: readonly string[]): string {
  for (const [i, arg] of argv.entries()) {
    if (arg === "--") break;
    const value = arg === "--kuberc" ? argv[i + 1] : arg.startsWith("--kuberc=") ? arg.split("=")[1] : null;
    if (value === null) continue;
    if (value === undefined || value === "") throw new CliError("kuberc file is not found");
    return value;
  }
  return "";
}

function check({ aliases, defaults }: Preference): void {
  const names = new Set<string>();
  const plainNames = (options: readonly CommandOption[] | null | undefined): void => {
    for (const { name } of options ?? [])
      if (name.startsWith("-")) throw new CliError(`flag name ${name} should be in long form without dashes`);
  };
  for (const alias of aliases ?? []) {
    plainNames(alias.options);
    if (!ALIAS.test(alias.name)) throw new CliError(`invalid alias name, can only include alphabetical characters`);
    if (names.has(alias.name)) throw new CliError(`duplicate alias name ${alias.name}`);
    names.add(alias.name);
  }
  const commands = new Set<string>();
  for (const { command, options } of defaults ?? []) {
    plainNames(options);
    if (commands.has(command)) throw new CliError(`duplicate default command ${command}`);
    commands.add(command);
  }
}

/** What words name, and the words themselves where nothing has their name. */
function find(root: Command, words: readonly string[]): Command | undefined {
  let command = root;
  for (const word of words) {
    const next = command.subcommands?.find((c) => c.name === word || c.aliases?.includes(word));
    if (!next) return command === root ? undefined : command;
    command = next;
  }
  return command;
}

/** Words of a line that are no flags, as far as that is known before flags are parsed. */
const wordsOf = (argv: readonly string[]): readonly string[] => argv.filter((a) => !a.startsWith("-"));

function withAlias({ aliases }: Preference, line: Preferred): Preferred {
  const { root, argv } = line;
  const [word = ""] = wordsOf(argv);
  const at = argv.indexOf(word);
  if (word === "" || find(root, [word])) return line;
  const alias = (aliases ?? []).find((a) => a.name === word);
  if (!alias) return line;
  const existing = find(root, words(alias.command));
  if (!existing) throw new CliError(`command ${JSON.stringify(alias.command)} not found to set alias ${JSON.stringify(alias.name)}: []`);
  const { aliases: _, ...rest } = existing;
  const command: Command = { ...rest, name: alias.name };
  const values = preset(command, alias, argv, (name) => `invalid alias flag ${name} in alias kubectl`, "alias kubectl");
  return {
    root: { ...root, subcommands: [...(root.subcommands ?? []), command] },
    argv: [...argv.slice(0, at + 1), ...(alias.prependArgs ?? []), ...argv.slice(at + 1), ...(alias.appendArgs ?? [])],
    values,
  };
}

async function overrides(
  proc: KubectlProcess,
  { defaults, aliases }: Preference,
  { root, argv }: Preferred,
): Promise<ReadonlyMap<string, string>> {
  const command = find(root, wordsOf(argv));
  const values = new Map<string, string>();
  if (!command) return values;
  for (const one of defaults ?? []) {
    const meant = find(root, words(one.command));
    if (!meant) await proc.stderr.write(`Warning: command ${JSON.stringify(one.command)} not found to set kuberc override\n`);
    if (meant?.name !== command.name) continue;
    if ((aliases ?? []).some((a) => a.name === command.name)) throw new CliError(`alias ${command.name} can not be overridden`);
    const own = preset(command, one, argv, (name) => `invalid flag ${name} for command ${one.command}`, `command ${one.command}`);
    for (const [name, value] of own) values.set(name, value);
  }
  return values;
}

const words = (text: string): readonly string[] => text.split(/\s+/).filter((w) => w !== "");

/** The options of an alias or a command that the line does not set itself. */
function preset(
  command: Command,
  { options, command: named }: Pick<Alias, "options" | "command">,
  argv: readonly string[],
  unknown: (name: string) => string,
  where: string,
): ReadonlyMap<string, string> {
  const table: FlagTable = { ...globalFlags, ...command.flags };
  const values = new Map<string, string>();
  for (const { name, default: value } of options ?? []) {
    const flag = table[name];
    if (!flag) throw new CliError(unknown(name));
    if (argv.some((arg) => sets(arg, name, flag.short))) continue;
    const problem = flagProblem(name, flag, String(value));
    if (problem !== undefined)
      throw new CliError(
        `could not apply ${where.startsWith("alias") ? "" : "override "}value ${value} to flag ${name} in ${where.startsWith("alias") ? where : `command ${named}`} err: ${problem}`,
      );
    values.set(name, String(value));
  }
  return values;
}

/** Whether an argument sets a flag, alone or among shorthands that are written together. */
function sets(arg: string, name: string, short: string | undefined): boolean {
  if (arg === `--${name}` || arg.startsWith(`--${name}=`)) return true;
  if (short === undefined) return false;
  return arg.startsWith(`-${short}`) || (/^-[a-zA-Z]+$/.test(arg) && arg.slice(1).includes(short));
}
