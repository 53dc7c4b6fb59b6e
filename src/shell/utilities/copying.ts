import { Errno } from "../../runtime/index.ts";
import { baseName, joinPath } from "./paths.ts";
import type { Tool } from "./tool.ts";

/** Copies a file or, when `recursive`, a tree. Complains and goes on where it cannot. */
export async function copyTree(
  t: Tool,
  from: string,
  to: string,
  o: {
    readonly recursive: boolean;
    readonly preserve: boolean;
    readonly force: boolean;
    readonly verbose: boolean;
    readonly keep?: boolean;
    readonly links?: boolean;
  },
): Promise<void> {
  const { fs } = t.proc;
  try {
    const stat = o.recursive || o.links ? fs.lstat(from) : fs.stat(from);
    if (stat.type === "directory") {
      if (!o.recursive) return t.warn(t.busybox ? `omitting directory '${from}'` : `-r not specified; omitting directory '${from}'`);
      if (`${fs.exists(to) ? fs.realpath(to) : to}/`.startsWith(`${fs.realpath(from)}/`) && fs.exists(to))
        return t.warn(`cannot copy a directory, '${from}', into itself, '${to}'`);
      if (!fs.exists(to)) fs.mkdir(to, { mode: stat.mode });
      if (o.verbose) await t.out(`'${from}' -> '${to}'\n`);
      for (const name of fs.readdir(from)) await copyTree(t, joinPath(from, name), joinPath(to, name), o);
    } else if (stat.type === "symlink") {
      if (fs.exists(to)) fs.unlink(to);
      fs.symlink(fs.readlink(from), to);
    } else {
      if (o.keep && fs.exists(to)) return;
      if (o.force && fs.exists(to)) fs.unlink(to);
      fs.writeFile(to, stat.type === "device" ? new Uint8Array() : fs.readFile(from), { mode: stat.mode });
      if (o.verbose) await t.out(`'${from}' -> '${to}'\n`);
      await t.proc.cpu(0.01 + stat.size / 500_000);
    }
    if (o.preserve) {
      fs.chmod(to, stat.mode);
      fs.utimes(to, stat.mtime);
      if (t.proc.uid === 0) fs.chown(to, stat.uid, stat.gid);
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await t.warn(
      t.busybox
        ? `can't ${fs.exists(from) ? `create '${to}'` : `stat '${from}'`}: ${error.message}`
        : fs.exists(from)
          ? `cannot create regular file '${to}': ${error.message}`
          : `cannot stat '${from}': ${error.message}`,
    );
  }
}
/** The operands of cp, mv, ln: sources and where each goes. A string is the complaint. */
export function destinations(t: Tool, args: readonly string[], into: string | undefined): readonly (readonly [string, string])[] | string {
  const { fs } = t.proc;
  const isDir = (p: string): boolean => fs.exists(p) && fs.stat(p).type === "directory";
  const target = into ?? args.at(-1);
  const sources = into === undefined ? args.slice(0, -1) : args;
  if (args.length === 0) return "missing file operand";
  if (target === undefined || sources.length === 0) return `missing destination file operand after '${args[0]}'`;
  if (sources.length > 1 && t.busybox && !isDir(target)) return sources.map((s) => [s, joinPath(target, baseName(s))] as const);
  if (sources.length > 1 && !isDir(target))
    return `target '${target}': ${fs.exists(target) ? "Not a directory" : "No such file or directory"}`;
  return sources.map((s) => [s, isDir(target) && !t.has("plain") ? joinPath(target, baseName(s)) : target] as const);
}
