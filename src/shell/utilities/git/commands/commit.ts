import { strftime } from "../../../strftime.ts";
import { GitError, writeCommit, writeTree } from "../objects.ts";
import { parseOptions } from "../options.ts";
import { arrow, type Difference, differences, renamed, statOf, stored, summary } from "../patch.ts";
import type { Repository } from "../repository.ts";
import { longStatus, nothing, statusOf, tracked } from "../status.ts";
import type { Command, Git } from "../types.ts";
import { among, stage } from "./staging.ts";

/** "Name <email> seconds +0000" of who does it now. Throws, as git does, when nobody has said who that is. */
export function whoami(git: Git, repo: Repository, role: "AUTHOR" | "COMMITTER"): string {
  const { env } = git.proc;
  const name = env[`GIT_${role}_NAME`] ?? repo.setting("user.name");
  const email = env[`GIT_${role}_EMAIL`] ?? repo.setting("user.email");
  if (name === undefined || email === undefined) {
    const user = env["USER"] ?? "root";
    throw new GitError(
      `${role === "AUTHOR" ? "Author" : "Committer"} identity unknown\n\n*** Please tell me who you are.\n\nRun\n\n  git config --global user.email "you@example.com"\n  git config --global user.name "Your Name"\n\nto set your account's default identity.\nOmit --global to set the identity only in this repository.\n\nfatal: unable to auto-detect email address (got '${user}@${git.proc.hostname}.(none)')`,
      128,
      "",
    );
  }
  return `${name} <${email}> ${Math.floor(git.proc.clock.now() / 1000)} +0000`;
}

/** Lets the user write in their editor; what is left without comments. */
export async function edited(git: Git, repo: Repository, file: string, text: string): Promise<string> {
  const path = `${repo.dir}/${file}`;
  git.proc.fs.writeFile(path, text);
  const { env } = git.proc;
  const editor = env["GIT_EDITOR"] ?? repo.setting("core.editor") ?? env["VISUAL"] ?? env["EDITOR"] ?? "vi";
  const child = await git.proc.spawn({ argv: ["sh", "-c", `${editor} "$@"`, editor, path] });
  const { code } = await child.exited;
  if (code !== 0)
    throw new GitError(
      `There was a problem with the editor '${editor}'.\nPlease supply the message using either -m or -F option.`,
      1,
      "error",
    );
  return cleaned(git.proc.fs.readText(path));
}

/** As git keeps a message: no comments, no blank ends, one empty line between paragraphs. */
function cleaned(text: string): string {
  const kept = text
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trimEnd())
    .join("\n")
    .replace(/\n{3,}/g, "\n\n")
    .trim();
  return kept === "" ? "" : `${kept}\n`;
}

/** "create mode", "delete mode" and "mode change" lines. */
export function modeLines(list: readonly Difference[]): string {
  return list
    .map(({ path, before, after, from, alike }) =>
      from !== undefined
        ? ` rename ${arrow(from, path)} (${alike}%)\n`
        : !before
          ? ` create mode ${after?.mode} ${path}\n`
          : !after
            ? ` delete mode ${before.mode} ${path}\n`
            : before.mode === after.mode
              ? ""
              : ` mode change ${before.mode} => ${after.mode} ${path}\n`,
    )
    .join("");
}

const commit: Command = async (git) => {
  const { flags, values, operands, paths } = parseOptions("commit", git.args, {
    "-m=": "message",
    "--message=": "message",
    "-F=": "file",
    "--file=": "file",
    "-a": "all",
    "--all": "all",
    "--amend": "amend",
    "--no-edit": "keep",
    "--allow-empty": "empty",
    "--allow-empty-message": "unsaid",
    "-q": "quiet",
    "--quiet": "quiet",
    "-v": "verbose",
    "-n": "noverify",
    "--no-verify": "noverify",
    "--author=": "author",
    "--date=": "!",
    "-p": "!",
    "-s": "signoff",
    "--signoff": "signoff",
    "-S": "!",
    "--fixup=": "!",
  });
  const repo = git.repository();
  const parent = repo.headId();
  if (flags.has("amend") && parent === undefined) throw new GitError("You have nothing yet to amend.");
  const index = repo.index();
  if (flags.has("all")) {
    for (const path of [...index.keys()]) stage(repo, index, path);
    repo.saveIndex(index);
  }
  const specs = [...operands, ...paths];
  if (specs.length > 0) {
    const found = [...new Set([...index.keys(), ...tracked(repo, index).keys()])].filter(among(repo, specs));
    if (found.length === 0) throw new GitError(`pathspec '${specs[0]}' did not match any file(s) known to git`, 1, "error");
    for (const path of found) stage(repo, index, path);
    repo.saveIndex(index);
  }
  const old = flags.has("amend") && parent !== undefined ? repo.commit(parent) : undefined;
  const merging = repo.ref("MERGE_HEAD");
  const parents = old ? old.parents : [...(parent === undefined ? [] : [parent]), ...(merging === undefined ? [] : [merging])];
  const tree = writeTree(repo.objects, index);
  const base = repo.filesAt(parents[0]);
  const list = differences(base, index);
  if (list.length === 0 && !flags.has("empty") && !old && merging === undefined) {
    await git.out(longStatus(repo, (_, text) => text));
    return 1;
  }
  const given = values.get("author")?.[0];
  if (given !== undefined && !/^.+ <.*>$/.test(given))
    throw new GitError(`--author '${given}' is not 'Name <email>' and matches no existing author`);
  const self = old && given === undefined ? "" : whoami(git, repo, "AUTHOR");
  const committer = whoami(git, repo, "COMMITTER");
  const author = given === undefined ? (old?.author ?? self) : `${given} ${committer.split(" ").slice(-2).join(" ")}`;
  let message = values
    .get("message")
    ?.map((m) => m.trimEnd())
    .join("\n\n");
  const file = values.get("file")?.[0];
  if (file !== undefined) message = file === "-" ? await input(git) : git.proc.fs.readText(file);
  if (message !== undefined) message = `${message.trim()}\n`;
  else if (old && flags.has("keep")) ({ message } = old);
  else message = await edited(git, repo, "COMMIT_EDITMSG", template(repo, old?.message ?? ""));
  if (message.trim() === "" && !flags.has("unsaid")) {
    throw new GitError("Aborting commit due to empty commit message.", 1, "");
  }
  if (flags.has("signoff")) message = `${message.trimEnd()}\n\nSigned-off-by: ${committer.replace(/ \d+ [+-]\d+$/, "")}\n`;
  const id = writeCommit(repo.objects, { tree, parents, author, committer, message });
  repo.moveHead(id);
  if (merging !== undefined) repo.setRef("MERGE_HEAD", undefined);
  if (flags.has("quiet")) return 0;
  const where = `${repo.branch ?? "detached HEAD"}${parents.length === 0 ? " (root-commit)" : ""}`;
  await git.out(`[${where} ${repo.short(id)}] ${message.split("\n")[0]}\n`);
  if (old) await git.out(` Date: ${gitDate(old.author)}\n`);
  const shown = renamed(list, stored(repo.objects));
  if (shown.length > 0) await git.out(summary(shown.map((d) => statOf(d, stored(repo.objects)))) + modeLines(shown));
  return 0;
};

async function input(git: Git): Promise<string> {
  const decoder = new TextDecoder();
  let text = "";
  for (let chunk = await git.proc.stdin.read(); chunk !== null; chunk = await git.proc.stdin.read())
    text += decoder.decode(chunk, { stream: true });
  return text;
}

function template(repo: Repository, message: string): string {
  const status = longStatus(repo, (_, text) => text).trimEnd();
  const quiet = nothing(statusOf(repo), false);
  const lines = (quiet === undefined ? status : status.replace(quiet, "").trimEnd())
    .split("\n")
    .map((line) => (line === "" ? "#" : line.startsWith("\t") ? `#${line}` : `# ${line}`));
  return `${message}\n# Please enter the commit message for your changes. Lines starting\n# with '#' will be ignored, and an empty message aborts the commit.\n#\n${lines.join("\n")}\n#\n`;
}

/** "Fri Nov 20 09:05:00 2026 +0000", in the zone that it was written in. */
export function gitDate(line: string): string {
  const [, seconds = "0", sign = "+", hours = "00", minutes = "00"] = /(\d+) ([+-])(\d\d)(\d\d)$/.exec(line) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  return `${strftime("%a %b %-d %H:%M:%S %Y", Number(seconds) * 1000 + offset * 60_000)} ${sign}${hours}${minutes}`;
}

export const commitCommands: Readonly<Record<string, Command>> = { commit };
