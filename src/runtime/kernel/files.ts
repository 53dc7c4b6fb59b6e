import { concatBytes } from "../../machinery/index.ts";
import type { Random } from "../../sim/index.ts";
import { errno } from "../errno.ts";
import { readAt, ZEROS } from "../files/content.ts";
import type { Node } from "../files/node.ts";
import type { Tree } from "../files/tree.ts";
import type { Records } from "../records.ts";
import { decode, encode } from "../text.ts";
import type { OpenFile } from "./openfile.ts";
import type { Payer } from "./process.ts";
import { Waiters } from "./waiters.ts";

/** Never blocks, so nobody ever waits on it. */
const NOBODY = new Waiters();

export type StoredFile =
  | { readonly kind: "file"; readonly tree: string; readonly rel: readonly string[]; readonly offset: number; readonly flags: string }
  | { readonly kind: "device"; readonly device: string }
  | { readonly kind: "source"; readonly bytes: Uint8Array };

abstract class Immediate implements OpenFile {
  readonly id: number;
  readonly key: string;
  readonly tty: boolean = false;
  readonly readers = NOBODY;
  readonly writers = NOBODY;
  protected readonly records: Records;
  refs = 0;
  #gone = false;
  constructor(id: number, records: Records) {
    this.id = id;
    this.key = `file/${id}`;
    this.records = records;
    records.mark(this);
  }
  abstract tryRead(max: number): Uint8Array | null;
  abstract tryWrite(data: Uint8Array, by?: Payer): number;
  protected abstract stored(): StoredFile | undefined;
  closed(): void {
    this.#gone = true;
    this.records.remove(this.key);
  }
  save(): unknown {
    return this.#gone ? undefined : this.stored();
  }
}

/** A regular file opened at a position. */
export class RegularFile extends Immediate {
  readonly #tree: Tree;
  readonly #rel: readonly string[];
  readonly #node: Node;
  readonly #flags: string;
  #offset: number;

  constructor(id: number, records: Records, tree: Tree, rel: readonly string[], node: Node, flags: string, offset = 0) {
    super(id, records);
    this.#tree = tree;
    this.#rel = rel;
    this.#node = node;
    this.#flags = flags;
    this.#offset = offset;
  }
  tryRead(max: number): Uint8Array | null {
    if (this.#flags === "w" || this.#flags === "a") throw errno("EBADF");
    const { virtual } = this.#node;
    if (virtual?.read) return this.#readMade(virtual.read(), max);
    if (this.#offset >= this.#node.size) return null;
    const out = readAt(this.#node, this.#offset, max);
    this.#offset += out.length;
    this.records.mark(this);
    return out;
  }
  /** Of what is made up when it is read, and grows: a container's log. */
  #readMade(text: string, max: number): Uint8Array | null {
    if (this.#made?.text !== text) this.#made = { text, bytes: encode(text) };
    const out = this.#made.bytes.subarray(this.#offset, this.#offset + max);
    if (out.length === 0) return null;
    this.#offset += out.length;
    this.records.mark(this);
    return out;
  }
  #made: { readonly text: string; readonly bytes: Uint8Array } | undefined;
  tryWrite(data: Uint8Array, by?: Payer): number {
    if (this.#flags === "r") throw errno("EBADF");
    if (this.#flags === "a") this.#offset = this.#node.size;
    this.#tree.write(this.#node, data, this.#offset, this.#rel, by);
    this.#offset += data.length;
    this.records.mark(this);
    return data.length;
  }
  protected stored(): StoredFile {
    return { kind: "file", tree: this.#tree.id, rel: this.#rel, offset: this.#offset, flags: this.#flags };
  }
}

/** Bytes made beforehand: /proc files, `Host.source`. */
export class SourceFile extends Immediate {
  #bytes: Uint8Array;
  constructor(id: number, records: Records, bytes: Uint8Array) {
    super(id, records);
    this.#bytes = bytes;
  }
  tryRead(max: number): Uint8Array | null {
    if (this.#bytes.length === 0) return null;
    const out = this.#bytes.subarray(0, max);
    this.#bytes = this.#bytes.subarray(out.length);
    this.records.mark(this);
    return out;
  }
  tryWrite(): number {
    throw errno("EBADF");
  }
  protected stored(): StoredFile {
    return { kind: "source", bytes: this.#bytes };
  }
}

/** /dev/null, zero, full, random. */
export class DeviceFile extends Immediate {
  readonly #device: string;
  readonly #random: Random;
  constructor(id: number, records: Records, device: string, random: Random) {
    super(id, records);
    this.#device = device;
    this.#random = random;
  }
  tryRead(max: number): Uint8Array | null {
    if (this.#device === "null") return null;
    return this.#device.endsWith("random") ? this.#random.bytes(Math.min(max, 4096)) : ZEROS.subarray(0, Math.min(max, ZEROS.length));
  }
  tryWrite(data: Uint8Array): number {
    if (this.#device === "full") throw errno("ENOSPC");
    return data.length;
  }
  protected stored(): StoredFile {
    return { kind: "device", device: this.#device };
  }
}

/** Keeps what is written, up to a limit. Belongs to whoever asked for it, so it does not survive a freeze. */
export class CollectorFile extends Immediate {
  readonly #chunks: Uint8Array[] = [];
  readonly #limit: number;
  #size = 0;
  constructor(id: number, records: Records, limit: number) {
    super(id, records);
    this.#limit = limit;
  }
  tryRead(): Uint8Array | null {
    throw errno("EBADF");
  }
  tryWrite(data: Uint8Array): number {
    if (this.#size + data.length > this.#limit) throw errno("EPIPE");
    this.#chunks.push(data.slice());
    this.#size += data.length;
    return data.length;
  }
  text(): string {
    return decode(concatBytes(this.#chunks));
  }
  protected stored(): undefined {
    return undefined;
  }
}

/** A container's stdout or stderr: gives bytes to the log. Rebuilt by its container, not stored. */
export class SinkFile extends Immediate {
  readonly #sink: (data: Uint8Array) => void;
  constructor(id: number, records: Records, sink: (data: Uint8Array) => void) {
    super(id, records);
    this.#sink = sink;
  }
  tryRead(): Uint8Array | null {
    throw errno("EBADF");
  }
  tryWrite(data: Uint8Array): number {
    this.#sink(data);
    return data.length;
  }
  protected stored(): undefined {
    return undefined;
  }
}
