import { Errno } from "../../runtime/index.ts";
import type { Shell } from "../shell.ts";
import type { Builtin } from "./builtin.ts";

/** `path` made absolute and without . and .. , as a logical `cd` does it. */
export function logicalPath(cwd: string, path: string): string {
  const out: string[] = [];
  for (const part of (path.startsWith("/") ? path : `${cwd}/${path}`).split("/")) {
    if (part === "..") out.pop();
    else if (part !== "" && part !== ".") out.push(part);
  }
  return `/${out.join("/")}`;
}

async function change(sh: Shell, target: string, name: string, physical = false): Promise<number> {
  try {
    let path = logicalPath(sh.proc.cwd, target);
    if (physical) path = sh.proc.fs.realpath(path);
    if (sh.proc.fs.stat(path).type !== "directory") throw new Errno("ENOTDIR", "Not a directory");
    const old = sh.proc.cwd;
    sh.proc.cwd = path;
    sh.put("OLDPWD", { ...sh.find("OLDPWD"), value: old });
    sh.put("PWD", { ...sh.find("PWD"), value: path });
    return 0;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await sh.complain(
      sh.dialect.bash ? `${target}: ${error.message}` : `can't cd to ${target}${sh.dialect.name === "dash" ? "" : `: ${error.message}`}`,
      name,
    );
    return sh.dialect.bash ? 1 : 2;
  }
}

async function cd(sh: Shell, args: readonly string[]): Promise<number> {
  const words = [...args];
  let physical = sh.options.has("physical");
  while (/^-[LPe@]+$/.test(words[0] ?? "")) physical = (words.shift() as string).includes("P");
  if (words[0] === "--") words.shift();
  if (words.length > 1 && sh.dialect.bash) {
    await sh.complain("too many arguments", "cd");
    return 1;
  }
  let target = words[0];
  let print = false;
  if (target === undefined) {
    target = sh.get("HOME");
    if (target === undefined) {
      if (!sh.dialect.bash) return 0;
      await sh.complain("HOME not set", "cd");
      return 1;
    }
  } else if (target === "-") {
    target = sh.get("OLDPWD");
    print = true;
    if (target === undefined) {
      await sh.complain("OLDPWD not set", "cd");
      return sh.dialect.bash ? 1 : 2;
    }
  } else if (target === "") return 0;
  else if (sh.get("CDPATH") && !/^\.{0,2}\//.test(target) && target !== "." && target !== "..") {
    for (const dir of (sh.get("CDPATH") as string).split(":")) {
      const path = logicalPath(sh.proc.cwd, `${dir || "."}/${target}`);
      if (sh.proc.fs.exists(path) && sh.proc.fs.stat(path).type === "directory") {
        print = dir !== "";
        target = path;
        break;
      }
    }
  }
  // A name that is no folder may be a variable that holds one.
  const named = sh.options.has("cdable_vars") && !sh.proc.fs.exists(target) ? sh.get(target) : undefined;
  if (named) [target, print] = [named, true];
  const status = await change(sh, target, "cd", physical);
  if (status === 0 && print) await sh.write(`${sh.proc.cwd}\n`);
  return status;
}

function shown(sh: Shell): string {
  const home = sh.get("HOME");
  return [sh.proc.cwd, ...sh.directories]
    .map((d) => (home && (d === home || d.startsWith(`${home}/`)) ? `~${d.slice(home.length)}` : d))
    .join(" ");
}

export const directoryBuiltins: Readonly<Record<string, Builtin>> = {
  cd: { run: cd },
  chdir: { not: "bash", run: cd },
  pwd: {
    async run(sh, args) {
      const bad = sh.dialect.bash ? args.find((a) => /^-[^LP]/.test(a))?.slice(0, 2) : undefined;
      if (bad !== undefined && bad !== "--") {
        await sh.complain(`${bad}: invalid option`, "pwd");
        await sh.fds.get(2)?.write("pwd: usage: pwd [-LP]\n");
        return 2;
      }
      await sh.write(
        `${args[0] === "-P" || (args[0] !== "-L" && sh.options.has("physical")) ? sh.proc.fs.realpath(sh.proc.cwd) : sh.proc.cwd}\n`,
      );
      return 0;
    },
  },
  pushd: {
    bashOnly: true,
    async run(sh, args) {
      const stack = [sh.proc.cwd, ...sh.directories];
      const target = args[0];
      if (target === undefined) {
        if (stack.length < 2) {
          await sh.complain("no other directory", "pushd");
          return 1;
        }
        [stack[0], stack[1]] = [stack[1] as string, stack[0] as string];
      } else if (/^[-+]\d+$/.test(target)) {
        const n = target.startsWith("+") ? Number(target.slice(1)) : stack.length - 1 - Number(target.slice(1));
        if (n < 0 || n >= stack.length) {
          await sh.complain(`${target}: directory stack index out of range`, "pushd");
          return 1;
        }
        stack.push(...stack.splice(0, n));
      } else stack.unshift(target);
      const status = await change(sh, stack[0] as string, "pushd");
      if (status !== 0) return status;
      sh.directories = stack.slice(1);
      await sh.write(`${shown(sh)}\n`);
      return 0;
    },
  },
  popd: {
    bashOnly: true,
    async run(sh) {
      const next = sh.directories[0];
      if (next === undefined) {
        await sh.complain("directory stack empty", "popd");
        return 1;
      }
      const status = await change(sh, next, "popd");
      if (status !== 0) return status;
      sh.directories = sh.directories.slice(1);
      await sh.write(`${shown(sh)}\n`);
      return 0;
    },
  },
  dirs: {
    bashOnly: true,
    async run(sh, args) {
      if (args[0] === "-c") sh.directories = [];
      else if (args[0] === "-p") await sh.write(`${shown(sh).split(" ").join("\n")}\n`);
      else if (args[0] === "-v")
        await sh.write(
          shown(sh)
            .split(" ")
            .map((d, i) => `${String(i).padStart(2)}  ${d}\n`)
            .join(""),
        );
      else await sh.write(`${shown(sh)}\n`);
      return 0;
    },
  },
};
