type Json = unknown;
export type Read = { readonly value: Json; readonly end: number } | { readonly problem: string; readonly end: number };

/** The JSON texts of a stream, one after the other; a problem, in jq's words, ends it. */
export function* readJson(source: string): Generator<Read> {
  let at = 0;
  for (;;) {
    while (at < source.length && /[\s\u001e]/.test(source[at] as string)) at++;
    if (at >= source.length) return;
    const end = textEnd(source, at);
    const text = source.slice(at, end);
    try {
      yield { value: parse(text), end };
    } catch {
      yield { problem: problemOf(source, at, end), end };
      return;
    }
    at = end;
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    // jq knows nan, which JSON does not.
    if (!/\bnan\b/i.test(text)) throw error;
    return JSON.parse(text.replace(/("(?:[^"\\]|\\.)*")|\bnan\b/gi, (_, quoted?: string) => quoted ?? "null")) as Json;
  }
}

function textEnd(source: string, from: number): number {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    const c = source[at] as string;
    if (c === '"') {
      for (at++; at < source.length && source[at] !== '"'; at++) if (source[at] === "\\") at++;
      if (depth === 0) return Math.min(at + 1, source.length);
    } else if (c === "{" || c === "[") depth++;
    else if (c === "}" || c === "]") {
      if (--depth <= 0) return at + 1;
    } else if (depth === 0 && (/\s/.test(c) || (at > from && /[{["]/.test(c)))) return at;
  }
  return source.length;
}

/** Where and what jq would say: it knows it when the token is over. */
function problemOf(source: string, from: number, end: number): string {
  const place = (at: number): string => {
    const before = source.slice(0, at);
    const lines = before.split("\n");
    return `line ${lines.length}, column ${lines.length === 1 ? before.length : (lines.at(-1) ?? "").length}`;
  };
  const eof = (what: string): string => `${what} at EOF at ${place(source.length)}`;
  let depth: string[] = [];
  for (let at = from; at < end; at++) {
    const c = source[at] as string;
    if (/[\s,:]/.test(c)) continue;
    if (c === '"') {
      const begin = at;
      for (at++; at < end && source[at] !== '"'; at++) if (source[at] === "\\") at++;
      if (at >= end) return eof("Unfinished string");
      try {
        JSON.parse(source.slice(begin, at + 1).replace(/[\u0000-\u001f]/g, " "));
      } catch {
        return `Invalid escape at ${place(at + 1)}`;
      }
    } else if (c === "{" || c === "[") depth = [...depth, c];
    else if (c === "}" || c === "]") {
      const open = depth.at(-1);
      if (open === undefined) return `Unmatched '${c}' at ${place(at + 1)}`;
      if ((c === "}") !== (open === "{")) return `Unmatched '${c}' at ${place(at + 1)}`;
      depth = depth.slice(0, -1);
    } else {
      const [word = c] = /^[^\s,:"{}[\]]+/.exec(source.slice(at, end)) ?? [];
      const over = at + word.length;
      if (!/^(?:true|false|null|nan)$/.test(word) && (word === "" || Number.isNaN(Number(word)))) {
        const what = /^[tfn']/.test(word) && !word.startsWith("nan") && word.length >= 4 ? "Invalid literal" : "Invalid numeric literal";
        return over >= source.length ? eof(what) : `${what} at ${place(over + 1)}`;
      }
      at = over - 1;
    }
  }
  if (depth.length > 0) return eof("Unfinished JSON term");
  return `Expected separator between values at ${place(end)}`;
}
