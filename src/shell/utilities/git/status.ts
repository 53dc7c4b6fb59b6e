import { type Difference, differences, letterOf, renamed, stored } from "./patch.ts";
import type { TreeEntry } from "./objects.ts";
import type { Repository } from "./repository.ts";
import type { Index } from "./index-file.ts";

export interface Status {
  /** Between HEAD and the index; between the index and the working tree. */
  readonly staged: readonly Difference[];
  readonly changed: readonly Difference[];
  /** Folders that hold nothing else end with a slash. */
  readonly untracked: readonly string[];
}

/** The tracked files as they are in the working tree. */
export function tracked(repo: Repository, index: Index): ReadonlyMap<string, TreeEntry> {
  const out = new Map<string, TreeEntry>();
  for (const path of index.keys()) {
    const entry = repo.entry(path)?.entry;
    if (entry) out.set(path, entry);
  }
  return out;
}

export function statusOf(repo: Repository): Status {
  const index = repo.index();
  const untracked = repo.workFiles(index).filter((path) => !index.has(path));
  return {
    staged: renamed(differences(repo.filesAt(repo.headId()), index), stored(repo.objects)),
    changed: differences(index, tracked(repo, index)),
    untracked: folded(untracked, index),
  };
}

/** A folder without a tracked file stands for all in it. */
function folded(paths: readonly string[], index: Index): readonly string[] {
  const out = new Set<string>();
  for (const path of paths) {
    const names = path.split("/");
    let shown = path;
    for (let n = 1; n < names.length; n++) {
      const folder = `${names.slice(0, n).join("/")}/`;
      if ([...index.keys()].some((p) => p.startsWith(folder))) continue;
      shown = folder;
      break;
    }
    out.add(shown);
  }
  return [...out];
}

const WORDS = { A: "new file:   ", M: "modified:   ", D: "deleted:    ", R: "renamed:    " } as const;

/** `git status`, without the colours. */
export function longStatus(repo: Repository, paint: (color: "red" | "green", text: string) => string): string {
  const { staged, changed, untracked } = statusOf(repo);
  const first = repo.headId() === undefined;
  const { branch } = repo;
  const out = [branch === undefined ? `HEAD detached at ${repo.short(repo.headId() ?? "")}` : `On branch ${branch}`];
  if (first) out.push("", "No commits yet", "");
  const rows = (list: readonly Difference[], color: "red" | "green"): readonly string[] =>
    list.map(
      (d) => `\t${paint(color, WORDS[letterOf(d)] + (d.from === undefined ? "" : `${repo.shown(d.from)} -> `) + repo.shown(d.path))}`,
    );
  if (staged.length > 0)
    out.push(
      "Changes to be committed:",
      first ? '  (use "git rm --cached <file>..." to unstage)' : '  (use "git restore --staged <file>..." to unstage)',
      ...rows(staged, "green"),
      "",
    );
  if (changed.length > 0) {
    const gone = changed.some((d) => !d.after);
    out.push(
      "Changes not staged for commit:",
      `  (use "git add${gone ? "/rm" : ""} <file>..." to update what will be committed)`,
      '  (use "git restore <file>..." to discard changes in working directory)',
      ...rows(changed, "red"),
      "",
    );
  }
  if (untracked.length > 0)
    out.push(
      "Untracked files:",
      '  (use "git add <file>..." to include in what will be committed)',
      ...untracked.map((path) => `\t${paint("red", repo.shown(path))}`),
      "",
    );
  const end = nothing({ staged, changed, untracked }, first);
  return `${out.join("\n")}\n${end === undefined ? "" : `${end}\n`}`;
}

/** Why there is nothing to commit; undefined when there is. */
export function nothing({ staged, changed, untracked }: Status, first: boolean): string | undefined {
  if (staged.length > 0) return undefined;
  if (changed.length > 0) return 'no changes added to commit (use "git add" and/or "git commit -a")';
  if (untracked.length > 0) return 'nothing added to commit but untracked files present (use "git add" to track)';
  return first ? 'nothing to commit (create/copy files and use "git add" to track)' : "nothing to commit, working tree clean";
}

/** `git status -s`. */
export function shortStatus(repo: Repository, branch: boolean, paint: (color: "red" | "green", text: string) => string): string {
  const { staged, changed, untracked } = statusOf(repo);
  const rows = new Map<string, [string, string]>();
  for (const d of staged) rows.set(d.path, [letterOf(d), " "]);
  for (const d of changed) rows.set(d.path, [rows.get(d.path)?.[0] ?? " ", letterOf(d)]);
  const lines = [...rows]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([path, [x, y]]) => {
      const from = staged.find((d) => d.path === path)?.from;
      const name = `${from === undefined ? "" : `${repo.shown(from)} -> `}${repo.shown(path)}`;
      return `${x === " " ? x : paint("green", x)}${y === " " ? y : paint("red", y)} ${name}`;
    });
  const head = branch
    ? [`## ${repo.headId() === undefined ? "No commits yet on " : ""}${paint("green", repo.branch ?? "HEAD (no branch)")}`]
    : [];
  return [...head, ...lines, ...untracked.map((path) => `${paint("red", "??")} ${repo.shown(path)}`)].map((l) => `${l}\n`).join("");
}
