import { GitError, type TreeEntry, writeCommit, writeTree } from "../objects.ts";
import { parseOptions } from "../options.ts";
import { differences, diffstat, letterOf, renamed, statOf, stored } from "../patch.ts";
import type { Repository } from "../repository.ts";
import { tracked } from "../status.ts";
import type { Command, Git } from "../types.ts";
import { modeLines, whoami } from "./commit.ts";
import { checkoutPaths } from "./staging.ts";

const REF = /^(?!.*(?:\.\.|[\s~^:?*[\\]|@\{|\/\/|\.lock$|\.$|\/$))(?![-/.]).+$/;

function checkName(name: string, what = "branch"): void {
  if (!REF.test(name)) throw new GitError(`'${name}' is not a valid ${what} name`);
}
const subject = (repo: Repository, id: string): string => repo.commit(id).message.split("\n")[0] ?? "";

function ancestors(repo: Repository, id: string): Set<string> {
  const seen = new Set<string>();
  const open = [id];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    open.push(...repo.commit(at).parents);
  }
  return seen;
}

const branch: Command = async (git) => {
  const { flags, values, operands } = parseOptions("branch", git.args, {
    "-d": "delete",
    "--delete": "delete",
    "-D": "force-delete",
    "-m": "move",
    "-M": "force-move",
    "--move": "move",
    "-a": "all",
    "--all": "all",
    "-v": "verbose",
    "--verbose": "verbose",
    "--list": "list",
    "-l": "list",
    "-f": "force",
    "--show-current": "current",
    "-r": "remotes",
    "-u=": "upstream",
    "--set-upstream-to=": "upstream",
  });
  const repo = git.repository();
  if (values.has("upstream")) throw new GitError(`the requested upstream branch '${values.get("upstream")?.[0]}' does not exist`);
  if (flags.has("current")) {
    await git.out(repo.branch === undefined ? "" : `${repo.branch}\n`);
    return 0;
  }
  const at = (name: string): string | undefined => repo.ref(`refs/heads/${name}`);
  if (flags.has("delete") || flags.has("force-delete")) {
    for (const name of operands) {
      const id = at(name);
      if (id === undefined) throw new GitError(`branch '${name}' not found.`, 1, "error");
      if (name === repo.branch) throw new GitError(`Cannot delete branch '${name}' checked out at '${repo.top}'`, 1, "error");
      const head = repo.headId();
      if (flags.has("delete") && head !== undefined && !ancestors(repo, head).has(id))
        throw new GitError(
          `The branch '${name}' is not fully merged.\nIf you are sure you want to delete it, run 'git branch -D ${name}'.`,
          1,
          "error",
        );
      repo.setRef(`refs/heads/${name}`, undefined);
      await git.out(`Deleted branch ${name} (was ${repo.short(id)}).\n`);
    }
    return 0;
  }
  if (flags.has("move") || flags.has("force-move")) {
    const [from, to] = operands.length > 1 ? operands : [repo.branch, operands[0]];
    if (from === undefined || to === undefined) throw new GitError("branch name required");
    checkName(to);
    const id = at(from);
    if (at(to) !== undefined && !flags.has("force-move")) throw new GitError(`a branch named '${to}' already exists`);
    if (id === undefined && from !== repo.branch) throw new GitError(`no branch named '${from}'`);
    if (id !== undefined) {
      repo.setRef(`refs/heads/${to}`, id);
      if (to !== from) repo.setRef(`refs/heads/${from}`, undefined);
    }
    if (from === repo.branch) repo.setHead({ ref: `refs/heads/${to}` });
    return 0;
  }
  const [name, start] = operands;
  if (name !== undefined && !flags.has("list")) {
    checkName(name);
    if (at(name) !== undefined && !flags.has("force")) throw new GitError(`a branch named '${name}' already exists`);
    if (start === undefined && repo.headId() === undefined) throw new GitError(`not a valid object name: '${repo.branch}'`);
    repo.setRef(`refs/heads/${name}`, repo.commitOf(start ?? "HEAD"));
    return 0;
  }
  const names = flags.has("remotes") ? [] : repo.refs("heads").filter((n) => name === undefined || among(name, n));
  const detached = repo.branch === undefined ? [`(HEAD detached at ${repo.short(repo.headId() ?? "")})`] : [];
  const width = Math.max(0, ...[...detached, ...names].map((n) => n.length));
  for (const n of [...detached, ...names]) {
    const here = n === repo.branch || detached.includes(n);
    const id = detached.includes(n) ? repo.headId() : at(n);
    const more = flags.has("verbose") && id !== undefined ? `${" ".repeat(width - n.length)} ${repo.short(id)} ${subject(repo, id)}` : "";
    await git.out(`${here ? "* " : "  "}${here ? git.paint("green", n) : n}${more}\n`);
  }
  return 0;
};

function among(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  return rest.length === 0 ? name === pattern : name.startsWith(first) && name.endsWith(rest.at(-1) ?? "");
}

/** Makes index and working tree those of a commit; what was changed and is the same there stays. Throws when it would be lost. */
function moveTo(repo: Repository, from: string | undefined, to: string, verb: "checkout" | "merge"): void {
  const [before, after] = [repo.filesAt(from), repo.filesAt(to)];
  const index = repo.index();
  const list = differences(before, after);
  const same = (path: string, entry: TreeEntry | undefined): boolean =>
    repo.entry(path)?.entry.id === entry?.id && index.get(path)?.id === entry?.id;
  const lost = list.filter((d) => d.before && !same(d.path, d.before) && !same(d.path, d.after)).map((d) => d.path);
  const advice = verb === "checkout" ? "switch branches" : "merge";
  if (lost.length > 0)
    throw new GitError(
      `Your local changes to the following files would be overwritten by ${verb}:\n${lost.map((p) => `\t${p}\n`).join("")}Please commit your changes or stash them before you ${advice}.\nAborting`,
      1,
      "error",
    );
  const covered = list.filter((d) => !d.before && repo.entry(d.path) && !index.has(d.path) && !same(d.path, d.after)).map((d) => d.path);
  if (covered.length > 0)
    throw new GitError(
      `The following untracked working tree files would be overwritten by ${verb}:\n${covered.map((p) => `\t${p}\n`).join("")}Please move or remove them before you ${advice}.\nAborting`,
      1,
      "error",
    );
  for (const { path, after: entry } of list) {
    repo.checkOut(path, entry);
    if (entry) index.set(path, { size: 0, mtime: 0, ...repo.entry(path)?.entry, ...entry });
    else index.delete(path);
  }
  repo.saveIndex(index);
}

async function goTo(
  git: Git,
  target: string,
  how: { readonly create?: string; readonly detach: boolean; readonly quiet: boolean; readonly verb: "checkout" | "switch" },
): Promise<number> {
  const repo = git.repository();
  const head = repo.headId();
  const name = how.create ?? target;
  if (how.create !== undefined) {
    checkName(name);
    if (repo.ref(`refs/heads/${name}`) !== undefined) throw new GitError(`a branch named '${name}' already exists`);
    if (head === undefined && target === "HEAD") {
      repo.setHead({ ref: `refs/heads/${name}` });
      await git.err(`Switched to a new branch '${name}'\n`);
      return 0;
    }
  }
  const isBranch = repo.ref(`refs/heads/${target}`) !== undefined;
  if (repo.resolve(target) === undefined)
    throw how.verb === "switch"
      ? new GitError(`invalid reference: ${target}`)
      : new GitError(`pathspec '${target}' did not match any file(s) known to git`, 1, "error");
  if (how.verb === "switch" && !isBranch && how.create === undefined && !how.detach)
    throw new GitError(
      `a branch is expected, got commit '${target}'\nhint: If you want to detach HEAD at the commit, try again with the --detach option.`,
    );
  const id = repo.commitOf(target);
  if (isBranch && how.create === undefined && target === repo.branch && !how.detach) {
    await git.err(`Already on '${target}'\n`);
    return 0;
  }
  const before = repo.branch;
  moveTo(repo, head, id, "checkout");
  if (how.create !== undefined) repo.setRef(`refs/heads/${name}`, id);
  const detached = how.create === undefined && (how.detach || !isBranch);
  repo.setHead(detached ? { id } : { ref: `refs/heads/${name}` });
  if (how.quiet) return 0;
  const index = repo.index();
  if (how.create === undefined || target !== "HEAD")
    for (const d of differences(index, tracked(repo, index))) await git.out(`${letterOf(d)}\t${d.path}\n`);
  if (before === undefined && head !== undefined && head !== id)
    await git.err(`Previous HEAD position was ${repo.short(head)} ${subject(repo, head)}\n`);
  if (!detached) await git.err(`Switched to ${how.create === undefined ? "" : "a new "}branch '${name}'\n`);
  else {
    if (before !== undefined) await git.err(`Note: switching to '${target}'.\n\n${DETACHED}`);
    await git.err(`HEAD is now at ${repo.short(id)} ${subject(repo, id)}\n`);
  }
  return 0;
}
const DETACHED = `You are in 'detached HEAD' state. You can look around, make experimental
changes and commit them, and you can discard any commits you make in this
state without impacting any branches by switching back to a branch.

If you want to create a new branch to retain commits you create, you may
do so (now or later) by using -c with the switch command. Example:

  git switch -c <new-branch-name>

Or undo this operation with:

  git switch -

Turn off this advice by setting config variable advice.detachedHead to false

`;

const checkout: Command = (git) => {
  const { flags, values, operands, paths } = parseOptions("checkout", git.args, {
    "-b=": "create",
    "-B=": "!",
    "--detach": "detach",
    "-f": "!",
    "-q": "quiet",
    "--quiet": "quiet",
    "-p": "!",
    "--orphan=": "!",
  });
  const repo = git.repository();
  const dashes = git.args.includes("--");
  const create = values.get("create")?.[0];
  const [first, ...rest] = operands;
  if (create !== undefined) return goTo(git, first ?? "HEAD", { create, detach: false, quiet: flags.has("quiet"), verb: "checkout" });
  if (dashes && paths.length > 0) return checkoutPaths(git, first, paths);
  if (first !== undefined && repo.resolve(first) !== undefined) {
    return rest.length > 0
      ? checkoutPaths(git, first, rest)
      : goTo(git, first, { detach: flags.has("detach"), quiet: flags.has("quiet"), verb: "checkout" });
  }
  if (first === undefined) return 0;
  return checkoutPaths(git, undefined, operands);
};

const switchTo: Command = (git) => {
  const { flags, values, operands } = parseOptions("switch", git.args, {
    "-c=": "create",
    "--create=": "create",
    "-d": "detach",
    "--detach": "detach",
    "-q": "quiet",
    "--quiet": "quiet",
    "-C=": "!",
  });
  const create = values.get("create")?.[0];
  const [target] = operands;
  if (target === undefined && create === undefined) throw new GitError("missing branch or commit argument");
  if (target === "-") throw new GitError("git switch - is not simulated in Timonel", 129, "error");
  return goTo(git, target ?? "HEAD", {
    ...(create !== undefined && { create }),
    detach: flags.has("detach"),
    quiet: flags.has("quiet"),
    verb: "switch",
  });
};

const tag: Command = async (git) => {
  const { flags, values, operands } = parseOptions("tag", git.args, {
    "-a": "annotated",
    "-m=": "message",
    "-d": "delete",
    "-l": "list",
    "--list": "list",
    "-n": "lines",
    "-f": "force",
    "-s": "!",
  });
  const repo = git.repository();
  const [name, at] = operands;
  if (flags.has("delete")) {
    for (const n of operands) {
      const id = repo.ref(`refs/tags/${n}`);
      if (id === undefined) throw new GitError(`tag '${n}' not found.`, 1, "error");
      repo.setRef(`refs/tags/${n}`, undefined);
      await git.out(`Deleted tag '${n}' (was ${repo.short(id)})\n`);
    }
    return 0;
  }
  if (name === undefined || flags.has("list")) {
    await git.out(
      repo
        .refs("tags")
        .filter((n) => name === undefined || among(name, n))
        .map((n) => `${n}\n`)
        .join(""),
    );
    return 0;
  }
  checkName(name, "tag");
  if (repo.ref(`refs/tags/${name}`) !== undefined && !flags.has("force")) throw new GitError(`tag '${name}' already exists`);
  let id = repo.commitOf(at ?? "HEAD");
  const message = values.get("message")?.[0];
  if (flags.has("annotated") && message === undefined)
    throw new GitError("git tag -a without -m is not simulated in Timonel", 129, "error");
  if (message !== undefined)
    id = repo.objects.write(
      "tag",
      new TextEncoder().encode(`object ${id}\ntype commit\ntag ${name}\ntagger ${whoami(git, repo, "COMMITTER")}\n\n${message}\n`),
    );
  repo.setRef(`refs/tags/${name}`, id);
  return 0;
};

const merge: Command = async (git) => {
  const { flags, values, operands } = parseOptions("merge", git.args, {
    "--no-ff": "no-ff",
    "--ff-only": "ff-only",
    "-m=": "message",
    "--no-edit": "keep",
    "--abort": "!",
    "--squash": "!",
    "-q": "quiet",
  });
  const repo = git.repository();
  const [name] = operands;
  const head = repo.headId();
  if (name === undefined) throw new GitError("No remote for the current branch.");
  if (repo.resolve(name) === undefined) throw new GitError(`${name} - not something we can merge`, 1, "");
  const id = repo.commitOf(name);
  if (head === undefined || ancestors(repo, head).has(id)) {
    await git.out("Already up to date.\n");
    return 0;
  }
  const theirs = ancestors(repo, id);
  const before = repo.filesAt(head);
  if (theirs.has(head) && !flags.has("no-ff")) {
    await git.out(`Updating ${repo.short(head)}..${repo.short(id)}\n`);
    moveTo(repo, head, id, "merge");
    repo.moveHead(id);
    await git.out("Fast-forward\n");
  } else {
    if (flags.has("ff-only")) throw new GitError("Not possible to fast-forward, aborting.");
    const mine = ancestors(repo, head);
    const base = [...mine].find((c) => theirs.has(c));
    const files = merged(repo.filesAt(base), before, repo.filesAt(id));
    const who = whoami(git, repo, "COMMITTER");
    const message = `${values.get("message")?.[0] ?? `Merge branch '${name}'`}\n`;
    const made = writeCommit(repo.objects, {
      tree: writeTree(repo.objects, files),
      parents: [head, id],
      author: whoami(git, repo, "AUTHOR"),
      committer: who,
      message,
    });
    moveTo(repo, head, made, "merge");
    repo.moveHead(made);
    await git.out("Merge made by the 'ort' strategy.\n");
  }
  const list = renamed(differences(before, repo.filesAt(repo.headId())), stored(repo.objects));
  await git.out(diffstat(list.map((d) => statOf(d, stored(repo.objects)))) + modeLines(list));
  return 0;
};

/** Files of both sides, each as the side has it that changed it. Throws where both did. */
function merged(
  base: ReadonlyMap<string, TreeEntry>,
  ours: ReadonlyMap<string, TreeEntry>,
  theirs: ReadonlyMap<string, TreeEntry>,
): Map<string, TreeEntry> {
  const out = new Map(ours);
  const both: string[] = [];
  for (const { path, after } of differences(base, theirs)) {
    const mine = ours.get(path);
    if (mine?.id === after?.id && mine?.mode === after?.mode) continue;
    if (mine?.id !== base.get(path)?.id) both.push(path);
    else if (after) out.set(path, after);
    else out.delete(path);
  }
  if (both.length > 0)
    throw new GitError(`both branches changed ${both.join(", ")}: merging the contents of a file is not simulated in Timonel`, 2, "error");
  return out;
}

export const branchCommands: Readonly<Record<string, Command>> = { branch, checkout, switch: switchTo, tag, merge };
