import { canonical, parseConfig, withSetting } from "../config.ts";
import { GitError } from "../objects.ts";
import { parseOptions } from "../options.ts";
import { Repository, settingsOf } from "../repository.ts";
import type { Command } from "../types.ts";

const HINT = (branch: string): string =>
  [
    `Using '${branch}' as the name for the initial branch. This default branch name`,
    "is subject to change. To configure the initial branch name to use in all",
    "of your new repositories, which will suppress this warning, call:",
    "",
    "\tgit config --global init.defaultBranch <name>",
    "",
    "Names commonly chosen instead of 'master' are 'main', 'trunk' and",
    "'development'. The just-created branch can be renamed via this command:",
    "",
    "\tgit branch -m <name>",
  ]
    .map((line) => `hint: ${line}\n`)
    .join("");

const init: Command = async (git) => {
  const { flags, values, operands } = parseOptions("init", git.args, {
    "-q": "quiet",
    "--quiet": "quiet",
    "-b=": "branch",
    "--initial-branch=": "branch",
    "--bare": "!",
  });
  const { fs } = git.proc;
  const folder = operands[0] ?? ".";
  fs.mkdir(folder, { recursive: true });
  const top = fs.realpath(folder);
  const repo = Repository.at(git.proc, top);
  const again = fs.exists(`${repo.dir}/HEAD`);
  if (!again) {
    const configured = settingsOf(git.proc).findLast(([key]) => key === "init.defaultbranch")?.[1];
    const branch = values.get("branch")?.at(-1) ?? configured ?? "master";
    if (values.get("branch") === undefined && configured === undefined && !flags.has("quiet")) await git.err(HINT(branch));
    for (const path of ["objects/info", "objects/pack", "refs/heads", "refs/tags", "info", "hooks"])
      fs.mkdir(`${repo.dir}/${path}`, { recursive: true });
    fs.writeFile(
      `${repo.dir}/config`,
      "[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = false\n\tlogallrefupdates = true\n",
    );
    fs.writeFile(`${repo.dir}/description`, "Unnamed repository; edit this file 'description' to name the repository.\n");
    fs.writeFile(`${repo.dir}/info/exclude`, "# git ls-files --others --exclude-from=.git/info/exclude\n");
    repo.setHead({ ref: `refs/heads/${branch}` });
  }
  if (!flags.has("quiet")) await git.out(`${again ? "Reinitialized existing" : "Initialized empty"} Git repository in ${repo.dir}/\n`);
  return 0;
};

const config: Command = async (git) => {
  const { flags, values, operands } = parseOptions("config", git.args, {
    "--global": "global",
    "--system": "system",
    "--local": "local",
    "--list": "list",
    "-l": "list",
    "--unset": "unset",
    "--get": "get",
    "--add": "!",
    "--edit": "!",
    "-e": "!",
    "--file=": "file",
    "-f=": "file",
  });
  const { fs, env } = git.proc;
  const words =
    operands[0] === "get" || operands[0] === "set" || operands[0] === "unset" || operands[0] === "list" ? operands.slice(1) : operands;
  const verb = words === operands ? undefined : operands[0];
  const local = (): string => `${git.repository().dir}/config`;
  const own =
    values.get("file")?.[0] ??
    (flags.has("global") ? `${env["HOME"] ?? ""}/.gitconfig` : flags.has("system") ? "/etc/gitconfig" : undefined);
  const read = () => {
    if (own !== undefined) return fs.exists(own) ? parseConfig(fs.readText(own), own) : [];
    if (flags.has("local")) return parseConfig(fs.readText(local()), local());
    try {
      return git.repository().settings();
    } catch (error) {
      if (error instanceof GitError) return settingsOf(git.proc);
      throw error;
    }
  };
  if (flags.has("list") || verb === "list") {
    await git.out(
      read()
        .map(([key, value]) => `${key}=${value}\n`)
        .join(""),
    );
    return 0;
  }
  const [key, value] = words;
  if (key === undefined) throw new GitError("usage: git config [<options>]", 129, "");
  const name = canonical(key);
  if (!/^[a-z][a-z0-9-]*$/.test(name.slice(name.lastIndexOf(".") + 1))) throw new GitError(`invalid key: ${key}`, 1, "error");
  const unset = flags.has("unset") || verb === "unset";
  if (value === undefined && !unset) {
    const found = read().findLast(([k]) => k === name)?.[1];
    if (found !== undefined) await git.out(`${found}\n`);
    return found === undefined ? 1 : 0;
  }
  const file = own ?? local();
  const text = fs.exists(file) ? fs.readText(file) : "";
  if (unset && !parseConfig(text, file).some(([k]) => k === name)) return 5;
  const spelled = name.slice(0, name.lastIndexOf(".") + 1) + key.slice(key.lastIndexOf(".") + 1);
  fs.writeFile(file, withSetting(text, spelled, unset ? undefined : value));
  return 0;
};

/** What other computers would be asked for: nothing outside the cluster can be reached. */
function unreachable(url: string): never {
  const host = /^\w+:\/\/(?:[^@/]*@)?([^:/]+)/.exec(url)?.[1];
  const ssh = /^(?:[^@/]+@)?([^:/]+):/.exec(url)?.[1];
  if (host !== undefined && /^https?:/.test(url))
    throw new GitError(`unable to access '${url.replace(/\/?$/, "/")}': Could not resolve host: ${host}`);
  if (host !== undefined || ssh !== undefined)
    throw new GitError(
      `ssh: Could not resolve hostname ${host ?? ssh}: Temporary failure in name resolution\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`,
      128,
      "",
    );
  throw new GitError(`'${url}' does not appear to be a git repository`);
}

const clone: Command = async (git) => {
  const { operands } = parseOptions("clone", git.args, {
    "-q": "quiet",
    "--quiet": "quiet",
    "--depth=": "depth",
    "-b=": "branch",
    "--branch=": "branch",
    "--single-branch": "single",
  });
  const [url, folder] = operands;
  if (url === undefined) throw new GitError("You must specify a repository to clone.");
  const name =
    folder ??
    (url
      .replace(/\/+$/, "")
      .replace(/\.git$/, "")
      .split(/[/:]/)
      .at(-1) as string);
  if (git.proc.fs.exists(url)) throw new GitError("cloning a local repository is not simulated in Timonel");
  await git.err(`Cloning into '${name}'...\n`);
  return unreachable(url);
};

const remote: Command = async (git) => {
  const repo = git.repository();
  const [verb, name, url] = git.args.filter((arg) => !arg.startsWith("-"));
  const file = `${repo.dir}/config`;
  const remotes = repo.settings().flatMap(([key, value]) => {
    const m = /^remote\.(.+)\.url$/.exec(key);
    return m ? [[m[1] as string, value] as const] : [];
  });
  const change = (key: string, value: string | undefined): void =>
    git.proc.fs.writeFile(file, withSetting(git.proc.fs.readText(file), key, value));
  const known = (): string => {
    const found = remotes.find(([n]) => n === name);
    if (!found) throw new GitError(`No such remote '${name}'`, 2, "error");
    return found[1];
  };
  switch (verb) {
    case undefined:
      await git.out(
        remotes
          .map(([n, u]) =>
            git.args.includes("-v") || git.args.includes("--verbose") ? `${n}\t${u} (fetch)\n${n}\t${u} (push)\n` : `${n}\n`,
          )
          .join(""),
      );
      return 0;
    case "add":
      if (name === undefined || url === undefined) throw new GitError("usage: git remote add [<options>] <name> <url>", 129, "");
      if (remotes.some(([n]) => n === name)) throw new GitError(`remote ${name} already exists.`, 3, "error");
      change(`remote.${name}.url`, url);
      change(`remote.${name}.fetch`, `+refs/heads/*:refs/remotes/${name}/*`);
      return 0;
    case "remove":
    case "rm":
      known();
      change(`remote.${name}.url`, undefined);
      change(`remote.${name}.fetch`, undefined);
      return 0;
    case "get-url":
      await git.out(`${known()}\n`);
      return 0;
    case "set-url":
      known();
      change(`remote.${name}.url`, url ?? "");
      return 0;
    default:
      throw new GitError(`git remote ${verb} is not simulated in Timonel`, 129, "error");
  }
};

/** fetch, pull and push. */
const elsewhere: Command = (git) => {
  const repo = git.repository();
  const name = git.args.find((arg) => !arg.startsWith("-")) ?? "origin";
  const url = repo.setting(`remote.${name}.url`);
  if (url !== undefined) return unreachable(url);
  if (/[:/]/.test(name)) return unreachable(name);
  throw new GitError(
    git.args.some((arg) => !arg.startsWith("-"))
      ? `'${name}' does not appear to be a git repository\nfatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\nand the repository exists.`
      : "No configured push destination.\nEither specify the URL from the command-line or configure a remote repository using\n\n    git remote add <name> <url>\n\nand then push using the remote name\n\n    git push <name>\n",
  );
};

export const setupCommands: Readonly<Record<string, Command>> = {
  init,
  config,
  clone,
  remote,
  fetch: elsewhere,
  pull: elsewhere,
  push: elsewhere,
};
