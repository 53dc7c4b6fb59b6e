import { CliError } from "./errors.ts";
import { globalFlags } from "./flags/groups.ts";
import { shownDefault, type FlagTable } from "./flags/parse.ts";
import type { HelpTexts } from "./help/types.ts";
import type { Command, Invocation, KubectlProcess, Later } from "./types.ts";

const GROUPS = [
  "Basic Commands (Beginner)",
  "Basic Commands (Intermediate)",
  "Deploy Commands",
  "Cluster Management Commands",
  "Troubleshooting and Debugging Commands",
  "Advanced Commands",
  "Settings Commands",
  "Other Commands",
];

/** Texts that teach, fetched when somebody asks. */
const later: Later<HelpTexts> = { load: async () => (await import("./help/index.ts")).helpTexts, program: undefined };

/** What `--help` prints, derived from the table and its texts. */
export async function helpText(proc: Pick<KubectlProcess, "code">, path: readonly Command[]): Promise<string> {
  const command = path.at(-1) as Command;
  if (path.length === 1) return rootHelp(command);
  const texts = later.program ?? (await (proc.code ? proc.code(later) : later.load()));
  return commandHelp(path, texts);
}

function commandHelp(path: readonly Command[], texts: HelpTexts): string {
  const command = path.at(-1) as Command;
  const name = path.map((c) => c.name).join(" ");
  const text = texts[name.replace(/^kubectl /, "")];
  const parts = [text ? text.long.trim().replaceAll(/\n\n(?=\S)/g, "\n\n ") : `${command.short}.`];
  if (command.aliases) parts.push(`Aliases:\n${[command.name, ...command.aliases].join(", ")}`);
  if (text?.examples) parts.push(`Examples:\n${text.examples.trim().replaceAll(/^/gm, "  ")}`);
  if (command.subcommands?.length) parts.push(`Available Commands:\n${commandLines(command.subcommands)}`);
  const options = optionsText(command.flags ?? {});
  if (options) parts.push(`Options:\n${options}`);
  parts.push(`Usage:\n  ${usageLine(path)}`);
  const own = command.subcommands?.length ? `Use "${name} <command> --help" for more information about a given command.\n` : "";
  parts.push(`${own}Use "kubectl options" for a list of global command-line options (applies to all commands).`);
  return `${parts.join("\n\n")}\n`;
}

/** "kubectl create namespace NAME [--dry-run=server|client|none] [options]". */
export function usageLine(path: readonly Command[]): string {
  const { usage = "" } = path.at(-1) as Command;
  const line = `${path.map((c) => c.name).join(" ")}${usage ? ` ${usage}` : ""}`;
  return line.includes("[options]") ? line : `${line} [options]`;
}

/** Prints a command's help, and refuses: as `kubectl config` does of wrong arguments (k8s: cmd/config helpErrorf). */
export async function helpError(invocation: Pick<Invocation, "proc" | "root" | "path" | "out">, message: string): Promise<never> {
  await invocation.out(await helpText(invocation.proc, commandsOf(invocation)));
  throw new CliError(message);
}

/** The rows that a command's path names, from the root on. */
export const commandsOf = ({ root, path }: Pick<Invocation, "root" | "path">): readonly Command[] =>
  path
    .split(" ")
    .slice(1)
    .reduce<Command[]>((list, name) => [...list, list.at(-1)?.subcommands?.find((c) => c.name === name) as Command], [root]);

function rootHelp(command: Command): string {
  const all = command.subcommands ?? [];
  const groups = GROUPS.map((group) => ({
    group,
    rows: all.filter((c) => c.name !== "options" && (c.group ?? "Other Commands") === group),
  })).filter((g) => g.rows.length > 0);
  return `${command.short}\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/\n\n${groups.map((g) => `${g.group === "Other Commands" ? "Subcommands provided by plugins:\n\n" : ""}${g.group}:\n${commandLines(g.rows, all)}`).join("\n\n")}\n\nUsage:\n  kubectl [flags] [options]\n\nUse "kubectl <command> --help" for more information about a given command.\nUse "kubectl options" for a list of global command-line options (applies to all commands).\n`;
}

/** `beside`: those whose names make the column as wide as it is. */
function commandLines(commands: readonly Command[], beside = commands): string {
  const width = Math.max(11, ...beside.map((c) => c.name.length));
  return commands.map((c) => `  ${c.name.padEnd(width)}   ${c.short}`).join("\n");
}

export function optionsText(table: FlagTable): string {
  return Object.entries(table)
    .filter(([, { deprecated }]) => deprecated === undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      // A value of a type of its own stands as it is (pflag's defaultIsZeroValue).
      const fallback = flag.type === "string" && flag.check === undefined ? `'${shownDefault(flag)}'` : shownDefault(flag);
      return `    ${flag.short ? `-${flag.short}, ` : ""}--${name}=${fallback}:\n\t${flag.help}`;
    })
    .join("\n\n");
}

export const globalOptionsText = (): string => `The following options can be passed to any command:\n\n${optionsText(globalFlags)}\n\n`;
