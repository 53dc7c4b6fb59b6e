import { commandOf, variable } from "./bindings.ts";
import { type Buffer, bufferOf, insert, move, remove, textOf } from "./buffer.ts";
import { inserted, listing } from "./candidates.ts";
import { expandHistory } from "./expansion.ts";
import { type Key, splitKeys } from "./keys.ts";
import { painted } from "./paint.ts";
import { find, type Search, searchLine } from "./search.ts";
import { TEXT_COMMANDS } from "./text-commands.ts";
import type { Line, LineEditorOptions } from "./types.ts";
import { cursorAfter, textWidth } from "./width.ts";

const MAX_KILLS = 10;
/** Keys of one run that a single undo takes back. */
const UNDO_RUN = 20;

/** Line editing with readline's emacs keys. One instance a terminal: it keeps the kill ring and what was typed ahead. */
export class LineEditor {
  readonly #o: LineEditorOptions;
  readonly #decoder = new TextDecoder();
  #pending: Key[] = [];
  #rest = "";
  readonly #kills: string[] = [];
  #prompt = "";
  #shown = "";
  #buffer: Buffer = bufferOf("");
  #row = 0;
  #mark = 0;
  /** The command before this one, and how often it has come in a row. */
  #last = "";
  #times = 0;
  #argument: string | undefined;
  #undo: Buffer[] = [];
  #lines: string[] = [];
  #at = 0;
  /** The history line that Ctrl-O asked for next. */
  #next: number | undefined;
  /** What yank, yank-last-arg or menu-complete have put in: where it begins. */
  #inserted = 0;
  /** The last Tab changed the line: the next one does not list yet. */
  #completed = false;
  #menu: { readonly start: number; readonly candidates: readonly string[]; at: number } | undefined;

  constructor(options: LineEditorOptions) {
    this.#o = options;
  }

  get #columns(): number {
    return this.#o.output.size?.columns || 80;
  }

  async #key(): Promise<Key | undefined> {
    while (this.#pending.length === 0) {
      const chunk = await this.#o.input.read();
      if (chunk === null) return undefined;
      const { keys, rest } = splitKeys(this.#rest + this.#decoder.decode(chunk, { stream: true }));
      this.#pending = keys;
      this.#rest = rest;
    }
    return this.#pending.shift();
  }

  /** Reads one line, the terminal raw meanwhile. `prompt` may hold escapes; \x01 and \x02 are ignored. */
  async readLine(prompt: string): Promise<Line> {
    this.#prompt = this.#shown = prompt.replace(/[\x01\x02]/g, "");
    this.#buffer = bufferOf("");
    this.#undo = [];
    this.#argument = undefined;
    this.#last = "";
    this.#mark = 0;
    this.#lines = [...this.#o.history, ""];
    this.#at = this.#lines.length - 1;
    this.#o.input.setRaw?.(true);
    const bracketed = variable(this.#o.bindings, "enable-bracketed-paste") === "on";
    await this.#o.output.write(`${bracketed ? "\x1b[?2004h" : ""}${this.#prompt}`);
    this.#row = cursorAfter(this.#prompt, this.#columns).row;
    if (this.#next !== undefined && this.#next < this.#lines.length - 1) await this.#show(this.#next);
    this.#next = undefined;
    try {
      return await this.#edit();
    } finally {
      if (bracketed) await this.#o.output.write("\x1b[?2004l");
      this.#o.input.setRaw?.(false);
    }
  }

  async #edit(): Promise<Line> {
    for (;;) {
      const key = await this.#key();
      if (key === undefined) return { kind: "end" };
      const name = await this.#commandOf(key);
      if (name === undefined) return { kind: "end" };
      const done = await this.#run(name, key);
      if (name !== "digit-argument") {
        this.#times = name === this.#last ? this.#times + 1 : 1;
        this.#last = name;
        if (this.#argument !== undefined) await this.#numeric(undefined);
      }
      if (done) return done;
    }
  }

  /** The command that a key begins; more keys are read where they belong to it. "" when it has none. */
  async #commandOf(key: Key): Promise<string | undefined> {
    const { bindings } = this.#o;
    if (this.#argument !== undefined && key.name === "char" && /\d/.test(key.text)) return "digit-argument";
    const nameOf = (k: Key): string => (k.name === "char" ? k.text : k.name);
    let keys = nameOf(key);
    let command = commandOf(bindings, keys);
    while (command === "prefix") {
      const more = await this.#key();
      if (more === undefined) return undefined;
      keys += ` ${nameOf(more)}`;
      command = commandOf(bindings, keys);
    }
    if (command === undefined) return key.name === "char" ? "self-insert" : "";
    if (!command.startsWith('"')) return command;
    this.#pending.unshift(...splitKeys(command.slice(1)).keys);
    return "";
  }

  /** A line when the command ends it. */
  async #run(name: string, key: Key): Promise<Line | undefined> {
    const b = this.#buffer;
    const n = Number(this.#argument === "-" ? -1 : (this.#argument ?? 1));
    if (name === "delete-char" && key.name === "ctrl-d" && b.chars.length === 0) return { kind: "end" };
    const edit = TEXT_COMMANDS[name];
    if (edit) {
      const { buffer, killed } = edit(b, n);
      if (killed) this.#kill(killed.text, killed.forward);
      await this.#change(buffer);
      return name === "insert-comment" ? this.#accept() : undefined;
    }
    switch (name) {
      case "self-insert":
        await this.#type(key.text.repeat(Math.max(0, Math.min(n, 1000))));
        return undefined;
      case "magic-space":
      case "history-expand-line":
        await this.#expand();
        if (name === "magic-space") await this.#type(" ");
        return undefined;
      case "accept-line":
        return this.#accept();
      case "operate-and-get-next":
        this.#next = this.#at + 1;
        return this.#accept();
      case "interrupt":
        await this.#finish("^C");
        return { kind: "interrupt" };
      case "reverse-search-history":
      case "forward-search-history":
        return this.#search(name === "reverse-search-history" ? -1 : 1);
      case "edit-and-execute-command":
        return this.#elsewhere();
      default:
        await this.#more(name, key, n);
        return undefined;
    }
  }

  /** Commands that never end the line. */
  async #more(name: string, key: Key, n: number): Promise<void> {
    const b = this.#buffer;
    switch (name) {
      case "previous-history":
        return this.#show(this.#at - n);
      case "next-history":
        return this.#show(this.#at + n);
      case "beginning-of-history":
        return this.#show(0);
      case "end-of-history":
        return this.#show(this.#lines.length - 1);
      case "history-search-backward":
      case "history-search-forward":
        return this.#prefixed(name === "history-search-backward" ? -1 : 1);
      case "yank":
        this.#inserted = b.cursor;
        return this.#change(insert(b, this.#kills[0] ?? ""));
      case "yank-pop":
        if (this.#last !== "yank" && this.#last !== "yank-pop") return this.#bell();
        this.#kills.push(this.#kills.shift() ?? "");
        return this.#change(insert(remove(b, this.#inserted, b.cursor).buffer, this.#kills[0] ?? ""));
      case "yank-last-arg":
        return this.#lastWord();
      case "quoted-insert": {
        const next = await this.#key();
        return next && this.#change(insert(this.#buffer, next.text));
      }
      case "character-search": {
        const next = await this.#key();
        const at = next ? b.chars.indexOf(next.text, b.cursor + 1) : -1;
        return at < 0 ? this.#bell() : this.#set(move(b, at));
      }
      case "undo": {
        const before = this.#undo.pop();
        return before ? this.#set(before) : this.#bell();
      }
      case "revert-line":
        if (this.#undo[0]) await this.#set(this.#undo[0]);
        this.#undo = [];
        return undefined;
      case "set-mark":
        this.#mark = b.cursor;
        return undefined;
      case "exchange-point-and-mark": {
        const mark = this.#mark;
        this.#mark = b.cursor;
        return this.#set(move(b, mark));
      }
      case "clear-screen":
        await this.#o.output.write("\x1b[H\x1b[2J");
        this.#row = 0;
        return this.#paint();
      case "bracketed-paste-begin":
        return this.#paste();
      case "digit-argument":
        return this.#numeric(key.text === "-" ? "-" : `${this.#argument ?? ""}${key.text}`.slice(0, 7));
      case "complete":
      case "possible-completions":
      case "insert-completions":
      case "menu-complete":
      case "menu-complete-backward":
        return this.#complete(name);
      case "abort":
        return this.#bell();
      default:
        return undefined;
    }
  }

  // --- the line ---

  async #accept(): Promise<Line> {
    const text = textOf(this.#buffer);
    await this.#finish("");
    return { kind: "line", text };
  }
  async #finish(suffix: string): Promise<void> {
    const { cursor, chars } = this.#buffer;
    if (cursor < chars.length) await this.#set(move(this.#buffer, chars.length));
    await this.#o.output.write(`${suffix}\r\n`);
  }
  async #bell(): Promise<void> {
    if (variable(this.#o.bindings, "bell-style") !== "none") await this.#o.output.write("\x07");
  }
  /** Shows a buffer that may have other text: what was is remembered. */
  async #change(buffer: Buffer): Promise<void> {
    if (textOf(buffer) !== textOf(this.#buffer)) this.#undo.push(this.#buffer);
    await this.#set(buffer);
  }
  async #set(buffer: Buffer): Promise<void> {
    this.#buffer = buffer;
    await this.#paint();
  }
  async #type(text: string): Promise<void> {
    if (this.#last !== "self-insert" || this.#times % UNDO_RUN === 0) this.#undo.push(this.#buffer);
    const atEnd = this.#buffer.cursor === this.#buffer.chars.length;
    const before = cursorAfter(this.#shown + textOf(this.#buffer), this.#columns);
    this.#buffer = insert(this.#buffer, text);
    const width = textWidth(text);
    if (atEnd && width > 0 && before.column + width < this.#columns) await this.#o.output.write(text);
    else await this.#paint();
  }
  #kill(text: string, forward: boolean): void {
    const running = /kill|discard|rubout/.test(this.#last);
    const [newest = ""] = this.#kills;
    if (running) this.#kills[0] = forward ? newest + text : text + newest;
    else if (text !== "") this.#kills.unshift(text);
    this.#kills.length = Math.min(this.#kills.length, MAX_KILLS);
  }
  async #paste(): Promise<void> {
    let text = "";
    for (let key = await this.#key(); key && key.name !== "paste-end"; key = await this.#key())
      text += key.name === "enter" ? "\n" : key.text;
    await this.#change(insert(this.#buffer, text.replace(/\n+$/, "")));
  }
  async #numeric(argument: string | undefined): Promise<void> {
    this.#argument = argument;
    this.#shown = argument === undefined ? this.#prompt : `(arg: ${argument === "-" ? "-1" : argument}) `;
    await this.#paint();
  }
  async #elsewhere(): Promise<Line | undefined> {
    this.#o.input.setRaw?.(false);
    const text = await this.#o.edit?.(textOf(this.#buffer));
    this.#o.input.setRaw?.(true);
    this.#row = 0;
    if (text === undefined) {
      await this.#bell();
      await this.#paint();
      return undefined;
    }
    await this.#o.output.write(`${text.replaceAll("\n", "\r\n")}\r\n`);
    return { kind: "line", text };
  }

  // --- history ---

  async #show(index: number): Promise<void> {
    if (index < 0 || index >= this.#lines.length) return this.#bell();
    this.#lines[this.#at] = textOf(this.#buffer);
    this.#at = index;
    this.#undo = [];
    await this.#set(bufferOf(this.#lines[index] ?? ""));
  }
  /** The next line of history that begins with what stands before the cursor. */
  async #prefixed(step: -1 | 1): Promise<void> {
    const { cursor } = this.#buffer;
    const prefix = this.#buffer.chars.slice(0, cursor).join("");
    for (let i = this.#at + step; i >= 0 && i < this.#lines.length; i += step) {
      const line = this.#lines[i] as string;
      if (!line.startsWith(prefix) || line === textOf(this.#buffer)) continue;
      await this.#show(i);
      return this.#set(move(this.#buffer, cursor));
    }
    return this.#bell();
  }
  async #lastWord(): Promise<void> {
    const { history } = this.#o;
    const back = this.#last === "yank-last-arg" ? this.#times : 0;
    const line = history[history.length - 1 - back];
    if (line === undefined) return this.#bell();
    const b = back > 0 ? remove(this.#buffer, this.#inserted, this.#buffer.cursor).buffer : this.#buffer;
    this.#inserted = b.cursor;
    await this.#change(insert(b, line.trim().split(/\s+/).at(-1) ?? ""));
  }
  async #expand(): Promise<void> {
    const expansion = expandHistory(textOf(this.#buffer), this.#o.history);
    if (expansion.kind === "line") await this.#change(bufferOf(expansion.text));
    else if (expansion.kind === "error") await this.#bell();
  }
  /** Ctrl-R and Ctrl-S. Resolves to a line when Enter ends it, undefined when editing goes on. */
  async #search(direction: -1 | 1): Promise<Line | undefined> {
    const original = this.#buffer;
    this.#lines[this.#at] = textOf(original);
    let s: Search = { query: "", at: this.#o.history.length, direction, found: textOf(original) };
    const paint = async (): Promise<void> => {
      ({ prompt: this.#shown, buffer: this.#buffer } = searchLine(s));
      await this.#paint();
    };
    await paint();
    for (;;) {
      const key = await this.#key();
      if (key === undefined) return { kind: "end" };
      if (key.name === "char") s = find(this.#o.history, { ...s, query: s.query + key.text }, 0);
      else if (key.name === "backspace")
        s = find(this.#o.history, { ...s, query: s.query.slice(0, -1), at: this.#o.history.length, direction: -1 }, 0);
      else if (key.name === "ctrl-r" || key.name === "ctrl-s") {
        const again = key.name === "ctrl-r" ? -1 : 1;
        s = find(this.#o.history, { ...s, direction: again }, again);
      } else {
        this.#shown = this.#prompt;
        const cancelled = key.name === "ctrl-g" || key.name === "ctrl-c";
        if (!cancelled && s.at < this.#o.history.length) this.#at = s.at;
        await this.#set(cancelled ? original : bufferOf(s.found, this.#buffer.cursor));
        if (key.name === "enter") return this.#accept();
        if (!cancelled && key.text !== "\x1b") this.#pending.unshift(key);
        return undefined;
      }
      await paint();
    }
  }

  // --- completion ---

  async #complete(how: string): Promise<void> {
    const { bindings } = this.#o;
    const menu = how.startsWith("menu-complete");
    if (menu && this.#last.startsWith("menu-complete") && this.#menu) return this.#turn(how.endsWith("backward") ? -1 : 1);
    const line = textOf(this.#buffer);
    const cursor = this.#buffer.chars.slice(0, this.#buffer.cursor).join("").length;
    const { from, candidates } = (await this.#o.complete?.(line, cursor)) ?? { from: cursor, candidates: [] };
    if (candidates.length === 0) return this.#bell();
    const start = Array.from(line.slice(0, from)).length;
    const put = (text: string): Promise<void> => this.#change(insert(remove(this.#buffer, start, this.#buffer.cursor).buffer, text));
    if (how === "possible-completions") return this.#list(candidates);
    if (how === "insert-completions") return put(candidates.map((c) => `${c.trimEnd()} `).join(""));
    if (menu) {
      this.#menu = { start, candidates, at: how.endsWith("backward") ? candidates.length : -1 };
      return this.#turn(how.endsWith("backward") ? -1 : 1);
    }
    const typed = line.slice(from, cursor);
    const shared = inserted(candidates, variable(bindings, "completion-ignore-case") === "on");
    const changes = shared.length > typed.length || (candidates.length === 1 && shared !== typed);
    const again = this.#last === "complete" && !this.#completed;
    this.#completed = changes;
    if (changes) await put(shared);
    if (candidates.length === 1) return;
    const atOnce =
      variable(bindings, "show-all-if-ambiguous") === "on" || (!changes && variable(bindings, "show-all-if-unmodified") === "on");
    if (atOnce || (!changes && again)) return this.#list(candidates);
    if (!changes) await this.#bell();
  }
  async #turn(step: number): Promise<void> {
    const menu = this.#menu;
    if (!menu) return;
    menu.at = (menu.at + step + menu.candidates.length) % menu.candidates.length;
    await this.#change(
      insert(remove(this.#buffer, menu.start, this.#buffer.cursor).buffer, (menu.candidates[menu.at] as string).trimEnd()),
    );
  }
  async #list(candidates: readonly string[]): Promise<void> {
    const keep = this.#buffer;
    this.#buffer = move(keep, keep.chars.length);
    await this.#paint();
    this.#buffer = keep;
    await this.#o.output.write("\r\n");
    const most = Number(variable(this.#o.bindings, "completion-query-items"));
    if (most > 0 && candidates.length >= most) {
      await this.#o.output.write(`Display all ${candidates.length} possibilities? (y or n)`);
      const key = await this.#key();
      await this.#o.output.write("\r\n");
      if (key?.text !== "y" && key?.text !== " ") {
        this.#row = 0;
        return this.#paint();
      }
    }
    await this.#o.output.write(listing(candidates, this.#columns));
    this.#row = 0;
    await this.#paint();
  }

  /** Redraws prompt and line, and puts the cursor where it belongs. */
  async #paint(): Promise<void> {
    const { out, row } = painted(this.#shown, this.#buffer, this.#row, this.#columns);
    this.#row = row;
    await this.#o.output.write(out);
  }
}
