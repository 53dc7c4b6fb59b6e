import { Errno } from "../../../runtime/index.ts";
import { joinPath, modeString, owners } from "../paths.ts";
import type { Tool } from "../tool.ts";
import { excluded } from "./exclude.ts";
import { BLOCK, decodeBlock, type Member, padding, paxRecords } from "./header.ts";
import { listing } from "./listing.ts";
import type { TarOptions } from "./options.ts";
import { BadArchive, type Source } from "./source.ts";

/** The members of an archive, one after the other; what `body` leaves is passed over. */
async function* members(source: Source): AsyncGenerator<Member> {
  let named: Partial<Member> = {};
  let first = true;
  for (;;) {
    const data = await source.take(BLOCK);
    if (data.length === 0 && !first) return;
    if (data.length < BLOCK) throw new BadArchive(first ? "magic" : "short");
    if (data.every((b) => b === 0)) return;
    const block = decodeBlock(data);
    if (!block) throw new BadArchive("magic");
    first = false;
    const { letter, member } = block;
    if ("LKxg".includes(letter)) {
      const body = await source.take(member.size + padding(member.size));
      const text = new TextDecoder().decode(body.subarray(0, member.size)).replace(/\0.*$/s, "");
      if (letter === "L") named = { ...named, name: text };
      else if (letter === "K") named = { ...named, target: text };
      else if (letter === "x") named = { ...named, ...paxRecords(body.subarray(0, member.size)) };
      continue;
    }
    yield { ...member, ...named };
    named = {};
  }
}

/** Lists or unpacks; false when something could not be done. */
export async function read(t: Tool, o: TarOptions, source: Source): Promise<boolean> {
  const wanted = new Map(o.operands.map(({ name }) => [name.replace(/\/+$/, ""), false]));
  const names = owners(t.proc);
  const unpack = { t, o, names, later: [] as (() => void)[] };
  let clean = true;
  for await (const m of members(source)) {
    const rest = (): Promise<void> => skip(source, m.size + padding(m.size));
    const chosen = wanted.size === 0 ? true : [...wanted.keys()].find((w) => m.name === w || m.name.startsWith(`${w}/`));
    if (chosen === undefined || excluded(o.exclude, m.name)) {
      await rest();
      continue;
    }
    if (typeof chosen === "string") wanted.set(chosen, true);
    const type = m.type === "link" || m.type === "other" ? "file" : m.type;
    const mode = modeString({ type, mode: m.mode, uid: 0, gid: 0, size: 0, mtime: 0, ino: 0, nlink: 1 });
    if (o.mode === "t" || o.verbose > 0) {
      const line = (o.mode === "t" ? o.verbose > 0 : o.verbose > 1) ? listing(m, mode, t.busybox, o.numeric) : m.name;
      if (o.toStdout && o.mode === "x") await t.proc.stderr.write(`${line}\n`);
      else await t.out(`${line}\n`);
    }
    if (o.mode === "t") await rest();
    else if (o.toStdout) {
      if (m.type === "file") for await (const piece of source.pieces(m.size)) await t.bytes(piece);
      await skip(source, m.type === "file" ? padding(m.size) : m.size + padding(m.size));
    } else if (!(await extract(unpack, m, source))) clean = false;
  }
  // Folders get their times last, when nothing is made in them any more.
  for (const act of unpack.later.reverse()) act();
  for (const [name, found] of wanted)
    if (!found) {
      await t.warn(t.busybox ? `${name}: not found in archive` : `${name}: Not found in archive`);
      clean = false;
    }
  return clean;
}

async function skip(source: Source, size: number): Promise<void> {
  for await (const _ of source.pieces(size));
}

interface Unpacking {
  readonly t: Tool;
  readonly o: TarOptions;
  readonly names: ReturnType<typeof owners>;
  readonly later: (() => void)[];
}

/** A name that stays below the folder: without leading slashes and with no way up. */
function safeName(name: string, strip: number): string | undefined {
  const parts = name.split("/").filter((p) => p !== "");
  if (parts.includes("..")) return undefined;
  return parts.slice(strip).join("/");
}

async function extract({ t, o, names, later }: Unpacking, m: Member, source: Source): Promise<boolean> {
  const { fs } = t.proc;
  const bare = safeName(m.name, o.strip);
  const left = m.type === "file" ? m.size : 0;
  const refuse = async (text: string, consumed = false): Promise<boolean> => {
    if (!consumed) await skip(source, m.size + padding(m.size));
    await t.warn(text);
    return false;
  };
  if (bare === undefined) return refuse(t.busybox ? `name with '..' in it: ${m.name}` : `${m.name}: Member name contains '..'`);
  if (bare === "") {
    await skip(source, m.size + padding(m.size));
    return true;
  }
  const path = o.directory === "." ? bare : joinPath(o.directory, bare);
  const gone = { consumed: false };
  try {
    const parent = path.replace(/\/?[^/]*$/, "");
    if (parent !== "" && !fs.exists(parent)) fs.mkdir(parent, { recursive: true });
    const there = exists(t, path);
    if (there && m.type !== "directory") {
      if (o.keepOld) return await refuse(t.busybox ? `can't open '${bare}': File exists` : `${bare}: Cannot open: File exists`);
      if (fs.lstat(path).type !== "directory") fs.unlink(path);
    }
    if (m.type === "directory") {
      if (!there) fs.mkdir(path, { mode: m.mode });
    } else if (m.type === "symlink") fs.symlink(m.target, path);
    else if (m.type === "link") fs.link(o.directory === "." ? m.target : joinPath(o.directory, m.target), path);
    else {
      const to = t.proc.open(path, "w");
      try {
        for await (const piece of source.pieces(left)) {
          gone.consumed = true;
          await to.write(piece);
        }
        gone.consumed = true;
      } finally {
        t.proc.close(to);
      }
      await skip(source, padding(left));
    }
    if (m.type !== "symlink" && m.type !== "link") {
      const root = t.proc.uid === 0;
      const mode = (o.keepModes ?? root) ? m.mode : m.mode & 0o777 & ~t.proc.umask;
      if (o.keepOwner ?? root) {
        const user = o.numeric || m.user === "" ? undefined : names.userId(m.user);
        const group = o.numeric || m.group === "" ? undefined : names.groupId(m.group);
        fs.chown(path, user ?? m.uid, group ?? m.gid);
      }
      fs.chmod(path, mode);
      if (o.keepTime && m.type === "directory") later.push(() => fs.exists(path) && fs.utimes(path, m.mtime * 1000));
      else if (o.keepTime) fs.utimes(path, m.mtime * 1000);
    }
    return true;
  } catch (error) {
    if (!(error instanceof Errno)) throw error;
    const verb = m.type === "directory" ? "mkdir" : m.type === "symlink" ? `create symlink to ‘${m.target}’` : "open";
    const busybox =
      m.type === "directory"
        ? `can't create directory '${bare}': ${error.message}`
        : m.type === "symlink"
          ? `can't create symlink '${bare}' to '${m.target}': ${error.message}`
          : `can't open '${bare}': ${error.message}`;
    return refuse(t.busybox ? busybox : `${bare}: Cannot ${verb}: ${error.message}`, gone.consumed);
  }
}

function exists(t: Tool, path: string): boolean {
  try {
    t.proc.fs.lstat(path);
    return true;
  } catch {
    return false;
  }
}
