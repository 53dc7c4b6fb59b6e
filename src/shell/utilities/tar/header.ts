import { concatBytes } from "../../../machinery/index.ts";

/** A member of an archive, as its header tells (POSIX ustar, with GNU's and pax' long names). */
export interface Member {
  readonly name: string;
  readonly type: "file" | "directory" | "symlink" | "link" | "fifo" | "other";
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly user: string;
  readonly group: string;
  readonly size: number;
  /** Seconds. */
  readonly mtime: number;
  readonly target: string;
}

export const BLOCK = 512;
const encoder = new TextEncoder();
const decoder = new TextDecoder();
const TYPES: Readonly<Record<string, Member["type"]>> = {
  "0": "file",
  "\0": "file",
  "1": "link",
  "2": "symlink",
  "5": "directory",
  "6": "fifo",
};
const LETTERS: Readonly<Record<Member["type"], string>> = { file: "0", link: "1", symlink: "2", directory: "5", fifo: "6", other: "0" };

export const padding = (size: number): number => (BLOCK - (size % BLOCK)) % BLOCK;

function checksum(block: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < BLOCK; i++) sum += i >= 148 && i < 156 ? 32 : (block[i] as number);
  return sum;
}

/** The header blocks of a member: one, or three when its name or target is longer than 100 bytes (GNU's way). */
export function encodeMember(member: Member): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [letter, text] of [
    ["K", member.target],
    ["L", member.name],
  ] as const) {
    const bytes = encoder.encode(text);
    if (bytes.length <= 100) continue;
    const body = new Uint8Array(bytes.length + 1 + padding(bytes.length + 1));
    body.set(bytes);
    parts.push(block(letter, "././@LongLink", { ...member, mode: 0, uid: 0, gid: 0, mtime: 0, size: bytes.length + 1, target: "" }), body);
  }
  parts.push(block(LETTERS[member.type], member.name, member));
  return concatBytes(parts);
}

function block(letter: string, name: string, m: Member): Uint8Array {
  const out = new Uint8Array(BLOCK);
  const text = (at: number, value: string, width: number): void => out.set(encoder.encode(value).subarray(0, width), at);
  const octal = (at: number, value: number, width: number): void =>
    text(
      at,
      Math.max(0, Math.floor(value))
        .toString(8)
        .padStart(width - 1, "0"),
      width - 1,
    );
  text(0, name, 100);
  octal(100, m.mode, 8);
  octal(108, m.uid, 8);
  octal(116, m.gid, 8);
  octal(124, m.size, 12);
  octal(136, m.mtime, 12);
  text(156, letter, 1);
  text(157, m.target, 100);
  text(257, "ustar  \0", 8);
  text(265, m.user, 32);
  text(297, m.group, 32);
  text(148, `${checksum(out).toString(8).padStart(6, "0")}\0 `, 8);
  return out;
}

/** Undefined: no header of an archive. `letter` tells what it introduces. */
export function decodeBlock(data: Uint8Array): { readonly letter: string; readonly member: Member } | undefined {
  const text = (at: number, width: number): string => {
    const slice = data.subarray(at, at + width);
    const end = slice.indexOf(0);
    return decoder.decode(end < 0 ? slice : slice.subarray(0, end));
  };
  const octal = (at: number, width: number): number => {
    // Sizes over 8 GiB are base 256 (GNU).
    if ((data[at] as number) & 0x80) return data.subarray(at + 1, at + width).reduce((n, b) => n * 256 + b, 0);
    return Number.parseInt(text(at, width).trim() || "0", 8) || 0;
  };
  if (octal(148, 8) !== checksum(data)) return undefined;
  const letter = String.fromCharCode(data[156] as number);
  const posix = text(257, 6) === "ustar" && data[262] === 0;
  const prefix = posix ? text(345, 155) : "";
  const name = `${prefix}${prefix && "/"}${text(0, 100)}`;
  const type = TYPES[letter] ?? "other";
  const member: Member = {
    name,
    type: type === "file" && name.endsWith("/") ? "directory" : type,
    mode: octal(100, 8) & 0o7777,
    uid: octal(108, 8),
    gid: octal(116, 8),
    user: text(265, 32),
    group: text(297, 32),
    size: octal(124, 12),
    mtime: octal(136, 12),
    target: text(157, 100),
  };
  return { letter, member };
}

/** What a pax header's records say of the member that follows. */
export function paxRecords(body: Uint8Array): Partial<Member> {
  const out: { name?: string; target?: string; size?: number; mtime?: number; user?: string; group?: string } = {};
  const all = decoder.decode(body);
  for (const line of all.split("\n")) {
    const m = /^\d+ ([^=]+)=([\s\S]*)$/.exec(line);
    if (!m) continue;
    const value = m[2] as string;
    if (m[1] === "path") out.name = value;
    else if (m[1] === "linkpath") out.target = value;
    else if (m[1] === "size") out.size = Number(value);
    else if (m[1] === "mtime") out.mtime = Number(value);
    else if (m[1] === "uname") out.user = value;
    else if (m[1] === "gname") out.group = value;
  }
  return out;
}
