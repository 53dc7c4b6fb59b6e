/** One instruction of a Dockerfile, as it is written. */
export interface Instruction {
  /** Upper case. */
  readonly name: string;
  /** Without its name, on one line. */
  readonly text: string;
  /** Without flags, too. */
  readonly rest: string;
  /** Words of the exec form, where it is one. */
  readonly json: readonly string[] | undefined;
  readonly flags: Readonly<Record<string, string>>;
  /** Counted from 1: its first and its last line. */
  readonly line: number;
  readonly end: number;
  /** What a here-document after it says, by its delimiter. */
  readonly documents: readonly { readonly delimiter: string; readonly text: string }[];
}

/** Where and how a Dockerfile is wrong, in BuildKit's words. */
export class DockerfileError extends Error {
  override readonly name = "DockerfileError";
  readonly line: number;
  constructor(line: number, message: string) {
    super(`dockerfile parse error on line ${line}: ${message}`);
    this.line = line;
  }
}

const KNOWN = new Set(
  "ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER VOLUME WORKDIR".split(" "),
);
const FLAGGED = new Set(["FROM", "COPY", "ADD", "RUN", "HEALTHCHECK"]);
const JSON_FORM = new Set(["RUN", "CMD", "ENTRYPOINT", "SHELL", "COPY", "ADD", "VOLUME"]);
const DOCUMENTS = new Set(["RUN", "COPY", "ADD"]);

/** Instructions in order (moby/buildkit: frontend/dockerfile/parser). Throws DockerfileError. */
export function parseDockerfile(text: string): readonly Instruction[] {
  const lines = text.replaceAll("\r\n", "\n").split("\n");
  const escape = /^#\s*escape\s*=\s*(\S)\s*$/im.exec(lines.find((line) => !/^#\s*syntax\s*=/i.test(line)) ?? "")?.[1] ?? "\\";
  const out: Instruction[] = [];
  for (let i = 0; i < lines.length; i++) {
    const first = lines[i] as string;
    if (isEmpty(first)) continue;
    const begin = i;
    let joined = "";
    for (;;) {
      const line = lines[i] as string;
      if (joined !== "" && isEmpty(line)) {
        if (++i >= lines.length) break;
        continue;
      }
      const trimmed = line.trimEnd();
      if (!trimmed.endsWith(escape)) {
        joined += line;
        break;
      }
      joined += trimmed.slice(0, -1);
      if (++i >= lines.length) break;
    }
    const [, name = "", after = ""] = /^\s*(\S+)\s*([^]*?)\s*$/.exec(joined) ?? [];
    const upper = name.toUpperCase();
    if (!KNOWN.has(upper)) throw new DockerfileError(begin + 1, `unknown instruction: ${name}`);
    const { flags, rest } = FLAGGED.has(upper) ? takeFlags(after) : { flags: {}, rest: after };
    if (rest === "") throw new DockerfileError(begin + 1, `${upper} requires at least one argument`);
    const documents: { delimiter: string; text: string }[] = [];
    if (DOCUMENTS.has(upper))
      for (const [, dash, , delimiter = ""] of rest.matchAll(/<<(-?)(["']?)([A-Za-z_][A-Za-z0-9_]*)\2/g)) {
        const body: string[] = [];
        for (i++; i < lines.length && (dash ? (lines[i] as string).replace(/^\t+/, "") : lines[i]) !== delimiter; i++)
          body.push(dash ? (lines[i] as string).replace(/^\t+/, "") : (lines[i] as string));
        if (i >= lines.length) throw new DockerfileError(begin + 1, "unterminated heredoc");
        documents.push({ delimiter, text: body.length > 0 ? `${body.join("\n")}\n` : "" });
      }
    const json = JSON_FORM.has(upper) && documents.length === 0 ? wordsOf(rest) : undefined;
    out.push({ name: upper, text: after, rest, json, flags, line: begin + 1, end: Math.min(i, lines.length - 1) + 1, documents });
  }
  if (out.length === 0) throw new DockerfileError(1, "file with no instructions");
  return out;
}

const isEmpty = (line: string): boolean => /^\s*(?:#.*)?$/.test(line);

function takeFlags(text: string): { readonly flags: Readonly<Record<string, string>>; readonly rest: string } {
  const flags: Record<string, string> = {};
  let rest = text;
  for (let found = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(rest); found; found = /^--([a-z-]+)(?:=(\S*))?\s*/.exec(rest)) {
    flags[found[1] as string] = found[2] ?? "";
    rest = rest.slice(found[0].length);
  }
  return { flags, rest };
}

/** `["a", "b"]`, or undefined where it is the shell's form. */
function wordsOf(text: string): readonly string[] | undefined {
  if (!text.startsWith("[")) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) && value.every((word) => typeof word === "string") ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Words with quotes and escapes taken away, and variables filled in (moby/buildkit: frontend/dockerfile/shell/lex.go). */
export function words(text: string, variables: ReadonlyMap<string, string>): readonly string[] {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length;) {
    const char = text[i] as string;
    if (/\s/.test(char)) {
      if (word !== undefined) out.push(word);
      word = undefined;
      i++;
    } else if (char === "'") {
      const end = text.indexOf("'", i + 1);
      word = (word ?? "") + text.slice(i + 1, end < 0 ? undefined : end);
      i = end < 0 ? text.length : end + 1;
    } else if (char === '"') {
      let inner = "";
      for (i++; i < text.length && text[i] !== '"';) {
        if (text[i] === "\\" && /["\\$]/.test(text[i + 1] ?? "")) {
          inner += text[i + 1];
          i += 2;
        } else {
          const [value, next] = plainOrVariable(text, i, variables);
          inner += value;
          i = next;
        }
      }
      i++;
      word = (word ?? "") + inner;
    } else if (char === "\\" && i + 1 < text.length) {
      word = (word ?? "") + text[i + 1];
      i += 2;
    } else {
      const [value, next] = plainOrVariable(text, i, variables);
      word = (word ?? "") + value;
      i = next;
    }
  }
  if (word !== undefined) out.push(word);
  return out;
}

/** `$NAME`, `${NAME}`, `${NAME:-word}` and `${NAME:+word}`. */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  let out = "";
  for (let i = 0; i < text.length;) {
    const [value, next] = plainOrVariable(text, i, variables);
    out += value;
    i = next;
  }
  return out;
}

function plainOrVariable(text: string, i: number, variables: ReadonlyMap<string, string>): readonly [string, number] {
  if (text[i] !== "$") return [text[i] as string, i + 1];
  const bare = /^[A-Za-z_][A-Za-z0-9_]*/.exec(text.slice(i + 1, i + 257))?.[0];
  if (bare !== undefined) return [variables.get(bare) ?? "", i + 1 + bare.length];
  const end = text[i + 1] === "{" ? text.indexOf("}", i) : -1;
  const found = end < 0 ? null : /^([A-Za-z_][A-Za-z0-9_]*)(?:(:?[-+])([^]*))?$/.exec(text.slice(i + 2, end));
  if (!found) return ["$", i + 1];
  const [, name = "", operator, word = ""] = found;
  const value = variables.get(name);
  const there = operator?.startsWith(":") ? (value ?? "") !== "" : value !== undefined;
  if (operator?.endsWith("+")) return [there ? expand(word, variables) : "", end + 1];
  return [there || operator === undefined ? (value ?? "") : expand(word, variables), end + 1];
}
