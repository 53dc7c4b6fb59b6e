import { RE2JS } from "re2js";
import type { Word, WordPart } from "unbash";
import { unquotePattern } from "../expand/pattern.ts";
import { expandPattern } from "../expand/words.ts";
import { posixClasses } from "../regex.ts";
import type { Shell } from "../shell.ts";

/** bash says nothing of such a pattern: the condition's status is 2. */
export class BadPattern extends Error {
  override readonly name = "BadPattern";
}

/** [[ text =~ word ]]: quoted parts are literal; BASH_REMATCH gets the match and its groups. */
export async function matchRegex(sh: Shell, text: string, word: Word): Promise<boolean> {
  let source = "";
  for (const part of word.parts ?? []) source += await regexPart(sh, part);
  if (!word.parts) source = word.text;
  let match: (string | undefined)[] | null;
  try {
    match = RE2JS.compile(
      posixClasses(source),
      sh.options.has("nocasematch") ? RE2JS.CASE_INSENSITIVE | RE2JS.LONGEST_MATCH : RE2JS.LONGEST_MATCH,
    ).exec(text) as (string | undefined)[] | null;
  } catch {
    throw new BadPattern(source);
  }
  sh.setArray("BASH_REMATCH", match ? [...match].map((m) => m ?? "") : []);
  return match !== null;
}

async function regexPart(sh: Shell, part: WordPart): Promise<string> {
  if (part.type === "Literal" || part.type === "Glob" || part.type === "ExtendedGlob" || part.type === "BraceExpansion") return part.text;
  const word: Word = { type: "Word", text: part.text, value: part.text, pos: part.pos, end: part.end, parts: [part] };
  const text = unquotePattern(await expandPattern(sh, word));
  const quoted = part.type === "DoubleQuoted" || part.type === "SingleQuoted" || part.type === "AnsiCQuoted";
  return quoted ? RE2JS.quote(text) : text;
}
