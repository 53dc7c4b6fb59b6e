import { errno } from "../errno.ts";
import { allowed, type Credentials } from "../files/walk.ts";
import type { View } from "../files/view.ts";
import { decode } from "../text.ts";
import type { Node } from "../files/node.ts";

export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/** Interpreters of interpreters (BINPRM_MAX_RECURSION). */
const MAX_DEPTH = 4;

/** What execve found: a program to run, or something that runs for ever. */
export interface Executable {
  readonly program: string | undefined;
  readonly argv: readonly string[];
  /** Where it was. */
  readonly path: string;
  /** What runs: an interpreter, where it was a script. */
  readonly exe: string;
  /** Who it runs as: another where the file says so (set-user-ID). */
  readonly credentials: Credentials;
}

/** execvpe: looks argv[0] up in PATH unless it has a slash. Throws Errno ENOENT, EACCES, ENOEXEC. */
export function findExecutable(view: View, who: Credentials, argv: readonly string[], path: string | undefined): Executable {
  const name = argv[0] ?? "";
  let refused: Refusal = { code: "ENOENT", path: name };
  if (name === "") throw errno(refused.code, name);
  if (name.includes("/")) {
    const found = load(view, who, name, argv, 0);
    if ("code" in found) throw errno(found.code, found.path);
    return found;
  }
  for (const directory of (path ?? DEFAULT_PATH).split(":")) {
    const found = load(view, who, `${directory === "" ? "." : directory}/${name}`, argv, 0);
    if (!("code" in found)) return found;
    if (found.code === "EACCES") refused = found;
    else if (found.code !== "ENOENT" && found.code !== "ENOTDIR") throw errno(found.code, found.path);
  }
  throw errno(refused.code, refused.path);
}

/** Why a file is not run. Most that a search in PATH meets are only not there, so nothing is thrown. */
interface Refusal {
  readonly code: string;
  readonly path: string;
}

function load(view: View, who: Credentials, path: string, argv: readonly string[], depth: number): Executable | Refusal {
  const found = view.look(path);
  if (typeof found === "string") return { code: found, path };
  const { node } = found;
  if (!node) return { code: "ENOENT", path };
  if (node.type !== "file" || !allowed(node, who, 1)) return { code: "EACCES", path };
  const program = node.hold ? undefined : (node.program ?? copied(node));
  if (program !== undefined || node.hold) return { program, argv, path, exe: found.path, credentials: become(node, who) };
  const interpreter = shebang(node);
  if (!interpreter) return { code: "ENOEXEC", path };
  if (depth >= MAX_DEPTH) return { code: "ELOOP", path };
  const runs = load(view, who, interpreter[0] as string, [...interpreter, path, ...argv.slice(1)], depth + 1);
  return "code" in runs ? runs : { ...runs, path };
}

/** A copy of a program is that program: it is told by what is in it. */
function copied(node: Node): string | undefined {
  if (node.bytes[0] !== 0x7f) return undefined;
  return /^\x7fELF.{3} timonel program (\S+)\n$/.exec(decode(node.bytes.subarray(0, Math.min(node.size, 256))))?.[1];
}

/** Set-user-ID and set-group-ID bits (execve(2)). */
function become(node: Node, who: Credentials): Credentials {
  const uid = (node.mode & 0o4000) === 0 ? who.uid : node.uid;
  const gid = (node.mode & 0o2010) === 0o2010 ? node.gid : who.gid;
  if (who.noNewPrivileges || (uid === who.uid && gid === who.gid)) return who;
  return { ...who, uid, gid, real: who.real ?? { uid: who.uid, gid: who.gid } };
}

/** "#!/bin/sh -e" gives ["/bin/sh", "-e"]: one argument at most, as Linux splits it. */
function shebang(node: Node): readonly string[] | undefined {
  if (node.bytes[0] !== 0x23 || node.bytes[1] !== 0x21) return undefined;
  const line = decode(node.bytes.subarray(2, Math.min(node.size, 256))).split("\n", 1)[0] as string;
  const match = /^[ \t]*(\S+)[ \t]*(.*?)[ \t]*$/.exec(line);
  if (!match) return undefined;
  return match[2] === "" ? [match[1] as string] : [match[1] as string, match[2] as string];
}
