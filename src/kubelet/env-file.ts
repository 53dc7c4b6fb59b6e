/** What is wrong in a file of variables. */
export class EnvFileError extends Error {
  override readonly name = "EnvFileError";
}

const NAME = /^[ \t]*([^=\s#][^=\s]*)=/;

/**
 * The variables of a file that an init container wrote: `NAME='value'` a line, the value in single quotes and over several
 * lines if it likes, `#` begins a comment (k8s: KEP-3721, env files of the shell's simplest kind). Throws EnvFileError.
 */
export function parseEnvFile(text: string): ReadonlyMap<string, string> {
  const variables = new Map<string, string>();
  let rest = text;
  while (rest !== "") {
    const line = /^[^\n]*/.exec(rest)?.[0] ?? "";
    if (/^\s*(?:#.*)?$/.test(line)) {
      rest = rest.slice(line.length + 1);
      continue;
    }
    const name = NAME.exec(line);
    if (name === null) throw new EnvFileError(`invalid line ${JSON.stringify(line)}`);
    const from = name[0].length;
    const end = rest[from] === "'" ? rest.indexOf("'", from + 1) : -1;
    if (end < 0) throw new EnvFileError(`value of ${name[1]} is not in single quotes`);
    variables.set(name[1] ?? "", rest.slice(from + 1, end));
    const after = /^[ \t]*(?:#[^\n]*)?(?:\n|$)/.exec(rest.slice(end + 1));
    if (after === null) throw new EnvFileError(`something follows the value of ${name[1]}`);
    rest = rest.slice(end + 1 + after[0].length);
  }
  return variables;
}
