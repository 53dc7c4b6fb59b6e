import { errno } from "../errno.ts";
import type { Cancel } from "../../sim/index.ts";
import type { Records } from "../records.ts";
import { encode } from "../text.ts";
import type { Signal } from "../types.ts";
import type { OpenFile } from "./openfile.ts";
import { Waiters } from "./waiters.ts";

/** Bytes on their way to the screen, at most: enough for it never to wait, and read away within a moment of Ctrl-C. */
const OUTPUT_LIMIT = 64 * 1024;
const LINE_LIMIT = 4096;
const SIGNAL_KEYS: Readonly<Record<number, Signal>> = { 3: "INT", 28: "QUIT", 26: "TSTP" };
const ERASE = 127;
const BACKSPACE = 8;
const KILL = 21;
const WORD_ERASE = 23;
const EOF = 4;

export interface StoredPty {
  readonly kind: "pty";
  readonly raw: boolean;
  readonly foreground: number;
  readonly columns: number;
  readonly rows: number;
  readonly line: readonly number[];
  readonly ready: readonly (Uint8Array | null)[];
}

export interface PtyHooks {
  signal(group: number, signal: Signal): void;
}

/** A pseudo-terminal: its slave is an open file, its master the methods `input`, `output` and `acknowledge`. */
export class Pty implements OpenFile {
  readonly id: number;
  readonly key: string;
  readonly tty = true;
  readonly readers = new Waiters();
  readonly writers = new Waiters();
  readonly #records: Records;
  readonly #hooks: PtyHooks;
  refs = 0;
  #foreground = 0;
  #raw = false;
  #size: { readonly columns: number; readonly rows: number };
  #line: number[] = [];
  /** Lines to read; null is a Ctrl-D on an empty line. */
  #ready: (Uint8Array | null)[] = [];
  #pending: Uint8Array[] = [];
  #unacknowledged = 0;
  #listener: ((data: Uint8Array) => void) | undefined;
  #hungUp = false;

  constructor(
    id: number,
    records: Records,
    hooks: PtyHooks,
    size: { readonly columns: number; readonly rows: number },
    stored?: StoredPty,
  ) {
    this.id = id;
    this.key = `file/${id}`;
    this.#records = records;
    this.#hooks = hooks;
    this.#size = size;
    if (stored) {
      this.#raw = stored.raw;
      this.#foreground = stored.foreground;
      this.#line = [...stored.line];
      this.#ready = [...stored.ready];
    }
    records.mark(this);
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return this.#size;
  }
  get foreground(): number {
    return this.#foreground;
  }
  set foreground(group: number) {
    this.#foreground = group;
    this.#records.mark(this);
  }

  input(data: string | Uint8Array): void {
    if (this.#hungUp) return;
    const bytes = encode(data);
    if (this.#raw) this.#deliver(bytes.slice());
    else for (const byte of bytes) this.#key(byte);
    this.#records.mark(this);
  }

  /** One key in cooked mode. */
  #key(key: number): void {
    const signal = SIGNAL_KEYS[key];
    if (signal) {
      this.#line = [];
      this.#echo(`^${String.fromCharCode(key + 64)}`);
      if (this.#foreground > 0) this.#hooks.signal(this.#foreground, signal);
    } else if (key === ERASE || key === BACKSPACE) this.#erase();
    else if (key === KILL) while (this.#erase());
    else if (key === WORD_ERASE) {
      while (this.#line.at(-1) === 32) this.#erase();
      while (this.#line.length > 0 && this.#line.at(-1) !== 32) this.#erase();
    } else if (key === EOF) {
      this.#deliver(this.#line.length > 0 ? Uint8Array.from(this.#line) : null);
      this.#line = [];
    } else if (key === 13 || key === 10) {
      this.#echo("\n");
      this.#deliver(Uint8Array.from([...this.#line, 10]));
      this.#line = [];
    } else if (this.#line.length < LINE_LIMIT) {
      this.#line.push(key);
      if (key < 32 && key !== 9) this.#echo(`^${String.fromCharCode(key + 64)}`);
      else this.#paint(Uint8Array.of(key));
    }
  }
  /** Takes back the last character, all its bytes. False when there is none. */
  #erase(): boolean {
    if (this.#line.length === 0) return false;
    let last = this.#line.pop() as number;
    while ((last & 0xc0) === 0x80 && this.#line.length > 0) last = this.#line.pop() as number;
    this.#echo(last < 32 && last !== 9 ? "\b \b\b \b" : "\b \b");
    return true;
  }
  #deliver(line: Uint8Array | null): void {
    this.#ready.push(line);
    this.readers.wake(() => this.#ready.length > 0);
  }
  #echo(text: string): void {
    this.#paint(encode(text));
  }

  /** Output with newlines as CR LF (ONLCR). */
  #paint(data: Uint8Array): void {
    let newlines = 0;
    for (const byte of data) if (byte === 10) newlines++;
    const out = new Uint8Array(data.length + newlines);
    let at = 0;
    for (const byte of data) {
      if (byte === 10) out[at++] = 13;
      out[at++] = byte;
    }
    this.#unacknowledged += out.length;
    if (this.#listener) this.#listener(out);
    else this.#pending.push(out);
  }

  tryRead(max: number): Uint8Array | null | undefined {
    const first = this.#ready[0];
    if (first === undefined) return this.#hungUp ? null : undefined;
    if (first !== null && first.length > max) this.#ready[0] = first.subarray(max);
    else this.#ready.shift();
    this.#records.mark(this);
    return first === null ? null : first.subarray(0, max);
  }
  tryWrite(data: Uint8Array): number {
    if (this.#hungUp) throw errno("EIO");
    if (this.#unacknowledged >= OUTPUT_LIMIT) return 0;
    const part = data.subarray(0, OUTPUT_LIMIT - this.#unacknowledged);
    this.#paint(part);
    return part.length;
  }
  setRaw(raw: boolean): void {
    this.#raw = raw;
    if (raw && this.#line.length > 0) this.#deliver(Uint8Array.from(this.#line.splice(0)));
    this.#records.mark(this);
  }

  output(on: (data: Uint8Array) => void): Cancel {
    this.#listener = on;
    for (const data of this.#pending.splice(0)) on(data);
    return () => {
      if (this.#listener === on) this.#listener = undefined;
    };
  }
  acknowledge(bytes: number): void {
    this.#unacknowledged = Math.max(0, this.#unacknowledged - bytes);
    this.writers.wake(() => this.#unacknowledged < OUTPUT_LIMIT);
  }
  resize(columns: number, rows: number): void {
    this.#size = { columns, rows };
    this.#records.mark(this);
    if (this.#foreground > 0) this.#hooks.signal(this.#foreground, "WINCH");
  }
  /** The master closes: readers see the end, writers EIO. */
  hangup(): void {
    this.#hungUp = true;
    this.readers.wake(() => true);
    this.writers.wake(() => true);
  }
  closed(): void {
    this.#records.remove(this.key);
  }
  save(): StoredPty | undefined {
    if (this.#hungUp && this.refs === 0) return undefined;
    return { kind: "pty", raw: this.#raw, foreground: this.#foreground, ...this.#size, line: this.#line, ready: this.#ready.slice() };
  }
}
