/** One directive of a Caddyfile, with its block. */
export interface Directive {
  readonly words: readonly string[];
  readonly block: readonly Directive[];
  readonly line: number;
}
export class CaddyfileError extends Error {
  override readonly name = "CaddyfileError";
}

/** Words, quotes, comments, and braces that open or close at a line's end. */
export function parseCaddyfile(text: string, file: string, env: Readonly<Record<string, string>>): readonly Directive[] {
  const lines = text
    .split("\n")
    .map((line) => words(line.replace(/\{\$(\w+)(?::([^}]*))?\}/g, (_, name: string, or = "") => env[name] ?? or)));
  let at = 0;
  const block = (inside: boolean): Directive[] => {
    const out: Directive[] = [];
    for (; at < lines.length;) {
      const line = lines[at++] as string[];
      if (line.length === 0) continue;
      if (line[0] === "}") {
        if (!inside) throw new CaddyfileError(`${file}:${at} - Error during parsing: Unexpected '}' because no matching opening brace`);
        return out;
      }
      const opens = line.at(-1) === "{";
      const here = at;
      out.push({ words: opens ? line.slice(0, -1) : line, line: here, block: opens ? block(true) : [] });
    }
    if (inside) throw new CaddyfileError(`${file}:${lines.length} - Error during parsing: Unexpected EOF`);
    return out;
  };
  return block(false);
}

function words(line: string): string[] {
  const out: string[] = [];
  for (const [, quoted, raw, bare] of line.matchAll(/"((?:[^"\\]|\\.)*)"|`([^`]*)`|(\S+)/g)) {
    if (bare?.startsWith("#")) break;
    out.push(quoted?.replace(/\\(.)/g, (_, c: string) => (c === "n" ? "\n" : c)) ?? raw ?? bare ?? "");
  }
  return out;
}
