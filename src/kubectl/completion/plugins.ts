import type { Command, KubectlProcess } from "../types.ts";
import { FILES, type Offer } from "./offer.ts";

const isProgram = (proc: KubectlProcess, path: string): boolean =>
  proc.fs.exists(path) && proc.fs.stat(path).type === "file" && (proc.fs.stat(path).mode & 0o111) !== 0;
const foldersOf = (proc: KubectlProcess): readonly string[] =>
  (proc.env["PATH"] ?? "").split(":").flatMap((f) => (f === "" ? [] : [f.replace(/\/$/, "")]));

/** The tree of commands with the programs called kubectl-… on $PATH in it: kubectl-a_b-c is `kubectl a-b c`. */
export function withPlugins(root: Command, proc: KubectlProcess): Command {
  const names = foldersOf(proc).flatMap((folder) => {
    const list = proc.fs.exists(folder) ? proc.fs.readdir(folder) : [];
    return [...list].sort().filter((n) => n.startsWith("kubectl-") && proc.fs.stat(`${folder}/${n}`).type === "file");
  });
  return names.reduce((tree, name) => graft(tree, name.split("-").slice(1)), root);
}

function graft(command: Command, [word = "", ...rest]: readonly string[]): Command {
  const name = word.replaceAll("_", "-");
  if (name === "") return command;
  const { subcommands = [] } = command;
  const there = subcommands.find((c) => c.name === name);
  const row: Command = there ?? { name, short: `The command ${name} is a plugin installed by the user`, plugin: true };
  const grown = graft(row, rest);
  return { ...command, subcommands: there ? subcommands.map((c) => (c === there ? grown : c)) : [...subcommands, grown] };
}

/** What the program kubectl_complete-NAME says, if there is one, and what is said of the search. */
export async function pluginOffer(
  proc: KubectlProcess,
  path: readonly Command[],
  words: readonly string[],
): Promise<Offer & { readonly told: readonly string[] }> {
  const name = path.map((c) => c.name.replaceAll("-", "_")).join("-");
  const completer = name.replace("-", "_complete-");
  const file = foldersOf(proc)
    .map((folder) => `${folder}/${completer}`)
    .find((f) => isProgram(proc, f));
  const told = [`About to look for: ${completer}`];
  if (file === undefined)
    return { words: [], directive: FILES, told: [...told, `Plugin ${name} does not provide a matching completion executable`] };
  told.push(`About to call: ${file} ${words.join(" ")}`);
  const { text, code } = await outputOf(proc, [file, ...words]);
  if (code !== 0) return { words: [], directive: FILES, told };
  const lines = text.split("\n").filter((l) => l !== "");
  const said = /^:(-?\d+)$/.exec(lines.at(-1) ?? "");
  return {
    words: (said ? lines.slice(0, -1) : lines).map((line) => {
      const [word = "", ...about] = line.split("\t");
      return { text: word, ...(about.length > 0 ? { about: about.join("\t") } : {}) };
    }),
    directive: said ? Number(said[1]) : FILES,
    told,
  };
}

/** Runs a program and reads what it printed, by way of a file. */
async function outputOf(proc: KubectlProcess, argv: readonly string[]): Promise<{ text: string; code: number }> {
  const file = `/tmp/kubectl-complete-${proc.random.suffix(8)}`;
  const { code } = await (await proc.spawn({ argv: ["/bin/sh", "-c", `exec "$0" "$@" >${file}`, ...argv] })).exited;
  const text = proc.fs.exists(file) ? proc.fs.readText(file) : "";
  if (proc.fs.exists(file)) proc.fs.unlink(file);
  return { text, code };
}
