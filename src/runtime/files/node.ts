import type { Payer } from "../kernel/process.ts";
import type { Stat } from "../types.ts";
import type { Tree } from "./tree.ts";
import type { Credentials, MountTable } from "./walk.ts";

/** Content that is computed on access: /proc and /dev. `pid` is the looking process's number in its namespace. */
export interface Virtual {
  readonly list?: () => readonly string[];
  readonly lookup?: (name: string, pid: number) => Node | undefined;
  readonly read?: () => string;
  /** How long that is, where it is told. */
  readonly size?: () => number;
  /** A directory that is another tree's top: what lies below is there. */
  readonly tree?: Tree;
  /** Takes what is written, in one piece. Throws Errno. */
  readonly write?: (text: string) => void;
  /** A link that leads into other surroundings: /proc/PID/root. Throws Errno. */
  readonly enter?: (who: Credentials) => { readonly table: MountTable; readonly path: string };
  /** What opening it gives: "null", "zero", "full", "random", "tty", "fd/0"... */
  readonly device?: string;
}

/**
 * An inode. Image layers are `frozen` and shared by every container; writing copies up the path to it, and a copied
 * directory keeps its frozen original as `lower`, so a container costs nothing until it writes.
 */
export interface Node {
  readonly ino: number;
  readonly type: Stat["type"];
  mode: number;
  uid: number;
  gid: number;
  mtime: number;
  nlink: number;
  /** Content: the first `size` bytes. Bytes below `size` are never changed in place, so readers may share them. */
  bytes: Uint8Array;
  size: number;
  /** Of a big file: what lies beyond its first page (content.ts). */
  pages?: (Uint8Array | undefined)[] | undefined;
  /** The buffer's tail is ours to append to. */
  owned: boolean;
  readonly target: string | undefined;
  /** Name in `Programs` that executing this runs. */
  readonly program: string | undefined;
  /** Executing this runs for ever, doing nothing (pause). */
  readonly hold: boolean;
  /** Made for the first entry. Null hides what `lower` has (a whiteout). */
  entries: Map<string, Node | null> | undefined;
  readonly lower: Node | undefined;
  readonly frozen: boolean;
  readonly virtual: Virtual | undefined;
  /** Who pays for its pages, where anybody does. */
  paid?: { readonly by: Payer; bytes: number }[] | undefined;
  /** As stored: not yet paid again. */
  owed?: readonly (readonly [string, number])[] | undefined;
}

export const EMPTY = new Uint8Array(0);

export function createNode(ino: number, type: Stat["type"], mode: number, set: Partial<Node> = {}): Node {
  return {
    ino,
    type,
    mode,
    uid: 0,
    gid: 0,
    mtime: 0,
    nlink: type === "directory" ? 2 : 1,
    bytes: EMPTY,
    size: 0,
    owned: false,
    target: undefined,
    program: undefined,
    hold: false,
    entries: undefined,
    lower: undefined,
    frozen: false,
    virtual: undefined,
    ...set,
  };
}

export function lookup(directory: Node, name: string, pid: number): Node | undefined {
  if (directory.virtual?.lookup) return directory.virtual.lookup(name, pid);
  for (let d: Node | undefined = directory; d; d = d.lower) {
    const entry = d.entries?.get(name);
    if (entry !== undefined) return entry ?? undefined;
  }
  return undefined;
}

/** The entries of a directory that is about to get one. */
export function entriesOf(directory: Node): Map<string, Node | null> {
  return (directory.entries ??= new Map());
}

/** Names in byte order. */
export function list(directory: Node): string[] {
  if (directory.virtual?.list) return [...directory.virtual.list()];
  const names = new Map<string, boolean>();
  for (let d: Node | undefined = directory; d; d = d.lower) {
    for (const [name, node] of d.entries ?? []) if (!names.has(name)) names.set(name, node !== null);
  }
  const out: string[] = [];
  for (const [name, present] of names) if (present) out.push(name);
  return out.sort(byBytes);
}

export function byBytes(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
