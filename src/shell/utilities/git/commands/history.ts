import { strftime } from "../../../strftime.ts";
import { type Commit, GitError, person, type TreeEntry } from "../objects.ts";
import { parseOptions } from "../options.ts";
import { type Content, type Difference, differences, diffstat, letterOf, patchOf, renamed, statOf, stored, summary } from "../patch.ts";
import type { Repository } from "../repository.ts";
import { tracked } from "../status.ts";
import type { Command, Git } from "../types.ts";
import { gitDate } from "./commit.ts";
import { among } from "./staging.ts";

/** How differences are printed. */
const SHAPES = {
  "--stat": "stat",
  "--shortstat": "shortstat",
  "--name-only": "names",
  "--name-status": "letters",
  "--numstat": "numbers",
  "-p": "patch",
  "-u": "patch",
  "--patch": "patch",
  "--color": "color",
  "--no-color": "plain",
  "--no-pager": "plain",
} as const;

function shaped(git: Git, repo: Repository, all: readonly Difference[], content: Content, flags: ReadonlySet<string>): string {
  const list = renamed(all, content);
  const stats = () => list.map((d) => statOf(d, content));
  if (flags.has("names")) return list.map((d) => `${d.path}\n`).join("");
  if (flags.has("letters"))
    return list
      .map((d) => (d.from === undefined ? `${letterOf(d)}\t${d.path}\n` : `R${String(d.alike).padStart(3, "0")}\t${d.from}\t${d.path}\n`))
      .join("");
  if (flags.has("numbers"))
    return stats()
      .map((s) => `${s.binary ? "-" : s.added}\t${s.binary ? "-" : s.removed}\t${s.path}\n`)
      .join("");
  if (flags.has("stat")) return diffstat(stats());
  if (flags.has("shortstat")) return list.length > 0 ? summary(stats()) : "";
  const color = (git.color && !flags.has("plain")) || flags.has("color");
  return list.map((d) => patchOf(d, content, (id) => repo.short(id), color)).join("");
}

const diff: Command = async (git) => {
  const { flags, operands, paths } = parseOptions("diff", git.args, {
    ...SHAPES,
    "--cached": "cached",
    "--staged": "cached",
    "-q": "quiet",
    "--quiet": "quiet",
    "--exit-code": "code",
    "-w": "!",
    "--word-diff": "!",
    "--no-index": "!",
  });
  const repo = git.repository();
  const revisions: string[] = [];
  const specs = [...paths];
  for (const operand of operands) {
    const range = /^(.*?)\.\.\.?(.*)$/.exec(operand);
    if (range) revisions.push(range[1] || "HEAD", range[2] || "HEAD");
    else if (specs.length === paths.length && repo.resolve(operand) !== undefined) revisions.push(operand);
    else if (git.proc.fs.exists(operand) || repo.index().has(repo.inside(operand))) specs.push(operand);
    else repo.commitOf(operand);
  }
  const index = repo.index();
  const cached = flags.has("cached");
  const [one, two] = revisions;
  const before: ReadonlyMap<string, TreeEntry> =
    one !== undefined ? repo.filesAt(repo.commitOf(one)) : cached ? repo.filesAt(repo.headId()) : index;
  const work = two === undefined && !cached;
  const after = two !== undefined ? repo.filesAt(repo.commitOf(two)) : cached ? index : tracked(repo, index);
  const is = specs.length > 0 ? among(repo, specs) : () => true;
  const list = differences(before, after).filter((d) => is(d.path));
  const objects = stored(repo.objects);
  const content: Content = (entry, path) =>
    work && after.get(path) === entry && !repo.objects.has(entry.id) ? (repo.entry(path)?.data ?? new Uint8Array()) : objects(entry, path);
  await git.proc.cpu(list.length / 5);
  if (!flags.has("quiet")) await git.out(shaped(git, repo, list, content, flags));
  return (flags.has("code") || flags.has("quiet")) && list.length > 0 ? 1 : 0;
};

// --- log ---

/** Commits that can be reached from `from` and not from `without`, newest first. */
function* walk(repo: Repository, from: readonly string[], without: readonly string[]): Generator<readonly [string, Commit]> {
  const hidden = new Set<string>();
  const hide = [...without];
  for (let id = hide.pop(); id !== undefined; id = hide.pop()) {
    if (hidden.has(id)) continue;
    hidden.add(id);
    hide.push(...repo.commit(id).parents);
  }
  const open = new Map<string, Commit>();
  const seen = new Set<string>(hidden);
  const put = (id: string): void => {
    if (seen.has(id)) return;
    seen.add(id);
    open.set(id, repo.commit(id));
  };
  from.forEach(put);
  while (open.size > 0) {
    let newest: readonly [string, Commit] | undefined;
    // Of two of one second, the child first: a parent is put in after it.
    for (const row of open) if (!newest || person(row[1].committer).at > person(newest[1].committer).at) newest = row;
    const [id, commit] = newest as readonly [string, Commit];
    open.delete(id);
    yield [id, commit];
    commit.parents.forEach(put);
  }
}

/** What points at each commit, as log shows it. */
function decorations(repo: Repository, paint: Git["paint"]): ReadonlyMap<string, string> {
  const rows = new Map<string, string[]>();
  const put = (id: string | undefined, text: string): void => void (id !== undefined && rows.set(id, [...(rows.get(id) ?? []), text]));
  const { branch } = repo;
  const head = paint("cyan", "HEAD");
  put(repo.headId(), branch === undefined ? head : `${head}${paint("yellow", " -> ")}${paint("green", branch)}`);
  for (const name of repo.refs("tags").toReversed())
    put(repo.peeled(repo.ref(`refs/tags/${name}`) as string), paint("yellow", `tag: ${name}`));
  for (const name of repo.refs("heads").toReversed()) if (name !== branch) put(repo.ref(`refs/heads/${name}`), paint("green", name));
  return new Map([...rows].map(([id, names]) => [id, names.join(paint("yellow", ", "))]));
}

const RELATIVE: readonly (readonly [limit: number, unit: number, word: string])[] = [
  [90, 1, "second"],
  [90 * 60, 60, "minute"],
  [36 * 3600, 3600, "hour"],
  [14 * 86_400, 86_400, "day"],
  [70 * 86_400, 604_800, "week"],
  [365 * 86_400, 2_629_746, "month"],
  [Infinity, 31_556_952, "year"],
];
function ago(git: Git, line: string): string {
  const seconds = Math.max(0, Math.floor((git.proc.clock.now() - person(line).at) / 1000));
  const [, unit, word] = RELATIVE.find(([limit]) => seconds < limit) as readonly [number, number, string];
  const n = Math.round(seconds / unit);
  return `${n} ${word}${n === 1 ? "" : "s"} ago`;
}

function formatted(git: Git, repo: Repository, format: string, id: string, c: Commit, decorated: string | undefined): string {
  const [author, committer] = [person(c.author), person(c.committer)];
  const [subject = "", ...rest] = c.message.split("\n");
  const fields: Readonly<Record<string, () => string>> = {
    H: () => id,
    h: () => repo.short(id),
    T: () => c.tree,
    t: () => repo.short(c.tree),
    P: () => c.parents.join(" "),
    p: () => c.parents.map((p) => repo.short(p)).join(" "),
    an: () => author.name,
    ae: () => author.email,
    ad: () => gitDate(c.author),
    ar: () => ago(git, c.author),
    at: () => String(author.at / 1000),
    as: () => strftime("%Y-%m-%d", author.at),
    cn: () => committer.name,
    ce: () => committer.email,
    cd: () => gitDate(c.committer),
    cr: () => ago(git, c.committer),
    ct: () => String(committer.at / 1000),
    s: () => subject,
    b: () => rest.join("\n").replace(/^\n+/, ""),
    B: () => c.message,
    d: () => (decorated === undefined ? "" : ` (${decorated})`),
    D: () => decorated ?? "",
    n: () => "\n",
    "%": () => "%",
  };
  return format.replace(/%([aHhTtPpcsbBdDn%][neadrts]?)/g, (whole, name: string) => {
    const known =
      fields[name] ?? (fields[name[0] as string] && name.length > 1 ? () => `${fields[name[0] as string]?.()}${name.slice(1)}` : undefined);
    return known?.() ?? whole;
  });
}

/** One commit as log and show print it, without its differences. */
function heading(git: Git, repo: Repository, id: string, c: Commit, how: ReadonlySet<string>, decorated: string | undefined): string {
  const names = decorated === undefined ? "" : git.paint("yellow", ` (${decorated}${git.color ? "\x1b[33m" : ""})`);
  if (how.has("oneline")) return `${git.paint("yellow", repo.short(id))}${names} ${c.message.split("\n")[0]}\n`;
  const merge = c.parents.length > 1 ? `Merge: ${c.parents.map((p) => repo.short(p)).join(" ")}\n` : "";
  const author = c.author.replace(/ \d+ [+-]\d+$/, "");
  const text = c.message
    .trimEnd()
    .split("\n")
    .map((line) => `    ${line}\n`)
    .join("");
  return `${git.paint("yellow", `commit ${id}`)}${names}\n${merge}Author: ${author}\nDate:   ${gitDate(c.author)}\n\n${text}`;
}

/** What a --format stands for; undefined for log's own. */
function patternOf(format: string | undefined): string | undefined {
  switch (format) {
    case undefined:
    case "medium":
    case "oneline":
      return undefined;
    case "short":
    case "full":
    case "fuller":
    case "raw":
    case "reference":
    case "email":
      throw new GitError(`git log --format=${format} is not simulated in Timonel`, 129, "error");
    default:
      return format.replace(/^t?format:/, "");
  }
}

/** A commit as it was asked for. */
function commitText(
  git: Git,
  repo: Repository,
  id: string,
  commit: Commit,
  how: ReadonlySet<string>,
  format: string | undefined,
  decorated: string | undefined,
): string {
  const pattern = patternOf(format);
  return pattern === undefined
    ? heading(git, repo, id, commit, how, decorated)
    : `${formatted(git, repo, pattern, id, commit, decorated)}\n`;
}

const LOG = {
  ...SHAPES,
  "--oneline": "oneline",
  "--graph": "graph",
  "--all": "all",
  "--decorate": "decorate",
  "--no-decorate": "undecorated",
  "--reverse": "reverse",
  "--no-merges": "straight",
  "--merges": "merges",
  "--first-parent": "first",
  "-n=": "count",
  "--max-count=": "count",
  "-<n>": "count",
  "--format=": "format",
  "--pretty=": "format",
  "--author=": "author",
  "--grep=": "grep",
  "--follow": "follow",
  "--since=": "!since",
  "-S=": "!pickaxe",
} as const;

const log: Command = async (git) => {
  const { flags, values, operands, paths } = parseOptions("log", git.args, LOG);
  for (const name of ["!since", "!pickaxe"])
    if (values.has(name)) throw new GitError(`git log --${name.slice(1)} is not simulated in Timonel`, 129, "error");
  const repo = git.repository();
  const [from, without, specs]: [string[], string[], string[]] = [[], [], [...paths]];
  for (const operand of operands) {
    const range = /^(.*?)\.\.(.*)$/.exec(operand);
    if (range) {
      without.push(repo.commitOf(range[1] || "HEAD"));
      from.push(repo.commitOf(range[2] || "HEAD"));
    } else if (operand.startsWith("^")) without.push(repo.commitOf(operand.slice(1)));
    else if (repo.resolve(operand) === undefined && git.proc.fs.exists(operand)) specs.push(operand);
    else from.push(repo.commitOf(operand));
  }
  if (flags.has("all")) from.push(...repo.refs("heads").map((name) => repo.ref(`refs/heads/${name}`) as string));
  const head = repo.headId();
  if (from.length === 0) {
    if (head === undefined) throw new GitError(`your current branch '${repo.branch}' does not have any commits yet`);
    from.push(head);
  }
  const is = specs.length > 0 ? among(repo, specs) : undefined;
  const format = values.get("format")?.at(-1);
  const decorated =
    (flags.has("decorate") || git.color || (format !== undefined && /%[dD]/.test(format))) && !flags.has("undecorated")
      ? decorations(repo, git.paint)
      : undefined;
  const count = Number(values.get("count")?.at(-1) ?? Infinity);
  const chosen: (readonly [string, Commit, readonly Difference[]])[] = [];
  for (const [id, commit] of walk(repo, from, without)) {
    if (chosen.length >= count) break;
    if (flags.has("straight") && commit.parents.length > 1) continue;
    if (flags.has("merges") && commit.parents.length < 2) continue;
    const said = (key: string, text: string): boolean => (values.get(key) ?? []).every((want) => text.includes(want));
    if (!said("author", commit.author) || !said("grep", commit.message)) continue;
    const shows = is !== undefined || ["stat", "shortstat", "names", "letters", "numbers", "patch"].some((f) => flags.has(f));
    const list =
      shows && commit.parents.length < 2
        ? differences(repo.filesAt(commit.parents[0]), repo.filesAt(id)).filter((d) => is?.(d.path) ?? true)
        : [];
    if (is && list.length === 0) continue;
    chosen.push([id, commit, list]);
  }
  if (flags.has("reverse")) chosen.reverse();
  await git.proc.cpu(chosen.length / 10);
  const how = new Set([...flags, ...(format === "oneline" ? ["oneline"] : [])]);
  const changes = ["stat", "shortstat", "names", "letters", "numbers", "patch"].some((f) => flags.has(f));
  for (const [i, [id, commit, list]] of chosen.entries()) {
    const names = decorated?.get(id);
    const body = commitText(git, repo, id, commit, how, format, names);
    const diffs =
      changes && list.length > 0 ? `${how.has("oneline") ? "" : "\n"}${shaped(git, repo, list, stored(repo.objects), flags)}` : "";
    const text = `${i > 0 && patternOf(format) === undefined && !how.has("oneline") ? "\n" : ""}${body}${diffs}`;
    // History without merges is a straight line.
    await git.out(flags.has("graph") ? graphed(text, i === chosen.length - 1) : text);
  }
  return 0;
};

function graphed(text: string, last: boolean): string {
  const lines = text.replace(/\n$/, "").split("\n");
  const first = lines.findIndex((line) => line !== "");
  return lines.map((line, i) => `${i < first ? "| " : i === first ? "* " : last ? "  " : "| "}${line}\n`.replace(/ +\n$/, "\n")).join("");
}

const show: Command = async (git) => {
  const { flags, values, operands } = parseOptions("show", git.args, { ...LOG, "-s": "silent", "--no-patch": "silent" });
  const repo = git.repository();
  for (const operand of operands.length > 0 ? operands : ["HEAD"]) {
    const file = /^([^:]*):(.+)$/.exec(operand);
    if (file) {
      const path = (file[2] as string).startsWith("./") ? repo.inside(file[2] as string) : (file[2] as string);
      const files = file[1] === "" ? repo.index() : repo.filesAt(repo.commitOf(file[1] as string));
      const entry = files.get(path);
      if (!entry) throw new GitError(`path '${path}' does not exist in '${file[1] || "the index"}'`);
      await git.proc.stdout.write(repo.objects.get(entry.id, "blob"));
      continue;
    }
    if (repo.headId() === undefined && operand === "HEAD")
      throw new GitError(`your current branch '${repo.branch}' does not have any commits yet`);
    const id = repo.commitOf(operand);
    const object = repo.objects.read(id);
    if (object.type === "blob") {
      await git.proc.stdout.write(object.data);
      continue;
    }
    const commit = repo.commit(id);
    const format = values.get("format")?.at(-1);
    const how = new Set([...flags, ...(format === "oneline" ? ["oneline"] : [])]);
    await git.out(commitText(git, repo, id, commit, how, format, git.color ? decorations(repo, git.paint).get(id) : undefined));
    if (flags.has("silent") || commit.parents.length > 1) continue;
    const list = differences(repo.filesAt(commit.parents[0]), repo.filesAt(id));
    await git.out(`${how.has("oneline") ? "" : "\n"}${shaped(git, repo, list, stored(repo.objects), flags)}`);
  }
  return 0;
};

export const historyCommands: Readonly<Record<string, Command>> = { diff, log, show };
