import type { Savable } from "../records.ts";
import type { Payer } from "./process.ts";
import type { Waiters } from "./waiters.ts";

export const READ_SIZE = 65_536;

/**
 * An open file description in the kernel, shared by the descriptors dup'ed from it. Calls never block: `undefined` from
 * tryRead and 0 from tryWrite mean "wait on the waiters, then try again".
 */
export interface OpenFile extends Savable {
  readonly id: number;
  /** Descriptors of processes, and others who hold it. At 0 it closes. */
  refs: number;
  readonly tty: boolean;
  readonly size?: { readonly columns: number; readonly rows: number };
  tryRead(max: number): Uint8Array | null | undefined;
  /** Bytes taken, into whose memory where it is a file's. Throws Errno (EPIPE, EBADF...). */
  tryWrite(data: Uint8Array, by?: Payer): number;
  readonly readers: Waiters;
  readonly writers: Waiters;
  setRaw?(raw: boolean): void;
  closed(): void;
}
