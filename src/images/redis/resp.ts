/** Replies are made as they go on the wire (RESP2), binary strings. */
export const OK = "+OK\r\n";
export const QUEUED = "+QUEUED\r\n";
export const NIL = "$-1\r\n";
export const NIL_ARRAY = "*-1\r\n";
export const simple = (text: string): string => `+${text}\r\n`;
export const int = (n: number | bigint): string => `:${n}\r\n`;
export const bulk = (text: string | undefined): string => (text === undefined ? NIL : `$${text.length}\r\n${text}\r\n`);
export const array = (items: readonly string[]): string => `*${items.length}\r\n${items.join("")}`;
export const bulks = (items: readonly (string | undefined)[]): string => array(items.map(bulk));
export const error = (text: string): string => `-${text.replace(/[\r\n]/g, " ")}\r\n`;

/** A refusal: the reply's first word is its code. */
export class RedisError extends Error {
  override readonly name = "RedisError";
}

/** A reply as a client reads it. */
export type Reply =
  | { readonly type: "status" | "error" | "bulk"; readonly text: string }
  | { readonly type: "integer"; readonly text: string }
  | { readonly type: "nil" }
  | { readonly type: "array"; readonly items: readonly Reply[] };

/** One reply from `text` at `from`; undefined: there is more to come. */
export function parseReply(text: string, from = 0): { readonly reply: Reply; readonly end: number } | undefined {
  const line = text.indexOf("\r\n", from);
  if (line < 0) return undefined;
  const head = text.slice(from + 1, line);
  const end = line + 2;
  switch (text[from]) {
    case "+":
      return { reply: { type: "status", text: head }, end };
    case "-":
      return { reply: { type: "error", text: head }, end };
    case ":":
      return { reply: { type: "integer", text: head }, end };
    case "$": {
      const n = Number(head);
      if (n < 0) return { reply: { type: "nil" }, end };
      if (text.length < end + n + 2) return undefined;
      return { reply: { type: "bulk", text: text.slice(end, end + n) }, end: end + n + 2 };
    }
    case "*": {
      const n = Number(head);
      if (n < 0) return { reply: { type: "nil" }, end };
      const items: Reply[] = [];
      let at = end;
      for (let i = 0; i < n; i++) {
        const item = parseReply(text, at);
        if (!item) return undefined;
        items.push(item.reply);
        at = item.end;
      }
      return { reply: { type: "array", items }, end: at };
    }
    default:
      throw new RedisError(`Protocol error, got ${JSON.stringify(text[from])} as reply type byte`);
  }
}

export type Request = { readonly args: readonly string[]; readonly end: number } | { readonly refused: string } | undefined;

/** One request from `text` at `from`: an array of bulk strings, or a line as people type it into telnet. */
export function parseRequest(text: string, from: number): Request {
  if (from >= text.length) return undefined;
  const line = text.indexOf("\n", from);
  if (line < 0) return text.length - from > 65_536 ? { refused: "ERR Protocol error: too big inline request" } : undefined;
  if (text[from] !== "*") {
    const args = splitArgs(text.slice(from, line).replace(/\r$/, ""));
    return args ? { args, end: line + 1 } : { refused: "ERR Protocol error: unbalanced quotes in request" };
  }
  const count = Number(text.slice(from + 1, line).trim());
  if (!Number.isInteger(count) || count > 1_048_576) return { refused: "ERR Protocol error: invalid multibulk length" };
  const args: string[] = [];
  let at = line + 1;
  for (let i = 0; i < count; i++) {
    const next = text.indexOf("\r\n", at);
    if (next < 0) return undefined;
    if (text[at] !== "$") return { refused: `ERR Protocol error: expected '$', got '${text[at]}'` };
    const length = Number(text.slice(at + 1, next));
    if (!Number.isInteger(length) || length < 0 || length > 512 * 1024 * 1024)
      return { refused: "ERR Protocol error: invalid bulk length" };
    if (text.length < next + 2 + length + 2) return undefined;
    args.push(text.slice(next + 2, next + 2 + length));
    at = next + 2 + length + 2;
  }
  return { args, end: at };
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\u0007" };

/** Words of a line with its quotes; undefined when they do not close (redis: sds.c sdssplitargs). */
export function splitArgs(line: string): string[] | undefined {
  const words: string[] = [];
  let i = 0;
  for (;;) {
    while (i < line.length && /\s/.test(line[i] as string)) i++;
    if (i >= line.length) return words;
    let word = "";
    let quote = "";
    for (; ; i++) {
      const c = line[i];
      if (quote !== "") {
        if (c === undefined) return undefined;
        if (quote === '"' && c === "\\") {
          const hex = /^x([0-9a-fA-F]{2})/.exec(line.slice(i + 1, i + 4));
          if (hex) {
            word += String.fromCharCode(parseInt(hex[1] as string, 16));
            i += 3;
          } else if (i + 1 < line.length) {
            const next = line[++i] as string;
            word += ESCAPES[next] ?? next;
          }
        } else if (quote === "'" && c === "\\" && line[i + 1] === "'") {
          word += "'";
          i++;
        } else if (c === quote) {
          const next = line[i + 1];
          if (next !== undefined && !/\s/.test(next)) return undefined;
          i++;
          break;
        } else word += c;
      } else if (c === undefined || /\s/.test(c)) break;
      else if (c === '"' || c === "'") quote = c;
      else word += c;
    }
    words.push(word);
  }
}
