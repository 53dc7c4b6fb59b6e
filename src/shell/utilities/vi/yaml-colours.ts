/** SGR codes of a line's columns; a modest YAML: keys, comments, quoted texts, numbers and booleans, dashes and colons. */
export function yamlColours(line: string): readonly { readonly from: number; readonly to: number; readonly style: string }[] {
  const found: { from: number; to: number; style: string }[] = [];
  const add = (from: number, to: number, style: string): void => void (to > from && found.push({ from, to, style }));
  const comment = /^\s*#/.test(line) ? line.indexOf("#") : line.search(/\s#/);
  const end = comment < 0 ? line.length : comment;
  if (comment >= 0) add(comment, line.length, COMMENT);
  let at = /^\s*/.exec(line)?.[0].length ?? 0;
  if (/^(---|\.\.\.)\s*$/.test(line)) add(0, 3, PUNCTUATION);
  else
    for (let dash = /^-(?:\s+|$)/.exec(line.slice(at, end)); dash; dash = /^-(?:\s+|$)/.exec(line.slice(at, end))) {
      add(at, at + 1, DASH);
      at += dash[0].length;
    }
  const key = /^("(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s#:[{"'][^:#]*?)(\s*:)(?=\s|$)/.exec(line.slice(at, end));
  if (key) {
    const [whole, name = "", colon = ""] = key;
    add(at, at + name.length, NAME);
    add(at + name.length, at + name.length + colon.length, PUNCTUATION);
    at += whole.length;
  }
  const value = line.slice(at, end);
  for (const m of value.matchAll(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'/g)) add(at + m.index, at + m.index + m[0].length, CONSTANT);
  const scalar = /^\s*(true|false|null|~|[-+]?\d+(?:\.\d+)?)\s*$/.exec(value);
  if (scalar) {
    const start = at + value.indexOf(scalar[1] as string);
    add(start, start + (scalar[1] as string).length, CONSTANT);
  }
  return found;
}
const [COMMENT, NAME, PUNCTUATION, CONSTANT, DASH] = ["34", "36", "35", "31", "33"];
