import type { Cancel } from "../../sim/index.ts";
import { errno } from "../errno.ts";
import type { Records, Savable } from "../records.ts";
import type { FileSystemSpace } from "../types.ts";
import type { Layer } from "./layer.ts";
import type { MountPoint } from "./walk.ts";
import { PAGE, resizeTo, writeAt } from "./content.ts";
import { createNode, EMPTY, entriesOf, lookup, type Node } from "./node.ts";
import { Pages, type Paying } from "./pages.ts";
import type { Payer } from "../kernel/process.ts";

/** Upper inodes are numbered above every image's. */
const FIRST_INO = 1_000_000;

export interface TreeEnvironment {
  readonly records: Records;
  now(): number;
  turn(fn: () => void): void;
  /** The machine's disk, where there is one: it lets bytes in, and is told that something on it has changed. */
  readonly disk?: { fits(bytes: number): boolean; touched(): void; space?(): FileSystemSpace };
  readonly hardware?: { readonly memory: number };
  /** The machine's memory, which pages of files take from whoever writes them. */
  readonly memory?: Paying;
}

/** What a tree takes from where it is kept: the files that are its own, not its image's. */
export interface TreeUsage {
  readonly bytes: number;
  readonly inodes: number;
}
/** A file system gives room by the block, to directories too. */
const BLOCK = 4096;
export const UNTOUCHED: TreeUsage = { bytes: BLOCK, inodes: 1 };

export interface StoredNode {
  readonly type: Node["type"];
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly mtime: number;
  readonly nlink: number;
  readonly bytes?: Uint8Array;
  /** Of a file that has pages; what is in them is stored by itself, under the node's key and their number. */
  readonly size?: number;
  readonly pages?: readonly (Uint8Array | undefined)[];
  readonly target?: string;
  readonly program?: string;
  readonly hold?: true;
  /** Name to inode number; 0 hides the image's. */
  readonly entries?: readonly (readonly [string, number])[];
  /** Inode number of the image's directory underneath. */
  readonly lower?: number;
  /** Who pays for its pages in memory: ids and bytes. */
  readonly paid?: readonly (readonly [string, number])[];
}

/** One file system: a container's upper layer over its image, a volume, a computer's disk. Records: `fs/<id>/<ino>`. */
export class Tree {
  readonly id: string;
  readonly env: TreeEnvironment;
  /** Bytes that its files may have together. */
  size: number | undefined;
  /** What is mounted on it where it is a machine's own: who mounts a part of it has that, too (MS_REC). */
  submounts: (() => Iterable<MountPoint>) | undefined;
  /** At least what they have: counted anew where it seems too much. */
  #used = 0;
  /** Until something changes. */
  #measured: TreeUsage | undefined;
  #nextIno = FIRST_INO;
  #watchers: Set<{ readonly rel: string; readonly fn: (rel: string) => void }> | undefined;

  #root: Node | undefined;
  readonly #make: () => Node;
  #disk: boolean;
  /** Whose memory its files take; a file system that nobody's processes write to has none. */
  #pages: Pages | undefined;
  readonly #stored: boolean;
  #fill: ((tree: Tree) => void) | undefined;
  /** The time of what is made, while it is not the present. */
  #born: number | undefined;

  /** `root` and `fill` make the tree when something first looks into it: most mounts are never looked into. */
  constructor(
    id: string,
    env: TreeEnvironment,
    options: {
      /** It takes its room from the machine's disk, not from memory. */
      readonly disk?: boolean;
      /** A tmpfs: its files take memory of those who write them. */
      readonly memory?: boolean;
      readonly layer?: Layer;
      readonly mode?: number;
      readonly stored?: ReadonlyMap<number, StoredNode>;
      readonly root?: () => Node;
      readonly fill?: (tree: Tree) => void;
      /** When what `fill` makes was made; default: when it is looked into. */
      readonly born?: number;
    } = {},
  ) {
    this.id = id;
    this.env = env;
    const { stored, layer, mode, root } = options;
    this.#fill = options.fill;
    this.#disk = options.disk ?? false;
    if (options.memory) this.keepInMemory();
    else if (this.#disk && env.memory) this.#pages = new Pages(env.memory, false);
    this.#stored = stored?.has(1) ?? false;
    this.#born = options.born;
    this.#make = () => {
      if (stored?.has(1)) return this.#revive(stored, layer);
      if (root) return root();
      const lower = layer?.root;
      const made = createNode(1, "directory", mode ?? 0o755, { lower, mtime: lower ? 0 : this.#now() });
      this.mark(made);
      return made;
    };
  }

  get root(): Node {
    return this.#root ?? this.#begin();
  }
  #begin(): Node {
    const root = (this.#root = this.#make());
    this.#fill?.(this);
    this.#born = undefined;
    return root;
  }
  /** What `fn` makes here was made at this time. */
  asOf<T>(time: number, fn: () => T): T {
    this.#born = time;
    try {
      return fn();
    } finally {
      this.#born = undefined;
    }
  }
  #now(): number {
    return this.#born ?? this.env.now();
  }

  get onDisk(): boolean {
    return this.#disk;
  }
  get inMemory(): boolean {
    return this.#pages?.inMemory === true;
  }
  keepInMemory(): void {
    this.#disk = false;
    if (this.env.memory && !this.inMemory) this.#pages = new Pages(this.env.memory, true);
  }
  /** After a thaw: those who pay for its files are there again. */
  payAgain(payer: (id: string) => Payer | undefined): void {
    const visit = (node: Node): void => {
      this.#pages?.again(node, payer);
      for (const child of node.entries?.values() ?? []) if (child) visit(child);
    };
    if (this.#stored) visit(this.root);
  }
  /** Counted when asked, and anew only after a change; one that nobody has looked into holds nothing of its own. */
  usage(): TreeUsage {
    return (this.#measured ??= this.#root === undefined && !this.#stored ? UNTOUCHED : measure(this.root));
  }

  /** The node at these names, without following links. */
  at(rel: readonly string[], pid = 0): Node | undefined {
    let node: Node | undefined = this.root;
    for (const name of rel) {
      if (node?.type !== "directory") return undefined;
      node = lookup(node, name, pid);
    }
    return node;
  }

  /** The node at these names, copied up from the image if need be, ready to be changed. */
  own(rel: readonly string[]): Node {
    let node = this.root;
    for (const name of rel) {
      let next = lookup(node, name, 0);
      if (!next) throw errno("ENOENT");
      if (next.frozen) {
        next = { ...next, frozen: false, owned: false, entries: undefined, lower: next.type === "directory" ? next : undefined };
        entriesOf(node).set(name, next);
        this.mark(node);
        this.mark(next);
      }
      node = next;
    }
    if (node.virtual) throw errno("EACCES");
    return node;
  }

  create(parent: readonly string[], name: string, type: Node["type"], mode: number, set: Partial<Node>): Node {
    const directory = this.own(parent);
    const node = createNode(this.#nextIno++, type, mode, { mtime: this.#now(), ...set });
    entriesOf(directory).set(name, node);
    if (type === "directory") directory.nlink++;
    this.#touch(directory);
    this.mark(node);
    this.changed([...parent, name]);
    return node;
  }

  /** Puts an owned node under another name (rename, link). */
  place(parent: readonly string[], name: string, node: Node): void {
    const directory = this.own(parent);
    entriesOf(directory).set(name, node);
    if (node.type === "directory") directory.nlink++;
    this.#touch(directory);
    this.mark(node);
    this.changed([...parent, name]);
  }

  /** Takes a name away; the node lives on while something else refers to it. */
  remove(parent: readonly string[], name: string, node: Node): void {
    const directory = this.own(parent);
    const hidden = directory.lower ? lookup(directory.lower, name, 0) : undefined;
    if (hidden) entriesOf(directory).set(name, null);
    else directory.entries?.delete(name);
    if (node.type === "directory") directory.nlink--;
    if (!node.frozen) {
      node.nlink--;
      if (node.nlink <= (node.type === "directory" ? 1 : 0)) {
        this.#pages?.free(node);
        this.#forget(node);
      }
    }
    this.#touch(directory);
    this.changed([...parent, name]);
  }

  /** `by`: whose memory takes what is written. */
  write(node: Node, data: Uint8Array, offset: number, rel: readonly string[], by?: Payer): void {
    this.#reserve(offset + data.length - node.size);
    this.#pages?.take(node, offset, offset + data.length, by);
    writeAt(node, data, offset, (page) => this.#markPage(node, page));
    this.#touch(node);
    this.changed(rel);
  }

  replace(node: Node, data: Uint8Array, rel: readonly string[], by?: Payer): void {
    this.#reserve(data.length - node.size);
    this.#pages?.shrink(node, data.length);
    this.#pages?.take(node, 0, data.length, by);
    const changed = (page: number): void => this.#markPage(node, page);
    resizeTo(node, 0, changed);
    if (data.length > PAGE) writeAt(node, data, 0, changed);
    else {
      node.bytes = data.length === 0 ? EMPTY : data.slice();
      node.size = data.length;
    }
    this.#touch(node);
    this.changed(rel);
  }

  resize(node: Node, size: number, rel: readonly string[]): void {
    this.#reserve(size - node.size);
    this.#pages?.shrink(node, size);
    resizeTo(node, size, (page) => this.#markPage(node, page));
    this.#touch(node);
    this.changed(rel);
  }

  #reserve(bytes: number): void {
    if (bytes <= 0) return;
    if (this.#disk && this.env.disk?.fits(bytes) === false) throw errno("ENOSPC");
    if (this.size === undefined) return;
    if (this.#used + bytes > this.size) this.#used = this.#count(this.root);
    if (this.#used + bytes > this.size) throw errno("ENOSPC");
    this.#used += bytes;
  }
  #count(node: Node): number {
    if (node.type !== "directory") return node.type === "file" ? node.size : 0;
    let sum = 0;
    for (const child of node.entries?.values() ?? []) if (child) sum += this.#count(child);
    return sum;
  }

  #touch(node: Node): void {
    node.mtime = this.#now();
    this.#measured = undefined;
    if (this.#disk) this.env.disk?.touched();
    this.mark(node);
  }

  mark(node: Node): void {
    // Unlinked but open: it has no name to be stored under.
    if (this.env.records.enabled && (node.nlink > 0 || node === this.#root))
      this.env.records.mark(new NodeRecord(this.#key(node), node, this.inMemory));
  }

  #markPage(node: Node, page: number): void {
    if (!this.env.records.enabled || node.nlink === 0) return;
    this.env.records.mark({ key: `${this.#key(node)}/${page}`, save: () => node.pages?.[page - 1]?.slice() });
  }
  /** Nobody can open it any more. */
  #forget(node: Node): void {
    this.env.records.remove(this.#key(node));
    node.pages?.forEach((_, n) => this.env.records.remove(`${this.#key(node)}/${n + 1}`));
  }

  /** Tells watchers of this path and of everything above it, each in a turn. */
  changed(rel: readonly string[]): void {
    if (!this.#watchers || this.#watchers.size === 0) return;
    const path = rel.join("/");
    for (const watcher of this.#watchers) {
      if (watcher.rel !== "" && path !== watcher.rel && !path.startsWith(`${watcher.rel}/`)) continue;
      this.env.turn(() => {
        if (this.#watchers?.has(watcher)) watcher.fn(path.slice(watcher.rel.length).replace(/^\//, ""));
      });
    }
  }

  watch(rel: readonly string[], fn: (rel: string) => void): Cancel {
    const watcher = { rel: rel.join("/"), fn };
    (this.#watchers ??= new Set()).add(watcher);
    return () => this.#watchers?.delete(watcher);
  }

  /** Forgets its records, as when a container is removed. */
  destroy(): void {
    if (!this.env.records.enabled && this.#pages?.any !== true) return;
    const forget = (node: Node): void => {
      if (node.frozen) return;
      this.#pages?.free(node);
      this.#forget(node);
      for (const child of node.entries?.values() ?? []) if (child) forget(child);
    };
    if (this.#root) forget(this.#root);
  }

  #key(node: Node): string {
    return `fs/${this.id}/${node.ino}`;
  }

  #revive(stored: ReadonlyMap<number, StoredNode>, layer: Layer | undefined): Node {
    const done = new Map<number, Node>();
    const revive = (ino: number): Node => {
      const known = done.get(ino);
      if (known) return known;
      this.#nextIno = Math.max(this.#nextIno, ino + 1);
      const s = stored.get(ino);
      if (!s) return createNode(ino, "file", 0o644);
      const lower = s.lower === undefined ? undefined : layer?.byIno[s.lower];
      const node = createNode(ino, s.type, s.mode, {
        uid: s.uid,
        gid: s.gid,
        mtime: s.mtime,
        nlink: s.nlink,
        bytes: s.bytes ?? EMPTY,
        size: s.size ?? s.bytes?.length ?? s.target?.length ?? 0,
        ...(s.pages && { pages: [...s.pages] }),
        target: s.target,
        program: s.program,
        hold: s.hold ?? false,
        lower,
        ...(s.paid && { owed: s.paid }),
      });
      done.set(ino, node);
      for (const [name, child] of s.entries ?? []) entriesOf(node).set(name, child === 0 ? null : revive(child));
      return node;
    };
    return revive(1);
  }
}

function measure(root: Node): TreeUsage {
  let bytes = 0;
  let inodes = 0;
  const open = [root];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.frozen) continue;
    inodes++;
    if (node.type === "file") bytes += Math.ceil(node.size / BLOCK) * BLOCK;
    else if (node.type === "directory") bytes += BLOCK;
    for (const child of node.entries?.values() ?? []) if (child) open.push(child);
  }
  return { bytes, inodes };
}

class NodeRecord implements Savable {
  readonly key: string;
  readonly #node: Node;
  readonly #inMemory: boolean;
  constructor(key: string, node: Node, inMemory: boolean) {
    this.key = key;
    this.#node = node;
    this.#inMemory = inMemory;
  }
  save(): StoredNode {
    const n = this.#node;
    return {
      type: n.type,
      mode: n.mode,
      uid: n.uid,
      gid: n.gid,
      mtime: n.mtime,
      nlink: n.nlink,
      ...(n.type === "file" && { bytes: n.bytes.slice(0, n.size) }),
      ...(n.size > PAGE && { size: n.size }),
      ...(n.target !== undefined && { target: n.target }),
      ...(n.program !== undefined && { program: n.program }),
      ...(n.hold && { hold: true as const }),
      ...(n.entries && { entries: [...n.entries].map(([name, child]) => [name, child?.ino ?? 0] as const) }),
      ...(n.lower && { lower: n.lower.ino }),
      ...(n.paid && this.#inMemory && { paid: n.paid.map(({ by, bytes }) => [by.id, bytes] as const) }),
    };
  }
}
