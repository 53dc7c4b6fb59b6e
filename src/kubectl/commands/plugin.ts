import { CliError, errorMessage } from "../errors.ts";
import { bool } from "../flags/parse.ts";
import type { Command, Invocation } from "../types.ts";

/** Programs called kubectl-… in the folders of $PATH. */
const list: Command = {
  name: "list",
  short: "List all visible plugin executables on a user's PATH",
  usage: "[flags]",
  arguments: "none",
  flags: { "name-only": bool("If true, display only the binary name of each plugin, rather than its full path") },
  async run(invocation) {
    const { flags, proc } = invocation;
    const folders = [...new Set((proc.env["PATH"] ?? "").split(":"))].filter((f) => f.trim() !== "");
    const seen = new Map<string, string>();
    let warnings = 0;
    for (const folder of folders) {
      let names: readonly string[];
      try {
        names = proc.fs.readdir(folder);
      } catch (error) {
        const why = errorMessage(error).replace(/^.*: /, "").toLowerCase();
        await invocation.err(`Unable to read directory ${JSON.stringify(folder)} from your PATH: open ${folder}: ${why}. Skipping...\n`);
        continue;
      }
      for (const name of names.filter((n) => n.startsWith("kubectl-"))) {
        const path = `${folder.replace(/\/$/, "")}/${name}`;
        if (proc.fs.stat(path).type === "directory") continue;
        if (seen.size === 0) await invocation.out("The following compatible plugins are available:\n\n");
        await invocation.out(`${flags.bool("name-only") ? name : path}\n`);
        for (const warning of warningsOf(invocation, path, name, seen)) {
          await invocation.err(`  - warning: ${warning}\n`);
          warnings++;
        }
        if (!seen.has(name)) seen.set(name, path);
      }
    }
    const errors = [
      ...(seen.size === 0 ? ["error: unable to find any kubectl plugins in your PATH"] : []),
      ...(warnings === 1 ? ["error: one plugin warning was found"] : warnings > 1 ? [`error: ${warnings} plugin warnings were found`] : []),
    ];
    if (errors.length > 0) throw new CliError(`${errors.join("\n")}\n`);
  },
};

function warningsOf({ proc, root }: Invocation, path: string, name: string, seen: ReadonlyMap<string, string>): readonly string[] {
  const first = name.split("-")[1] ?? "";
  const covered = root.subcommands?.find((c) => c.name === first);
  return [
    ...((proc.fs.stat(path).mode & 0o111) === 0 ? [`${path} identified as a kubectl plugin, but it is not executable`] : []),
    ...(seen.has(name) ? [`${path} is overshadowed by a similarly named plugin: ${seen.get(name)}`] : []),
    ...(covered ? [`${name} overwrites existing command: ${JSON.stringify(`kubectl ${covered.name}`)}`] : []),
  ];
}

export const plugin: Command = {
  name: "plugin",
  group: "Other Commands",
  short: "Provides utilities for interacting with plugins",
  usage: "[flags]",
  subcommands: [list],
};
