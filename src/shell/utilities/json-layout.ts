/** An array or object out of the texts of its items: in one line without an indent, else an item a line. `line` begins the line it stands in. */
export function enclosed([open, close]: readonly [string, string], items: readonly string[], indent: string, line: string): string {
  if (items.length === 0) return open + close;
  if (indent === "") return open + items.join(",") + close;
  const deeper = line + indent;
  return `${open}${deeper}${items.join(`,${deeper}`)}${line}${close}`;
}
