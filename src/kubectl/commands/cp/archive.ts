import { concatBytes } from "../../../machinery/index.ts";
import { ARCHIVE_BLOCK, archivePadding, decodeBlock, encodeMember, type ArchiveMember } from "../../../shell/index.ts";
import type { Files } from "../../types.ts";

/** Bytes handed on at once. */
const CHUNK = 64 * 1024;

/** An archive of a file or folder under another name, piece by piece (k8s: cmd/cp recursiveTar). */
export function* archiveOf(fs: Files, source: string, name: string): Iterable<Uint8Array> {
  yield* members(fs, source, name);
  yield new Uint8Array(2 * ARCHIVE_BLOCK);
}

function* members(fs: Files, source: string, name: string): Iterable<Uint8Array> {
  const stat = fs.lstat(source);
  const about = (type: ArchiveMember["type"], size: number, target = ""): Uint8Array =>
    encodeMember({
      name,
      type,
      mode: stat.mode & 0o7777,
      uid: stat.uid,
      gid: stat.gid,
      user: "",
      group: "",
      size,
      mtime: Math.floor(stat.mtime / 1000),
      target,
    });
  if (stat.type === "symlink") return void (yield about("symlink", 0, fs.readlink(source)));
  if (stat.type !== "directory") {
    const content = fs.readFile(source);
    yield about("file", content.length);
    for (let at = 0; at < content.length; at += CHUNK) yield content.subarray(at, at + CHUNK);
    if (archivePadding(content.length) > 0) yield new Uint8Array(archivePadding(content.length));
    return;
  }
  const entries = fs.readdir(source);
  // Folders are made by what is in them; an empty one has to be told of.
  if (entries.length === 0) yield about("directory", 0);
  for (const entry of entries) yield* members(fs, `${source}/${entry}`, `${name}/${entry}`);
}

export interface Unpacked {
  readonly member: ArchiveMember;
  /** Of a file. */
  readonly content: Uint8Array;
}

/** The members of an archive as it comes; ends where the archive does, or where its bytes do. */
export async function* unpack(read: () => Promise<Uint8Array | null>): AsyncIterable<Unpacked> {
  let buffer: Uint8Array = new Uint8Array();
  const take = async (length: number): Promise<Uint8Array | undefined> => {
    const parts = [buffer];
    let have = buffer.length;
    while (have < length) {
      const chunk = await read();
      if (chunk === null) return undefined;
      parts.push(chunk);
      have += chunk.length;
    }
    const all = parts.length === 1 ? buffer : concatBytes(parts);
    buffer = all.subarray(length);
    return all.slice(0, length);
  };
  let longName: string | undefined;
  let longTarget: string | undefined;
  for (;;) {
    const head = await take(ARCHIVE_BLOCK);
    const found = head === undefined ? undefined : decodeBlock(head);
    if (found === undefined) return;
    const { letter, member } = found;
    const body = await take(member.size + archivePadding(member.size));
    if (body === undefined) return;
    const content = body.subarray(0, member.size);
    if (letter === "L") longName = textOf(content);
    else if (letter === "K") longTarget = textOf(content);
    else {
      yield { member: { ...member, name: longName ?? member.name, target: longTarget ?? member.target }, content };
      longName = longTarget = undefined;
    }
  }
}

const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes).replace(/\0.*$/s, "");
