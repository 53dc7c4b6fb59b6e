/** What stands where words and commands end, when nothing else is said (COMP_WORDBREAKS). */
export const WORD_BREAKS = " \t\n\"'@><=;|&(:";
const SEPARATORS = ";|&{(`";
const blank = (c: string | undefined): boolean => c === " " || c === "\t" || c === "\n";

/** The end of a quotation or substitution that opens at `i`; the text's length when it stays open. */
function closing(text: string, i: number, close: string): number {
  for (let at = i; at < text.length; at++) {
    if (text[at] === "\\" && close !== "'") at++;
    else if (text[at] === close) return at;
    else if (close === ")" && (text[at] === "'" || text[at] === '"')) at = closing(text, at + 1, text[at] as string);
    else if (close === ")" && text[at] === "(") at = closing(text, at + 1, ")");
  }
  return text.length;
}

/** The first of `ends` from `from` on that is neither quoted nor within a substitution; the length where there is none. */
export function skipTo(text: string, from: number, ends: string): number {
  let i = from;
  while (i < text.length) {
    const c = text[i] as string;
    if (c === "\\") i += 2;
    else if (c === "'" || c === '"') i = closing(text, i + 1, c) + 1;
    else if (c === "`" && i > from) i = closing(text, i + 1, "`") + 1;
    else if ((c === "$" || c === "<" || c === ">") && text[i + 1] === "(") i = closing(text, i + 2, ")") + 1;
    else if (c === "$" && text[i + 1] === "{") i = closing(text, i + 2, "}") + 1;
    else if (ends.includes(c)) return i;
    else i++;
  }
  return text.length;
}

export interface TypedWord {
  /** Where the text that is completed begins, after an open quote. */
  readonly start: number;
  /** The quote that is open there. */
  readonly quote: "'" | '"' | "";
  /** A substitution that is open within quotes. */
  readonly within?: boolean;
}

/** The word that stands before the cursor, as readline cuts it. `@` belongs to what follows it. */
export function typedWord(line: string, cursor: number, breaks: string): TypedWord {
  let open = -1;
  let within = false;
  const quoted = new Set<number>();
  for (let i = 0; i < cursor; i++) {
    const c = line[i] as string;
    if (c === "\\") quoted.add(++i);
    else if (c === "'" || c === '"') {
      const end = closing(line.slice(0, cursor), i + 1, c);
      if (c === '"' && end >= cursor && /(?:\$\(|`)[^)`]*$/.test(line.slice(i, cursor))) {
        within = true;
        continue;
      }
      if (end >= cursor) open = i;
      else for (let at = i; at <= end; at++) quoted.add(at);
      i = end;
    }
  }
  if (open >= 0) return { start: open + 1, quote: line[open] as "'" | '"' };
  let start = cursor;
  while (start > 0 && (quoted.has(start - 1) || !breaks.includes(line[start - 1] as string))) start--;
  if (start > 0 && line[start - 1] === "@" && !quoted.has(start - 1)) start--;
  return { start, quote: "", within };
}

const ASSIGNMENT = /^[A-Za-z_]\w*(\[[^\]]*\])?\+?=/;

export interface CommandAt {
  /** Where its first word begins and ends, and where it ends itself. */
  readonly start: number;
  readonly nameEnd: number;
  readonly end: number;
  readonly name: string;
}

/** The simple command that the cursor is in; assignments before it are passed over. */
export function commandAt(line: string, start: number, cursor: number): CommandAt {
  let begin = 0;
  for (;;) {
    const end = skipTo(line, begin, SEPARATORS);
    if (end >= start || end >= line.length) break;
    begin = end + 1;
  }
  for (;;) {
    while (begin < start && blank(line[begin])) begin++;
    const nameEnd = skipTo(line, begin, " \t\n");
    const name = line.slice(begin, nameEnd);
    if (!ASSIGNMENT.test(name) || nameEnd >= start)
      return { start: begin, nameEnd, name, end: skipTo(line, Math.max(cursor, begin), SEPARATORS) };
    begin = nameEnd;
  }
}

/** Whether a command's name stands at `start`: nothing before it but assignments, or what begins a command. */
export function isCommandPosition(line: string, start: number): boolean {
  let at = start - 1;
  while (at >= 0 && blank(line[at])) at--;
  if (at >= 0 && /["']/.test(line[at] as string) && at === start - 1) {
    at--;
    while (at >= 0 && blank(line[at])) at--;
  }
  if (at < 0) return true;
  const c = line[at] as string;
  if (SEPARATORS.includes(c)) return !(c === "&" && /[<>]/.test(line[at - 1] ?? "")) && !(c === "|" && line[at - 1] === ">");
  if (!blank(line[start - 1])) return false;
  const command = commandAt(line, start, start);
  return command.start >= start;
}

/** The words of a command as COMP_WORDS has them, and which of them the cursor is in. */
export function wordsOf(text: string, cursor: number, breaks: string): { readonly words: readonly string[]; readonly current: number } {
  const solid = [...breaks].filter((c) => !blank(c) && c !== '"' && c !== "'").join("");
  const words: string[] = [];
  let current = -1;
  let at = 0;
  for (;;) {
    while (blank(text[at])) at++;
    if (current < 0 && cursor < at) {
      current = words.length;
      words.push("");
    }
    if (at >= text.length) break;
    const from = at;
    while (at < text.length && solid.includes(text[at] as string)) at++;
    if (at === from) at = skipTo(text, at, ` \t\n${solid}`);
    words.push(text.slice(from, at));
    if (current < 0 && cursor <= at) current = words.length - 1;
  }
  if (current < 0) {
    current = words.length;
    words.push("");
  }
  return { words, current };
}

/** A word without its quotes, as far as it has been typed. */
export function unquoted(text: string, quote: TypedWord["quote"]): string {
  if (quote === "'") return text;
  if (quote === '"') return text.replace(/\\([$`"\\])/g, "$1");
  return text.replace(
    /\\(.)|'([^']*)'?|"((?:\\.|[^"\\])*)"?/g,
    (_, escaped?: string, single?: string, double?: string) => escaped ?? single ?? (double ?? "").replace(/\\([$`"\\])/g, "$1"),
  );
}
