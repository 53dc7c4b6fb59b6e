import { errno } from "../errno.ts";
import { createNode, type Node } from "../files/node.ts";

/** A file whose content is made when it is read; `write` takes a line. */
export interface Row {
  read(): string;
  write?(text: string): void;
  readonly mode?: number;
}

/** A tree of such files from their paths ("kernel/hostname"). Inode numbers count from `ino`. */
export function virtualTree(rows: Readonly<Record<string, Row | (() => string)>>, ino: number): Node {
  let next = ino;
  const children = new Map<string, Node>();
  const below = new Map<string, Record<string, Row | (() => string)>>();
  for (const path in rows) {
    const row = rows[path] as Row | (() => string);
    const [name, ...rest] = path.split("/") as [string, ...string[]];
    if (rest.length > 0) below.set(name, { ...below.get(name), [rest.join("/")]: row });
    else children.set(name, virtualFile(next++, typeof row === "function" ? { read: row } : row));
  }
  for (const [name, inner] of below) {
    children.set(name, virtualTree(inner, next));
    next += Object.keys(inner).length * 4 + 1;
  }
  const names = [...children.keys()];
  return createNode(next, "directory", 0o555, { virtual: { list: () => names, lookup: (name) => children.get(name) } });
}

export function virtualFile(ino: number, row: Row, uid = 0): Node {
  const write = row.write && ((text: string) => row.write?.(text.trim()));
  return createNode(ino, "file", row.mode ?? (write ? 0o644 : 0o444), {
    uid,
    virtual: { read: () => row.read(), ...(write && { write }) },
  });
}

/** A number within bounds, as a knob takes it. Throws Errno EINVAL. */
export function integer(text: string, from: number, to: number): number {
  const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to)) throw errno("EINVAL");
  return value;
}
