import { RE2JS } from "re2js";

/** One pattern of a .gitignore. */
export interface IgnoreRule {
  readonly pattern: RE2JS;
  readonly negated: boolean;
  readonly folder: boolean;
}

/** The patterns of a .gitignore in `base` ("" or "folder/"), as gitignore(5) has them. */
export function parseIgnore(text: string, base: string): readonly IgnoreRule[] {
  return text.split("\n").flatMap((raw) => {
    let line = raw.replace(/(?<!\\)\s+$/, "");
    if (line === "" || line.startsWith("#")) return [];
    const negated = line.startsWith("!");
    if (negated) line = line.slice(1);
    line = line.replace(/^\\/, "");
    const folder = line.endsWith("/");
    if (folder) line = line.slice(0, -1);
    const anchored = line.includes("/");
    const body = line.replace(/^\//, "");
    return [{ pattern: globPattern(body, base, anchored), negated, folder }];
  });
}

const escape = (text: string): string => text.replace(/[.+^${}()|[\]\\]/g, "\\$&");

/** Stars and questions as fnmatch has them. */
function globPattern(body: string, base: string, anchored: boolean): RE2JS {
  let out = "";
  for (let i = 0; i < body.length; i++) {
    const c = body[i] as string;
    if (body.startsWith("**/", i)) {
      out += "(?:.*/)?";
      i += 2;
    } else if (body.startsWith("/**", i) && i + 3 === body.length) {
      out += "/.*";
      i += 2;
    } else if (c === "*") {
      while (body[i + 1] === "*") i++;
      out += "[^/]*";
    } else if (c === "?") out += "[^/]";
    else if (c === "[") {
      const end = body.indexOf("]", i + 2);
      if (end < 0) out += "\\[";
      else {
        out += `[${body
          .slice(i + 1, end)
          .replace(/^!/, "^")
          .replace(/[\\[]/g, "\\$&")}]`;
        i = end;
      }
    } else out += escape(c);
  }
  return RE2JS.compile(`${escape(base)}${anchored ? "" : "(?:.*/)?"}${out}`);
}

/** Whether the last rule that fits says so. */
export function ignored(rules: readonly IgnoreRule[], path: string, folder: boolean): boolean {
  const rule = rules.findLast((r) => (folder || !r.folder) && r.pattern.matches(path));
  return rule !== undefined && !rule.negated;
}
