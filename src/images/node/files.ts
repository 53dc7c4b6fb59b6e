import { latin1, unlatin1 } from "../javascript/bytes.ts";
import { Errno, type ProcessContext } from "../../runtime/index.ts";

const NUMBERS: Readonly<Record<string, number>> = {
  ENOENT: -2,
  EACCES: -13,
  EEXIST: -17,
  ENOTDIR: -20,
  EISDIR: -21,
  ENOTEMPTY: -39,
  EROFS: -30,
  ENOSPC: -28,
};

/** What `fs` asks for. Undefined: it is no call of this kind. */
export function fileCall(proc: ProcessContext, op: string, args: readonly unknown[]): string | boolean | undefined {
  const [path, second, third] = args as [string, unknown, unknown];
  const { fs } = proc;
  try {
    switch (op) {
      case "readFile":
        if (fs.stat(path).type === "directory") throw new Errno("EISDIR", "illegal operation on a directory");
        return latin1(fs.readFile(path));
      case "writeFile":
        return (fs.writeFile(path, unlatin1(String(second)), { append: third === true }), "");
      case "exists":
        return fs.exists(path);
      case "stat": {
        const s = second === true ? fs.stat(path) : fs.lstat(path);
        return JSON.stringify({
          type: s.type,
          mode: s.mode,
          uid: s.uid,
          gid: s.gid,
          size: s.size,
          mtimeMs: s.mtime,
          ino: s.ino,
          nlink: s.nlink,
        });
      }
      case "readdir":
        return JSON.stringify(fs.readdir(path));
      case "mkdir":
        return (fs.mkdir(path, { recursive: second === true }), "");
      case "unlink":
        return (fs.unlink(path), "");
      case "rmdir":
        return (fs.rmdir(path), "");
      case "rename":
        return (fs.rename(path, String(second)), "");
      case "chmod":
        return (fs.chmod(path, Number(second)), "");
      case "realpath":
        return fs.realpath(path);
      case "symlink":
        return (fs.symlink(path, String(second)), "");
      case "readlink":
        return fs.readlink(path);
      default:
        return undefined;
    }
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    return failure(error, SYSCALLS[op] ?? op, path);
  }
}

const SYSCALLS: Readonly<Record<string, string>> = { readFile: "open", writeFile: "open", readdir: "scandir" };

/** An error as it crosses into the script: "\u0001error" and what becomes its properties. */
export function failure(error: { readonly code: string; readonly message: string }, syscall: string, path?: string): string {
  const words = error.message.charAt(0).toLowerCase() + error.message.slice(1);
  const message = `${error.code}: ${words}, ${syscall}${path === undefined ? "" : ` '${path}'`}`;
  return `\u0001error${JSON.stringify({ message, errno: NUMBERS[error.code] ?? -1, code: error.code, syscall, ...(path === undefined ? {} : { path }) })}`;
}
