import type { Index } from "../index-file.ts";
import { GitError, type TreeEntry } from "../objects.ts";
import { parseOptions } from "../options.ts";
import { differences, letterOf } from "../patch.ts";
import type { Repository } from "../repository.ts";
import { longStatus, shortStatus, tracked } from "../status.ts";
import type { Command, Git } from "../types.ts";

/** Whether a path is one of these, or in one of them. Stars are as in a shell. */
export function among(repo: Repository, specs: readonly string[]): (path: string) => boolean {
  const wanted = specs.map((spec) => {
    const path = repo.inside(spec);
    const parts = path.split("*");
    return (p: string): boolean => {
      if (path === "" || p === path || p.startsWith(`${path}/`)) return true;
      if (parts.length === 1 || !p.startsWith(parts[0] as string)) return false;
      let at = (parts[0] as string).length;
      for (const part of parts.slice(1, -1)) {
        const found = p.indexOf(part, at);
        if (found < 0) return false;
        at = found + part.length;
      }
      const end = parts.at(-1) as string;
      return p.length - end.length >= at && p.endsWith(end);
    };
  });
  return (path) => wanted.some((is) => is(path));
}

/** Puts a file as it is now into the index, or takes one that is gone out of it. */
export function stage(repo: Repository, index: Index, path: string): void {
  const found = repo.entry(path);
  if (!found) index.delete(path);
  else if (index.get(path)?.id !== found.entry.id || index.get(path)?.mode !== found.entry.mode) {
    repo.objects.write("blob", found.data);
    index.set(path, found.entry);
  }
}

const add: Command = async (git) => {
  const { flags, operands, paths } = parseOptions("add", git.args, {
    "-A": "all",
    "--all": "all",
    "-u": "update",
    "--update": "update",
    "-f": "force",
    "--force": "force",
    "-n": "dry",
    "--dry-run": "dry",
    "-v": "verbose",
    "--verbose": "verbose",
    "-p": "!",
    "--patch": "!",
    "-i": "!",
    "-N": "!",
  });
  const repo = git.repository();
  const specs = [...operands, ...paths];
  if (specs.length === 0 && !flags.has("all") && !flags.has("update")) {
    await git.err(
      "Nothing specified, nothing added.\nhint: Maybe you wanted to say 'git add .'?\nhint: Turn this message off by running\nhint: \"git config advice.addEmptyPathspec false\"\n",
    );
    return 0;
  }
  const index = repo.index();
  const files = flags.has("update") ? [] : repo.workFiles(index, { ignored: flags.has("force") });
  const all = [...new Set([...files, ...index.keys()])].sort();
  for (const spec of specs) {
    const is = among(repo, [spec]);
    if (all.some(is) || repo.inside(spec) === "") continue;
    if (repo.entry(repo.inside(spec)) || git.proc.fs.exists(spec)) {
      if (git.proc.fs.stat(spec).type === "directory" && git.proc.fs.readdir(spec).length === 0) continue;
      throw new GitError(
        `The following paths are ignored by one of your .gitignore files:\n${repo.inside(spec)}\nhint: Use -f if you really want to add them.\nhint: Turn this message off by running\nhint: "git config advice.addIgnoredFile false"`,
        1,
        "",
      );
    }
    throw new GitError(`pathspec '${spec}' did not match any files`);
  }
  const is = specs.length > 0 ? among(repo, specs) : () => true;
  await git.proc.cpu(all.length / 20);
  for (const path of all.filter(is)) {
    const before = index.get(path);
    stage(repo, index, path);
    const after = index.get(path);
    if (before?.id !== after?.id && (flags.has("verbose") || flags.has("dry"))) await git.out(`${after ? "add" : "remove"} '${path}'\n`);
  }
  if (!flags.has("dry")) repo.saveIndex(index);
  return 0;
};

const rm: Command = async (git) => {
  const { flags, operands, paths } = parseOptions("rm", git.args, {
    "--cached": "cached",
    "-r": "recursive",
    "-f": "force",
    "--force": "force",
    "-q": "quiet",
    "--quiet": "quiet",
  });
  const repo = git.repository();
  const index = repo.index();
  const head = repo.filesAt(repo.headId());
  const now = tracked(repo, index);
  for (const spec of [...operands, ...paths]) {
    const found = [...index.keys()].filter(among(repo, [spec]));
    if (found.length === 0) throw new GitError(`pathspec '${spec}' did not match any files`);
    if (!flags.has("recursive") && !index.has(repo.inside(spec)) && !spec.includes("*"))
      throw new GitError(`not removing '${spec}' recursively without -r`);
    for (const path of found) {
      const entry = index.get(path) as TreeEntry;
      const differs = now.has(path) && now.get(path)?.id !== entry.id;
      const fresh = head.get(path)?.id !== entry.id;
      if (!flags.has("force") && ((differs && (!flags.has("cached") || fresh)) || (fresh && !flags.has("cached"))))
        throw new GitError(
          `the following file has ${fresh ? "changes staged in the index" : "local modifications"}:\n    ${path}\n(use --cached to keep the file, or -f to force removal)`,
          1,
          "error",
        );
      index.delete(path);
      if (!flags.has("cached")) repo.checkOut(path, undefined);
      if (!flags.has("quiet")) await git.out(`rm '${path}'\n`);
    }
  }
  repo.saveIndex(index);
  return 0;
};

const mv: Command = (git) => {
  const { operands } = parseOptions("mv", git.args, { "-f": "force", "-v": "verbose", "-k": "skip" });
  const repo = git.repository();
  const { fs } = git.proc;
  const target = operands.at(-1);
  if (operands.length < 2 || target === undefined) throw new GitError("usage: git mv [<options>] <source>... <destination>", 129, "");
  const index = repo.index();
  for (const source of operands.slice(0, -1)) {
    const into = fs.exists(target) && fs.stat(target).type === "directory";
    const to = into ? `${target}/${source.replace(/\/+$/, "").split("/").at(-1)}` : target;
    const from = repo.inside(source);
    const moved = [...index.keys()].filter((p) => p === from || p.startsWith(`${from}/`));
    if (!fs.exists(source)) throw new GitError(`bad source, source=${from}, destination=${repo.inside(to)}`);
    if (moved.length === 0) throw new GitError(`not under version control, source=${from}, destination=${repo.inside(to)}`);
    fs.rename(source, to);
    for (const path of moved) {
      index.set(repo.inside(to) + path.slice(from.length), index.get(path) as never);
      index.delete(path);
    }
  }
  repo.saveIndex(index);
  return 0;
};

const status: Command = async (git) => {
  const { flags } = parseOptions("status", git.args, {
    "-s": "short",
    "--short": "short",
    "--porcelain": "porcelain",
    "-b": "branch",
    "--branch": "branch",
    "--long": "long",
  });
  const repo = git.repository();
  const plain = (_: unknown, text: string): string => text;
  if (flags.has("short") || flags.has("porcelain"))
    await git.out(shortStatus(repo, flags.has("branch"), flags.has("porcelain") ? plain : git.paint));
  else await git.out(longStatus(repo, git.paint));
  return 0;
};

/** Gives files of the working tree, or (staged) entries of the index, back as they were. */
function restoreFiles(
  repo: Repository,
  specs: readonly string[],
  from: ReadonlyMap<string, TreeEntry>,
  staged: boolean,
  worktree: boolean,
): number {
  const index = repo.index();
  let count = 0;
  for (const spec of specs) {
    const is = among(repo, [spec]);
    const found = [...new Set([...from.keys(), ...index.keys()])].filter(is);
    if (found.length === 0) throw new GitError(`pathspec '${spec}' did not match any file(s) known to git`, 1, "error");
    for (const path of found) {
      const entry = from.get(path);
      if (worktree && repo.entry(path)?.entry.id !== entry?.id) {
        repo.checkOut(path, entry);
        count++;
      }
      if (!staged) continue;
      if (entry) index.set(path, { size: 0, mtime: 0, ...repo.entry(path)?.entry, ...entry });
      else index.delete(path);
    }
  }
  if (staged) repo.saveIndex(index);
  return count;
}

const restore: Command = (git) => {
  const { flags, values, operands, paths } = parseOptions("restore", git.args, {
    "-S": "staged",
    "--staged": "staged",
    "-W": "worktree",
    "--worktree": "worktree",
    "-s=": "source",
    "--source=": "source",
    "-p": "!",
  });
  const repo = git.repository();
  const specs = [...operands, ...paths];
  if (specs.length === 0) throw new GitError("you must specify path(s) to restore");
  const staged = flags.has("staged");
  const source = values.get("source")?.[0] ?? (staged ? "HEAD" : undefined);
  const from = source === undefined ? repo.index() : repo.filesAt(repo.commitOf(source));
  restoreFiles(repo, specs, from, staged, flags.has("worktree") || !staged);
  return 0;
};

/** `git checkout [COMMIT] -- PATHS`. */
export async function checkoutPaths(git: Git, revision: string | undefined, specs: readonly string[]): Promise<number> {
  const repo = git.repository();
  const from = revision === undefined ? repo.index() : repo.filesAt(repo.commitOf(revision));
  const count = restoreFiles(repo, specs, from, revision !== undefined, true);
  const what = revision === undefined ? "the index" : repo.short(repo.commitOf(revision));
  if (!git.args.includes("--")) await git.err(`Updated ${count} path${count === 1 ? "" : "s"} from ${what}\n`);
  return 0;
}

const reset: Command = async (git) => {
  const { flags, operands, paths } = parseOptions("reset", git.args, {
    "--soft": "soft",
    "--mixed": "mixed",
    "--hard": "hard",
    "-q": "quiet",
    "--quiet": "quiet",
    "-p": "!",
    "--keep": "!",
    "--merge": "!",
  });
  const repo = git.repository();
  const revision = operands[0] !== undefined && repo.resolve(operands[0]) !== undefined ? operands[0] : undefined;
  const specs = [...(revision === undefined ? operands : operands.slice(1)), ...paths];
  const unstaged = async (): Promise<void> => {
    const index = repo.index();
    const rows = differences(index, tracked(repo, index));
    if (rows.length > 0 && !flags.has("quiet"))
      await git.out(`Unstaged changes after reset:\n${rows.map((d) => `${letterOf(d)}\t${repo.shown(d.path)}\n`).join("")}`);
  };
  if (specs.length > 0) {
    restoreFiles(repo, specs, repo.filesAt(revision === undefined ? repo.headId() : repo.commitOf(revision)), true, false);
    await unstaged();
    return 0;
  }
  const id = revision === undefined && repo.headId() === undefined ? undefined : repo.commitOf(revision ?? "HEAD");
  const files = repo.filesAt(id);
  const index = repo.index();
  if (id !== undefined) {
    const before = repo.headId();
    if (before !== undefined) repo.setRef("ORIG_HEAD", before);
    repo.moveHead(id);
  }
  if (flags.has("soft")) return 0;
  const hard = flags.has("hard");
  for (const path of new Set([...index.keys(), ...files.keys()])) {
    const entry = files.get(path);
    if (hard && repo.entry(path)?.entry.id !== entry?.id) repo.checkOut(path, entry);
    if (entry) index.set(path, { size: 0, mtime: 0, ...repo.entry(path)?.entry, ...entry });
    else index.delete(path);
  }
  repo.saveIndex(index);
  if (!hard) await unstaged();
  else if (id !== undefined && !flags.has("quiet"))
    await git.out(`HEAD is now at ${repo.short(id)} ${repo.commit(id).message.split("\n")[0]}\n`);
  return 0;
};

const lsFiles: Command = async (git) => {
  const { flags, operands, paths } = parseOptions("ls-files", git.args, {
    "-c": "cached",
    "--cached": "cached",
    "-o": "others",
    "--others": "others",
    "-s": "stage",
    "--stage": "stage",
    "-m": "modified",
    "--modified": "modified",
    "--exclude-standard": "standard",
  });
  const repo = git.repository();
  const index = repo.index();
  const is = among(repo, operands.length + paths.length > 0 ? [...operands, ...paths] : ["."]);
  const names = flags.has("others")
    ? repo.workFiles(index, { ignored: !flags.has("standard") }).filter((p) => !index.has(p))
    : flags.has("modified")
      ? differences(index, tracked(repo, index)).map((d) => d.path)
      : [...index.keys()].sort();
  for (const path of names.filter(is)) {
    const entry = index.get(path);
    await git.out(flags.has("stage") && entry ? `${entry.mode} ${entry.id} 0\t${repo.shown(path)}\n` : `${repo.shown(path)}\n`);
  }
  return 0;
};

export const stagingCommands: Readonly<Record<string, Command>> = { add, rm, mv, status, restore, reset, "ls-files": lsFiles, stage: add };
