import { type Buffer, bufferOf } from "./buffer.ts";

/** An incremental search through history (Ctrl-R, Ctrl-S). */
export interface Search {
  readonly query: string;
  /** The line found last; the history's length before any. */
  readonly at: number;
  readonly direction: -1 | 1;
  readonly found: string;
}

/** The next line with the query, `step` away from the last one at least. Where there is none, the last one stays. */
export function find(history: readonly string[], s: Search, step: -1 | 0 | 1): Search {
  if (s.query === "") return s;
  for (let i = Math.min(s.at + step, history.length - 1); i >= 0 && i < history.length; i += s.direction) {
    const line = history[i] as string;
    if (line.includes(s.query) && !(step !== 0 && line === s.found)) return { ...s, at: i, found: line };
  }
  return s;
}

/** What is shown meanwhile, the cursor where the query was found. */
export function searchLine(s: Search): { readonly prompt: string; readonly buffer: Buffer } {
  const at = s.found.indexOf(s.query);
  const failed = s.query !== "" && at < 0 ? "failed " : "";
  const way = s.direction < 0 ? "reverse-" : "";
  const cursor = s.query === "" ? undefined : Array.from(s.found.slice(0, Math.max(0, at))).length;
  return { prompt: `(${failed}${way}i-search)\`${s.query}': `, buffer: bufferOf(s.found, cursor) };
}
