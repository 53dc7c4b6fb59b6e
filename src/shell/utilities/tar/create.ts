import { Gzip } from "fflate";
import { Errno, type Stat } from "../../../runtime/index.ts";
import { excluded } from "./exclude.ts";
import { joinPath, modeString, owners } from "../paths.ts";
import type { Tool } from "../tool.ts";
import { BLOCK, encodeMember, type Member, padding } from "./header.ts";
import { listing } from "./listing.ts";
import type { TarOptions } from "./options.ts";

/** GNU's record: archives end at a multiple of it. */
const RECORD = 20 * BLOCK;

/** Writes an archive; false when something could not be read. */
export async function create(t: Tool, o: TarOptions, zip: boolean): Promise<boolean> {
  const { fs } = t.proc;
  const names = owners(t.proc);
  const file = o.file === undefined || o.file === "-" ? undefined : t.proc.open(o.file, o.mode === "r" ? "a" : "w");
  const sink = file ?? t.proc.stdout;
  const packed: Uint8Array[] = [];
  const packer = zip ? new Gzip({ level: 6, mtime: 0 }, (chunk) => packed.push(chunk)) : undefined;
  let written = 0;
  const put = async (data: Uint8Array, last = false): Promise<void> => {
    written += data.length;
    await t.proc.cpu(data.length / (zip ? 40_000 : 400_000));
    if (packer) {
      packer.push(data, last);
      for (const chunk of packed.splice(0)) if (chunk.length > 0) await sink.write(chunk);
    } else await sink.write(data);
  };
  let warned = false;
  let clean = true;
  const seen = new Map<number, string>();
  const refuse = async (path: string, error: unknown): Promise<void> => {
    if (!(error instanceof Errno)) throw error;
    clean = false;
    await t.warn(
      t.busybox ? `${path}: ${error.message}` : `${path}: Cannot ${error.code === "EACCES" ? "open" : "stat"}: ${error.message}`,
      1,
    );
  };

  const member = (name: string, stat: Stat, target: string, type: Member["type"]): Member => ({
    name: type === "directory" ? `${name.replace(/\/+$/, "")}/` : name,
    type,
    mode: stat.mode & 0o7777,
    uid: stat.uid,
    gid: stat.gid,
    user: o.numeric ? "" : names.user(stat.uid).replace(/^\d+$/, ""),
    group: o.numeric ? "" : names.group(stat.gid).replace(/^\d+$/, ""),
    size: type === "file" ? stat.size : 0,
    mtime: Math.floor(stat.mtime / 1000),
    target,
  });

  const visit = async (path: string, given: string): Promise<void> => {
    if (excluded(o.exclude, given)) return;
    let name = given.replace(/^(?:.*\/)?\.\.\//, "");
    if (!o.absolute && (given.startsWith("/") || name !== given)) {
      name = name.replace(/^\/+/, "");
      const prefix = given.slice(0, given.length - name.length);
      if (!warned) {
        await t.flush();
        if (t.busybox) await t.proc.stderr.write(`tar: removing leading '${prefix}' from member names\n`);
        else await t.proc.stderr.write(`tar: Removing leading \`${prefix}' from member names\n`);
      }
      warned = true;
      if (name === "") name = "./";
    }
    let stat: Stat;
    let data: Uint8Array | undefined;
    let entry: Member;
    try {
      stat = o.follow ? fs.stat(path) : fs.lstat(path);
      const linked = stat.type === "file" && stat.nlink > 1 ? seen.get(stat.ino) : undefined;
      const type = linked !== undefined ? "link" : stat.type === "device" ? "other" : stat.type;
      // A socket or a device has nothing that could be packed.
      if (type === "other") return;
      if (stat.type === "file" && stat.nlink > 1 && linked === undefined) seen.set(stat.ino, name);
      if (type === "file") data = fs.readFile(path);
      entry = { ...member(name, stat, type === "symlink" ? fs.readlink(path) : (linked ?? ""), type), ...(data && { size: data.length }) };
    } catch (error) {
      return refuse(given, error);
    }
    if (o.verbose > 0) {
      const line = `${o.verbose > 1 ? listing(entry, modeString(stat), t.busybox, o.numeric) : entry.name}\n`;
      if (file) await t.out(line);
      else await t.proc.stderr.write(line);
    }
    await put(encodeMember(entry));
    if (data) {
      // In pieces, so that a slow reader of our output holds us up.
      for (let at = 0; at < data.length; at += 65_536) await put(data.subarray(at, at + 65_536));
      if (padding(data.length) > 0) await put(new Uint8Array(padding(data.length)));
    }
    if (stat.type !== "directory" || !o.recurse) return;
    let below: readonly string[];
    try {
      below = fs.readdir(path);
    } catch (error) {
      return refuse(given, error);
    }
    for (const child of below) await visit(joinPath(path, child), given === "." ? `./${child}` : joinPath(given, child));
  };

  const listed: { directory: string; name: string }[] = [];
  for (const list of o.lists)
    for (const name of (await t.text(list)).split("\n").filter(Boolean)) listed.push({ directory: o.directory, name });
  for (const { directory, name } of [...o.operands, ...listed])
    await visit(name.startsWith("/") || directory === "." ? name : joinPath(directory, name), name);
  const end = 2 * BLOCK;
  await put(new Uint8Array(end + (t.busybox ? 0 : (RECORD - ((written + end) % RECORD)) % RECORD)), true);
  if (file) t.proc.close(file);
  return clean;
}
