import type { Payer } from "../kernel/process.ts";
import type { Node } from "./node.ts";

/** A machine's memory, as files take from it (kernel/memory.ts). */
export interface Paying {
  shared(payer: Payer, bytes: number): void;
  cached(payer: Payer, bytes: number): void;
}

const PAGE = 4096;
const pages = (bytes: number): number => Math.ceil(bytes / PAGE) * PAGE;

/** The pages of a file system's files: each is paid for by the cgroup that wrote it first (admin-guide/cgroup-v2.rst, Memory Ownership). */
export class Pages {
  readonly #memory: Paying;
  /** They are the files; else a cache of what is on the disk. */
  readonly inMemory: boolean;
  /** Somebody has paid. */
  any = false;

  constructor(memory: Paying, inMemory: boolean) {
    this.#memory = memory;
    this.inMemory = inMemory;
  }

  /** Bytes between two positions are written; what lies between the file's end and the first of them is a hole, which takes nothing. */
  take(node: Node, from: number, to: number, by: Payer | undefined): void {
    if (by === undefined || node.nlink === 0) return;
    const bytes = pages(to) - Math.max(pages(node.size), Math.floor(from / PAGE) * PAGE);
    if (bytes > 0) this.#pay(node, by, bytes);
  }
  #pay(node: Node, by: Payer, bytes: number): void {
    this.any = true;
    const last = node.paid?.at(-1);
    if (last?.by === by) last.bytes += bytes;
    else (node.paid ??= []).push({ by, bytes });
    this.#count(by, bytes);
  }
  /** It becomes shorter; what was written last goes first. */
  shrink(node: Node, size: number): void {
    if (node.paid === undefined) return;
    this.#giveBack(node, pages(node.size) - pages(size));
  }
  free(node: Node): void {
    this.#giveBack(node, Infinity);
  }
  #giveBack(node: Node, bytes: number): void {
    const { paid } = node;
    let left = bytes;
    for (let last = paid?.at(-1); last !== undefined && left > 0; last = paid?.at(-1)) {
      const back = Math.min(last.bytes, left);
      left -= back;
      last.bytes -= back;
      this.#count(last.by, -back);
      if (last.bytes === 0) paid?.pop();
    }
    if (paid?.length === 0) node.paid = undefined;
  }
  again(node: Node, payer: (id: string) => Payer | undefined): void {
    for (const [id, bytes] of node.owed ?? []) {
      const by = payer(id);
      if (by) this.#pay(node, by, bytes);
    }
    node.owed = undefined;
  }
  #count(by: Payer, bytes: number): void {
    if (this.inMemory) this.#memory.shared(by, bytes);
    else this.#memory.cached(by, bytes);
  }
}
