import { RE2JS } from "re2js";

/** A pattern of an author's, on the linear-time engine (law 12); or what is wrong with it. */
export function compileRegex(
  pattern: string,
): { readonly test: (text: string) => boolean; readonly problem?: undefined } | { readonly problem: string } {
  try {
    const compiled = RE2JS.compile(pattern);
    return { test: (text) => compiled.matcher(text).find() };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
