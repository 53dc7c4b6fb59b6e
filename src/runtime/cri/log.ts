import { concatBytes } from "../../machinery/index.ts";
import type { Cancel } from "../../sim/index.ts";
import { EMPTY } from "../files/node.ts";
import type { Records, Savable } from "../records.ts";
import { decode } from "../text.ts";
import type { LogLine } from "../types.ts";

type Stream = LogLine["stream"];
/** A file that has grown beyond this is set aside at the next look (k8s: containerLogMaxSize, containerLogMaxFiles, containerLogMonitorInterval). */
const MAX_SIZE = 10 * 1024 * 1024;
const MAX_FILES = 5;
const INTERVAL = 10_000;
/** What the file has before each line: time, stream, F or P (k8s: cri/remote/conversion, the CRI log format). */
const PREFIX = 45;
/** containerd cuts longer lines (its max_container_log_line_size). */
const MAX_LINE = 16 * 1024;
/** Lines of one moment lie together, up to so many characters, and so many of these blocks are one record. */
const BLOCK = 16 * 1024;
const CHUNK = 64;

/** Whole lines of one stream and moment, or one that is not whole. */
interface Block {
  readonly first: number;
  readonly at: number;
  readonly stream: Stream;
  readonly lines: number;
  readonly text: string;
}
interface StoredMeta {
  readonly first: number;
  readonly next: number;
  /** Blocks that have been set aside. */
  readonly dropped: number;
  readonly rotated: readonly number[];
  readonly partial: Readonly<Record<Stream, Uint8Array>>;
  readonly ended: boolean;
}
interface LogEnvironment {
  readonly records: Records;
  now(): number;
  turn(fn: () => void): void;
  readonly clock: { timer(ms: number, fn: () => void): Cancel };
  readonly disk: { touched(): void };
}

/** A container's log: what its newest file has. Records: `log/<id>` and `log/<id>/<chunk>`. */
export class ContainerLog implements Savable {
  readonly key: string;
  readonly #env: LogEnvironment;
  #blocks: Block[] = [];
  #dropped = 0;
  #first = 0;
  #next = 0;
  #bytes = 0;
  /** Sizes of the files that were set aside, newest first. */
  #rotated: readonly number[] = [];
  #check: Cancel | undefined;
  #partial: Record<Stream, Uint8Array> = { stdout: EMPTY, stderr: EMPTY };
  #ended = false;
  /** Made when somebody follows. */
  #listeners: Set<() => void> | undefined;
  #notifying = false;

  constructor(id: string, env: LogEnvironment, stored?: ReadonlyMap<string, unknown>) {
    this.key = `log/${id}`;
    this.#env = env;
    const meta = stored?.get(this.key) as StoredMeta | undefined;
    if (!meta || !stored) return;
    this.#first = meta.first;
    this.#next = meta.next;
    this.#dropped = meta.dropped;
    this.#rotated = meta.rotated;
    this.#partial = { ...meta.partial };
    this.#ended = meta.ended;
    for (let chunk = Math.floor(meta.dropped / CHUNK); ; chunk++) {
      const blocks = stored.get(`${this.key}/${chunk}`) as readonly Block[] | undefined;
      if (!blocks) break;
      this.#blocks.push(...blocks.filter((block) => block.first >= meta.first));
    }
    for (const { text, lines } of this.#blocks) this.#bytes += text.length + lines * PREFIX;
  }

  /** The number of the first line that is kept, and of the next to come. */
  get first(): number {
    return this.#first;
  }
  get next(): number {
    return this.#next;
  }
  /** When it was written to last. */
  get lastAt(): number | undefined {
    return this.#blocks.at(-1)?.at;
  }
  /** What its files take. */
  get size(): number {
    return this.#rotated.reduce((sum, size) => sum + size, this.#bytes);
  }
  get ended(): boolean {
    return this.#ended;
  }
  lines(from: number, most = Infinity): readonly LogLine[] {
    const out: LogLine[] = [];
    for (let i = this.#blockOf(from); i < this.#blocks.length && out.length < most; i++) {
      const { first, at, stream, text } = this.#blocks[i] as Block;
      let n = first;
      for (let begin = 0; begin < text.length && out.length < most; n++) {
        const end = text.indexOf("\n", begin) + 1 || text.length;
        if (n >= from) out.push({ at, stream, text: text.slice(begin, end) });
        begin = end;
      }
    }
    return out;
  }
  /** The number of the first line that was not written before a time. */
  since(time: number): number {
    return this.#blocks.find((block) => block.at >= time)?.first ?? this.#next;
  }
  /** The last block that begins at or before a line. */
  #blockOf(line: number): number {
    let [low, high] = [0, this.#blocks.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#blocks[middle] as Block).first <= line) low = middle;
      else high = middle - 1;
    }
    return low;
  }
  on(fn: () => void): Cancel {
    const listener = (): void => fn();
    (this.#listeners ??= new Set()).add(listener);
    return () => void this.#listeners?.delete(listener);
  }

  /** How many lines that were. */
  append(stream: Stream, data: Uint8Array): number {
    const before = this.#next;
    const partial = this.#partial[stream];
    let rest = partial.length === 0 ? data : concatBytes([partial, data]);
    let [from, whole, lines] = [0, 0, 0];
    const flush = (): void => {
      if (lines > 0) this.#add(stream, decode(rest.subarray(whole, from)), lines);
      whole = from;
      lines = 0;
    };
    for (;;) {
      const end = rest.indexOf(10, from);
      if ((end < 0 ? rest.length : end) - from >= MAX_LINE) {
        flush();
        from += MAX_LINE;
        this.#add(stream, decode(rest.subarray(whole, from)), 1);
        whole = from;
        continue;
      }
      if (end < 0) break;
      from = end + 1;
      lines++;
      if (from - whole >= BLOCK) flush();
    }
    flush();
    rest = rest.slice(from);
    this.#partial[stream] = rest.length === 0 ? EMPTY : rest;
    this.#changed();
    return this.#next - before;
  }
  end(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#partial[stream].length > 0) this.#add(stream, decode(this.#partial[stream]), 1);
      this.#partial[stream] = EMPTY;
    }
    this.#ended = true;
    this.#changed();
  }
  #add(stream: Stream, text: string, lines: number): void {
    const at = this.#env.now();
    const last = this.#blocks.at(-1);
    if (last?.at === at && last.stream === stream && last.text.length + text.length <= BLOCK && last.text.endsWith("\n"))
      this.#blocks[this.#blocks.length - 1] = { ...last, lines: last.lines + lines, text: last.text + text };
    else this.#blocks.push({ first: this.#next, at, stream, lines, text });
    this.#next += lines;
    this.#bytes += text.length + lines * PREFIX;
    this.#env.disk.touched();
    this.#mark(this.#dropped + this.#blocks.length - 1);
    if (this.#bytes > MAX_SIZE) this.#check ??= this.#env.clock.timer(INTERVAL - (at % INTERVAL), () => this.#rotate());
  }
  /** Sets the file aside; kubectl logs reads the newest only. */
  #rotate(): void {
    this.#check = undefined;
    if (this.#bytes <= MAX_SIZE) return;
    this.#forget();
    this.#rotated = [this.#bytes, ...this.#rotated].slice(0, MAX_FILES - 1);
    this.#dropped += this.#blocks.length;
    // The next block begins a record of its own: those before it are gone.
    this.#dropped += CHUNK - (this.#dropped % CHUNK || CHUNK);
    this.#blocks = [];
    this.#first = this.#next;
    this.#bytes = 0;
    this.#changed();
  }
  #forget(): void {
    for (let chunk = Math.floor(this.#dropped / CHUNK); chunk * CHUNK < this.#dropped + this.#blocks.length; chunk++)
      this.#env.records.remove(`${this.key}/${chunk}`);
  }
  #mark(index: number): void {
    if (!this.#env.records.enabled) return;
    const chunk = Math.floor(index / CHUNK);
    this.#env.records.mark({
      key: `${this.key}/${chunk}`,
      save: () => this.#blocks.slice(Math.max(0, chunk * CHUNK - this.#dropped), (chunk + 1) * CHUNK - this.#dropped),
    });
  }
  #changed(): void {
    this.#env.records.mark(this);
    if (this.#notifying || !this.#listeners?.size) return;
    this.#notifying = true;
    this.#env.turn(() => {
      this.#notifying = false;
      for (const fn of [...(this.#listeners ?? [])]) if (this.#listeners?.has(fn)) fn();
    });
  }
  remove(): void {
    this.#check?.();
    this.#env.records.remove(this.key);
    this.#forget();
  }
  save(): StoredMeta {
    return {
      first: this.#first,
      next: this.#next,
      dropped: this.#dropped,
      rotated: this.#rotated,
      partial: { ...this.#partial },
      ended: this.#ended,
    };
  }
}
