import { CliError } from "../errors.ts";
import { globalFlags } from "../flags/groups.ts";
import { parseFlags, type Flag, type Flags, type FlagTable } from "../flags/parse.ts";
import type { Command } from "../types.ts";

/** A command line whose last word is being typed, read as cobra reads it. */
export interface Line {
  readonly path: readonly Command[];
  readonly command: Command;
  /** The command's own flags and those of every command. */
  readonly table: FlagTable;
  readonly flags: Flags;
  readonly args: readonly string[];
  /** Begun: of `--output=js` what follows the sign. */
  readonly word: string;
  /** The flag whose value `word` is. */
  readonly flag: Flag | undefined;
  /** No `--` was given: a dash may still begin a flag. */
  readonly flagsAllowed: boolean;
  /** `--help` stands there: nothing can follow. */
  readonly help: boolean;
}

/** Why nothing can be offered. */
export class Unreadable extends Error {
  override readonly name = "Unreadable";
}

export const tableOf = (command: Command): FlagTable => ({ ...globalFlags, ...command.flags });

/** Where the first word is that is neither a flag nor the value of one; -1 without (cobra: stripFlags). */
function firstWord(words: readonly string[], table: FlagTable): number {
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === "--") return -1;
    if (word !== "" && !word.startsWith("-")) return i;
    if (word.includes("=")) continue;
    const long = word.startsWith("--") ? table[word.slice(2)] : undefined;
    const short = word.length === 2 ? Object.values(table).find((f) => f.short === word[1]) : undefined;
    const takesValue = word.startsWith("--") ? long?.bare === undefined : word.length === 2 && short?.bare === undefined;
    if (takesValue && words.length - i <= 2) return -1;
    if (takesValue) i++;
  }
  return -1;
}

/** The command that words begin with, and the rest of them: flags may stand before and between (cobra: Find). */
function find(root: Command, words: readonly string[]): { path: readonly Command[]; rest: readonly string[] } {
  const path = [root];
  let rest = words;
  for (;;) {
    const here = path.at(-1) as Command;
    const at = firstWord(rest, tableOf(here));
    const next = here.subcommands?.find((c) => at >= 0 && (c.name === rest[at] || c.aliases?.includes(rest[at] as string)));
    if (!next && path.length === 1 && at >= 0) throw new Unreadable(`unable to find a command for arguments: [${words.join(" ")}]`);
    if (!next) return { path, rest };
    path.push(next);
    rest = rest.toSpliced(at, 1);
  }
}

/** The name of a flag whose value is being typed, if there is one (cobra: checkIfFlagCompletion). */
function pendingName(before: readonly string[], word: string): { name: string; inWord: boolean } | undefined {
  const equals = word.indexOf("=");
  if (word.startsWith("-"))
    return equals < 0 ? undefined : { name: word.startsWith("--") ? word.slice(2, equals) : word.slice(equals - 1, equals), inWord: true };
  const last = before.at(-1) ?? "";
  const isFlag = /^(--.|-[^-])/.test(last) && !last.includes("=");
  return isFlag ? { name: last.startsWith("--") ? last.slice(2) : (last.at(-1) as string), inWord: false } : undefined;
}

/** Reads all words but the last, which may be a part of one (cobra: getCompletions). */
export function readLine(root: Command, words: readonly string[]): Line {
  const typed = words.at(-1) ?? "";
  const { path, rest } = find(root, words.slice(0, -1));
  const command = path.at(-1) as Command;
  const table = tableOf(command);
  const pending = pendingName(rest, typed);
  const known = pending && (table[pending.name] ?? Object.values(table).find((f) => f.short === pending.name));
  const isHelp = pending?.name === "help" || pending?.name === "h";
  // A flag that needs no value is followed by something else.
  const flag = known && (pending.inWord || known.bare === undefined) ? known : undefined;
  const before = flag && !pending?.inWord ? rest.slice(0, -1) : rest;
  let parsed: ReturnType<typeof parseFlags>;
  try {
    parsed = parseFlags(table, before, path.map((c) => c.name).join(" "));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    throw new Unreadable(`Error while parsing flags from args [${before.join(" ")}]: ${error.message.split("\n")[0]}`);
  }
  const { flags, args, dash, help } = parsed;
  const flagsAllowed = dash < 0;
  if (pending && !known && !isHelp && flagsAllowed)
    throw new Unreadable(`Subcommand '${command.name}' does not support flag '${pending.name}'`);
  const word = flag && pending?.inWord ? typed.slice(typed.indexOf("=") + 1) : typed;
  return { path, command, table, flags, args, word, flag: flagsAllowed ? flag : undefined, flagsAllowed, help };
}
