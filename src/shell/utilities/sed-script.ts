import { type Regex, posixRegex } from "../regex.ts";

export interface Address {
  /** `multiple`: addr,~N. `zero`: 0,/re/, whose range may end on the first line. */
  readonly kind: "line" | "last" | "regex" | "step" | "plus" | "multiple" | "zero";
  readonly n: number;
  readonly step: number;
  readonly regex: Regex | undefined;
}
export interface SedCommand {
  readonly from: Address | undefined;
  readonly to: Address | undefined;
  readonly not: boolean;
  readonly name: string;
  readonly text: string;
  /** Undefined: the last one used. */
  readonly regex: Regex | undefined;
  readonly flags: string;
  readonly replacement: string;
  /** Where `s///w` and `w` write. */
  readonly file: string;
  /** For { : index of its }. */ end: number;
  active: boolean;
  until: number;
}
export class SedError extends Error {}

/** Parses a sed script. Throws SedError with GNU's words. */
export function parseSed(source: string, extended: boolean): SedCommand[] {
  return new Parser(source, extended).script();
}

const PLAIN = "dDpPnNgGhHxlL=zF";

class Parser {
  #at = 0;
  readonly #source: string;
  readonly #extended: boolean;

  constructor(source: string, extended: boolean) {
    this.#source = source;
    this.#extended = extended;
  }
  #fail(what: string): never {
    throw new SedError(`-e expression #1, char ${Math.min(this.#at, this.#source.length)}: ${what}`);
  }
  #peek(): string {
    return this.#source[this.#at] ?? "";
  }
  #take(pattern: RegExp): string {
    const m = pattern.exec(this.#source.slice(this.#at))?.[0] ?? "";
    this.#at += m.length;
    return m;
  }

  /** Text up to an unescaped delimiter, outside of brackets; undefined when there is none. */
  #delimited(d: string, brackets: boolean): string | undefined {
    let text = "";
    for (; this.#at < this.#source.length && this.#peek() !== d; this.#at++) {
      const c = this.#peek();
      if (c === "\\" && this.#source[this.#at + 1] === d) {
        // An escaped delimiter stands for itself, special or not.
        text += "/|,#:;@%!_~ =\"'&-".includes(d) && d !== "&" ? d : `\\${d}`;
        this.#at++;
      } else if (c === "\\") text += c + (this.#source[++this.#at] ?? "");
      else if (c === "[" && brackets) {
        const set = /^\[\^?\]?(?:\[[:.=][^\]]*[:.=]\]|[^\]])*\]/.exec(this.#source.slice(this.#at))?.[0];
        if (set && !set.includes("\n")) {
          text += set;
          this.#at += set.length - 1;
        } else text += c;
      } else text += c;
    }
    if (this.#peek() !== d) return undefined;
    this.#at++;
    return text;
  }
  #regex(text: string, flags: string): Regex | undefined {
    if (text === "") return undefined;
    return posixRegex(text, { extended: this.#extended, ignoreCase: /i/i.test(flags), multiline: /m/i.test(flags) });
  }
  #address(second: boolean): Address | undefined {
    const make = (kind: Address["kind"], n = 0, step = 0, regex?: Regex): Address => ({ kind, n, step, regex });
    const c = this.#peek();
    if (/\d/.test(c)) {
      const n = Number(this.#take(/^\d+/));
      const step = this.#take(/^~\d+/);
      if (step) return make("step", n, Number(step.slice(1)));
      if (n === 0 && !second) {
        if (!/^\s*,\s*[/\\]/.test(this.#source.slice(this.#at))) this.#fail("invalid usage of line address 0");
        return make("zero");
      }
      return make("line", n);
    }
    if (c === "$") {
      this.#at++;
      return make("last");
    }
    if (second && (c === "+" || c === "~") && /\d/.test(this.#source[this.#at + 1] ?? "")) {
      this.#at++;
      return make(c === "+" ? "plus" : "multiple", Number(this.#take(/^\d+/)));
    }
    if (c !== "/" && c !== "\\") return undefined;
    this.#at += c === "\\" ? 2 : 1;
    const text = this.#delimited(c === "\\" ? (this.#source[this.#at - 1] as string) : "/", true);
    if (text === undefined) this.#fail("unterminated address regex");
    return make("regex", 0, 0, this.#regex(text, this.#take(/^[IM]+/)));
  }

  script(): SedCommand[] {
    const out: SedCommand[] = [];
    const open: number[] = [];
    for (;;) {
      this.#take(/^[\s;]+/);
      if (this.#at >= this.#source.length) break;
      if (this.#peek() === "#") {
        this.#take(/^[^\n]*/);
        continue;
      }
      const from = this.#address(false);
      this.#take(/^ +/);
      let to: Address | undefined;
      if (from && this.#peek() === ",") {
        this.#at++;
        this.#take(/^ +/);
        to = this.#address(true) ?? this.#fail("unexpected `,'");
      }
      this.#take(/^ +/);
      const not = this.#take(/^!+/) !== "";
      this.#take(/^ +/);
      if (this.#at >= this.#source.length) this.#fail("missing command");
      const name = this.#peek();
      this.#at++;
      out.push(this.#command(name, from, to, not, open, out));
      this.#take(/^ +/);
      if (this.#at < this.#source.length && !/[;\n}#]/.test(this.#peek()) && name !== "{" && name !== "}") {
        this.#at++;
        this.#fail("extra characters after command");
      }
    }
    if (open.length > 0) throw new SedError("-e expression #1, char 0: unmatched `{'");
    for (const c of out)
      if ("btT".includes(c.name) && c.text !== "" && !out.some((x) => x.name === ":" && x.text === c.text))
        throw new SedError(`-e expression #1, char ${this.#source.length}: can't find label for jump to \`${c.text}'`);
    return out;
  }

  #command(name: string, from: Address | undefined, to: Address | undefined, not: boolean, open: number[], out: SedCommand[]): SedCommand {
    let [text, flags, replacement, file] = ["", "", "", ""];
    let regex: Regex | undefined;
    if (name === "s" || name === "y") {
      const d = this.#peek();
      this.#at++;
      const pattern = d === "" || d === "\n" || d === "\\" ? undefined : this.#delimited(d, name === "s");
      const by = pattern === undefined ? undefined : this.#delimited(d, false);
      if (pattern === undefined || by === undefined) this.#fail(`unterminated \`${name}' command`);
      replacement = by;
      if (name === "y") {
        text = unescaped(pattern);
        replacement = unescaped(by);
        if (Array.from(text).length !== Array.from(replacement).length) this.#fail("strings for `y' command are different lengths");
      } else {
        flags = this.#take(/^[gpiIemM0-9]*/);
        if (flags.includes("e")) this.#fail("the `e' flag of `s' is not simulated in Timonel");
        if (this.#peek() === "w") {
          this.#at++;
          file = this.#take(/^[^\n]*/).trim();
        }
        if (/[^\s;}#]/.test(this.#peek())) {
          this.#at++;
          this.#fail("unknown option to `s'");
        }
        regex = this.#regex(pattern, flags);
      }
    } else if ("aic".includes(name)) text = this.#text();
    else if (name === "w" || name === "r" || name === "R" || name === "W") {
      file = this.#take(/^[^\n]*/).trim();
      if (file === "") this.#fail("missing filename in r/R/w/W commands");
    } else if (name === ":") {
      text = this.#take(/^[^\n;]*/).trim();
      if (text === "") this.#fail('":" lacks a label');
    } else if ("btT".includes(name)) text = this.#take(/^[^\n;}]*/).trim();
    else if (name === "q" || name === "Q") text = this.#take(/^\s*\d*/).trim();
    else if (name === "{") open.push(out.length);
    else if (name === "}") {
      const start = open.pop() ?? this.#fail("unexpected `}'");
      (out[start] as SedCommand).end = out.length;
    } else if (name === "e") this.#fail("the `e' command is not simulated in Timonel");
    else if (!PLAIN.includes(name)) this.#fail(`unknown command: \`${name}'`);
    else if (name === "l") text = this.#take(/^ *\d*/).trim();
    return { from, to, not, name, text, regex, flags, replacement, file, end: 0, active: false, until: 0 };
  }

  /** What `a`, `i` and `c` add: on their own line, or after a\ with its blanks kept. */
  #text(): string {
    this.#take(/^[ \t]+/);
    if (this.#peek() === "\\") {
      this.#at++;
      this.#take(/^[ \t]*\n/);
    } else if (this.#at >= this.#source.length) this.#fail("expected \\ after `a', `c' or `i'");
    let text = "";
    for (; this.#at < this.#source.length && this.#peek() !== "\n"; this.#at++) {
      if (this.#peek() === "\\" && this.#at + 1 < this.#source.length) this.#at++;
      text += this.#peek();
    }
    return text;
  }
}

/** The strings of `y`: \n, \\ and an escaped delimiter are one character. */
const unescaped = (text: string): string => text.replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c === "t" ? "\t" : c));
