import { errno } from "../errno.ts";
import { encode } from "../text.ts";
import { type Description, Errno } from "../types.ts";
import type { Journal } from "./journal.ts";
import type { Completion } from "./pending.ts";
import type { Kernel } from "./kernel.ts";
import { type OpenFile, READ_SIZE } from "./openfile.ts";
import type { Process } from "./process.ts";
import type { Cancel } from "../../sim/index.ts";

/** A process's view of an open file description, found by id when a call is live: it may be gone since the recording. */
export class Handle implements Description {
  readonly id: number;
  readonly tty: boolean;
  readonly #kernel: Kernel;
  readonly #process: Process;
  readonly #journal: Journal;

  constructor(kernel: Kernel, process: Process, journal: Journal, id: number, tty: boolean) {
    this.#kernel = kernel;
    this.#process = process;
    this.#journal = journal;
    this.id = id;
    this.tty = tty;
  }
  get size(): { readonly columns: number; readonly rows: number } {
    return this.#journal.sync("size", () => this.#kernel.files.get(this.id)?.size ?? { columns: 80, rows: 24 });
  }
  read(max = READ_SIZE): Promise<Uint8Array | null> {
    return this.#journal.call(`read:${this.id}`, (c) => blockingRead(this.#file(c), max, c)) as Promise<Uint8Array | null>;
  }
  write(data: string | Uint8Array): Promise<void> {
    this.#journal.weigh(data.length);
    return this.#journal.call(`write:${this.id}:${data.length}`, (c) =>
      blockingWrite(this.#kernel, this.#process, this.#file(c), encode(data), c),
    ) as Promise<void>;
  }
  setRaw(raw: boolean): void {
    this.#journal.sync("setRaw", () => {
      const file = this.#kernel.files.get(this.id);
      if (!file?.setRaw) throw errno("ENOTTY");
      file.setRaw(raw);
    });
  }
  #file(completion: Completion): OpenFile | undefined {
    const file = this.#kernel.files.get(this.id);
    if (!file) completion.fail(errno("EBADF"));
    return file;
  }
}

export function blockingRead(file: OpenFile | undefined, max: number, c: Pick<Completion, "done" | "fail">): Cancel | void {
  if (!file) return;
  let cancel: Cancel | undefined;
  const attempt = (): void => {
    try {
      const got = file.tryRead(max);
      if (got === undefined) cancel = file.readers.add(attempt);
      else c.done(got);
    } catch (error) {
      c.fail(error);
    }
  };
  attempt();
  return () => cancel?.();
}

/** `progress` counts the bytes that are through already. */
function blockingWrite(kernel: Kernel, process: Process, file: OpenFile | undefined, data: Uint8Array, c: Completion): Cancel | void {
  if (!file) return;
  let cancel: Cancel | undefined;
  const attempt = (): void => {
    try {
      let at = c.progress ?? 0;
      while (at < data.length) {
        const taken = file.tryWrite(at === 0 ? data : data.subarray(at), process.box);
        if (taken === 0) {
          c.progress = at;
          kernel.records.mark(process);
          cancel = file.writers.add(attempt);
          return;
        }
        at += taken;
      }
      c.done();
    } catch (error) {
      if (error instanceof Errno && error.code === "EPIPE" && !kernel.survivesPipe(process)) return;
      c.fail(error);
    }
  };
  attempt();
  return () => cancel?.();
}
