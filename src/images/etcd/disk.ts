import type { ProcessContext } from "../../runtime/index.ts";
import { fromBinary, toBinary } from "../database/binary.ts";
import { crc32 } from "./crc.ts";
import { type Change, Store } from "./store.ts";

/** The least a bbolt file takes, in bytes, and its pages. */
const LEAST = 20_480;
const PAGE = 4096;
const MARK = "timonel-etcd-db 1\n";

/** A member, as its data folder names it. */
export interface Member {
  readonly name: string;
  readonly id: string;
  readonly cluster: string;
  readonly peers: readonly string[];
  readonly clients: readonly string[];
}
interface Head {
  readonly member: Member | undefined;
  readonly term: number;
  readonly index: number;
}

/** A database as one file: pages of 4 KiB, as bbolt has them. */
export function dbText(store: Store, head: Head): string {
  const body = `${JSON.stringify(head)}\n${store
    .dump()
    .map((c) => `${JSON.stringify(c)}\n`)
    .join("")}`;
  const text = `${MARK}${crc32(body).toString(16).padStart(8, "0")}\n${body}`;
  return text + "\n".repeat(dbSize(store) > text.length ? dbSize(store) - text.length : 0);
}
export const dbSize = (store: Store): number => Math.max(LEAST, Math.ceil((store.bytes * 1.6 + 8192) / PAGE) * PAGE);

export interface Db extends Head {
  readonly store: Store;
  readonly hash: number;
}
/** Undefined: it is none, or a damaged one. */
export function parseDb(text: string): Db | undefined {
  if (!text.startsWith(MARK)) return undefined;
  const at = MARK.length + 9;
  const body = text.slice(at).replace(/\n+$/, "\n");
  const hash = Number.parseInt(text.slice(MARK.length, at - 1), 16);
  if (crc32(body) !== hash) return undefined;
  const [first = "", ...lines] = body.trimEnd().split("\n");
  const store = new Store();
  for (const line of lines) store.apply(JSON.parse(line) as Change);
  return { ...(JSON.parse(first) as Head), store, hash };
}

const dbFile = (folder: string): string => `${folder}/member/snap/db`;
const walFile = (folder: string): string => `${folder}/member/wal/0000000000000000-0000000000000000.wal`;

/** Writes a database into a folder and begins its log anew. Throws Errno. */
export const writeDb = (proc: ProcessContext, folder: string, store: Store, head: Head): void =>
  writeDbText(proc, folder, dbText(store, head));

/** The same of a database that is a text already. */
export function writeDbText(proc: ProcessContext, folder: string, text: string): void {
  for (const part of ["", "/member", "/member/snap", "/member/wal"])
    if (!proc.fs.exists(`${folder}${part}`)) proc.fs.mkdir(`${folder}${part}`, { mode: 0o700, recursive: true });
  proc.fs.writeFile(dbFile(folder), fromBinary(text), { mode: 0o600 });
  proc.fs.writeFile(walFile(folder), "", { mode: 0o600 });
}
/** What a database's text says that its content's checksum is. */
export const hashOf = (text: string): number => Number.parseInt(text.slice(MARK.length, MARK.length + 8), 16);
/** Throws Errno. */
export const appendWal = (proc: ProcessContext, folder: string, changes: readonly Change[], index: number): void =>
  proc.fs.writeFile(walFile(folder), fromBinary(`${JSON.stringify([index, changes])}\n`), { append: true, mode: 0o600 });

/** What a folder holds; undefined: nothing yet. "damaged": it cannot be read. Throws Errno. */
export function readDb(proc: ProcessContext, folder: string): Db | "damaged" | undefined {
  if (!proc.fs.exists(dbFile(folder))) return undefined;
  const db = parseDb(toBinary(proc.fs.readFile(dbFile(folder))));
  if (!db) return "damaged";
  let { index } = db;
  const text = proc.fs.exists(walFile(folder)) ? toBinary(proc.fs.readFile(walFile(folder))) : "";
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    if (line === "") continue;
    const [at, changes] = JSON.parse(line) as [number, readonly Change[]];
    for (const change of changes) db.store.apply(change);
    index = at;
  }
  return { ...db, index };
}
