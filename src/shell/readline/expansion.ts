/** What history expansion made of a line (bash: "HISTORY EXPANSION"). */
export type Expansion =
  | { readonly kind: "same" }
  /** `only`: shown and remembered, not run (`:p`). */
  | { readonly kind: "line"; readonly text: string; readonly only: boolean }
  | { readonly kind: "error"; readonly message: string };

class Refused extends Error {}

/** The substitution that `:&` repeats. */
export interface Last {
  from?: string;
  to?: string;
}

/** Expands `!!`, `!$`, `!n:x`, `^old^new^` and so on. `history`: oldest first, without the line itself. */
export function expandHistory(line: string, history: readonly string[], last: Last = {}): Expansion {
  if (line.startsWith("^")) {
    return expandHistory(`!!:s${line}`, history, last);
  }
  if (!line.includes("!")) return { kind: "same" };
  const scan = new Scanner(line, history, last);
  try {
    const text = scan.run();
    return scan.changed ? { kind: "line", text, only: scan.only } : { kind: "same" };
  } catch (error) {
    if (error instanceof Refused) return { kind: "error", message: error.message };
    throw error;
  }
}

class Scanner {
  changed = false;
  only = false;
  readonly #line: string;
  readonly #history: readonly string[];
  readonly #last: Last;
  #at = 0;
  #out = "";

  constructor(line: string, history: readonly string[], last: Last) {
    this.#line = line;
    this.#history = history;
    this.#last = last;
  }

  run(): string {
    let double = false;
    while (this.#at < this.#line.length) {
      const c = this.#line[this.#at] as string;
      if (c === "\\") this.#take(2);
      else if (c === '"') {
        double = !double;
        this.#take(1);
      } else if (c === "'" && !double) {
        const end = this.#line.indexOf("'", this.#at + 1);
        this.#take((end < 0 ? this.#line.length : end + 1) - this.#at);
      } else if (c === "!" && this.#begins(double)) this.#event();
      else this.#take(1);
    }
    return this.#out;
  }
  #take(n: number): void {
    this.#out += this.#line.slice(this.#at, this.#at + n);
    this.#at += n;
  }
  /** A `!` before blank space, `=`, `(` or the end stands for itself; so do `[!abc]`, `${!name}` and `$!`. */
  #begins(double: boolean): boolean {
    const next = this.#line[this.#at + 1];
    if (next === undefined || /[\s=(;&|]/.test(next) || (double && next === '"')) return false;
    const before = this.#line[this.#at - 1];
    if (before === "[" || before === "$") return false;
    return !(before === "{" && this.#line[this.#at - 2] === "$");
  }

  #event(): void {
    const start = this.#at++;
    let from = start;
    const fail = (what = "event not found"): never => {
      throw new Refused(`${this.#line.slice(from, this.#at)}: ${what}`);
    };
    const rest = this.#line.slice(this.#at);
    const number = /^-?\d+/.exec(rest)?.[0];
    const asked = /^\?([^?\n]*)\??/.exec(rest);
    let text: string | undefined;
    let short = false;
    if (rest.startsWith("!")) {
      this.#at++;
      text = this.#history.at(-1);
    } else if (rest.startsWith("#")) {
      this.#at++;
      text = this.#out;
    } else if (number !== undefined) {
      this.#at += number.length;
      text = number.startsWith("-") ? this.#history.at(Number(number)) : this.#history[Number(number) - 1];
    } else if (asked) {
      this.#at += asked[0].length;
      text = this.#history.findLast((h) => h.includes(asked[1] as string));
    } else if (/^[$^*]/.test(rest)) {
      short = true;
      text = this.#history.at(-1);
    } else {
      const word = /^[^\s:;&()|<>^$*"'-]+(?:[^\s:;&()|<>^$*"']*)/.exec(rest)?.[0] ?? "";
      this.#at += word.length;
      if (word !== "") text = this.#history.findLast((h) => h.startsWith(word));
    }
    if (text === undefined) return fail();
    this.changed = true;
    from = this.#at;
    this.#out += this.#modified(this.#words(text, short, fail), fail);
  }

  /** The word designator, if there is one. */
  #words(text: string, short: boolean, fail: (what?: string) => never): string {
    const m = /^(?::?([$^*])|:(\d+)-(\d+|\$)|:(\d+)([*-])?|:-(\d+|\$)|:%)/.exec(this.#line.slice(this.#at));
    if (!m && !short) return text;
    const words = tokens(text);
    const last = words.length - 1;
    this.#at += m?.[0].length ?? 0;
    const place = (n: string): number => (n === "$" ? last : Number(n));
    const [, sign, from, to, only, open, upTo] = m ?? [];
    let range: readonly [number, number] = [0, last];
    if (sign === "$") range = [last, last];
    else if (sign === "^") range = [1, 1];
    else if (sign === "*") range = [1, last];
    else if (from !== undefined && to !== undefined) range = [place(from), place(to)];
    else if (only !== undefined) range = [Number(only), open === "*" ? last : open === "-" ? last - 1 : Number(only)];
    else if (upTo !== undefined) range = [0, place(upTo)];
    if (range[0] > last + (sign === "*" || open === "*" ? 1 : 0) || range[1] > last) fail("bad word specifier");
    return words.slice(range[0], range[1] + 1).join(" ");
  }

  #modified(given: string, fail: (what?: string) => never): string {
    let text = given;
    for (;;) {
      const m = /^:([ga]?)([htrepqx&]|s)/.exec(this.#line.slice(this.#at));
      if (!m) return text;
      const kind = m[2] as string;
      this.#at += m[0].length;
      if (kind === "s") {
        const delimiter = this.#line[this.#at] ?? "/";
        const [from = "", to = ""] = this.#line.slice(this.#at + 1).split(delimiter);
        this.#at = Math.min(this.#line.length, this.#at + 1 + from.length + 1 + to.length + 1);
        if (from !== "") this.#last.from = from;
        this.#last.to = to.replace(/(^|[^\\])&/g, (_, c: string) => `${c}${this.#last.from ?? ""}`);
      }
      if (kind === "s" || kind === "&") {
        const { from, to = "" } = this.#last;
        if (from === undefined) return fail("no previous substitution");
        if (!text.includes(from)) return fail("substitution failed");
        text = m[1] ? text.replaceAll(from, () => to) : text.replace(from, () => to);
      } else if (kind === "p") this.only = true;
      else text = MODIFIERS[kind]?.(text) ?? text;
    }
  }
}

const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
const MODIFIERS: Readonly<Record<string, (text: string) => string>> = {
  h: (t) => (t.includes("/") ? t.slice(0, t.lastIndexOf("/")) : t),
  t: (t) => t.slice(t.lastIndexOf("/") + 1),
  r: (t) => t.replace(/\.[^./]*$/, ""),
  e: (t) => /\.[^./]*$/.exec(t)?.[0] ?? t,
  q: quoted,
  x: (t) => t.split(/\s+/).map(quoted).join(" "),
};

/** A line's words as history counts them: quotes hold together, operators stand alone. */
export function tokens(line: string): readonly string[] {
  return line.match(/(?:\\.|"(?:\\.|[^"\\])*"?|'[^']*'?|[^\s|&;()<>"'\\])+|<<<|<<-|<<|>>|&&|\|\||;;|[<>]&|&>|[|&;()<>]/g) ?? [];
}
