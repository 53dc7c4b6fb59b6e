import type { Stat } from "../../runtime/index.ts";
import type { Shell } from "../shell.ts";

function stat(sh: Shell, path: string, link = false): Stat | undefined {
  try {
    return link ? sh.proc.fs.lstat(path) : sh.proc.fs.stat(path);
  } catch {
    return undefined;
  }
}

/** -e, -f, -d …; undefined when the operator is none of them. */
export function fileTest(sh: Shell, operator: string, path: string): boolean | undefined {
  const s = (): Stat | undefined => stat(sh, path);
  switch (operator) {
    case "-e":
    case "-a":
      return s() !== undefined;
    case "-f":
      return s()?.type === "file";
    case "-d":
      return s()?.type === "directory";
    case "-L":
    case "-h":
      return stat(sh, path, true)?.type === "symlink";
    case "-s":
      return (s()?.size ?? 0) > 0;
    case "-p":
      return s()?.type === "fifo";
    case "-c":
      return s()?.type === "device";
    case "-b":
    case "-S":
      return false;
    case "-r":
    case "-w":
    case "-x":
      return sh.proc.fs.access(path, operator === "-r" ? 4 : operator === "-w" ? 2 : 1);
    case "-u":
      return ((s()?.mode ?? 0) & 0o4000) !== 0;
    case "-g":
      return ((s()?.mode ?? 0) & 0o2000) !== 0;
    case "-k":
      return ((s()?.mode ?? 0) & 0o1000) !== 0;
    case "-O":
      return s()?.uid === sh.proc.uid;
    case "-G":
      return s()?.gid === sh.proc.gid;
    case "-t":
      return sh.fds.get(Number(path))?.tty ?? false;
    default:
      return undefined;
  }
}

/** -z, -n, -v, -o, -R; undefined when the operator is none of them. */
export function stringTest(sh: Shell, operator: string, text: string): boolean | undefined {
  switch (operator) {
    case "-z":
      return text === "";
    case "-n":
      return text !== "";
    case "-v": {
      const element = /^(\w+)\[(.+)\]$/.exec(text);
      if (element) return sh.find(element[1] as string)?.array?.[element[2] as string] !== undefined;
      const v = sh.find(text);
      return v?.value !== undefined || v?.array?.["0"] !== undefined;
    }
    case "-o":
      return sh.options.has(text);
    case "-R":
      return sh.scopes.some((s) => s.get(text)?.reference);
    default:
      return undefined;
  }
}

/** -nt, -ot, -ef. */
export function compareNumbers(sh: Shell, operator: string, a: string, b: string): boolean {
  const [x, y] = [stat(sh, a), stat(sh, b)];
  if (operator === "-ef") return x !== undefined && x.ino === y?.ino;
  if (operator === "-nt") return x !== undefined && (y === undefined || x.mtime > y.mtime);
  return y !== undefined && (x === undefined || x.mtime < y.mtime);
}
