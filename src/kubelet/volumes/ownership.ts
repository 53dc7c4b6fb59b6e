import type { FileSystem } from "../../runtime/index.ts";

const READ_WRITE = 0o660;
const READ_ONLY = 0o440;
const ENTER = 0o110;
const SET_GID = 0o2000;

/**
 * Gives a volume's files to a group, which may then read and write them; what is made in its directories is the group's
 * too (k8s: volume/volume_linux.go SetVolumeOwnership).
 */
export function giveToGroup(fs: FileSystem, root: string, group: number, options: { readOnly: boolean; onRootMismatch: boolean }): void {
  const top = root === "" ? "/" : `/${root}`;
  const wanted = options.readOnly ? READ_ONLY : READ_WRITE;
  const { gid, mode } = fs.stat(top);
  const asDirectory = wanted | ENTER | SET_GID;
  if (options.onRootMismatch && gid === group && (mode & asDirectory) === asDirectory) return;
  const walk = (path: string): void => {
    const stat = fs.lstat(path);
    if (stat.type === "symlink") return;
    const directory = stat.type === "directory";
    if (stat.gid !== group) fs.chown(path, stat.uid, group);
    const next = stat.mode | (directory ? asDirectory : wanted);
    if (next !== stat.mode) fs.chmod(path, next);
    if (directory) for (const name of fs.readdir(path)) walk(path === "/" ? `/${name}` : `${path}/${name}`);
  };
  walk(top);
}
