import { textWidth } from "./width.ts";

/** What all begin with; letters of either case, or `-` for `_`, are one where they are folded. */
export function shared(matches: readonly string[], fold: (text: string) => string): string {
  let common = matches[0] ?? "";
  for (const m of matches) while (!fold(m).startsWith(fold(common))) common = common.slice(0, -1);
  return common;
}

/** Rows of names in columns as wide as the widest (without its mark), filled downwards or, where asked, across. */
export function listing(names: readonly (readonly [name: string, mark: string])[], columns: number, across = false): readonly string[] {
  const width = Math.max(...names.map(([name]) => textWidth(name))) + 2;
  let limit = Math.floor(columns / width);
  if (limit !== 1 && limit * width === columns) limit--;
  limit = Math.max(1, limit);
  const down = Math.ceil(names.length / limit);
  return Array.from({ length: down }, (_, row) => {
    const cells = Array.from({ length: limit }, (__, column) => names[across ? row * limit + column : column * down + row]);
    return cells
      .filter((c) => c !== undefined)
      .map(([name, mark]) => (name + mark).padEnd(width + name.length - textWidth(name)))
      .join("")
      .trimEnd();
  });
}

/** A name written so that the shell reads it back, within the quote that is open. */
export function quotedName(name: string, quote: string, keepDollar: boolean): string {
  if (quote === "'") return name.replaceAll("'", "'\\''");
  if (quote === '"') return name.replace(/["$`\\]/g, (c) => (c === "$" && keepDollar ? c : `\\${c}`));
  const tilde = /^~[^/]*/.exec(name)?.[0] ?? "";
  return (
    tilde +
    name
      .slice(tilde.length)
      .replace(/[ \t\n\\"'@<>=;|&()$`?*[!:{~]/g, (c, at: number) => ((keepDollar && c === "$") || (c === "~" && at > 0) ? c : `\\${c}`))
      .replace(/^#/, "\\#")
  );
}
