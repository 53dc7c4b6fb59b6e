import type { UserInfo } from "../cluster/index.ts";

export class TokenFileError extends Error {}

/**
 * kube-apiserver's --token-auth-file: lines of `token,user,uid,"group1,group2"`, the groups optional (k8s:
 * authentication/token/tokenfile). Throws TokenFileError.
 */
export function readTokenFile(text: string): ReadonlyMap<string, UserInfo> {
  const tokens = new Map<string, UserInfo>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === "") continue;
    const [token = "", name = "", uid = "", groups = "", ...more] = fields(line, i + 1);
    if (fields(line, i + 1).length < 3)
      throw new TokenFileError(`token file must have at least 3 columns (token, user name, user uid), found ${fields(line, i + 1).length}`);
    // An empty token is skipped, as there.
    if (token === "") continue;
    const list = [groups, ...more].flatMap((part) => part.split(",")).map((group) => group.trim());
    tokens.set(token, { name, ...(uid ? { uid } : {}), groups: list.filter((group) => group !== "") });
  }
  return tokens;
}

/** Fields of a line of CSV; a quote in quotes is doubled. */
function fields(line: string, number: number): readonly string[] {
  const found: string[] = [];
  for (let at = 0; at <= line.length;) {
    let field = "";
    if (line[at] === '"') {
      at++;
      while (at < line.length && (line[at] !== '"' || line[at + 1] === '"')) {
        field += line[at];
        at += line[at] === '"' ? 2 : 1;
      }
      if (line[at] !== '"') throw new TokenFileError(`line ${number}: a quoted field has no end`);
      at++;
      if (at < line.length && line[at] !== ",") throw new TokenFileError(`line ${number}: unexpected text after a quoted field`);
    } else {
      const end = line.indexOf(",", at);
      field = line.slice(at, end < 0 ? line.length : end);
      at = end < 0 ? line.length : end;
    }
    found.push(field.trim());
    at++;
  }
  return found;
}
