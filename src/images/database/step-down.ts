import { Errno, type ProcessContext } from "../../runtime/index.ts";
import { readIfThere } from "../process.ts";

export interface Steps {
  readonly user: string;
  /** What has to be that user's, with all that is in it. */
  readonly folders: readonly string[];
  /** Made if they are not there. */
  readonly make?: readonly string[];
}

/**
 * What entry points do as root: the data become the server's user's, and the script is run again as that user
 * (docker-library: `find … ! -user … -exec chown`, then gosu). Answers an exit code when it could not.
 */
export async function stepDown(proc: ProcessContext, { user, folders, make = [] }: Steps, args: readonly string[]): Promise<number> {
  const entry = (readIfThere(proc, "/etc/passwd") ?? "").split("\n").find((l) => l.startsWith(`${user}:`));
  const [, , uid = "0", gid = "0", , home = "/"] = entry?.split(":") ?? [];
  if (entry === undefined) {
    await proc.stderr.write(`error: failed switching to "${user}": unable to find user ${user}: no matching entries in passwd file\n`);
    return 1;
  }
  const id = Number(uid);
  let failed = false;
  const own = async (path: string): Promise<void> => {
    const { type, uid: owner } = proc.fs.lstat(path);
    if (owner !== id)
      try {
        proc.fs.chown(path, id, Number(gid));
      } catch (error) {
        if (!(error instanceof Errno)) throw error;
        failed = true;
        await proc.stderr.write(`chown: changing ownership of '${path}': ${error.message}\n`);
      }
    if (type === "directory") for (const name of proc.fs.readdir(path)) await own(`${path === "/" ? "" : path}/${name}`);
  };
  for (const path of make) if (!proc.fs.exists(path)) proc.fs.mkdir(path, { recursive: true, mode: 0o755 });
  for (const path of folders) if (proc.fs.exists(path)) await own(path);
  if (failed) return 1;
  try {
    return await proc.exec([proc.argv[0] as string, ...args], {
      env: { ...proc.env, HOME: home },
      user: { uid: id, gid: Number(gid), groups: [Number(gid)] },
    });
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    await proc.stderr.write(`error: failed switching to "${user}": ${error.message.toLowerCase()}\n`);
    return 1;
  }
}
