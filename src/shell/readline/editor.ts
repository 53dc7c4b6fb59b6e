import { loadLater } from "../../runtime/index.ts";
import { type Buffer, bufferOf, insert, move, remove, textOf } from "./buffer.ts";
import { type Key, splitKeys } from "./keys.ts";
import { painted } from "./paint.ts";
import type { run } from "./run.ts";
import type { Line, LineEditorOptions } from "./types.ts";
import { cursorAfter, textWidth } from "./width.ts";

/** All commands but the plainest: fetched with the first key that asks for one. */
const rest = loadLater(() => import("./run.ts"));
/** Keys of one run that a single undo takes back. */
const UNDO_RUN = 20;

/** Line editing with readline's keys. One instance a terminal: it keeps the kill ring and what was typed ahead. */
export class LineEditor {
  readonly o: LineEditorOptions;
  #reading = false;
  readonly #decoder = new TextDecoder();
  #pending: Key[] = [];
  #rest = "";
  readonly kills: string[] = [];
  prompt = "";
  /** What stands in the prompt's place: the prompt, an argument, a search. */
  shown = "";
  buffer: Buffer = bufferOf("");
  row = 0;
  mark = 0;
  /** The command before this one, and how often it has come in a row. */
  last = "";
  times = 0;
  argument: string | undefined;
  undo: Buffer[] = [];
  lines: string[] = [];
  at = 0;
  /** The history line that Ctrl-O asked for next. */
  next: number | undefined;
  /** What yank, yank-last-arg or menu-complete have put in: where it begins. */
  inserted = 0;
  /** What the later parts keep between keys. */
  readonly kept = new Map<string, unknown>();

  constructor(options: LineEditorOptions) {
    this.o = options;
  }

  get columns(): number {
    return this.o.output.size?.columns || 80;
  }
  get vi(): boolean {
    return this.o.vi?.() ?? false;
  }

  /** `alone`: Escape by itself is a key here: the terminal sends a whole sequence at once. */
  async key(alone = this.vi): Promise<Key | undefined> {
    while (this.#pending.length === 0) {
      if (this.#rest === "\x1b" && alone) {
        this.#rest = "";
        return { name: "escape", text: "\x1b" };
      }
      const chunk = await this.o.input.read();
      if (chunk === null) return undefined;
      const { keys, rest: open } = splitKeys(this.#rest + this.#decoder.decode(chunk, { stream: true }));
      this.#pending = keys;
      this.#rest = open;
    }
    return this.#pending.shift();
  }
  unread(keys: readonly Key[]): void {
    this.#pending.unshift(...keys);
  }
  async write(text: string): Promise<void> {
    await this.o.output.write(text);
  }

  /** Reads one line, the terminal raw meanwhile. `prompt` may hold escapes; \x01 and \x02 are ignored. */
  async readLine(prompt: string, text = ""): Promise<Line> {
    this.prompt = this.shown = prompt.replace(/[\x01\x02]/g, "");
    this.buffer = bufferOf(text);
    this.undo = [];
    this.argument = undefined;
    this.last = "";
    this.mark = 0;
    this.kept.delete("vi");
    this.lines = [...this.o.history, ""];
    this.at = this.lines.length - 1;
    this.o.input.setRaw?.(true);
    this.#reading = true;
    const bracketed = this.o.bindings?.get("set enable-bracketed-paste") !== "off";
    await this.write(`${bracketed ? "\x1b[?2004h" : ""}${this.prompt}`);
    this.row = cursorAfter(this.prompt, this.columns).row;
    if (text !== "") await this.paint();
    if (this.next !== undefined && this.next < this.lines.length - 1) {
      this.at = this.next;
      await this.set(bufferOf(this.lines[this.at] ?? ""));
    }
    this.next = undefined;
    try {
      for (;;) {
        const key = await this.key();
        if (key === undefined) return { kind: "end" };
        const done = (await this.#plain(key)) ?? (await (await this.#later()).run(this, key));
        if (done !== "on") return done;
      }
    } finally {
      this.#reading = false;
      if (bracketed) await this.write("\x1b[?2004l");
      this.o.input.setRaw?.(false);
    }
  }
  async #later(): Promise<{ readonly run: typeof run }> {
    return this.o.code ? this.o.code(rest) : (rest.program ?? (rest.program = await rest.load()));
  }

  /** What needs no table: typing, rubbing out, Enter, Ctrl-C, Ctrl-D. Undefined for any other key, and once keys are bound. */
  async #plain(key: Key): Promise<Line | "on" | undefined> {
    if (this.argument !== undefined || this.kept.has("recording") || this.vi || (this.o.bindings?.size ?? 0) > 0) return undefined;
    const { chars, cursor } = this.buffer;
    if (key.name === "char") await this.type(key.text);
    else if (key.name === "enter") return this.accept();
    else if (key.name === "ctrl-c") return this.interrupted();
    else if (key.name === "ctrl-d" && chars.length === 0) return { kind: "end" };
    else if (key.name === "backspace" && cursor > 0) await this.change(remove(this.buffer, cursor - 1, cursor).buffer);
    else return undefined;
    this.done(key.name === "char" ? "self-insert" : "backward-delete-char");
    return "on";
  }
  /** Remembers which command ran. */
  done(name: string): void {
    this.times = name === this.last ? this.times + 1 : 1;
    this.last = name;
  }

  // --- the line ---

  async accept(): Promise<Line> {
    const text = textOf(this.buffer);
    await this.#finish("");
    return { kind: "line", text };
  }
  async interrupted(): Promise<Line> {
    await this.#finish("^C");
    return { kind: "interrupt" };
  }
  async #finish(suffix: string): Promise<void> {
    const { cursor, chars } = this.buffer;
    if (cursor < chars.length) await this.set(move(this.buffer, chars.length));
    await this.write(`${suffix}\r\n`);
  }
  /** Shows a buffer that may have other text: what was is remembered. */
  async change(buffer: Buffer): Promise<void> {
    if (textOf(buffer) !== textOf(this.buffer)) this.undo.push(this.buffer);
    await this.set(buffer);
  }
  async set(buffer: Buffer): Promise<void> {
    this.buffer = buffer;
    await this.paint();
  }
  async type(text: string): Promise<void> {
    if (this.last !== "self-insert" || this.times % UNDO_RUN === 0) this.undo.push(this.buffer);
    const atEnd = this.buffer.cursor === this.buffer.chars.length;
    const before = cursorAfter(this.shown + textOf(this.buffer), this.columns);
    this.buffer = insert(this.buffer, text);
    const width = textWidth(text);
    if (atEnd && width > 0 && before.column + width < this.columns) await this.write(text);
    else await this.paint();
  }
  /** The terminal has another size: what is there is drawn anew. */
  async resized(): Promise<void> {
    if (!this.#reading) return;
    await this.write("\r");
    this.row = 0;
    await this.paint();
  }
  /** Redraws prompt and line, and puts the cursor where it belongs. */
  async paint(): Promise<void> {
    const { out, row } = painted(this.shown, this.buffer, this.row, this.columns);
    this.row = row;
    await this.write(out);
  }
}
