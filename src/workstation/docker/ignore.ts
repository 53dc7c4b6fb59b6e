import { RE2JS } from "re2js";

/** Whether a path of the context is left out, by a .dockerignore; the last pattern that fits decides (moby: patternmatcher). */
export function ignores(text: string): (path: string) => boolean {
  const patterns = text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => {
      const keep = line.startsWith("!");
      const pattern = (keep ? line.slice(1) : line).replace(/^\.?\/+/, "").replace(/\/+$/, "");
      return { keep, matcher: RE2JS.compile(`^${expression(pattern)}(?:/.*)?$`) };
    });
  return (path) => {
    let ignored = false;
    for (const { keep, matcher } of patterns) if (matcher.matches(path)) ignored = !keep;
    return ignored;
  };
}

/** A glob of Go's path/filepath with `**`, as a regular expression. */
export function expression(glob: string): string {
  let out = "";
  for (let i = 0; i < glob.length; i++) {
    const char = glob[i] as string;
    if (glob.startsWith("**/", i)) {
      out += "(?:.*/)?";
      i += 2;
    } else if (glob.startsWith("**", i)) {
      out += ".*";
      i++;
    } else if (char === "*") out += "[^/]*";
    else if (char === "?") out += "[^/]";
    else out += /[a-zA-Z0-9_/-]/.test(char) ? char : `\\${char}`;
  }
  return out;
}
