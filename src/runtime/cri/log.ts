import type { Cancel } from "../../sim/index.ts";
import { EMPTY } from "../files/node.ts";
import type { Records, Savable } from "../records.ts";
import { decode } from "../text.ts";
import type { LogLine } from "../types.ts";

type Stream = LogLine["stream"];
const LIMIT = 10 * 1024 * 1024;
/** containerd cuts longer lines (its max_container_log_line_size). */
const MAX_LINE = 16 * 1024;
const CHUNK = 256;

interface StoredMeta {
  readonly first: number;
  readonly next: number;
  readonly partial: Readonly<Record<Stream, Uint8Array>>;
  readonly ended: boolean;
}

/** A container's log: the newest 10 MiB of lines. Records: `log/<id>` and `log/<id>/<chunk>`. */
export class ContainerLog implements Savable {
  readonly key: string;
  readonly #records: Records;
  readonly #now: () => number;
  readonly #turn: (fn: () => void) => void;
  readonly #diskTouched: () => void;
  #lines: LogLine[] = [];
  #first = 0;
  #bytes = 0;
  #partial: Record<Stream, Uint8Array> = { stdout: EMPTY, stderr: EMPTY };
  #ended = false;
  /** Made when somebody follows. */
  #listeners: Set<() => void> | undefined;
  #notifying = false;

  constructor(
    id: string,
    env: { readonly records: Records; now(): number; turn(fn: () => void): void; diskTouched(): void },
    stored?: ReadonlyMap<string, unknown>,
  ) {
    this.key = `log/${id}`;
    this.#records = env.records;
    this.#now = () => env.now();
    this.#turn = (fn) => env.turn(fn);
    this.#diskTouched = () => env.diskTouched();
    const meta = stored?.get(this.key) as StoredMeta | undefined;
    if (!meta || !stored) return;
    this.#first = meta.first;
    this.#partial = { ...meta.partial };
    this.#ended = meta.ended;
    for (let chunk = Math.floor(meta.first / CHUNK); chunk * CHUNK < meta.next; chunk++) {
      // Only whole chunks are rotated out, so a chunk's record is all of it.
      this.#lines.push(...((stored.get(`${this.key}/${chunk}`) as readonly LogLine[] | undefined) ?? []));
    }
    for (const line of this.#lines) this.#bytes += line.text.length;
  }

  get first(): number {
    return this.#first;
  }
  /** About what its file takes. */
  get size(): number {
    return this.#bytes;
  }
  get ended(): boolean {
    return this.#ended;
  }
  lines(from: number): readonly LogLine[] {
    return this.#lines.slice(Math.max(0, from - this.#first));
  }
  on(fn: () => void): Cancel {
    const listener = (): void => fn();
    (this.#listeners ??= new Set()).add(listener);
    return () => void this.#listeners?.delete(listener);
  }

  append(stream: Stream, data: Uint8Array): void {
    let rest = this.#partial[stream];
    let from = 0;
    for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, from)) {
      this.#add(stream, rest.length === 0 ? data.subarray(from, end + 1) : join(rest, data.subarray(from, end + 1)));
      rest = EMPTY;
      from = end + 1;
    }
    rest = join(rest, data.subarray(from));
    while (rest.length >= MAX_LINE) {
      this.#add(stream, rest.subarray(0, MAX_LINE));
      rest = rest.slice(MAX_LINE);
    }
    this.#partial[stream] = rest;
    this.#changed();
  }
  end(): void {
    for (const stream of ["stdout", "stderr"] as const) {
      if (this.#partial[stream].length > 0) this.#add(stream, this.#partial[stream]);
      this.#partial[stream] = EMPTY;
    }
    this.#ended = true;
    this.#changed();
  }
  #add(stream: Stream, bytes: Uint8Array): void {
    const text = decode(bytes);
    this.#lines.push({ at: this.#now(), stream, text });
    this.#bytes += text.length;
    this.#diskTouched();
    if (this.#bytes > LIMIT) this.#rotate();
    this.#mark(this.#first + this.#lines.length - 1);
  }
  /** Drops the oldest tenth, by whole chunks. */
  #rotate(): void {
    let drop = 0;
    while (this.#bytes > LIMIT * 0.9 && drop < this.#lines.length - CHUNK) {
      do this.#bytes -= (this.#lines[drop++] as LogLine).text.length;
      while ((this.#first + drop) % CHUNK !== 0);
    }
    for (let chunk = Math.floor(this.#first / CHUNK); (chunk + 1) * CHUNK <= this.#first + drop; chunk++)
      this.#records.remove(`${this.key}/${chunk}`);
    this.#lines = this.#lines.slice(drop);
    this.#first += drop;
  }
  #mark(index: number): void {
    if (!this.#records.enabled) return;
    const chunk = Math.floor(index / CHUNK);
    this.#records.mark({
      key: `${this.key}/${chunk}`,
      save: () => this.#lines.slice(Math.max(0, chunk * CHUNK - this.#first), (chunk + 1) * CHUNK - this.#first),
    });
  }
  #changed(): void {
    this.#records.mark(this);
    if (this.#notifying || !this.#listeners?.size) return;
    this.#notifying = true;
    this.#turn(() => {
      this.#notifying = false;
      for (const fn of [...(this.#listeners ?? [])]) if (this.#listeners?.has(fn)) fn();
    });
  }
  remove(): void {
    this.#records.remove(this.key);
    for (let chunk = Math.floor(this.#first / CHUNK); chunk * CHUNK < this.#first + this.#lines.length; chunk++)
      this.#records.remove(`${this.key}/${chunk}`);
  }
  save(): StoredMeta {
    return { first: this.#first, next: this.#first + this.#lines.length, partial: { ...this.#partial }, ended: this.#ended };
  }
}

function join(a: Uint8Array, b: Uint8Array): Uint8Array {
  if (a.length === 0) return b.slice();
  const out = new Uint8Array(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
