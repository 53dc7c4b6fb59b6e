import { type Buffer, bufferOf } from "./buffer.ts";

/** An incremental search through history (Ctrl-R, Ctrl-S). */
export interface Search {
  readonly query: string;
  /** The line found last; the history's length before any. */
  readonly at: number;
  readonly direction: -1 | 1;
  readonly found: string;
  /** Nothing more has the query: what was found last stays. */
  readonly failed: boolean;
}

/** The next line with the query, `step` away from the last one at least. Where there is none, the last one stays. */
export function find(history: readonly string[], s: Search, step: -1 | 0 | 1): Search {
  if (s.query === "") return s;
  for (let i = s.at + step; i >= 0 && i < history.length; i += s.direction) {
    const line = history[i] as string;
    if (line.includes(s.query) && !(step !== 0 && line === s.found)) return { ...s, at: i, found: line, failed: false };
  }
  return { ...s, failed: true };
}

/** What is shown meanwhile, the cursor where the query was found. */
export function searchLine(s: Search, cursor: number): { readonly prompt: string; readonly buffer: Buffer } {
  const at = s.direction < 0 ? s.found.lastIndexOf(s.query) : s.found.indexOf(s.query);
  const way = s.direction < 0 ? "reverse-" : "";
  const place = s.query === "" ? cursor : at < 0 ? undefined : Array.from(s.found.slice(0, at)).length;
  return { prompt: `(${s.failed ? "failed " : ""}${way}i-search)\`${s.query}': `, buffer: bufferOf(s.found, place) };
}
