import { CliError } from "../errors.ts";
import type { Command } from "../types.ts";

const absent = (name: string, short: string): Command => ({
  name,
  short,
  arguments: "none",
  run: () => Promise.reject(new CliError(`kubectl kuberc ${name} is not simulated yet in Timonel: no kuberc file is read`)),
});

/** Preferences for kubectl itself: known by name. */
export const kuberc: Command = {
  name: "kuberc",
  group: "Other Commands",
  short: "Manage kuberc configuration files",
  usage: "SUBCOMMAND",
  subcommands: [absent("set", "Set values in the kuberc configuration"), absent("view", "Display the current kuberc configuration")],
};
