/**
 * Patterns that no linear engine has: back-references (\1), look-around, \K. By backtracking, with a bound on its
 * steps, after which it gives up as PCRE does at its own.
 */
export class BacktrackError extends Error {}

const MAX_STEPS = 500_000;

interface State {
  readonly text: string;
  readonly groups: (number | undefined)[];
  steps: number;
  /** Where \K said that the match begins. */
  kept: number | undefined;
}
/** Matches at `i`, then what follows; the answer is whether all of it did. */
type Node = (s: State, i: number, next: (i: number) => boolean) => boolean;

const CLASSES: Readonly<Record<string, string>> = {
  alpha: "A-Za-z",
  digit: "0-9",
  alnum: "A-Za-z0-9",
  upper: "A-Z",
  lower: "a-z",
  space: "\\s",
  blank: " \\t",
  punct: "!-\\/:-@\\[-`{-~",
  xdigit: "0-9A-Fa-f",
  cntrl: "\\x00-\\x1f\\x7f",
  print: "\\x20-\\x7e",
  graph: "\\x21-\\x7e",
  word: "\\w",
};

/** One character at a time: a set written as RE2 and PCRE write it, tested by the platform's engine, which cannot backtrack on it. */
const single =
  (test: (c: string) => boolean) =>
  (s: State, i: number): boolean =>
    i < s.text.length && test(s.text[i] as string);

class Parser {
  at = 0;
  groups = 0;
  readonly names = new Map<string, number>();
  fold: boolean;
  readonly source: string;

  constructor(source: string, fold: boolean) {
    this.source = source;
    this.fold = fold;
  }
  alternatives(): Node {
    const options = [this.sequence()];
    while (this.source[this.at] === "|") {
      this.at++;
      options.push(this.sequence());
    }
    const [only] = options;
    return options.length === 1 ? (only as Node) : (s, i, next) => options.some((o) => o(s, i, next));
  }
  sequence(): Node {
    const parts: Node[] = [];
    while (this.at < this.source.length && this.source[this.at] !== "|" && this.source[this.at] !== ")") parts.push(this.repeated());
    return (s, i, next) => {
      const step = (n: number, at: number): boolean => (n === parts.length ? next(at) : (parts[n] as Node)(s, at, (j) => step(n + 1, j)));
      return step(0, i);
    };
  }
  repeated(): Node {
    const { node, one } = this.atom();
    const m = /^(?:[*+?]|\{(\d+)(,(\d*))?\})/.exec(this.source.slice(this.at));
    if (!m) return node;
    this.at += m[0].length;
    const mode = /^[?+]/.exec(this.source.slice(this.at))?.[0];
    if (mode) this.at++;
    const min = m[0] === "*" || m[0] === "?" ? 0 : m[0] === "+" ? 1 : Number(m[1]);
    const max =
      m[0] === "?" ? 1 : m[1] === undefined || (m[2] !== undefined && m[3] === "") ? Infinity : Number(m[2] === undefined ? m[1] : m[3]);
    return one ? repeatOne(one, min, max, mode) : repeatNode(node, min, max, mode === "?");
  }
  atom(): { node: Node; one?: (s: State, i: number) => boolean } {
    const c = this.source[this.at++] as string;
    if (c === "(") return { node: this.group() };
    if (c === "^") return { node: (_, i, next) => i === 0 && next(i) };
    if (c === "$") return { node: (s, i, next) => i === s.text.length && next(i) };
    if (c === "\\") return this.escaped();
    const set = c === "[" ? this.set() : undefined;
    const one = single(c === "." ? () => true : set ? (x) => set.test(x) : this.literal(c));
    return { one, node: (s, i, next) => one(s, i) && next(i + 1) };
  }
  literal(c: string): (x: string) => boolean {
    if (!this.fold) return (x) => x === c;
    const lower = c.toLowerCase();
    return (x) => x.toLowerCase() === lower;
  }
  set(): RegExp {
    let body = "";
    if (this.source[this.at] === "^") body += this.source[this.at++];
    if (this.source[this.at] === "]") {
      body += "\\]";
      this.at++;
    }
    for (; this.at < this.source.length && this.source[this.at] !== "]"; this.at++) {
      const named = /^\[:(\w+):\]/.exec(this.source.slice(this.at));
      if (named) {
        body += CLASSES[named[1] as string] ?? "";
        this.at += named[0].length - 1;
      } else if (this.source[this.at] === "\\") body += `\\${this.source[++this.at] ?? ""}`;
      else body += this.source[this.at] === "[" ? "\\[" : this.source[this.at];
    }
    this.at++;
    return new RegExp(`^[${body}]$`, this.fold ? "i" : "");
  }
  group(): Node {
    const special = /^\?(?:[:=!>]|<[=!]|P?<(\w+)>)/.exec(this.source.slice(this.at));
    if (special) this.at += special[0].length;
    const name = special?.[1];
    const index = !special || name !== undefined ? ++this.groups : 0;
    if (name !== undefined) this.names.set(name, index);
    const inner = this.alternatives();
    this.at++;
    switch (special && name === undefined ? special[0] : "") {
      case "?:":
        return inner;
      case "?>":
      case "?=": {
        const atomic = special?.[0] === "?>";
        return (s, i, next) => {
          let end = -1;
          return inner(s, i, (j) => (end = j) >= 0) && next(atomic ? end : i);
        };
      }
      case "?!":
        return (s, i, next) => !inner(s, i, () => true) && next(i);
      case "?<=":
      case "?<!": {
        const wanted = special?.[0] === "?<=";
        return (s, i, next) => {
          let found = false;
          for (let from = i; from >= 0 && !found; from--) found = inner(s, from, (j) => j === i);
          return found === wanted && next(i);
        };
      }
      default:
        return (s, i, next) => {
          const before = [s.groups[2 * index], s.groups[2 * index + 1]];
          if (
            inner(s, i, (j) => {
              const old = [s.groups[2 * index], s.groups[2 * index + 1]];
              [s.groups[2 * index], s.groups[2 * index + 1]] = [i, j];
              if (next(j)) return true;
              [s.groups[2 * index], s.groups[2 * index + 1]] = old;
              return false;
            })
          )
            return true;
          [s.groups[2 * index], s.groups[2 * index + 1]] = before;
          return false;
        };
    }
  }
  escaped(): { node: Node; one?: (s: State, i: number) => boolean } {
    const c = this.source[this.at++] ?? "\\";
    const wordAt = (s: State, i: number): boolean => /\w/.test(s.text[i] ?? "");
    if (/[1-9]/.test(c)) {
      const n = Number(c);
      return {
        node: (s, i, next) => {
          const [a, b] = [s.groups[2 * n], s.groups[2 * n + 1]];
          if (a === undefined || b === undefined) return false;
          const text = s.text.slice(a, b);
          const here = s.text.slice(i, i + text.length);
          return (this.fold ? here.toLowerCase() === text.toLowerCase() : here === text) && next(i + text.length);
        },
      };
    }
    if (c === "b" || c === "B") return { node: (s, i, next) => (wordAt(s, i - 1) !== wordAt(s, i)) === (c === "b") && next(i) };
    if (c === "A") return { node: (_, i, next) => i === 0 && next(i) };
    if (c === "z" || c === "Z") return { node: (s, i, next) => i === s.text.length && next(i) };
    if (c === "K")
      return {
        node: (s, i, next) => {
          const before = s.kept;
          s.kept = i;
          if (next(i)) return true;
          s.kept = before;
          return false;
        },
      };
    const set = /[dDwWsShH]/.test(c) ? new RegExp(`^${c === "h" ? "[ \\t]" : c === "H" ? "[^ \\t]" : `\\${c}`}$`) : undefined;
    const named: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", f: "\f", v: "\v", e: "\x1b" };
    const one = single(set ? (x) => set.test(x) : this.literal(named[c] ?? c));
    return { one, node: (s, i, next) => one(s, i) && next(i + 1) };
  }
}

function spend(s: State): void {
  if (++s.steps > MAX_STEPS) throw new BacktrackError("exceeded PCRE's backtracking limit");
}

function repeatOne(one: (s: State, i: number) => boolean, min: number, max: number, mode: string | undefined): Node {
  return (s, i, next) => {
    if (mode === "?") {
      for (let n = 0; ; n++) {
        spend(s);
        if (n >= min && next(i + n)) return true;
        if (n >= max || !one(s, i + n)) return false;
      }
    }
    let n = 0;
    while (n < max && one(s, i + n)) n++;
    if (mode === "+") return n >= min && next(i + n);
    for (; n >= min; n--) {
      spend(s);
      if (next(i + n)) return true;
    }
    return false;
  };
}

function repeatNode(node: Node, min: number, max: number, lazy: boolean): Node {
  return (s, i, next) => {
    const round = (n: number, at: number): boolean => {
      spend(s);
      const more = (): boolean => n < max && node(s, at, (j) => (j > at || n < min) && round(n + 1, j));
      if (n < min) return more();
      return lazy ? next(at) || more() : more() || next(at);
    };
    return round(0, i);
  };
}

/** The part of RE2JS's interface that the tools use. */
export class Backtracking {
  readonly #node: Node;
  readonly #groups: number;

  constructor(source: string, ignoreCase: boolean) {
    const parser = new Parser(source, ignoreCase || source.startsWith("(?i)"));
    if (source.startsWith("(?i)")) parser.at = 4;
    this.#node = parser.alternatives();
    this.#groups = parser.groups;
  }
  test(text: string): boolean {
    return this.matcher(text).find(0);
  }
  matcher(text: string) {
    let found: { readonly start: number; readonly end: number; readonly groups: readonly (number | undefined)[] } | undefined;
    const find = (from = 0): boolean => {
      for (let i = from; i <= text.length; i++) {
        const state: State = { text, groups: [], steps: 0, kept: undefined };
        let end = -1;
        if (this.#node(state, i, (j) => (end = j) >= 0)) {
          found = { start: state.kept ?? i, end, groups: state.groups };
          return true;
        }
      }
      found = undefined;
      return false;
    };
    const start = (n = 0): number => (n === 0 ? (found?.start ?? -1) : (found?.groups[2 * n] ?? -1));
    const end = (n = 0): number => (n === 0 ? (found?.end ?? -1) : (found?.groups[2 * n + 1] ?? -1));
    return {
      find,
      start,
      end,
      group: (n = 0): string | null => (start(n) < 0 ? null : text.slice(start(n), end(n))),
      groupCount: (): number => this.#groups,
    };
  }
}
