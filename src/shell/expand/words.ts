import type { DoubleQuotedChild, Word, WordPart } from "unbash";
import { parseWord, quotedParts } from "../parse.ts";
import { substitute, substituteProcess } from "../run/substitute.ts";
import { type Shell } from "../shell.ts";
import { ShellError } from "../state.ts";
import { arithmetic } from "./arithmetic.ts";
import { expandBraces } from "./brace.ts";
import { Fields } from "./fields.ts";
import { glob } from "./glob.ts";
import { expandParameter, expandSimple } from "./parameter.ts";
import { compilePattern, hasWildcards, matches, quotePattern, unquotePattern } from "./pattern.ts";

/** The argument list that words stand for: all expansions, in the order POSIX gives. */
export async function expandWords(sh: Shell, words: readonly Word[]): Promise<string[]> {
  const out: string[] = [];
  for (const word of words) {
    if (word.parts === undefined && /^[\w./:,=+%@-]*$/.test(word.text)) {
      out.push(word.text);
      continue;
    }
    for (const one of braced(sh, word)) {
      const fields = new Fields(true, sh.find("IFS")?.value);
      await expandInto(sh, one, fields);
      fields.flush();
      for (const field of fields.done) out.push(...paths(sh, field));
    }
  }
  return out;
}

function braced(sh: Shell, word: Word): readonly Word[] {
  if (!sh.dialect.bash || !sh.options.has("braceexpand") || !word.parts?.some((p) => p.type === "BraceExpansion")) return [word];
  return expandBraces(word.text).map((text) => parseWord(text) ?? { ...word, text, value: text, parts: undefined });
}

function paths(sh: Shell, field: string): string[] {
  if (sh.options.has("noglob") || !hasWildcards(field)) return [unquotePattern(field)];
  const found = glob(sh.proc.fs, sh.proc.cwd, field, {
    dotglob: sh.options.has("dotglob") || (sh.dialect.bash && !!sh.get("GLOBIGNORE")),
    globstar: sh.options.has("globstar"),
    ignoreCase: sh.options.has("nocaseglob"),
  });
  const ignored = sh.dialect.bash ? sh.get("GLOBIGNORE") : undefined;
  const kept = ignored ? found.filter((path) => !ignored.split(":").some((p) => matches(compilePattern(p), path))) : found;
  if (kept.length > 0) return kept;
  if (sh.options.has("failglob")) throw new ShellError(`no match: ${unquotePattern(field)}`);
  return sh.options.has("nullglob") ? [] : [unquotePattern(field)];
}

/** One string: no splitting, no globbing (assignments, case words, here-strings). */
export async function expandText(sh: Shell, word: Word, assignment = false): Promise<string> {
  return unquotePattern(await expandPattern(sh, word, assignment, false));
}

/** As `expandText`, with what was quoted still escaped: a pattern for `case`, [[ ]], ${x#…}. */
export async function expandPattern(sh: Shell, word: Word, assignment = false, keepBackslash = true): Promise<string> {
  const fields = new Fields(false, undefined);
  await expandInto(sh, word, fields, assignment, keepBackslash);
  fields.flush();
  return fields.done.join(" ");
}

async function expandInto(sh: Shell, word: Word, out: Fields, assignment = false, keepBackslash = false): Promise<void> {
  const parts = word.parts ?? [{ type: "Literal" as const, text: word.text, value: word.value, pos: word.pos, end: word.end }];
  for (let i = 0; i < parts.length; i++) {
    const part = parts[i] as WordPart;
    if (part.type === "Literal") {
      let text = part.text;
      if (i === 0 && text.startsWith("~")) text = tilde(sh, text, assignment);
      if (assignment && text.includes(":~")) text = text.replace(/:(~[^/:]*)/g, (_, t: string) => `:${tilde(sh, t, true)}`);
      out.pattern(literal(text));
    } else await expandPart(sh, part, out, false, keepBackslash);
  }
}

/** Expands the operand of ${x:-operand} where it stands: its literals are subject to splitting too. */
export async function expandOperand(sh: Shell, word: Word, out: Fields, quoted: boolean): Promise<void> {
  if (quoted) {
    out.present();
    if (!word.parts) return out.quoted(unescapeQuoted(word.text));
    for (const part of word.parts) {
      if (
        part.type === "Literal" ||
        part.type === "SingleQuoted" ||
        part.type === "Glob" ||
        part.type === "BraceExpansion" ||
        part.type === "ExtendedGlob"
      )
        out.quoted(unescapeQuoted(part.text));
      else await expandPart(sh, part, out, true);
    }
    return;
  }
  for (const part of word.parts ?? [{ type: "Literal" as const, text: word.text, value: word.value, pos: 0, end: 0 }]) {
    if (part.type === "Literal" && !part.text.includes("\\"))
      out.unquoted(part.text.startsWith("~") ? unquotePattern(tilde(sh, part.text, false)) : part.text);
    else if (part.type === "Literal") out.pattern(literal(part.text));
    else await expandPart(sh, part, out, false);
  }
}

export async function expandPart(
  sh: Shell,
  part: WordPart | DoubleQuotedChild,
  out: Fields,
  quoted: boolean,
  keepBackslash = false,
): Promise<void> {
  switch (part.type) {
    case "Literal":
      if (quoted) out.quoted(part.value);
      else out.pattern(literal(part.text));
      return;
    case "SingleQuoted":
    case "AnsiCQuoted":
      if (quoted && part.type === "SingleQuoted") out.quoted(part.text);
      else out.quoted(part.value);
      return;
    case "DoubleQuoted":
    case "LocaleString": {
      const list =
        part.parts.length > 0 &&
        part.parts.every(
          (p) =>
            (p.type === "SimpleExpansion" && p.text === "$@") ||
            (p.type === "ParameterExpansion" && (p.parameter === "@" || p.index?.text === "@")),
        );
      if (!list) out.present();
      for (const child of part.parts) await expandPart(sh, child, out, true);
      return;
    }
    case "Glob":
      if (part.kind !== "bracket" || part.parts.every((p) => p.type === "Literal"))
        out.pattern(part.kind === "bracket" ? literal(part.text) : part.text);
      else {
        out.pattern("[");
        for (const child of part.parts) await expandPart(sh, child, out, false, keepBackslash);
        out.pattern("]");
      }
      return;
    case "ExtendedGlob":
      out.pattern(part.parts ? `${part.operator}(${await joined(sh, part.parts)})` : literal(part.text));
      return;
    case "BraceExpansion":
      if (part.parts) for (const child of part.parts) await expandPart(sh, child, out, false);
      else out.pattern(literal(part.text));
      return;
    case "SimpleExpansion":
      return expandSimple(sh, part.text.slice(1), out, quoted, keepBackslash);
    case "ParameterExpansion":
      return expandParameter(sh, part, out, quoted, keepBackslash);
    case "ArithmeticExpansion": {
      const body = part.text.startsWith("$[") ? part.text.slice(2, -1) : part.text.slice(3, -2);
      const value = String(await evaluate(sh, body));
      if (quoted) out.quoted(value);
      else out.unquoted(value);
      return;
    }
    case "CommandExpansion": {
      const text = await substitute(sh, part);
      if (quoted) out.quoted(text);
      else out.unquoted(text, keepBackslash);
      return;
    }
    case "ProcessSubstitution":
      out.quoted(await substituteProcess(sh, part));
  }
}

async function joined(sh: Shell, parts: readonly WordPart[]): Promise<string> {
  const fields = new Fields(false, undefined);
  for (const part of parts) await expandPart(sh, part, fields, false, true);
  fields.flush();
  return fields.done.join("");
}

/** Arithmetic source: expands what is in it, then evaluates. */
export async function evaluate(sh: Shell, body: string): Promise<bigint> {
  return arithmetic(sh, /[$`"'\\]/.test(body) ? await expandQuoted(sh, quotedParts(body)) : body);
}

/** Text in which only $ and ` expand: here-documents, arithmetic. */
export async function expandQuoted(sh: Shell, parts: readonly WordPart[]): Promise<string> {
  const fields = new Fields(false, undefined);
  for (const part of parts) await expandPart(sh, part, fields, true);
  fields.flush();
  return unquotePattern(fields.done.join(" "));
}

/** A source literal as a pattern: its escapes stay escapes, continued lines join. */
function literal(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\([\s\S])/g, (_, c: string) => (c === "\n" ? "" : `\\${c}`));
}
function unescapeQuoted(text: string): string {
  return text.replace(/\\([$`"\\}\n])/g, (_, c: string) => (c === "\n" ? "" : c));
}

function tilde(sh: Shell, text: string, assignment: boolean): string {
  const m = (assignment ? /^~([^/:]*)/ : /^~([^/]*)/).exec(text);
  if (!m) return text;
  const who = m[1] as string;
  if (/[\\'"$]/.test(who)) return text;
  let home: string | undefined;
  if (who === "") home = sh.get("HOME") ?? homeOf(sh, undefined);
  else if (who === "+") home = sh.proc.cwd;
  else if (who === "-") home = sh.get("OLDPWD");
  else home = homeOf(sh, who);
  return home === undefined ? text : quotePattern(home) + text.slice(m[0].length);
}

function homeOf(sh: Shell, user: string | undefined): string | undefined {
  try {
    for (const line of sh.proc.fs.readText("/etc/passwd").split("\n")) {
      const f = line.split(":");
      if (user === undefined ? f[2] === String(sh.proc.uid) : f[0] === user) return f[5];
    }
  } catch {
    // No passwd file: nobody has a home.
  }
  return undefined;
}
