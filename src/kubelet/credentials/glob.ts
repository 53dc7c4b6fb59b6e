/** Whether a name matches a pattern with `*`, `?`, `[a-z]` and `\`, of names without separators (Go: path/filepath Match). A pattern that is none matches nothing. */
export function matchesGlob(pattern: string, name: string): boolean {
  const parts = parse(pattern);
  if (!parts) return false;
  let [p, n] = [0, 0];
  /** Where the last `*` stood, and what it has swallowed up to: only that one is ever tried again, so this is linear in the product of the two. */
  let [star, swallowed] = [-1, 0];
  while (n < name.length) {
    const part = parts[p];
    if (part === "*") {
      star = p++;
      swallowed = n;
    } else if (part?.(name[n] as string)) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++swallowed;
    } else return false;
  }
  while (parts[p] === "*") p++;
  return p === parts.length;
}

type Part = "*" | ((char: string) => boolean);

function parse(pattern: string): readonly Part[] | undefined {
  const parts: Part[] = [];
  for (let i = 0; i < pattern.length; i++) {
    const char = pattern[i] as string;
    if (char === "*") parts.push("*");
    else if (char === "?") parts.push(() => true);
    else if (char === "[") {
      const end = pattern.indexOf("]", i + 2);
      if (end < 0) return undefined;
      parts.push(classOf(pattern.slice(i + 1, end)));
      i = end;
    } else {
      const literal = char === "\\" ? pattern[++i] : char;
      if (literal === undefined) return undefined;
      parts.push((c) => c === literal);
    }
  }
  return parts;
}

function classOf(text: string): (char: string) => boolean {
  const negated = text.startsWith("^");
  const ranges: (readonly [string, string])[] = [];
  for (let i = negated ? 1 : 0; i < text.length; i++) {
    const from = text[i] as string;
    const to = text[i + 1] === "-" ? text[i + 2] : undefined;
    ranges.push([from, to ?? from]);
    if (to !== undefined) i += 2;
  }
  return (char) => ranges.some(([from, to]) => char >= from && char <= to) !== negated;
}
