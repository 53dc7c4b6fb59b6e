import { compilePattern, matches } from "../../expand/pattern.ts";

/** GNU's exclusion: a pattern that matches the whole name, or any tail of it that begins after a slash. */
export function excluded(patterns: readonly string[], name: string): boolean {
  const bare = name.replace(/\/+$/, "");
  const parts = bare.split("/");
  const tails = parts.map((_, i) => parts.slice(i).join("/"));
  return patterns.some((text) => {
    const pattern = compilePattern(text.replace(/\/+$/, ""));
    return tails.some((tail) => matches(pattern, tail));
  });
}
