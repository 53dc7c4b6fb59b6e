import { RE2JS } from "re2js";

/** Compiled once each: a schema's patterns are met at every write. Linear in time (DESIGN law 12). */
const compiled = new Map<string, RE2JS>();
const KNOWN_PATTERNS = 500;

/** Throws RE2's syntax error. */
function compile(pattern: string): RE2JS {
  let found = compiled.get(pattern);
  if (found === undefined) {
    found = RE2JS.compile(pattern);
    if (compiled.size >= KNOWN_PATTERNS) compiled.clear();
    compiled.set(pattern, found);
  }
  return found;
}

export const patternMatches = (pattern: string, text: string): boolean => compile(pattern).matcher(text).find();

/** `error parsing regexp: missing closing ): \`(\``, or undefined (Go: regexp.Compile). */
export function patternProblem(pattern: string): string | undefined {
  try {
    compile(pattern);
    return undefined;
  } catch (error) {
    const text = error instanceof Error ? error.message : String(error);
    return text.startsWith("error parsing regexp") ? text : `error parsing regexp: ${text}`;
  }
}
