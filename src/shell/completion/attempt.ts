import { glob } from "../expand/glob.ts";
import { hasWildcards } from "../expand/pattern.ts";
import { variable } from "../readline/variables.ts";
import { NO_COMPLETION, type Completion } from "../readline/types.ts";
import type { Shell } from "../shell.ts";
import type { CompletionSpec } from "../state.ts";
import { commands, hostnames } from "./actions.ts";
import { expands, located, paths, typeOf, users } from "./files.ts";
import { AskAgain, type Asked, generate, type Run } from "./generate.ts";
import { commandAt, type CommandAt, isCommandPosition, typedWord, type TypedWord, unquoted, WORD_BREAKS, wordsOf } from "./line.ts";
import { SPECIAL } from "./spec.ts";

/** How completion was asked for: readline's type of it, and the key (COMP_TYPE, COMP_KEY). */
export interface How {
  readonly type: number;
  readonly key: number;
}

/** What bash's Tab offers: what `complete` was told of the command, else commands, variables, users, hosts and files. */
export async function completeLine(sh: Shell, line: string, cursor: number, how: How, run: Run): Promise<Completion> {
  const breaks = sh.get("COMP_WORDBREAKS") ?? WORD_BREAKS;
  const typed = typedWord(line, cursor, breaks);
  const text = line.slice(typed.start, cursor);
  const whole = { from: typed.start, quote: typed.quote };
  const inCommand = isCommandPosition(line, typed.start);
  const wasAssignment = line[typed.start - 1] === "=" && /(^|\s)[A-Za-z_]\w*=$/.test(line.slice(0, typed.start));
  const command = commandAt(line, typed.start, cursor);
  const empty = line.slice(0, cursor).trim() === "" && sh.completions.has(SPECIAL["E"] as string);
  if (
    !sh.options.has("no progcomp") &&
    ((!inCommand && !(wasAssignment && command.start >= typed.start)) || empty || initial(sh, line, command, cursor))
  ) {
    const found = await programmed(sh, { line, cursor, text, typed, command, how, run, breaks, inCommand });
    if (found) {
      const { words, spec, files } = found;
      const isFiles = files || spec.options.includes("filenames");
      if (words.length > 0)
        return {
          ...whole,
          matches: words,
          files: isFiles,
          quoting: isFiles && !spec.options.includes("noquote"),
          append: spec.options.includes("nospace") ? "" : " ",
          sorted: !spec.options.includes("nosort"),
          folder: (match) => typeOf(sh, located(sh, match)) === "directory",
        };
      if (spec.options.includes("bashdefault")) {
        const other = await standard(sh, text, typed, false);
        if (other.matches.length > 0) return { ...whole, ...other };
      }
      return spec.options.includes("default") ? { ...whole, ...named(sh, text, typed) } : { ...whole, ...NO_COMPLETION };
    }
  }
  const other = await standard(sh, text, typed, inCommand || text.startsWith("`"));
  if (other.matches.length > 0) return { ...whole, ...other, append: typed.within ? "" : other.append };
  const files = named(sh, text, typed);
  return { ...whole, ...files, matches: inCommand ? files.matches.filter(files.folder) : files.matches };
}

/** -I: the first word of a line, while it is typed. */
const initial = (sh: Shell, line: string, command: CommandAt, cursor: number): boolean =>
  sh.completions.has(SPECIAL["I"] as string) && command.nameEnd === cursor && cursor > command.start && line.slice(cursor).trim() === "";

interface Place {
  readonly line: string;
  readonly cursor: number;
  readonly text: string;
  readonly typed: TypedWord;
  readonly command: CommandAt;
  readonly how: How;
  readonly run: Run;
  readonly breaks: string;
  readonly inCommand: boolean;
}

async function programmed(
  sh: Shell,
  at: Place,
): Promise<{ readonly words: readonly string[]; readonly files: boolean; readonly spec: CompletionSpec } | undefined> {
  const { command, line, cursor } = at;
  const part = line.slice(command.start, command.end);
  const asked: Asked = {
    command: command.name,
    word: at.text,
    line: part,
    point: cursor - command.start,
    ...wordsOf(part, cursor - command.start, at.breaks),
    type: at.how.type,
    key: at.how.key,
  };
  // A function that answers 124 has set a specification: it is asked, a few times at most.
  for (let tries = 0; tries < 16; tries++) {
    const name = specOf(sh, at);
    const spec = name === undefined ? undefined : sh.completions.get(name);
    if (!spec || name === undefined) return undefined;
    sh.completing = name;
    sh.completions.set(name, spec);
    try {
      const found = await generate(sh, spec, asked, at.run);
      // compopt changes what holds for this attempt alone.
      return { ...found, spec: { ...spec, options: sh.completingOptions ?? spec.options } };
    } catch (error) {
      if (!(error instanceof AskAgain)) throw error;
    } finally {
      sh.completing = undefined;
      sh.completingOptions = undefined;
    }
  }
  return undefined;
}

function specOf(sh: Shell, { command, inCommand, line, cursor }: Place): string | undefined {
  if (command.name === "" || (inCommand && line.trim() === "")) return SPECIAL["E"];
  if (inCommand) return SPECIAL["I"];
  const names = [command.name, command.name.replace(/^.*\//, "")];
  const found = names.find((n) => sh.completions.has(n));
  if (found !== undefined || cursor < command.start) return found;
  const alias = sh.options.has("progcomp_alias") ? sh.aliases.get(command.name)?.split(/\s/)[0] : undefined;
  return alias !== undefined && sh.completions.has(alias) ? alias : SPECIAL["D"];
}

const PLAIN = { files: false, quoting: false, append: " ", sorted: true, folder: () => false } as const;

/** Bash's own completion of variables, users, hosts, commands and patterns. */
async function standard(sh: Shell, text: string, { quote }: TypedWord, inCommand: boolean): Promise<Omit<Completion, "from" | "quote">> {
  if (text.startsWith("$") && quote !== "'") {
    const [, brace = "", name = ""] = /^\$(\{?)(\w*)$/.exec(text) ?? [];
    if (/^\$\{?\w*$/.test(text)) {
      const matches = sh
        .names()
        .filter((n) => n.startsWith(name))
        .map((n) => `$${brace}${n}${brace ? "}" : ""}`);
      const only = matches.length === 1 ? sh.get((matches[0] as string).replace(/[${}]/g, "")) : undefined;
      return { ...PLAIN, matches, append: only !== undefined && typeOf(sh, only) === "directory" ? "/" : " " };
    }
  }
  if (text.startsWith("~") && !text.includes("/")) {
    const matches = users(sh)
      .map(([name]) => `~${name}`)
      .filter((n) => n.startsWith(text));
    if (matches.length > 0) return { ...named(sh, text, { start: 0, quote }), matches };
  }
  if (text.startsWith("@")) {
    const matches = hostnames(sh)
      .map((h) => `@${h}`)
      .filter((h) => h.startsWith(text));
    if (matches.length > 0) return { ...PLAIN, matches };
  }
  const plain = unquoted(text, quote);
  if (inCommand) {
    const tick = plain.startsWith("`") ? "`" : "";
    const wanted = plain.slice(tick.length);
    const matches = commands(sh, wanted).flatMap((c) => (c.startsWith(wanted) ? [tick + c] : []));
    if (plain.includes("/") || plain.startsWith("~")) return { ...named(sh, text, { start: 0, quote }), matches };
    if (matches.length > 0) return { ...PLAIN, matches, append: tick === "" ? " " : "" };
  } else if (quote === "" && hasWildcards(text)) {
    const matches = glob(sh.proc.fs, sh.proc.cwd, text, { dotglob: sh.options.has("dotglob") });
    if (matches.length === 1) return { ...named(sh, text, { start: 0, quote }), matches };
  }
  return NO_COMPLETION;
}

/** Names of files, as readline finds them itself. */
function named(sh: Shell, text: string, { quote }: TypedWord): Omit<Completion, "from" | "quote"> {
  const ignoring = variable(sh.bindings, "completion-ignore-case") === "on";
  const mapping = ignoring && variable(sh.bindings, "completion-map-case") === "on";
  const fold = (name: string): string => (mapping ? name.toLowerCase().replaceAll("_", "-") : ignoring ? name.toLowerCase() : name);
  const hidden = variable(sh.bindings, "match-hidden-files") === "on";
  const begins = (name: string, typed: string): boolean =>
    fold(name).startsWith(fold(typed)) && (hidden || !name.startsWith(".") || typed.startsWith("."));
  return {
    matches: paths(sh, unquoted(text, quote), begins),
    files: true,
    quoting: true,
    // What is expanded in a folder's name is not to be quoted.
    unquotable: expands(text) && quote === "",
    append: " ",
    sorted: true,
    folder: (match) => typeOf(sh, located(sh, match, expands(text))) === "directory",
  };
}
