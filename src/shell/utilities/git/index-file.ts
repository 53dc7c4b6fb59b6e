import { sha1 } from "@noble/hashes/legacy.js";
import { decode, encode, fromHex, GitError, hex, type TreeEntry } from "./objects.ts";

/** A file that is to be in the next commit. */
export interface IndexEntry extends TreeEntry {
  readonly size: number;
  /** Seconds. */
  readonly mtime: number;
}
export type Index = Map<string, IndexEntry>;

/** The index's bytes (gitformat-index(5), version 2), its entries by name. */
export function encodeIndex(index: ReadonlyMap<string, IndexEntry>): Uint8Array {
  const rows = [...index].map(([path, entry]) => ({ name: encode(path), entry })).sort((a, b) => compare(a.name, b.name));
  const size = 12 + rows.reduce((sum, { name }) => sum + padded(name.length), 0) + 20;
  const out = new Uint8Array(size);
  const view = new DataView(out.buffer);
  out.set(encode("DIRC"));
  view.setUint32(4, 2);
  view.setUint32(8, rows.length);
  let at = 12;
  for (const { name, entry } of rows) {
    view.setUint32(at, entry.mtime);
    view.setUint32(at + 8, entry.mtime);
    view.setUint32(at + 24, Number.parseInt(entry.mode, 8));
    view.setUint32(at + 36, entry.size);
    out.set(fromHex(entry.id), at + 40);
    view.setUint16(at + 60, Math.min(name.length, 0xfff));
    out.set(name, at + 62);
    at += padded(name.length);
  }
  out.set(sha1(out.subarray(0, at)), at);
  return out;
}

export function decodeIndex(bytes: Uint8Array): Index {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 32 || decode(bytes.subarray(0, 4)) !== "DIRC") throw new GitError("index file corrupt");
  const index: Index = new Map();
  let at = 12;
  for (let n = view.getUint32(8); n > 0; n--) {
    const end = bytes.indexOf(0, at + 62);
    const path = decode(bytes.subarray(at + 62, end));
    index.set(path, {
      mode: view.getUint32(at + 24).toString(8),
      id: hex(bytes.subarray(at + 40, at + 60)),
      size: view.getUint32(at + 36),
      mtime: view.getUint32(at + 8),
    });
    at += padded(end - at - 62);
  }
  return index;
}

/** An entry ends with one to eight zeros, at a multiple of eight. */
const padded = (name: number): number => Math.floor((62 + name + 8) / 8) * 8;

function compare(a: Uint8Array, b: Uint8Array): number {
  for (let i = 0; i < a.length && i < b.length; i++) if (a[i] !== b[i]) return (a[i] as number) - (b[i] as number);
  return a.length - b.length;
}
