import { root as commands } from "../commands/table.ts";
import { globalFlags } from "../flags/groups.ts";
import type { Flag } from "../flags/parse.ts";
import { Session } from "../rest/session.ts";
import type { Command, KubectlOptions, KubectlProcess } from "../types.ts";
import { offeredArguments, offeredValues, type Asking } from "./arguments.ts";
import { readLine, Unreadable, type Line } from "./line.ts";
import { Names } from "./names.ts";
import { directiveName, FILES, NO_FILES, type Offer, type Word } from "./offer.ts";
import { pluginOffer, withPlugins } from "./plugins.ts";

/** `kubectl help` has no row: what it takes are commands. */
const help: Command = { name: "help", short: "Help about any command" };
const HELP: Flag = { type: "bool", help: "help", bare: "true", short: "h" };

/** `kubectl __complete get po`: what the last word may become, one a line, then how a shell shall take it (cobra: completions.go). */
export async function complete(proc: KubectlProcess, options: KubectlOptions): Promise<number> {
  const words = proc.argv.slice(2);
  if (words.length === 0) {
    await proc.stderr.write("error: requires at least 1 arg(s), only received 0\n");
    return 1;
  }
  const told: string[] = [];
  const { words: candidates, directive } = await offer(words, proc, options, told);
  const brief = proc.argv[1] === "__completeNoDesc";
  const line = ({ text, about }: Word): string => (brief || !about ? text : `${text}\t${about}`).split("\n")[0]?.trim() ?? "";
  await proc.stdout.write(`${[...candidates.map(line), `:${directive}`].join("\n")}\n`);
  // What the command `options` says, its errors too, goes to stdout (k8s: NewCmdOptions).
  const last = commandOf(words) === "options" ? proc.stdout : proc.stderr;
  await last.write(`${told.map((text) => `[Debug] ${text}\n`).join("")}Completion ended with directive: ${directiveName(directive)}\n`);
  return 0;
}

/** The command that a line begins with, whatever flags of all commands stand before it. */
function commandOf(words: readonly string[]): string | undefined {
  for (let i = 0; i < words.length - 1; i++) {
    const word = words[i] as string;
    if (!word.startsWith("-") || word === "-") return word;
    const flag = word.startsWith("--") ? globalFlags[word.slice(2)] : Object.values(globalFlags).find(({ short }) => word === `-${short}`);
    if (flag && flag.bare === undefined) i++;
  }
  return undefined;
}

async function offer(words: readonly string[], proc: KubectlProcess, options: KubectlOptions, told: string[]): Promise<Offer> {
  const tree: Command = { ...commands, subcommands: [...(commands.subcommands ?? []), help] };
  const known = tree.subcommands?.some((c) => c.name === words[0]) === true;
  // What a plugin is called is looked up only where one could be meant.
  const mayBePlugin = !words[0]?.startsWith("-") && (words.length === 1 || !known);
  if (words.length > 1 && mayBePlugin) told.push("Cleared global flags for plugin completion");
  const root = mayBePlugin ? withPlugins(tree, proc) : tree;
  let line: Line;
  try {
    if (words[0] === "__complete" || words[0] === "__completeNoDesc") return { words: [], directive: FILES };
    const plugin = pluginLine(root, words);
    if (plugin) {
      const { told: more, ...said } = await pluginOffer(proc, plugin.path, plugin.words);
      told.push(...more);
      return said;
    }
    line = readLine(root, words);
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    told.push(`[Error] ${error.message}`);
    return { words: [], directive: FILES };
  }
  return following(line, root, proc, options);
}

/** Of a plugin's command line the plugin itself knows best. */
function pluginLine(root: Command, words: readonly string[]): { path: readonly Command[]; words: readonly string[] } | undefined {
  const path = [root];
  for (const word of words.slice(0, -1)) {
    const next = path.at(-1)?.subcommands?.find((c) => c.name === word);
    if (!next) break;
    path.push(next);
  }
  return path.at(-1)?.plugin ? { path, words: words.slice(path.length - 1) } : undefined;
}

async function following(line: Line, root: Command, proc: KubectlProcess, options: KubectlOptions): Promise<Offer> {
  const { args, command, flag, flags, word } = line;
  if (line.help) return { words: [], directive: NO_FILES };
  const required = (command.required ?? []).filter((name) => !flags.changed(name));
  const must = required.flatMap((name) => flagWords(name, line.table[name], word));
  if (flag === undefined && word.startsWith("-") && !word.includes("=") && line.flagsAllowed)
    return { words: must.length > 0 ? must : allFlags(line), directive: NO_FILES };
  const asking: Asking = {
    ...{ proc, command, args, flags, options, root, word, dash: -1 },
    path: line.path.map((c) => c.name).join(" "),
    session: new Session(proc, flags, options),
    names: undefined as never,
    // What a question to the cluster says beside its answer stays unsaid.
    out: async () => {},
    err: async () => {},
  };
  const asked: Asking = { ...asking, names: new Names(asking) };
  if (flag !== undefined) return offeredValues(flag, asked);
  if (command === help) return { words: helped(root, args, word), directive: NO_FILES };
  const own = Object.keys(command.flags ?? {}).some((name) => flags.changed(name));
  const under = args.length === 0 && !own ? (command.subcommands ?? []) : [];
  const words = [...commandWords(under, word), ...must];
  if (command.arguments === undefined || command.arguments === "none") return { words, directive: under.length > 0 ? NO_FILES : FILES };
  const { words: more, directive } = await offeredArguments(asked);
  return { words: [...words, ...more], directive };
}

const byName = (a: { readonly name: string }, b: { readonly name: string }): number => (a.name < b.name ? -1 : 1);
const commandWords = (list: readonly Command[], word: string): readonly Word[] =>
  [...list]
    .sort(byName)
    .filter((c) => c.name.startsWith(word))
    .map((c) => ({ text: c.name, about: c.short }));

/** What `kubectl help rollout …` may go on with. */
function helped(root: Command, args: readonly string[], word: string): readonly Word[] {
  let command: Command | undefined = root;
  for (const arg of args) command = command?.subcommands?.find((c) => c.name === arg || c.aliases?.includes(arg));
  return commandWords(command?.subcommands ?? [], word);
}

function flagWords(name: string, flag: Flag | undefined, word: string): readonly Word[] {
  if (!flag || flag.deprecated !== undefined) return [];
  const spelled = [`--${name}`, ...(flag.short ? [`-${flag.short}`] : [])];
  return spelled.filter((s) => s.startsWith(word)).map((text) => ({ text, about: flag.help }));
}

/** Flags that may still be given: those of every command, then the command's own. */
function allFlags({ command, flags, word, path }: Line): readonly Word[] {
  const own: Record<string, Flag> = { ...command.flags, help: { ...HELP, help: `help for ${command.name}` } };
  const inherited = Object.entries(globalFlags).filter(([name]) => own[name] === undefined);
  const sorted = (rows: readonly (readonly [string, Flag])[]): readonly (readonly [string, Flag])[] =>
    [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
  const rows = path.length === 1 ? sorted([...inherited, ...Object.entries(own)]) : [...sorted(inherited), ...sorted(Object.entries(own))];
  const again = (flag: Flag): boolean => ["strings", "stringArray", "map"].includes(flag.type);
  return rows.filter(([name, flag]) => again(flag) || !flags.changed(name)).flatMap(([name, flag]) => flagWords(name, flag, word));
}
