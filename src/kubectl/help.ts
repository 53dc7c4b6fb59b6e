import { CliError } from "./errors.ts";
import { globalFlags } from "./flags/groups.ts";
import { shownDefault, type FlagTable } from "./flags/parse.ts";
import type { Command, Invocation } from "./types.ts";

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

/** What `--help` prints, derived from the table. */
export function helpText(path: readonly Command[]): string {
  const command = path.at(-1) as Command;
  const name = path.map((c) => c.name).join(" ");
  if (path.length === 1) return rootHelp(command);
  const parts = [`${command.short}.`.replace(/\.\.$/, ".")];
  if (command.subcommands?.length) parts.push(`Available Commands:\n${commandLines(command.subcommands)}`);
  const options = optionsText(command.flags ?? {});
  if (options) parts.push(`Options:\n${options}`);
  const usage = command.usage ?? (command.subcommands ? "SUBCOMMAND" : "");
  parts.push(`Usage:\n  ${name}${usage ? ` ${usage}` : ""}${/options\]|\[flags\]/.test(usage) ? "" : " [options]"}`);
  if (command.subcommands?.length) parts.push(`Use "${name} <command> --help" for more information about a given command.`);
  parts.push('Use "kubectl options" for a list of global command-line options (applies to all commands).');
  return `${parts.join("\n\n")}\n`;
}

/** Prints a command's help, and refuses: as `kubectl config` does of wrong arguments (k8s: cmd/config helpErrorf). */
export async function helpError({ root, path, out }: Pick<Invocation, "root" | "path" | "out">, message: string): Promise<never> {
  const commands = path
    .split(" ")
    .slice(1)
    .reduce<Command[]>((list, name) => [...list, list.at(-1)?.subcommands?.find((c) => c.name === name) as Command], [root]);
  await out(helpText(commands));
  throw new CliError(message);
}

function rootHelp(command: Command): string {
  const all = command.subcommands ?? [];
  const groups = GROUPS.map((group) => ({ group, rows: all.filter((c) => (c.group ?? "Other Commands") === group) })).filter(
    (g) => g.rows.length > 0,
  );
  return `${command.short}\n\n Find more information at: https://kubernetes.io/docs/reference/kubectl/\n\n${groups.map((g) => `${g.group}:\n${commandLines(g.rows)}`).join("\n\n")}\n\nUsage:\n  kubectl [flags] [options]\n\nUse "kubectl <command> --help" for more information about a given command.\nUse "kubectl options" for a list of global command-line options (applies to all commands).\n`;
}

function commandLines(commands: readonly Command[]): string {
  const width = Math.max(...commands.map((c) => c.name.length));
  return commands.map((c) => `  ${c.name.padEnd(width)}   ${c.short}`).join("\n");
}

export function optionsText(table: FlagTable): string {
  return Object.entries(table)
    .filter(([, { deprecated }]) => deprecated === undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, flag]) => {
      const fallback = flag.type === "string" ? `'${shownDefault(flag)}'` : shownDefault(flag);
      return `    ${flag.short ? `-${flag.short}, ` : ""}--${name}=${fallback}:\n\t${flag.help}`;
    })
    .join("\n\n");
}

export const globalOptionsText = (): string => `The following options can be passed to any command:\n\n${optionsText(globalFlags)}\n`;
