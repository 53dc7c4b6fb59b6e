/**
 * Shell patterns. A pattern is a string in which a backslash makes the next character literal. Matching carries a set
 * of positions forward token by token, so it is never worse than tokens times characters (no backtracking), extglob
 * included.
 */
type Token =
  | { readonly kind: "char"; readonly char: string }
  | { readonly kind: "any" }
  | { readonly kind: "star" }
  | { readonly kind: "set"; readonly test: (c: string) => boolean }
  | { readonly kind: "ext"; readonly operator: string; readonly alternatives: readonly (readonly Token[])[] };

const CLASSES: Readonly<Record<string, RegExp>> = {
  alpha: /^\p{L}$/u,
  digit: /^[0-9]$/,
  alnum: /^[\p{L}\p{N}]$/u,
  upper: /^\p{Lu}$/u,
  lower: /^\p{Ll}$/u,
  space: /^\s$/,
  blank: /^[ \t]$/,
  punct: /^[!-/:-@[-`{-~]$/,
  xdigit: /^[0-9A-Fa-f]$/,
  cntrl: /^[\x00-\x1f\x7f]$/,
  print: /^[^\x00-\x1f\x7f]$/,
  graph: /^[^\x00-\x20\x7f]$/,
  word: /^\w$/,
};

export interface Pattern {
  readonly tokens: readonly Token[];
  /** The text, when nothing in it is special. */
  readonly literal: string | undefined;
}

const cache = new Map<string, Pattern>();

export function compilePattern(text: string, options: { readonly ignoreCase?: boolean } = {}): Pattern {
  const key = options.ignoreCase ? `i${text}` : `c${text}`;
  const known = cache.get(key);
  if (known) return known;
  const { tokens } = parseTokens(Array.from(text), 0, false, options.ignoreCase ?? false);
  const literal =
    tokens.every((t) => t.kind === "char") && !options.ignoreCase
      ? tokens.map((t) => (t.kind === "char" ? t.char : "")).join("")
      : undefined;
  const pattern = { tokens, literal };
  if (cache.size > 500) cache.clear();
  cache.set(key, pattern);
  return pattern;
}

function parseTokens(chars: readonly string[], from: number, nested: boolean, fold: boolean): { tokens: Token[]; end: number } {
  const tokens: Token[] = [];
  let i = from;
  while (i < chars.length) {
    const c = chars[i] as string;
    if (nested && (c === "|" || c === ")")) break;
    if ("?*+@!".includes(c) && chars[i + 1] === "(" && closes(chars, i + 1)) {
      const alternatives: Token[][] = [];
      let at = i + 2;
      for (;;) {
        const part = parseTokens(chars, at, true, fold);
        alternatives.push(part.tokens);
        at = part.end + 1;
        if (chars[part.end] !== "|") break;
      }
      tokens.push({ kind: "ext", operator: c, alternatives });
      i = at;
      continue;
    }
    if (c === "\\" && i + 1 < chars.length) {
      tokens.push(charToken(chars[++i] as string, fold));
    } else if (c === "*") {
      if (tokens.at(-1)?.kind !== "star") tokens.push({ kind: "star" });
    } else if (c === "?") tokens.push({ kind: "any" });
    else if (c === "[") {
      const set = parseSet(chars, i, fold);
      if (set) {
        tokens.push({ kind: "set", test: set.test });
        i = set.end;
      } else tokens.push({ kind: "char", char: c });
    } else tokens.push(charToken(c, fold));
    i++;
  }
  return { tokens, end: i };
}

function charToken(char: string, fold: boolean): Token {
  if (!fold || char.toLowerCase() === char.toUpperCase()) return { kind: "char", char };
  const lower = char.toLowerCase();
  return { kind: "set", test: (c) => c.toLowerCase() === lower };
}

function closes(chars: readonly string[], open: number): boolean {
  let depth = 0;
  for (let i = open; i < chars.length; i++) {
    if (chars[i] === "\\") i++;
    else if (chars[i] === "(") depth++;
    else if (chars[i] === ")" && --depth === 0) return true;
  }
  return false;
}

function parseSet(chars: readonly string[], open: number, fold: boolean): { test: (c: string) => boolean; end: number } | undefined {
  let i = open + 1;
  const negated = chars[i] === "!" || chars[i] === "^";
  if (negated) i++;
  const singles = new Set<string>();
  const ranges: [string, string][] = [];
  const classes: RegExp[] = [];
  const first = i;
  for (; ; i++) {
    let c = chars[i];
    if (c === undefined) return undefined;
    if (c === "]" && i > first) break;
    if (c === "[" && chars[i + 1] === ":") {
      const end = chars.indexOf("]", i + 2);
      if (end > 0 && chars[end - 1] === ":") {
        const known = CLASSES[chars.slice(i + 2, end - 1).join("")];
        if (known) classes.push(known);
        i = end;
        continue;
      }
    }
    if (c === "\\" && chars[i + 1] !== undefined) c = chars[++i] as string;
    if (chars[i + 1] === "-" && chars[i + 2] !== undefined && chars[i + 2] !== "]") {
      let to = chars[i + 2] as string;
      i += 2;
      if (to === "\\" && chars[i + 1] !== undefined) to = chars[++i] as string;
      ranges.push([c, to]);
    } else singles.add(c);
  }
  const has = (c: string): boolean => singles.has(c) || ranges.some(([a, b]) => c >= a && c <= b) || classes.some((r) => r.test(c));
  const folded = fold ? (c: string): boolean => has(c.toLowerCase()) || has(c.toUpperCase()) : has;
  return { test: negated ? (c) => !folded(c) : folded, end: i };
}

/** Ascending end positions that `tokens` can reach from the ascending `starts`. */
function advance(tokens: readonly Token[], chars: readonly string[], starts: readonly number[]): readonly number[] {
  let at = starts;
  for (const token of tokens) {
    if (at.length === 0) return at;
    switch (token.kind) {
      case "char":
        at = step(at, (p) => chars[p] === token.char);
        break;
      case "any":
        at = step(at, (p) => p < chars.length);
        break;
      case "set":
        at = step(at, (p) => p < chars.length && token.test(chars[p] as string));
        break;
      case "star": {
        const out: number[] = [];
        for (let p = at[0] as number; p <= chars.length; p++) out.push(p);
        at = out;
        break;
      }
      case "ext":
        at = extended(token.operator, token.alternatives, chars, at);
    }
  }
  return at;
}

function step(at: readonly number[], ok: (p: number) => boolean): number[] {
  const out: number[] = [];
  for (const p of at) if (ok(p)) out.push(p + 1);
  return out;
}

function extended(
  operator: string,
  alternatives: readonly (readonly Token[])[],
  chars: readonly string[],
  at: readonly number[],
): readonly number[] {
  const once = (from: readonly number[]): number[] => union(alternatives.map((a) => advance(a, chars, from)));
  if (operator === "@") return once(at);
  if (operator === "?") return union([at, once(at)]);
  if (operator === "!") {
    const out = new Set<number>();
    for (const p of at) {
      const ends = new Set(once([p]));
      for (let q = p; q <= chars.length; q++) if (!ends.has(q)) out.add(q);
    }
    return [...out].sort((a, b) => a - b);
  }
  let reached = operator === "*" ? at : once(at);
  let frontier: readonly number[] = reached;
  while (frontier.length > 0) {
    const seen = new Set(reached);
    frontier = once(frontier).filter((p) => !seen.has(p));
    reached = union([reached, frontier]);
  }
  return reached;
}

function union(lists: readonly (readonly number[])[]): number[] {
  return [...new Set(lists.flat())].sort((a, b) => a - b);
}

export function matches(pattern: Pattern, text: string): boolean {
  if (pattern.literal !== undefined) return pattern.literal === text;
  const chars = Array.from(text);
  return advance(pattern.tokens, chars, [0]).at(-1) === chars.length;
}

/** Length (UTF-16 units) of the shortest or longest prefix that matches, or undefined. */
export function prefixLength(pattern: Pattern, text: string, longest: boolean): number | undefined {
  if (pattern.literal !== undefined) return text.startsWith(pattern.literal) ? pattern.literal.length : undefined;
  const chars = Array.from(text);
  const ends = advance(pattern.tokens, chars, [0]);
  const end = longest ? ends.at(-1) : ends[0];
  return end === undefined ? undefined : chars.slice(0, end).join("").length;
}

/** As `prefixLength`, from the end of the text: runs the pattern backwards. */
export function suffixLength(pattern: Pattern, text: string, longest: boolean): number | undefined {
  if (pattern.literal !== undefined) return text.endsWith(pattern.literal) ? pattern.literal.length : undefined;
  const chars = Array.from(text).reverse();
  const ends = advance(reversed(pattern.tokens), chars, [0]);
  const end = longest ? ends.at(-1) : ends[0];
  return end === undefined ? undefined : chars.slice(0, end).join("").length;
}

function reversed(tokens: readonly Token[]): Token[] {
  return tokens.map((t) => (t.kind === "ext" ? { ...t, alternatives: t.alternatives.map(reversed) } : t)).reverse();
}

/** Replaces the first (or every) longest match. An empty match is not replaced. */
export function replacePattern(pattern: Pattern, text: string, by: (match: string) => string, all: boolean): string {
  if (pattern.literal !== undefined) {
    if (pattern.literal === "") return text;
    const replacement = by(pattern.literal);
    return all ? text.split(pattern.literal).join(replacement) : replaceOnce(text, pattern.literal, replacement);
  }
  const chars = Array.from(text);
  let out = "";
  for (let i = 0; i < chars.length;) {
    const end = advance(pattern.tokens, chars, [i]).at(-1);
    if (end === undefined || end === i) {
      out += chars[i++];
      continue;
    }
    out += by(chars.slice(i, end).join(""));
    i = end;
    if (!all) return out + chars.slice(i).join("");
  }
  return out;
}

function replaceOnce(text: string, what: string, by: string): string {
  const at = text.indexOf(what);
  return at < 0 ? text : text.slice(0, at) + by + text.slice(at + what.length);
}

const SPECIAL = /[\\*?[\]()|!@+^~&-]/g;
/** Makes every character of `text` literal in a pattern. */
export function quotePattern(text: string): string {
  return text.replace(SPECIAL, "\\$&");
}
/** Quote removal: the text that a pattern stands for when nothing is matched. */
export function unquotePattern(text: string): string {
  return text.includes("\\") ? text.replace(/\\([\s\S])/g, "$1") : text;
}
export function hasWildcards(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text[i] as string;
    if (c === "\\") i++;
    else if (c === "*" || c === "?" || (c === "[" && text.indexOf("]", i) > 0) || ("+@!".includes(c) && text[i + 1] === "(")) return true;
  }
  return false;
}
