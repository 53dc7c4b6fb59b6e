import { entriesOf, GitError, idOf, type TreeEntry } from "../objects.ts";
import { parseOptions } from "../options.ts";
import type { Command } from "../types.ts";

const row = ({ mode, id }: TreeEntry, name: string): string =>
  `${mode.padStart(6, "0")} ${mode === "40000" ? "tree" : "blob"} ${id}\t${name}\n`;

const revParse: Command = async (git) => {
  const { flags, operands } = parseOptions("rev-parse", git.args, {
    "--short": "short",
    "--abbrev-ref": "name",
    "--show-toplevel": "top",
    "--git-dir": "dir",
    "--is-inside-work-tree": "inside",
    "--verify": "verify",
    "-q": "quiet",
  });
  const repo = git.repository();
  if (flags.has("top")) await git.out(`${repo.top}\n`);
  if (flags.has("dir")) await git.out(git.proc.fs.realpath(git.proc.cwd) === repo.top ? ".git\n" : `${repo.dir}\n`);
  if (flags.has("inside")) await git.out("true\n");
  for (const revision of operands) {
    const id = repo.resolve(revision);
    if (id === undefined) {
      if (flags.has("verify")) throw new GitError("Needed a single revision");
      await git.out(`${revision}\n`);
      repo.commitOf(revision);
      continue;
    }
    await git.out(`${flags.has("name") ? (repo.branch ?? "HEAD") : flags.has("short") ? repo.short(id) : id}\n`);
  }
  return 0;
};

const catFile: Command = async (git) => {
  const { flags, operands } = parseOptions("cat-file", git.args, { "-t": "type", "-s": "size", "-p": "pretty", "-e": "exists" });
  const repo = git.repository();
  const revision = operands.at(-1) ?? "";
  const id = repo.resolve(revision);
  if (id === undefined) throw new GitError(`Not a valid object name ${revision}`);
  const { type, data } = repo.objects.read(id);
  if (flags.has("type")) await git.out(`${type}\n`);
  else if (flags.has("size")) await git.out(`${data.length}\n`);
  else if (flags.has("pretty") && type === "tree") {
    for (const e of entriesOf(data)) await git.out(row(e, e.name));
  } else if (!flags.has("exists")) await git.proc.stdout.write(data);
  return 0;
};

const hashObject: Command = async (git) => {
  const { flags, operands } = parseOptions("hash-object", git.args, { "-w": "write", "--stdin": "!", "-t=": "type" });
  for (const path of operands) {
    if (!git.proc.fs.exists(path)) throw new GitError(`could not open '${path}' for reading: No such file or directory`);
    const data = git.proc.fs.readFile(path);
    await git.out(`${flags.has("write") ? git.repository().objects.write("blob", data) : idOf({ type: "blob", data })}\n`);
  }
  return 0;
};

const lsTree: Command = async (git) => {
  const { flags, operands } = parseOptions("ls-tree", git.args, { "-r": "recursive", "--name-only": "names" });
  const repo = git.repository();
  const files = repo.filesAt(repo.commitOf(operands[0] ?? "HEAD"));
  if (!flags.has("recursive")) {
    const { tree } = repo.commit(repo.commitOf(operands[0] ?? "HEAD"));
    for (const e of entriesOf(repo.objects.get(tree, "tree"))) await git.out(flags.has("names") ? `${e.name}\n` : row(e, e.name));
    return 0;
  }
  for (const [path, e] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) await git.out(flags.has("names") ? `${path}\n` : row(e, path));
  return 0;
};

export const plumbingCommands: Readonly<Record<string, Command>> = {
  "rev-parse": revParse,
  "cat-file": catFile,
  "hash-object": hashObject,
  "ls-tree": lsTree,
};
