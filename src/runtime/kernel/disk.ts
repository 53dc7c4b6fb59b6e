import type { FileSystemSpace } from "../types.ts";

const GIB = 1024 ** 3;
/** ext4 makes one inode for so many bytes. */
export const BYTES_PER_INODE = 16 * 1024;
const DEFAULT = 100 * GIB;

/** The room on a machine's disk. What is on it is counted by who can, and only when it seems to be too much. */
export class DiskSpace {
  readonly capacity: number;
  /** A fault's doing: nothing more fits, whatever there is. */
  filled = false;
  /** Grows with every change of what it holds. */
  version = 0;
  /** Bytes on it; undefined: nobody can tell. */
  count: (() => number) | undefined;
  /** Files on it. */
  countFiles: (() => number) | undefined;
  /** As counted last, and what has been let in since. */
  #counted: number | undefined;
  #since = 0;

  constructor(capacity = DEFAULT) {
    this.capacity = capacity;
  }
  touched(): void {
    this.version++;
  }
  space(): FileSystemSpace {
    const used = this.filled ? this.capacity : (this.count?.() ?? 0);
    const files = Math.floor(this.capacity / BYTES_PER_INODE);
    return { bytes: this.capacity, free: Math.max(0, this.capacity - used), files, filesFree: files - (this.countFiles?.() ?? 0) };
  }
  /** Lets so many bytes in, or not. */
  fits(bytes: number): boolean {
    if (this.filled) return false;
    if (this.count === undefined) return true;
    if (this.#counted === undefined || this.#counted + this.#since + bytes > this.capacity) {
      this.#counted = this.count();
      this.#since = 0;
    }
    if (this.#counted + this.#since + bytes > this.capacity) return false;
    this.#since += bytes;
    return true;
  }
}
