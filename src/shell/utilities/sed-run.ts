import type { Description } from "../../runtime/index.ts";
import { ByteDecoder } from "../../runtime/index.ts";
import type { Address, SedCommand } from "./sed-script.ts";
import type { Tool } from "./tool.ts";

/** A line, whether it ended with the separator, and the file it is from. */
interface Line {
  readonly text: string;
  readonly ended: boolean;
  readonly file: string;
}

async function* lines(t: Tool, files: readonly string[], separator: string): AsyncGenerator<Line> {
  for (const file of files.length > 0 ? files : ["-"]) {
    const decoder = new ByteDecoder();
    let rest = "";
    if (file !== "-" && !t.proc.fs.exists(file)) {
      await t.warn(t.busybox ? `${file}: No such file or directory` : `can't read ${file}: No such file or directory`, t.busybox ? 1 : 2);
      continue;
    }
    if (file !== "-" && t.proc.fs.stat(file).type === "directory") {
      await t.warn(t.busybox ? `read error: Is a directory` : `couldn't edit ${file}: not a regular file`, t.busybox ? 1 : 4);
      continue;
    }
    for await (const chunk of t.chunks([file])) {
      const parts = (rest + decoder.decode(chunk)).split(separator);
      rest = parts.pop() as string;
      for (const text of parts) yield { text, ended: true, file };
    }
    rest += decoder.decode();
    if (rest !== "") yield { text: rest, ended: false, file };
  }
}

/** Runs a script over files as one stream; the exit code. `print` is where its output goes. */
export async function edit(
  t: Tool,
  script: readonly SedCommand[],
  files: readonly string[],
  print: (text: string) => Promise<void>,
  quiet: boolean,
): Promise<{ readonly code: number; readonly quit: boolean }> {
  return new Editor(t, script, files, print, quiet).run();
}

class Editor {
  readonly #t: Tool;
  readonly #script: readonly SedCommand[];
  readonly #input: AsyncGenerator<Line>;
  readonly #print: (text: string) => Promise<void>;
  readonly #separator: string;
  readonly #quiet: boolean;
  readonly #opened = new Map<string, Description>();
  #next: IteratorResult<Line> | undefined;
  #line: Line = { text: "", ended: true, file: "-" };
  #space = "";
  #hold = "";
  #number = 0;
  #last: SedCommand["regex"];
  /** What was written last had no separator at its end: one comes before anything else. */
  #owed = false;
  #appended: { text: string; ended: boolean }[] = [];

  constructor(t: Tool, script: readonly SedCommand[], files: readonly string[], print: (text: string) => Promise<void>, quiet: boolean) {
    this.#t = t;
    this.#script = script;
    this.#separator = t.has("zero") ? "\0" : "\n";
    this.#quiet = quiet || t.has("quiet") || t.has("silent");
    this.#input = lines(t, files, this.#separator);
    this.#print = print;
  }
  async #take(): Promise<boolean> {
    this.#next ??= await this.#input.next();
    if (this.#next.done) return false;
    this.#line = this.#next.value;
    this.#next = await this.#input.next();
    this.#number++;
    return true;
  }
  get #atEnd(): boolean {
    return this.#next?.done === true;
  }
  async #write(text: string, ended = true): Promise<void> {
    await this.#print(`${this.#owed ? this.#separator : ""}${text}${ended ? this.#separator : ""}`);
    this.#owed = !ended;
  }
  async #file(path: string, text: string): Promise<void> {
    if (path === "/dev/stdout") return this.#write(text);
    let file = this.#opened.get(path);
    if (!file) {
      file = path === "/dev/stderr" ? this.#t.proc.stderr : this.#t.proc.open(path, "w");
      this.#opened.set(path, file);
    }
    await file.write(text + this.#separator);
  }

  #is(a: Address): boolean {
    switch (a.kind) {
      case "line":
        return this.#number === a.n;
      case "last":
        return this.#atEnd;
      case "step":
        return a.step === 0 ? this.#number === a.n : this.#number >= a.n && (this.#number - a.n) % a.step === 0;
      case "regex":
        this.#last = a.regex ?? this.#last;
        return this.#last?.test(this.#space) ?? false;
      default:
        return false;
    }
  }
  #selected(c: SedCommand): boolean {
    if (!c.from) return true;
    if (!c.to) return this.#is(c.from);
    const counted = c.to.kind === "line" || c.to.kind === "plus" || c.to.kind === "multiple";
    if (c.from.kind === "zero" && this.#number === 1) c.active = true;
    else if (!c.active) {
      if (!this.#is(c.from)) return false;
      c.until =
        c.to.kind === "plus"
          ? this.#number + c.to.n
          : c.to.kind === "multiple"
            ? c.to.n > 0
              ? Math.ceil(this.#number / c.to.n) * c.to.n
              : this.#number
            : c.to.n;
      c.active = !counted || c.until > this.#number;
      return true;
    }
    if (counted) {
      if (this.#number >= c.until) c.active = false;
      // The end may lie before the line that `n` went to.
      return this.#number <= c.until || this.#is(c.from);
    }
    if (this.#is(c.to)) c.active = false;
    return true;
  }

  async run(): Promise<{ readonly code: number; readonly quit: boolean }> {
    let steps = 0;
    let again = false;
    for (;;) {
      if (!again) {
        if (!(await this.#take())) break;
        this.#space = this.#line.text;
      }
      again = false;
      let substituted = false;
      let drop = false;
      let quit: number | undefined;
      for (let i = 0; i < this.#script.length; i++) {
        if (++steps % 1000 === 0) await this.#t.proc.cpu(0.5);
        const c = this.#script[i] as SedCommand;
        if (c.name === ":" || c.name === "}") continue;
        if (this.#selected(c) === c.not) {
          if (c.name === "{") i = c.end;
          continue;
        }
        if (c.name === "s") {
          if (await this.#substitute(c)) substituted = true;
        } else if (c.name === "d" || c.name === "c") {
          if (c.name === "c" && (c.not || !c.to || !c.active)) await this.#write(c.text);
          drop = true;
          break;
        } else if (c.name === "D") {
          drop = true;
          const newline = this.#space.indexOf("\n");
          again = newline >= 0;
          if (again) this.#space = this.#space.slice(newline + 1);
          break;
        } else if (c.name === "n" || c.name === "N") {
          if (this.#atEnd) {
            quit = 0;
            break;
          }
          if (c.name === "n") {
            if (!this.#quiet) await this.#write(this.#space, this.#line.ended);
            await this.#flush();
          }
          const before = this.#space;
          await this.#take();
          this.#space = c.name === "n" ? this.#line.text : `${before}\n${this.#line.text}`;
        } else if (c.name === "q") {
          quit = Number(c.text || 0);
          break;
        } else if (c.name === "Q") return this.#end(Number(c.text || 0), true);
        else if (c.name === "b" || (c.name === "t" && substituted) || (c.name === "T" && !substituted)) {
          if (c.name === "t") substituted = false;
          if (c.text === "") break;
          i = this.#script.findIndex((x) => x.name === ":" && x.text === c.text);
        } else if (c.name === "T") substituted = false;
        else await this.#plain(c);
      }
      if (!drop && !this.#quiet) await this.#write(this.#space, this.#line.ended);
      await this.#flush();
      if (quit !== undefined) return this.#end(quit, true);
    }
    return this.#end(this.#t.status, false);
  }
  #end(code: number, quit: boolean): { readonly code: number; readonly quit: boolean } {
    for (const [path, file] of this.#opened) if (path !== "/dev/stderr") this.#t.proc.close(file);
    return { code: code || this.#t.status, quit };
  }
  async #flush(): Promise<void> {
    for (const { text, ended } of this.#appended.splice(0)) await this.#write(text, ended);
  }

  async #plain(c: SedCommand): Promise<void> {
    const { fs } = this.#t.proc;
    switch (c.name) {
      case "y": {
        const [from, to] = [Array.from(c.text), Array.from(c.replacement)];
        this.#space = Array.from(this.#space, (ch) => (from.includes(ch) ? (to[from.indexOf(ch)] as string) : ch)).join("");
        return;
      }
      case "p":
        return this.#write(this.#space, this.#line.ended || !this.#quiet);
      case "P":
        return this.#write(this.#space.split("\n")[0] as string);
      case "=":
        return this.#write(String(this.#number));
      case "l":
        return this.#write(visible(this.#space, c.text === "" ? 70 : Number(c.text)));
      case "z":
        this.#space = "";
        return;
      case "F":
        return this.#write(this.#line.file);
      case "a":
        this.#appended.push({ text: c.text, ended: true });
        return;
      case "i":
        return this.#write(c.text);
      case "r":
        if (fs.exists(c.file)) {
          const text = fs.readText(c.file);
          if (text !== "") this.#appended.push({ text: text.replace(/\n$/, ""), ended: text.endsWith("\n") });
        }
        return;
      case "w":
        return this.#file(c.file, this.#space);
      case "W":
        return this.#file(c.file, this.#space.split("\n")[0] as string);
      case "g":
        this.#space = this.#hold;
        return;
      case "G":
        this.#space += `\n${this.#hold}`;
        return;
      case "h":
        this.#hold = this.#space;
        return;
      case "H":
        this.#hold += `\n${this.#space}`;
        return;
      case "x":
        [this.#space, this.#hold] = [this.#hold, this.#space];
    }
  }

  async #substitute(c: SedCommand): Promise<boolean> {
    this.#last = c.regex ?? this.#last;
    if (!this.#last) return false;
    const nth = Number(/\d+/.exec(c.flags)?.[0] ?? 1);
    const line = this.#space;
    const m = this.#last.matcher(line);
    let [out, at, from, count] = ["", 0, 0, 0];
    let ended = -1;
    while (from <= line.length && m.find(from)) {
      const [a, b] = [m.start(), m.end()];
      // An empty match right after a match is none.
      if (a === b && a === ended) {
        from = b + 1;
        continue;
      }
      ended = b;
      if (++count >= nth) {
        out += line.slice(at, a) + fill(c.replacement, (n) => (n <= m.groupCount() ? (m.group(n) ?? "") : ""));
        at = b;
        if (!c.flags.includes("g")) break;
      }
      from = b > a ? b : b + 1;
    }
    if (count < nth) return false;
    this.#space = out + line.slice(at);
    if (c.flags.includes("p")) await this.#write(this.#space);
    if (c.file !== "") await this.#file(c.file, this.#space);
    return true;
  }
}

/** `l`: what cannot be seen as escapes, folded. */
function visible(text: string, width: number): string {
  const named: Readonly<Record<string, string>> = {
    "\\": "\\\\",
    "\x07": "\\a",
    "\b": "\\b",
    "\f": "\\f",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\v": "\\v",
  };
  const units = Array.from(text, (c) => {
    const code = c.codePointAt(0) as number;
    if (named[c] !== undefined) return named[c];
    if (code >= 0xdc80 && code <= 0xdcff) return `\\${(code - 0xdc00).toString(8)}`;
    return code < 32 || code === 127 ? `\\${code.toString(8).padStart(3, "0")}` : c;
  });
  let [out, column] = ["", 0];
  for (const unit of units) {
    if (width > 1 && column + unit.length > width - 1) {
      out += "\\\n";
      column = 0;
    }
    out += unit;
    column += unit.length;
  }
  return `${out}$`;
}

/** A replacement with its groups, and GNU's case conversions. */
function fill(text: string, group: (n: number) => string): string {
  let out = "";
  let mode = "";
  let once = "";
  const add = (s: string): void => {
    let shaped = mode === "U" ? s.toUpperCase() : mode === "L" ? s.toLowerCase() : s;
    if (once && shaped !== "") {
      shaped = (once === "u" ? shaped.charAt(0).toUpperCase() : shaped.charAt(0).toLowerCase()) + shaped.slice(1);
      once = "";
    }
    out += shaped;
  };
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === "&") add(group(0));
    else if (c === "\\") {
      const n = text[++i] ?? "";
      if (/\d/.test(n)) add(group(Number(n)));
      else if (n === "n") add("\n");
      else if (n === "t") add("\t");
      else if (n === "U" || n === "L") mode = n;
      else if (n === "E") mode = once = "";
      else if (n === "u" || n === "l") once = n;
      else add(n);
    } else add(c);
  }
  return out;
}
