import { editDistance } from "../../machinery/index.ts";
import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { branchCommands } from "./git/commands/branches.ts";
import { commitCommands } from "./git/commands/commit.ts";
import { historyCommands } from "./git/commands/history.ts";
import { plumbingCommands } from "./git/commands/plumbing.ts";
import { setupCommands } from "./git/commands/setup.ts";
import { stagingCommands } from "./git/commands/staging.ts";
import { GitError } from "./git/objects.ts";
import { Repository, settingsOf } from "./git/repository.ts";
import type { Command } from "./git/types.ts";
import { Pager } from "./pager.ts";
import type { Utility } from "./tool.ts";

const COMMANDS: Readonly<Record<string, Command>> = {
  ...setupCommands,
  ...stagingCommands,
  ...commitCommands,
  ...historyCommands,
  ...branchCommands,
  ...plumbingCommands,
};
/** Of the real one, and not here. */
const MISSING =
  "am apply archive bisect blame bundle cherry-pick clean describe difftool fsck gc grep gui mergetool notes rebase reflog revert shortlog stash submodule worktree".split(
    " ",
  );
const COLORS = { red: 31, green: 32, yellow: 33, cyan: 36 } as const;

const HELP = `usage: git [-v | --version] [-h | --help] [-C <path>] [-c <name>=<value>] <command> [<args>]

These are the Git commands that Timonel has:

start a working area
   clone     Clone a repository into a new directory
   init      Create an empty Git repository or reinitialize an existing one

work on the current change
   add       Add file contents to the index
   mv        Move or rename a file, a directory, or a symlink
   restore   Restore working tree files
   rm        Remove files from the working tree and from the index

examine the history and state
   diff      Show changes between commits, commit and working tree, etc
   log       Show commit logs
   show      Show various types of objects
   status    Show the working tree status

grow, mark and tweak your common history
   branch    List, create, or delete branches
   commit    Record changes to the repository
   merge     Join two development histories together
   reset     Reset current HEAD to the specified state
   switch    Switch branches
   tag       Create, list, or delete a tag object
`;

/** A repository that is really one: objects, index and references as git keeps them, so that another git could go on. */
export const git: Utility = {
  name: "git",
  usage: "[-C <path>] <command> [<args>]",
  about: "Versions of files in a repository of one's own",
  flags: {},
  parse: "raw",
  async run(t) {
    const args = [...t.args];
    const { proc } = t;
    let paging = proc.stdout.tty;
    while (args[0]?.startsWith("-") === true) {
      const option = args.shift() as string;
      if (option === "-C") proc.cwd = proc.fs.realpath(args.shift() ?? ".");
      else if (option === "--no-pager") paging = false;
      else if (option === "-p" || option === "--paginate") continue;
      else if (option === "--version" || option === "-v") {
        await t.out("git version 2.52.0\n");
        return 0;
      } else if (option === "--help" || option === "-h") {
        await t.out(HELP);
        return 0;
      } else {
        await proc.stderr.write(option === "-c" ? "git: -c is not simulated in Timonel\n" : `unknown option: ${option}\n`);
        return 129;
      }
    }
    const name = args.shift();
    if (name === undefined || name === "help") {
      await t.out(HELP);
      return name === undefined ? 1 : 0;
    }
    const command = COMMANDS[name];
    if (!command) {
      await proc.stderr.write(
        MISSING.includes(name)
          ? `git: '${name}' is not simulated in Timonel\n`
          : `git: '${name}' is not a git command. See 'git --help'.\n${similar(name)}`,
      );
      return 1;
    }
    const color = proc.stdout.tty && proc.env["TERM"] !== "dumb";
    let repository: Repository | undefined;
    const through =
      paging && PAGED.has(name) && !((name === "branch" || name === "tag") && args.some((a) => !LISTING.test(a))) ? pagerCommand(proc) : "";
    const pager = through === "" ? undefined : new Pager(proc, through, { LESS: proc.env["LESS"] ?? "FRX" });
    try {
      return await command({
        proc,
        args,
        color,
        repository: () => (repository ??= Repository.find(proc)),
        out: (text) => (pager ? pager.write(text) : t.out(text)),
        err: async (text) => {
          await t.flush();
          await proc.stderr.write(text);
        },
        paint: (tone, text) => (color ? `\x1b[${COLORS[tone]}m${text}\x1b[m` : text),
      });
    } catch (error) {
      if (!(error instanceof GitError) && !(error instanceof Errno)) throw error;
      await t.flush();
      const kind = error instanceof GitError ? error.kind : "fatal";
      const path = error instanceof Errno && error.path !== undefined ? `'${error.path}': ` : "";
      await proc.stderr.write(`${kind === "" ? "" : `${kind}: `}${path}${error.message}\n`);
      return error instanceof GitError ? error.code : 128;
    } finally {
      await pager?.close();
    }
  },
};

/** What git shows through a pager at a terminal; `branch` and `tag` where they list. */
const PAGED = new Set(["log", "diff", "show", "branch", "tag"]);
const LISTING = /^(?:-a|-r|-v{1,2}|-l|-n\d*|--list|--all|--remotes|--verbose|--sort=.*|--contains|--merged|--no-merged)$/;

/** GIT_PAGER, core.pager, PAGER, less, in this order; nothing where it is `cat` or empty. */
function pagerCommand(proc: ProcessContext): string {
  let local: string | undefined;
  try {
    local = `${Repository.find(proc).dir}/config`;
  } catch (error) {
    if (!(error instanceof GitError)) throw error;
  }
  const configured = settingsOf(proc, local).findLast(([key]) => key === "core.pager")?.[1];
  const command = proc.env["GIT_PAGER"] ?? configured ?? proc.env["PAGER"] ?? "less";
  return command === "cat" ? "" : command;
}

/** A command that differs by a letter or two, as git offers it. */
function similar(name: string): string {
  const near = Object.keys(COMMANDS).filter((known) => editDistance(known, name) <= 2);
  return near.length === 0
    ? ""
    : `\nThe most similar command${near.length === 1 ? " is" : "s are"}\n${near.map((n) => `\t${n}\n`).join("")}`;
}
